# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The review sheet: everybody, by login, with why each has access and what is open, and nothing that is a formula."""

from __future__ import annotations

import csv
import io

import pytest

from ansible_collections.idops.okta.plugins.module_utils._audit_review_sheet import COLUMNS
from ansible_collections.idops.okta.tests.unit.audit.support import BOSS, Outcome, admin, ago, audit, user


def rows(outcome: Outcome) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(outcome.review_bytes.decode(), newline="")))


def row(outcome: Outcome, login: str) -> dict[str, str]:
    (found,) = [each for each in rows(outcome) if each["login"] == login]
    return found


def test_everybody_is_in_it() -> None:
    users = [
        user(f"{name}@acme.example", status=status)
        for name, status in zip("dcbaZ", ("ACTIVE", "STAGED", "X", "DEPROVISIONED", "SUSPENDED"), strict=True)
    ]
    outcome = audit([BOSS, *users])
    assert [each["login"] for each in rows(outcome)] == sorted(each["profile"]["login"] for each in [BOSS, *users])
    assert tuple(rows(outcome)[0]) == COLUMNS
    assert [each["enabled"] for each in rows(outcome)] == ["no", "no", "unknown", "no", "yes", "yes"]
    assert all(not each[name] for each in rows(outcome) for name in COLUMNS[-5:])
    assert COLUMNS[-5:] == ("reviewer", "decision", "date", "justification", "ticket")
    assert outcome.review_bytes.endswith(b"\r\n")


def test_a_row() -> None:
    entry = {
        "match": {"login": "a@acme.example"},
        "check": "user_inactive",
        "reason": "on leave",
        "ticket": "HR-7",
        "owner": "grace.hopper@acme.example",
        "expires": "2026-06-30",
    }
    person = user(
        "a@acme.example",
        lastLogin=ago(100),
        created=ago(400),
        activated="2025-02-03T04:05:06.789Z",
        passwordChanged=ago(200),
        profile={"userType": "Employee", "endDate": "2026-12-31", "employeeNumber": 7, "manager": None},
    )
    outcome = audit(
        [BOSS, person],
        exemptions=[entry],
        inputs={"admins": [admin("a@acme.example", "SUPER_ADMIN", granted="GROUP")]},
        checks={"user_password_age": True, "user_end_date_passed": {"attribute": "endDate"}},
    )
    seen = row(outcome, "a@acme.example")
    finding = {each["check"]: each["id"] for each in outcome.findings if each["subject"]["login"] == "a@acme.example"}
    opened = [
        f"{check} {finding[check]}" for check in ("user_missing_attributes", "user_password_age", "admin_inactive")
    ]
    assert seen == {
        "login": "a@acme.example",
        "name": "Ada Lovelace",
        "email": "a@acme.example",
        "department": "Engineering",
        "manager": "grace.hopper@acme.example",
        "employee number": "7",
        "user type": "Employee",
        "status": "ACTIVE",
        "enabled": "yes",
        "created": ago(400).replace(".000", ""),
        "activated": "2025-02-03T04:05:06Z",
        "end date": "2026-12-31",
        "last sign-in": ago(100).replace(".000", ""),
        "days since sign-in": "100",
        "password changed": ago(200).replace(".000", ""),
        "provider": "OKTA",
        "admin roles": "Super Admin (GROUP)",
        "why they have access": "account ACTIVE; admin by Super Admin (GROUP)",
        "open findings": "; ".join(opened),
        "exemptions": "user_inactive: HR-7 on leave (until 2026-06-30)",
        **dict.fromkeys(COLUMNS[-5:], ""),
    }


def test_those_without_access() -> None:
    gone = user("gone@acme.example", status="DEPROVISIONED", statusChanged=ago(5), lastLogin=None)
    outcome = audit([BOSS, gone], inputs={"admins": [admin("gone@acme.example")]})
    seen = row(outcome, "gone@acme.example")
    assert seen["why they have access"] == "no access: the account is DEPROVISIONED; still holds unknown"
    assert (seen["end date"], seen["last sign-in"], seen["days since sign-in"]) == (
        ago(5).replace(".000", ""),
        "never",
        "",
    )


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(1)", '=1,2"x"\r\n3'])
def test_no_cell_is_a_formula(formula: str) -> None:
    profile = dict.fromkeys(
        ("login", "email", "department", "manager", "employeeNumber", "userType", "displayName"), formula
    )
    person = user(
        "x",
        profile=profile,
        status=formula,
        created=formula,
        activated=formula,
        lastLogin=formula,
        passwordChanged=formula,
        credentials={"provider": {"type": formula}},
    )
    sick = {
        "id": person["id"],
        "roles": [{"type": formula, "label": formula, "assignmentType": formula, "status": "ACTIVE"}],
    }
    outcome = audit(
        [BOSS, person], inputs={"admins": [sick]}, checks={"user_end_date_passed": {"attribute": "department"}}
    )
    for each in rows(outcome):
        assert not [cell for cell in each.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert row(outcome, f"'{formula}")["last sign-in"] == f"'{formula}"
    assert len(rows(outcome)) == 2


def test_without_dates_of_sign_ins() -> None:
    seen = row(audit([user(absent=["lastLogin"])]), "ada.lovelace@acme.example")
    assert (seen["last sign-in"], seen["days since sign-in"]) == ("", "")


def test_lists_for_evidence_are_not_open_findings() -> None:
    assert row(audit([user("new@acme.example", created=ago(1))]), "new@acme.example")["open findings"] == ""
