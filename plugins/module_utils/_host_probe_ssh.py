# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on hosts, with Python 3.6 or newer and nothing but the standard library.
"""The ways into accounts that sshd offers: whose keys and principals it would take, from the files that it looks in."""

import fnmatch
import re
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from ansible_collections.idops.okta.plugins.module_utils import _host_probe_sshd
from ansible_collections.idops.okta.plugins.module_utils._host_probe_files import Absent, Host, Unreadable
from ansible_collections.idops.okta.plugins.module_utils._host_probe_passwd import Entry
from ansible_collections.idops.okta.plugins.module_utils._host_probe_ssh_keys import parse_authorized_keys

CONFIG = "/etc/ssh/sshd_config"
MOST_CONFIG_FILES = 100
MOST_KEYS_BYTES = 1024 * 1024
MOST_LINES_NAMED = 10
# What sshd could be asked about; blanks, commas and "=" have a meaning in its option -C.
PLAIN_NAME = re.compile(r"[^\s,=-][^\s,=]*\Z")


class Sshd(NamedTuple):
    """How sshd is set up: for everybody, or None where it could not be asked, and whether accounts differ."""

    program: Optional[str]
    settings: Optional[_host_probe_sshd.Settings]
    differs: bool


class Ways(NamedTuple):
    """The keys of an account, and whether it has principals, both None where that is unknown.

    `elsewhere` says that sshd asks a program as well, which may know of more.
    """

    keys: Optional[List[Dict[str, Any]]]
    principals: Optional[bool]
    elsewhere: bool


def ask_sshd(host: Host, problems: List[str]) -> Sshd:
    """How sshd is set up; what went wrong is added to `problems`."""
    program = host.program("sshd")
    if program is None:
        problems.append("there is no sshd: keys were looked for in the usual files alone")
        return Sshd(None, None, False)
    try:
        settings = _printed(host, [program, "-T"])
    except Unreadable as error:
        problems.append("%s: keys were looked for in the usual files alone" % error)
        return Sshd(program, None, False)
    return Sshd(
        program, settings, any(_host_probe_sshd.depends_on_the_account(text) for text in _config(host, problems))
    )


def _printed(host: Host, arguments: List[str]) -> _host_probe_sshd.Settings:
    finished = host.run(arguments)
    settings = _host_probe_sshd.parse_settings(finished.output)
    if finished.rc or not settings:
        raise Unreadable("`%s` failed with exit code %s" % (" ".join(arguments), finished.rc))
    return settings


def _config(host: Host, problems: List[str]) -> List[str]:
    """The texts of sshd_config and of what it includes."""
    todo = [CONFIG]
    seen: Dict[str, str] = {}
    while todo and len(seen) < MOST_CONFIG_FILES:
        path = todo.pop()
        if path in seen:
            continue
        try:
            seen[path] = host.read(path)
        except Unreadable as error:
            seen[path] = ""
            problems.append(str(error))
        for pattern in _host_probe_sshd.included(seen[path]):
            folder, _slash, name = pattern.rpartition("/")
            todo += [folder + "/" + found for found in host.names_in(folder) if fnmatch.fnmatchcase(found, name)]
    return list(seen.values())


def find_ways(host: Host, sshd: Sshd, entry: Entry, problems: List[str]) -> Ways:
    """What sshd would let an account in with; what went wrong is added to `problems`."""
    settings = sshd.settings
    if sshd.program is not None and sshd.differs:
        if not PLAIN_NAME.match(entry.name):
            problems.append("%s: sshd can't be asked about an account of such a name" % entry.name[:64])
            return Ways(None, None, True)
        whom = "user=%s,host=localhost,addr=127.0.0.1" % entry.name
        try:
            settings = _printed(host, [sshd.program, "-T", "-C", whom])
        except Unreadable as error:
            problems.append(str(error))
            return Ways(None, None, True)
    keys, complete = _keys(host, entry, _host_probe_sshd.keys_files(settings), problems)
    unasked = sshd.program is not None and settings is None  # there is an sshd, and nobody knows where it looks
    principals, program = False, False  # type: Tuple[Optional[bool], bool]
    if _host_probe_sshd.has(settings, "trustedusercakeys"):
        principals = _principals(host, entry, _host_probe_sshd.principals_files(settings), problems)
        program = _host_probe_sshd.has(settings, "authorizedprincipalscommand")
    return Ways(
        keys if complete and not (unasked and not keys) else None,
        None if unasked else principals,
        program or _host_probe_sshd.has(settings, "authorizedkeyscommand"),
    )


def _paths(entry: Entry, patterns: List[str], problems: List[str]) -> List[Optional[str]]:
    paths = [_host_probe_sshd.expand(pattern, entry.name, entry.uid, entry.home) for pattern in patterns]
    if None in paths:
        problems.append("%s: sshd_config names a file with a token that is unknown here" % entry.name[:64])
    return list(dict.fromkeys(paths))


def _keys(host: Host, entry: Entry, patterns: List[str], problems: List[str]) -> Tuple[List[Dict[str, Any]], bool]:
    """The keys in all files, and whether all of these could be read."""
    keys: List[Dict[str, Any]] = []
    complete = True
    for path in _paths(entry, patterns, problems):
        try:
            text = "" if path is None else host.read(path, MOST_KEYS_BYTES, (0, -1 if entry.uid is None else entry.uid))
            complete = complete and path is not None
        except Absent:
            continue
        except Unreadable as error:
            problems.append(str(error))
            complete = False
            continue
        found, damaged = parse_authorized_keys(text, str(path))
        keys += found
        if damaged:
            named = ", ".join(str(line) for line in damaged[:MOST_LINES_NAMED])
            more = len(damaged) - MOST_LINES_NAMED
            problems.append("%s: no key in line %s%s" % (path, named, " and %s more" % more if more > 0 else ""))
    return keys, complete


def _principals(host: Host, entry: Entry, patterns: List[str], problems: List[str]) -> Optional[bool]:
    """Whether a certificate can be for the account: by a file, or without one, by its very name."""
    if not patterns:
        return True
    unknown = False
    for path in _paths(entry, patterns, problems):
        try:
            text = "" if path is None else host.read(path, MOST_KEYS_BYTES, (0, -1 if entry.uid is None else entry.uid))
            unknown = unknown or path is None
        except Absent:
            continue
        except Unreadable as error:
            problems.append(str(error))
            unknown = True
            continue
        if any(line.strip() and line.strip()[0] != "#" for line in text.split("\n")):
            return True
    return None if unknown else False
