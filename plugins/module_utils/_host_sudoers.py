# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on managed hosts, with Python 3.6 too.
"""Who may do what with sudo: what `cvtsudoers -e -f json` says, put down to accounts. Pure."""

import fnmatch
import json
from typing import Any, Dict, Iterable, List, NamedTuple, Optional

from ._host_passwd import Entry

Record = Dict[str, Any]


class NoSudoers(Exception):
    """What cvtsudoers has printed can't be understood."""


class Rule(NamedTuple):
    """One line of sudoers(5), with whom it is for as cvtsudoers writes it."""

    users: List[Record]
    runas: List[str]
    commands: List[str]
    nopasswd: bool


def read_sudoers(text: str, host_name: str) -> List[Rule]:
    """The rules that hold on this host, in their order. Raises `NoSudoers`."""
    try:
        parsed = json.loads(text)
        defaults = _list(parsed.get("Defaults", []))
        everyone = any(_no_password(default) for default in defaults if not default.get("Binding"))
        bound = [member for default in defaults if _no_password(default) for member in default.get("Binding", [])]
        rules = []  # type: List[Rule]
        for spec in _list(parsed.get("User_Specs", [])):
            if not _on_host(spec.get("Host_List", []), host_name):
                continue
            users = _list(spec.get("User_List", []))
            for command in _list(spec.get("Cmnd_Specs", [])):
                runas = [_word(member) for member in _list(command.get("runasusers", []))]
                groups = [":" + _word(member) for member in _list(command.get("runasgroups", []))]
                options = {name: value for option in command.get("Options", []) for name, value in option.items()}
                free = options.get("authenticate", not (everyone or any(user in bound for user in users))) is False
                commands = [_word(member) for member in _list(command.get("Commands", []))]
                rules.append(Rule(users, runas + groups or ["root"], commands, free))
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        raise NoSudoers() from None
    return rules


def rights_of(entry: Entry, groups: List[str], gids: Iterable[int], rules: List[Rule]) -> List[Record]:
    """What an account may do. ``groups`` and ``gids`` are those that it is in."""
    numbers = set(gids)
    rights = []  # type: List[Record]
    for rule in rules:
        via = _via(entry, groups, numbers, rule.users)
        if via is None:
            continue
        rights.append(
            {
                "runas": rule.runas,
                "commands": rule.commands,
                "nopasswd": rule.nopasswd,
                "all_commands": "ALL" in rule.commands,
                "via": via,
            }
        )
    return rights


def _via(entry: Entry, groups: List[str], gids: Iterable[int], users: List[Record]) -> Optional[str]:
    """By what a list of users has an account in it, if it has: the last member that matches counts (sudoers(5))."""
    via = None  # type: Optional[str]
    for member in users:
        found = None  # type: Optional[str]
        if member.get("username") in ("ALL", entry.name):
            found = "ALL" if member["username"] == "ALL" else "user"
        elif "userid" in member and str(member["userid"]) == str(entry.uid):
            found = "user"
        elif member.get("usergroup") in groups:
            found = "group:" + str(member["usergroup"])
        elif "usergid" in member and str(member["usergid"]) in {str(gid) for gid in gids}:
            found = "group:#" + str(member["usergid"])
        if found is not None:
            via = None if member.get("negated") else found
    return via


def _on_host(hosts: List[Record], name: str) -> bool:
    """Whether a rule is for this host. What can't be told from a name, such as an address, counts as this host."""
    holds = False
    for member in _list(hosts):
        pattern = member.get("hostname")
        if pattern is None or pattern == "ALL" or fnmatch.fnmatchcase(name, str(pattern)):
            holds = not member.get("negated")
        elif fnmatch.fnmatchcase(name.split(".")[0], str(pattern)):
            holds = not member.get("negated")
    return holds


def _no_password(default: Record) -> bool:
    return any(option.get("authenticate") is False for option in _list(default.get("Options", [])))


def _word(member: Record) -> str:
    """A user, a group or a command, with the mark that it is excepted."""
    named = [str(value) for name, value in member.items() if name not in ("negated", "sha224", "sha256", "sha384", "sha512")]
    return ("!" if member.get("negated") else "") + (named[0] if named else "")


def _list(value: Any) -> List[Record]:
    if not isinstance(value, list) or not all(isinstance(member, dict) for member in value):
        raise NoSudoers()
    return value
