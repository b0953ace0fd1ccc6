# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`GET /api/v1/iam/assignees/users` and `GET /api/v1/users/{id}/roles`."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from .authorization import authorize, sees_nothing
from .exchange import base_url, exchange_of, org_of
from .links import link_origin, link_url
from .listing import PATH as USERS_BUCKET
from .matches import Listed
from .paging import json_list, known, limit_of, page_of
from .single_user import wanted_user
from .users import Record

PATH = "/api/v1/iam/assignees/users"
BUCKET = "/api/v1"
_DEFAULT = 100
_MOST = 200
"""Unknown: Okta documents the default alone."""


async def list_assignees(request: Request) -> Response:
    """Ids alone; the next page is linked in the body, and there is no `_links` on the last one (as recorded)."""
    org, exchange = org_of(request), exchange_of(request)
    token = authorize(request, "okta.roles.read", BUCKET)
    query = known(request, "limit", "after")
    asked = limit_of(query.get("limit"), _DEFAULT, _MOST)
    if sees_nothing(request, token):
        return Response(b'{"value":[]}', 200, media_type="application/json")
    population = org.directory.population
    holders = org.estate.roles.holders(org.settings.assignees_by_groups)
    matches = Listed(holders, [population.id_of(holder) for holder in holders])
    page = page_of(request, matches, asked, query.get("after"), population.id_of)
    origin = link_origin(base_url(request), org.settings)
    exchange.own_url = link_url(origin + PATH, query)
    body: Record = {"value": [_assignee(population.id_of(holder), origin) for holder in page.positions]}
    if page.following is not None:
        following = link_url(origin + PATH, {"after": page.following, "limit": str(asked)})
        body["_links"] = {"next": {"href": following}}
    return Response(orjson.dumps(body), 200, media_type="application/json")


async def list_user_roles(request: Request) -> Response:
    org = org_of(request)
    authorize(request, "okta.roles.read", USERS_BUCKET)
    return json_list(org.estate.roles.of_user(wanted_user(request), base_url(request)))


def _assignee(user_id: str, origin: str) -> Record:
    own = f"{origin}/api/v1/users/{user_id}"
    links = {"self": {"href": own}, "roles": {"href": f"{own}/roles"}}
    return {"id": user_id, "orn": f"orn:okta:directory:00o1sandbox0rg0id0d7:users:{user_id}", "_links": links}
