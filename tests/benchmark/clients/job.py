# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every client is given, and what it hands back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PAGE_SIZE = 200
SCOPE = "okta.users.read"


@dataclass(frozen=True)
class Job:
    org_url: str
    client_id: str
    private_key_path: str
    key_id: str
    ids_path: str | None = None
    """Where the ids of the users go, if they are to be checked one by one."""

    def private_key(self) -> str:
        return Path(self.private_key_path).read_text(encoding="ascii")


def given() -> Job:
    return Job(**json.load(sys.stdin))


def hand_back(job: Job, count: int, ids: Iterable[str]) -> None:
    """Says how many users there are; works out their ids only if that is wanted."""
    if job.ids_path is not None:
        Path(job.ids_path).write_text("".join(f"{user_id}\n" for user_id in ids), encoding="ascii")
    print(f"count={count}")
