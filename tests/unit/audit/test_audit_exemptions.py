# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exemptions: whom they match, that expired ones exempt nobody, and every mistake by its entry."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.tests.unit.audit.support import BOSS, Outcome, Record, ago, audit, user

IDLE = user(
    "svc-idle@acme.example", lastLogin=ago(100), profile={"userType": "Service", "contractor": True, "level": 3}
)
OTHER = user("other@acme.example", lastLogin=ago(100))


def exemption(match: t.Any = None, **changes: t.Any) -> Record:
    entry = {
        "match": {"login": "svc-idle@acme.example"} if match is None else match,
        "check": "user_inactive",
        "reason": "Runs the payroll",
        "ticket": "SEC-12",
        "owner": "Grace.Hopper@acme.example",
        "expires": "2026-12-31",
        **changes,
    }
    return {name: value for name, value in entry.items() if value != "absent"}


def exempted(*entries: Record, users: t.Sequence[Record] = (IDLE, OTHER, BOSS)) -> Outcome:
    return audit(users, exemptions=list(entries))


@pytest.mark.parametrize(
    "match",
    [
        {"login": "SVC-idle@acme.example"},
        {"login_regex": "^SVC-"},
        {"id": IDLE["id"]},
        {"profile.userType": "Service"},
        {"profile.contractor": True},
        {"profile.level": 3},
        {"login_regex": "idle", "profile.userType": "Service", "id": IDLE["id"], "login": "svc-idle@acme.example"},
    ],
)
def test_a_match(match: Record) -> None:
    outcome = exempted(exemption(match))
    assert outcome.logins("user_inactive") == ["other@acme.example"]
    assert outcome.logins("user_inactive", "exempt") == ["svc-idle@acme.example"]
    (found,) = [each for each in outcome.findings if each["status"] == "exempt"]
    assert found["exemption"] == {
        "reason": "Runs the payroll",
        "ticket": "SEC-12",
        "owner": "Grace.Hopper@acme.example",
        "expires": "2026-12-31",
    }
    (shown,) = outcome.report["exemptions"]
    assert (shown["state"], shown["matched"]) == ("used", 1)
    assert outcome.report["summary"]["exempt"] == 1
    assert len(outcome.report["provenance"]["exemptions_sha256"]) == 64


@pytest.mark.parametrize(
    "match",
    [
        {"login": "svc-idle"},
        {"login_regex": "^idle"},
        {"id": IDLE["id"].upper()},
        {"profile.userType": "service"},
        {"profile.contractor": "true"},
        {"profile.contractor": False},
        {"profile.level": True},
        {"login": "svc-idle@acme.example", "profile.userType": "Person"},
    ],
)
def test_no_match(match: Record) -> None:
    outcome = exempted(exemption(match))
    assert len(outcome.logins("user_inactive")) == 2
    assert outcome.report["exemptions"][0]["state"] == "unused"


@pytest.mark.parametrize(
    ("expires", "holds"),
    [("2026-01-31", True), ("2026-01-30", False), ("2026-01-31T12:00:00Z", True), ("2026-01-31T11:59:59Z", False)],
)
def test_expiry(expires: str, holds: bool) -> None:
    outcome = exempted(exemption(expires=expires))
    assert (outcome.logins("user_inactive", "exempt") == ["svc-idle@acme.example"]) == holds
    assert (outcome.counts("exemption_expired") == {"pass": 1}) == holds
    assert outcome.report["exemptions"][0]["state"] == ("used" if holds else "expired")
    assert outcome.report["exemptions"][0]["matched"] == 1
    if not holds:
        finding = outcome.one("exemption_expired")
        assert (finding["severity"], finding["subject"]["type"]) == ("medium", "exemption")
        assert finding["evidence"]["matched"] == 1


def test_the_first_that_holds_counts() -> None:
    entries = [exemption(expires="2020-01-01"), exemption(reason="second"), exemption({"login_regex": "svc"})]
    outcome = exempted(*entries)
    assert [each["state"] for each in outcome.report["exemptions"]] == ["expired", "used", "unused"]
    (found,) = [each for each in outcome.findings if each["status"] == "exempt"]
    assert found["exemption"]["reason"] == "second"


@pytest.mark.parametrize("check", [None, "all", ["all"], "absent"])
def test_all_checks_but_lists_for_evidence(check: t.Any) -> None:
    young = user("svc-idle@acme.example", lastLogin=None, created=ago(80), activated=ago(80), profile={"manager": None})
    outcome = exempted(exemption(check=check), users=[young, BOSS])
    assert {(each["check"], each["status"]) for each in outcome.findings} == {
        ("user_never_signed_in", "exempt"),
        ("user_missing_attributes", "exempt"),
        ("user_generic_name", "exempt"),
        ("user_created_recent", "fail"),
    }
    assert outcome.report["exemptions"][0]["check"] is None
    named = exempted(exemption(check=["user_created_recent"]), users=[young, BOSS])
    assert named.logins("user_created_recent", "exempt") == ["svc-idle@acme.example"]


@pytest.mark.parametrize(
    ("status", "verdict"), [("ACTIVE", "pass"), ("SUSPENDED", "fail"), ("BRAND_NEW", "unknown"), (None, "fail")]
)
def test_the_owner(status: str | None, verdict: str) -> None:
    users = [IDLE] if status is None else [IDLE, user("grace.hopper@acme.example", status=status)]
    outcome = exempted(exemption(), users=users)
    assert outcome.counts("exemption_owner_disabled") == {verdict: 1}
    if verdict == "fail":
        assert outcome.one("exemption_owner_disabled")["severity"] == "medium"


def test_nobody_exempts_his_own_exemption() -> None:
    entries = [exemption(expires="2020-01-01"), exemption({"login_regex": "."}, check="exemption_expired")]
    assert exempted(*entries).one("exemption_expired")["status"] == "fail"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("text", "Entry 2 of exemptions is no dictionary"),
        (exemption(user="x"), "Entry 2 of exemptions has 'user'. It can have: match, check,"),
        (exemption(reason=" "), "Entry 2 of exemptions lacks reason."),
        (exemption(owner="absent", expires=None), "lacks owner and expires"),
        (exemption({}), "lacks match"),
        (exemption(["x"]), "has a match that is no dictionary"),
        (exemption({"email": "x"}), "matches by 'email'. It can match by: login, login_regex, id,"),
        (exemption({"profile.": "x"}), "matches by 'profile.'"),
        (exemption({"login": ""}), "matches by login, without a value"),
        (exemption({"login": True}), "matches by login, without a value"),
        (exemption({"profile.x": None}), "matches by profile.x, without a value"),
        (exemption({"login_regex": "("}), "login_regex that is no regular expression"),
        (exemption(check="user_idle"), "names 'user_idle', which is no check. There are: user_inactive,"),
        (exemption(check=["user_inactive", 5]), "names '5', which is no check"),
        (exemption(check=[]), "has no check in check"),
        (exemption(check={"a": 1}), "has no check in check"),
        (exemption(expires="next year"), "has no date in expires. Write one such as 2026-12-31."),
        (exemption(reason=["x"]), "has no text in reason"),
        (exemption({"login_regex": "first"}), "is entry 1 once more"),
    ],
)
def test_mistakes(entry: t.Any, said: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        exempted(exemption({"login_regex": "first"}), entry)
    assert said in str(caught.value)
    assert "Entry 2" in str(caught.value)
