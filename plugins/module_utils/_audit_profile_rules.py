# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""How a check judges the profile of a user: see `_audit_lifecycle_rules` for what a rule gives."""

from __future__ import annotations

from ._audit_lifecycle_rules import PASSED, Facts, Hit, Judgement, Rule
from ._audit_settings import Tuned
from ._audit_subject import Unknown, User, cut, text


def external_domain(user: User, tuned: Tuned, _facts: Facts) -> Judgement:
    """user_external_domain."""
    if not user.is_enabled():
        return None
    addresses = [text(user.profile.get(name)) for name in ("login", "email")]
    domains = {address.rpartition("@")[2].casefold() for address in addresses if "@" in address}
    if not domains:
        raise Unknown("Neither the login nor the email address has a domain.")
    own = [domain.casefold().lstrip("@") for domain in tuned.settings["domains"]]
    foreign = sorted(domain for domain in domains if not any(_covers(allowed, domain) for allowed in own))
    if not foreign:
        return PASSED
    return Hit(
        "The login or the email address is in a domain that is not among your own.",
        {"status": user.status, "domains": [cut(domain) for domain in foreign]},
    )


def _covers(allowed: str, domain: str) -> bool:
    return domain.endswith(allowed[1:]) if allowed.startswith("*.") else domain == allowed


def generic_name(user: User, tuned: Tuned, _facts: Facts) -> Judgement:
    """user_generic_name."""
    if not user.is_enabled():
        return None
    login = user.login
    if not login:
        raise Unknown("The attribute login is missing.")
    if not any(pattern.search(login) for pattern in tuned.patterns):
        return PASSED
    return Hit("The login names a role or a purpose, and no person.", {"status": user.status, "login": cut(login)})


def duplicate_identity(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_duplicate_identity."""
    if not user.is_enabled():
        return None
    login = user.login or user.id
    shared = []
    values = {name: text(user.profile.get(name)) for name in tuned.settings["attributes"]}
    if not any(values.values()):
        raise Unknown("The user has none of the attributes that tell one person from another.")
    for name, value in values.items():
        same = facts.survey.shared(name, value) if value else None
        if same:
            others = {"users": same.count, "others": same.others(login)}
            shared.append({"attribute": name, "value": cut(value), **others})
    if not shared:
        return PASSED
    named = " and ".join(item["attribute"] for item in shared)
    most = max(item["users"] for item in shared)
    return Hit(
        f"The account shares its {named} with {most - 1} other enabled account{'' if most == 2 else 's'}.",
        {"status": user.status, "shared": shared},
    )


def missing_attributes(user: User, tuned: Tuned, _facts: Facts) -> Judgement:
    """user_missing_attributes."""
    if not user.is_enabled():
        return None
    missing = [name for name in tuned.settings["attributes"] if _is_blank(user.profile.get(name))]
    if not missing:
        return PASSED
    return Hit(f"The profile lacks {' and '.join(missing)}.", {"status": user.status, "missing": missing})


def _is_blank(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def manager_invalid(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_manager_invalid."""
    if not user.is_enabled():
        return None
    attribute = tuned.settings["attribute"]
    manager = text(user.profile.get(attribute))
    if not manager:
        return None
    joinable = facts.survey.joinable
    states = [joinable[key] for key in (manager, manager.casefold()) if key in joinable]
    if any(states):
        return PASSED
    if states:
        raise Unknown("Whether the manager is enabled can't be told from the manager's status.")
    return Hit(
        "No enabled user has the ID, login or employee number that the account names as its manager.",
        {"status": user.status, "attribute": attribute, "value": cut(manager)},
    )


PROFILE_RULES: dict[str, Rule] = {
    "user_external_domain": external_domain,
    "user_generic_name": generic_name,
    "user_duplicate_identity": duplicate_identity,
    "user_missing_attributes": missing_attributes,
    "user_manager_invalid": manager_invalid,
}
