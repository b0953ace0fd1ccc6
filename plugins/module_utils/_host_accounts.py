# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on managed hosts, with Python 3.6 too.
"""The local accounts of a host, and in what ways each can be used. What can't be read is None, and never fine."""

import os
from typing import Any, Dict, Iterable, List, Optional, Tuple

from . import _host_last_login as last_login
from ._host_files import Host, Unreadable
from ._host_passwd import Entry, Secret, groups_of, has_expired
from ._host_probes import Probes, Reading, read_host, sshd_of
from ._host_ssh import Sshd, path_of, read_authorized_keys
from ._host_sudoers import rights_of

NONINTERACTIVE_SHELLS = ("nologin", "false", "sync", "shutdown", "halt", "git-shell")
_MOST_OF_A_KEY_FILE = 1024 * 1024
_DAY = 86400

Record = Dict[str, Any]


def accounts_of(host: Host, now: float, noninteractive_shells: Iterable[str]) -> Record:
    """All that `host_accounts_info` returns. ``now`` is in seconds since the epoch. Raises `Unreadable`."""
    probes = Probes(host)
    reading = read_host(probes)
    shells = frozenset(noninteractive_shells)
    accounts = [_account(probes, reading, entry, now, shells) for entry in reading.entries]
    return {
        "accounts": accounts,
        "uid_min": reading.uid_range[0],
        "uid_max": reading.uid_range[1],
        "sshd": _shown(reading.sshd or Sshd()),
        "capabilities": {
            "passwd": True,
            "shadow": reading.secrets is not None,
            "groups": reading.groups is not None,
            "login_defs": reading.login_defs,
            "last_login": reading.logins.source,
            "sudo": "cvtsudoers" if reading.rules is not None else None,
            "sshd": reading.sshd is not None,
            "keys": all(account["keys"] is not None for account in accounts),
        },
        "errors": probes.errors,
    }


def _account(probes: Probes, reading: Reading, entry: Entry, now: float, shells: "frozenset[str]") -> Record:
    secret = (reading.secrets or {}).get(entry.name)
    state = _password(entry, reading.secrets, secret)
    expired = has_expired(secret, now) if secret else None if reading.secrets is None else False
    sshd = reading.sshd or Sshd()
    if reading.sshd_differs:
        sshd = sshd_of(probes, entry, sshd)
    keys = _keys(probes, entry, sshd)
    principals = _principals(probes.host, entry, sshd)
    usable, ways = _usable(state, expired, keys if sshd.keys_allowed else [], principals)
    groups = reading.groups or []
    names = groups_of(entry, groups)
    gids = [entry.gid] + [group.gid for group in groups if entry.name in group.members]
    known = reading.rules is not None and reading.groups is not None
    owner = probes.host.owner(entry.home)
    return {
        "name": entry.name,
        "uid": entry.uid,
        "gid": entry.gid,
        "gecos": entry.gecos,
        "home": entry.home,
        "shell": entry.shell,
        "source": "files",
        "interactive": os.path.basename(entry.shell) not in shells,
        "in_uid_range": reading.uid_range[0] <= entry.uid <= reading.uid_range[1],
        "password": state,
        "password_changed": _date(secret.changed if secret else None),
        "expires": _date(secret.expires if secret else None),
        "expired": expired,
        "usable": usable,
        "usable_by": ways,
        "last_login": last_login.moment(reading.logins.at.get(entry.name)),
        "last_login_source": reading.logins.source,
        "groups": names,
        "sudo": rights_of(entry, names, gids, reading.rules or []) if known else None,
        "keys": keys,
        "principals": principals,
        "home_owner_mismatch": None if owner is None else owner != entry.uid,
    }


def _password(entry: Entry, secrets: Optional[Dict[str, Secret]], secret: Optional[Secret]) -> str:
    if entry.state != "shadowed":
        return entry.state
    if secrets is None:
        return "unknown"
    return secret.state if secret else "none"


def _usable(
    state: str, expired: Optional[bool], keys: Optional[List[Record]], principals: Optional[bool]
) -> Tuple[Optional[bool], List[str]]:
    """Whether anybody can get into an account, and how. A locked password keeps nobody out who has a key."""
    if expired:
        return False, []
    ways = [
        way
        for way, there in (
            ("password", state == "set"),
            ("empty_password", state == "empty"),
            ("keys", bool(keys)),
            ("principals", bool(principals)),
        )
        if there
    ]
    unsure = state == "unknown" or keys is None or principals is None
    if not ways:
        return (None if unsure else False), ways
    return (True if expired is False else None), ways


def _keys(probes: Probes, entry: Entry, sshd: Sshd) -> Optional[List[Record]]:
    keys = []  # type: List[Record]
    for path in _paths(sshd.key_files, entry):
        if not probes.host.exists(path):
            continue
        try:
            found, damaged = read_authorized_keys(probes.host.text(path, _MOST_OF_A_KEY_FILE))
        except Unreadable as reason:
            probes.problem("keys", "{0} can't be read: {1}".format(path, reason))
            return None
        for number in damaged:
            probes.problem("keys", "Line {0} of {1} holds no key.".format(number, path))
        keys += [dict(key, file=path) for key in found]
    return keys


def _principals(host: Host, entry: Entry, sshd: Sshd) -> Optional[bool]:
    """Whether a certificate of a CA that sshd trusts lets somebody in (sshd_config(5), AuthorizedPrincipalsFile)."""
    if not sshd.trusted_ca:
        return False
    if sshd.principals_command:
        return None
    if not sshd.principals_files:
        return True  # the name of the account is the principal then
    for path in _paths(sshd.principals_files, entry):
        if host.exists(path):
            try:
                lines = host.text(path, _MOST_OF_A_KEY_FILE).splitlines()
            except Unreadable:
                return None
            if any(line.strip() and not line.strip().startswith("#") for line in lines):
                return True
    return False


def _paths(patterns: Iterable[str], entry: Entry) -> List[str]:
    """The files that patterns mean for an account, each once."""
    paths = [path_of(pattern, entry.name, entry.uid, entry.home) for pattern in patterns]
    return sorted(set(paths), key=paths.index)


def _shown(sshd: Sshd) -> Record:
    return {
        "authorized_keys_files": list(sshd.key_files),
        "authorized_keys_command": sshd.keys_command,
        "principals_files": list(sshd.principals_files),
        "trusted_user_ca_keys": sshd.trusted_ca,
        "allow_users": list(sshd.allow_users),
        "allow_groups": list(sshd.allow_groups),
        "deny_users": list(sshd.deny_users),
        "deny_groups": list(sshd.deny_groups),
        "password_authentication": sshd.password,
    }


def _date(days: Optional[int]) -> Optional[str]:
    shown = last_login.moment(days * _DAY) if days is not None and days >= 0 else None
    return shown[:10] if shown else None
