# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one task of the collection costs on top of `ansible.builtin.ping`: its start, its imports, a token, one page."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from .judging import counted, longest
from .measuring import Command, measure
from .org import BenchmarkedOrg
from .peers import Errand, Peer, playbook
from .runs import Cell, Run

TASKS = 20
PING = "ansible.builtin.ping"
OURS = "idops.okta.okta_users_info"
STATEMENTS = {"python": "pass", "python, requests, PyJWT": "import requests, jwt"}
"""What a task can't do without, started as often: an interpreter, and one that imports the libraries."""
NAMES = (PING, OURS, *STATEMENTS)


def run_tasks(peer: Peer, cell: Cell, org: BenchmarkedOrg) -> Run:
    """A playbook with nothing but so many tasks of the module that the cell names; or so many interpreters."""
    org.org.reset()
    with tempfile.TemporaryDirectory(prefix="idops-okta-benchmark-") as folder:
        errand = Errand(org.org, Path(folder))
        options: dict[str, object] = {}
        if cell.peer == OURS:
            options = {**errand.job(), **({"ca_path": org.org.ca_path} if org.org.ca_path else {})}
        task = {"name": f"Run {cell.peer}", cell.peer: options}
        play = {"name": "Repeat a task", "hosts": "localhost", "gather_facts": False, "tasks": [task] * TASKS}
        file = errand.place / "playbook.yml"
        file.write_text(json.dumps([play]), encoding="utf-8")
        command = playbook(peer, errand, file, {})
        if cell.peer in STATEMENTS:
            command = Command([str(peer.bin / "python"), "-c", _repeated(STATEMENTS[cell.peer])], command.environment)
        measured = measure(command, errand.place, longest(cell))
        done = measured.stdout.read_text("utf-8").count("\nok: [localhost]")
        requests = len(org.org.journal())
    return counted(cell, measured, requests, done, TASKS)


def _repeated(statement: str) -> str:
    """A program that runs the statement in so many interpreters, and says of each what a playbook says of a task."""
    return (
        f"import subprocess, sys\nfor number in range({TASKS}):\n"
        f"    subprocess.run([sys.executable, '-c', {statement!r}], check=True)\n"
        r"    print('\nok: [localhost]')"
    )
