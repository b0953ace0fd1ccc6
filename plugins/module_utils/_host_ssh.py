# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on managed hosts, with Python 3.6 too.
"""How sshd lets accounts in: what `sshd -T` says, and the keys in authorized_keys files (sshd(8)). Pure."""

import base64
import binascii
import hashlib
import re
import struct
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

DEFAULT_KEY_FILES = (".ssh/authorized_keys", ".ssh/authorized_keys2")
_KEY_TYPE = re.compile(r"(ssh-|ecdsa-|sk-|rsa-|x509v3-)[A-Za-z0-9@.-]{1,60}$")
_LONGEST = 400


class Sshd(NamedTuple):
    """What the configuration of sshd says of one user, or of all."""

    key_files: Tuple[str, ...] = DEFAULT_KEY_FILES
    keys_command: bool = False
    keys_allowed: bool = True
    principals_files: Tuple[str, ...] = ()
    principals_command: bool = False
    trusted_ca: bool = False
    password: Optional[bool] = None
    allow_users: Tuple[str, ...] = ()
    allow_groups: Tuple[str, ...] = ()
    deny_users: Tuple[str, ...] = ()
    deny_groups: Tuple[str, ...] = ()


def read_sshd(text: str) -> Sshd:
    """The answer of `sshd -T`: one lower-case keyword and its values a line."""
    values = {}  # type: Dict[str, List[str]]
    for line in text.splitlines():
        keyword, _blank, rest = line.strip().partition(" ")
        values.setdefault(keyword.lower(), []).extend(rest.split())

    def named(keyword: str) -> Tuple[str, ...]:
        return tuple(value for value in values.get(keyword, []) if value != "none")

    def is_on(keyword: str, default: Optional[bool]) -> Optional[bool]:
        return values[keyword] == ["yes"] if values.get(keyword) else default

    return Sshd(
        key_files=named("authorizedkeysfile") if "authorizedkeysfile" in values else DEFAULT_KEY_FILES,
        keys_command=bool(named("authorizedkeyscommand")),
        keys_allowed=is_on("pubkeyauthentication", True) is not False,
        principals_files=named("authorizedprincipalsfile"),
        principals_command=bool(named("authorizedprincipalscommand")),
        trusted_ca=bool(named("trustedusercakeys")),
        password=is_on("passwordauthentication", None),
        allow_users=named("allowusers"),
        allow_groups=named("allowgroups"),
        deny_users=named("denyusers"),
        deny_groups=named("denygroups"),
    )


def has_match(text: str) -> bool:
    """Whether a configuration says different things of different users (sshd_config(5), Match)."""
    return re.search(r"^[ \t]*match[ \t=]", text, re.IGNORECASE | re.MULTILINE) is not None


def path_of(pattern: str, name: str, uid: int, home: str) -> str:
    """The file that a pattern of sshd_config(5) means for a user."""
    tokens = {"%h": home, "%u": name, "%U": str(uid), "%%": "%"}
    path = re.sub("%[huU%]", lambda found: tokens[found.group()], pattern)
    return path if path.startswith("/") else home.rstrip("/") + "/" + path


def read_authorized_keys(text: str) -> Tuple[List[Dict[str, Any]], List[int]]:
    """The keys of a file, without their blobs, and the numbers of the lines that hold none although they should."""
    keys = []  # type: List[Dict[str, Any]]
    damaged = []  # type: List[int]
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        key = _key(stripped)
        if key is None:
            damaged.append(number)
        else:
            keys.append(dict(key, line=number))
    return keys, damaged


def _key(line: str) -> Optional[Dict[str, Any]]:
    options = []  # type: List[str]
    if not _KEY_TYPE.match(line.split()[0]):
        given, line = _cut_options(line)
        options = [_shown(option) for option in _split_options(given)]
    words = line.split(None, 2)
    if len(words) < 2 or not _KEY_TYPE.match(words[0]):
        return None
    try:
        blob = base64.b64decode(words[1].encode("ascii", "replace"), validate=True)
        length = struct.unpack(">I", blob[:4])[0]
    except (binascii.Error, ValueError, struct.error):
        return None
    if blob[4 : 4 + length] != words[0].encode("ascii"):
        return None
    fingerprint = base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")
    comment = words[2].strip() if len(words) > 2 else ""
    return {
        "type": words[0],
        "fingerprint": "SHA256:" + fingerprint,
        "comment": comment[:_LONGEST],
        "options": [option[:_LONGEST] for option in options],
    }


def _cut_options(line: str) -> Tuple[str, str]:
    """The options at the beginning of a line, and the rest: a blank between quotes ends nothing."""
    quoted = False
    for place, character in enumerate(line):
        if character == '"' and line[place - 1 : place] != "\\":
            quoted = not quoted
        elif character in " \t" and not quoted:
            return line[:place], line[place:].strip()
    return line, ""


def _split_options(text: str) -> List[str]:
    options = [""]
    quoted = False
    for place, character in enumerate(text):
        if character == '"' and text[place - 1 : place] != "\\":
            quoted = not quoted
        if character == "," and not quoted:
            options.append("")
        else:
            options[-1] += character
    return [option for option in options if option]


def _shown(option: str) -> str:
    """An option without what it puts into an environment, which can be secret."""
    name, equals, value = option.partition("=")
    if name.lower() == "environment" and equals:
        return '{0}="{1}=..."'.format(name, value.strip('"').partition("=")[0])
    return option
