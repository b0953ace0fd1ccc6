# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of things: environments, orgs, runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from . import startup
from .audit import AUDIT, run_audit
from .faults import FAULTS, USERS
from .judging import run_once
from .org import BenchmarkedOrg, org_of
from .peers import TO_JSONL, WORKERS, Peer
from .report import Report
from .runs import RIGHT, Cell, Run

STARTUP_USERS = (10, 200)


class Benchmark:
    def __init__(self, report: Report, runs: int, memory_sizes: Sequence[int], folder: Path) -> None:
        self._report, self._wanted, self._memory_sizes, self._folder = report, runs, memory_sizes, folder
        self._runs = report.runs
        self._timed = [peer for peer in report.peers if not peer.only_faults]
        self._began = time.monotonic()

    def run(self, checks: Sequence[str]) -> None:
        for peer in {peer.requirements: peer for peer in self._report.peers}.values():
            peer.make_environment()
        if "fault" in checks:
            self._faults()
        if "time" in checks:
            for users in self._report.sizes:
                self._time(users)
        if "startup" in checks:
            self._startup()
        if "audit" in checks:
            self._audit()
        if "memory" in checks:
            self._memory()

    def _time(self, users: int) -> None:
        """Peer after peer, then the next round: what disturbs the machine for a while disturbs all of them."""
        with org_of(users, tls=self._report.tls) as org:
            self._report.page_ms[users] = org.warm() * 1000
            self._say(f"the sandbox takes {self._report.page_ms[users]:.2f} ms a page of {users:,} users")
            for latency in self._report.latencies:
                org.org.settings(latency_ms=latency)
                for number, peer in product(range(self._wanted), self._timed):
                    if number < peer.runs(self._wanted, users):
                        self._once(peer, Cell("time", peer.name, users, latency), org, number)
                self._report.write(self._folder)

    def _faults(self) -> None:
        with org_of(USERS, tls=self._report.tls) as org:
            truth = org.ids()
            for peer in self._report.peers:
                for fault in FAULTS:
                    self._once(peer, Cell("fault", peer.name, USERS, 0, fault), org, 0, truth)

    def _memory(self) -> None:
        for users in self._memory_sizes:
            with org_of(users, tls=self._report.tls) as org:
                for peer in self._timed:
                    if peer.name in (TO_JSONL, WORKERS):
                        self._once(peer, Cell("memory", peer.name, users), org, 0)
            self._report.write(self._folder)

    def _startup(self) -> None:
        for peer, users in product(self._ours(), STARTUP_USERS):
            with org_of(users, tls=self._report.tls) as org:
                for number in range(self._wanted):
                    for name in startup.NAMES:
                        self._once(replace(peer, name=name), Cell("startup", name, users), org, number)

    def _audit(self) -> None:
        users = max(self._report.sizes)
        with org_of(users, tls=self._report.tls) as org:
            for peer, number in product(self._ours(), range(self._wanted)):
                self._once(replace(peer, name=AUDIT), Cell("audit", AUDIT, users), org, number)

    def _ours(self) -> list[Peer]:
        """One of ours, to take its environment."""
        return [peer for peer in self._timed if peer.is_ours][:1]

    def _once(self, peer: Peer, cell: Cell, org: BenchmarkedOrg, number: int, truth: set[str] | None = None) -> None:
        """The run with this number, unless it was done before; one that failed isn't tried again."""
        before = self._runs.of(cell)
        if len(before) > number or any(run.outcome != RIGHT for run in before):
            return
        special = {"startup": startup.run_tasks, "audit": run_audit}.get(cell.kind)
        run = special(peer, cell, org) if special else run_once(peer, cell, org, truth)
        self._runs.add(run)
        self._say(_told(run))

    def _say(self, text: str) -> None:
        print(f"{time.monotonic() - self._began:7.0f} s  {text}", flush=True)


def _told(run: Run) -> str:
    cell = run.cell
    condition = f"{cell.kind:7} {cell.peer:26} {cell.users:>9,} users {cell.latency_ms:>3} ms {cell.fault or '':10}"
    measured = f"{run.wall:7.2f} s {run.cpu:7.2f} s CPU {run.rss_mb:6.0f} MB {run.requests:>5} requests"
    return f"{condition} {measured}  {run.outcome} {run.message[:120]}"
