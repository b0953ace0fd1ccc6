# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: as markdown for people, as JSON for machines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from . import goals
from .faults import FAULTS, STRUCK, USERS
from .peers import FLOOR, PEERS, Peer
from .runs import RIGHT, Cell, Runs
from .startup import NAMES, TASKS
from .table import NOTHING, figures, markdown, row, seconds

HEADER = ["", "runs", "wall s", "min–max", "× floor", "CPU s", "peak MB", "requests", " · ".join(FAULTS)]


@dataclass
class Report:
    runs: Runs
    sizes: Sequence[int]
    latencies: Sequence[int]
    peers: Sequence[Peer]
    machine: Mapping[str, Any]
    tls: bool
    page_ms: dict[int, float] = field(default_factory=dict)
    """What the sandbox itself takes for a page, by the size of the org."""

    def text(self) -> str:
        sections = [self._conditions()]
        for users in self.sizes:
            sections += [self._timing(users, latency) for latency in self.latencies]
        sections += [self._completeness(), self._memory(), self._startup(), self._audit(), self._goals()]
        return "\n".join(section for section in sections if section)

    def take_over(self, folder: Path) -> None:
        """What an earlier report in this folder says of the machine and of the sandbox."""
        file = folder / "report.json"
        if file.exists():
            before = json.loads(file.read_text(encoding="utf-8"))
            self.machine, self.tls = before["machine"], before["tls"]
            self.page_ms = {int(users): ms for users, ms in before["sandbox_page_ms"].items()}

    def write(self, folder: Path) -> None:
        (folder / "report.md").write_text(self.text(), encoding="utf-8")
        content = {
            "machine": self.machine,
            "tls": self.tls,
            "sandbox_page_ms": self.page_ms,
            "goals": [{**asdict(goal), "met": goal.is_met} for goal in goals.evaluated(self.runs)],
            "runs": [asdict(run) for run in self.runs],
        }
        (folder / "report.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    def _conditions(self) -> str:
        machine = self.machine
        pins = "; ".join(f"{name}: {', '.join(pins)}" for name, pins in machine["requirements"].items())
        own = ", ".join(f"{ms:.2f} ms ({users:,} users)" for users, ms in self.page_ms.items())
        return (
            "# Listing the users of an Okta org\n\n"
            f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB, {machine['system']}, "
            f"Python {machine['python']}; begun {machine['begun']}{self._load()}. "
            f"The sandbox org on the same machine, over {'https with its own CA' if self.tls else 'http'}; "
            "200 users and about 190 kB a page. "
            f"A page takes the sandbox itself, and a client that does nothing with it: {own or 'not measured'}. "
            "Medians; each run is a process of its own, from its start to its end, token included. CPU is that of the "
            "whole process tree, peak memory that of its largest process.\n\n"
            f"In the environments: {pins}.\n"
        )

    def _load(self) -> str:
        """How busy the machine was: what others do on it costs everybody time."""
        loads = [run.load for run in self.runs if run.load is not None and run.cell.kind == "time"]
        if not loads:
            return ""
        return f", under a load of {min(loads):.1f} to {max(loads):.1f} (median {median(loads):.1f})"

    def _timing(self, users: int, latency: int) -> str:
        floor = figures(self.runs.of(Cell("time", FLOOR, users, latency)))
        rows = []
        for peer in self.peers:
            runs = self.runs.of(Cell("time", peer.name, users, latency))
            if peer.only_faults:
                continue
            reason = runs[0].message if runs else "not asked for" if peer.runs(1, users) else peer.why_not
            rows.append(row(peer.label, figures(runs), floor, self._outcomes(peer), reason))
        return f"## {users:,} users, {latency} ms a page\n\n" + markdown(HEADER, rows)

    def _outcomes(self, peer: Peer) -> str:
        found = [self.runs.of(Cell("fault", peer.name, USERS, 0, fault)) for fault in FAULTS]
        return " · ".join(runs[0].outcome if runs else NOTHING for runs in found)

    def _completeness(self) -> str:
        rows = []
        for peer in self.peers:
            found = [self.runs.of(Cell("fault", peer.name, USERS, 0, fault)) for fault in FAULTS]
            said = [
                f"{run.outcome}: {_short(run.message)}" if run.outcome != RIGHT else RIGHT
                for runs in found
                for run in runs[:1]
            ]
            if said:
                rows.append([peer.label, *said, *[NOTHING] * (len(FAULTS) - len(said))])
        if not rows:
            return ""
        return (
            f"## One fault in the middle\n\n{USERS:,} users; request {STRUCK} of 10 fails once. `right`: the whole "
            "list came all the same. `error`: it failed, and said so. `WRONG`: a short list was called a success. The "
            "last column: one user in a status that Okta's documentation doesn't list.\n\n"
        ) + markdown(["", *FAULTS], rows)

    def _memory(self) -> str:
        cells = sorted({run.cell for run in self.runs if run.cell.kind == "memory"}, key=lambda c: (c.peer, c.users))
        labels = {peer.name: peer.label for peer in PEERS}
        rows = []
        for cell in cells:
            runs = self.runs.of(cell)
            found = figures(runs)
            shown = [f"{found.rss_mb:.1f}", seconds(found.wall)] if found else [f"not run: {runs[0].message}", NOTHING]
            rows.append([labels[cell.peer], f"{cell.users:,}", *shown])
        table = markdown(["", "users", "peak MB", "wall s"], rows)
        return f"## Peak memory\n\n0 ms a page.\n\n{table}" if rows else ""

    def _startup(self) -> str:
        rows = []
        for users in sorted({run.cell.users for run in self.runs if run.cell.kind == "startup"}):
            for name in NAMES:
                found = figures(self.runs.of(Cell("startup", name, users)))
                shown = [seconds(found.wall), f"{found.wall / TASKS * 1000:.0f}"] if found else [NOTHING, NOTHING]
                rows.append([f"`{name}`", f"{users}", *shown])
        table = markdown(["", "users", "wall s", "ms a task"], rows)
        text = (
            "Each with a token and a page of its own. `python` is what it takes to start as many interpreters, one "
            "after another, without any Ansible, and to import the libraries in each."
        )
        return f"## {TASKS} tasks in a playbook\n\n{text}\n\n{table}" if rows else ""

    def _audit(self) -> str:
        rows = []
        for cell in dict.fromkeys(run.cell for run in self.runs if run.cell.kind == "audit"):
            if found := figures(self.runs.of(cell)):
                shown = [f"{found.runs}", seconds(found.wall), seconds(found.cpu), f"{found.rss_mb:.0f}"]
                rows.append([f"`{cell.peer}`", f"{cell.users:,}", *shown])
        table = markdown(["", "users", "runs", "wall s", "CPU s", "peak MB"], rows)
        text = "The whole playbook, from token to report in all formats; with 5 % more users, who are DEPROVISIONED."
        return f"## The user audit\n\n{text}\n\n{table}" if rows else ""

    def _goals(self) -> str:
        rows = [
            [goal.text, f"{'≥' if goal.at_least else '≤'} {goal.goal:g}{goal.unit}", f"{goal.measured:.2f}{goal.unit}",
             goal.verdict()]
            for goal in goals.evaluated(self.runs)
        ]  # fmt: skip
        return "## Goals\n\n" + markdown(["", "goal", "measured", ""], rows) if rows else ""


def _short(message: str) -> str:
    """Without the exception's package, and the URL at the end."""
    return re.sub(r"^(\w+\.)+(?=\w+: )|,? (for|on)( the)? url:.*|^RuntimeError: ", "", message)[:60]
