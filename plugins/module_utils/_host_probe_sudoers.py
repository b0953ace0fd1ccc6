# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on hosts, with Python 3.6 or newer and nothing but the standard library.
"""The rules of sudo, from what `cvtsudoers -e -f json` prints, for one account at a time; pure."""

import fnmatch
import json
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

LONGEST_TEXT = 256  # characters of a command
MOST_COMMANDS = 50
UNKNOWN_SUBJECTS = ("netgroup", "nonunixgroup", "nonunixgid")
Json = Dict[str, Any]


class Who(NamedTuple):
    """An account, as sudo sees it."""

    name: str
    uid: Optional[int]
    groups: Sequence[str]
    gids: Sequence[int]


def parse_sudoers(text: str) -> Json:
    """The document. Raises ValueError where it isn't one."""
    document = json.loads(text) if text.strip() else {}  # no rules at all: some versions print nothing
    if not isinstance(document, dict):
        raise ValueError("not a document of cvtsudoers")
    for default in _dicts(document, "Defaults"):
        _dicts(default, "Options")
        _dicts(default, "Binding")
    for spec in _dicts(document, "User_Specs"):
        for name in ("User_List", "Host_List"):
            _dicts(spec, name)
        for commands in _dicts(spec, "Cmnd_Specs"):
            for name in ("runasusers", "runasgroups", "Options", "Commands"):
                _dicts(commands, name)
    return dict(document)


def _dicts(document: Json, name: str) -> List[Json]:
    """A list of objects that a document has under a name, which may be absent. Raises ValueError."""
    value = document.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError("not a document of cvtsudoers")
    return value


def needs_other_sources(document: Json) -> bool:
    """Whether a rule is for a netgroup or the like, of which only a directory knows who is in it."""
    subjects = [subject for spec in document.get("User_Specs", []) for subject in spec.get("User_List", [])]
    return any(kind in subject for subject in subjects for kind in UNKNOWN_SUBJECTS)


def rules_of(document: Json, who: Who, nodename: str) -> List[Json]:
    """The rules for an account on this host, in the order of the file."""
    passwordless = _default(document, "authenticate", who) is False
    wants_other_password = any(_default(document, name, who) for name in ("targetpw", "rootpw"))
    rules = []
    for spec in document.get("User_Specs", []):
        via = _via(spec.get("User_List", []), who)
        if via is None or not _is_here(spec.get("Host_List", []), nodename):
            continue
        for commands in spec.get("Cmnd_Specs", []):
            rule = _rule(commands, via, passwordless)
            # openSUSE's own: everybody may, who knows the password of root. That gives nobody anything.
            if not (via == "ALL" and wants_other_password and not rule["nopasswd"]):
                rules.append(rule)
    return rules


def _via(subjects: Sequence[Json], who: Who) -> Optional[str]:
    """By what a list of users has an account in it, or None; the last one that fits decides."""
    decided = None
    for subject in subjects:
        fits = None
        if "username" in subject:
            fits = {"ALL": "ALL", who.name: "user"}.get(str(subject["username"]))
        elif "userid" in subject:
            fits = "user" if subject["userid"] == who.uid else None
        elif "usergroup" in subject:
            fits = "group:%s" % subject["usergroup"] if subject["usergroup"] in who.groups else None
        elif "usergid" in subject and subject["usergid"] in who.gids:
            position = list(who.gids).index(subject["usergid"])
            fits = "group:%s" % who.groups[position]
        if fits is not None:
            decided = None if subject.get("negated") else fits
    return decided


def _is_here(hosts: Sequence[Json], nodename: str) -> bool:
    """Whether a list of hosts has this one in it. What it says of addresses and netgroups is taken to hold."""
    decided = False
    for host in hosts:
        pattern = host.get("hostname")
        names = (nodename.lower(), nodename.lower().partition(".")[0])
        negated = bool(host.get("negated"))
        if pattern is None:
            decided = decided or not negated
        elif pattern == "ALL" or any(fnmatch.fnmatchcase(name, str(pattern).lower()) for name in names):
            decided = not negated
    return decided


def _default(document: Json, option: str, who: Who) -> Optional[bool]:
    """The last value that an option has by default, for all or for an account."""
    value = None
    for default in document.get("Defaults", []):
        binding = default.get("Binding")
        if binding is None or _via(binding, who) is not None:
            for options in default.get("Options", []):
                value = options.get(option, value)
    return value


def _name(item: Json) -> str:
    marks = {"usergroup": "%", "userid": "#", "usergid": "%#", "netgroup": "+", "nonunixgroup": "%:"}
    kind = next((kind for kind in item if kind != "negated"), "")
    text = marks.get(kind, "") + str(item.get(kind, ""))
    return ("!" if item.get("negated") else "") + text[:LONGEST_TEXT]


def _rule(spec: Json, via: str, passwordless: bool) -> Json:
    authenticate = not passwordless
    for options in spec.get("Options", []):
        authenticate = options.get("authenticate", authenticate)
    users = [_name(item) for item in spec.get("runasusers", [])]
    groups = [":" + _name(item).replace("%", "", 1) for item in spec.get("runasgroups", [])]
    commands = [item for item in spec.get("Commands", []) if "command" in item]
    return {
        "runas": users + groups or ["root"],
        "commands": [
            ("!" if item.get("negated") else "") + str(item["command"])[:LONGEST_TEXT]
            for item in commands[:MOST_COMMANDS]
        ],
        "nopasswd": authenticate is False,
        "all_commands": any(item["command"] == "ALL" and not item.get("negated") for item in commands),
        "via": via,
    }
