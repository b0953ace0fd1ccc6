# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: minted, looked up, revoked."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass

import orjson


@dataclass
class IssuedToken:
    value: str
    client_id: str
    scopes: tuple[str, ...]
    expires_at: float
    thumbprint: str | None = None
    """Of the DPoP key the token is bound to."""
    revoked: bool = False


class IssuedTokens:
    def __init__(self) -> None:
        self._tokens: dict[str, IssuedToken] = {}

    def mint(
        self, client_id: str, scopes: tuple[str, ...], thumbprint: str | None, *, issuer: str, now: float, lifetime: int
    ) -> IssuedToken:
        """A JWT by its looks, opaque by contract: nobody verifies it, so its signature is random."""
        header = {"kid": "sandbox-org", "typ": "application/okta-internal-at+jwt", "alg": "RS256"}
        claims: dict[str, object] = {
            "ver": 1,
            "jti": "AT." + secrets.token_urlsafe(32),
            "iss": issuer,
            "aud": issuer,
            "sub": client_id,
            "cid": client_id,
            "iat": int(now),
            "exp": int(now) + lifetime,
            "scp": scopes,
        }
        if thumbprint is not None:
            claims["cnf"] = {"jkt": thumbprint}
        parts = (orjson.dumps(header), orjson.dumps(claims), secrets.token_bytes(256))
        value = ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
        token = IssuedToken(value, client_id, scopes, now + lifetime, thumbprint)
        self._tokens[value] = token
        return token

    def valid(self, value: str, now: float) -> IssuedToken | None:
        token = self._tokens.get(value)
        return token if token is not None and not token.revoked and now < token.expires_at else None

    def revoke(self, value: str, client_id: str) -> None:
        """Only the app it was issued to can revoke a token; anything else changes nothing."""
        token = self._tokens.get(value)
        if token is not None and token.client_id == client_id:
            token.revoked = True

    def expire_all(self) -> None:
        for token in self._tokens.values():
            token.expires_at = 0.0

    def values(self) -> list[str]:
        return list(self._tokens)
