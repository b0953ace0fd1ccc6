# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""dlt's REST client as OpenHound drives it: Accept and Authorization headers, HeaderLinkPaginator, plain dicts."""

from __future__ import annotations

from typing import Any

from dlt.sources.helpers import requests  # type: ignore[import-not-found,unused-ignore]
from dlt.sources.helpers.rest_client.auth import APIKeyAuth  # type: ignore[import-not-found,unused-ignore]
from dlt.sources.helpers.rest_client.client import RESTClient  # type: ignore[import-not-found,unused-ignore]
from dlt.sources.helpers.rest_client.paginators import (  # type: ignore[import-not-found,unused-ignore]
    HeaderLinkPaginator,
)

from .assertion import grant_form, token_url
from .job import PAGE_SIZE, given, hand_back


def main() -> None:
    job = given()
    granted = requests.post(token_url(job), data=grant_form(job))
    client = RESTClient(
        base_url=job.org_url,
        headers={"accept": "application/json"},
        auth=APIKeyAuth(name="Authorization", api_key=f"Bearer {granted.json()['access_token']}", location="header"),
        paginator=HeaderLinkPaginator(links_next_key="next"),
    )
    users: list[dict[str, Any]] = []
    for page in client.paginate("/api/v1/users", params={"limit": PAGE_SIZE}):
        users += page
    hand_back(job, len(users), (user["id"] for user in users))


if __name__ == "__main__":
    main()
