# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real runs of the playbook `idops.okta.user_audit` against an org of known truth, each made once for all tests."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from integration.playbooks import Player, Run

from sandbox import RunningOrg, start

Json = dict[str, Any]

PLAYBOOK = "- ansible.builtin.import_playbook: idops.okta.user_audit\n"
TWICE = """
- name: Two audits in one play, the second one without privileges
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Audit
      ansible.builtin.include_role:
        name: idops.okta.user_audit
      vars:
        user_audit_privileges: "{{ privileges }}"
      loop: [true, false]
      loop_control:
        loop_var: privileges
"""
SCOPES = ["okta.users.read", "okta.groups.read", "okta.roles.read", "okta.apiTokens.read"]
SHARED_SECRET = "JBSWY3DPEHPK3PXPCANARY77"
SAMPLE_ORG = "https://acme.okta.com"


@dataclass
class Audit:
    """An audit that was made: the run, the folder it ran in, and the folder of its report."""

    run: Run
    place: Path
    folder: Path
    client_id: str

    @functools.cached_property
    def report(self) -> Json:
        content: Json = json.loads((self.folder / "report.json").read_bytes())
        return content

    def task(self, name: str) -> Json:
        """What callbacks were shown of a task of the role."""
        return self.run[name]

    def findings(self, check: str, *statuses: str) -> list[Json]:
        wanted = statuses or ("fail",)
        return [each for each in self.report["findings"] if each["check"] == check and each["status"] in wanted]

    def check(self, name: str) -> Json:
        (found,) = [each for each in self.report["checks"] if each["id"] == name]
        return dict(found)

    @property
    def not_assessed(self) -> dict[str, Json]:
        return {each["check"]: each for each in self.report["not_assessed"]}

    def contents(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in self.folder.iterdir()}


def settings(parameters: Mapping[str, Json]) -> dict[str, Json]:
    """What the org of known truth says of each check, in the words of the module."""
    tuned = {check: {**values, "enabled": True} for check, values in parameters.items()}
    tuned["user_temporary_expired"]["types"] = tuned["user_temporary_expired"].pop("values")
    return tuned


