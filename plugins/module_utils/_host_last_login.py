# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on managed hosts, with Python 3.6 too.
"""When accounts were last used: lastlog2's database, the file of lastlog(8), or what lslogins(1) says."""

import re
import struct
from contextlib import closing
from datetime import datetime, timezone
from typing import Dict, Optional
from urllib.parse import quote

DATABASE = "/var/lib/lastlog/lastlog2.db"
FILE = "/var/log/lastlog"
COMMAND = ("lslogins", "--colon-separate", "--noheadings", "--time-format=iso", "--output=USER,LAST-LOGIN")
# lastlog.h: the time has 32 bits, but 64 where the C library never had to agree with a 32-bit one; then line and host.
_WIDE = ("aarch64", "arm64", "riscv64", "loongarch64", "ia64", "alpha")
_REST = 32 + 256


def read_database(path: str) -> Dict[str, int]:
    """Seconds since the epoch by the name of the account. Raises `ValueError` when it can't be read as such."""
    try:
        import sqlite3  # Pythons as small as they can be have none
    except ImportError:
        raise ValueError("no sqlite3") from None
    try:
        with closing(sqlite3.connect("file:{0}?mode=ro&immutable=1".format(quote(path)), uri=True)) as database:
            rows = database.execute("SELECT Name, Time FROM Lastlog2").fetchall()
    except sqlite3.Error:
        raise ValueError("no database of lastlog2") from None
    return {name: when for name, when in rows if isinstance(name, str) and isinstance(when, int) and when > 0}


def read_file(content: bytes, machine: str, uids: Dict[str, int]) -> Dict[str, int]:
    """The same of the file of lastlog(8), which has a record at the place of each UID."""
    width = 8 if machine in _WIDE else 4
    size = width + _REST
    found = {}  # type: Dict[str, int]
    for name, uid in uids.items():
        record = content[uid * size : uid * size + width]
        when = struct.unpack("=q" if width == 8 else "=i", record)[0] if len(record) == width else 0
        if when > 0:
            found[name] = when
    return found


def read_command(text: str) -> Dict[str, int]:
    """The same of the answer to `COMMAND`."""
    found = {}  # type: Dict[str, int]
    for line in text.splitlines():
        name, _colon, when = line.strip().partition(":")
        moment = _iso(when)
        if name and moment is not None:
            found[name] = moment
    return found


def moment(seconds: Optional[int]) -> Optional[str]:
    """Seconds since the epoch as UTC, or None for none."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None


def _iso(text: str) -> Optional[int]:
    parts = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)([+-])(\d\d):?(\d\d)$", text.strip())
    if not parts:
        return None
    try:
        local = datetime.strptime(parts.group(1), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return None
    offset = (int(parts.group(3)) * 60 + int(parts.group(4))) * 60
    return int(local) - (offset if parts.group(2) == "+" else -offset)


