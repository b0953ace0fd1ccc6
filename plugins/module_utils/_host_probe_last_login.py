# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on hosts, with Python 3.6 or newer and nothing but the standard library.
"""When each account last signed in: from lastlog2, `lslogins` or lastlog, whichever of them knows anything.

A source in which there is nobody at all proves nothing: a system that stopped writing to it looks like that.
"""

import datetime as dt
import os
import platform
import re
import struct
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence
from urllib.parse import quote

from ansible_collections.idops.okta.plugins.module_utils._host_probe_files import Absent, Host, Unreadable
from ansible_collections.idops.okta.plugins.module_utils._host_probe_passwd import Entry

LASTLOG2 = "/var/lib/lastlog/lastlog2.db"
LASTLOG = "/var/log/lastlog"
# struct lastlog: the time, the terminal (32) and the host (256); the time takes four bytes, or eight on newer kinds
RECORD, RECORD_64 = 292, 296
WIDE = ("aarch64", "riscv64", "loongarch64")
LSLOGINS_LINE = re.compile(
    r"(?P<name>\S+) +(?P<local>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d+)?"
    r"(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)\s*\Z",
    re.ASCII,
)
LSLOGINS = ("--output=USER,LAST-LOGIN", "--time-format=iso", "--raw", "--noheadings", "--notruncate")


class Logins(NamedTuple):
    """Times in UTC by account name, and whether who is not in it never signed in."""

    source: str
    times: Dict[str, str]
    complete: bool


def written(seconds: int) -> Optional[str]:
    """A time in seconds since 1970 as "YYYY-MM-DDTHH:MM:SSZ", or None where it is none."""
    try:
        moment = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if seconds > 0 else None


def parse_lslogins(text: str) -> Dict[str, str]:
    """The times of `lslogins` with the options LSLOGINS, in UTC."""
    times = {}
    for line in text.splitlines():
        match = LSLOGINS_LINE.match(line)
        if match:
            offset = (int(match.group("hours")) * 60 + int(match.group("minutes"))) * 60
            try:
                local = dt.datetime.strptime(match.group("local"), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=dt.timezone.utc)
            except ValueError:
                continue
            seconds = int(local.timestamp())
            time = written(seconds - offset if match.group("sign") == "+" else seconds + offset)
            if time:
                times[match.group("name")] = time
    return times


def parse_record(record: bytes, size: int) -> Optional[str]:
    """The time of a record of /var/log/lastlog, or None where the account never signed in."""
    if len(record) < size:
        return None
    return written(struct.unpack_from("=i" if size == RECORD else "=q", record)[0])


def record_size(total: int, machine: str) -> Optional[int]:
    """The size of the records of a file of `total` bytes, or None where there is none that fits."""
    sizes = (RECORD_64, RECORD) if machine in WIDE else (RECORD, RECORD_64)
    return next((size for size in sizes if total % size == 0), None)


def _lastlog2(host: Host) -> Logins:
    try:
        import sqlite3
    except ImportError:
        raise Unreadable("%s: this Python has no sqlite3" % LASTLOG2) from None
    os.close(host.open(LASTLOG2))
    path = host.root + host.locate(LASTLOG2).path
    try:
        connection = sqlite3.connect("file:%s?mode=ro" % quote(path), uri=True, timeout=5)
        try:
            rows = connection.execute("SELECT Name, Time FROM Lastlog2").fetchall()
        finally:
            connection.close()
    except sqlite3.Error:
        raise Unreadable("%s: it can't be read as a database of lastlog2" % LASTLOG2) from None
    times = {str(name): written(int(time)) for name, time in rows if isinstance(time, (int, float))}
    return Logins("lastlog2", {name: time for name, time in times.items() if time}, True)


def _lslogins(host: Host) -> Logins:
    program = host.program("lslogins")
    if program is None:
        raise Absent("lslogins: there is none")
    finished = host.run([program, *LSLOGINS])
    if finished.rc:
        raise Unreadable("lslogins failed with exit code %s" % finished.rc)
    try:
        os.close(host.open(LASTLOG))  # without it, lslogins knows no more than wtmp, which is rotated
        complete = True
    except Unreadable:
        complete = False
    return Logins("lslogins", parse_lslogins(finished.output), complete)


def _lastlog(host: Host, entries: Sequence[Entry]) -> Logins:
    times = {}
    with os.fdopen(host.open(LASTLOG), "rb") as file:
        try:
            size = record_size(os.fstat(file.fileno()).st_size, platform.machine())
            if size is None:
                raise Unreadable("%s: it is damaged" % LASTLOG)
            for entry in entries:
                if entry.uid is not None:
                    file.seek(entry.uid * size)
                    time = parse_record(file.read(size), size)
                    if time:
                        times[entry.name] = time
        except OSError:
            raise Unreadable("%s: it can't be read" % LASTLOG) from None
    return Logins("lastlog", times, True)


def find_logins(host: Host, entries: Sequence[Entry], problems: List[str]) -> Optional[Logins]:
    """What the first source says that knows of anybody, or None; what went wrong is added to `problems`."""
    looks: List[Callable[[], Logins]] = [
        lambda: _lastlog2(host),
        lambda: _lslogins(host),
        lambda: _lastlog(host, entries),
    ]
    for look in looks:
        try:
            logins = look()
        except Absent:
            continue
        except Unreadable as error:
            problems.append(str(error))
            continue
        if logins.times:
            return logins
    problems.append("neither lastlog2 nor lslogins nor lastlog knows of anybody who signed in")
    return None
