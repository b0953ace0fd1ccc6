# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a peer once, and judges what it brought."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from .faults import afflicted, has_struck
from .measuring import Measured, measure
from .org import BenchmarkedOrg
from .peers import Errand, Peer
from .runs import ERROR, RIGHT, WRONG, Cell, Run

PAGE_SIZE = 200


@dataclass(frozen=True)
class Brought:
    """What a peer handed over: `ids` as far as they were kept, and why it failed if it did."""

    count: int | None
    ids: list[str]
    reason: str = ""


def run_once(peer: Peer, cell: Cell, org: BenchmarkedOrg, truth: set[str] | None = None) -> Run:
    """One run. With `truth`, the ids that were brought are compared with it; without, their number alone is."""
    with tempfile.TemporaryDirectory(prefix="idops-okta-benchmark-") as folder, afflicted(org, cell.fault):
        errand = Errand(org.org, Path(folder), with_ids=truth is not None)
        measured = measure(peer.start(errand), errand.place, longest(cell))
        brought = _brought(measured, errand)
        journal = org.org.journal()
        if not has_struck(org, cell.fault):
            brought = replace(brought, reason=f"never got as far as the fault: {brought.reason}")
    right = brought.count == cell.users and (truth is None or Counter(brought.ids) == Counter(truth))
    outcome = ERROR if measured.code != 0 else RIGHT if right else WRONG
    return Run(
        cell,
        outcome,
        wall=measured.wall,
        cpu=measured.cpu,
        rss_mb=measured.rss_mb,
        requests=len(journal),
        grants=sum(entry["path"].startswith("/oauth2/") for entry in journal),
        count=brought.count,
        message=brought.reason if outcome != WRONG else f"{brought.count} of {cell.users} users, and no error",
        load=round(os.getloadavg()[0], 2),
    )


def counted(cell: Cell, measured: Measured, requests: int, count: int | None, wanted: int) -> Run:
    """A run of something else than a peer, which is right if it came to an end and to the number that is wanted."""
    outcome = RIGHT if measured.code == 0 and count == wanted else ERROR
    reason = "" if outcome == RIGHT else measured.last_words()
    load = round(os.getloadavg()[0], 2)
    return Run(cell, outcome, measured.wall, measured.cpu, measured.rss_mb, requests, 0, count, reason, load)


def longest(cell: Cell) -> float:
    """Seconds after which a run is ended."""
    return 1200 + cell.users / PAGE_SIZE * (2 + 3 * cell.latency_ms / 1000)


def _brought(measured: Measured, errand: Errand) -> Brought:
    said = measured.stdout.read_text("utf-8", "replace").lstrip()
    if said.startswith("{"):  # what a module says
        result = json.loads(said)
        if measured.code != 0:
            return Brought(None, [], str(result.get("msg"))[:300])
        count, ids = result["count"], [user["id"] for user in result.get("users", [])]
    else:
        found = re.search(r"count=(\d+)", said)
        count, ids = int(found[1]) if found else None, []
    if measured.code != 0:
        fatal = re.findall(r'^fatal: .*"msg": "([^"]*)', said, re.MULTILINE)  # what a playbook says
        return Brought(count, [], fatal[-1][:300] if fatal else measured.last_words())
    if errand.users_path.exists():
        with errand.users_path.open(encoding="utf-8") as lines:
            ids = [json.loads(line)["id"] for line in lines]
        count = len(ids)
    elif errand.ids_path.exists():
        ids = errand.ids_path.read_text("ascii").split()
    return Brought(count, ids)
