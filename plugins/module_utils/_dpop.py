# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Proofs of possession (RFC 9449), and the key they are made with.

The proof key is made anew for each token; it is never the app's key and never written to a file. What Okta asks of
the claims: https://developer.okta.com/docs/guides/dpop/.
"""

from __future__ import annotations

import base64
import hashlib
import json
import typing as t
import uuid
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ._errors import InvalidKey
from ._keys import load_jwk

if t.TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_REMEDY = "Pass on dpop_key as okta_token returned it."
# Okta compares the decoded path; these alone stay encoded, as Okta's Java SDK does it.
_KEPT_ENCODED = {"%": "%25", " ": "%20", '"': "%22", "#": "%23"}


@dataclass(frozen=True)
class ProofKey:
    """An EC key on P-256 that proofs are signed with (ES256)."""

    private_key: EllipticCurvePrivateKey

    def __repr__(self) -> str:
        return "ProofKey()"

    @classmethod
    def generate(cls) -> ProofKey:
        """A new key."""
        from cryptography.hazmat.primitives.asymmetric import ec

        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_jwk(cls, text: str) -> ProofKey:
        """The key in a private JWK, given as JSON. Raises `InvalidKey`."""
        try:
            jwk = json.loads(text)
        except (ValueError, RecursionError):
            jwk = None
        if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
            raise InvalidKey("dpop_key is not a private JWK on the curve P-256.", _REMEDY)
        try:
            return cls(t.cast("EllipticCurvePrivateKey", load_jwk(jwk)))
        except InvalidKey:
            raise InvalidKey("dpop_key is a public key, or damaged.", _REMEDY) from None

    def public_jwk(self) -> dict[str, str]:
        """The public half, as it stands in the header of a proof."""
        numbers = self.private_key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": _number(numbers.x), "y": _number(numbers.y)}

    def private_jwk(self) -> dict[str, str]:
        """The whole key, for `okta_token` to hand on. A secret."""
        return {**self.public_jwk(), "d": _number(self.private_key.private_numbers().private_value)}

    def thumbprint(self) -> str:
        """The ``jkt`` that a bound token names (RFC 7638)."""
        canonical = json.dumps(self.public_jwk(), sort_keys=True, separators=(",", ":"))
        return _base64url(hashlib.sha256(canonical.encode()).digest())


def proof(
    key: ProofKey, method: str, url: str, now: float, *, nonce: str | None = None, access_token: str | None = None
) -> str:
    """A proof for one request (RFC 9449 section 4.2): the ``jti`` is new in each.

    ``now`` is in seconds since the epoch; ``access_token`` is the token that the request carries, where it carries one.
    """
    import jwt

    claims: dict[str, t.Any] = {"htm": method, "htu": htu(url), "iat": int(now), "jti": str(uuid.uuid4())}
    if nonce is not None:
        claims["nonce"] = nonce
    if access_token is not None:
        claims["ath"] = _base64url(hashlib.sha256(access_token.encode()).digest())
    headers = {"typ": "dpop+jwt", "jwk": key.public_jwk()}
    return jwt.encode(claims, key.private_key, algorithm="ES256", headers=headers)


def htu(url: str) -> str:
    """The ``htu`` for a URL: no query, no fragment, and the path percent-decoded, for that is how Okta compares it."""
    parts = urlsplit(url)
    path = "".join(_KEPT_ENCODED.get(character, character) for character in unquote(parts.path))
    return f"{parts.scheme}://{parts.netloc}{path}"


def bound_thumbprint(access_token: str) -> str | None:
    """The ``jkt`` in a token that says it is DPoP-bound (RFC 9449 section 6.1), or None.

    A token is opaque to its user: one that can't be read says nothing. This only serves to fail early.
    """
    try:
        payload = access_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        thumbprint = claims["cnf"]["jkt"]
    except (IndexError, KeyError, TypeError, ValueError, RecursionError):
        return None
    return thumbprint if isinstance(thumbprint, str) else None


def _number(number: int) -> str:
    return _base64url(number.to_bytes(32, "big"))


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
