# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goals, and how far each is met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .judging import PAGE_SIZE
from .peers import FLOOR, PEERS, TO_JSONL, TO_MEMORY, WORKERS
from .runs import RIGHT, Cell, Run, Runs
from .startup import OURS, PING, TASKS
from .table import figures, ratio

MOST_MB = 90
MOST_MS_PER_TASK = 150
MOST_AUDIT_SECONDS = 60
AT_MOST_FLOOR = {0: 2.0, 50: 1.10}
WORKERS_LATENCY, WORKERS_TIMES = 300, 3.3
OURS_NAMED = frozenset(peer.name for peer in PEERS if peer.is_ours)


@dataclass(frozen=True)
class Goal:
    text: str
    goal: float
    measured: float
    unit: str = ""
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal

    def verdict(self) -> str:
        if self.is_met:
            return "met"
        gap = abs(self.measured - self.goal)
        return f"short by {gap:.2f}{self.unit}" + (f" ({gap / self.goal:.0%})" if self.goal else "")


def evaluated(runs: Runs) -> Iterator[Goal]:
    """The goals that there are figures for."""
    timed = {run.cell for run in runs if run.cell.kind == "time"}
    yield from _against_the_floor(runs, timed)
    yield from _workers(runs, timed)
    memory: dict[Cell, float] = {}
    for run in runs:
        if run.cell.kind == "memory" and run.outcome == RIGHT:
            memory[run.cell] = max(run.rss_mb, memory.get(run.cell, 0))
    for cell, highest in memory.items():
        yield Goal(f"peak memory, {cell.peer}, {cell.users:,} users", MOST_MB, highest, " MB")
    yield from _startup(runs)
    for cell in dict.fromkeys(run.cell for run in runs if run.cell.kind == "audit"):
        if audited := figures(runs.of(cell)):
            text = f"the user audit of {cell.users:,} users, token to report"
            yield Goal(text, MOST_AUDIT_SECONDS, audited.wall, " s")
    yield from _requests(runs)
    faults = [run for run in runs if run.cell.kind == "fault" and run.cell.peer in OURS_NAMED]
    if faults:
        wrong = sum(run.outcome != RIGHT for run in faults)
        yield Goal(f"lists of ours that one fault spoilt, of {len(faults)}", 0, wrong)


def _against_the_floor(runs: Runs, timed: set[Cell]) -> Iterator[Goal]:
    for cell in sorted(timed, key=lambda cell: (cell.users, cell.latency_ms)):
        if cell.peer == TO_JSONL and cell.latency_ms in AT_MOST_FLOOR:
            floor = figures(runs.of(Cell("time", FLOOR, cell.users, cell.latency_ms)))
            found = ratio(figures(runs.of(cell)), floor)
            if found is not None:
                text = f"to JSONL against the floor, {cell.users:,} users, {cell.latency_ms} ms a page"
                yield Goal(text, AT_MOST_FLOOR[cell.latency_ms], found, "×")


def _workers(runs: Runs, timed: set[Cell]) -> Iterator[Goal]:
    serial = {peer.name: peer.label for peer in PEERS if not peer.is_ours}
    for cell in sorted(timed, key=lambda cell: cell.users):
        ours = figures(runs.of(cell)) if (cell.peer, cell.latency_ms) == (WORKERS, WORKERS_LATENCY) else None
        there = [Cell("time", name, cell.users, WORKERS_LATENCY) for name in serial]
        others = [(found.wall, serial[peer.peer]) for peer in there if (found := figures(runs.of(peer)))]
        if ours and others:
            wall, fastest = min(others)
            text = f"four workers against the fastest serial peer ({fastest}), {cell.users:,} users, 300 ms a page"
            yield Goal(text, WORKERS_TIMES, wall / ours.wall, "×", at_least=True)


def _startup(runs: Runs) -> Iterator[Goal]:
    for users in sorted({run.cell.users for run in runs if run.cell.kind == "startup"}):
        ours, ping = (figures(runs.of(Cell("startup", name, users))) for name in (OURS, PING))
        if ours and ping:
            text = f"a task that lists {users} users, on top of ansible.builtin.ping"
            yield Goal(text, MOST_MS_PER_TASK, (ours.wall - ping.wall) / TASKS * 1000, " ms")


def _requests(runs: Iterable[Run]) -> Iterator[Goal]:
    """ceil(N / page_size) pages, one more where the last is full, and one grant (two with a first nonce)."""
    serial = [
        run for run in runs
        if run.cell.peer in (TO_JSONL, TO_MEMORY) and run.cell.kind == "time" and run.outcome == RIGHT
    ]  # fmt: skip
    if serial:
        text = f"requests above ceil(N / {PAGE_SIZE}) pages and one grant, at the most"
        extra = max(run.requests - run.grants - _pages(run.cell.users) + max(0, run.grants - 1) for run in serial)
        yield Goal(text, 0, extra)


def _pages(users: int) -> int:
    return -(-users // PAGE_SIZE)
