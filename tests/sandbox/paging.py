# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages: what `limit` and `after` ask for, the part of a list they get, and where the next part is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from .exchange import base_url, exchange_of, org_of
from .links import link_headers
from .matches import Matches
from .okta_errors import ApiError
from .users import Record


@dataclass(frozen=True)
class Page:
    """`positions` on it; `following` is the cursor of the next page, None if this is the last."""

    asked: int
    limit: int
    start: int
    positions: Sequence[int]
    following: str | None


def limit_of(text: str | None, default: int, maximum: int) -> int:
    """1 to the maximum; what Okta does above is unknown, here it is the maximum then."""
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or int(text[:9]) == 0:
        raise ApiError("E0000001", "Api validation failed: limit", ["limit: The limit must be a positive number."])
    return min(int(text[:9]), maximum)


def page_of(request: Request, matches: Matches, asked: int, after: str | None, id_at: Callable[[int], str]) -> Page:
    """The page that a request asks for, and a note of it for the journal and the faults."""
    org, exchange = org_of(request), exchange_of(request)
    limit = min(asked, org.settings.page_size_cap or asked)
    start = matches.position(after) if after and matches.paged else 0
    found = matches.indices(start, limit + 1)
    more = matches.paged and len(found) > limit
    following = matches.cursor(start + limit, id_at(found[limit - 1])) if more else None
    exchange.page, exchange.last_page = start // limit + 1, not more
    return Page(asked, limit, start, found[:limit], following)


def link(request: Request, response: Response, path: str, query: Mapping[str, str], page: Page) -> Response:
    """The response with `Link` headers."""
    linked = {**query, "limit": str(page.asked)}
    for name, value in link_headers(base_url(request), path, linked, page.following, org_of(request).settings):
        response.headers.append(name, value)
    return response


def known(request: Request, *names: str) -> dict[str, str]:
    """The parameters that the endpoint knows; Okta ignores the others and drops them from links."""
    return {name: value for name, value in request.query_params.items() if name in names}


def json_list(records: Sequence[Record]) -> Response:
    return Response(orjson.dumps(records), 200, media_type="application/json")
