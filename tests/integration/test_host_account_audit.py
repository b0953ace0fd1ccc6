# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook `idops.okta.host_account_audit` over ten hosts of known truth, from the audit to the rollback.

The runs follow one another as they would at work: an audit, a look at what would be closed, the closing, the rollback.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from integration import playbooks
from integration.hosts import Host, Hosts, make_hosts
from integration.playbooks import Player, Run

from sandbox import RunningOrg, start

Json = dict[str, Any]
Found = set[tuple[str, str, str]]

PLAYBOOK = "- ansible.builtin.import_playbook: idops.okta.host_account_audit\n"
NAMES = ["web1", "web2", "web3", "db1", "db2", "db3", "app1", "app2", "app3", "down1"]
EXPIRED = "1"  # the day of 1970 on which an account that was closed expires


def local_part(login: str) -> str:
    return login.partition("@")[0].replace(".", "_")


class Estate:
    """Ten hosts, an org, and what was run on them, in the order in which it was run."""

    def __init__(self, place: Path, org: RunningOrg, hosts: Hosts) -> None:
        self.place, self.org, self.hosts = place, org, hosts
        by_status: dict[str, list[str]] = {}
        for user in org.users():
            by_status.setdefault(user["status"], []).append(user["profile"]["login"])
        self.leavers = by_status["DEPROVISIONED"][:4]
        self.suspended = by_status["SUSPENDED"][0]
        self.staff = by_status["ACTIVE"][:3]
        self.truth = self._plant()
        self.before = self._shadows()
        self.audit = self._play("audit")
        self.report: Json = json.loads((place / "report" / "report.json").read_bytes())
        closing = {
            "host_account_audit_remediate": True,
            "host_account_audit_change_ref": "CHG-1042",
            "host_account_audit_rollback_file": str(place / "rollback.json"),
            "host_account_audit_previous_report": str(place / "report" / "report.json"),
        }
        self.refused = self._play("refused", rc=2, **{**closing, "host_account_audit_remediate_most_percent": 1})
        self.after_refusal = self._shadows()
        self.would = self._play("would", "--check", "--diff", **closing)
        self.after_check = self._shadows()
        self.written_in_check_mode = (place / "rollback.json").exists() or (place / "would").exists()
        self.closing = self._play("closing", **closing)
        self.closed = self._shadows()
        self.again = self._play("again", **{**closing, "host_account_audit_rollback_file": str(place / "second.json")})
        tag = ("--tags", "host_account_audit_rollback")
        rollback_file = {"host_account_audit_rollback_file": str(place / "rollback.json")}
        self.rollback = self._play("rollback", *tag, **rollback_file)
        self.after_rollback = self._shadows()

    def _plant(self) -> Found:
        """People, leavers, orphans, keys and rights; and what must be found of them."""
        hosts, (gone, keyed, privileged, expired) = self.hosts, map(local_part, self.leavers)
        ann, bob, cid = map(local_part, self.staff)
        away = local_part(self.suspended)
        hosts["web1"].account(gone, password="a password")
        hosts["web1"].account(ann, password="a password")
        hosts["web2"].account("ghost", password="a password")
        hosts["web3"].account(away, password="a password")
        hosts["web3"].account(bob)
        hosts["web3"].key(bob, comment="bob@laptop")
        hosts["db1"].account(keyed, password="a password")
        hosts["db1"].lock(keyed)
        hosts["db1"].key(keyed, comment="old laptop")
        hosts["db2"].account(cid, password="a password", groups=["sudo"])
        hosts["db2"].account("rogue", password="a password")
        hosts["db2"].sudo("rogue ALL=(ALL) NOPASSWD: ALL")
        hosts["db3"].account(privileged, password="a password", groups=["sudo"], expires="2030-06-30")
        hosts["app1"].account(expired, password="a password", expires="2020-01-01")
        hosts["app2"].account("backup", password="a password")
        hosts["app2"].account("games", shell="/usr/sbin/nologin")
        hosts["down1"].account(gone, password="a password")
        hosts["down1"].go_down()
        return {
            ("host_deprovisioned", "web1", gone),
            ("host_orphan", "web2", "ghost"),
            ("host_suspended", "web3", away),
            ("host_deprovisioned", "db1", keyed),
            ("host_key_of_leaver", "db1", keyed),
            ("host_orphan", "db2", "rogue"),
            ("host_priv_without_okta", "db2", "rogue"),
            ("host_nopasswd_orphan", "db2", "rogue"),
            ("host_deprovisioned", "db3", privileged),
            ("host_priv_without_okta", "db3", privileged),
        }

    def _play(self, name: str, *arguments: str, rc: int = 0, **variables: Any) -> Run:
        exemption = {
            "match": {"account": "backup", "hosts": ["app*"]},
            "type": "service",
            "reason": "Nightly backup",
            "ticket": "SEC-7",
            "owner": self.staff[0],
            "expires": "2099-12-31",
        }
        known = {
            "host_account_audit_dir": str(self.place / ("report" if name == "audit" else name)),
            "host_account_audit_exemptions": [exemption],
            **variables,
        }
        place = self.place / f"run-{name}"
        (place / "home" / ".ansible" / "tmp").mkdir(parents=True, mode=0o700)
        environment = {**self.org.environment(), **self.hosts.environment(), "PWD": str(place)}
        inventory = ("--inventory", str(self.hosts.inventory), "--forks", "4")
        player = Player(place)
        return player(PLAYBOOK, environment, *inventory, "-e", json.dumps(known), *arguments, rc=rc)

    def _shadows(self) -> dict[str, dict[str, list[str]]]:
        """By host, the fields of each account in /etc/shadow."""
        return {name: shadow(host) for name, host in self.hosts.items() if not host.down}

    @property
    def closable(self) -> set[tuple[str, str]]:
        return {(host, account) for check, host, account in self.truth if check == "host_deprovisioned"}


