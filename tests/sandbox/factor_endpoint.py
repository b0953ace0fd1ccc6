# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`GET /api/v1/users/{id}/factors`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from .authorization import authorize
from .exchange import base_url, org_of
from .factors import shown_factor
from .listing import PATH as USERS_BUCKET
from .paging import json_list
from .single_user import wanted_user


async def list_user_factors(request: Request) -> Response:
    """All at once. What Okta says of a DEPROVISIONED user's factors is unknown; here it is what they were."""
    org = org_of(request)
    authorize(request, "okta.users.read", USERS_BUCKET)
    index = wanted_user(request)
    base = base_url(request)
    return json_list([shown_factor(org.directory, index, factor, base) for factor in org.estate.factors(index)])
