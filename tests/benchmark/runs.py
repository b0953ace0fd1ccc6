# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of each run, kept line by line, so that nothing is lost when a long benchmark is stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

RIGHT, ERROR, WRONG = "right", "error", "WRONG"


@dataclass(frozen=True)
class Cell:
    """What is measured: one peer, under one condition. `kind` is time, fault, memory, startup or audit."""

    kind: str
    peer: str
    users: int
    latency_ms: int = 0
    fault: str | None = None


@dataclass(frozen=True)
class Run:
    """One measurement. `outcome` is right, error (it failed and said so) or WRONG (a wrong list, called a success).

    `load` is that of the machine in the minute before its end: a core's worth or so is the run itself.
    """

    cell: Cell
    outcome: str
    wall: float
    cpu: float
    rss_mb: float
    requests: int
    grants: int
    count: int | None
    message: str = ""
    load: float | None = None


class Runs:
    """All runs of a report."""

    def __init__(self, file: Path, *, resume: bool) -> None:
        self._file = file
        self._runs: list[Run] = []
        if resume and file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                values = json.loads(line)
                self._runs.append(Run(Cell(**values.pop("cell")), **values))
        else:
            file.write_text("", encoding="utf-8")

    def add(self, run: Run) -> None:
        self._runs.append(run)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(run)) + "\n")

    def of(self, cell: Cell) -> list[Run]:
        return [run for run in self._runs if run.cell == cell]

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)
