# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""okta 2.9.x, typed, with `async with`, which keeps its connection; errors are looked at.

Two of its habits are foreign to the sandbox org: it puts the grant into the query, and asks for `/api/v1/users/` with a
slash at the end. So it is given a token, and the first page is asked for as its `list_users` does, but for the slash.
"""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlencode
from urllib.request import urlopen

from okta.client import Client  # type: ignore[import-not-found,unused-ignore]
from okta.models import User  # type: ignore[import-not-found,unused-ignore]

from .assertion import grant_form, token_url
from .job import PAGE_SIZE, Job, given, hand_back


def token(job: Job) -> str:
    with urlopen(token_url(job), urlencode(grant_form(job)).encode("ascii")) as granted:
        value: str = json.load(granted)["access_token"]
    return value


async def run(job: Job) -> None:
    settings = {"orgUrl": job.org_url, "authorizationMode": "Bearer", "token": token(job)}
    async with Client(settings) as client:
        executor = client.get_request_executor()
        request, error = await executor.create_request("GET", f"/api/v1/users?limit={PAGE_SIZE}", {}, {})
        if not error:
            response, error = await executor.execute(request, User)
        if error:
            raise RuntimeError(f"on the first page: {error}")
        users = [User(user) for user in response.get_body()]
        while response.has_next():
            page, error = await response.next()
            if error:
                raise RuntimeError(f"after {len(users)} users: {error}")
            users += page
    hand_back(job, len(users), (user.id for user in users))


if __name__ == "__main__":
    asyncio.run(run(given()))
