# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on managed hosts, with Python 3.6 too.
"""What is read of a host, one thing after the other, and what can't be, which is put on record."""

from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from . import _host_last_login as last_login
from ._host_files import Host, Unreadable
from ._host_passwd import Entry, Group, Secret, read_group, read_passwd, read_shadow, read_uid_range
from ._host_ssh import Sshd, has_match, read_sshd
from ._host_sudoers import NoSudoers, Rule, read_sudoers

_MOST_ERRORS = 200

Record = Dict[str, Any]


class Logins(NamedTuple):
    """When accounts were last used, by name, and how that is known; no source when it isn't."""

    source: Optional[str]
    at: Dict[str, int]


class Probes:
    """What was read of a host, and what could not be. ``errors`` never holds anything of a file."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.errors = []  # type: List[Record]

    def problem(self, probe: str, message: str) -> None:
        """Put on record that something could not be read."""
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append({"probe": probe, "message": message})

    def text(self, probe: str, path: str) -> Optional[str]:
        """The text of a file, or None, which is put on record."""
        try:
            return self.host.text(path)
        except Unreadable as reason:
            self.problem(probe, "{0} can't be read: {1}".format(path, reason))
            return None


class Reading(NamedTuple):
    """All that is read of a host. What is None could not be read."""

    entries: List[Entry]
    secrets: Optional[Dict[str, Secret]]
    groups: Optional[List[Group]]
    uid_range: Tuple[int, int]
    login_defs: bool
    logins: Logins
    rules: Optional[List[Rule]]
    sshd: Optional[Sshd]
    sshd_differs: bool


def read_host(probes: Probes) -> Reading:
    """Read a host. Raises `Unreadable` when it has no passwd: without it, nothing is known of its accounts."""
    entries, problems = read_passwd(probes.host.text("/etc/passwd"))
    for message in problems:
        probes.problem("passwd", message)
    entries.sort(key=lambda entry: entry.name)
    login_defs = optional(probes.host, "/etc/login.defs")
    sshd, sshd_differs = _sshd(probes)
    return Reading(
        entries=entries,
        secrets=_secrets(probes),
        groups=_groups(probes),
        uid_range=read_uid_range(login_defs or ""),
        login_defs=login_defs is not None,
        logins=_logins(probes, entries),
        rules=_rules(probes),
        sshd=sshd,
        sshd_differs=sshd_differs,
    )


def _secrets(probes: Probes) -> Optional[Dict[str, Secret]]:
    text = probes.text("shadow", "/etc/shadow")
    if text is None:
        return None
    secrets, problems = read_shadow(text)
    for message in problems:
        probes.problem("shadow", message)
    return secrets


def _groups(probes: Probes) -> Optional[List[Group]]:
    text = probes.text("groups", "/etc/group")
    if text is None:
        return None
    groups, problems = read_group(text)
    for message in problems:
        probes.problem("groups", message)
    return groups


def _logins(probes: Probes, entries: List[Entry]) -> Logins:
    """From the first place that knows of any sign-in: one that knows of none may just not be written to any more."""
    host = probes.host
    found = {}  # type: Dict[str, int]
    try:
        if host.exists(last_login.DATABASE):
            found = last_login.read_database(host.path(last_login.DATABASE))
    except ValueError:
        probes.problem("last_login", "{0} can't be read as the database of lastlog2.".format(last_login.DATABASE))
    if found:
        return Logins("lastlog2", found)
    if host.exists(last_login.FILE):
        try:
            content = host.content(last_login.FILE)
            found = last_login.read_file(content, host.machine, {entry.name: entry.uid for entry in entries})
        except Unreadable as reason:
            probes.problem("last_login", "{0} can't be read: {1}".format(last_login.FILE, reason))
    if found:
        return Logins("lastlog", found)
    try:
        found = last_login.read_command(host.answer(last_login.COMMAND))
    except Unreadable as reason:
        probes.problem("last_login", str(reason))
    if found:
        return Logins("lslogins", found)
    probes.problem("last_login", "Nothing on this host knows of any sign-in.")
    return Logins(None, {})


def _rules(probes: Probes) -> Optional[List[Rule]]:
    host = probes.host
    if not host.exists("/etc/sudoers") and host.program("sudo") is None:
        return []  # without sudo, nobody has rights by it
    try:
        return read_sudoers(host.answer(("cvtsudoers", "-e", "-f", "json", host.path("/etc/sudoers"))), host.name)
    except Unreadable as reason:
        probes.problem("sudo", "The rights by sudo can't be read: {0}".format(reason))
    except NoSudoers:
        probes.problem("sudo", "The rights by sudo can't be read: cvtsudoers has answered what can't be understood.")
    return None


def _sshd(probes: Probes) -> Tuple[Optional[Sshd], bool]:
    """What sshd says of everybody, and whether it says other things of some."""
    host = probes.host
    if host.program("sshd") is None:
        return None, False
    try:
        answer = read_sshd(host.answer(("sshd", "-T")))
    except Unreadable as reason:
        probes.problem("sshd", "The settings of sshd can't be read, and its defaults are taken: {0}".format(reason))
        return None, False
    files = ["/etc/ssh/sshd_config"]
    files += ["/etc/ssh/sshd_config.d/" + name for name in host.listing("/etc/ssh/sshd_config.d")]
    return answer, any(has_match(optional(host, path) or "") for path in files)


def sshd_of(probes: Probes, entry: Entry, everybody: Optional[Sshd]) -> Optional[Sshd]:
    """What sshd says of one user, where it doesn't say the same of everybody."""
    who = "user={0},host={1},addr=127.0.0.1".format(entry.name, probes.host.name)
    if "," in entry.name:
        return everybody
    try:
        return read_sshd(probes.host.answer(("sshd", "-T", "-C", who)))
    except Unreadable as reason:
        probes.problem("sshd", "The settings of sshd for {0} can't be read: {1}".format(entry.name, reason))
        return everybody


def optional(host: Host, path: str) -> Optional[str]:
    """The text of a file that a host can do without, or None."""
    try:
        return host.text(path)
    except Unreadable:
        return None
