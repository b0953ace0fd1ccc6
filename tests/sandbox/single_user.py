# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`GET /api/v1/users/{idOrLogin}`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from .authorization import authorize, sees_nothing
from .exchange import base_url, exchange_of, org_of
from .okta_errors import ApiError
from .user_views import view_for

BUCKET = "/api/v1/users/{id}"


async def get_user(request: Request) -> Response:
    """By id, by login in any case, or by a short name that only one user has."""
    org = org_of(request)
    authorize(request, "okta.users.read", bucket=BUCKET)
    index = wanted_user(request)
    view = view_for(request, base_url(request), request.query_params.get("fields"))
    return Response(view.single(org.directory.record(index)), 200, media_type="application/json")


def wanted_user(request: Request) -> int:
    """The index of the user that an authorized request names in its path."""
    wanted, token = str(request.path_params["id_or_login"]), exchange_of(request).token
    index = org_of(request).directory.find(wanted)
    if index is None or (token is not None and sees_nothing(request, token)):
        raise ApiError("E0000007", f"Not found: Resource not found: {wanted} (User)")
    return index
