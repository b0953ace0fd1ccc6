# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`POST /oauth2/v1/token` of the org authorization server, and the custom server that can't mint okta.* scopes."""

from __future__ import annotations

from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response

from .apps import App
from .assertions import authenticate, claimed_client
from .exchange import base_url, endpoint_url, exchange_of, org_of
from .okta_errors import OAuthError
from .proofs import Demands, ProofRefused, verify_proof

PATH = "/oauth2/v1/token"


async def grant_token(request: Request) -> Response:
    org, exchange = org_of(request), exchange_of(request)
    form = await read_form(request)
    if form.get("grant_type") != "client_credentials":
        raise OAuthError(400, "unsupported_grant_type", "The grant type in the request isn't supported.")
    app = authenticate(org, form, {endpoint_url(request)})
    exchange.headers += org.rate_limits.count(PATH, app.client_id, org.settings)
    if not app.network_zone_allowed:
        raise OAuthError(403, "access_denied", "The request is made from outside the client's permitted network zones.")
    thumbprint = _bound_key(request) if app.dpop_bound else None
    scopes = _scopes(app, form.get("scope", ""))
    lifetime = org.settings.token_lifetime
    token = org.tokens.mint(
        app.client_id, scopes, thumbprint, issuer=base_url(request), now=org.now(), lifetime=lifetime
    )
    exchange.token = token
    body = {
        "token_type": "DPoP" if thumbprint else "Bearer",
        "expires_in": lifetime,
        "access_token": token.value,
        "scope": " ".join(scopes),
    }
    return Response(orjson.dumps(body), 200, {"cache-control": "no-cache, no-store"}, "application/json")


async def grant_custom_token(request: Request) -> Response:
    """`/oauth2/default/v1/token`: the app is authenticated, its scopes are another server's."""
    form = await read_form(request)
    authenticate(org_of(request), form, {endpoint_url(request)})
    description = "One or more scopes are not configured for the authorization server resource."
    raise OAuthError(400, "invalid_scope", description)


async def read_form(request: Request) -> dict[str, str]:
    """The fields of the request; the same one twice is refused, as RFC 6749 demands."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise OAuthError(400, "invalid_request", "The request must be form-encoded.")  # wording unknown
    pairs = parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    form, exchange = dict(pairs), exchange_of(request)
    exchange.form, exchange.client_id = form, claimed_client(form)
    if len(form) < len(pairs):
        raise OAuthError(400, "invalid_request", "A parameter is given more than once.")  # wording unknown
    if "client_assertion" in form and "client_secret" in form:
        raise OAuthError(400, "invalid_request", "Can't supply multiple client credentials.")
    return form


def _bound_key(request: Request) -> str:
    """The thumbprint of the proof's key; the nonce goes out with the challenge and with the token."""
    org, exchange = org_of(request), exchange_of(request)
    try:
        thumbprint = verify_proof(request, Demands(nonce=org.settings.nonce_required))
    except ProofRefused as refusal:
        nonce = {"dpop-nonce": org.nonces.current} if refusal.error == "use_dpop_nonce" else None
        raise OAuthError(400, refusal.error, refusal.description, nonce) from refusal
    if org.settings.nonce_required:
        exchange.headers.append(("dpop-nonce", org.nonces.current))
    return thumbprint


def _scopes(app: App, text: str) -> tuple[str, ...]:
    """What was asked for, all of it, or nothing. The text for a scope that was not granted to the app is unknown."""
    scopes = tuple(dict.fromkeys(text.split()))
    if not scopes:
        raise OAuthError(400, "invalid_scope", "No scopes were requested.")
    oidc = [scope for scope in scopes if scope in ("openid", "profile", "email", "offline_access")]
    if oidc:
        raise OAuthError(400, "invalid_scope", f"Cannot request '{oidc[0]}' scopes using client credentials")
    missing = [scope for scope in scopes if scope not in app.grants]
    if missing:
        names = ", ".join(missing)
        raise OAuthError(400, "invalid_scope", f"The client application isn't granted the scopes requested: {names}")
    return scopes
