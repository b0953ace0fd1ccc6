# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of checks: presets, what the user says over them, and every mistake by its name."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._audit_check_table import CHECKS
from ansible_collections.idops.okta.plugins.module_utils._audit_checks import SEVERITIES
from ansible_collections.idops.okta.plugins.module_utils._audit_settings import PRESETS, tune
from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.tests.unit.audit.support import admin, ago, audit, factors, user


def test_the_table() -> None:
    assert len(CHECKS) == len({check.id for check in CHECKS}) == 29
    for check in CHECKS:
        assert check.severity in SEVERITIES
        assert check.description.endswith(".")
        assert check.description.count(". ") == 0
        assert check.remedy.endswith(".")
        assert not check.caveat or check.caveat.endswith(".")
        assert check.title
        assert check.references
        numbers = {name for name, value in check.settings.items() if isinstance(value, int)}
        assert set(re.findall(r"{(\w+)}", check.title + check.description)) <= numbers


def test_titles_and_descriptions_have_the_numbers_that_hold() -> None:
    outcome = audit([user()], checks={"user_inactive": {"days": 1}, "admin_too_many_super": {"most": "3"}})
    assert outcome.check("user_inactive")["title"] == "Enabled account without a sign-in for 1 day"
    assert "for more than 1 day, counted" in outcome.check("user_inactive")["description"]
    assert outcome.check("admin_too_many_super")["title"] == "More than 3 super admins"
    assert not [check for check in outcome.report["checks"] if "{" in check["title"] + check["description"]]


@pytest.mark.parametrize(
    ("preset", "days", "password"),
    [
        ("none", 90, None),
        ("pci", 90, 90),
        ("stig", 35, 60),
        ("cis", 45, None),
        ("fedramp_moderate", 90, None),
        ("fedramp_high", 35, None),
    ],
)
def test_presets(preset: str, days: int, password: int | None) -> None:
    tuned = tune(preset, None)
    assert tuned["user_inactive"].settings["days"] == days
    assert tuned["user_password_age"].enabled == (password is not None)
    assert password is None or tuned["user_password_age"].settings["days"] == password
    just, over = (
        user("just@acme.example", lastLogin=ago(days)),
        user("over@acme.example", lastLogin=ago(days, seconds=1)),
    )
    outcome = audit([just, over], preset=preset)
    assert outcome.logins("user_inactive") == ["over@acme.example"]
    assert outcome.report["provenance"]["preset"] == preset
    assert set(PRESETS) == {"none", "pci", "stig", "cis", "fedramp_moderate", "fedramp_high"}


def test_the_user_wins_over_the_preset() -> None:
    checks = {"user_inactive": {"days": "60", "severity": "high"}, "user_password_age": False}
    outcome = audit([user(lastLogin=ago(50), passwordChanged=ago(900))], preset="stig", checks=checks)
    assert outcome.check("user_inactive")["settings"] == {"admin_severity": "high", "days": 60}
    assert outcome.check("user_inactive")["severity"] == "high"
    assert not outcome.check("user_password_age")["enabled"]
    assert outcome.findings == []


def test_a_check_that_is_off_counts_nothing() -> None:
    outcome = audit([user(lastLogin=ago(900))], checks={"user_inactive": {"enabled": False}, "admin_inventory": False})
    assert outcome.counts("user_inactive") == outcome.counts("admin_inventory") == {}
    assert "admin_inventory" not in {entry["check"] for entry in outcome.report["not_assessed"]}
    assert len(outcome.report["checks"]) == len(CHECKS)


def test_exclusions() -> None:
    users = [
        user("svc-a@acme.example", lastLogin=ago(900)),
        user("b@acme.example", lastLogin=ago(900), credentials={"provider": {"type": "LDAP"}}),
        user("c@acme.example", lastLogin=ago(900)),
    ]
    settings = {"exclude_logins": ["^SVC-"], "exclude_providers": ["ldap"]}
    outcome = audit(users, checks={"user_inactive": settings})
    assert outcome.logins("user_inactive") == ["c@acme.example"]
    assert outcome.counts("user_inactive") == {"fail": 1}
    bare = [{name: value for name, value in each.items() if name != "credentials"} for each in users]
    (entry,) = [
        each
        for each in audit(bare, checks={"user_inactive": settings}).report["not_assessed"]
        if each["check"] == "user_inactive"
    ]
    assert "credentials" in entry["reason"]
    assert "omit_credentials" in entry["remedy"]


