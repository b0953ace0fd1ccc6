# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed and memory; what is measured is printed with -s.

How long a process takes, in CPU time too, says as much about what else the machine does as about the code. So speed is
measured against a yardstick in the same process: to decode and encode the same users as JSON, before and after.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from ansible_collections.idops.okta.plugins.module_utils import _audit_evaluation
from ansible_collections.idops.okta.plugins.module_utils._user_rows import json_line
from ansible_collections.idops.okta.tests.unit.audit.support import Record, ago, user

COLLECTIONS = Path(_audit_evaluation.__file__).parents[5]
GOAL_MEGABYTES = 300  # for 100,000 users
# It takes 7 to 10, and more on a busy machine: 100,000 users in eight seconds of CPU time, where a user takes ten
# microseconds to decode and encode. Each has four findings here, which no org has.
MOST_YARDSTICKS = 20
RUN = r"""
import gc, json, re, sys, tempfile, time
from datetime import datetime, timezone
sys.path.insert(0, sys.argv[1])
from ansible_collections.idops.okta.plugins.module_utils._audit_evaluation import Audit, evaluate
gc.disable()  # as the module does
def yardstick():
    before = time.process_time()
    with open(sys.argv[2], "rb") as file:
        for line in file:
            json.dumps(json.loads(line))
    return time.process_time() - before
now = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
with tempfile.TemporaryDirectory() as folder:
    audit = Audit(population=sys.argv[2], now=now, provenance={"org_url": "x"}, complete=True, preset="pci",
                  checks={"user_manager_invalid": True}, previous_report=sys.argv[3] if len(sys.argv) > 3 else None)
    first = yardstick()
    before = time.process_time()
    head, _top = evaluate(audit, folder)
    seconds = time.process_time() - before
    yardsticks = 2 * seconds / (first + yardstick())
    if len(sys.argv) == 3:
        import shutil
        shutil.copy(f"{folder}/report.json", f"{sys.argv[2]}.report.json")
most = int(re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1]) / 1024
print(json.dumps([seconds, most, head["summary"]["fail"], yardsticks]))
"""


def write(path: Path, number: int) -> None:
    """As many users, of whom each has four findings: more than any org has."""
    with path.open("wb") as file:
        for each in range(number):
            changes: Record = {
                "lastLogin": ago(100 + each % 900),
                "passwordChanged": ago(91 + each % 900),
                "absent": [],
            }
            login = f"first.last{each * 7919 % number}@acme.example"
            file.write(json_line(user(login, **changes, profile={"manager": None})))


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")


class Measured(NamedTuple):
    """Seconds of CPU time, megabytes at the most, findings that fail, and how many yardsticks the seconds are."""

    seconds: float
    megabytes: float
    fails: int
    yardsticks: float


def measure(path: Path, *previous: str) -> Measured:
    command = [sys.executable, "-c", RUN, str(COLLECTIONS), str(path), *previous]
    uncovered = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=uncovered)
    return Measured(*json.loads(run.stdout))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Measured]:
    folder = tmp_path_factory.mktemp("crowd")
    found = {}
    for number in (1_000, 10_000, 20_000):
        write(folder / f"{number}.jsonl", number)
        found[number] = measure(folder / f"{number}.jsonl")
        print(f"{number} users: {found[number]}")
    found[0] = measure(folder / "20000.jsonl", str(folder / "20000.jsonl.report.json"))
    print(f"20000 users, compared: {found[0]}")
    return found


def test_speed(measured: dict[int, Measured]) -> None:
    assert measured[20_000].fails == 20_000 * 4
    assert measured[20_000].yardsticks <= MOST_YARDSTICKS
    assert measured[20_000].yardsticks <= 2 * measured[10_000].yardsticks, "it takes as long for each user"


def test_memory_stays_flat(measured: dict[int, Measured]) -> None:
    """What is kept of a user is its place and id, and what checks compare; nothing is kept of a finding."""
    growth = (measured[20_000].megabytes - measured[10_000].megabytes) / 10_000
    assert measured[1_000].megabytes + growth * 100_000 <= GOAL_MEGABYTES
    assert measured[20_000].megabytes <= 120
    assert measured[0].megabytes <= measured[20_000].megabytes + 40  # and of an earlier one, the id
