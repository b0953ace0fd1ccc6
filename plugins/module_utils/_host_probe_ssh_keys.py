# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on hosts, with Python 3.6 or newer and nothing but the standard library.
"""The text of an authorized_keys file, as sshd(8) reads it; pure. No key leaves this file but as its fingerprint."""

import base64
import binascii
import hashlib
import re
from typing import Any, Dict, List, Optional, Tuple

LONGEST_TEXT = 256  # characters of a comment, or of an option
BLANKS = " \t"
TYPE = re.compile(r"[a-z0-9][a-z0-9@.-]{2,62}\Z")


def fingerprint(key_type: str, blob: str) -> Optional[str]:
    """The SHA-256 fingerprint as `ssh-keygen -lf` prints it, or None where this is no key of that type."""
    try:
        raw = base64.b64decode(blob.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return None
    length = int.from_bytes(raw[:4], "big")
    named = raw[4 : 4 + length] == key_type.encode("ascii", "replace")
    if len(raw) <= 4 + length or not named or not TYPE.match(key_type):
        return None
    return "SHA256:" + base64.b64encode(hashlib.sha256(raw).digest()).decode("ascii").rstrip("=")


def split_options(text: str) -> Tuple[List[str], str]:
    """The options that a line begins with, and the rest of it. In quotes, commas and blanks belong to an option."""
    options = [""]
    quoted = False
    position = 0
    while position < len(text) and (quoted or text[position] not in BLANKS):
        step = text[position : position + 2]
        if quoted and step == '\\"':
            options[-1] += step
            position += 2
            continue
        quoted ^= text[position] == '"'
        if text[position] == "," and not quoted:
            options.append("")
        else:
            options[-1] += text[position]
        position += 1
    return ([], "") if quoted else ([option for option in options if option], text[position:].strip(BLANKS))


def _shown(option: str) -> str:
    """An option without the value of a variable that it sets, which may be a secret."""
    match = re.match(r'(environment="[^="]*)', option, re.IGNORECASE)
    return match.group(1)[:LONGEST_TEXT] + '"' if match else option[:LONGEST_TEXT]


def _key(text: str) -> Optional[Dict[str, Any]]:
    parts = text.split(None, 2)
    print_ = fingerprint(parts[0], parts[1]) if len(parts) > 1 else None
    comment = parts[2].strip() if len(parts) > 2 else ""
    return {"type": parts[0], "fingerprint": print_, "comment": comment[:LONGEST_TEXT]} if print_ else None


def parse_authorized_keys(text: str, file: str) -> Tuple[List[Dict[str, Any]], List[int]]:
    """The keys, and the numbers of the lines that are damaged."""
    keys = []
    damaged = []
    for count, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped[0] == "#":
            continue
        key, options = _key(stripped), []  # type: Tuple[Optional[Dict[str, Any]], List[str]]
        if key is None:
            options, rest = split_options(stripped)
            key = _key(rest)
        if key is None:
            damaged.append(count)
        else:
            keys.append({**key, "options": [_shown(option) for option in options], "file": file, "line": count})
    return keys, damaged
