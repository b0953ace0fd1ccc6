# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on managed hosts, with Python 3.6 too.
"""The files of local accounts: passwd(5), shadow(5), group(5), login.defs(5). Pure; no hash leaves this file."""

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

# shadow(5): what can be a hash of a password, and not only a mark that there is none.
_HASH = re.compile(r"(\$|_)[!-9;-~]{8,}|[./0-9A-Za-z]{13}")
_UID_MIN, _UID_MAX = 1000, 60000
_DAY = 86400


class Entry(NamedTuple):
    """A line of passwd(5). ``field`` is the state of the password there: that in shadow(5) counts where it is shadowed."""

    name: str
    state: str
    uid: int
    gid: int
    gecos: str
    home: str
    shell: str


class Secret(NamedTuple):
    """A line of shadow(5) without what is secret. Dates are days since 1970-01-01 (UTC); None where there is none."""

    state: str
    changed: Optional[int]
    most_days: Optional[int]
    inactive_days: Optional[int]
    expires: Optional[int]


class Group(NamedTuple):
    """A line of group(5)."""

    name: str
    gid: int
    members: Tuple[str, ...]


def password_state(field: str) -> str:
    """``set``, ``locked`` (a hash is kept behind a mark), ``none`` (no password fits), ``empty`` or ``shadowed``."""
    if field == "":
        return "empty"
    if field == "x":
        return "shadowed"
    if _HASH.match(field):
        return "set"
    return "locked" if _HASH.match(field.lstrip("!*")) and field[0] in "!*" else "none"


def read_passwd(text: str) -> Tuple[List[Entry], List[str]]:
    """The entries, and what is wrong with lines that are none. Of two with one name, the first counts, as for libc."""
    entries = []  # type: List[Entry]
    problems = []  # type: List[str]
    seen = set()
    for number, line in _lines(text):
        if line[0] in "+-":
            problems.append("Line {0} of passwd is for NIS, and was left out.".format(number))
            continue
        fields = line.split(":")
        if len(fields) != 7 or not fields[0] or not _is_number(fields[2]) or not _is_number(fields[3]):
            problems.append("Line {0} of passwd is damaged.".format(number))
        elif fields[0] in seen:
            problems.append("Line {0} of passwd has a name for the second time.".format(number))
        else:
            seen.add(fields[0])
            name, password, uid, gid, gecos, home, shell = fields
            entries.append(Entry(name, password_state(password), int(uid), int(gid), gecos, home, shell))
    return entries, problems


def read_shadow(text: str) -> Tuple[Dict[str, Secret], List[str]]:
    """The entries by name, and what is wrong with lines that are none."""
    entries = {}  # type: Dict[str, Secret]
    problems = []  # type: List[str]
    for number, line in _lines(text):
        fields = line.split(":")
        if line[0] in "+-":
            continue
        if len(fields) < 2 or not fields[0]:
            problems.append("Line {0} of shadow is damaged.".format(number))
            continue
        dates = [int(field) if _is_number(field) else None for field in (*fields[2:8], "", "", "", "", "", "")]
        state = password_state(fields[1])
        state = "none" if state == "shadowed" else state
        entries.setdefault(fields[0], Secret(state, dates[0], dates[2], dates[4], dates[5]))
    return entries, problems


def read_group(text: str) -> Tuple[List[Group], List[str]]:
    """The groups, and what is wrong with lines that are none."""
    groups = []  # type: List[Group]
    problems = []  # type: List[str]
    for number, line in _lines(text):
        fields = line.split(":")
        if line[0] in "+-":
            continue
        if len(fields) != 4 or not fields[0] or not _is_number(fields[2]):
            problems.append("Line {0} of group is damaged.".format(number))
        else:
            members = tuple(member.strip() for member in fields[3].split(",") if member.strip())
            groups.append(Group(fields[0], int(fields[2]), members))
    return groups, problems


def read_uid_range(text: str) -> Tuple[int, int]:
    """UID_MIN and UID_MAX of login.defs(5), or what shadow-utils takes where they are not set."""
    found = {"UID_MIN": _UID_MIN, "UID_MAX": _UID_MAX}
    for _number, line in _lines(text):
        words = line.split()
        if len(words) > 1 and words[0] in found and re.match(r"(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})$", words[1]):
            found[words[0]] = int(words[1], 16) if words[1][:2].lower() == "0x" else int(words[1])
    return found["UID_MIN"], found["UID_MAX"]


def has_expired(secret: Secret, now: float) -> Optional[bool]:
    """Whether an account has ended at ``now``, in seconds since the epoch; None where shadow(5) doesn't say.

    It ends on the day of its expiry, or so many days of inactivity after its password has become too old.
    """
    today = int(now // _DAY)
    if secret.expires is not None and secret.expires <= 0:
        return None  # shadow(5): 0 is taken for no expiry here and for 1970-01-01 there
    if secret.expires is not None and today >= secret.expires:
        return True
    if secret.changed and secret.most_days is not None and secret.inactive_days is not None:
        return today > secret.changed + secret.most_days + secret.inactive_days
    return False


def groups_of(entry: Entry, groups: List[Group]) -> List[str]:
    """The names of an account's groups, the primary one first. A group without a name is its number."""
    primary = next((group.name for group in groups if group.gid == entry.gid), str(entry.gid))
    others = {group.name for group in groups if entry.name in group.members} - {primary}
    return [primary] + sorted(others)


def _lines(text: str) -> List[Tuple[int, str]]:
    return [
        (number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip() and not line.startswith("#")
    ]


def _is_number(field: str) -> bool:
    return re.match(r"[0-9]{1,10}$", field) is not None
