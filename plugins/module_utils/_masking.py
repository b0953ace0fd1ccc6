# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What Ansible is to mask in a module's output, beside the values of ``no_log`` options.

Ansible masks values as they were given. A key in a JWK, or a PEM block line by line, needs more; and a JWK that comes
as a dictionary has public members (``EC``, ``sig``) that must not be masked, for they would tear holes into messages.
"""

from __future__ import annotations

import base64
import json
import typing as t
from urllib.parse import quote, quote_plus

from ._options import KEY_ENVIRONMENT, holds_key

_PRIVATE_MEMBERS = ("d", "p", "q", "dp", "dq", "qi", "k")
_SHORTEST = 16


def unmask_public_words(no_log_values: set[str], params: t.Mapping[str, t.Any]) -> None:
    """Take out of what Ansible masks the public members of JWKs, and the path of the key where it is one."""
    path = params.get("private_key_path")
    if path and not holds_key(path):
        no_log_values.discard(path)
    for name in ("private_key", "dpop_key"):
        if isinstance(params[name], (dict, list)):
            no_log_values -= public_words(params[name])


def mask_forms(no_log_values: set[str], params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> None:
    """Have all secrets masked in all forms, before a failure is reported.

    A success isn't treated so: each masked form costs time for each string of a result, which can be 100,000 users.
    """
    secrets = [params[name] for name in ("private_key", "private_key_passphrase", "access_token", "dpop_key")]
    secrets += [environ.get(variable) for variable in KEY_ENVIRONMENT["private_key"]]
    paths = [
        params.get("private_key_path"),
        *(environ.get(variable) for variable in KEY_ENVIRONMENT["private_key_path"]),
    ]
    secrets += [path for path in paths if path and holds_key(path)]
    no_log_values |= secret_forms(json.dumps(item) if isinstance(item, (dict, list)) else item for item in secrets)


def public_words(jwk: object) -> set[str]:
    """The strings in a JWK or JWK Set, given as text or as a dictionary, that are no secret by themselves."""
    if isinstance(jwk, str):
        try:
            jwk = json.loads(jwk)
        except (ValueError, RecursionError):
            return set()
    words: set[str] = set()
    waiting = [jwk]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [member for name, member in value.items() if name not in _PRIVATE_MEMBERS]
        elif isinstance(value, (list, tuple)):
            waiting += value
        elif isinstance(value, str):
            words.add(value)
    return words


def secret_forms(secrets: t.Iterable[object]) -> set[str]:
    """Secrets as they could turn up in an output: whole, line by line, URL-encoded, in base64, member by member."""
    forms: set[str] = set()
    for secret in secrets:
        if not isinstance(secret, str):
            continue
        whole = secret.strip()
        lines = [line.strip() for line in whole.replace("\\n", "\n").splitlines() if not line.startswith("-----")]
        for form in (whole, *lines, *_private_members(whole)):
            content = form.encode("utf-8", "surrogatepass")
            encoded = (quote(content, safe=""), quote_plus(content), base64.b64encode(content).decode("ascii"))
            forms.update(part for part in (form, *encoded) if len(part) >= _SHORTEST)
    return forms


def _private_members(text: str) -> list[str]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    found = []
    waiting = [parsed]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found += [member for name, member in value.items() if name in _PRIVATE_MEMBERS and isinstance(member, str)]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found
