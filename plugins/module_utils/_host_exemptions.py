# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Exemptions of the host audit: which accounts, on which hosts, and of what kind."""

from __future__ import annotations

import fnmatch
import re
import typing as t

from ._audit_exemptions import Exemption, Exemptions, read_exemptions, wrong
from ._audit_subject import Subject, text

_KEYS = ("account", "account_regex", "login", "hosts", "groups")
_TYPES = ("service", "breakglass", "vendor")


def read_host_exemptions(given: t.Sequence[t.Any] | None, checks: t.Collection[str], now: int) -> Exemptions:
    """Check the list of exemptions. Raises `InvalidOption` that names the entry."""
    return read_exemptions(given, checks, now, {"match": _match, "type": _type})


def matching(exemptions: Exemptions, subject: Subject, groups: t.Collection[str]) -> list[Exemption]:
    """Those that match an account, or a host, which is in these groups of the inventory."""
    return [each for each in exemptions.entries if _matches(each.entry["match"], subject, groups)]


def _matches(match: t.Mapping[str, t.Any], subject: Subject, groups: t.Collection[str]) -> bool:
    """Whether all that is named agrees. Names of accounts are as they are, logins without regard to case."""
    if subject.type != "account" and not {"account", "account_regex", "login"}.isdisjoint(match):
        return False
    return (
        ("account" not in match or match["account"] == subject.name)
        and ("account_regex" not in match or re.search(match["account_regex"], subject.name) is not None)
        and ("login" not in match or match["login"].casefold() == subject.login.casefold())
        and ("hosts" not in match or any(fnmatch.fnmatchcase(subject.host, each) for each in match["hosts"]))
        and ("groups" not in match or not set(match["groups"]).isdisjoint(groups))
    )


def _match(number: int, match: object) -> dict[str, t.Any]:
    if not isinstance(match, dict) or not match:
        raise wrong(number, "has a match that is no dictionary", f"It matches by: {', '.join(_KEYS)}.")
    read: dict[str, t.Any] = {}
    for name, value in match.items():
        if name not in _KEYS:
            raise wrong(number, f"matches by {text(name)[:60]!r}", f"It can match by: {', '.join(_KEYS)}.")
        several = name in ("hosts", "groups")
        items = [text(item) for item in (value if isinstance(value, list) and several else [value])]
        if not items or not all(items):
            raise wrong(number, f"matches by {name}, without a value", "Give the value, or leave it out.")
        read[name] = items if several else items[0]
    if "account_regex" in read:
        try:
            re.compile(read["account_regex"])
        except (re.error, OverflowError, RecursionError):
            raise wrong(number, "has an account_regex that is no regular expression", "Correct it.") from None
    return read


def _type(number: int, kind: object) -> str | None:
    if kind is not None and kind not in _TYPES:
        raise wrong(number, "has a type that there isn't", f"There are: {', '.join(_TYPES)}.")
    return None if kind is None else str(kind)
