# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of ansible-runner, as AWX has them, of which all is kept: what it prints, stores, logs and leaves behind.

inputs/    what the run is given: keys, variables. Secrets belong here, and this is the only folder not searched
searched/  everything else that the run can write to, home and temporary folders included
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from integration.canaries.forms import Finding, Search
from integration.playbooks import Task, task

HERE = Path(__file__).resolve().parent
LONGEST_RUN = 600  # on a busy machine; on an idle one, the longest takes half a minute
LONGEST_TIDYING = 60
PLANTED = "planted-canary-7Yw3/Qf+0bnX=that-must-be-found"
CHANNELS = {
    "stdout at -vvvv": "runner/artifacts/run/stdout",
    "runner's events": "runner/artifacts/run/job_events",
    "fact cache": "runner/artifacts/run/fact_cache",
    "callbacks": "everything.jsonl",
    "JUnit report": "junit",
    "log file": "ansible.log",
    "syslog": "syslog",
    "temporary folder": "tmp",
    "home": "home",
}
_RESULTS = ("runner_on_ok", "runner_on_failed", "runner_on_skipped", "runner_on_unreachable")
_CONTROLS = [
    task("Control: show it", "ansible.builtin.debug", {"msg": "{{ planted }}"}),
    task("Control: show it in base64", "ansible.builtin.debug", {"msg": "{{ planted | b64encode }}"}),
    task("Control: have it logged", "ansible.builtin.command", {"argv": ["echo", "{{ planted }}"]}),
    task("Control: leave it behind", "ansible.builtin.command", {"argv": ["cp", "{{ left }}", "{{ left_in_tmp }}"]}),
    task("Control: leave it at home", "ansible.builtin.command", {"argv": ["cp", "{{ left }}", "{{ left_at_home }}"]}),
    task("Control: cache it", "ansible.builtin.set_fact", {"planted_fact": "{{ planted }}", "cacheable": True}),
    task("Control: fail with it", "ansible.builtin.fail", {"msg": "{{ planted }}"}, ignore_errors=True),
]


@dataclass
class Performance:
    """A run that is over. ``events`` are ansible-runner's, of results of tasks alone."""

    rc: int
    told: str
    searched: Path = field(repr=False)
    events: list[dict[str, Any]] = field(repr=False)

    def outcome(self, name: str) -> tuple[str, dict[str, Any]]:
        """How a task ended (``ok``, ``failed``…), and what ansible-runner has of its result."""
        found = [event for event in self.events if event["event_data"].get("task") == name]
        assert found, f"{name}: it did not run\n{self.told[-3000:]}"
        kind = str(found[-1]["event"]).removeprefix("runner_on_")
        return kind, found[-1]["event_data"].get("res", {})

    def leaks(self, search: Search) -> dict[str, list[Finding]]:
        """What is found, by file. What the searched folder holds by the test's own doing is among it."""
        return search.in_files(self.searched)

    @staticmethod
    def channels_of(files: Iterable[str]) -> set[str]:
        """The channels that some of the files belong to."""
        return {channel for file in files if (channel := channel_of(file))}


def channel_of(file: str) -> str | None:
    """The channel that a file in the searched folder belongs to."""
    found = (name for name, place in CHANNELS.items() if file == place or file.startswith(f"{place}/"))
    return next(found, None)


