# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Privileges: what is read beside the users, and what is said of the org, of API tokens, and of lost admins."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils._audit_privileges import read_privileges
from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.tests.unit.audit.support import Outcome, Record, admin, audit, factors, user

SCOPES = {
    "admin_inventory": "okta.roles.read",
    "admin_too_many_super": "okta.roles.read",
    "admin_inactive": "okta.roles.read",
    "admin_not_enabled": "okta.roles.read",
    "admin_no_strong_mfa": "okta.roles.read",
    "api_token_owner": "okta.apiTokens.read",
    "inactivity_automation": "okta.policies.read",
    "leaver_lag": "okta.logs.read",
}
A, B = user("a@acme.example"), user("b@acme.example", status="SUSPENDED")


def test_what_was_not_read_is_listed_with_its_scope() -> None:
    entries = {entry["check"]: entry for entry in audit([A]).report["not_assessed"]}
    assert entries.keys() == SCOPES.keys()
    assert all(scope in entries[check]["remedy"] for check, scope in SCOPES.items())
    assert audit([A]).report["summary"]["not_assessed"] == len(SCOPES)
    with_admins = audit([A], inputs={"admins": []})
    entries = {entry["check"]: entry for entry in with_admins.report["not_assessed"]}
    assert "admin_inventory" not in entries
    assert "okta.users.read" in entries["admin_no_strong_mfa"]["remedy"]


def test_the_inventory() -> None:
    outcome = audit([A], inputs={"admins": [admin("a@acme.example", "SUPER_ADMIN", "APP_ADMIN", granted="GROUP")]})
    finding = outcome.one("admin_inventory")
    assert finding["message"] == "The user holds: App Admin (GROUP), Super Admin (GROUP)."
    assert finding["evidence"]["roles"][1] == {"type": "SUPER_ADMIN", "label": "Super Admin", "granted_to": "GROUP"}
    assert finding["severity"] == "info"


def test_an_admin_that_is_not_in_the_population() -> None:
    gone = {**admin("gone@acme.example", "ORG_ADMIN"), "user": {"profile": {"login": "gone@acme.example"}}}
    bare = admin("zz@acme.example", "ORG_ADMIN")
    outcome = audit(
        [A, user("y@acme.example")], inputs={"admins": [bare, gone, admin("y@acme.example", "X")], "factors": {}}
    )
    assert outcome.logins("admin_inventory") == ["", "gone@acme.example", "y@acme.example"]
    assert outcome.logins("admin_not_enabled", "unknown") == ["", "gone@acme.example"]
    assert outcome.logins("admin_no_strong_mfa", "unknown") == ["", "gone@acme.example", "y@acme.example"]
    assert audit([A], inputs={"admins": [gone]}).logins("admin_inventory") == ["gone@acme.example"]  # after all users


@pytest.mark.parametrize(
    ("holders", "unclear", "most", "verdict"),
    [(5, 0, 5, "pass"), (6, 0, 5, "fail"), (5, 1, 5, "unknown"), (2, 1, 3, "pass"), (2, 0, 1, "fail")],
)
def test_too_many_super_admins(holders: int, unclear: int, most: int, verdict: str) -> None:
    admins = [admin(f"s{number}@acme.example", "SUPER_ADMIN") for number in range(holders)]
    admins += [admin(f"u{number}@acme.example") for number in range(unclear)]
    admins += [admin("x@acme.example", "ORG_ADMIN"), admin("off@acme.example", "SUPER_ADMIN", status="INACTIVE")]
    users = [user(f"s{number}@acme.example") for number in range(holders)]
    outcome = audit([A, *users], inputs={"admins": admins}, checks={"admin_too_many_super": {"most": most}})
    assert outcome.counts("admin_too_many_super") == {verdict: 1}
    if verdict == "fail":
        finding = outcome.one("admin_too_many_super")
        assert finding["subject"] == {
            "type": "org",
            "id": "https://acme.okta.com",
            "login": "",
            "name": "https://acme.okta.com",
        }
        assert finding["evidence"]["super_admins"] == holders
        assert finding["evidence"]["logins"][0] == "s0@acme.example"


def tokens(*owners: str | None) -> list[Record]:
    return [
        {"id": f"00T{number}", "name": f"token {number}", "userId": owner and f"00u-{owner}"}
        for number, owner in enumerate(owners)
    ]


