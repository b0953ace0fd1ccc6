# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Which checks can be made of what was read, which can't and why."""

from __future__ import annotations

import typing as t

from ._audit_checks import INPUTS, Check
from ._audit_credential_rules import CREDENTIAL_RULES
from ._audit_findings import Findings
from ._audit_lifecycle_rules import LIFECYCLE_RULES, Facts, Rule
from ._audit_privilege_rules import PRIVILEGE_RULES
from ._audit_privileges import Privileges
from ._audit_profile_rules import PROFILE_RULES
from ._audit_settings import Tuned

RULES: dict[str, Rule] = {**LIFECYCLE_RULES, **CREDENTIAL_RULES, **PROFILE_RULES, **PRIVILEGE_RULES}


class Plan(t.NamedTuple):
    """What is on, what of that can be made, and the rules to judge each user by, in table order."""

    enabled: frozenset[str]
    assessed: dict[str, Tuned]
    rules: list[tuple[Tuned, Rule]]


def plan_checks(checks: t.Mapping[str, Tuned], facts: Facts, findings: Findings) -> Plan:
    """Sort out the checks; what can't be made is put on record in ``findings``."""
    enabled = [tuned for tuned in checks.values() if _is_on(tuned, facts.privileges)]
    assessed: dict[str, Tuned] = {}
    for tuned in enabled:
        hindrance = _hindrance(tuned, facts)
        if hindrance:
            findings.leave_out(tuned.row, *hindrance)
        else:
            assessed[tuned.row.id] = tuned
    rules = [(tuned, RULES[name]) for name, tuned in assessed.items() if name in RULES]
    return Plan(frozenset(tuned.row.id for tuned in enabled), assessed, rules)


def _is_on(tuned: Tuned, privileges: Privileges) -> bool:
    """Whether a check is on. To have read factors of others than admins is to ask for the checks of them."""
    if tuned.chosen is None and tuned.row.inputs == ("factors",):
        return bool((privileges.factors or {}).keys() - (privileges.admins or {}).keys())
    return tuned.enabled


def _hindrance(tuned: Tuned, facts: Facts) -> tuple[str, str] | None:
    for name in tuned.row.inputs:
        if not facts.privileges.given(name):
            noun, scope = INPUTS[name]
            return f"{noun} were not read.", f"Grant the app the scope {scope}, and have them read."
    wants = tuned.row.wants
    if wants and not tuned.settings[wants]:
        return f"The setting {wants} is not set.", f"Set {wants} of the check {tuned.row.id}."
    missing = [name for name in tuned.needs if not facts.survey.has(name)]
    if missing:
        credentials = " and omit_credentials set to false" if "credentials" in missing else ""
        return (
            f"The population was read without {' and '.join(missing)}.",
            f"Read the users with {' and '.join(missing)} among the fields{credentials}.",
        )
    return None


def note_factors_not_read(plan: Plan, findings: Findings, number: int) -> None:
    """Put on record that the factors of some enabled users are not known."""
    for check in _of_factors(plan):
        if number:
            findings.leave_out(
                check,
                f"The factors of {number} enabled users were not read.",
                "Have the factors of everyone read; it takes one call for each user.",
            )


def _of_factors(plan: Plan) -> list[Check]:
    return [tuned.row for tuned in plan.assessed.values() if tuned.row.inputs == ("factors",)]
