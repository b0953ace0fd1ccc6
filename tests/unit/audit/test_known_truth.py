# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An org of known truth: for each check, hits and near misses are planted, and exactly the hits are found."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._audit_check_table import CHECKS
from ansible_collections.idops.okta.tests.unit.audit.support import BOSS, Record, admin, ago, audit, user
from ansible_collections.idops.okta.tests.unit.audit.truths_of_lifecycle import LIFECYCLE_TRUTHS
from ansible_collections.idops.okta.tests.unit.audit.truths_of_privilege import PRIVILEGE_TRUTHS
from ansible_collections.idops.okta.tests.unit.audit.truths_of_profile import PROFILE_TRUTHS

TRUTHS = {**LIFECYCLE_TRUTHS, **PROFILE_TRUTHS, **PRIVILEGE_TRUTHS}
NOT_OF_USERS = {
    "exemption_expired",
    "exemption_owner_disabled",
    "admin_too_many_super",
    "api_token_owner",
    "inactivity_automation",
}


def test_every_check_has_its_truth() -> None:
    assert TRUTHS.keys() | NOT_OF_USERS == {check.id for check in CHECKS}


def logins(users: t.Iterable[Record]) -> list[str]:
    return sorted(each["profile"]["login"] or "" for each in users)


@pytest.mark.parametrize("check", TRUTHS)
def test_known_truth(check: str) -> None:
    truth = TRUTHS[check]
    everybody = [*truth.fail, *truth.passes, *truth.unknown, *truth.neither]
    if not any(each["id"] == BOSS["id"] for each in everybody):
        everybody.append(BOSS)
    outcome = audit(everybody, checks={check: dict(truth.settings)}, inputs=truth.inputs)
    assert outcome.check(check)["enabled"]
    found, doubtful = outcome.logins(check), outcome.logins(check, "unknown")
    assert sorted(found) == logins(truth.fail)  # precision and recall 1.0
    assert sorted(doubtful) == logins(truth.unknown)
    counts = outcome.counts(check)
    spare = counts.get("pass", 0) - len(truth.passes)
    assert 0 <= spare <= 1  # the boss, who is as she should be
    assert all(each["message"].endswith(".") for each in outcome.findings)


def test_all_truths_together() -> None:
    """In one org with all checks on, each check still finds its own and what is planted for others is told apart."""
    users: dict[str, Record] = {BOSS["id"]: BOSS}
    for truth in TRUTHS.values():
        for each in (*truth.fail, *truth.passes, *truth.unknown, *truth.neither):
            users.setdefault(each["id"], each)
    outcome = audit(users.values(), checks={check: dict(truth.settings) for check, truth in TRUTHS.items()})
    listed = {check.id: set(outcome.logins(check.id)) for check in CHECKS}
    for check, truth in TRUTHS.items():
        if not truth.inputs and check not in ("user_manager_invalid", "user_duplicate_identity"):
            mine = {each["id"]: each for each in truth.fail}
            assert {each["profile"]["login"] for key, each in mine.items() if users[key] == each} <= listed[check]


@pytest.mark.parametrize(("days", "severity"), [(7, "info"), (7.001, "low")])
def test_the_longer_locked_out_the_worse(days: float, severity: str) -> None:
    outcome = audit([user(status="LOCKED_OUT", statusChanged=ago(days))])
    assert outcome.one("user_locked_out")["severity"] == severity


@pytest.mark.parametrize(
    ("admins", "severity"), [([], "medium"), ([admin("ada.lovelace@acme.example", "APP_ADMIN")], "high")]
)
def test_an_unused_account_of_an_admin_is_worse(admins: list[Record], severity: str) -> None:
    outcome = audit([user(lastLogin=ago(91))], inputs={"admins": admins})
    assert outcome.one("user_inactive")["severity"] == severity


def test_the_evidence_of_a_shared_identity_is_short() -> None:
    crowd = [user(f"p{number:04}@acme.example", profile={"email": "all@acme.example"}) for number in range(3000)]
    outcome = audit(crowd)
    assert outcome.counts("user_duplicate_identity") == {"fail": 3000}
    (shared,) = outcome.findings[-1]["evidence"].get("shared") or outcome.findings[0]["evidence"]["shared"]
    assert (shared["users"], len(shared["others"])) == (3000, 5)
