# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever Okta, or somebody in its place, has written: an audit ends with a report, or with an error of our own."""

from __future__ import annotations

import typing as t

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.idops.okta.plugins.module_utils._audit_check_table import CHECKS
from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError
from ansible_collections.idops.okta.tests.unit.audit.full_org import VALIDATOR
from ansible_collections.idops.okta.tests.unit.audit.support import Record, ago, audit, user

TEXT = st.text(st.characters(), max_size=12)  # half surrogates, controls and all
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
STATUSES = st.sampled_from(
    ["ACTIVE", "STAGED", "PROVISIONED", "RECOVERY", "LOCKED_OUT", "PASSWORD_EXPIRED", "SUSPENDED", "DEPROVISIONED", "?"]
)
DATES = st.one_of(
    JSON, st.sampled_from([ago(0), ago(40), ago(100), ago(-5), "0001-01-01T00:00:00Z", "9999-12-31T24:00:00-14:00"])
)
NAMES = (
    "login",
    "email",
    "firstName",
    "displayName",
    "department",
    "manager",
    "managerId",
    "employeeNumber",
    "userType",
    "end",
)
PROFILES = st.dictionaries(
    st.sampled_from(NAMES), st.one_of(JSON, st.sampled_from(["a@x.example", "Vendor", "2020-01-01"]))
)
USERS = st.fixed_dictionaries(
    {},
    optional={
        "status": STATUSES | JSON,
        "created": DATES,
        "activated": DATES,
        "statusChanged": DATES,
        "lastLogin": DATES,
        "passwordChanged": DATES,
        "credentials": st.fixed_dictionaries(
            {"provider": st.fixed_dictionaries({"type": st.just("OKTA") | JSON}) | JSON}
        )
        | JSON,
        "profile": PROFILES | JSON,
        "type": JSON,
    },
)
ON = {
    "user_end_date_passed": {"attribute": "end"},
    "user_temporary_expired": True,
    "user_external_domain": {"domains": ["x.example"]},
    "user_manager_invalid": True,
    "user_password_age": True,
    "user_no_mfa": True,
    "user_weak_mfa_only": True,
    "user_inactive": {"exclude_logins": ["^q"], "exclude_providers": ["LDAP"]},
}
EXEMPTION = {"match": {"profile.userType": "Vendor"}, "reason": "r", "owner": "a@x.example", "expires": "2026-02-01"}
many = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@many
@given(st.lists(USERS, min_size=1, max_size=4))
def test_any_user(users: list[Record]) -> None:
    people = [{**each, "id": f"00u{number}"} for number, each in enumerate(users)]
    outcome = audit(people, checks=ON, exemptions=[EXEMPTION])
    assert [error.message for error in VALIDATOR.iter_errors(outcome.report)] == []
    assert len(outcome.report["checks"]) == len(CHECKS)
    assert outcome.report["provenance"]["population"]["count"] == len(people)
    assert sum(outcome.report["population"]["by_status"].values()) == len(people)
    assert audit(people, checks=ON, exemptions=[EXEMPTION]).report_bytes == outcome.report_bytes
    everything = {check for each in outcome.findings for check in (each["check"],)}
    assert everything <= {check.id for check in CHECKS}


ROLES = st.lists(
    st.fixed_dictionaries({}, optional={"type": JSON, "label": JSON, "status": JSON, "assignmentType": JSON}) | JSON,
    max_size=3,
)
ADMINS = st.lists(
    st.fixed_dictionaries({"id": st.just("00u0") | JSON, "roles": ROLES | JSON}, optional={"user": JSON}), max_size=3
)
FACTORS = st.dictionaries(
    st.just("00u0") | TEXT, st.lists(st.fixed_dictionaries({"factorType": JSON, "status": JSON})) | JSON, max_size=2
)
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "eventType": st.just("user.lifecycle.deactivate") | JSON,
            "published": DATES,
            "target": JSON
            | st.lists(st.fixed_dictionaries({"type": st.just("User"), "id": st.just("00u0") | JSON}), max_size=2),
        },
        optional={"outcome": JSON},
    ),
    max_size=2,
)
POLICIES = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.just("ACTIVE"),
            "rules": JSON
            | st.lists(
                st.fixed_dictionaries(
                    {
                        "status": st.just("ACTIVE"),
                        "actions": JSON | st.fixed_dictionaries({"updateUserLifecycle": JSON}),
                        "conditions": JSON | st.fixed_dictionaries({"people": JSON}),
                    }
                ),
                max_size=2,
            ),
        }
    ),
    max_size=2,
)
TOKENS = st.lists(st.fixed_dictionaries({"id": JSON, "userId": st.just("00u0") | JSON, "name": JSON}), max_size=3)


INPUTS = {"admins": ADMINS, "factors": FACTORS, "api_tokens": TOKENS, "policies": POLICIES, "deactivations": EVENTS}
NAMED_SETTINGS = ["enabled", "severity", "days", "attribute", "attributes", "patterns", "domains", "exclude_logins"]
SETTINGS = st.dictionaries(st.sampled_from(NAMED_SETTINGS) | TEXT, JSON, max_size=3)
CHECK_SETTINGS = st.dictionaries(st.sampled_from([check.id for check in CHECKS]), SETTINGS | JSON, max_size=3)
MATCHES = st.fixed_dictionaries({}, optional=dict.fromkeys(("login", "id", "profile.x", "login_regex"), JSON))
MEMBERS = st.sampled_from(["match", "check", "reason", "owner", "expires", "ticket"])
EXEMPTIONS = st.lists(st.dictionaries(MEMBERS, JSON | MATCHES), max_size=2)


def audited(*arguments: t.Any, **options: t.Any) -> str | None:
    """The message of an error of our own, or None when there is a report, and as its schema says."""
    try:
        outcome = audit(*arguments, **options)
    except OktaError as error:
        return str(error)
    assert [error.message for error in VALIDATOR.iter_errors(outcome.report)] == []
    return None


@many
@given(st.fixed_dictionaries({}, optional={name: JSON | contents for name, contents in INPUTS.items()}), USERS)
def test_any_input(inputs: Record, person: Record) -> None:
    said = audited([{**person, "id": "00u0"}, user()], inputs=inputs, checks=ON)
    assert said is None or any(name in said for name in inputs)


@many
@given(CHECK_SETTINGS, EXEMPTIONS)
def test_any_setting(checks: t.Any, exemptions: t.Any) -> None:
    said = audited([user()], checks=checks, exemptions=exemptions)
    assert said is None or said.startswith(("checks ", "Entry "))


@many
@given(st.binary(max_size=60))
def test_any_file(content: bytes) -> None:
    said = audited(content, require_complete=False)
    assert said is None or "population" in said
