# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on hosts, with Python 3.6 or newer and nothing but the standard library.
"""All that is to be known of the accounts of a host, put together. What could not be read is None or "unknown"."""

import datetime as dt
from typing import Any, Dict, List, Optional, Sequence

from ansible_collections.idops.okta.plugins.module_utils import (
    _host_probe_passwd,
    _host_probe_shadow,
    _host_probe_sshd,
    _host_probe_sudoers,
)
from ansible_collections.idops.okta.plugins.module_utils._host_probe_files import Absent, Host, Unreadable
from ansible_collections.idops.okta.plugins.module_utils._host_probe_last_login import Logins, find_logins
from ansible_collections.idops.okta.plugins.module_utils._host_probe_passwd import Entry, Group
from ansible_collections.idops.okta.plugins.module_utils._host_probe_ssh import Ways, ask_sshd, find_ways

Json = Dict[str, Any]
MOST_ERRORS, LONGEST_ERROR, LONGEST_TEXT = 100, 300, 256


class Errors:
    """What went wrong, by probe, a modest number of times."""

    def __init__(self) -> None:
        self._by_probe: Dict[str, List[str]] = {}

    def of(self, probe: str) -> List[str]:
        """The list that messages of a probe go into."""
        return self._by_probe.setdefault(probe, [])

    def result(self) -> List[Json]:
        """All of them, each once, by probe, and of a probe with very many, how many more there were."""
        told = []
        for probe, messages in self._by_probe.items():
            each = list(dict.fromkeys(message[:LONGEST_ERROR] for message in messages))
            more = len(each) - MOST_ERRORS
            each = each[:MOST_ERRORS] + (["and %s more like these" % more] if more > 0 else [])
            told += [{"probe": probe, "message": message} for message in each]
        return told


def gather(host: Host, noninteractive_shells: Sequence[str], today: dt.date) -> Json:
    """The accounts of a host, as of `today` (UTC). Raises Unreadable where there is no list of them to be read."""
    errors = Errors()
    entries, notes = _host_probe_passwd.parse_passwd(host.read("/etc/passwd"))
    errors.of("passwd").extend("/etc/passwd, " + note for note in notes)
    groups = _groups(host, errors)
    secrets = _secrets(host, today, errors)
    uid_range = _uid_range(host, errors)
    logins = find_logins(host, entries, errors.of("last_login"))
    rules = _rules(host, errors)
    sshd = ask_sshd(host, errors.of("sshd"))
    accounts = []
    for entry in sorted(entries):
        own_groups = _host_probe_passwd.groups_of(entry, groups or [])
        secret = _secret(entry, secrets)
        ways = find_ways(host, sshd, entry, errors.of("keys"))
        accounts.append(
            {
                "name": entry.name,
                "uid": entry.uid,
                "gid": entry.gid,
                "gecos": entry.gecos[:LONGEST_TEXT],
                "home": entry.home,
                "shell": entry.shell,
                "source": "files",
                "interactive": _host_probe_passwd.is_interactive(entry.shell, noninteractive_shells),
                "in_uid_range": entry.uid is not None and uid_range[0] <= entry.uid <= uid_range[1],
                **secret._asdict(),
                **_usable(secret, ways),
                **_last_login(entry, logins),
                "groups": [group.name for group in own_groups],
                "sudo": _sudo(entry, own_groups, groups is not None, rules, host),
                "ssh_keys": ways.keys,
                "principals": ways.principals,
                "home_owner_mismatch": _home_owner_mismatch(host, entry, errors),
            }
        )
    return {
        "accounts": accounts,
        "uid_min": uid_range[0],
        "uid_max": uid_range[1],
        "sshd": _host_probe_sshd.summary(sshd.settings),
        "capabilities": {
            "passwd": True,
            "shadow": secrets is not None,
            "groups": groups is not None,
            "login_defs": not errors.of("login_defs"),
            "last_login": logins.source if logins else None,
            "sudo": None if rules is None else "cvtsudoers",
            "sshd": sshd.settings is not None,
            "keys": all(account["ssh_keys"] is not None for account in accounts),
        },
        "errors": errors.result(),
    }


def _groups(host: Host, errors: Errors) -> Optional[List[Group]]:
    try:
        groups, notes = _host_probe_passwd.parse_group(host.read("/etc/group"))
    except Unreadable as error:
        errors.of("groups").append(str(error))
        return None
    errors.of("groups").extend("/etc/group, " + note for note in notes)
    return groups


