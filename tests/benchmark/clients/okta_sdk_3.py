# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""okta 3.x, typed, with `async with`, which keeps its connection; errors are looked at, as its documentation says."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from okta.client import Client  # type: ignore[import-not-found,unused-ignore]
from okta.pagination import PaginationHelper, paginate_all  # type: ignore[import-not-found,unused-ignore]

from .job import PAGE_SIZE, SCOPE, Job, given, hand_back


def configuration(job: Job) -> dict[str, Any]:
    return {
        "orgUrl": job.org_url,
        "authorizationMode": "PrivateKey",
        "clientId": job.client_id,
        "scopes": [SCOPE],
        "privateKey": job.private_key(),
        "kid": job.key_id,
    }


async def users_of(client: Any) -> list[Any]:
    users: list[Any] = []
    after: str | None = None
    while True:
        page, response, error = await client.list_users(limit=PAGE_SIZE, after=after)
        if error:
            raise RuntimeError(f"after {len(users)} users: {error}")
        users += page
        after = PaginationHelper.extract_next_cursor(response.headers)
        if not after:
            return users


async def run(job: Job, *, by_paginate_all: bool) -> None:
    async with Client(configuration(job)) as client:
        if by_paginate_all:
            users = [user async for user in paginate_all(client.list_users, limit=PAGE_SIZE)]
        else:
            users = await users_of(client)
    hand_back(job, len(users), (user.id for user in users))


if __name__ == "__main__":
    asyncio.run(run(given(), by_paginate_all="--paginate-all" in sys.argv))
