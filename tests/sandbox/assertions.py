# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client authentication by `private_key_jwt` (RFC 7523), with Okta's refusals."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .apps import App
from .okta_errors import OAuthError
from .org import Org
from .signed_jwt import SignedJwt, numeric_date, parse_jwt

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MAX_LIFETIME = 3600

MUST_USE_PRIVATE_KEY_JWT = (
    "Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
    "token_endpoint_auth_method."
)


def claimed_client(form: Mapping[str, str]) -> str | None:
    """The app a request says it comes from, for the journal; nothing is verified."""
    try:
        issuer = parse_jwt(form.get("client_assertion", "")).claims.get("iss")
    except ValueError:
        issuer = form.get("client_id")
    return issuer if isinstance(issuer, str) else None


def authenticate(org: Org, form: Mapping[str, str], audiences: Collection[str]) -> App:
    """The app that signed the assertion; OAuthError otherwise.

    Texts that Okta's documentation, knowledge base or users quote are theirs; those marked `(unknown)` are not known.
    """
    if "client_assertion" not in form and "client_assertion_type" not in form:
        if "client_secret" in form:
            raise _refused(MUST_USE_PRIVATE_KEY_JWT)
        raise _refused("No client credentials found")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthError(400, "invalid_request", "The `client_assertion_type` is invalid.")
    try:
        assertion = parse_jwt(form.get("client_assertion", ""))
    except ValueError as error:
        raise _refused("The client_assertion is not a valid JWT.") from error  # (unknown)
    app = _signer(org, assertion)
    _check_claims(org, app, assertion, audiences)
    return app


def _signer(org: Org, assertion: SignedJwt) -> App:
    issuer = assertion.claims.get("iss")
    app = org.apps.get(issuer) if isinstance(issuer, str) else None
    if app is None:
        raise _refused("Invalid value for the 'client_id' parameter")
    if app.auth_method != "private_key_jwt":
        raise _refused(MUST_USE_PRIVATE_KEY_JWT)
    if not app.keys:
        raise _refused("The client does not have a JWKSet configured, but the client_assertion requires one")
    key = app.key_for(assertion.header.get("kid"))
    if key is None:
        raise _refused("The client_assertion JWT kid is invalid.")
    if not assertion.verifies_with(key):
        raise _refused("The client_assertion signature is invalid.")
    return app


def _check_claims(org: Org, app: App, assertion: SignedJwt, audiences: Collection[str]) -> None:
    claims, now = assertion.claims, org.now()
    expires, issued, jti = numeric_date(claims.get("exp")), numeric_date(claims.get("iat", 0)), claims.get("jti")
    if jti is not None and not org.assertion_ids.use((app.client_id, str(jti)), now + MAX_LIFETIME, now):
        raise _refused("The client_assertion token has already been used")
    if claims.get("sub") != app.client_id:
        raise _refused("The client_assertion subject and issuer must both be the client_id.")  # (unknown)
    audience = claims.get("aud")
    if not any(name in tuple(audiences) for name in (audience if isinstance(audience, list) else [audience])):
        raise _refused("The audience claim for client_assertion must be the endpoint invoked for the request.")
    if expires is None:
        raise _refused("The client_assertion token must contain an expiration.")  # (unknown)
    if expires <= now:
        raise _refused("The client_assertion token is expired.")  # (unknown)
    if expires > now + MAX_LIFETIME:
        raise _refused("The client_assertion token has an expiration too far into the future.")
    if issued is None or issued > now:
        raise _refused("The client_assertion token was issued in the future.")  # (unknown)


def _refused(description: str) -> OAuthError:
    return OAuthError(401, "invalid_client", description)
