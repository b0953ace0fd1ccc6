# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Which checks are on, and with which settings: the table's defaults, a preset over them, the user's own over both."""

from __future__ import annotations

import re
import typing as t

from ._audit_check_table import CHECKS
from ._audit_checks import SEVERITIES, Check
from ._audit_subject import User
from ._errors import InvalidOption, printable

_ANY_CHECK = ("enabled", "severity")
_ANY_USER_CHECK = ("exclude_logins", "exclude_providers")
_REGEXES = ("exclude_logins", "patterns")
_MOST = 36_500


def _days(days: int, password_days: int | None = None) -> dict[str, dict[str, t.Any]]:
    preset: dict[str, dict[str, t.Any]] = {"user_inactive": {"days": days}, "inactivity_automation": {"days": days}}
    if password_days is not None:
        preset["user_password_age"] = {"enabled": True, "days": password_days}
    return preset


PRESETS: dict[str, dict[str, dict[str, t.Any]]] = {
    "none": {},
    "pci": _days(90, 90),
    "stig": _days(35, 60),
    "cis": _days(45),
    "fedramp_moderate": _days(90),
    "fedramp_high": _days(35),
}


class Tuned:
    """A check with the settings that hold for this audit. ``chosen`` is what the user said about ``enabled``."""

    __slots__ = (
        "chosen",
        "exclude_logins",
        "exclude_providers",
        "number",
        "patterns",
        "row",
        "selective",
        "settings",
        "severity",
    )

    def __init__(self, number: int, row: Check, own: t.Mapping[str, t.Any]) -> None:
        self.number = number
        self.row = row
        self.settings = {**row.settings, **{name: value for name, value in own.items() if name not in _ANY_CHECK}}
        self.severity: str = own.get("severity", row.severity)
        self.chosen: bool | None = own.get("enabled")
        self.exclude_logins = _compiled(own.get("exclude_logins", ()))
        self.exclude_providers = frozenset(name.upper() for name in own.get("exclude_providers", ()))
        self.selective = bool(self.exclude_logins or self.exclude_providers)
        self.patterns = _compiled(self.settings.get("patterns", ()))

    @property
    def enabled(self) -> bool:
        """Whether the check is on, as far as settings decide it."""
        if self.chosen is not None:
            return self.chosen
        if self.row.on is not None or self.row.inputs:
            return self.row.on is not False
        return bool(self.settings[self.row.wants])

    @property
    def needs(self) -> tuple[str, ...]:
        """The attributes of users that the check reads with these settings."""
        named = [*self.settings.get("attributes", ()), *filter(None, (self.settings.get("attribute"),))]
        credentials = ("credentials",) if self.exclude_providers else ()
        return (*self.row.needs, *credentials, *(f"profile.{name}" for name in named))

    def leaves_out(self, user: User) -> bool:
        """Whether the settings say that a user is not to be judged by this check."""
        if any(pattern.search(user.login) for pattern in self.exclude_logins):
            return True
        return bool(self.exclude_providers) and user.provider in self.exclude_providers

    def milliseconds(self, unit: int, name: str = "days") -> int:
        """A setting that is a number of days or hours, in milliseconds."""
        return int(self.settings[name]) * unit


def tune(
    preset: str,
    given: t.Mapping[str, t.Any] | None,
    table: t.Sequence[Check] = CHECKS,
    presets: t.Mapping[str, t.Mapping[str, dict[str, t.Any]]] | None = None,
) -> dict[str, Tuned]:
    """All checks in table order, tuned. Raises `InvalidOption` for what there isn't or what can't be."""
    rows = {row.id: row for row in table}
    own: dict[str, dict[str, t.Any]] = {}
    for name, settings in (given or {}).items():
        if name not in rows:
            raise InvalidOption(f"checks names {_quoted(name)}, which is no check.", f"There are: {', '.join(rows)}.")
        own[name] = _checked(rows[name], settings)
    ready = (PRESETS if presets is None else presets)[preset]
    tuned = {
        name: Tuned(number, row, {**ready.get(name, {}), **own.get(name, {})})
        for number, (name, row) in enumerate(rows.items())
    }
    if "leaver_lag" in tuned and not tuned["leaver_lag"].settings["attribute"]:  # the end date is told once
        tuned["leaver_lag"].settings["attribute"] = tuned["user_end_date_passed"].settings["attribute"]
    for check in tuned.values():
        if check.chosen and check.row.wants and not check.settings[check.row.wants]:
            raise InvalidOption(
                f"checks switches {check.row.id} on without its setting {check.row.wants}.", f"Set {check.row.wants}."
            )
    return tuned


def _checked(row: Check, settings: object) -> dict[str, t.Any]:
    if settings is None:
        return {}
    if isinstance(settings, bool):
        return {"enabled": settings}
    names = (*_ANY_CHECK, *(_ANY_USER_CHECK if row.of_users else ()), *row.settings)
    if not isinstance(settings, dict):
        raise InvalidOption(f"checks has no settings for {row.id}.", f"Write a dictionary of: {', '.join(names)}.")
    for name in settings:
        if name not in names:
            raise InvalidOption(
                f"checks sets {_quoted(name)} of {row.id}, which it doesn't have.", f"It has: {', '.join(names)}."
            )
    return {name: _value(row, name, value) for name, value in settings.items()}


def _value(row: Check, name: str, value: object) -> t.Any:
    """A setting of the type that its default has. Templates of older versions of ansible-core make text of numbers."""
    where = f"checks sets {name} of {row.id}"
    if name == "enabled":
        truth = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
        if truth is None:
            raise InvalidOption(f"{where} to neither true nor false.", "Set it to true or false.")
        return truth
    if name.endswith("severity"):
        if value not in SEVERITIES:
            raise InvalidOption(f"{where} to what is no severity.", f"There are: {', '.join(SEVERITIES)}.")
        return value
    default = row.settings.get(name, [])
    if isinstance(default, int):
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,5}", str(value)) or not 1 <= int(str(value)) <= _MOST:
            raise InvalidOption(f"{where} to no number of that kind.", f"Set it to a number from 1 to {_MOST}.")
        return int(str(value))
    if isinstance(default, str):
        if not isinstance(value, str):
            raise InvalidOption(f"{where} to what is no text.", "Name an attribute of the profile.")
        return value.strip().removeprefix("profile.")
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) and item.strip() for item in items):
        raise InvalidOption(f"{where} to what is no list of texts.", "Write a list, each item of it a text.")
    for number, item in enumerate(items, start=1):
        if name in _REGEXES and not _is_regex(item):
            raise InvalidOption(f"{where}, and item {number} is no regular expression.", "Correct the expression.")
    return [item.removeprefix("profile.") if name == "attributes" else item for item in items]


def _is_regex(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _compiled(patterns: t.Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _quoted(name: object) -> str:
    return repr(printable(str(name), 60))
