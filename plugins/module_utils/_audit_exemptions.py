# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Exemptions: whom a check may find, why, who answers for it, and until when."""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

from ._audit_checks import Check
from ._audit_dates import NoDate, last_moment
from ._audit_subject import Subject, text
from ._errors import InvalidOption, printable

_NAMES = ("match", "check", "reason", "ticket", "owner", "expires")
_REQUIRED = ("match", "reason", "owner", "expires")
_MATCHES = "login, login_regex, id, or an attribute such as profile.userType"


ReadMember = t.Callable[[int, object], t.Any]


class Exemption:
    """One entry of the list. ``checks`` is None when it holds for all; ``matched`` counts what it exempts."""

    __slots__ = ("checks", "entry", "expired", "matched", "number", "regex")

    def __init__(self, number: int, entry: dict[str, t.Any], checks: frozenset[str] | None, *, expired: bool) -> None:
        self.number = number
        self.entry = entry
        self.checks = checks
        self.expired = expired
        self.matched = 0
        pattern = entry["match"].get("login_regex")
        self.regex = re.compile(pattern, re.IGNORECASE) if pattern else None

    @property
    def state(self) -> str:
        """How it stands in the report."""
        return "expired" if self.expired else "used" if self.matched else "unused"

    @property
    def subject(self) -> Subject:
        """The exemption as the subject of a finding; the login is its owner's."""
        digest = hashlib.sha256(canonical(_identity(self.entry)).encode("utf-8", "replace")).hexdigest()
        return Subject("exemption", digest[:20], self.entry["owner"], f"Exemption {self.number}")

    def covers(self, check: Check) -> bool:
        """Whether it holds for a check. A list for evidence has to be named: it finds no fault."""
        return not check.evidence if self.checks is None else check.id in self.checks

    def matches(self, subject: Subject, profile: t.Mapping[str, t.Any]) -> bool:
        """Whether a subject is meant: everything that ``match`` names has to agree."""
        for name, wanted in self.entry["match"].items():
            if name == "login":
                agrees = subject.login.casefold() == wanted.casefold()
            elif name == "id":
                agrees = subject.id == wanted
            elif self.regex and name == "login_regex":
                agrees = bool(subject.login) and self.regex.search(subject.login) is not None
            else:
                value = profile.get(name.removeprefix("profile."))
                agrees = value == wanted if isinstance(wanted, bool) else text(value) == text(wanted)
                agrees = agrees and isinstance(value, bool) == isinstance(wanted, bool)
            if not agrees:
                return False
        return True

    def shown(self) -> dict[str, t.Any]:
        """As it stands in the report."""
        return {**self.entry, "state": self.state, "matched": self.matched}

    def granted(self) -> dict[str, t.Any]:
        """As it stands in a finding that it exempts."""
        return {name: self.entry[name] for name in ("reason", "ticket", "owner", "expires")}


class Exemptions:
    """All exemptions, in the order of the list: the first that holds is the one that counts."""

    def __init__(self, entries: list[Exemption]) -> None:
        self.entries = entries
        self._by_login: dict[str, list[Exemption]] = {}
        self._by_id: dict[str, list[Exemption]] = {}
        self._others: list[Exemption] = []
        for exemption in entries:
            match = exemption.entry["match"]
            if "id" in match:
                self._by_id.setdefault(match["id"], []).append(exemption)
            elif "login" in match:
                self._by_login.setdefault(match["login"].casefold(), []).append(exemption)
            else:
                self._others.append(exemption)

    def of(self, subject: Subject, profile: t.Mapping[str, t.Any]) -> list[Exemption]:
        """Those that match a subject. None matches an exemption: nobody exempts his own exemption."""
        if not self.entries or subject.type == "exemption":
            return []
        found = [*self._by_id.get(subject.id, ()), *self._by_login.get(subject.login.casefold(), ()), *self._others]
        return sorted((each for each in found if each.matches(subject, profile)), key=lambda each: each.number)

    def owners(self) -> set[str]:
        """The logins of all owners, without regard to case."""
        return {exemption.entry["owner"].casefold() for exemption in self.entries}


def holding(check: Check, matching: t.Iterable[Exemption]) -> Exemption | None:
    """The exemption that holds for a finding of this check, counted as used. Expired ones exempt nobody."""
    for exemption in matching:
        if exemption.covers(check):
            exemption.matched += 1
            if not exemption.expired:
                return exemption
    return None


