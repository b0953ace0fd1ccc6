# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What has to be known of the whole population before the first user can be judged: one pass over it."""

from __future__ import annotations

import typing as t

from ._audit_dates import DAY, NoDate, moment
from ._audit_settings import Tuned
from ._audit_subject import Record, User, cut, text

_AGES = ((30, "0-30 days"), (60, "31-60 days"), (90, "61-90 days"), (180, "91-180 days"), (365, "181-365 days"))
_OLDER, _NEVER, _UNCLEAR = "over 365 days", "never", "unknown"
_NAMED = 5


class Shared:
    """A value that several users have: how many, and the first few by login."""

    __slots__ = ("count", "logins")

    def __init__(self, login: str) -> None:
        self.count = 1
        self.logins = [login]

    def add(self, login: str) -> None:
        """One more user has it."""
        self.count += 1
        if len(self.logins) <= _NAMED:
            self.logins.append(login)

    def others(self, login: str) -> list[str]:
        """The logins of some that share it."""
        return [cut(other) for other in self.logins if other != login][:_NAMED]


class Known(t.NamedTuple):
    """What has to be known of one user to judge something that belongs to it."""

    login: str
    name: str
    status: str
    enabled: bool | None


class Survey:
    """Counts and indexes over the population; `add` each user once.

    ``fields`` are those the population was read with, nothing for all. ``watched`` are ids, and ``owners`` logins, of
    users that something outside the population refers to.
    """

    def __init__(
        self, now: int, checks: t.Mapping[str, Tuned], fields: t.Iterable[str], watched: set[str], owners: set[str]
    ) -> None:
        self._now = now
        self._fields = {name.strip() for name in fields}
        self._watched = watched
        self._owners = owners
        self._seen: set[str] = set()
        self.count = 0
        self.by_status: dict[str, int] = {}
        self.by_state: dict[bool | None, int] = {True: 0, False: 0, None: 0}
        self._ages: dict[str, int] = {}
        duplicates, managers = checks["user_duplicate_identity"], checks["user_manager_invalid"]
        self._attributes: list[str] = duplicates.settings["attributes"] if duplicates.enabled else []
        self._values: dict[str, dict[str, str | Shared]] = {name: {} for name in self._attributes}
        self._joins = managers.enabled
        self.joinable: dict[str, bool | None] = {}
        self.known: dict[str, Known] = {}
        self.owner_states: dict[str, bool | None] = {}

    def add(self, user: User) -> None:
        """Take in a user."""
        self.count += 1
        if not self._seen >= user.record.keys():
            self._seen.update(user.record)
        status = user.status or "(none)"
        self.by_status[status] = self.by_status.get(status, 0) + 1
        self.by_state[user.enabled] += 1
        if user.enabled:
            self._add_enabled(user)
        if self._joins and user.enabled is not False:
            for key in (user.id, user.login.casefold(), text(user.profile.get("employeeNumber")).casefold()):
                if key:
                    self.joinable[key] = self.joinable.get(key) or user.enabled
        if user.id in self._watched:
            subject = user.subject
            self.known[user.id] = Known(subject.login, subject.name, user.status, user.enabled)
        if self._owners and (login := user.login.casefold()) in self._owners:
            self.owner_states[login] = user.enabled

    def _add_enabled(self, user: User) -> None:
        age = self._age(user.record)
        self._ages[age] = self._ages.get(age, 0) + 1
        for name in self._attributes:
            value = text(user.profile.get(name)).casefold()
            if not value:
                continue
            values, login = self._values[name], user.login or user.id
            found = values.get(value)
            if found is None:
                values[value] = login
                continue
            if isinstance(found, str):
                found = values[value] = Shared(found)
            found.add(login)

    def _age(self, record: Record) -> str:
        try:
            when = moment(record.get("lastLogin"))
        except NoDate:
            return _UNCLEAR
        if when is None:
            return _NEVER
        return next((label for days, label in _AGES if self._now - when <= days * DAY), _OLDER)

    def shared(self, attribute: str, value: str) -> Shared | None:
        """Who shares a value of an attribute, when more than one enabled user has it."""
        found = self._values[attribute].get(value.casefold())
        return found if isinstance(found, Shared) else None

    def has(self, name: str) -> bool:
        """Whether the population was read with an attribute. Okta may leave out what is null, so one user will do."""
        top = name.partition(".")[0]
        if self._fields and "." in name:
            return name in self._fields or top in self._fields
        return top in self._seen or name in self._fields

    def report(self) -> dict[str, t.Any]:
        """The population, as it stands in the report."""
        dated = self.has("lastLogin")
        labels = [*(label for _days, label in _AGES), _OLDER, _NEVER]
        ages = self._ages if dated else {_UNCLEAR: self.by_state[True]}
        ages_shown = [{"label": label, "count": ages.get(label, 0)} for label in labels]
        if ages.get(_UNCLEAR):
            ages_shown.append({"label": _UNCLEAR, "count": ages[_UNCLEAR]})
        return {
            "by_status": {cut(status): count for status, count in sorted(self.by_status.items())},
            "enabled": self.by_state[True],
            "disabled": self.by_state[False],
            "unknown": self.by_state[None],
            "sign_in_age": ages_shown,
        }