def shadow(host: Host) -> dict[str, list[str]]:
    lines = (line.split(":") for line in host.read("/etc/shadow").splitlines())
    return {name: fields for name, *fields in lines}


def found(report: Json, *statuses: str) -> Found:
    return {
        (each["check"], each["subject"]["host"], each["subject"]["name"])
        for each in report["findings"]
        if each["status"] in statuses and each["subject"]["type"] == "account"
    }


def differing(one: Mapping[str, Json], other: Mapping[str, Json]) -> set[tuple[str, str]]:
    return {
        (host, account)
        for host in one
        for account in one[host].keys() | other[host].keys()
        if one[host].get(account) != other[host].get(account)
    }


def results(run: Run, task: str) -> list[tuple[str, Json]]:
    """The outcomes of a task on all hosts."""
    return [(each["outcome"], each["result"]) for each in run.outcomes if each["task"].rpartition(" : ")[2] == task]


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    place = tmp_path_factory.mktemp("estate")
    with (
        pytest.MonkeyPatch.context() as patched,
        start(users=250, deprovisioned=12, seed=7) as org,
        make_hosts(place, NAMES) as hosts,
    ):
        patched.setattr(playbooks, "LONGEST_RUN", 900)
        yield Estate(place, org, hosts)


def test_the_audit_finds_each_and_nothing_else(estate: Estate) -> None:
    assert found(estate.report, "fail") == estate.truth
    assert found(estate.report, "exempt") == {("host_orphan", "app2", "backup")}
    assert len(estate.truth) == 10


def test_a_host_that_is_down_is_reported_as_not_assessed(estate: Estate) -> None:
    hosts = {host["name"]: host for host in estate.report["population"]["hosts"]}
    assert hosts.keys() == set(NAMES)
    assert [name for name, host in hosts.items() if not host["assessed"]] == ["down1"]
    assert "not reached" in hosts["down1"]["reason"]
    listed = [each for each in estate.report["findings"] if each["check"] == "host_not_assessed"]
    assert [each["subject"]["id"] for each in listed] == ["down1"]
    assert estate.audit.rc == 0


def test_the_audit_touches_nothing_and_leaves_nothing(estate: Estate) -> None:
    assert differing(estate.before, estate.after_check) == set()
    assert not list(estate.place.glob("run-*/**/okta-host-account-audit-*"))
    files = list((estate.place / "report").iterdir())
    assert {"report.json", "review.csv", "report.html", "findings.csv", "manifest.json"} <= {
        file.name for file in files
    }
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_the_users_are_read_once(estate: Estate) -> None:
    assert len(results(estate.audit, "Write all users to a file, leavers too")) == 1
    assert len(results(estate.audit, "Put together what was found on the hosts")) == 1


def test_what_callbacks_are_shown_has_no_accounts_of_people(estate: Estate) -> None:
    """Only what is found, by login, and what is done, by account."""
    shown = json.dumps(estate.audit.outcomes)
    for login in estate.staff:
        assert login.partition("@")[0] not in shown.replace(json.dumps(estate.staff[0]), "")
        assert local_part(login) not in shown


def test_too_much_is_refused_as_a_whole(estate: Estate) -> None:
    ((outcome, result),) = results(estate.refused, "Plan which accounts to close")
    assert outcome == "failed"
    assert "most_percent (1)" in result["msg"]
    assert differing(estate.before, estate.after_refusal) == set()


def test_check_mode_says_what_would_be_done_and_does_nothing(estate: Estate) -> None:
    assert not estate.written_in_check_mode
    said = {line for _outcome, result in results(estate.would, "Say what is to be done") for line in result["msg"]}
    locked = next(account for host, account in estate.closable if host == "db1")
    assert said == {
        f"{account}: would be closed by {'expire' if account == locked else 'expire, lock_password'}"
        for _host, account in estate.closable
    }
    assert [outcome for outcome, result in results(estate.would, "Close the accounts") if result.get("changed")] == [
        "ok"
    ] * 3


def test_exactly_the_accounts_of_leavers_are_closed(estate: Estate) -> None:
    assert differing(estate.before, estate.closed) == estate.closable
    for host, account in estate.closable:
        fields = estate.closed[host][account]
        assert fields[0].startswith("!")
        assert fields[6] == EXPIRED


def test_the_rollback_file_was_written_before(estate: Estate) -> None:
    file = estate.place / "rollback.json"
    record = json.loads(file.read_bytes())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert record["change_ref"] == "CHG-1042"
    assert {
        (host, each["account"]) for host, accounts in record["hosts"].items() for each in accounts
    } == estate.closable
    assert record["hosts"]["db3"][0]["before"]["expires"] == "2030-06-30"
    assert estate.closed["db3"][record["hosts"]["db3"][0]["account"]][0].strip("!") not in file.read_text()


def test_the_second_time_there_is_nothing_to_close(estate: Estate) -> None:
    ((outcome, result),) = results(estate.again, "Plan which accounts to close")
    assert (outcome, result["accounts"], result["changed"]) == ("ok", [], False)
    assert results(estate.again, "Close the accounts") == []
    assert not (estate.place / "second.json").exists()
    report = json.loads((estate.place / "again" / "report.json").read_bytes())
    assert not [each for each in found(report, "fail") if each[0] == "host_deprovisioned"]


def test_the_rollback_restores_what_was(estate: Estate) -> None:
    assert differing(estate.before, estate.after_rollback) == set()
    opened = [result for outcome, result in results(estate.rollback, "Open the accounts again") if outcome == "ok"]
    assert [result["changed"] for result in opened] == [True] * 3
