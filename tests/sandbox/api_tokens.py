# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API tokens (SSWS) of the org, as `GET /api/v1/api-tokens` shows them: never their values."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from .authorization import authorize, sees_nothing
from .exchange import base_url, org_of
from .paging import json_list
from .users import Population, Record, timestamp

BUCKET = "/api/v1"
_DAY = 86400


@dataclass(frozen=True)
class ApiToken:
    name: str
    owner: int
    """An index."""
    days_old: int
    client: str = "Okta API"
    zones: tuple[str, ...] | None = None
    """None: the token may be used from anywhere."""

    def shown(self, population: Population, base: str) -> Record:
        created = population.now - self.days_old * _DAY
        used = max(created, population.now - self.days_old % 7 * _DAY)
        owner = population.id_of(self.owner)
        own_id = "00T" + population.letters(population.roll(self.owner, self.name[:16].encode())[:17])
        network: Record = {"connection": "ANYWHERE"}
        if self.zones is not None:
            network = {"connection": "ZONE", "include": list(self.zones), "exclude": []}
        own, user = f"{base}/api/v1/api-tokens/{own_id}", f"{base}/api/v1/users/{owner}"
        return {
            "name": self.name,
            "userId": owner,
            "tokenWindow": "P30D",
            "network": network,
            "id": own_id,
            "clientName": self.client,
            "expiresAt": timestamp(used + 30 * _DAY),
            "created": timestamp(created),
            "lastUpdated": timestamp(used),
            "_links": {
                "self": {"href": own, "hints": {"allow": ["GET", "DELETE"]}},
                "user": {"href": user, "hints": {"allow": ["GET"]}},
            },
        }


async def list_api_tokens(request: Request) -> Response:
    """All at once."""
    org = org_of(request)
    token = authorize(request, "okta.apiTokens.read", BUCKET)
    if sees_nothing(request, token):
        return json_list([])
    population, base = org.directory.population, base_url(request)
    return json_list([api_token.shown(population, base) for api_token in org.estate.api_tokens])