def test_patterns_can_be_replaced() -> None:
    outcome = audit(
        [user("admin@acme.example"), user("robot7@acme.example")], checks={"user_generic_name": {"patterns": "^robot"}}
    )
    assert outcome.logins("user_generic_name") == ["robot7@acme.example"]


def test_off_until_told() -> None:
    outcome = audit([user("x@elsewhere.example", profile={"endDate": "2020-01-01"})])
    assert not outcome.check("user_external_domain")["enabled"]
    assert not outcome.check("user_end_date_passed")["enabled"]
    assert outcome.check("leaver_lag")["settings"]["attribute"] == ""
    told = audit([user()], checks={"user_end_date_passed": {"attribute": "endDate"}}, inputs={"deactivations": []})
    assert told.check("user_end_date_passed")["enabled"]
    assert told.check("leaver_lag")["settings"]["attribute"] == "endDate"
    assert "leaver_lag" not in {entry["check"] for entry in told.report["not_assessed"]}


def test_checks_of_factors_come_on_with_factors_of_more_than_admins() -> None:
    inputs: t.Any = {"admins": [admin("a@acme.example", "X")], "factors": {"00u-a@acme.example": factors("sms")}}
    users = [user("a@acme.example"), user("b@acme.example"), user("c@acme.example")]
    of_admins = audit(users, inputs=inputs)
    assert not of_admins.check("user_weak_mfa_only")["enabled"]
    inputs["factors"]["00u-b@acme.example"] = factors("sms")
    of_some = audit(users, inputs=inputs)
    assert of_some.logins("user_weak_mfa_only") == ["a@acme.example", "b@acme.example"]
    reasons = {each["check"]: each["reason"] for each in of_some.report["not_assessed"]}
    assert reasons["user_no_mfa"] == "The factors of 1 enabled users were not read."
    switched_off = audit(users, inputs=inputs, checks={"user_weak_mfa_only": {"enabled": "no"}})
    assert not switched_off.check("user_weak_mfa_only")["enabled"]


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ({"user_idle": {}}, "'user_idle', which is no check. There are: user_inactive, user_never_signed_in,"),
        ({"user_inactive": {"day": 3}}, "'day' of user_inactive, which it doesn't have. It has: enabled, severity,"),
        ({"user_inactive": {"patterns": []}}, "'patterns' of user_inactive"),
        ({"admin_too_many_super": {"exclude_logins": ["x"]}}, "'exclude_logins' of admin_too_many_super"),
        ({"user_inactive": {"days": 0}}, "Set it to a number from 1 to 36500."),
        ({"user_inactive": {"days": -1}}, "days of user_inactive"),
        ({"user_inactive": {"days": True}}, "days of user_inactive"),
        ({"user_inactive": {"days": 1.5}}, "days of user_inactive"),
        ({"user_inactive": {"days": None}}, "days of user_inactive"),
        ({"user_inactive": {"days": "99999"}}, "days of user_inactive"),
        ({"user_inactive": {"severity": "severe"}}, "There are: critical, high, medium, low, info."),
        ({"user_inactive": {"severity": ["high"]}}, "is no severity"),
        ({"user_inactive": {"admin_severity": 1}}, "admin_severity"),
        ({"user_inactive": {"enabled": "perhaps"}}, "neither true nor false"),
        ({"user_inactive": [1]}, "has no settings for user_inactive"),
        ({"user_inactive": {"exclude_logins": ["ok", "("]}}, "item 2 is no regular expression"),
        ({"user_inactive": {"exclude_logins": [5]}}, "is no list of texts"),
        ({"user_inactive": {"exclude_providers": {"a": 1}}}, "is no list of texts"),
        ({"user_missing_attributes": {"attributes": [""]}}, "is no list of texts"),
        ({"user_end_date_passed": {"attribute": 5}}, "is no text"),
        ({"user_end_date_passed": {"enabled": True}}, "without its setting attribute"),
        ({"user_external_domain": True}, "without its setting domains"),
    ],
)
def test_mistakes(checks: t.Any, said: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        tune("none", checks)
    assert said in str(caught.value)


def test_settings_may_be_empty() -> None:
    assert tune("none", {"user_inactive": None})["user_inactive"].settings["days"] == 90