def _secrets(host: Host, today: dt.date, errors: Errors) -> Optional[Dict[str, _host_probe_shadow.Secret]]:
    try:
        secrets, notes = _host_probe_shadow.parse_shadow(host.read("/etc/shadow"), today)
    except Unreadable as error:
        errors.of("shadow").append("%s: passwords and expiry are unknown; it takes root to read them" % error)
        return None
    errors.of("shadow").extend("/etc/shadow, " + note for note in notes)
    return secrets


def _uid_range(host: Host, errors: Errors) -> Sequence[int]:
    for path in ("/etc/login.defs", "/usr/etc/login.defs"):  # the second is where openSUSE keeps what it ships
        try:
            return _host_probe_passwd.parse_uid_range(host.read(path))
        except Absent:  # noqa: PERF203 - two files
            continue
        except Unreadable as error:
            errors.of("login_defs").append(str(error))
            return _host_probe_passwd.UID_RANGE
    errors.of("login_defs").append("there is no /etc/login.defs: the usual range of uids is taken")
    return _host_probe_passwd.UID_RANGE


def _rules(host: Host, errors: Errors) -> Optional[Json]:
    """The rules of sudo, or None where they are unknown."""
    program = host.program("cvtsudoers")
    try:
        if program is None:
            raise Absent("there is no cvtsudoers, which comes with sudo 1.8.23 and newer: sudo rules are unknown")
        finished = host.run([program, "-e", "-f", "json", "/etc/sudoers"])
        if finished.rc:
            raise Unreadable("cvtsudoers failed with exit code %s: sudo rules are unknown" % finished.rc)
        rules = _host_probe_sudoers.parse_sudoers(finished.output)
    except Unreadable as error:
        errors.of("sudo").append(str(error))
        return None
    except ValueError:
        errors.of("sudo").append("cvtsudoers printed something else than its JSON: sudo rules are unknown")
        return None
    if _host_probe_sudoers.needs_other_sources(rules):
        errors.of("sudo").append("some rules are for netgroups or groups of a directory: who is in them is unknown")
    return rules


def _sudo(entry: Entry, own: List[Group], complete: bool, rules: Optional[Json], host: Host) -> Optional[List[Json]]:
    if rules is None:
        return None
    gids = [-1 if group.gid is None else group.gid for group in own]
    who = _host_probe_sudoers.Who(entry.name, entry.uid, [group.name for group in own], gids)
    found = _host_probe_sudoers.rules_of(rules, who, host.nodename)
    return found if found or (complete and not _host_probe_sudoers.needs_other_sources(rules)) else None


def _secret(entry: Entry, secrets: Optional[Dict[str, _host_probe_shadow.Secret]]) -> _host_probe_shadow.Secret:
    """What is known of the password of an account, which may stand in /etc/passwd itself."""
    known = _host_probe_shadow.UNKNOWN if secrets is None else secrets.get(entry.name, _host_probe_shadow.NO_LINE)
    if entry.password == "x" or entry.password.startswith("##"):  # noqa: S105 - the mark of a shadowed password
        return known
    return known._replace(password=_host_probe_shadow.password_kind(entry.password))


def _usable(secret: _host_probe_shadow.Secret, ways: Ways) -> Json:
    """Whether somebody can get in, and how; None where that hangs on something unknown."""
    open_ways = {
        "password": secret.password == "set",  # noqa: S105 - a kind of password
        "keys": bool(ways.keys),
        "principals": bool(ways.principals),
        "empty_password": secret.password == "empty",  # noqa: S105 - and another
    }
    by = [] if secret.expired else [way for way, is_open in open_ways.items() if is_open]
    usable: Optional[bool] = False
    if by:
        usable = None if secret.expired is None else True
    elif not secret.expired:
        unknown = secret.password == "unknown" or ways.elsewhere or None in (ways.keys, ways.principals)  # noqa: S105
        usable = None if unknown else False
    return {"usable": usable, "usable_by": by}


def _last_login(entry: Entry, logins: Optional[Logins]) -> Json:
    time = logins.times.get(entry.name) if logins else None
    known = logins is not None and (time is not None or logins.complete)
    return {"last_login": time, "last_login_source": logins.source if logins and known else None}


def _home_owner_mismatch(host: Host, entry: Entry, errors: Errors) -> Optional[bool]:
    """Whether the home belongs to somebody else; None where there is none, or it could not be asked."""
    if entry.uid is None or not entry.home.startswith("/"):
        return None
    try:
        return host.owner(entry.home) != entry.uid
    except Absent:
        return None
    except Unreadable as error:
        errors.of("home").append(str(error))
        return None
