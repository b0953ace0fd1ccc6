# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens on API requests: Bearer, and DPoP with its proof."""

from __future__ import annotations

from starlette.requests import Request

from .apps import ALGORITHMS
from .exchange import exchange_of, org_of
from .issued_tokens import IssuedToken
from .okta_errors import ApiError, ProofChallenge
from .proofs import MISSING, Demands, ProofRefused, verify_proof


def authorize(request: Request, scope: str, bucket: str) -> IssuedToken:
    """The token that allows the request: authentic first, then within the rate limit, then scope and admin role."""
    org, exchange = org_of(request), exchange_of(request)
    token = _authenticated(request, scope)
    exchange.token, exchange.client_id = token, token.client_id
    exchange.headers += org.rate_limits.count(bucket, token.client_id, org.settings)
    if scope not in token.scopes:
        description = "The access token provided does not contain the required scopes."
        challenge = _challenge(request, "Bearer", scope, "insufficient_scope", description)
        raise ApiError("E0000006", headers={"www-authenticate": challenge})
    if org.apps[token.client_id].admin_role == "forbidden":
        raise ApiError("E0000006")
    return token


def sees_nothing(request: Request, token: IssuedToken) -> bool:
    """Whether the app is one of those that, without a sufficient admin role, are shown lists with nothing in them."""
    if org_of(request).apps[token.client_id].admin_role != "empty":
        return False
    exchange = exchange_of(request)
    exchange.page, exchange.last_page = 1, True
    return True


def _authenticated(request: Request, scope: str) -> IssuedToken:
    org = org_of(request)
    headers = request.headers.getlist("authorization")
    if len(headers) != 1:
        raise ApiError("E0000005")
    kind, _blank, value = headers[0].partition(" ")
    token = org.tokens.valid(value.strip(), org.now())
    if token is None or token.client_id not in org.apps or kind.lower() not in ("bearer", "dpop"):
        challenge = _challenge(request, "Bearer", scope, "invalid_token", "The access token is invalid.")
        raise ApiError("E0000011", headers={"www-authenticate": challenge})
    if token.thumbprint is None:
        if kind.lower() == "dpop":
            raise ApiError("E0000011")
        return token
    if kind.lower() == "bearer":
        raise ProofChallenge(_challenge(request, "DPoP", scope, "invalid_dpop_proof", MISSING))
    _check_proof(request, scope, token, token.thumbprint)
    return token


def _check_proof(request: Request, scope: str, token: IssuedToken, thumbprint: str) -> None:
    org = org_of(request)
    nonce_wanted = org.settings.api_nonce_required
    try:
        verify_proof(request, Demands(nonce_wanted, token.value, thumbprint))
    except ProofRefused as refusal:
        challenge = _challenge(request, "DPoP", scope, refusal.error, refusal.description)
        if refusal.error == "use_dpop_nonce":
            status = org.settings.api_nonce_status
            raise ProofChallenge(challenge, status, {"dpop-nonce": org.nonces.current}) from refusal
        raise ProofChallenge(challenge) from refusal
    if nonce_wanted:
        exchange_of(request).headers.append(("dpop-nonce", org.nonces.current))


def _challenge(request: Request, scheme: str, scope: str, error: str, description: str) -> str:
    """`www-authenticate` word for word as reported from real orgs, `http://` in it included."""
    host = request.headers.get("host", "localhost")
    algorithms = f'algs="{" ".join(ALGORITHMS)}", ' if scheme == "DPoP" else ""
    return (
        f'{scheme} {algorithms}authorization_uri="http://{host}/oauth2/v1/authorize", realm="http://{host}", '
        f'scope="{scope}", error="{error}", error_description="{description}", resource="{_ascii(request.url.path)}"'
    )


def _ascii(path: str) -> str:
    """A header holds ASCII alone, and no quotes of its own."""
    return path.encode("ascii", "replace").decode().replace('"', "?").translate(dict.fromkeys(range(32), "?"))
