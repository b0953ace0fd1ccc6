# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The review sheet: everybody in the population, why each has access, and room for the reviewer to sign."""

from __future__ import annotations

import csv
import io
import re
import typing as t

from ._audit_dates import NoDate, last_moment, whole_days, written
from ._audit_exemptions import Exemption
from ._audit_files import private_file
from ._audit_privileges import Admin
from ._audit_subject import Unknown, User, cut, text
from ._user_rows import guarded

# What a reviewer fills in.
SIGNED = ("reviewer", "decision", "date", "justification", "ticket")
TO_SIGN = ("",) * len(SIGNED)
COLUMNS = (
    "login",
    "name",
    "email",
    "department",
    "manager",
    "employee number",
    "user type",
    "status",
    "enabled",
    "created",
    "activated",
    "end date",
    "last sign-in",
    "days since sign-in",
    "password changed",
    "provider",
    "admin roles",
    "why they have access",
    "open findings",
    "exemptions",
    *SIGNED,
)
_AS_OKTA_WRITES_IT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_ENABLED = {True: "yes", False: "no", None: "unknown"}


def open_sheet(path: str, columns: t.Sequence[str]) -> tuple[t.BinaryIO, t.Any]:
    """A new file that nobody else can read, with its first line, and what writes rows to it. Raises `OSError`."""
    file = private_file(path)
    lines = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(columns)
    return file, writer


class ReviewSheet:
    """Writes the rows to a new file that nobody else can read, as they come in. Use it as a context.

    ``end_date`` is the attribute of the profile that holds an end date, if there is one; ``dated`` tells whether the
    population has the dates of sign-ins.
    """

    def __init__(self, path: str, now: int, end_date: str, *, dated: bool) -> None:
        self._now = now
        self._end_date = end_date
        self._dated = dated
        self._file, self._writer = open_sheet(path, COLUMNS)

    def __enter__(self) -> ReviewSheet:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()

    def add(
        self, user: User, admin: Admin | None, findings: t.Sequence[str], exemptions: t.Iterable[tuple[str, Exemption]]
    ) -> None:
        """One row: ``findings`` are open ones, each as check and id, ``exemptions`` with the check they hold for."""
        profile = user.profile
        last, days = self._sign_in(user)
        roles = "" if admin is None else _roles(admin)
        self._writer.writerow(
            (
                _cell(user.login),
                _cell(user.subject.name),
                _cell(profile.get("email")),
                _cell(profile.get("department")),
                _cell(profile.get("manager")) or _cell(profile.get("managerId")),
                _cell(profile.get("employeeNumber")),
                _cell(profile.get("userType")),
                _cell(user.status),
                _ENABLED[user.enabled],
                _date(user, "created"),
                _date(user, "activated"),
                self._end(user),
                last,
                days,
                _date(user, "passwordChanged"),
                _cell(user.provider),
                guarded(roles),
                _why(user, roles),
                "; ".join(findings),
                "; ".join([f"{check}: {granted(exemption)}" for check, exemption in exemptions]),
                *TO_SIGN,
            )
        )

    def _sign_in(self, user: User) -> tuple[str, str]:
        if not self._dated:
            return "", ""
        try:
            when = user.at("lastLogin")
        except Unknown:
            return _cell(user.record["lastLogin"]), ""
        return ("never", "") if when is None else (written(when), str(whole_days(max(self._now - when, 0))))

    def _end(self, user: User) -> str:
        """When access ends or ended: the end date that HR knows, or when the account was disabled."""
        known = text(user.profile.get(self._end_date)) if self._end_date else ""
        if known:
            try:
                end = last_moment(known)
            except NoDate:
                return _cell(known)
            return written(end)[:10] if end is not None else ""
        return _date(user, "statusChanged") if user.status in ("DEPROVISIONED", "SUSPENDED") else ""


def _cell(value: object) -> str:
    """What Okta has, so that no spreadsheet takes it for a formula."""
    shown = value.strip() if isinstance(value, str) else text(value)
    return guarded(cut(shown)) if shown else ""


def _date(user: User, field: str) -> str:
    given = user.record.get(field)
    if isinstance(given, str) and _AS_OKTA_WRITES_IT.fullmatch(given):
        return f"{given[:19]}Z"  # which is what the way through numbers leads to, more slowly
    try:
        when = user.at(field)
    except Unknown:
        return _cell(given)
    return "" if when is None else written(when)


def _roles(admin: Admin) -> str:
    return "; ".join(str(role) for role in admin.roles) if admin.roles is not None else "unknown"


def _why(user: User, roles: str) -> str:
    if user.enabled is False:
        return f"no access: the account is {user.status}" + (f"; still holds {roles}" if roles else "")
    status = cut(user.status) or "without a status"
    return f"account {status}" + (f"; admin by {roles}" if roles else "")


def granted(exemption: Exemption) -> str:
    """An exemption in a cell: ticket, reason, and until when."""
    entry = exemption.entry
    return cut(" ".join(filter(None, (entry["ticket"], entry["reason"], f"(until {entry['expires']})"))))
