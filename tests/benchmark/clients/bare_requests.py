# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor: what somebody who knows Okta writes in ten minutes. One session, one list, no retry, no pacing."""

from __future__ import annotations

from typing import Any

import requests

from .assertion import grant_form, token_url
from .job import PAGE_SIZE, given, hand_back

TIMEOUT = 60


def main() -> None:
    job = given()
    session = requests.Session()
    granted = session.post(token_url(job), data=grant_form(job), timeout=TIMEOUT)
    granted.raise_for_status()
    session.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
    users: list[dict[str, Any]] = []
    url: str | None = f"{job.org_url}/api/v1/users?limit={PAGE_SIZE}"
    while url:
        answer = session.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
        users += answer.json()
        url = answer.links.get("next", {}).get("url")
    hand_back(job, len(users), (user["id"] for user in users))


if __name__ == "__main__":
    main()
