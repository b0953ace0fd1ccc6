# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and what becomes known about it while it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.requests import Request

if TYPE_CHECKING:
    from .issued_tokens import IssuedToken
    from .org import Org

KEY = "sandbox.exchange"


@dataclass
class Exchange:
    """Endpoints write it; the front reads it for the journal, the faults and the headers every answer carries."""

    client_id: str | None = None
    form: dict[str, str] = field(default_factory=dict)
    token: IssuedToken | None = None
    page: int | None = None
    last_page: bool = False
    own_url: str | None = None
    """Of the page, where its links are in the body."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    """What the answer carries whether it grants or refuses: rate limits, a nonce."""


def exchange_of(request: Request) -> Exchange:
    exchange: Exchange = request.scope[KEY]
    return exchange


def org_of(request: Request) -> Org:
    org: Org = request.app.state.org
    return org


def base_url(request: Request) -> str:
    """The origin the request was sent to, as its Host header spells it."""
    return f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"


def endpoint_url(request: Request) -> str:
    """The URL without query."""
    return base_url(request) + request.url.path
