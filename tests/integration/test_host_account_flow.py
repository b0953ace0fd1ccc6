# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done once is done once, whatever the play is like, and every host in scope is in the report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from integration import playbooks
from integration.hosts import make_hosts
from integration.playbooks import Player, Run

from sandbox import start

Play = Callable[..., tuple[Run, dict[str, str]]]

PLAYBOOK = "- ansible.builtin.import_playbook: idops.okta.host_account_audit\n"
WHOLE = """
- name: The whole role, one host after the other
  hosts: all
  gather_facts: false
  serial: 1
  order: shuffle
  become: true
  tasks:
    - name: Audit
      ansible.builtin.include_role:
        name: idops.okta.host_account_audit
"""
FREE = WHOLE.replace("serial: 1\n  order: shuffle", "strategy: free")


def once(run: Run) -> dict[str, int]:
    """How many times each of the tasks ran that are done once."""
    names = ("Write all users to a file, leavers too", "Put together what was found on the hosts")
    ran = [each["task"].rpartition(" : ")[2] for each in run.outcomes if each["outcome"] == "ok"]
    return {name: ran.count(name) for name in names if name in ran}


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """Runs a playbook, and gives the run, and why hosts were not assessed, by name; empty for those that were."""
    place = tmp_path_factory.mktemp("flow")
    with (
        pytest.MonkeyPatch.context() as patched,
        start(users=30, deprovisioned=2, seed=7) as org,
        make_hosts(place, ["one", "two", "down"]) as hosts,
    ):
        patched.setattr(playbooks, "LONGEST_RUN", 600)
        hosts["down"].go_down()
        number = iter(range(100))

        def run(
            text: str, *arguments: str, rc: int = 0, strategy: str = "linear", warns: str = "", **variables: Any
        ) -> Any:
            folder = place / f"run{next(number)}"
            (folder / "home" / ".ansible" / "tmp").mkdir(parents=True, mode=0o700)
            known = {"host_account_audit_formats": ["json"], "host_account_audit_dir": str(folder / "report")}
            environment = {**org.environment(), **hosts.environment(), "ANSIBLE_STRATEGY": strategy}
            given = ("--inventory", str(hosts.inventory), "-e", json.dumps({**known, **variables}), *arguments)
            ended = Player(folder)(text, environment, *given, rc=rc, warnings=[warns] if warns else [])
            assert not list(Path(folder).glob("**/okta-host-account-audit-*"))
            file = folder / "report" / "report.json"
            report = json.loads(file.read_bytes()) if file.exists() else {"population": {"hosts": []}}
            return ended, {host["name"]: host["reason"] for host in report["population"]["hosts"]}

        yield run


def test_batches(play: Play) -> None:
    run, hosts = play(WHOLE)
    assert set(once(run).values()) == {1}
    assert (hosts["one"], hosts["two"]) == ("", "")
    assert "no route" in hosts["down"]


def test_a_limit_and_a_free_strategy(play: Play) -> None:
    run, hosts = play(PLAYBOOK, "--limit", "two,down", strategy="free")
    assert set(once(run).values()) == {1}
    assert (hosts["one"], hosts["two"]) == ("outside --limit", "")
    assert "no route" in hosts["down"]


def test_all_hosts_are_down(play: Play) -> None:
    run, hosts = play(PLAYBOOK, rc=2, host_account_audit_hosts="down", host_account_audit_most_not_assessed=0)
    assert once(run) == dict.fromkeys(once(run), 1)
    assert hosts.keys() == {"down"}


@pytest.mark.parametrize(
    ("pattern", "arguments", "said"),
    [
        ("nosuch", (), 'No host of the inventory matches the pattern "nosuch"'),
        ("one", ("--limit", "two"), "are left out by --limit two"),
    ],
)
def test_nothing_to_audit_fails(play: Play, pattern: str, arguments: tuple[str, ...], said: str) -> None:
    warns = "Could not match supplied host pattern" if pattern == "nosuch" else ""
    run, hosts = play(PLAYBOOK, *arguments, rc=2, warns=warns, host_account_audit_hosts=pattern)
    assert said in (run.stdout + run.stderr).replace('\\"', '"')  # older cores show messages as JSON
    assert (once(run), hosts) == ({}, {})


def test_what_cannot_be_right_is_refused(play: Play) -> None:
    run, _hosts = play(FREE, rc=2, warns="run_once with the free strategy")
    assert "runs each host by itself" in " ".join((run.stdout + run.stderr).split())
    run, hosts = play(WHOLE, rc=2, host_account_audit_remediate=True, host_account_audit_change_ref="CHG-1")
    assert "Accounts are closed after all hosts were looked at" in " ".join((run.stdout + run.stderr).split())
    assert (once(run), hosts) == ({}, {})
