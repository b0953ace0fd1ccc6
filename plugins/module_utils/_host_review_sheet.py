# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The review sheet of a host audit: every account on every host, why it is there, and room for the reviewer to sign."""

from __future__ import annotations

import typing as t

from ._audit_exemptions import Exemption
from ._audit_review_sheet import SIGNED, TO_SIGN, granted, open_sheet
from ._audit_subject import Record, cut, text
from ._user_rows import guarded

COLUMNS = (
    "host",
    "account",
    "uid",
    "shell",
    "usable by",
    "groups",
    "sudo",
    "keys",
    "last login",
    "okta login",
    "okta status",
    "matched by",
    "why it has access",
    "open findings",
    "exemptions",
    *SIGNED,
)


class HostReviewSheet:
    """Writes the rows to a new file that nobody else can read, as they come in. Use it as a context."""

    def __init__(self, path: str) -> None:
        self._file, self._writer = open_sheet(path, COLUMNS)

    def __enter__(self) -> HostReviewSheet:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()

    def add(
        self,
        host: str,
        account: Record,
        row: Record,
        findings: t.Sequence[str],
        exemptions: t.Iterable[tuple[str, Exemption]],
    ) -> None:
        """One account that is judged: ``account`` as it was read, ``row`` as it was judged."""
        keys = account["ssh_keys"]
        user = row["user"] or {}
        self._writer.writerow(
            (
                _cell(host),
                _cell(account["name"]),
                _cell(account["uid"]),
                _cell(account["shell"]),
                _usable(account),
                _cell(", ".join(account["groups"])),
                _cell(_sudo(account["sudo"])),
                "unknown" if keys is None else _cell("; ".join(_key(key) for key in keys)),
                _last_login(account),
                _cell(row["login"]),
                _cell(user.get("status")),
                _cell(row["matched_by"]),
                _cell(_why(account, row)),
                "; ".join(findings),
                _cell("; ".join(f"{check}: {granted(exemption)}" for check, exemption in exemptions)),
                *TO_SIGN,
            )
        )


def _cell(value: object) -> str:
    shown = text(value)
    return guarded(cut(shown)) if shown else ""


def _usable(account: Record) -> str:
    if account["usable"] is None:
        return "unknown"
    return _cell(", ".join(account["usable_by"])) if account["usable"] else "not usable"


def _sudo(rules: list[Record] | None) -> str:
    if rules is None:
        return "unknown"
    shown = []
    for rule in rules:
        commands = rule.get("commands")
        what = ", ".join(map(str, commands)) if isinstance(commands, list) else ""
        shown.append(("NOPASSWD: " if rule.get("nopasswd") else "") + ("ALL" if rule.get("all_commands") else what))
    return "; ".join(shown)


def _key(key: Record) -> str:
    return " ".join(filter(None, (text(key.get("fingerprint")), text(key.get("comment")))))


def _last_login(account: Record) -> str:
    if account["last_login_source"] is None:
        return "unknown"
    return _cell(account["last_login"]) or "never"


def _why(account: Record, row: Record) -> str:
    if account["usable"] is False:
        why = "no access: nobody can get in"
    elif row["ambiguous"]:
        why = "could belong to several users"
    elif row["user"]:
        why = f"account of a user who is {row['user']['status']}"
    else:
        why = "no user of Okta is behind it"
    privileged = row["privileged"]
    return (
        why
        + ("; whether privileged is unknown" if privileged is None else "")
        + (f"; privileged by {', '.join(privileged)}" if privileged else "")
    )
