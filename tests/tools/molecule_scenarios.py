# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the scenarios of Molecule against a sandbox org, and believes a green result only with proof.

    python tests/tools/molecule_scenarios.py [SCENARIO ...]      all of them, unless some are named

Molecule calls a scenario green in which no host matched, or of which it has not found the settings. So a callback
writes down what came of each task: the play of the scenario must have run twice, its checks must have passed, and the
second run may change nothing but what `CHANGES` names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "extensions" / "molecule"
SHARED = ROOT / "tests" / "integration" / "scenarios"
ORG = ("--users", "250", "--deprovisioned", "12", "--known-truth")
# By scenario, the tasks that change something on every run, and nothing else may.
CHANGES = {
    "quickstart": {"Revoke the token"},
    "host_account_audit": {
        "Put together what was found on the hosts",  # report.json says when the audit ran
        "Write the report as a page for people",
        "List the files of the audit",
    },
}
Outcome = dict[str, Any]


def names() -> list[str]:
    """The scenarios there are: each has its settings in extensions/molecule, and its plays among the tests."""
    return sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))


def tasks_of(play: Path) -> list[str]:
    """The names of the tasks that stand in a playbook itself."""
    plays = yaml.safe_load(play.read_text(encoding="utf-8"))
    return [task["name"] for each in plays for task in each.get("tasks", [])]


def complaints(scenario: str, outcomes: list[Outcome]) -> list[str]:
    """What speaks against calling the scenario green, by the outcomes of its tasks in the order they came."""
    problems = []
    for name in tasks_of(SHARED / scenario / "verify.yml"):
        came = {each["outcome"] for each in outcomes if each["play"] == "Verify" and each["task"] == name}
        if came != {"ok"}:
            problems.append(f"the check {name!r}: {', '.join(sorted(came)) or 'it did not run'}")
    runs: dict[int, list[Outcome]] = {}
    for each in outcomes:
        if each["play"] != "Verify":
            runs.setdefault(each["run"], []).append(each)
    if len(runs) != 2:
        problems.append(f"the play ran {len(runs)} times, and it is to run twice")
    elif sizes := {len(run) for run in runs.values()}:
        if min(sizes) < 3:
            problems.append(f"the play has run no more than {min(sizes)} tasks")
        again = list(runs.values())[1]
        changed = {each["task"].rpartition(" : ")[2] for each in again if each["result"].get("changed")}
        if changed != CHANGES.get(scenario, set()):
            problems.append(f"the second run changed: {', '.join(sorted(changed)) or 'nothing'}")
    return problems


def run(scenario: str, place: Path) -> list[str]:
    """Runs one scenario in an org of its own; returns what speaks against calling it green."""
    outcomes = place / f"{scenario}.jsonl"
    outcomes.touch()
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "MOLECULE_", "OKTA_"))}
    own |= {
        "HOME": str(place),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), own["PATH"]]),
        "PYTHONPATH": str(ROOT / "tests"),
        "ANSIBLE_HOME": str(place / "ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix) / "collections"),
        "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "integration" / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "outcomes",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "OUTCOMES": str(outcomes),
    }
    command = [sys.executable, "-m", "sandbox", "run", *ORG, "--", "molecule", "test", "--scenario-name", scenario]
    ended = subprocess.run(command, cwd=ROOT, env=own, check=False, stdin=subprocess.DEVNULL)
    came = [json.loads(line) for line in outcomes.read_text(encoding="utf-8").splitlines()]
    problems = complaints(scenario, came)
    if ended.returncode:
        problems.insert(0, f"molecule: exit code {ended.returncode}")
    print(f"{scenario}: {len(came)} outcomes of tasks; {'; '.join(problems) or 'green, and proven so'}", flush=True)
    return problems


def main(wanted: list[str]) -> int:
    known = names()
    if not known or set(wanted) - set(known):
        sys.exit(f"there are the scenarios: {', '.join(known) or 'none'}; asked for: {', '.join(wanted)}")
    with tempfile.TemporaryDirectory(prefix="idops-okta-molecule-") as place:
        failed = [name for name in wanted or known if run(name, Path(place))]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
