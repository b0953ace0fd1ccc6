# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`POST /oauth2/v1/revoke`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from .assertions import authenticate
from .exchange import base_url, endpoint_url, org_of
from .okta_errors import OAuthError
from .token_endpoint import PATH as TOKEN_PATH
from .token_endpoint import read_form


async def revoke_token(request: Request) -> Response:
    """200 whether or not the token was one; only the app's own tokens are revoked (RFC 7009)."""
    org = org_of(request)
    form = await read_form(request)
    app = authenticate(org, form, {endpoint_url(request), base_url(request) + TOKEN_PATH})
    if not form.get("token"):
        raise OAuthError(400, "invalid_request", "The token parameter is missing.")  # wording unknown
    org.tokens.revoke(form["token"], app.client_id)
    return Response(b"", 200, {"cache-control": "no-cache, no-store"})
