# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`GET /api/v1/users`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from .authorization import authorize, sees_nothing
from .candidates import Candidates
from .conditions import filtering, searching, sortable
from .directory import Directory
from .exchange import base_url, org_of
from .lookup import Cache
from .matches import Everyone, FirstOnly, Matches, Rising, Scan, Sorted
from .okta_errors import ApiError
from .paging import json_list, known, limit_of, link, page_of
from .user_views import View, view_for
from .users import Record

PATH = "/api/v1/users"
DEFAULT_LIMIT = MAX_LIMIT = 200
DEFAULT_Q_LIMIT = 10
_KNOWN = ("search", "filter", "q", "limit", "after", "sortBy", "sortOrder", "fields", "expand")


@dataclass(frozen=True)
class Query:
    """What decides which users match, and in which order."""

    search: str | None = None
    filter: str | None = None
    q: str | None = None
    sort_by: str | None = None
    descending: bool = False


class Listing:
    """Queries and pages of one org, kept for the next request that wants them."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._candidates = Candidates(directory)
        self._matches: Cache[Matches] = Cache(64)
        self._pages: Cache[bytes] = Cache(600)

    def matches(self, query: Query) -> Matches:
        return self._matches.get((query, self._directory.version), lambda: self._match(query))

    def page(self, query: Query, start: int, limit: int, view: View) -> bytes:
        key = (query, start, limit, view, self._directory.version)
        return self._pages.get(key, lambda: self._render(query, start, limit, view))

    def _match(self, query: Query) -> Matches:
        directory = self._directory
        if query.search is not None:
            expression, condition = searching(query.search)
            chosen = self._candidates.of(expression)
            if query.sort_by == "created" and not query.descending and directory.in_order_of_creation:
                return Rising(directory, chosen, condition)
            if query.sort_by is not None:
                return Sorted(directory, chosen, condition, query.sort_by, query.descending)
            return Scan(directory, chosen, condition)
        if query.filter is not None:
            expression, condition = filtering(query.filter)
            return Scan(directory, self._candidates.of(expression), condition, prefix="0")
        if query.q is not None:
            beginning = query.q.casefold()
            return FirstOnly(directory, range(len(directory)), lambda record: _is_found_by(record, beginning))
        return Everyone(directory)

    def _render(self, query: Query, start: int, limit: int, view: View) -> bytes:
        records = map(self._directory.record, self.matches(query).indices(start, limit))
        return b"[" + b",".join(map(view.listed, records)) + b"]"


async def list_users(request: Request) -> Response:
    org = org_of(request)
    token = authorize(request, "okta.users.read", bucket=PATH)
    parameters = known(request, *_KNOWN)
    query = _query(parameters)
    default = DEFAULT_Q_LIMIT if query.q is not None else DEFAULT_LIMIT
    asked = limit_of(parameters.get("limit"), default, MAX_LIMIT)
    view = view_for(request, base_url(request), parameters.get("fields"))
    if sees_nothing(request, token):
        return json_list([])
    matches = org.listing.matches(query)
    page = page_of(request, matches, asked, parameters.get("after"), org.directory.population.id_of)
    if page.following:  # made while the client reads this one: it should measure itself, not the sandbox
        asyncio.get_running_loop().call_soon(org.listing.page, query, page.start + page.limit, page.limit, view)
    body = org.listing.page(query, page.start, page.limit, view)
    response = Response(body, 200, media_type="application/json")
    return link(request, response, PATH, parameters, page) if matches.paged else response


def _query(parameters: dict[str, str]) -> Query:
    """`search` and `filter` exclude each other; which wins when `q` comes with one is unknown, here `q` loses."""
    search, filter_text = parameters.get("search") or None, parameters.get("filter") or None
    if search and filter_text:
        raise ApiError("E0000033")
    q = parameters.get("q") if not search and not filter_text else None
    sort_by = parameters.get("sortBy") if search else None
    if sort_by is not None and not sortable(sort_by):
        raise ApiError("E0000031")
    descending = sort_by is not None and parameters.get("sortOrder", "asc").lower() == "desc"
    return Query(search, filter_text, q or None, sort_by, descending)


def _is_found_by(record: Record, beginning: str) -> bool:
    if record["status"] == "DEPROVISIONED":
        return False
    profile = record["profile"]
    return any(str(profile[name]).casefold().startswith(beginning) for name in ("firstName", "lastName", "email"))
