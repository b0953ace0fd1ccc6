# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Medians, ratios, and tables in markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from .runs import RIGHT, Run

NOTHING = "–"


@dataclass(frozen=True)
class Figures:
    """The medians of the runs that were right; of the peak memory, the highest."""

    runs: int
    wall: float
    fastest: float
    slowest: float
    cpu: float
    rss_mb: float
    requests: int


def figures(runs: Iterable[Run]) -> Figures | None:
    """None if no run was right: a list that is wrong has no speed."""
    right = [run for run in runs if run.outcome == RIGHT]
    if not right:
        return None
    walls = [run.wall for run in right]
    return Figures(
        runs=len(right),
        wall=median(walls),
        fastest=min(walls),
        slowest=max(walls),
        cpu=median(run.cpu for run in right),
        rss_mb=max(run.rss_mb for run in right),
        requests=round(median(run.requests for run in right)),
    )


def ratio(value: Figures | None, floor: Figures | None) -> float | None:
    """How many times the floor's wall time."""
    return None if value is None or floor is None or not floor.wall else value.wall / floor.wall


def seconds(value: float) -> str:
    """Three digits, as far as they are seen."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def times(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}×"


def row(label: str, found: Figures | None, floor: Figures | None, faults: str, why_not: str = "") -> list[str]:
    if found is None:
        return [label, NOTHING, f"not run: {why_not}", *[NOTHING] * 5, faults]
    spread = f"{seconds(found.fastest)}–{seconds(found.slowest)}" if found.runs > 1 else NOTHING
    return [
        label,
        f"{found.runs}",
        seconds(found.wall),
        spread,
        times(ratio(found, floor)),
        seconds(found.cpu),
        f"{found.rss_mb:.0f}",
        f"{found.requests}",
        faults,
    ]


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, its first column to the left and the others to the right, padded so that it reads as plain text too."""
    cells = [[_escaped(cell) for cell in line] for line in (header, *rows)]
    widths = [max(3, *(len(line[column]) for line in cells)) for column in range(len(header))]
    lines = [_line(line, widths) for line in cells]
    rule = [":" + "-" * (widths[0] - 1), *["-" * (width - 1) + ":" for width in widths[1:]]]
    return "\n".join([lines[0], _line(rule, widths), *lines[1:]]) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cells[0].ljust(widths[0]),
        *[cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)],
    ]
    return "| " + " | ".join(padded) + " |"


def _escaped(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")
