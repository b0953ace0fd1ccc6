# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Access tokens: got from, and given back to, the org authorization server."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import urlencode, urlsplit

from ._assertion import ASSERTION_TYPE, client_assertion
from ._dpop import ProofKey, proof
from ._errors import TokenRefused, UnexpectedAnswer, words
from ._http import Request, Response
from ._keys import SigningKey
from ._rate_limits import read_date
from ._token_errors import token_refusal
from ._transport import Transport

TOKEN_PATH = "/oauth2/v1/token"  # noqa: S105  # a path, not a password
REVOKE_PATH = "/oauth2/v1/revoke"
# A nonce is asked for once, and once more where it changes at that moment (RFC 9449 section 8).
MOST_NONCES = 2


@dataclass(frozen=True)
class Credentials:
    """An API Services app, and the key it proves itself with."""

    client_id: str
    key: SigningKey


@dataclass(frozen=True)
class Token:
    """An access token. ``expires_at`` is in seconds since the epoch by Okta's clock, ``renew_at`` by the transport's
    monotonic one; a token that was got elsewhere has neither. ``proof_key`` is there when the token is DPoP-bound."""

    access_token: str = field(repr=False)
    token_type: str
    scopes: tuple[str, ...] = ()
    expires_in: int | None = None
    expires_at: float | None = None
    renew_at: float | None = None
    proof_key: ProofKey | None = None

    def result(self) -> dict[str, t.Any]:
        """As `okta_token` returns it. Holds secrets."""
        at = datetime.fromtimestamp(self.expires_at or 0, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        bound = {"dpop_key": self.proof_key.private_jwk()} if self.proof_key else {}
        return {
            "access_token": self.access_token,
            "token_type": self.token_type,
            "expires_in": self.expires_in,
            "expires_at": at,
            "scopes": list(self.scopes),
            **bound,
        }


def request_token(
    transport: Transport, org_url: str, credentials: Credentials, scopes: t.Sequence[str], dpop: str
) -> Token:
    """A new token with all of ``scopes`` (RFC 6749 section 4.4, RFC 7523 section 2.2).

    ``dpop`` is ``auto`` (a proof is sent, and the answer tells whether the token is bound), ``required`` (a Bearer
    token is refused) or ``off``. Raises `TokenRefused`, and what `Transport.send` raises.
    """
    proof_key = None if dpop == "off" else ProofKey.generate()
    form = {"grant_type": "client_credentials", "scope": " ".join(scopes)}
    answer = _post(transport, org_url + TOKEN_PATH, credentials, form, proof_key)
    if answer.status != 200:
        raise token_refusal(answer, scopes, transport.clock.time())
    return _read_token(answer, scopes, dpop, proof_key, transport)


def revoke_token(transport: Transport, org_url: str, credentials: Credentials, access_token: str) -> None:
    """Revoke a token of this app (RFC 7009). Okta agrees as well when the token is unknown or has expired."""
    form = {"token": access_token, "token_type_hint": "access_token"}
    answer = _post(transport, org_url + REVOKE_PATH, credentials, form, None)
    if answer.status != 200:
        raise token_refusal(answer, (), transport.clock.time(), "Okta did not revoke the token")


def _post(
    transport: Transport, url: str, credentials: Credentials, form: dict[str, str], proof_key: ProofKey | None
) -> Response:
    nonce: str | None = None

    def build(previous: Response | None) -> Request:
        nonlocal nonce
        now = transport.clock.time()
        nonce = (previous.headers.get("DPoP-Nonce") if previous else None) or nonce
        assertion = client_assertion(credentials.key, credentials.client_id, url, now)
        fields = {**form, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        if proof_key:
            headers["DPoP"] = proof(proof_key, "POST", url, now, nonce=nonce)
        return Request("POST", url, headers, urlencode(fields).encode("ascii"))

    bucket = urlsplit(url).path
    answer = transport.send(build, bucket)
    for _challenge in range(MOST_NONCES):
        asked = answer.status in (400, 401) and answer.json_object().get("error") == "use_dpop_nonce"
        if not (asked and proof_key and answer.headers.get("DPoP-Nonce")):
            break
        nonce = answer.headers.get("DPoP-Nonce")
        answer = transport.send(build, bucket)
    return answer


def _read_token(
    answer: Response, scopes: t.Sequence[str], dpop: str, proof_key: ProofKey | None, transport: Transport
) -> Token:
    body = _body(answer)
    access_token, expires_in = body.get("access_token"), body.get("expires_in")
    kind = str(body.get("token_type", "")).lower()
    if not (isinstance(access_token, str) and access_token and access_token.isascii() and access_token.isprintable()):
        raise _no_token(answer, "The token endpoint's answer holds no access token.", "Check org_url.")
    if kind not in ("bearer", "dpop") or not isinstance(expires_in, int) or not 0 < expires_in < 10**7:
        raise _no_token(answer, "The token endpoint's answer lacks a known token_type or a lifetime.", "Check org_url.")
    if kind == "bearer" and dpop == "required":
        remedy = "Tick 'Require Demonstrating Proof of Possession (DPoP)' in the app's settings, or set dpop to auto."
        raise TokenRefused("Okta gave a Bearer token, and dpop is 'required'.", remedy, request_id=answer.request_id)
    if kind == "dpop" and proof_key is None:
        raise _no_token(answer, "The token is DPoP-bound although no proof was sent.", "Set dpop to auto.")
    granted = _granted(body.get("scope"), scopes, answer)
    date = read_date(answer.headers)
    return Token(
        access_token=access_token,
        token_type="DPoP" if kind == "dpop" else "Bearer",
        scopes=granted,
        expires_in=expires_in,
        expires_at=(transport.clock.time() if date is None else date) + expires_in,
        # Early enough that a page requested with it is answered before it ends.
        renew_at=transport.clock.monotonic() + expires_in - min(60.0, expires_in / 10),
        proof_key=proof_key if kind == "dpop" else None,
    )


def _body(answer: Response) -> dict[str, t.Any]:
    try:
        parsed = answer.json()
    except UnexpectedAnswer as error:
        raise _no_token(answer, error.message, error.remedy) from None
    return parsed if isinstance(parsed, dict) else {}


def _no_token(answer: Response, seen: str, remedy: str) -> UnexpectedAnswer:
    message = f"Okta gave no token that can be used. {seen}"
    return UnexpectedAnswer(message, remedy, status=answer.status, request_id=answer.request_id)


def _granted(scope: object, asked: t.Sequence[str], answer: Response) -> tuple[str, ...]:
    # RFC 6749 section 5.1: the scope may be left out when it is the one that was asked for.
    granted = tuple(scope.split()) if isinstance(scope, str) and scope.strip() else tuple(asked)
    missing = [name for name in asked if name not in granted]
    if missing:
        raise TokenRefused(
            f"Okta granted {', '.join(words(name, 100) for name in granted[:20])} and left out {', '.join(missing)}.",
            "Grant it on the app's tab 'Okta API Scopes' (a super admin can), or don't ask for it.",
            request_id=answer.request_id,
        )
    return granted
