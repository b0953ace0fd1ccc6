# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on hosts, with Python 3.6 or newer and nothing but the standard library.
"""What `sshd -T` prints, and where that makes sshd look for the keys of an account; pure."""

import re
from typing import Any, Dict, List, Optional

DEFAULT_KEYS_FILES = (".ssh/authorized_keys", ".ssh/authorized_keys2")
Settings = Dict[str, List[str]]


def parse_settings(text: str) -> Settings:
    """The words of each setting, by its name in lower case. Of one that is printed line by line, those of all lines."""
    settings: Settings = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1:
            settings.setdefault(words[0].lower(), []).extend(words[1:])
    return settings


def _words(settings: Settings, name: str) -> List[str]:
    return [word for word in settings.get(name, []) if word.lower() != "none"]


def keys_files(settings: Optional[Settings]) -> List[str]:
    """AuthorizedKeysFile, or the default of sshd."""
    if settings is None or "authorizedkeysfile" not in settings:
        return list(DEFAULT_KEYS_FILES)
    return _words(settings, "authorizedkeysfile")


def principals_files(settings: Optional[Settings]) -> List[str]:
    """AuthorizedPrincipalsFile."""
    return _words(settings or {}, "authorizedprincipalsfile")


def has(settings: Optional[Settings], name: str) -> bool:
    """Whether a setting has a value other than "none"."""
    return bool(_words(settings or {}, name))


def summary(settings: Optional[Settings]) -> Dict[str, Any]:
    """What is told of sshd as it is set up for everybody."""
    known = settings or {}
    password = known.get("passwordauthentication")
    return {
        "authorized_keys_files": keys_files(settings),
        "authorized_keys_command": has(settings, "authorizedkeyscommand"),
        "principals_files": principals_files(settings),
        "trusted_user_ca_keys": has(settings, "trustedusercakeys"),
        "allow_users": known.get("allowusers", []),
        "allow_groups": known.get("allowgroups", []),
        "deny_users": known.get("denyusers", []),
        "deny_groups": known.get("denygroups", []),
        "password_authentication": None if password is None else password[0].lower() == "yes",
    }


def expand(pattern: str, name: str, uid: Optional[int], home: str) -> Optional[str]:
    """The path that a pattern means for an account, or None where it has a token that sshd doesn't know here."""
    tokens = {"%%": "%", "%h": home, "%u": name, "%U": "" if uid is None else str(uid)}
    found = re.findall(r"%.?", pattern)
    if not set(found) <= set(tokens) or (uid is None and "%U" in found):
        return None
    path = re.sub(r"%.", lambda match: tokens[match.group()], pattern)
    return path if path.startswith("/") else home.rstrip("/") + "/" + path


def depends_on_the_account(config: str) -> bool:
    """Whether a text of sshd_config has a Match block for users or groups."""
    return bool(re.search(r"^[ \t]*Match\b[^\n#]*\b(User|Group)\b", config, re.IGNORECASE | re.MULTILINE))


def included(config: str) -> List[str]:
    """The patterns of files that a text of sshd_config includes, as absolute paths."""
    found = []
    for line in re.findall(r"^[ \t]*Include[ \t=]+([^\n]+)", config, re.IGNORECASE | re.MULTILINE):
        found += [word.strip('"') for word in line.split()]
    return [word if word.startswith("/") else "/etc/ssh/" + word for word in found]
