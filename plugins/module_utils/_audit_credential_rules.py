# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""How a check judges the credentials of a user: see `_audit_lifecycle_rules` for what a rule gives."""

from __future__ import annotations

from ._audit_dates import DAY, whole_days, written
from ._audit_lifecycle_rules import PASSED, Facts, Hit, Judgement, Rule, days
from ._audit_settings import Tuned
from ._audit_subject import Unknown, User, cut


def externally_mastered(user: User, tuned: Tuned, _facts: Facts) -> Judgement:
    """user_externally_mastered."""
    if not user.is_enabled():
        return None
    if not user.provider:
        raise Unknown("The attribute credentials.provider is missing.")
    if user.provider not in tuned.settings["providers"]:
        return PASSED
    return Hit(
        "The account signs in through a directory or identity provider outside Okta.",
        {"status": user.status, "provider": cut(user.provider)},
    )


def password_age(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_password_age."""
    if not user.is_enabled():
        return None
    if not user.provider:
        raise Unknown("The attribute credentials.provider is missing.")
    changed = user.at("passwordChanged")
    if user.provider != "OKTA" or (changed is None and user.status == "PROVISIONED"):
        return None  # the password is elsewhere, or wasn't set so far
    if changed is None:
        raise Unknown("The attribute passwordChanged is missing: the user may have no password.")
    age = facts.now - changed
    if age <= tuned.milliseconds(DAY):
        return PASSED
    evidence = {"status": user.status, "password_changed": written(changed), "days": whole_days(age)}
    return Hit(f"The password was set {days(whole_days(age))} ago.", evidence)


CREDENTIAL_RULES: dict[str, Rule] = {
    "user_password_age": password_age,
    "user_externally_mastered": externally_mastered,
}
