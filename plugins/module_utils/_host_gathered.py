# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What was gathered on a host, checked: a host can send anything, and what isn't as expected is no account."""

from __future__ import annotations

import json
import typing as t

from ._audit_subject import Record
from ._errors import printable

_PASSWORDS = ("set", "locked", "empty", "none", "unknown")
_NOBODY = 65534
_MOST_ACCOUNTS = 100_000

Kind = t.Union[type, tuple[type, ...]]


class NotGathered(Exception):
    """Nothing that can be judged was gathered; the text is the reason."""


class Account:
    """One account of a host. What could not be read is None."""

    __slots__ = (
        "expired",
        "groups",
        "in_range",
        "interactive",
        "keys",
        "last_login",
        "last_login_source",
        "name",
        "password",
        "password_changed",
        "record",
        "sudo",
        "uid",
        "usable",
    )

    def __init__(self, record: Record) -> None:
        self.record = record
        self.name: str = record["name"]
        self.uid: int | None = record["uid"]
        self.interactive: bool = record["interactive"]
        self.in_range: bool = record["in_uid_range"]
        self.password: str = record["password"]
        self.password_changed: str | None = record["password_changed"]
        self.expired: bool | None = record["expired"]
        self.usable: bool | None = record["usable"]
        self.last_login: str | None = record["last_login"]
        self.last_login_source: str | None = record["last_login_source"]
        self.groups: list[str] = record["groups"]
        self.sudo: list[Record] | None = record["sudo"]
        self.keys: list[Record] | None = record["ssh_keys"]

    @property
    def is_root(self) -> bool:
        """Whether it is root itself, which is nobody's own account."""
        return self.name == "root" and self.uid == 0

    @property
    def in_scope(self) -> bool:
        """Whether it is judged: one for people, one with uid 0, or one that somebody can get into."""
        if self.uid == _NOBODY or self.name == "nobody":
            return False
        may_be_used = self.usable or (self.usable is None and self.interactive) or self.password == "empty"  # noqa: S105  # a state
        return self.in_range or self.uid in (0, None) or bool(may_be_used) or bool(self.keys)


class Gathered(t.NamedTuple):
    """The accounts of a host in the order of their names, and which probes have worked."""

    accounts: list[Account]
    uid_min: int | None
    uid_max: int | None
    probes: Record
    errors: list[Record]


def read_gathered(result: object) -> Gathered:
    """Check what a task with `host_accounts_info` has registered. Raises `NotGathered` with the reason."""
    if not isinstance(result, dict):
        raise NotGathered("No result of host_accounts_info was handed over.")
    if result.get("unreachable"):
        raise NotGathered(_because("The host was not reached", result))
    if result.get("failed"):
        raise NotGathered(_because("The accounts could not be read", result))
    if result.get("skipped") or result.get("skip_reason"):
        raise NotGathered("The accounts were not read, for the task was skipped.")
    try:
        plain = json.loads(json.dumps({name: result.get(name) for name in _MEMBERS}))
    except (TypeError, ValueError, RecursionError):
        raise NotGathered("The host has sent what can't be written as JSON.") from None
    accounts = plain["accounts"]
    if not isinstance(accounts, list) or not accounts:
        raise NotGathered("The host has sent no list of accounts.")
    if len(accounts) > _MOST_ACCOUNTS:
        raise NotGathered(f"The host has sent more than {_MOST_ACCOUNTS} accounts.")
    read: dict[str, Account] = {}
    for number, record in enumerate(accounts, start=1):
        account = Account(_checked(number, record))
        if account.name in read:
            raise NotGathered(f"The host has sent account {number} twice.")
        read[account.name] = account
    probes, errors = plain["capabilities"], plain["errors"]
    return Gathered(
        [read[name] for name in sorted(read)],
        _whole(plain["uid_min"]),
        _whole(plain["uid_max"]),
        {str(name): value for name, value in probes.items()} if isinstance(probes, dict) else {},
        [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else [],
    )


_MEMBERS = ("accounts", "uid_min", "uid_max", "capabilities", "errors")
_NONE = type(None)
_TYPES: dict[str, Kind] = {
    "name": str,
    "uid": (int, _NONE),
    "shell": (str, _NONE),
    "interactive": bool,
    "in_uid_range": bool,
    "password": str,
    "password_changed": (str, _NONE),
    "expires": (str, _NONE),
    "expired": (bool, _NONE),
    "usable": (bool, _NONE),
    "usable_by": list,
    "last_login": (str, _NONE),
    "last_login_source": (str, _NONE),
    "groups": list,
    "sudo": (list, _NONE),
    "ssh_keys": (list, _NONE),
}


def _checked(number: int, record: object) -> Record:
    if not isinstance(record, dict):
        raise NotGathered(f"The host has sent account {number} as what is no dictionary.")
    for name, kinds in _TYPES.items():
        if name not in record:
            raise NotGathered(f"The host has sent account {number} without {name}.")
        value = record[name]
        wrong = isinstance(value, bool) and kinds == (int, _NONE)
        if wrong or not isinstance(value, kinds):
            raise NotGathered(f"The host has sent account {number} with a {name} of another type.")
    if not record["name"] or record["password"] not in _PASSWORDS:
        raise NotGathered(f"The host has sent account {number} without a name, or with a password state there isn't.")
    if not all(isinstance(item, str) for name in ("groups", "usable_by") for item in record[name]):
        raise NotGathered(f"The host has sent account {number} with groups that are no names.")
    for name in ("sudo", "ssh_keys"):
        if not all(isinstance(item, dict) for item in record[name] or ()):
            raise NotGathered(f"The host has sent account {number} with {name} of another type.")
    return record


def _because(what: str, result: t.Mapping[str, t.Any]) -> str:
    said = result.get("msg")
    reason = printable(said, 200) if isinstance(said, str) else ""
    return f"{what}: {reason.rstrip('.')}." if reason else f"{what}."


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
