# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`GET /api/v1/policies?type=USER_LIFECYCLE` and the rules of one: the automations that act on inactive users.

How many days and which groups is on the policy, what happens is on its rule (as tools that read them report); that the
schedule is on neither is reported too.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from .authorization import authorize, sees_nothing
from .exchange import base_url, exchange_of, org_of
from .okta_errors import ApiError
from .paging import json_list
from .users import Population, Record, timestamp

BUCKET = "/api/v1"
TYPE = "USER_LIFECYCLE"
_OTHER_TYPES = frozenset(
    {"OKTA_SIGN_ON", "PASSWORD", "MFA_ENROLL", "IDP_DISCOVERY", "ACCESS_POLICY", "PROFILE_ENROLLMENT",
     "POST_AUTH_SESSION", "ENTITY_RISK", "DEVICE_SIGNAL_COLLECTION"}
)  # fmt: skip
"""Types that Okta has and this org has no policies of."""


@dataclass(frozen=True)
class Automation:
    name: str
    days: int
    status: str = "ACTIVE"
    target: str | None = "SUSPENDED"
    """None: nobody has said yet what is to happen, and there is no rule."""


def policy_id(population: Population, position: int) -> str:
    return "00p" + population.letters(population.roll(position, b"policies")[:17])


async def list_policies(request: Request) -> Response:
    """By type, which has to be given; the text of the refusal is unknown."""
    org = org_of(request)
    token = authorize(request, "okta.policies.read", BUCKET)
    wanted = request.query_params.get("type")
    if wanted != TYPE and wanted not in _OTHER_TYPES:
        raise ApiError("E0000001", "Api validation failed: type", ["type: Invalid policy type specified."])
    if wanted != TYPE or sees_nothing(request, token):
        return json_list([])
    status, base, population = request.query_params.get("status"), base_url(request), org.directory.population
    group = org.estate.groups.named("Everyone", "BUILT_IN").id
    return json_list(
        [
            _policy(population, position, automation, group, base)
            for position, automation in enumerate(org.estate.automations)
            if status in (None, automation.status)
        ]
    )


async def list_rules(request: Request) -> Response:
    org = org_of(request)
    authorize(request, "okta.policies.read", BUCKET)
    population, wanted = org.directory.population, str(request.path_params["policy_id"])
    token = exchange_of(request).token
    for position, automation in enumerate(org.estate.automations):
        if policy_id(population, position) == wanted and not (token and sees_nothing(request, token)):
            rules = [_rule(population, position, automation, base_url(request))]
            return json_list(rules if automation.target else [])
    raise ApiError("E0000007", f"Not found: Resource not found: {wanted} (Policy)")


def _policy(population: Population, position: int, automation: Automation, group: str, base: str) -> Record:
    own_id = policy_id(population, position)
    own = f"{base}/api/v1/policies/{own_id}"
    people: Record = {"groups": {"include": [group]}}
    people["users"] = {"inactivity": {"number": automation.days, "unit": "DAYS"}}
    return {
        **_dated(population, position),
        "id": own_id,
        "name": automation.name,
        "status": automation.status,
        "priority": position + 1,
        "conditions": {"people": people},
        "_links": {
            "self": {"href": own, "hints": {"allow": ["GET", "PUT", "DELETE"]}},
            "rules": {"href": f"{own}/rules", "hints": {"allow": ["GET", "POST"]}},
        },
    }


def _rule(population: Population, position: int, automation: Automation, base: str) -> Record:
    own_id = "0pr" + population.letters(population.roll(position, b"rules")[:17])
    own = f"{base}/api/v1/policies/{policy_id(population, position)}/rules/{own_id}"
    return {
        **_dated(population, position),
        "id": own_id,
        "name": automation.name,
        "status": automation.status,
        "priority": 1,
        "conditions": {},
        "actions": {"updateUserLifecycle": {"targetStatus": automation.target}},
        "_links": {"self": {"href": own, "hints": {"allow": ["GET", "PUT", "DELETE"]}}},
    }


def _dated(population: Population, position: int) -> Record:
    changed = timestamp(population.now - (200 + position) * 86400)
    return {"type": TYPE, "description": "", "system": False, "created": changed, "lastUpdated": changed}
