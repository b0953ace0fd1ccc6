# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`GET /api/v1/groups` and what is below it."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from .authorization import authorize, sees_nothing
from .exchange import base_url, exchange_of, org_of
from .groups import Group
from .okta_errors import ApiError
from .paging import json_list, known, limit_of, link, page_of
from .user_views import view_for

PATH = BUCKET = "/api/v1/groups"
ONE_BUCKET = "/api/v1/groups/{id}"
_MOST = 10_000
_MOST_FOUND = 300
_MOST_MEMBERS = 1000


async def list_groups(request: Request) -> Response:
    """All, or those that `search`, `filter` or `q` finds. `sortBy` and `expand` are not imitated."""
    org = org_of(request)
    token = authorize(request, "okta.groups.read", BUCKET)
    query = known(request, "search", "filter", "q", "limit", "after")
    search, filter_text, q = (query.get(name) or None for name in ("search", "filter", "q"))
    if search and filter_text:
        raise ApiError("E0000033")
    asked = limit_of(query.get("limit"), _MOST_FOUND if q else _MOST, _MOST)
    if sees_nothing(request, token):
        return json_list([])
    groups = org.estate.groups
    matches = groups.matching(search, filter_text, q)
    page = page_of(request, matches, asked, query.get("after"), lambda position: groups[position].id)
    response = json_list([groups[position].shown(base_url(request)) for position in page.positions])
    return link(request, response, PATH, query, page) if matches.paged else response


async def get_group(request: Request) -> Response:
    authorize(request, "okta.groups.read", ONE_BUCKET)
    return Response(orjson.dumps(_group(request).shown(base_url(request))), 200, media_type="application/json")


async def list_members(request: Request) -> Response:
    """Whole users, as their own list shows them."""
    org = org_of(request)
    authorize(request, "okta.groups.read", BUCKET)
    group = _group(request)
    query = known(request, "limit", "after")
    asked = limit_of(query.get("limit"), _MOST_MEMBERS, _MOST_MEMBERS)
    view = view_for(request, base_url(request))
    directory = org.directory
    page = page_of(request, org.estate.groups.members(group), asked, query.get("after"), directory.population.id_of)
    body = b"[" + b",".join(view.listed(directory.record(index)) for index in page.positions) + b"]"
    response = Response(body, 200, media_type="application/json")
    return link(request, response, f"{PATH}/{group.id}/users", query, page)


async def list_group_roles(request: Request) -> Response:
    """The roles that the members of a group hold by being in it."""
    org = org_of(request)
    authorize(request, "okta.roles.read", BUCKET)
    return json_list(org.estate.roles.of_group(_group(request), base_url(request)))


def _group(request: Request) -> Group:
    org, exchange = org_of(request), exchange_of(request)
    wanted = str(request.path_params["group_id"])
    group = org.estate.groups.find(wanted)
    if group is None or (exchange.token is not None and sees_nothing(request, exchange.token)):
        raise ApiError("E0000007", f"Not found: Resource not found: {wanted} (UserGroup)")
    return group
