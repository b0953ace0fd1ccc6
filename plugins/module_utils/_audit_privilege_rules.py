# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""How a check judges the privileges of a user: see `_audit_lifecycle_rules` for what a rule gives."""

from __future__ import annotations

import typing as t

from ._audit_dates import DAY, HOUR, whole_days, written
from ._audit_lifecycle_rules import PASSED, Facts, Hit, Judgement, Rule, Verdict, days, end_date, last_seen
from ._audit_privileges import Admin, Role
from ._audit_settings import Tuned
from ._audit_subject import Subject, Unknown, User, order_key

_NAMED = 50


def _admin(user: User, facts: Facts) -> Admin | None:
    return (facts.privileges.admins or {}).get(user.id)


def _roles(roles: t.Iterable[Role] | None) -> list[dict[str, str]]:
    shown = list(roles or ())[:_NAMED]
    return [{"type": role.type, "label": role.label, "granted_to": role.assignment} for role in shown]


def inventory(user: User, _tuned: Tuned, facts: Facts) -> Judgement:
    """admin_inventory."""
    admin = _admin(user, facts)
    return None if admin is None else described(admin, user.status)


def described(admin: Admin, status: str) -> Hit:
    """The roles of an admin. Raises `Unknown` when they could not be told."""
    if admin.roles is None:
        raise Unknown("Okta lists the user as an admin, and shows no role.")
    named = ", ".join(str(role) for role in admin.roles[:_NAMED])
    return Hit(f"The user holds: {named}.", {"status": status, "roles": _roles(admin.roles)})


def admin_inactive(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """admin_inactive."""
    admin = _admin(user, facts)
    if admin is None or not user.is_enabled():
        return None
    seen, words, evidence = last_seen(user)
    age = facts.now - seen
    if age <= tuned.milliseconds(DAY):
        return PASSED
    evidence = {"status": user.status, **evidence, "days": whole_days(age), "roles": _roles(admin.roles)}
    return Hit(f"{words} {days(whole_days(age))} ago.", evidence)


def admin_not_enabled(user: User, _tuned: Tuned, facts: Facts) -> Judgement:
    """admin_not_enabled."""
    admin = _admin(user, facts)
    if admin is None:
        return None
    if user.is_enabled():
        return PASSED
    evidence = {"status": user.status, "roles": _roles(admin.roles)}
    return Hit(f"The account is {user.status} and holds an admin role.", evidence)


def missing_admins(facts: Facts) -> list[Subject]:
    """The admins that the population doesn't have, the last by login first."""
    admins = facts.privileges.admins or {}
    missing = admins.keys() - facts.survey.known.keys()
    subjects = [Subject("user", identity, admins[identity].login, admins[identity].name) for identity in missing]
    return sorted(subjects, key=lambda subject: order_key(subject.login, subject.id), reverse=True)


def missing_admin_verdicts(
    subject: Subject, assessed: t.Mapping[str, Tuned], facts: Facts
) -> t.Iterator[tuple[Tuned, Verdict]]:
    """What there is to say of an admin that the population doesn't have: the roles, and that the rest is unknown."""
    admin = (facts.privileges.admins or {})[subject.id]
    for name in ("admin_inventory", "admin_inactive", "admin_not_enabled", "admin_no_strong_mfa"):
        if name in assessed:
            known = name == "admin_inventory" and admin.roles is not None
            yield assessed[name], described(admin, "") if known else Unknown("The admin is not in the population.")


def _enrolled(user: User, facts: Facts) -> tuple[str, ...]:
    factors = (facts.privileges.factors or {}).get(user.id)
    if factors is None:
        raise Unknown("The factors of the user could not be read.")
    return factors


def admin_no_strong_mfa(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """admin_no_strong_mfa."""
    if _admin(user, facts) is None or not user.is_enabled():
        return None
    factors = _enrolled(user, facts)
    if set(factors) & set(tuned.settings["factors"]):
        return PASSED
    has = f"only {', '.join(factors)}" if factors else "no active factor"
    evidence = {"status": user.status, "factors": list(factors)}
    return Hit(f"The admin has {has}, and nothing that resists phishing.", evidence)


def no_mfa(user: User, _tuned: Tuned, facts: Facts) -> Judgement:
    """user_no_mfa."""
    if user.id not in (facts.privileges.factors or ()) or not user.is_enabled():
        return None
    if _enrolled(user, facts):
        return PASSED
    return Hit("The user has no active factor beside the password.", {"status": user.status, "factors": []})


def weak_mfa_only(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_weak_mfa_only."""
    if user.id not in (facts.privileges.factors or ()) or not user.is_enabled():
        return None
    factors = _enrolled(user, facts)
    if not factors:
        return None  # user_no_mfa's
    if set(factors) - set(tuned.settings["factors"]):
        return PASSED
    return Hit(
        f"The user has only {', '.join(factors)}.",
        {"status": user.status, "factors": list(factors)},
    )


def leaver_lag(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """leaver_lag."""
    deactivations = facts.privileges.deactivations or {}
    if user.id not in deactivations or not user.has_status("DEPROVISIONED"):
        return None
    attribute = tuned.settings["attribute"]
    when, end = deactivations[user.id], end_date(user, attribute)
    if when is None:
        raise Unknown("The date of the deactivation in the System Log can't be read.")
    if end is None:
        raise Unknown(f"The profile has no end date in the attribute {attribute}.")
    if when - end <= tuned.milliseconds(HOUR, "hours"):
        return PASSED
    hours = (when - end) // HOUR
    evidence = {"end_date": written(end), "deactivated": written(when), "hours": hours}
    return Hit(f"The account was deactivated {hours} hours after the end date.", evidence)


PRIVILEGE_RULES: dict[str, Rule] = {
    "admin_inventory": inventory,
    "admin_inactive": admin_inactive,
    "admin_not_enabled": admin_not_enabled,
    "admin_no_strong_mfa": admin_no_strong_mfa,
    "user_no_mfa": no_mfa,
    "user_weak_mfa_only": weak_mfa_only,
    "leaver_lag": leaver_lag,
}
