# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor again, but each page goes to a file and is forgotten: what the least memory is."""

from __future__ import annotations

import json
from pathlib import Path

import requests

from .assertion import grant_form, token_url
from .bare_requests import TIMEOUT
from .job import PAGE_SIZE, given, hand_back


def main() -> None:
    job = given()
    session = requests.Session()
    granted = session.post(token_url(job), data=grant_form(job), timeout=TIMEOUT)
    granted.raise_for_status()
    session.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
    ids: list[str] = []
    count = 0
    url: str | None = f"{job.org_url}/api/v1/users?limit={PAGE_SIZE}"
    with Path("users.jsonl").open("w", encoding="utf-8") as file:
        while url:
            answer = session.get(url, timeout=TIMEOUT)
            answer.raise_for_status()
            for user in answer.json():
                file.write(json.dumps(user) + "\n")
                count += 1
                if job.ids_path is not None:
                    ids.append(user["id"])
            url = answer.links.get("next", {}).get("url")
    hand_back(job, count, ids)


if __name__ == "__main__":
    main()
