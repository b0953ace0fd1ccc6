# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The population: whole, or the audit fails and says where it is damaged."""

from __future__ import annotations

import hashlib
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils._audit_population import (
    DamagedPopulation,
    IncompletePopulation,
    Population,
)
from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.plugins.module_utils._user_rows import json_line
from ansible_collections.idops.okta.plugins.module_utils._version import VERSION
from ansible_collections.idops.okta.tests.unit.audit.support import NOW, ORG, ago, audit, user

USERS = [user(f"u{number}@acme.example") for number in range(3)]
LINES = [json_line(each) for each in USERS]
WHOLE = b"".join(LINES)


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (WHOLE[:-1], 3, "line 3, the last one, is cut off"),
        (WHOLE[:-40], 3, "line 3, the last one, is cut off"),
        (LINES[0] + LINES[1][:-40] + b"\n" + LINES[2], 2, "line 2 is no JSON"),
        (LINES[0] + LINES[1][:-1] + LINES[2], 2, "line 2 is no user"),
        (LINES[0] + b"\n" + LINES[1], 2, "line 2 is no JSON"),
        (LINES[0] + b"[]\n", 2, "line 2 is no user"),
        (LINES[0] + b"null\n", 2, "line 2 is no user"),
        (b'{"status":"ACTIVE"}\n', 1, "line 1 has no id"),
        (b'{"id":7}\n', 1, "line 1 has no id"),
        (b'{"id":" "}\n', 1, "line 1 has no id"),
        (b'{"id":"\xff"}\n', 1, "line 1 is no JSON"),
        (b'{"id":' + b"9" * 5000 + b"}\n", 1, "line 1"),
        (b'{"id":"a","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", 1, "line 1 is no JSON"),
        (LINES[0] + LINES[1] + LINES[0], 3, "line 3 has an id that an earlier line has too"),
    ],
)
def test_damage(content: bytes, line: int, said: str) -> None:
    with pytest.raises(DamagedPopulation) as caught:
        audit(content)
    assert said in str(caught.value)
    assert caught.value.result()["line"] == line


@pytest.mark.parametrize(("count", "line"), [(2, 3), (4, 4)])
def test_another_count(count: int, line: int) -> None:
    with pytest.raises(DamagedPopulation, match=f"3 lines, and {count} users were written") as caught:
        audit(USERS, provenance={"population": {"count": count}})
    assert caught.value.fields["line"] == line


def test_another_checksum() -> None:
    with pytest.raises(DamagedPopulation, match="SHA-256"):
        audit(USERS, provenance={"population": {"sha256": "0" * 64}})
    sha256 = hashlib.sha256(WHOLE).hexdigest()
    outcome = audit(USERS, provenance={"population": {"count": 3, "sha256": sha256.upper(), "query": "all"}})
    said = outcome.report["provenance"]["population"]
    assert said == {"count": 3, "sha256": sha256, "query": "all", "complete": True, "by_status": {"ACTIVE": 3}}


@pytest.mark.parametrize(
    ("complete", "said", "fails"),
    [(True, None, False), (None, True, False), (False, True, True), (None, False, True), (None, None, True)],
)
def test_completeness(complete: bool | None, said: bool | None, fails: bool) -> None:
    provenance: t.Any = {"population": {} if said is None else {"complete": said}}
    if fails:
        with pytest.raises(IncompletePopulation):
            audit(USERS, complete=complete, provenance=provenance)
    else:
        assert audit(USERS, complete=complete, provenance=provenance).report["provenance"]["population"]["complete"]
    lenient = audit(USERS, complete=complete, provenance=provenance, require_complete=False)
    assert lenient.report["provenance"]["population"]["complete"] is not fails


def test_nobody() -> None:
    with pytest.raises(IncompletePopulation, match="no org has no users"):
        audit([])
    outcome = audit([], require_complete=False)
    assert outcome.report["summary"]["pass"] == outcome.report["summary"]["fail"] == 0
    assert outcome.review_bytes.count(b"\r\n") == 1


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="population .*nothing.jsonl can't be read: No such file"):
        Population(str(tmp_path / "nothing.jsonl"))


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    path.write_bytes(WHOLE)
    with Population(str(path)) as population:
        assert [each.login for each in population.first_reading()] == [
            "u0@acme.example",
            "u1@acme.example",
            "u2@acme.example",
        ]
        with path.open("r+b") as file:
            file.write(b"x")
        with pytest.raises(DamagedPopulation, match="changed while it was read"):
            list(population.users())
        replacement = tmp_path / "other.jsonl"
        replacement.write_bytes(LINES[0])
        replacement.replace(path)  # the open file is still the one that was read first
        assert len(population._order) == 3


