# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparison with an earlier report: new, unchanged, resolved, and what is none of these."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils._audit_comparison import read_previous
from ansible_collections.idops.okta.plugins.module_utils._audit_report import returned
from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.tests.unit.audit.full_org import EXEMPTIONS, USERS, full
from ansible_collections.idops.okta.tests.unit.audit.support import BOSS, ORG, Record, ago, audit, user


def test_a_comparison() -> None:
    before = full()
    users: list[Record] = [*USERS[2:], user("fresh@acme.example", lastLogin=ago(100))]
    users[1] = user("Z@acme.example")
    now = full(users=users, previous=before.report_bytes)
    comparison = now.report["comparison"]
    trends = {(each["check"], each["subject"]["login"]): each["trend"] for each in now.findings}
    assert trends["user_inactive", "fresh@acme.example"] == "new"
    assert trends["user_inactive", "a@acme.example"] == "unchanged"
    assert trends["user_inactive", "odd?@acme.example"] == "unchanged"
    resolved = {(each["check"], each["subject"]["login"]) for each in comparison["resolved_findings"]}
    assert resolved == {("user_inactive", "b@acme.example"), ("user_inactive", "Z@acme.example")}
    fails = [each["trend"] for each in now.findings if each["status"] == "fail"]
    assert comparison["new"] == fails.count("new")
    assert comparison["unchanged"] == fails.count("unchanged")
    assert comparison["resolved"] == 2
    assert comparison["previous_generated_at"] == before.report["generated_at"]
    assert now.report["provenance"]["previous_report_sha256"] == hashlib.sha256(before.report_bytes).hexdigest()
    assert returned(now.head, [])["comparison"].keys() == comparison.keys() - {"resolved_findings"}


def test_nothing_has_changed() -> None:
    before = full()
    now = full(previous=before.report_bytes)
    assert {each["trend"] for each in now.findings} == {"unchanged"}
    assert (now.report["comparison"]["new"], now.report["comparison"]["resolved"]) == (0, 0)
    rewritten = json.dumps(before.report, indent=2).encode()
    again = full(previous=rewritten).report
    assert {**again["comparison"]} == now.report["comparison"]


def test_what_is_exempt_or_unknown_or_not_checked_now_is_not_resolved() -> None:
    """Neither is a person who is exempt or unknown now, nor what nobody looked at."""
    before = audit([user("a@acme.example", lastLogin=ago(100)), user("b@acme.example", lastLogin=ago(100)), BOSS])
    users = [user("a@acme.example", lastLogin=ago(100)), user("b@acme.example", lastLogin="?"), BOSS]
    entry = {**EXEMPTIONS[0], "match": {"login": "a@acme.example"}}
    now = audit(users, previous=before.report_bytes, exemptions=[entry])
    assert now.report["comparison"]["resolved"] == now.report["comparison"]["unchanged"] == 0
    assert {each["trend"] for each in now.findings} == {"new"}
    off = audit([BOSS], previous=before.report_bytes, checks={"user_inactive": False})
    assert off.report["comparison"]["resolved"] == 0
    back = audit([user("a@acme.example", lastLogin=ago(100)), BOSS], previous=now.report_bytes)
    assert (back.one("user_inactive")["trend"], back.report["comparison"]["new"]) == ("new", 1)


def test_no_findings_before() -> None:
    clean = audit([BOSS])
    assert clean.findings == []
    assert audit([BOSS], previous=clean.report_bytes).report["comparison"]["resolved"] == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema_version": "2.0"}, "is of the schema version 2.0, and this one of 1.0"),
        ({"kind": "host_account_audit"}, "is of the kind host_account_audit"),
        (
            {"provenance": {"org_url": "https://other.okta.com"}},
            "is of the org https://other.okta.com, and this one of",
        ),
        ({"provenance": 7}, "is no report of an audit"),
        ({"findings": None}, "is no report of an audit"),
        ({"findings": [{}]}, "is no report of an audit"),
        ({"generated_at": None}, "is no report of an audit"),
    ],
)
def test_another_report_is_refused(tmp_path: Path, change: Record, said: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**audit([BOSS]).report, **change}), encoding="utf-8")
    with pytest.raises(InvalidOption) as caught:
        read_previous(str(path), ORG)
    assert said in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{\n", b"[]", b'{\n"findings":[\n', b"{\n}\n", b"\xff", b"[" * 100_000])
def test_what_is_no_report(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(InvalidOption, match="is no report of an audit"):
        read_previous(str(path), ORG)
    with pytest.raises(InvalidOption, match="can't be read"):
        read_previous(str(tmp_path / "nothing.json"), ORG)
