# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of AWX: ansible-runner, with the environment, the file and the extra variables that AWX gives it.

given/     what AWX hands in, secrets among it: the only folder that is not searched
searched/  all that the job can write to
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from integration import awx_controller
from integration.canaries.forms import Canary, Finding, Search

KIT = Path(__file__).resolve().parents[2] / "extensions" / "awx"
PLANTED = "planted-canary-2Kd9/Zr+1mTq=that-must-be-found"
NUMBER = 4711
LONGEST_JOB = 300
# What AWX knows of a job by itself. It has no user where a schedule has launched it.
METADATA = {
    "job_id": NUMBER,
    "job_template_id": 11,
    "job_template_name": "Okta: user audit",
    "job_launch_type": "manual",
    "project_revision": "0a1b2c3d4e5f",
    "project_scm_branch": "",
    "inventory_id": 3,
    "inventory_name": "Okta: control node",
    "user_id": 7,
    "user_name": "grace",
    "user_email": "grace@acme.example",
    "user_first_name": "Grace",
    "user_last_name": "Hopper",
}
SCHEDULE = {"job_launch_type": "scheduled", "schedule_id": 5, "schedule_name": "Every Monday"}
# Before the audit: what a careless play does, so that it is seen that each place is searched.
CONTROLS = """
- name: Leave something everywhere
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Gather facts, the environment among them
      ansible.builtin.setup:
        gather_subset: [env]
    - name: Cache it
      ansible.builtin.set_fact:
        planted: "{{ lookup('ansible.builtin.env', 'PLANTED') }}"
        cacheable: true
    - name: Hand it on
      ansible.builtin.set_stats:
        data:
          planted: "{{ lookup('ansible.builtin.env', 'PLANTED') }}"
"""


def read_yaml(name: str) -> Any:
    return yaml.safe_load((KIT / name).read_text(encoding="utf-8"))


def survey(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((KIT / "surveys" / f"{name}.json").read_bytes())
    return content


def metadata(schedule: bool) -> dict[str, Any]:
    """As AWX gives it: each under two names."""
    known: dict[str, Any] = dict(METADATA)
    if schedule:
        known = {name: value for name, value in known.items() if not name.startswith("user_")} | SCHEDULE
    return {f"{prefix}_{name}": value for prefix in ("awx", "tower") for name, value in known.items()}


@dataclass
class Job:
    """A job that is over."""

    rc: int
    told: str
    events: list[dict[str, Any]]
    searched: Path

    @property
    def artifacts(self) -> dict[str, Any]:
        """What AWX keeps of set_stats, and hands to notifications and to the next node of a workflow."""
        (stats,) = [each for each in self.events if each["event"] == "playbook_on_stats"]
        data: dict[str, Any] = stats["event_data"].get("artifact_data") or {}
        return data

    def results(self, task: str) -> list[dict[str, Any]]:
        found = [each["event_data"] for each in self.events if each["event_data"].get("task") == task]
        return [data["res"] for data in found if "res" in data]

    def failed(self) -> list[str]:
        """The tasks that failed, in order."""
        return [each["event_data"]["task"] for each in self.events if each["event"] == "runner_on_failed"]

    def leaks(self, canaries: list[Canary]) -> dict[str, list[Finding]]:
        return Search(canaries).in_files(self.searched)

    def not_searched(self) -> set[str]:
        """The places in which what was planted was not found."""
        files = Search([Canary("planted", PLANTED)]).in_files(self.searched)
        places = ("artifacts/4711/job_events/", "artifacts/4711/fact_cache/")
        return {place for place in places if not any(file.startswith(f"runner/{place}") for file in files)}


def run_job(
    place: Path,
    playbook: str,
    credentials: list[awx_controller.Injected],
    extra_vars: Mapping[str, Any],
    *,
    schedule: bool = False,
    controls: bool = True,
    environment: Mapping[str, str] | None = None,
    hosts: Sequence[str] = (),
) -> Job:
    """Runs a playbook of the project, or one of the collection by its full name. ``hosts`` are all this machine."""
    given, searched = place / "given", place / "searched"
    private = searched / "runner"
    for folder in (
        given,
        private / "project",
        private / "inventory",
        private / "env",
        searched / "tmp",
        searched / "home",
    ):
        folder.mkdir(parents=True, exist_ok=True)
    here = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    inventory = {"all": {"hosts": dict.fromkeys(hosts, here)}}
    (private / "inventory" / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    for file in (KIT / "project").glob("*.yml"):
        shutil.copy(file, private / "project")
    # What is planted comes first, for the playbook may end in a failure.
    played = f"- ansible.builtin.import_playbook: {playbook}\n"
    (private / "project" / "job.yml").write_text((CONTROLS if controls else "") + played, encoding="utf-8")
    (private / "env" / "settings").write_text(json.dumps({"job_timeout": LONGEST_JOB}), encoding="utf-8")
    known = awx_controller.extra_vars_file({**extra_vars, **metadata(schedule)})
    (private / "env" / "extravars").write_text(known, encoding="utf-8")
    env: dict[str, str] = {}
    for credential in credentials:
        env |= credential.env
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "ansible_runner", "run", str(private)),
            *("--playbook", "job.yml", "--ident", str(NUMBER), "--omit-env-files", "-q"),
        ],
        env={**_settings(given, searched), **(environment or {}), **env},
        cwd=searched,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST_JOB + 60,
        check=False,
    )
    (searched / "stderr").write_text(ended.stderr, encoding="utf-8")
    artifacts = private / "artifacts" / str(NUMBER)
    files = sorted((artifacts / "job_events").glob("*.json"), key=lambda file: int(file.name.partition("-")[0]))
    events = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    stdout = (artifacts / "stdout").read_text(encoding="utf-8")
    _as_job_env(artifacts / "command", credentials)
    return Job(ended.returncode, f"{stdout}\n{ended.stderr}", events, searched)


def _as_job_env(file: Path, credentials: list[awx_controller.Injected]) -> None:
    """AWX keeps no environment in clear, but one in which it has hidden what is secret: that is searched instead."""
    command = json.loads(file.read_text(encoding="utf-8"))
    for credential in credentials:
        command["env"].update(credential.safe_env)
    del command["env"]["PLANTED"]
    file.write_text(json.dumps(command), encoding="utf-8")


def _settings(given: Path, searched: Path) -> dict[str, str]:
    (given / "ansible.cfg").touch()
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": str(searched / "home"),
        "TMPDIR": str(searched / "tmp"),
        "LC_ALL": "C.UTF-8",
        "PLANTED": PLANTED,
        "ANSIBLE_CONFIG": str(given / "ansible.cfg"),
        "ANSIBLE_HOME": str(searched / "home" / "ansible"),
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(searched / "runner" / "artifacts" / str(NUMBER) / "fact_cache"),
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PIPELINING": "1",
    }
