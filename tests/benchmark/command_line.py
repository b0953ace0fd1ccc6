# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark from the command line."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from . import machine, peers
from .benchmark import Benchmark
from .report import Report
from .runs import Runs

CHECKS = ("fault", "time", "startup", "audit", "memory")
FULL = {
    "sizes": [1_000, 10_000, 100_000],
    "latencies": [0, 50, 300],
    "runs": 5,
    "memory_sizes": [10_000, 100_000, 1_000_000],
}
QUICK = {"sizes": [1_000], "latencies": [0, 50], "runs": 2, "memory_sizes": [1_000, 10_000]}


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    for name, value in (QUICK if options.quick else FULL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    try:
        chosen = peers.named(options.peers)
    except ValueError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 2
    folder: Path = options.out or peers.ROOT / "tests/output" / ("benchmark-quick" if options.quick else "benchmark")
    folder.mkdir(parents=True, exist_ok=True)
    runs = Runs(folder / "runs.jsonl", resume=options.resume or options.only_report)
    report = Report(runs, options.sizes, options.latencies, chosen, machine.described(), tls=not options.http)
    if options.resume or options.only_report:
        report.take_over(folder)
    if not options.only_report:
        benchmark = Benchmark(report, options.runs, options.memory_sizes, folder)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            benchmark.run(options.checks)
        except KeyboardInterrupt:
            print("benchmark: stopped; --resume goes on from here", file=sys.stderr)
            return 130
    report.write(folder)
    print(f"\n{report.text()}\nWritten to {folder}")
    return 0


def _parser() -> argparse.ArgumentParser:
    default_peers = [peer.name for peer in peers.PEERS]
    parser = argparse.ArgumentParser(
        prog="python -m benchmark",
        description="Lists the users of a sandbox org with the collection and with others, and compares.",
    )
    add = parser.add_argument
    add("--peers", type=_names, default=default_peers, help=f"of {','.join(default_peers)}")
    add("--sizes", type=_numbers, help="users (default: 1000,10000,100000)")
    add("--latencies", type=_numbers, help="milliseconds a page (default: 0,50,300)")
    add("--memory-sizes", type=_numbers, help="for the check of memory (default: 10000,100000,1000000)")
    add("--runs", type=int, help="of each (default: 5)")
    add("--checks", type=_names, default=list(CHECKS), help=f"of {','.join(CHECKS)} (default: all)")
    add("--quick", action="store_true", help="1,000 users, 0 and 50 ms, two runs: whether everything works")
    add("--http", action="store_true", help="plain http instead of https with the sandbox's own CA")
    add("--out", type=Path, help="where report.md, report.json and runs.jsonl go (default: tests/output/benchmark)")
    add("--resume", action="store_true", help="keep the runs in the folder, and measure only what is missing")
    add("--only-report", action="store_true", help="measure nothing, write the report anew from the runs in the folder")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(part.replace("_", "")) for part in text.split(",")]


def _names(text: str) -> list[str]:
    return text.split(",")
