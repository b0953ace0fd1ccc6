# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the user audit takes, from a token to its report. There is nobody to compare it with."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from .judging import counted, longest
from .measuring import measure
from .org import BenchmarkedOrg
from .peers import Errand, Peer, playbook
from .runs import Cell, Run

AUDIT = "idops.okta.user_audit"


def run_audit(peer: Peer, cell: Cell, org: BenchmarkedOrg) -> Run:
    """The playbook of the collection, with its defaults; right if all users are in its report, leavers too."""
    org.org.reset()
    everyone = len(org.org.users())
    with tempfile.TemporaryDirectory(prefix="idops-okta-benchmark-") as folder:
        errand = Errand(org.org, Path(folder))
        report = errand.place / "report"
        command = playbook(peer, errand, Path(AUDIT), {"user_audit_dir": str(report)})
        command = replace(command, environment={**command.environment, **org.org.environment()})
        measured = measure(command, errand.place, longest(cell))
        written = report / "report.json"
        count = json.loads(written.read_bytes())["provenance"]["population"]["count"] if written.exists() else None
        requests = len(org.org.journal())
    return counted(cell, measured, requests, count, everyone)
