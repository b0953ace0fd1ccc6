# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Who a finding is about, and a user as the checks see it."""

from __future__ import annotations

import typing as t

from ._audit_dates import NoDate, moment

Record = dict[str, t.Any]
DISABLED = frozenset(("SUSPENDED", "DEPROVISIONED", "STAGED"))
ENABLED = frozenset(("PROVISIONED", "ACTIVE", "RECOVERY", "LOCKED_OUT", "PASSWORD_EXPIRED"))
_LONGEST = 400


class Unknown(Exception):
    """A check can't be decided for a subject; the text is the reason. Unknown is neither fail nor pass."""


class Subject(t.NamedTuple):
    """Who, or what, a finding is about. ``login`` is the user's own, or that of an owner.

    ``host`` is set for an account on a host, and for a host.
    """

    type: str
    id: str
    login: str
    name: str
    host: str = ""


class User:
    """One user of the population. Nothing of what Okta sent is taken for granted but the ``id``."""

    __slots__ = ("_dates", "_subject", "enabled", "id", "login", "profile", "record", "status")

    def __init__(self, record: Record) -> None:
        profile = record.get("profile")
        self.record = record
        self.id: str = record["id"]
        self.profile: Record = profile if isinstance(profile, dict) else {}
        self.status = text(record.get("status"))
        self.login = text(self.profile.get("login"))
        self.enabled = is_enabled(self.status)
        self._subject: Subject | None = None
        self._dates: dict[str, int | None] = {}

    @property
    def subject(self) -> Subject:
        """This user in a finding."""
        if self._subject is None:
            self._subject = Subject("user", self.id, self.login, display_name(self.profile))
        return self._subject

    @property
    def provider(self) -> str:
        """The type of the provider of the credentials, such as OKTA; nothing when it isn't known."""
        credentials = self.record.get("credentials")
        provider = credentials.get("provider") if isinstance(credentials, dict) else None
        return text(provider.get("type")).upper() if isinstance(provider, dict) else ""

    def is_enabled(self) -> bool:
        """Whether the account can be used. Raises `Unknown` for a status that Okta didn't have so far."""
        if self.enabled is None:
            raise Unknown(
                "Whether the account is enabled can't be told from its status."
                if self.status
                else "The user has no status."
            )
        return self.enabled

    def has_status(self, *statuses: str) -> bool:
        """Whether the status is one of these. Raises `Unknown` when the user has none."""
        if not self.status:
            raise Unknown("The user has no status.")
        return self.status in statuses

    def at(self, field: str) -> int | None:
        """A date of the user, or None when there is none. Raises `Unknown` when it can't be read."""
        if field in self._dates:
            return self._dates[field]
        try:
            when = self._dates[field] = moment(self.record.get(field))
        except NoDate:
            raise Unknown(f"The attribute {field} is no date.") from None
        return when

    def needed(self, *fields: str) -> int:
        """The first of these dates that is there. Raises `Unknown` when none is."""
        for field in fields:
            when = self.at(field)
            if when is not None:
                return when
        raise Unknown(f"The attribute {' and the attribute '.join(fields)} is missing.")


def order_key(login: str, identity: str) -> bytes:
    """What users and findings are ordered by: the login, and the id where logins are the same."""
    return f"{login[:_LONGEST]}\0{identity}\0".encode("utf-8", "replace")


def is_enabled(status: str) -> bool | None:
    """Whether an account in this status can be used; None for a status never seen before."""
    if status in ENABLED:
        return True
    return False if status in DISABLED else None


def text(value: object) -> str:
    """Text, or a whole number as text, without blanks around it; anything else is nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40:
        return str(value)
    return ""


def display_name(profile: t.Mapping[str, t.Any]) -> str:
    """The name of a person for a report."""
    shown = text(profile.get("displayName"))
    return shown or f"{text(profile.get('firstName'))} {text(profile.get('lastName'))}".strip()


def cut(value: str) -> str:
    """Text from Okta, not longer than a report can bear."""
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
