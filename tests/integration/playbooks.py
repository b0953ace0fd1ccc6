# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real runs of ansible-playbook, and what came of each task."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LONGEST_RUN = 120
Task = dict[str, Any]


def task(name: str, module: str, options: Mapping[str, Any] | None = None, **keywords: Any) -> Task:
    """A task of this collection or, with a dot in its name, of another."""
    return {"name": name, module if "." in module else f"idops.okta.{module}": dict(options or {}), **keywords}


def show(name: str, expression: str) -> Task:
    """A task the result of which has the value of an expression as `msg`: the way to a registered secret."""
    return task(name, "ansible.builtin.debug", {"msg": "{{ " + expression + " }}"})


@dataclass
class Run:
    """A run of ansible-playbook that is over."""

    rc: int
    stdout: str
    stderr: str
    outcomes: list[dict[str, Any]] = field(repr=False)

    def __getitem__(self, name: str) -> dict[str, Any]:
        """What callbacks were shown of the task, which must not have failed."""
        return self._of(name, "ok")

    def failure(self, name: str) -> dict[str, Any]:
        """The same of a task that must have failed, and done so in an orderly way."""
        result = self._of(name, "failed")
        assert "Traceback" not in result.get("exception", ""), result["exception"]
        assert "module_stdout" not in result, result
        return result

    def shown(self, name: str) -> Any:
        """What a task made by `show` showed."""
        return self[name]["msg"]

    def _of(self, name: str, outcome: str) -> dict[str, Any]:
        found = [entry for entry in self.outcomes if entry["task"] == name]
        assert len(found) == 1, f"the task {name!r} ran {len(found)} times\n{self.stdout}\n{self.stderr}"
        assert found[0]["outcome"] == outcome, f"{name}: {found[0]['outcome']}, {found[0]['result'].get('msg')}"
        result: dict[str, Any] = found[0]["result"]
        return result

    @property
    def warnings(self) -> list[str]:
        """All that Ansible warned of on this run, deprecations too."""
        blocks = re.split(r"^(?=\[(?:DEPRECATION )?WARNING\]:)", self.stderr, flags=re.MULTILINE)
        return [" ".join(block.split()) for block in blocks if block.startswith("[")]


class Player:
    """Runs playbooks on localhost: nothing of the caller's environment or home gets in."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._runs = 0
        # ansible-core 2.21 keeps a socket in TMPDIR, and the path of one has room for 107 bytes.
        self._tmp = Path(tempfile.mkdtemp(prefix="play-"), "tmp")
        self._tmp.symlink_to(place / "tmp")
        weakref.finalize(self, shutil.rmtree, self._tmp.parent, ignore_errors=True)

    def __call__(
        self,
        tasks: Sequence[Task] | str,
        environment: Mapping[str, str],
        *arguments: str,
        defaults: Mapping[str, Any] | None = None,
        warnings: Sequence[str] = (),
        rc: int = 0,
    ) -> Run:
        """Runs tasks, or the text of a whole playbook.

        ``defaults`` are options for the group idops.okta.okta. Each of ``warnings`` must be in one of the run's, and
        there may be no others.
        """
        self._runs += 1
        playbook = self.place / f"play{self._runs}.yml"
        if isinstance(tasks, str):
            playbook.write_text(textwrap.dedent(tasks), encoding="utf-8")
        else:
            play = {"name": "A test", "hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}
            play |= {"module_defaults": {"group/idops.okta.okta": dict(defaults)}} if defaults else {}
            playbook.write_text(json.dumps([play]), encoding="utf-8")  # JSON is YAML
        outcomes = self.place / f"outcomes{self._runs}.jsonl"
        outcomes.touch()
        finished = subprocess.run(
            [str(Path(sys.executable).parent / "ansible-playbook"), *arguments, str(playbook)],
            env={**self.environment(outcomes), **environment},
            cwd=self.place,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_RUN,
            check=False,
        )
        lines = outcomes.read_text(encoding="utf-8").splitlines()
        run = Run(finished.returncode, finished.stdout, finished.stderr, [json.loads(line) for line in lines])
        told = f"{run.stdout}\n{run.stderr}"
        assert run.outcomes, f"no task ran\n{told}"
        assert run.rc == rc, f"rc {run.rc}\n{told}"
        assert "Traceback" not in told, told
        unexpected = [text for text in run.warnings if not any(wanted in text for wanted in warnings)]
        assert not unexpected, unexpected
        for wanted in warnings:
            assert any(wanted in text for text in run.warnings), f"no warning has {wanted!r}: {run.warnings}"
        return run

    def environment(self, outcomes: Path) -> dict[str, str]:
        home = self.place / "home"
        for folder in (home, self.place / "tmp"):
            folder.mkdir(exist_ok=True)
        (self.place / "ansible.cfg").touch()
        return {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
            "HOME": str(home),
            "TMPDIR": str(self._tmp),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(home / "ansible"),
            "ANSIBLE_CONFIG": str(self.place / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "outcomes",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_NOCOWS": "1",
            "ANSIBLE_PIPELINING": "1",
            "OUTCOMES": str(outcomes),
        }