def read_exemptions(
    given: t.Sequence[t.Any] | None,
    checks: t.Collection[str],
    now: int,
    more: t.Mapping[str, ReadMember] | None = None,
) -> Exemptions:
    """Check the list of exemptions. Raises `InvalidOption` that names the entry.

    ``more`` has, by name, what reads the members that the exemptions of this audit have besides, or have otherwise.
    """
    readers: dict[str, ReadMember] = {"match": _match, **(more or {})}
    names = (*_NAMES, *(name for name in readers if name not in _NAMES))
    entries: list[Exemption] = []
    seen: dict[str, int] = {}
    for number, entry in enumerate(given or (), start=1):
        if not isinstance(entry, dict):
            raise wrong(number, "is no dictionary", f"Write one with: {', '.join(names)}.")
        unknown = [str(name) for name in entry if name not in names]
        if unknown:
            raise wrong(number, f"has {printable(unknown[0], 60)!r}", f"It can have: {', '.join(names)}.")
        plain = {name: entry.get(name) for name in names}
        for name in ("reason", "ticket", "owner", "expires"):
            plain[name] = _text(number, name, plain[name])
        missing = [name for name in _REQUIRED if not plain[name]]
        if missing:
            raise wrong(number, f"lacks {' and '.join(missing)}", "An exemption without them can't be reviewed.")
        for name, read in readers.items():
            plain[name] = read(number, plain[name])
        named = _checks(number, plain["check"], checks)
        plain["check"] = None if named is None else named if isinstance(entry["check"], list) else named[0]
        try:
            expires = last_moment(plain["expires"])
        except NoDate:
            raise wrong(number, "has no date in expires", "Write one such as 2026-12-31.") from None
        first = seen.setdefault(canonical(_identity(plain)), number)
        if first != number:
            raise wrong(number, f"is entry {first} once more", "Remove one of them.")
        expired = expires is not None and now > expires
        entries.append(Exemption(number, plain, None if named is None else frozenset(named), expired=expired))
    return Exemptions(entries)


def canonical(value: object) -> str:
    """JSON that is the same for the same value."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True, allow_nan=False)


def _identity(entry: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: entry[name] for name in ("match", "check", "expires")}


def _text(number: int, name: str, value: object) -> str:
    if value is not None and not isinstance(value, (str, int)):
        raise wrong(number, f"has no text in {name}", "Write a text.")
    return text(value)


def _match(number: int, match: object) -> dict[str, t.Any]:
    if not isinstance(match, dict) or not match:
        raise wrong(number, "has a match that is no dictionary", f"It matches by: {_MATCHES}.")
    for name, value in match.items():
        if name not in ("login", "login_regex", "id") and not re.fullmatch(r"profile\.[A-Za-z0-9_]+", str(name)):
            raise wrong(number, f"matches by {printable(str(name), 60)!r}", f"It can match by: {_MATCHES}.")
        of_profile = str(name).startswith("profile.")
        if not text(value) and not (of_profile and isinstance(value, bool)):
            raise wrong(number, f"matches by {name}, without a value", "Give the value, or leave it out.")
    if "login_regex" in match:
        try:
            re.compile(text(match["login_regex"]))
        except (re.error, OverflowError, RecursionError):
            raise wrong(number, "has a login_regex that is no regular expression", "Correct it.") from None
    return {str(name): value if isinstance(value, bool) else text(value) for name, value in match.items()}


def _checks(number: int, check: object, known: t.Collection[str]) -> list[str] | None:
    names = [check] if isinstance(check, str) else check
    if names is None or names == ["all"]:
        return None
    if not isinstance(names, list) or not names:
        raise wrong(number, "has no check in check", "Name one, several in a list, or all.")
    for name in names:
        if name not in known:
            raise wrong(
                number, f"names {printable(str(name), 60)!r}, which is no check", f"There are: {', '.join(known)}."
            )
    return [str(name) for name in names]


def wrong(number: int, what: str, remedy: str) -> InvalidOption:
    """What to raise for an entry that can't be used."""
    return InvalidOption(f"Entry {number} of exemptions {what}.", remedy)
