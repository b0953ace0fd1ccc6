# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org as an ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from .api_tokens import list_api_tokens
from .controls import ROUTES as CONTROL_ROUTES
from .controls import say_what_is_wrong
from .exchange import base_url
from .factor_endpoint import list_user_factors
from .front import Front
from .group_endpoints import get_group, list_group_roles, list_groups, list_members
from .listing import list_users
from .okta_errors import ApiError, OAuthError, ProofChallenge
from .org import Org
from .policies import list_policies, list_rules
from .revocation import revoke_token
from .role_endpoints import list_assignees, list_user_roles
from .single_user import get_user
from .token_endpoint import grant_custom_token, grant_token

ORG_ID = "00o1sandbox0rg0id0d7"


async def describe_org(request: Request) -> Response:
    links = {"organization": {"href": base_url(request)}}
    return JSONResponse({"id": ORG_ID, "cell": "sandbox", "_links": links, "pipeline": "idx", "settings": {}})


async def refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, (ApiError, OAuthError, ProofChallenge))
    return error.response()


async def no_such_path(request: Request, error: Exception) -> Response:
    """A path with an encoded slash never gets past Okta's servlet container; one with a slash at its end is a 405."""
    if b"%2f" in request.scope["raw_path"].lower():
        return HTMLResponse("<!doctype html><html><title>HTTP Status 400 - Bad Request</title></html>", 400)
    if request.url.path.endswith("/"):
        return ApiError("E0000022").response()
    if request.url.path.startswith("/api/v1/"):
        return ApiError("E0000008").response()
    return JSONResponse({"status": 404, "message": "Resource not found"}, 404)


async def no_such_method(request: Request, error: Exception) -> Response:
    return ApiError("E0000022").response()


def application(org: Org) -> ASGIApp:
    routes = [
        Route("/oauth2/v1/token", grant_token, methods=["POST"]),
        Route("/oauth2/v1/revoke", revoke_token, methods=["POST"]),
        Route("/oauth2/default/v1/token", grant_custom_token, methods=["POST"]),
        Route("/.well-known/okta-organization", describe_org, methods=["GET"]),
        Route("/api/v1/users", list_users, methods=["GET"]),
        Route("/api/v1/users/{id_or_login}", get_user, methods=["GET"]),
        Route("/api/v1/users/{id_or_login}/roles", list_user_roles, methods=["GET"]),
        Route("/api/v1/users/{id_or_login}/factors", list_user_factors, methods=["GET"]),
        Route("/api/v1/iam/assignees/users", list_assignees, methods=["GET"]),
        Route("/api/v1/groups", list_groups, methods=["GET"]),
        Route("/api/v1/groups/{group_id}", get_group, methods=["GET"]),
        Route("/api/v1/groups/{group_id}/users", list_members, methods=["GET"]),
        Route("/api/v1/groups/{group_id}/roles", list_group_roles, methods=["GET"]),
        Route("/api/v1/api-tokens", list_api_tokens, methods=["GET"]),
        Route("/api/v1/policies", list_policies, methods=["GET"]),
        Route("/api/v1/policies/{policy_id}/rules", list_rules, methods=["GET"]),
        *CONTROL_ROUTES,
    ]
    inner = Starlette(
        routes=routes,
        exception_handlers={
            ApiError: refuse,
            OAuthError: refuse,
            ProofChallenge: refuse,
            HTTPException: no_such_path,
            404: no_such_path,
            405: no_such_method,
            ValueError: say_what_is_wrong,
        },
    )
    inner.router.redirect_slashes = False
    inner.state.org = org
    return Front(inner, org)
