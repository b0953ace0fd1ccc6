# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan from files, and the rollback file: there before anything is touched, private, and never written over."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.modules import host_account_remediation
from ansible_collections.idops.okta.tests.unit.modules.support import Outcome, run

EVE = {
    "name": "eve",
    "uid": 1004,
    "expires": None,
    "expired": False,
    "password": "set",
    "shell": "/bin/bash",
    "interactive": True,
    "keys": [],
}
FINDING = {
    "id": "0123456789abcdef0123",
    "check": "host_deprovisioned",
    "status": "fail",
    "subject": {"type": "account", "id": "web1:eve", "login": "eve@acme.example", "name": "eve", "host": "web1"},
    "evidence": {"account": "eve", "uid": 1004},
}


def report(findings: list[t.Any], kind: str = "host_account_audit", count: int = 50) -> str:
    head = {
        "schema_version": "1.0",
        "kind": kind,
        "generated_at": "2026-01-31T12:00:00Z",
        "provenance": {"org_url": "https://acme.okta.com", "population": {"count": count, "complete": True}},
        "checks": [],
        "not_assessed": [],
        "population": {"hosts": [{"name": "web1", "assessed": True, "accounts": 30}]},
    }
    return json.dumps({**head, "findings": findings})


class Folder:
    """The files of an audit of one host, on which eve has an account."""

    def __init__(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.place, self._capsys = place, capsys
        self.report, self.rollback = place / "report.json", place / "rollback.json"
        self.report.write_text(report([FINDING]))
        (place / "hosts").mkdir()
        (place / "hosts" / "web1.json").write_text(json.dumps({"host": "web1", "uid_min": 1000, "accounts": [EVE]}))

    def __call__(self, **options: t.Any) -> Outcome:
        files = {"report": self.report, "hosts": self.place / "hosts", "rollback_file": self.rollback}
        given = {**{name: str(path) for name, path in files.items()}, "change_ref": "CHG-1", **options}
        return run(host_account_remediation, self._capsys, **given)


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    return Folder(tmp_path, capsys)


def test_the_plan_and_the_rollback_file(folder: Folder) -> None:
    outcome = folder()
    (planned,) = outcome.result["accounts"]
    assert outcome.result["changed"]
    assert outcome.result["rollback_file"] == str(folder.rollback)
    assert "login" not in planned
    record = json.loads(folder.rollback.read_bytes())
    assert stat.S_IMODE(folder.rollback.stat().st_mode) == 0o600
    assert (record["kind"], record["change_ref"]) == ("host_account_rollback", "CHG-1")
    assert record["report_sha256"] == hashlib.sha256(folder.report.read_bytes()).hexdigest()
    (recorded,) = record["hosts"]["web1"]
    assert recorded["login"] == "eve@acme.example"
    assert recorded["before"] == {"expires": None, "password": "set", "shell": "/bin/bash", "key_files": []}
    assert {**recorded, "host": "web1"} == {**planned, "login": "eve@acme.example"}


def test_no_rollback_file_is_written_over(folder: Folder) -> None:
    folder()
    before = folder.rollback.read_bytes()
    outcome = folder(change_ref="CHG-2")
    assert not outcome.ok
    assert "no rollback file is ever written over" in outcome.result["msg"]
    assert folder.rollback.read_bytes() == before


def test_a_rollback_file_that_cannot_be_written_fails(folder: Folder) -> None:
    outcome = folder(rollback_file=str(folder.place / "nowhere" / "rollback.json"))
    assert not outcome.ok
    assert "can't be written" in outcome.result["msg"]


def test_check_mode_writes_nothing(folder: Folder) -> None:
    outcome = folder(_ansible_check_mode=True)
    assert outcome.result["changed"]
    assert [each["account"] for each in outcome.result["accounts"]] == ["eve"]
    assert not folder.rollback.exists()


def test_without_an_account_there_is_no_file(folder: Folder) -> None:
    folder.report.write_text(report([]))
    outcome = folder()
    assert (outcome.result["changed"], outcome.result["rollback_file"]) == (False, None)
    assert not folder.rollback.exists()


def test_a_refusal_writes_nothing(folder: Folder) -> None:
    earlier = folder.place / "earlier.json"
    earlier.write_text(report([], count=100))
    outcome = folder(previous_report=str(earlier))
    assert not outcome.ok
    assert "most_shrink_percent" in outcome.result["msg"]
    assert not folder.rollback.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("report.json", None, "report .* can't be read"),
        ("report.json", "{", "is not JSON"),
        ("report.json", report([], kind="user_audit"), "no report of an audit of hosts"),
        ("hosts/web1.json", "{}", "has a file that host_account_findings has not written"),
        ("hosts/web1.json", "[", "has a file that host_account_findings has not written"),
    ],
)
def test_files_that_are_not_what_they_should_be(folder: Folder, name: str, content: str | None, said: str) -> None:
    file = folder.place / name
    file.unlink() if content is None else file.write_text(content)
    outcome = folder()
    assert not outcome.ok
    assert re.search(said, outcome.result["msg"])
    assert not folder.rollback.exists()


def test_hosts_that_cannot_be_read(folder: Folder) -> None:
    outcome = folder(hosts=str(folder.place / "nowhere"))
    assert not outcome.ok
    assert "can't be read" in outcome.result["msg"]
