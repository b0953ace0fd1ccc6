# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: as its schema says, in order, the same bytes for the same input, with ids that stay."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from ansible_collections.idops.okta.plugins.module_utils._audit_checks import RANKS
from ansible_collections.idops.okta.plugins.module_utils._audit_report import returned
from ansible_collections.idops.okta.tests.unit.audit.full_org import SCHEMA, USERS, VALIDATOR, full
from ansible_collections.idops.okta.tests.unit.audit.support import NOW, ago, audit, user


def test_the_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    first = full()
    second = full(previous=first.report_bytes, users=USERS[1:])
    for outcome in (first, second, audit([user()], provenance={})):
        assert [error.message for error in VALIDATOR.iter_errors(outcome.report)] == []
        assert list(outcome.report) == SCHEMA["required"]
        assert [error.message for error in VALIDATOR.iter_errors({**outcome.view, "findings": []})] == []


@pytest.mark.parametrize("member", ["id", "status", "subject", "message", "evidence"])
def test_the_schema_says_no(member: str) -> None:
    report = full().report
    del report["findings"][0][member]
    assert not VALIDATOR.is_valid(report)


def test_the_counts_add_up() -> None:
    report = full().report
    listed: dict[tuple[str, str], int] = {}
    for finding in report["findings"]:
        key = (finding["check"], finding["status"])
        listed[key] = listed.get(key, 0) + 1
    for check in report["checks"]:
        for status in ("fail", "exempt", "unknown"):
            assert check["counts"][status] == listed.get((check["id"], status), 0)
    for status in ("fail", "pass", "exempt", "unknown", "not_assessed"):
        assert report["summary"][status] == sum(check["counts"][status] for check in report["checks"])
    fails = [each["severity"] for each in report["findings"] if each["status"] == "fail"]
    assert report["summary"]["by_severity"] == {severity: fails.count(severity) for severity in RANKS}
    assert report["summary"]["not_assessed"] == len(report["not_assessed"])
    assert {"high", "medium", "low", "info"} <= set(fails)


def test_the_order() -> None:
    report = full().report
    table = [check["id"] for check in report["checks"]]
    keys = [
        (RANKS[each["severity"]], table.index(each["check"]), each["subject"]["login"], each["subject"]["id"])
        for each in report["findings"]
    ]
    assert keys == sorted(keys)
    assert keys[0][2] == "gone@acme.example" or report["findings"][0]["severity"] == "high"


def test_ids() -> None:
    outcome = full()
    finding = next(each for each in outcome.findings if each["subject"]["login"] == "b@acme.example")
    text = f"{finding['check']}|user|00u-b@acme.example|"
    assert finding["id"] == hashlib.sha256(text.encode()).hexdigest()[:20]
    ids = [each["id"] for each in outcome.findings]
    assert len(ids) == len(set(ids))
    later = full(now=NOW + timedelta(days=1))
    assert {each["id"] for each in later.findings} >= {finding["id"]}


def test_same_input_same_bytes() -> None:
    one, two = full(), full()
    assert (one.report_bytes, one.review_bytes, one.view_bytes) == (two.report_bytes, two.review_bytes, two.view_bytes)
    turned = full(users=USERS[::-1])
    assert turned.report["findings"] == one.report["findings"]
    assert turned.review_bytes == one.review_bytes


def test_one_finding_a_line() -> None:
    outcome = full()
    lines = outcome.report_bytes.split(b"\n")
    start = lines.index(b'"findings":[') + 1
    assert [json.loads(line.rstrip(b",")) for line in lines[start : start + len(outcome.findings)]] == outcome.findings
    assert outcome.report_bytes.endswith(b"}\n]\n}\n")


def test_the_view_and_what_a_task_returns() -> None:
    crowd = [user(f"p{number:03}@acme.example", lastLogin=ago(100)) for number in range(250)]
    crowd += [user(f"a{number:03}@acme.example", status="BRAND_NEW") for number in range(10)]
    outcome = audit(crowd)
    assert list(outcome.view) == [*list(outcome.report)[:-1], "sections"]
    (section,) = [each for each in outcome.view["sections"] if each["check"] == "user_inactive"]
    assert (len(section["rows"]), section["more"]) == (200, 60)
    assert section["rows"][0]["subject"]["login"] == "p000@acme.example"  # fails before unknowns
    few = audit(crowd[240:])
    (section,) = [each for each in few.view["sections"] if each["check"] == "user_inactive"]
    assert [each["status"] for each in section["rows"]] == ["fail"] * 10 + ["unknown"] * 10
    assert section["more"] == 0
    assert [each["login"] for each in outcome.top] == [f"p{number:03}@acme.example" for number in range(20)]
    result = returned(outcome.head, outcome.top)
    assert len(json.dumps(result)) < 50_000
    assert result["by_check"]["user_inactive"]["fail"] == 250
    assert "user_external_domain" not in result["by_check"]
    assert (result["comparison"], result["exemptions"]) == (None, {"used": 0, "unused": 0, "expired": 0})
    assert set(outcome.top[0]) == {"id", "check", "severity", "login"}