def test_owners_of_api_tokens() -> None:
    users = [A, B, user("c@acme.example"), user("n@acme.example", status="BRAND_NEW"), user("m@acme.example")]
    given = tokens(
        "a@acme.example",
        "b@acme.example",
        "c@acme.example",
        "n@acme.example",
        "gone@acme.example",
        None,
        "m@acme.example",
    )
    admins = [admin("a@acme.example", "SUPER_ADMIN"), admin("c@acme.example", "ORG_ADMIN"), admin("m@acme.example")]
    outcome = audit(users, inputs={"api_tokens": given, "admins": admins})
    assert outcome.logins("api_token_owner") == ["a@acme.example", "b@acme.example"]
    assert outcome.logins("api_token_owner", "unknown") == [
        "",
        "00u-gone@acme.example",
        "m@acme.example",
        "n@acme.example",
    ]
    assert outcome.counts("api_token_owner") == {"fail": 2, "unknown": 4, "pass": 1}
    finding = next(each for each in outcome.findings if each["subject"]["id"] == "00T0")
    assert finding["subject"] == {"type": "api_token", "id": "00T0", "login": "a@acme.example", "name": "token 0"}
    alone = audit(users, inputs={"api_tokens": given})
    assert alone.logins("api_token_owner") == ["b@acme.example"]
    assert "admin roles were not read" in next(
        each["message"] for each in alone.findings if each["subject"]["login"] == "a@acme.example"
    )


def policy(
    number: t.Any = 90, unit: str = "DAYS", target: str = "SUSPENDED", *, on: str = "policy", **changes: t.Any
) -> Record:
    inactivity = {"conditions": {"people": {"users": {"inactivity": {"number": number, "unit": unit}}}}}
    rule = {"status": "ACTIVE", "actions": {"updateUserLifecycle": {"targetStatus": target}}}
    whole: Record = {"type": "USER_LIFECYCLE", "status": "ACTIVE", "rules": [rule]}
    (whole if on == "policy" else rule).update(inactivity)
    rule.update(changes.pop("rule", {}))
    return {**whole, **changes}


@pytest.mark.parametrize(
    ("policies", "verdict"),
    [
        ([policy()], "pass"),
        ([policy(on="rule")], "pass"),
        ([policy(12, "WEEKS", "DEPROVISIONED")], "pass"),
        ([policy(91), policy(30)], "pass"),
        ([policy(rule={"actions": {"userLifecycle": {"action": "deactivate"}}})], "pass"),
        ([], "fail"),
        ([policy(91)], "fail"),
        ([policy(status="INACTIVE")], "fail"),
        ([policy(rule={"status": "INACTIVE"})], "fail"),
        ([policy(target="ACTIVE")], "fail"),
        ([policy(True)], "fail"),
        ([policy("90")], "fail"),
        ([policy(unit="MOONS")], "fail"),
        ([policy(rules=None)], "fail"),
        ([policy(rules=[None])], "fail"),
    ],
)
def test_automations(policies: list[Record], verdict: str) -> None:
    assert audit([A], inputs={"policies": policies}).counts("inactivity_automation") == {verdict: 1}


def test_a_preset_sets_the_days_of_automations() -> None:
    assert audit([A], preset="stig", inputs={"policies": [policy(36)]}).counts("inactivity_automation") == {"fail": 1}


@pytest.mark.parametrize(
    "inputs",
    [
        {"admins": {"admins": [admin("a@acme.example", "SUPER_ADMIN")], "count": 1}},
        {"admins": [admin("a@acme.example", "SUPER_ADMIN")]},
    ],
)
def test_a_whole_result_will_do_as_well(inputs: Record) -> None:
    assert audit([A], inputs=inputs).logins("admin_inventory") == ["a@acme.example"]


def test_factors_as_the_module_returns_them() -> None:
    inputs: Record = {"factors": {"users": [{"id": A["id"], "login": "x", "factors": factors("sms")}], "count": 1}}
    outcome: Outcome = audit([A], inputs=inputs)
    assert outcome.logins("user_weak_mfa_only") == ["a@acme.example"]
    assert outcome.one("user_weak_mfa_only")["message"] == "The user has only sms."


@pytest.mark.parametrize(
    ("option", "content"),
    [
        ("admins", "{"),
        ("admins", "5"),
        ("admins", "[5]"),
        ("factors", "5"),
        ("factors", "[5]"),
        ("api_tokens", "{}"),
        ("policies", '["x"]'),
        ("deactivations", "{}"),
        ("deactivations", "[" * 100_000),
    ],
)
def test_files_that_are_something_else(tmp_path: Path, option: str, content: str) -> None:
    (tmp_path / "input.json").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidOption, match=option):
        read_privileges({option: str(tmp_path / "input.json")})


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match=r"api_tokens .*nothing\.json can't be read: No such file"):
        read_privileges({"api_tokens": str(tmp_path / "nothing.json")})


def test_null_is_for_what_was_not_read(tmp_path: Path) -> None:
    (tmp_path / "input.json").write_text("null", encoding="utf-8")
    assert not read_privileges({"admins": str(tmp_path / "input.json")}).given("admins")
