# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure parts of the benchmark: what it makes of runs. That it runs at all is seen when it is run."""

from __future__ import annotations

from pathlib import Path

from benchmark.audit import AUDIT
from benchmark.goals import evaluated
from benchmark.peers import FLOOR, TO_JSONL, WORKERS
from benchmark.runs import ERROR, RIGHT, WRONG, Cell, Run, Runs
from benchmark.startup import OURS, PING
from benchmark.table import figures, markdown, ratio, row, seconds, times

CELL = Cell("time", FLOOR, 1_000, 50)


def run(wall: float, cell: Cell = CELL, outcome: str = RIGHT, rss_mb: float = 40.0, requests: int = 6) -> Run:
    return Run(cell, outcome, wall, wall / 2, rss_mb, requests, 1, cell.users)


def goals_of(tmp_path: Path, *measured: Run) -> dict[str, tuple[float, bool]]:
    runs = Runs(tmp_path / "runs.jsonl", resume=False)
    for one in measured:
        runs.add(one)
    return {goal.text: (round(goal.measured, 3), goal.is_met) for goal in evaluated(runs)}


def test_figures_are_medians_and_the_highest_memory() -> None:
    found = figures([run(3.0, rss_mb=41), run(1.0, rss_mb=47), run(2.0), run(9.0), run(2.5)])
    assert found is not None
    assert (found.runs, found.wall, found.fastest, found.slowest) == (5, 2.5, 1.0, 9.0)
    assert (found.cpu, found.rss_mb, found.requests) == (1.25, 47, 6)


def test_a_list_that_is_wrong_has_no_speed() -> None:
    assert figures([run(0.1, outcome=WRONG), run(0.2, outcome=ERROR)]) is None
    found = figures([run(0.1, outcome=WRONG), run(3.0)])
    assert found is not None
    assert found.wall == 3.0


def test_ratio() -> None:
    assert ratio(figures([run(3.0)]), figures([run(2.0)])) == 1.5
    assert ratio(None, figures([run(2.0)])) is None
    assert ratio(figures([run(3.0)]), None) is None


def test_numbers_as_they_are_shown() -> None:
    assert [seconds(value) for value in (0.123, 9.994, 12.34, 150.4)] == ["0.12", "9.99", "12.3", "150"]
    assert [times(value) for value in (1.0, 3.333, None)] == ["1.00×", "3.33×", "–"]


def test_row_with_figures() -> None:
    found, floor = figures([run(2.0), run(4.0), run(3.0)]), figures([run(2.0)])
    shown = row("us", found, floor, "right")
    assert shown == ["us", "3", "3.00", "2.00–4.00", "1.50×", "1.50", "40", "6", "right"]


def test_row_of_a_single_run() -> None:
    assert row("uri", figures([run(2.0)]), None, "error")[1:5] == ["1", "2.00", "–", "–"]


def test_row_without_figures_says_why() -> None:
    shown = row("uri", None, figures([run(2.0)]), "error", "it would take hours")
    assert shown == ["uri", "–", "not run: it would take hours", "–", "–", "–", "–", "–", "error"]


def test_markdown_is_aligned_and_escaped() -> None:
    assert markdown(["", "wall s"], [["a|b", "1.00"], ["two\nlines", "12.0"]]) == (
        "|           | wall s |\n"
        "| :-------- | -----: |\n"
        "| a\\|b      |   1.00 |\n"
        "| two lines |   12.0 |\n"
    )  # fmt: skip


def test_runs_are_kept_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    first = Runs(file, resume=False)
    first.add(run(1.0))
    first.add(run(2.0, Cell("fault", FLOOR, 2_000, 0, "502"), ERROR))
    again = Runs(file, resume=True)
    assert list(again) == list(first)
    assert again.of(CELL) == [run(1.0)]
    assert list(Runs(file, resume=False)) == []


def test_goals_against_the_floor(tmp_path: Path) -> None:
    ours = Cell("time", TO_JSONL, 1_000, 50)
    assert goals_of(tmp_path, run(2.0), run(2.1, ours)) == {
        "to JSONL against the floor, 1,000 users, 50 ms a page": (1.05, True),
        "requests above ceil(N / 200) pages and one grant, at the most": (0, True),
    }
    assert goals_of(tmp_path, run(2.0), run(2.3, ours, requests=7)) == {
        "to JSONL against the floor, 1,000 users, 50 ms a page": (1.15, False),
        "requests above ceil(N / 200) pages and one grant, at the most": (1, False),
    }


def test_goal_of_the_workers_is_the_fastest_of_the_others(tmp_path: Path) -> None:
    floor, slower, ours = (Cell("time", name, 1_000, 300) for name in (FLOOR, "dlt", WORKERS))
    (text, found), *_dummy = goals_of(tmp_path, run(8.0, slower), run(7.0, floor), run(2.0, ours)).items()
    assert "bare `requests` loop" in text
    assert found == (3.5, True)


def test_goals_of_memory_startup_and_completeness(tmp_path: Path) -> None:
    found = goals_of(
        tmp_path,
        run(9.0, Cell("memory", TO_JSONL, 10_000), rss_mb=91),
        run(7.0, Cell("startup", OURS, 10)),
        run(5.0, Cell("startup", PING, 10)),
        run(61.0, Cell("audit", AUDIT, 100_000)),
        run(1.0, Cell("fault", TO_JSONL, 2_000, 0, "500")),
        run(1.0, Cell("fault", TO_JSONL, 2_000, 0, "502"), WRONG),
        run(1.0, Cell("fault", FLOOR, 2_000, 0, "502"), ERROR),
    )
    assert found == {
        "peak memory, us-jsonl, 10,000 users": (91, False),
        "a task that lists 10 users, on top of ansible.builtin.ping": (100, True),
        "the user audit of 100,000 users, token to report": (61, False),
        "lists of ours that one fault spoilt, of 2": (1, False),
    }


def test_what_is_short_of_a_goal_says_by_how_much(tmp_path: Path) -> None:
    runs = Runs(tmp_path / "runs.jsonl", resume=False)
    runs.add(run(9.0, Cell("memory", TO_JSONL, 10_000), rss_mb=99))
    assert [goal.verdict() for goal in evaluated(runs)] == ["short by 9.00 MB (10%)"]
