# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed and memory. The bounds are generous, for machines that are busy; what is measured is printed with -s."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils import _audit_evaluation
from ansible_collections.idops.okta.plugins.module_utils._user_rows import json_line
from ansible_collections.idops.okta.tests.unit.audit.support import Record, ago, user

COLLECTIONS = Path(_audit_evaluation.__file__).parents[5]
GOAL_SECONDS, GOAL_MEGABYTES = 10, 300  # for 100,000 users
RUN = r"""
import json, re, sys, tempfile, time
from datetime import datetime, timezone
sys.path.insert(0, sys.argv[1])
from ansible_collections.idops.okta.plugins.module_utils._audit_evaluation import Audit, evaluate
now = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
with tempfile.TemporaryDirectory() as folder:
    audit = Audit(population=sys.argv[2], now=now, provenance={"org_url": "x"}, complete=True, preset="pci",
                  checks={"user_manager_invalid": True}, previous_report=sys.argv[3] if len(sys.argv) > 3 else None)
    before = time.process_time()
    head, _top = evaluate(audit, folder)
    seconds = time.process_time() - before
    if len(sys.argv) == 3:
        import shutil
        shutil.copy(f"{folder}/report.json", f"{sys.argv[2]}.report.json")
most = int(re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1]) / 1024
print(json.dumps([seconds, most, head["summary"]["fail"]]))
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


def measure(path: Path, *previous: str) -> tuple[float, float, int]:
    command = [sys.executable, "-c", RUN, str(COLLECTIONS), str(path), *previous]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes, fails = json.loads(run.stdout)
    return seconds, megabytes, fails


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[float, float, int]]:
    folder = tmp_path_factory.mktemp("crowd")
    found = {}
    for number in (1_000, 10_000, 20_000):
        write(folder / f"{number}.jsonl", number)
        found[number] = measure(folder / f"{number}.jsonl")
        print(f"{number} users: {found[number][0]:.2f} s CPU, {found[number][1]:.0f} MB, {found[number][2]} fails")
    found[0] = measure(folder / "20000.jsonl", str(folder / "20000.jsonl.report.json"))
    print(f"20000 users, compared: {found[0][0]:.2f} s CPU, {found[0][1]:.0f} MB")
    return found


def test_speed(measured: dict[int, tuple[float, float, int]]) -> None:
    seconds, _megabytes, fails = measured[20_000]
    assert fails == 20_000 * 4
    assert seconds <= GOAL_SECONDS  # a fifth of the users, in all of the time


def test_memory_stays_flat(measured: dict[int, tuple[float, float, int]]) -> None:
    """What is kept of a user is its place and id, and what checks compare; nothing is kept of a finding."""
    growth = (measured[20_000][1] - measured[10_000][1]) / 10_000
    assert measured[1_000][1] + growth * 100_000 <= GOAL_MEGABYTES
    assert measured[20_000][1] <= 120
    assert measured[0][1] <= measured[20_000][1] + 40  # and of an earlier one, the id