class Stage:
    """The folders of one run."""

    def __init__(self, place: Path) -> None:
        self.inputs = place / "inputs"
        self.searched = place / "searched"
        for folder in ("runner/project", "junit", "tmp", "home", "retry", "async"):
            (self.searched / folder).mkdir(parents=True)
        self.inputs.mkdir()

    def secret_file(self, name: str, text: str, mode: int = 0o600) -> str:
        """The path of a file of what the run is given."""
        file = self.inputs / name
        file.touch(mode=mode)
        file.chmod(mode)
        file.write_text(text, encoding="utf-8")
        return str(file)

    def perform(
        self,
        tasks: Sequence[Task],
        variables: Mapping[str, Any],
        environment: Mapping[str, str],
        *arguments: str,
        result_format: str = "json",
    ) -> Performance:
        """Runs the tasks, and after them those that have the planted canary in each channel."""
        left = self.secret_file("left", PLANTED)
        own = {
            "planted": PLANTED,
            "left": left,
            "left_in_tmp": str(self.searched / "tmp" / "left"),
            "left_at_home": str(self.searched / "home" / "left"),
        }
        given = self.secret_file("variables.json", json.dumps({**own, **variables}))
        play = {"name": "Canaries", "hosts": "localhost", "gather_facts": False, "tasks": [*tasks, *_CONTROLS]}
        project = self.searched / "runner" / "project"
        (project / "canaries.yml").write_text(json.dumps([play], indent=1), encoding="utf-8")  # JSON is YAML
        # ansible-runner ends what it started; nobody else could, for that has a session of its own.
        settings = self.searched / "runner" / "env" / "settings"
        settings.parent.mkdir()
        settings.write_text(json.dumps({"job_timeout": LONGEST_RUN}), encoding="utf-8")
        finished = subprocess.run(
            [
                *(sys.executable, "-m", "ansible_runner", "run", str(self.searched / "runner")),
                *("--playbook", "canaries.yml", "--ident", "run", "--omit-env-files"),
                f"--cmdline=-vvvv --diff -e @{given} {' '.join(arguments)}",
            ],
            env={**self._environment(result_format), **environment},
            cwd=self.searched,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_RUN + 60,
            check=False,
        )
        told = f"{finished.stdout}\n{finished.stderr}"
        (self.searched / "runner.stderr").write_text(finished.stderr, encoding="utf-8")
        files = sorted(
            (self.searched / "runner" / "artifacts" / "run" / "job_events").glob("*.json"),
            key=lambda file: int(file.name.partition("-")[0]),
        )
        self._set_the_environment_aside(environment)
        self._await_the_background()
        events = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        results = [event for event in events if event["event"] in _RESULTS]
        return Performance(finished.returncode, told, self.searched, results)

    def _await_the_background(self) -> None:
        """Ansible's wrapper of a task in the background tidies up after the play has its result, and may come last."""
        place = os.fsencode(self.searched / "tmp" / "remote")
        latest = time.monotonic() + LONGEST_TIDYING
        while any(place in line for line in _command_lines()):
            assert time.monotonic() < latest, "a process of the run is still there"
            time.sleep(0.05)

    def _set_the_environment_aside(self, given: Mapping[str, str]) -> None:
        """ansible-runner keeps the environment of a run in clear, as AWX does: what the test put into it is no leak."""
        file = self.searched / "runner" / "artifacts" / "run" / "command"
        command = json.loads(file.read_text(encoding="utf-8"))
        for name in given:
            command["env"].pop(name, None)
        file.write_text(json.dumps(command), encoding="utf-8")

    def _environment(self, result_format: str) -> dict[str, str]:
        place = self.searched
        (self.inputs / "ansible.cfg").touch()
        return {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
            "HOME": str(place / "home"),
            "TMPDIR": str(place / "tmp"),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(HERE / "shim"),
            "CANARIES_SYSLOG": str(place / "syslog"),
            "EVERYTHING": str(place / "everything.jsonl"),
            "ANSIBLE_CONFIG": str(self.inputs / "ansible.cfg"),
            "ANSIBLE_HOME": str(place / "home" / "ansible"),
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_LOCAL_TEMP": str(place / "tmp" / "local"),
            "ANSIBLE_REMOTE_TEMP": str(place / "tmp" / "remote"),
            "ANSIBLE_ASYNC_DIR": str(place / "async"),
            "ANSIBLE_LOG_PATH": str(place / "ansible.log"),
            "ANSIBLE_RETRY_FILES_ENABLED": "1",
            "ANSIBLE_RETRY_FILES_SAVE_PATH": str(place / "retry"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "everything,ansible.builtin.junit",
            "ANSIBLE_CALLBACK_RESULT_FORMAT": result_format,
            "ANSIBLE_CHECK_MODE_MARKERS": "1",
            "ANSIBLE_SHOW_PER_HOST_START": "1",
            "ANSIBLE_SHOW_CUSTOM_STATS": "1",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "ANSIBLE_NOCOLOR": "1",
            "JUNIT_OUTPUT_DIR": str(place / "junit"),
            "JUNIT_INCLUDE_SETUP_TASKS_IN_REPORT": "1",
        }


def _command_lines() -> Iterator[bytes]:
    """How the processes of this machine were called."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            yield (process / "cmdline").read_bytes()
