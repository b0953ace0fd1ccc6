# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DPoP proofs (RFC 9449), verified as Okta does."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote

from starlette.requests import Request

from .apps import ALGORITHMS, SigningKey, import_public_key
from .exchange import base_url, org_of
from .signed_jwt import SignedJwt, numeric_date, parse_jwt

IAT_WINDOW = 300
"""Seconds a proof may be old, or ahead; Okta checks freshness, its window is unknown."""

MISSING = "The DPoP proof JWT header is missing."


class ProofRefused(Exception):
    """Carries OAuth's error code and description; wordings not quoted by Okta or its users are marked `(unknown)`."""

    def __init__(self, description: str, error: str = "invalid_dpop_proof") -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass(frozen=True)
class Demands:
    """What a proof has to show besides being one."""

    nonce: bool
    access_token: str | None = None
    thumbprint: str | None = None


def verify_proof(request: Request, demands: Demands) -> str:
    """The thumbprint of the key that signed the request's proof; ProofRefused if it is not good."""
    headers = request.headers.getlist("dpop")
    if not headers:
        raise ProofRefused(MISSING)
    if len(headers) > 1:
        raise ProofRefused("There is more than one DPoP proof JWT header.")  # (unknown)
    try:
        proof = parse_jwt(headers[0])
    except ValueError as error:
        raise ProofRefused("The DPoP proof JWT is invalid.") from error  # (unknown)
    key = _signer(proof)
    _check_claims(request, proof, key.thumbprint(), demands)
    return key.thumbprint()


def proof_url(request: Request) -> str:
    """What `htu` has to be: no query, the path decoded but for four characters (the rule Okta's Java SDK proved)."""
    path = unquote(request.scope["raw_path"].decode("ascii"))
    for char, encoded in (("%", "%25"), (" ", "%20"), ('"', "%22"), ("#", "%23")):
        path = path.replace(char, encoded)
    return base_url(request) + path


def _signer(proof: SignedJwt) -> SigningKey:
    if proof.header.get("typ") != "dpop+jwt":
        raise ProofRefused("The 'typ' header of the DPoP proof JWT is invalid.")  # (unknown)
    if proof.header.get("alg") not in ALGORITHMS:
        raise ProofRefused("The 'alg' header of the DPoP proof JWT is invalid.")  # (unknown)
    try:
        key = import_public_key(proof.header.get("jwk"))
    except ValueError as error:
        raise ProofRefused("The 'jwk' header of the DPoP proof JWT is invalid.") from error  # (unknown)
    if not proof.verifies_with(key):
        raise ProofRefused("The DPoP proof JWT signature is invalid.")  # (unknown)
    return key


def _check_claims(request: Request, proof: SignedJwt, thumbprint: str, demands: Demands) -> None:
    org, claims, now = org_of(request), proof.claims, org_of(request).now()
    jti, issued = claims.get("jti"), numeric_date(claims.get("iat"))
    if not isinstance(jti, str) or not jti:
        raise ProofRefused("'jti' claim in the DPoP proof JWT is invalid.")
    if not org.proof_ids.use((thumbprint, jti), now + 2 * IAT_WINDOW, now):
        raise ProofRefused("The DPoP proof JWT has already been used.")
    if claims.get("htm") != request.method:
        raise ProofRefused("'htm' claim in the DPoP proof JWT is invalid.")
    if claims.get("htu") != proof_url(request):
        raise ProofRefused("'htu' claim in the DPoP proof JWT is invalid.")
    if issued is None or abs(issued - now) > IAT_WINDOW:
        raise ProofRefused("'iat' claim in the DPoP proof JWT is invalid.")
    if demands.access_token is not None and claims.get("ath") != _hash(demands.access_token):
        raise ProofRefused("'ath' claim in the DPoP proof JWT is invalid.")
    if demands.thumbprint is not None and thumbprint != demands.thumbprint:
        raise ProofRefused("The DPoP proof JWT key is not the one the access token is bound to.")  # (unknown)
    if demands.nonce and not org.nonces.accepts(claims.get("nonce"), org.settings.nonce_grace):
        raise ProofRefused("Authorization server requires nonce in DPoP proof.", "use_dpop_nonce")


def _hash(access_token: str) -> str:
    return urlsafe_b64encode(sha256(access_token.encode("ascii")).digest()).decode().rstrip("=")