class Audits:
    """The audits by name. Each is made when it is first asked for, or ahead of that with `start_all`."""

    def __init__(self, org: RunningOrg, place: Path, pool: ThreadPoolExecutor) -> None:
        self.org = org
        self.truth = org.truth()
        self.users = {user["id"]: user for user in org.users()}
        self._place = place
        self._pool = pool
        self._lock = Lock()
        self._made: dict[str, Future[Audit]] = {}
        self._variables = {
            "user_audit_now": org.now,
            "user_audit_checks": settings(org.truth_parameters()),
            "user_audit_profile_attributes": ["profile.endDate"],
        }
        bystander = next(identity for identity in self.users if identity not in org.plants())
        enrolled = [
            {"factorType": "push", "provider": "OKTA", "status": "ACTIVE"},
            {
                "factorType": "token:software:totp",
                "provider": "OKTA",
                "status": "PENDING_ACTIVATION",
                "_embedded": {"activation": {"sharedSecret": SHARED_SECRET}},
            },
        ]
        answer = {"status": 200, "body": enrolled}
        org.inject(answer, times=None, path=f"/api/v1/users/{bystander}/factors")

    def login(self, identity: str) -> str:
        return str(self.users[identity]["profile"]["login"])

    def start_all(self) -> None:
        """Begin with all of them, two side by side; those that others wait for come first."""
        for name in ("full", "broken", "grave", "check", "sample", "again", "users_only"):
            self._begin(name)

    def __getitem__(self, name: str) -> Audit:
        return self._begin(name).result()

    def _begin(self, name: str) -> Future[Audit]:
        with self._lock:
            if name not in self._made:
                make: Callable[[], Audit] = getattr(self, f"_{name}")
                self._made[name] = self._pool.submit(make)
            return self._made[name]

    def exemptions(self) -> list[Json]:
        """One that is used, one that has expired, and one that is for nobody."""
        guests = [self.login(identity) for identity in self.truth["user_generic_name"][:2]]
        owner = next(
            user["profile"]["login"]
            for user in self.users.values()
            if user["status"] == "ACTIVE" and user["id"] not in self.org.plants()
        )
        base = {
            "check": "user_generic_name",
            "reason": "A shared account, approved",
            "ticket": "SEC-12",
            "owner": owner,
        }
        return [
            {"match": {"login": guests[0]}, "expires": "2027-12-31", **base},
            {"match": {"login": guests[1]}, "expires": "2026-09-30", **base},
            {"match": {"login": "nobody.at.all@acme.example"}, "expires": "2027-12-31", **base},
        ]

    def _play(
        self,
        name: str,
        *arguments: str,
        playbook: str = PLAYBOOK,
        scopes: list[str] | None = None,
        rc: int = 0,
        fault: Json | None = None,
        **variables: Any,
    ) -> Audit:
        client_id = f"0oa{name.replace('_', '')}000000000000000"[:20]
        self.org.register_app(client_id, grants=scopes or SCOPES)
        if fault is not None:
            self.org.inject(fault, times=None, client_id=client_id, path="/api/v1/users", page=3)
        folder = self._place / name
        # In check mode, Ansible warns of a folder that it had to make.
        (folder / "home" / ".ansible" / "tmp").mkdir(parents=True, mode=0o700)
        # As on a command line; and no file, for it would be found where there must be none.
        known = json.dumps({**self._variables, "user_audit_dir": f"{folder}/report", **variables})
        environment = {**self.org.environment(client_id), "PWD": str(folder)}
        run = Player(folder)(playbook, environment, "-e", known, *arguments, rc=rc)
        return Audit(run, folder, folder / "report", client_id)

    def _full(self) -> Audit:
        """All there is to say, to a job of AWX."""
        awx = {
            "awx_job_id": 4711,
            "awx_job_template_name": "Quarterly access review",
            "awx_user_name": "grace",
            "awx_project_revision": "0a1b2c3d",
        }
        return self._play(
            "full",
            "-vvv",
            "--diff",
            user_audit_factors_everyone=True,
            user_audit_exemptions=self.exemptions(),
            **awx,
        )

    def _again(self) -> Audit:
        """The same once more, into a copy of the folder that has been written already."""
        full = self["full"]
        folder = self._place / "again"
        (folder / "report").mkdir(parents=True, mode=0o700)
        for file in full.folder.iterdir():
            copy = folder / "report" / file.name
            copy.write_bytes(file.read_bytes())
            copy.chmod(0o600)
        awx = {"awx_job_id": 4711, "awx_job_template_name": "Quarterly access review", "awx_user_name": "grace"}
        return self._play(
            "again",
            user_audit_factors_everyone=True,
            user_audit_exemptions=self.exemptions(),
            awx_project_revision="0a1b2c3d",
            **awx,
        )

    def _check(self) -> Audit:
        return self._play("check", "--check", "--diff", playbook=TWICE)

    def _broken(self) -> Audit:
        return self._play("broken", rc=2, fault={"status": 500})

    def _grave(self) -> Audit:
        """By the thresholds of a standard, with the factors of a group, and not to be let pass."""
        return self._play(
            "grave",
            rc=2,
            user_audit_checks={},
            user_audit_preset="stig",
            user_audit_factors_groups=["Finance"],
            user_audit_fail_on="high",
        )

    def _users_only(self) -> Audit:
        """The least that an app can be granted, and a report of before that had more, and knew two other things."""
        before = json.loads((self["full"].folder / "report.json").read_bytes())
        fails = [each for each in before["findings"] if each["status"] == "fail" and each["check"] == "user_inactive"]
        before["findings"].remove(fails[0])
        gone = {**fails[1], "id": "0123456789abcdef0123", "subject": {**fails[1]["subject"], "id": "00ugone"}}
        before["findings"].append(gone)
        before["generated_at"] = "2026-08-01T12:00:00Z"
        previous = self._place / "previous.json"
        previous.write_text(json.dumps(before), encoding="utf-8")
        return self._play("users_only", scopes=["okta.users.read"], user_audit_previous_report=str(previous))

    def _sample(self) -> Audit:
        """The report in docs/sample: what differs from run to run is told, not measured."""
        provenance = {
            "org_url": SAMPLE_ORG,
            "ansible_version": "2.19.0",
            "runner": {
                "type": "awx",
                "job_id": "4711",
                "job_template": "Quarterly access review",
                "launched_by": "grace.hopper",
                "project_revision": "0a1b2c3d",
            },
            "window": {"start": "2026-11-01T12:00:03Z", "end": "2026-11-01T12:00:05Z"},
            "population": {
                "query": "{{ user_audit__population.query }}",
                "fields": "{{ user_audit__fields }}",
                "pages": 3,
                "requests": 4,
                "waited_seconds": 0,
                "count": "{{ user_audit__population.count }}",
                "complete": "{{ user_audit__population.complete }}",
                "sha256": "{{ user_audit__population.checksum }}",
            },
        }
        return self._play(
            "sample",
            user_audit_formats=["json", "csv", "html"],
            user_audit_preset="pci",
            user_audit_factors_everyone=True,
            user_audit_exemptions=self.exemptions(),
            user_audit__provenance=provenance,
        )


@contextmanager
def audits_of_known_truth(place: Path) -> Iterator[Audits]:
    """An org of 250 users and 12 that have left, on three pages, and the audits of it."""
    with (
        start(users=250, deprovisioned=12, seed=7, known_truth=True, page_size_cap=100) as org,
        ThreadPoolExecutor(2) as pool,
    ):
        audits = Audits(org, place, pool)
        if os.environ.get("PYTEST_XDIST_WORKER") is None:  # with pytest-xdist, each process makes what it needs
            audits.start_all()
        try:
            yield audits
        finally:
            pool.shutdown(cancel_futures=True)