def test_lines_may_stand_in_any_order() -> None:
    assert audit(USERS[::-1]).report["findings"] == audit(USERS).report["findings"]


@pytest.mark.parametrize(
    "provenance",
    [
        {"population": "x"},
        {"runner": []},
        {"window": 1},
        {"population": {"fields": "id"}},
        {"org_url": 7},
        {"population": {"fields": [1]}},
        {"x": float("nan")},
        {"x": object()},
    ],
)
def test_a_provenance_that_is_none(provenance: t.Any) -> None:
    with pytest.raises(InvalidOption, match="provenance"):
        audit(USERS, provenance=provenance)


def test_provenance() -> None:
    given = {
        "org_url": ORG,
        "runner": {"type": "awx", "job_id": 7},
        "window": {"start": "a", "end": "b"},
        "collection_version": "9",
        "ansible_version": "2.19.0",
        "remark": "x",
    }
    report = audit(USERS, provenance=given, preset="pci").report
    shown = report["provenance"]
    assert {name: shown[name] for name in given if name != "collection_version"} == {
        name: value for name, value in given.items() if name != "collection_version"
    }
    assert shown["collection_version"] == VERSION
    assert (shown["preset"], shown["exemptions_sha256"], shown["previous_report_sha256"]) == ("pci", None, None)
    assert report["title"] == f"User audit of {ORG}"
    assert audit(USERS, provenance={}).report["title"] == "User audit"


def not_assessed(users: t.Any, **population: t.Any) -> dict[str, str]:
    provenance = {"population": population}
    checks = {"user_password_age": True, "user_manager_invalid": True}
    report = audit(users, provenance=provenance, checks=checks).report
    for entry in report["not_assessed"]:
        (check,) = [each for each in report["checks"] if each["id"] == entry["check"]]
        assert check["counts"] == {"fail": 0, "pass": 0, "exempt": 0, "unknown": 0, "not_assessed": 1}
    return {entry["check"]: entry["reason"] for entry in report["not_assessed"] if entry["check"].startswith("user_")}


def test_what_was_not_read_is_not_assessed() -> None:
    """It would be a lie to call everybody inactive, only because nobody asked for the dates of sign-ins."""
    slim = [{name: each[name] for name in ("id", "status", "created", "profile")} for each in USERS]
    reasons = not_assessed(slim)
    assert reasons["user_inactive"] == "The population was read without lastLogin."
    assert reasons["user_password_age"] == "The population was read without passwordChanged and credentials."
    assert reasons["user_suspended_stale"] == "The population was read without statusChanged."
    assert not reasons.keys() & {"user_created_recent", "user_generic_name", "user_duplicate_identity"}
    assert audit(slim).report["population"]["sign_in_age"][-1] == {"label": "unknown", "count": 3}


def test_what_is_null_everywhere_may_be_left_out_by_okta() -> None:
    fields = ["id", "status", "created", "lastLogin", "profile.login", "profile.department", "profile.manager"]
    users = [user("a@acme.example", absent=["lastLogin", "credentials", "passwordChanged"], created=ago(91))]
    reasons = not_assessed(users, fields=fields)
    assert "user_inactive" not in reasons
    assert "user_missing_attributes" not in reasons
    assert (
        reasons["user_duplicate_identity"]
        == "The population was read without profile.email and profile.employeeNumber."
    )
    assert reasons["user_manager_invalid"] == "The population was read without profile.managerId."
    assert "user_duplicate_identity" not in not_assessed(users, fields=["id", "status", "profile"])


def test_the_population_in_the_report() -> None:
    ages = [0, 30, 30.5, 60, 61, 90, 91, 180, 181, 365, 366]
    users = [user(f"a{number}@acme.example", lastLogin=ago(days)) for number, days in enumerate(ages)]
    users += [user("n@acme.example", lastLogin=None), user("o@acme.example", lastLogin="?")]
    users += [
        user("s@acme.example", status="STAGED"),
        user("x@acme.example", status="NEW"),
        user("y@acme.example", status=7.5),
    ]
    population = audit(users).report["population"]
    assert population["by_status"] == {"(none)": 1, "ACTIVE": 13, "NEW": 1, "STAGED": 1}
    assert (population["enabled"], population["disabled"], population["unknown"]) == (13, 1, 2)
    assert {each["label"]: each["count"] for each in population["sign_in_age"]} == {
        "0-30 days": 2,
        "31-60 days": 2,
        "61-90 days": 2,
        "91-180 days": 2,
        "181-365 days": 2,
        "over 365 days": 1,
        "never": 1,
        "unknown": 1,
    }
    assert json.loads(json.dumps(population)) == population
    assert NOW.year == 2026
