# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module `user_audit_findings`: from options to files, in check mode too, and failures that say what to do."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils import basic

from ansible_collections.idops.okta.plugins.module_utils._user_rows import json_line
from ansible_collections.idops.okta.plugins.modules import user_audit_findings
from ansible_collections.idops.okta.tests.unit.audit.support import NOW, Record, admin, ago, user

Run = t.Callable[..., Record]
FILES = {"report": "report.json", "review": "review.csv", "view": "view.json"}


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> t.Iterator[Run]:
    population = tmp_path / "users.jsonl"
    users = [user("a@acme.example", lastLogin=ago(100)), user("b@acme.example")]
    population.write_bytes(b"".join(json_line(each) for each in users))

    def module(*, check: bool = False, **options: t.Any) -> Record:
        given = {
            "population": str(population),
            "dest": str(tmp_path / "made" / "report"),
            "complete": True,
            "now": "2026-01-31T12:00:00Z",
            **options,
        }
        given = {name: value for name, value in given.items() if value is not None}
        arguments = {
            "_ansible_check_mode": check,
            "_ansible_version": "2.99",
            "_ansible_remote_tmp": str(tmp_path),
            **given,
        }
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        capsys.readouterr()
        with pytest.raises(SystemExit):
            user_audit_findings.main()
        result: Record = json.loads(capsys.readouterr().out)
        return result

    mask = os.umask(0o022)
    yield module
    os.umask(mask)
    gc.enable()


def test_it_writes_and_returns(run: Run, tmp_path: Path) -> None:
    result = run(provenance={"org_url": "https://acme.okta.com"}, preset="cis")
    folder = tmp_path / "made" / "report"
    assert result["changed"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert names(folder) == sorted(FILES.values())
    for name, file in FILES.items():
        assert result[name] == str(folder / file)
        assert result[f"{name}_sha256"] == hashlib.sha256((folder / file).read_bytes()).hexdigest()
        assert (folder / file).stat().st_mode & 0o777 == 0o600
    report = json.loads((folder / "report.json").read_text())
    assert report["provenance"]["ansible_version"] == "2.99"
    assert report["provenance"]["preset"] == "cis"
    assert {name: result[name] for name in ("summary", "population", "not_assessed", "generated_at")} == {
        name: report[name] for name in ("summary", "population", "not_assessed", "generated_at")
    }
    assert result["top"] == [
        {"id": report["findings"][0]["id"], "check": "user_inactive", "severity": "medium", "login": "a@acme.example"}
    ]
    assert result["by_check"]["user_inactive"] == {"fail": 1, "pass": 1, "exempt": 0, "unknown": 0, "not_assessed": 0}
    assert (result["comparison"], result["exemptions"]) == (None, {"used": 0, "unused": 0, "expired": 0})


def test_twice_is_once(run: Run, tmp_path: Path) -> None:
    first = run()
    report = Path(first["report"])
    report.chmod(0o644)
    before = report.stat().st_ino
    second = run()
    assert not second["changed"]
    assert (report.stat().st_ino, report.stat().st_mode & 0o777) == (before, 0o600)
    assert second["report_sha256"] == first["report_sha256"]
    assert run(now="2026-02-01T12:00:00Z")["changed"]


def test_check_mode_writes_nothing(run: Run, tmp_path: Path) -> None:
    before = names(tmp_path)
    would = run(check=True)
    assert would["changed"]
    assert would["summary"]["by_severity"]["medium"] == 1
    assert [name for name in names(tmp_path) if not name.startswith("ansible-")] == before
    did = run()
    assert {**did, "invocation": None} == {**would, "invocation": None}  # it has the check mode; newer cores have none
    assert not run(check=True)["changed"]


def test_inputs_and_the_last_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "admins.json").write_text(json.dumps([admin("a@acme.example", "SUPER_ADMIN")]))
    first = run(dest=str(tmp_path / "first"))
    second = run(
        admins=str(tmp_path / "admins.json"),
        previous_report=first["report"],
        dest=str(tmp_path / "second"),
        exemptions=[{"match": {"login": "x"}, "reason": "r", "owner": "b@acme.example", "expires": "2026-12-31"}],
        checks={"user_created_recent": False},
    )
    assert second["comparison"] == {
        "previous_generated_at": "2026-01-31T12:00:00Z",
        "new": 2,
        "unchanged": 1,
        "resolved": 0,
    }
    assert [each["severity"] for each in second["top"]] == ["high", "high", "info"]
    assert second["exemptions"]["unused"] == 1
    assert run(previous_report=first["report"], dest=str(tmp_path / "first"))["comparison"]["unchanged"] == 1


def test_now(run: Run) -> None:
    year = int(run(now=None)["generated_at"][:4])
    assert year >= NOW.year
    assert "now is no date. Write one such as" in run(now="today")["msg"]


def test_damage_fails_with_the_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cut.jsonl").write_bytes(json_line(user("a@acme.example")) + b'{"id":')
    result = run(population=str(tmp_path / "cut.jsonl"))
    assert result["failed"]
    assert result["line"] == 2
    assert "line 2, the last one, is cut off" in result["msg"]
    assert names(tmp_path / "made" / "report") == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"complete": False}, "not complete"),
        ({"complete": None}, "Nothing says whether the population is complete."),
        ({"preset": "sox"}, "value of preset must be one of"),
        ({"checks": {"user_idle": {}}}, "There are: user_inactive,"),
        ({"exemptions": [{"match": {"login": "x"}}]}, "Entry 1 of exemptions lacks reason and owner and expires."),
        ({"previous_report": "/nowhere/report.json"}, "previous_report /nowhere/report.json can't be read"),
        ({"admins": "/nowhere/admins.json"}, "admins /nowhere/admins.json can't be read"),
        ({"population": "/nowhere/users.jsonl"}, "population /nowhere/users.jsonl can't be read"),
        ({"dest": "/dev/null"}, "dest is no folder: /dev/null."),
        ({"dest": "/proc/nothing/here"}, "dest /proc/nothing/here can't be written"),
        ({"dest": "/proc"}, "dest /proc can't be written"),
    ],
)
def test_failures(run: Run, options: Record, said: str) -> None:
    result = run(**options)
    assert result["failed"]
    assert said in result["msg"]


def test_an_incomplete_population_can_be_audited_on_request(run: Run) -> None:
    assert run(complete=False, require_complete=False)["summary"]["fail"] == 1
