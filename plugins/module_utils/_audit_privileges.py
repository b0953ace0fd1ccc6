# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What privilege checks know beside the users: admins, factors, API tokens, policies, deactivations."""

from __future__ import annotations

import json
import os
import typing as t
from dataclasses import dataclass

from ._audit_checks import INPUTS
from ._audit_dates import NoDate, moment
from ._audit_files import unreadable
from ._audit_subject import Record, cut, display_name, text
from ._errors import InvalidOption

# What the modules that read them return them as, so that a whole result can be handed over too.
_RETURNED_AS = {
    "admins": ("admins",),
    "factors": ("users", "factors"),
    "api_tokens": ("api_tokens",),
    "policies": ("policies",),
    "deactivations": ("deactivations", "events"),
}
SUPER_ADMIN = "SUPER_ADMIN"


class Role(t.NamedTuple):
    """An admin role that a user holds, and how it was granted: to the USER, to a GROUP, to a CLIENT."""

    type: str
    label: str
    assignment: str

    def __str__(self) -> str:
        return f"{self.label or self.type} ({self.assignment or 'unknown'})"


class Admin(t.NamedTuple):
    """A user that Okta lists as admin. ``roles`` are the active ones, None when they couldn't be told."""

    login: str
    name: str
    roles: tuple[Role, ...] | None

    @property
    def is_super(self) -> bool:
        """Whether one of the roles is Super Administrator."""
        return any(role.type == SUPER_ADMIN for role in self.roles or ())


@dataclass(frozen=True)
class Privileges:
    """The inputs that were given; None is for one that wasn't. Factors are the types of the active ones, by user."""

    admins: dict[str, Admin] | None = None
    factors: dict[str, tuple[str, ...] | None] | None = None
    api_tokens: list[Record] | None = None
    policies: list[Record] | None = None
    deactivations: dict[str, int | None] | None = None

    def given(self, name: str) -> bool:
        """Whether an input is there."""
        return getattr(self, name) is not None

    def users(self) -> set[str]:
        """The ids of the users that are referred to."""
        owners = {text(token.get("userId")) for token in self.api_tokens or ()}
        return {identity for identity in owners | set(self.admins or ()) if identity}


def read_privileges(paths: t.Mapping[str, str | None]) -> Privileges:
    """Read the files that the options of these names say. Raises `InvalidOption`."""
    read = {name: _read(name, paths.get(name)) for name in INPUTS}
    admins, factors, events = read["admins"], read["factors"], read["deactivations"]
    return Privileges(
        None if admins is None else _admins(_records("admins", admins)),
        None if factors is None else _factors(factors),
        None if read["api_tokens"] is None else _records("api_tokens", read["api_tokens"]),
        None if read["policies"] is None else _records("policies", read["policies"]),
        None if events is None else _deactivations(_records("deactivations", events)),
    )


def _read(option: str, path: str | None) -> t.Any:
    if not path:
        return None
    try:
        with open(os.path.expanduser(path), "rb") as file:
            content = json.load(file)
    except OSError as error:
        raise unreadable(option, path, error) from None
    except (ValueError, RecursionError):
        raise InvalidOption(f"{option} names a file that is no JSON.", "Write it again.") from None
    if isinstance(content, dict):
        for name in _RETURNED_AS[option]:
            if isinstance(content.get(name), (list, dict)):
                return content[name]
    return content


def _records(option: str, content: object) -> list[Record]:
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise InvalidOption(
            f"{option} names a file that is no list of JSON objects.", "Write what the module that reads them returns."
        )
    return content


def _admins(records: list[Record]) -> dict[str, Admin]:
    admins = {}
    for record in records:
        user = record.get("user")
        profile = user.get("profile") if isinstance(user, dict) else None
        profile = profile if isinstance(profile, dict) else {}
        roles = _roles(record.get("roles"))
        if roles != ():
            admins[text(record.get("id"))] = Admin(text(profile.get("login")), display_name(profile), roles)
    admins.pop("", None)
    return admins


def _roles(given: object) -> tuple[Role, ...] | None:
    """The active ones of the roles; none at all for an admin means that they couldn't be told."""
    if not isinstance(given, list) or not given:
        return None
    roles = [
        Role(text(role.get("type")), cut(text(role.get("label"))), text(role.get("assignmentType")))
        for role in given
        if isinstance(role, dict) and text(role.get("status")).upper() in ("", "ACTIVE")
    ]
    return tuple(sorted(roles))


def _factors(content: object) -> dict[str, tuple[str, ...] | None]:
    if isinstance(content, list):
        content = {text(record.get("id")): record.get("factors") for record in _records("factors", content)}
    if not isinstance(content, dict):
        raise InvalidOption("factors names a file that has no users.", "Write what okta_factors_info returns as users.")
    return {str(identity): _active(factors) for identity, factors in content.items() if identity}


def _active(factors: object) -> tuple[str, ...] | None:
    if not isinstance(factors, list) or not all(isinstance(factor, dict) for factor in factors):
        return None  # an error, or a user that was deleted meanwhile: unknown is not none
    active = [factor for factor in factors if text(factor.get("status")).upper() == "ACTIVE"]
    return tuple(sorted({text(factor.get("factorType")) or "other" for factor in active} - {"password"}))


def _deactivations(events: list[Record]) -> dict[str, int | None]:
    """When each user was last deactivated; None when the log's date can't be read."""
    latest: dict[str, int | None] = {}
    for event in events:
        outcome = event.get("outcome")
        result = text(outcome.get("result")) if isinstance(outcome, dict) else ""
        if text(event.get("eventType")) != "user.lifecycle.deactivate" or result not in ("", "SUCCESS"):
            continue
        try:
            when = moment(event.get("published"))
        except NoDate:
            when = None
        targets = event.get("target")
        for target in targets if isinstance(targets, list) else ():
            if isinstance(target, dict) and target.get("type") == "User" and isinstance(target.get("id"), str):
                before = latest.get(target["id"])
                latest[target["id"]] = max(filter(None, (before, when)), default=None)
    return latest
