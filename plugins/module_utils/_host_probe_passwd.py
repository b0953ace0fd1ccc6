# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on hosts, with Python 3.6 or newer and nothing but the standard library.
"""The texts of /etc/passwd, /etc/group and /etc/login.defs; pure.

Each line that can't be understood becomes a note that names its number, and nothing of what is in it.
"""

import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

NONINTERACTIVE_SHELLS = ("nologin", "false", "sync", "shutdown", "halt", "git-shell")
UID_RANGE = (1000, 60000)
NIS = "line %s: an entry of NIS, which is not followed"


class Entry(NamedTuple):
    """A line of /etc/passwd. `password` is its second field, which is never handed out."""

    name: str
    password: str
    uid: Optional[int]
    gid: Optional[int]
    gecos: str
    home: str
    shell: str


class Group(NamedTuple):
    """A line of /etc/group."""

    name: str
    gid: Optional[int]
    members: List[str]


def number(text: str) -> Optional[int]:
    """A uid, a gid or a count of days: decimal digits and nothing else, or None."""
    return int(text) if re.match(r"[0-9]{1,10}\Z", text) else None


def _lines(text: str) -> List[Tuple[int, str]]:
    # not splitlines(): names and comments may have other characters that end lines for it
    return [(count, line) for count, line in enumerate(text.split("\n"), start=1) if line.strip() and line[0] != "#"]


def parse_passwd(text: str) -> Tuple[List[Entry], List[str]]:
    """The entries, of which each name is there once, as the system finds it first, and notes on what was left out."""
    entries: Dict[str, Entry] = {}
    notes = []
    for count, line in _lines(text):
        fields = line.split(":")
        if line[0] in "+-":
            notes.append(NIS % count)
        elif len(fields) != 7 or not fields[0]:
            notes.append("line %s: it is damaged" % count)
        elif fields[0] in entries:
            notes.append("line %s: its name is that of a line before, which the system takes instead" % count)
        else:
            name, password, uid, gid, gecos, home, shell = fields
            entries[name] = Entry(name, password, number(uid), number(gid), gecos, home, shell.strip())
            if None in (entries[name].uid, entries[name].gid):
                notes.append("line %s: its uid or gid is no number" % count)
    return list(entries.values()), notes


def parse_group(text: str) -> Tuple[List[Group], List[str]]:
    """The groups, in the order of the file, and notes on what was left out."""
    groups = []
    notes = []
    for count, line in _lines(text):
        fields = line.split(":")
        if line[0] in "+-":
            notes.append(NIS % count)
        elif len(fields) != 4 or not fields[0]:
            notes.append("line %s: it is damaged" % count)
        else:
            members = [member.strip() for member in fields[3].split(",") if member.strip()]
            groups.append(Group(fields[0], number(fields[2]), members))
            if groups[-1].gid is None:
                notes.append("line %s: its gid is no number" % count)
    return groups, notes


def groups_of(entry: Entry, groups: Sequence[Group]) -> List[Group]:
    """The groups of an account, the primary one first, named by its number where it has no name, the others by name."""
    primary = [group for group in groups if group.gid == entry.gid and entry.gid is not None][:1]
    if not primary and entry.gid is not None:
        primary = [Group(str(entry.gid), entry.gid, [])]
    names = {group.name for group in primary}
    others = {group.name: group for group in groups if entry.name in group.members and group.name not in names}
    return primary + [others[name] for name in sorted(others)]


def parse_uid_range(text: str) -> Tuple[int, int]:
    """UID_MIN and UID_MAX of /etc/login.defs, the last of each, or what is usual where it says none."""
    found: Dict[str, int] = {}
    for match in re.finditer(r"^[ \t]*(UID_MIN|UID_MAX)[ \t]+\"?([0-9]{1,10})\b", text, re.MULTILINE):
        found[match.group(1)] = int(match.group(2))
    return found.get("UID_MIN", UID_RANGE[0]), found.get("UID_MAX", UID_RANGE[1])


def is_interactive(shell: str, noninteractive: Sequence[str] = NONINTERACTIVE_SHELLS) -> bool:
    """Whether a shell lets somebody work on the host. No shell at all means /bin/sh."""
    return shell.rpartition("/")[2] not in noninteractive and shell not in noninteractive
