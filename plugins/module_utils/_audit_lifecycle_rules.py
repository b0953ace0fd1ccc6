# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""How a check judges one user, with the list of users alone. Pure: the same user and facts give the same judgement.

Each rule gives a `Hit`, `PASSED`, or None when the user isn't what it is about, and raises `Unknown` with the reason
when it can't tell. A limit of N days is exceeded by more than N times 24 hours, not by N itself.
"""

from __future__ import annotations

import typing as t

from ._audit_dates import DAY, NoDate, last_moment, whole_days, written
from ._audit_privileges import Privileges
from ._audit_settings import Tuned
from ._audit_subject import Unknown, User, cut, text
from ._audit_survey import Survey


class Hit(t.NamedTuple):
    """A check that fails for a subject. ``severity`` is set where it isn't the check's own."""

    message: str
    evidence: dict[str, t.Any]
    severity: str | None = None


class Facts(t.NamedTuple):
    """What rules know beside the user: the moment of the audit, the population as a whole, and privileges."""

    now: int
    survey: Survey
    privileges: Privileges


PASSED = Hit("", {})
Judgement = t.Optional[Hit]
Verdict = t.Union[Hit, Unknown]
Rule = t.Callable[[User, Tuned, Facts], Judgement]


def days(number: int) -> str:
    """A number of days in a sentence."""
    return f"{number} day{'' if number == 1 else 's'}"


def last_seen(user: User) -> tuple[int, str, dict[str, t.Any]]:
    """When a user was last seen, in words and as evidence: the last sign-in, or the creation when there was none."""
    signed_in = user.at("lastLogin")
    if signed_in is not None:
        return signed_in, "The last sign-in was", {"last_sign_in": written(signed_in)}
    created = user.needed("created", "activated")
    return (
        created,
        "Nobody has ever signed in, and the account was made",
        {
            "last_sign_in": None,
            "created": written(created),
        },
    )


def inactive(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_inactive."""
    if not user.is_enabled():
        return None
    seen, words, evidence = last_seen(user)
    age = facts.now - seen
    if age <= tuned.milliseconds(DAY):
        return PASSED
    admin = bool(facts.privileges.admins) and user.id in (facts.privileges.admins or ())
    number = whole_days(age)
    severity = tuned.settings["admin_severity"] if admin else None
    evidence = {"status": user.status, **evidence, "days": number, "admin": admin}
    return Hit(f"{words} {days(number)} ago{', and it holds an admin role' if admin else ''}.", evidence, severity)


def never_signed_in(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_never_signed_in."""
    if not user.is_enabled():
        return None
    if user.at("lastLogin") is not None:
        return PASSED
    since = user.needed("activated", "created")
    age = facts.now - since
    if age <= tuned.milliseconds(DAY):
        return PASSED
    evidence = {"status": user.status, "since": written(since), "days": whole_days(age)}
    return Hit(f"Nobody has signed in in the {days(whole_days(age))} since the activation.", evidence)


def stays_in(*statuses: str, since: tuple[str, ...] = ("statusChanged",)) -> Rule:
    """A rule for accounts that stay in one of the statuses for too long."""

    def rule(user: User, tuned: Tuned, facts: Facts) -> Judgement:
        if not user.has_status(*statuses):
            return None
        when = user.needed(*since)
        age = facts.now - when
        if age <= tuned.milliseconds(DAY):
            return PASSED
        number = whole_days(age)
        return Hit(
            f"The account has been {user.status} for {days(number)}.",
            {"status": user.status, "since": written(when), "days": number},
        )

    return rule


def locked_out(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_locked_out."""
    if not user.has_status("LOCKED_OUT"):
        return None
    when = user.needed("statusChanged")
    age = max(facts.now - when, 0)
    severity = tuned.settings["stale_severity"] if age > tuned.milliseconds(DAY) else None
    evidence = {"status": user.status, "since": written(when), "days": whole_days(age)}
    return Hit(f"The account has been locked out for {days(whole_days(age))}.", evidence, severity)


def left_lately(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_deprovisioned_recent."""
    if not user.has_status("DEPROVISIONED"):
        return None
    when = user.needed("statusChanged")
    if not 0 <= facts.now - when <= tuned.milliseconds(DAY):
        return PASSED
    return Hit(f"The account was deactivated on {written(when)[:10]}.", {"deactivated": written(when)})


def joined_lately(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_created_recent."""
    when = user.needed("created")
    if not 0 <= facts.now - when <= tuned.milliseconds(DAY):
        return PASSED
    return Hit(f"The account was created on {written(when)[:10]}.", {"status": user.status, "created": written(when)})


def end_date_passed(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_end_date_passed."""
    if not user.is_enabled():
        return None
    attribute = tuned.settings["attribute"]
    end = end_date(user, attribute)
    if end is None or facts.now <= end:
        return PASSED
    evidence = {"status": user.status, "attribute": attribute, "end_date": cut(text(user.profile[attribute]))}
    return Hit(f"The end date has passed, and the account is {user.status}.", evidence)


def end_date(user: User, attribute: str) -> int | None:
    """The last moment of a user's time with the organization. Raises `Unknown` when it can't be read."""
    try:
        return last_moment(user.profile.get(attribute))
    except NoDate:
        raise Unknown(f"The attribute {attribute} is no date.") from None


def temporary_expired(user: User, tuned: Tuned, facts: Facts) -> Judgement:
    """user_temporary_expired."""
    kind = text(user.profile.get(tuned.settings["attribute"]))
    if kind.casefold() not in {name.casefold() for name in tuned.settings["types"]} or not user.is_enabled():
        return None
    when = user.needed("created")
    age = facts.now - when
    if age <= tuned.milliseconds(DAY):
        return PASSED
    evidence = {"status": user.status, "type": cut(kind), "created": written(when), "days": whole_days(age)}
    return Hit(f"The account of a temporary user was made {days(whole_days(age))} ago.", evidence)


LIFECYCLE_RULES: dict[str, Rule] = {
    "user_inactive": inactive,
    "user_never_signed_in": never_signed_in,
    "user_staged_stale": stays_in("STAGED", "PROVISIONED", since=("statusChanged", "created")),
    "user_locked_out": locked_out,
    "user_recovery_stale": stays_in("RECOVERY", "PASSWORD_EXPIRED"),
    "user_suspended_stale": stays_in("SUSPENDED"),
    "user_deprovisioned_recent": left_lately,
    "user_created_recent": joined_lately,
    "user_end_date_passed": end_date_passed,
    "user_temporary_expired": temporary_expired,
}
