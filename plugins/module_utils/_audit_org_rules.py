# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""How a check judges the org as a whole, and what isn't a user: automations and API tokens."""

from __future__ import annotations

import typing as t

from ._audit_lifecycle_rules import PASSED, Facts, Hit, Verdict, days
from ._audit_settings import Tuned
from ._audit_subject import Record, Subject, Unknown, cut, text

_NAMED = 50
_DISABLING = ("SUSPENDED", "DEPROVISIONED", "DEACTIVATED", "INACTIVE", "SUSPEND", "DEACTIVATE", "DEPROVISION")


def org_verdicts(
    assessed: t.Mapping[str, Tuned], facts: Facts, org: Subject
) -> t.Iterator[tuple[Tuned, Subject, Verdict]]:
    """What each check of the org and of its API tokens that can be made says."""
    for name, rule in (("admin_too_many_super", too_many_super), ("inactivity_automation", inactivity_automation)):
        if name in assessed:
            yield assessed[name], org, rule(assessed[name], facts)
    if "api_token_owner" in assessed:
        for number, token in enumerate(facts.privileges.api_tokens or (), start=1):
            yield assessed["api_token_owner"], token_subject(token, number, facts), api_token_owner(token, facts)


def too_many_super(tuned: Tuned, facts: Facts) -> Verdict:
    """admin_too_many_super."""
    admins = facts.privileges.admins or {}
    holders = sorted(_login(identity, facts) for identity, admin in admins.items() if admin.is_super)
    unclear = sum(admin.roles is None for admin in admins.values())
    most = tuned.settings["most"]
    if len(holders) > most:
        evidence = {"super_admins": len(holders), "most": most, "logins": holders[:_NAMED]}
        return Hit(f"{len(holders)} users hold the role of Super Administrator.", evidence)
    if len(holders) + unclear > most:
        return Unknown(f"The roles of {unclear} admins could not be told.")
    return PASSED


def inactivity_automation(tuned: Tuned, facts: Facts) -> Verdict:
    """inactivity_automation."""
    limits = sorted(_limits(facts.privileges.policies or ()))
    most = tuned.settings["days"]
    if limits and limits[0] <= most:
        return PASSED
    found = f"the shortest one acts after {days(limits[0])}" if limits else "there is none"
    return Hit(f"No active automation disables users within {days(most)}: {found}.", {"automations_days": limits[:10]})


def _limits(policies: t.Iterable[Record]) -> t.Iterator[int]:
    """After how many days each active automation disables users."""
    for policy in policies:
        rules = policy.get("rules")
        for rule in rules if isinstance(rules, list) else ():
            if not isinstance(rule, dict) or not _is_active(policy) or not _is_active(rule):
                continue
            number = _inactive_days(rule) or _inactive_days(policy)
            if number and _target(rule) in _DISABLING:
                yield number


def _is_active(record: Record) -> bool:
    return text(record.get("status")).upper() == "ACTIVE"


def _inside(record: t.Any, *names: str) -> t.Any:
    for name in names:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def _inactive_days(record: Record) -> int | None:
    inactivity = _inside(record, "conditions", "people", "users", "inactivity")
    number, unit = _inside(inactivity, "number"), text(_inside(inactivity, "unit")).upper()
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        return None
    return {"DAY": number, "DAYS": number, "WEEKS": number * 7, "HOURS": (number + 23) // 24}.get(unit)


def _target(rule: Record) -> str:
    found = _inside(rule, "actions", "updateUserLifecycle", "targetStatus")
    return text(found or _inside(rule, "actions", "userLifecycle", "action")).upper()


def api_token_owner(token: Record, facts: Facts) -> Verdict:
    """api_token_owner, for one token."""
    identity = text(token.get("userId"))
    owner = facts.survey.known.get(identity)
    if owner is None:
        return Unknown("The owner of the token is not in the population.")
    evidence = {"token": cut(text(token.get("name"))), "owner_status": cut(owner.status)}
    if owner.enabled is False:
        return Hit(f"The owner of the token is {owner.status}.", {**evidence, "super_admin": None})
    admins = facts.privileges.admins
    admin = (admins or {}).get(identity)
    if admin and admin.is_super:
        return Hit("The owner of the token is a super admin.", {**evidence, "super_admin": True})
    if owner.enabled is None:
        return Unknown("Whether the owner is enabled can't be told from the owner's status.")
    if admins is None or (admin and admin.roles is None):
        return Unknown("Whether the owner is a super admin is not known: admin roles were not read.")
    return PASSED


def token_subject(token: Record, number: int, facts: Facts) -> Subject:
    """A token in a finding; the login is its owner's."""
    identity = text(token.get("userId"))
    return Subject(
        "api_token", text(token.get("id")) or f"token {number}", _login(identity, facts), text(token.get("name"))
    )


def _login(identity: str, facts: Facts) -> str:
    known, admin = facts.survey.known.get(identity), (facts.privileges.admins or {}).get(identity)
    return (known.login if known else admin.login if admin else "") or identity
