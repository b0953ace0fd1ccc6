# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the journal of a sandbox org."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

Entry = dict[str, Any]

TOKEN = "/oauth2/v1/token"
REVOKE = "/oauth2/v1/revoke"
USERS = "/api/v1/users"


def asked(journal: Iterable[Entry], path: str, client_id: str | None = None) -> list[Entry]:
    """The requests to a path, of one app or of all."""
    return [entry for entry in journal if entry["path"] == path and client_id in (None, entry["client_id"])]


def grants(journal: Iterable[Entry]) -> int:
    """How many tokens were given out."""
    return sum(entry["status"] == 200 for entry in asked(journal, TOKEN))


def header(entry: Entry, name: str) -> str | None:
    """A header that comes once or not at all."""
    values = entry["headers"].get(name, [])
    assert len(values) <= 1
    return values[0] if values else None


def jwt_claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def signed_ids(journal: Iterable[Entry]) -> list[str]:
    """The `jti` of each assertion and each proof that was sent."""
    ids = []
    for entry in journal:
        signed = [entry["form"].get("client_assertion"), header(entry, "dpop")]
        ids += [jwt_claims(token)["jti"] for token in signed if token]
    return ids
