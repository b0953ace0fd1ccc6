# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""How a check judges one account, given who is behind it. Pure: the same account and user give the same judgement.

Each rule gives a `Hit`, `PASSED`, or None when the account isn't what it is about, and raises `Unknown` with the reason
when it can't tell. ``user`` is None for an account without a user.
"""

from __future__ import annotations

import typing as t

from ._audit_dates import DAY, NoDate, last_moment, moment, whole_days
from ._audit_lifecycle_rules import PASSED, Hit, Judgement, days
from ._audit_settings import Tuned
from ._audit_subject import Record, Unknown, cut
from ._host_gathered import Account
from ._host_lookup import Identity


class Setting(t.NamedTuple):
    """What rules know beside the account: the moment of the audit, and the groups that make an account privileged."""

    now: int
    privileged_groups: frozenset[str]
    groups_known: bool


Rule = t.Callable[[Account, t.Optional[Identity], Tuned, Setting], Judgement]


def privileges(account: Account, setting: Setting) -> list[str] | None:
    """By what an account is privileged; nothing when it isn't. None when that can't be told."""
    found = ["uid 0"] if account.uid == 0 else []
    found += [f"group {name}" for name in account.groups if name in setting.privileged_groups]
    if account.sudo:
        found.append("sudo")
    if found:
        return found
    return None if account.sudo is None or not setting.groups_known or account.uid is None else []


def _usable(account: Account) -> bool:
    if account.usable is None:
        raise Unknown("Whether the account can be used could not be read on the host.")
    return account.usable


def _privileged(account: Account, setting: Setting) -> list[str]:
    found = privileges(account, setting)
    if found is None:
        raise Unknown("Whether the account is privileged could not be read on the host.")
    return found


def _enabled(user: Identity) -> bool:
    if user.enabled is None:
        raise Unknown("Whether the user is enabled can't be told from the status.")
    return user.enabled


def _ways(account: Account) -> str:
    return ", ".join(str(way).replace("_", " ") for way in account.record["usable_by"]) or "unknown means"


def _low(account: Account) -> str | None:
    """A shell that lets nobody in leaves forwarding and file transfer."""
    return None if account.interactive else "low"


def _of_status(*statuses: str) -> Rule:
    def rule(account: Account, user: Identity | None, _tuned: Tuned, _setting: Setting) -> Judgement:
        if user is None:
            return None
        if _enabled(user) or user.status not in statuses or not _usable(account):
            return PASSED
        return Hit(
            f"The account can be used by {_ways(account)}, and its user is {user.status} in Okta.",
            {"usable_by": account.record["usable_by"]},
            _low(account),
        )

    return rule


def _orphan(account: Account, user: Identity | None, _tuned: Tuned, _setting: Setting) -> Judgement:
    if account.is_root:
        return None
    if user is not None or not _usable(account):
        return PASSED
    return Hit(
        f"The account can be used by {_ways(account)}, and no user of Okta is behind it.",
        {"usable_by": account.record["usable_by"]},
        _low(account),
    )


def _behind(user: Identity | None) -> str:
    return "no user of Okta is behind it" if user is None else f"its user is {cut(user.status)} in Okta"


def _priv_without_okta(account: Account, user: Identity | None, _tuned: Tuned, setting: Setting) -> Judgement:
    if account.is_root or privileges(account, setting) == []:
        return None
    if user is not None and _enabled(user):
        return PASSED
    if account.usable is False:
        return PASSED
    by = _privileged(account, setting)
    _usable(account)
    return Hit(f"The account is privileged ({cut(', '.join(by))}), and {_behind(user)}.", {"privileged_by": by})


def _priv_not_in_group(account: Account, user: Identity | None, tuned: Tuned, setting: Setting) -> Judgement:
    if account.is_root or user is None or privileges(account, setting) == []:
        return None
    if not _enabled(user) or account.usable is False or user.in_group:
        return PASSED
    by = _privileged(account, setting)
    _usable(account)
    groups = tuned.settings["groups"]
    return Hit(
        f"The account is privileged ({cut(', '.join(by))}), and its user is in none of the groups {', '.join(groups)}.",
        {"privileged_by": by, "required_groups": groups},
    )


def _key_of_leaver(account: Account, user: Identity | None, _tuned: Tuned, _setting: Setting) -> Judgement:
    if user is None:
        return None
    if _enabled(user) or account.expired or account.keys == []:
        return PASSED
    if account.keys is None:
        raise Unknown("The keys of the account could not be read on the host.")
    if account.expired is None:
        raise Unknown("Whether the account is expired could not be read on the host.")
    number = len(account.keys)
    keys = f"{number} SSH key{'' if number == 1 else 's'}"
    return Hit(
        f"The account has {keys}, and its user is {user.status} in Okta.", {"keys": shown_keys(account)}, _low(account)
    )


def shown_keys(account: Account) -> list[Record]:
    """The keys of an account for evidence, the first 20 of them."""
    return [
        {name: cut(str(key.get(name) or "")) for name in ("type", "fingerprint", "comment", "file")}
        for key in (account.keys or [])[:20]
    ]


def _nopasswd_orphan(account: Account, user: Identity | None, _tuned: Tuned, _setting: Setting) -> Judgement:
    if account.is_root:
        return None
    if account.sudo is not None and not any(rule.get("nopasswd") for rule in account.sudo):
        return None
    if (user is not None and _enabled(user)) or account.usable is False:
        return PASSED
    if account.sudo is None:
        raise Unknown("The rules of sudo could not be read on the host.")
    _usable(account)
    via = sorted({cut(str(rule.get("via") or "")) for rule in account.sudo if rule.get("nopasswd")})
    return Hit(f"The account can use sudo without a password, and {_behind(user)}.", {"via": via})


def _uid0_extra(account: Account, _user: Identity | None, _tuned: Tuned, _setting: Setting) -> Judgement:
    if account.uid is None:
        raise Unknown("The uid of the account could not be read on the host.")
    if account.uid != 0:
        return None
    return PASSED if account.is_root else Hit("The account is not root and has the uid 0.", {})


def _empty_password(account: Account, _user: Identity | None, _tuned: Tuned, _setting: Setting) -> Judgement:
    if account.password == "unknown":  # noqa: S105  # a state
        raise Unknown("The state of the password could not be read on the host.")
    is_empty = account.password == "empty"  # noqa: S105
    return Hit("The account has an empty password.", {}) if is_empty else PASSED


def _inactive(account: Account, user: Identity | None, tuned: Tuned, setting: Setting) -> Judgement:
    if user is None or not account.interactive or not _enabled(user) or account.usable is False:
        return None
    _usable(account)
    if account.last_login_source is None:
        raise Unknown("The host doesn't tell when the account was last used.")
    limit = tuned.settings["days"]
    try:
        last = moment(account.last_login)
        # Somebody set the password of an account that nobody has signed in to: it is no older than that for sure.
        since = last if last is not None else last_moment(account.password_changed)
    except NoDate:
        raise Unknown("The host has sent a date that is none.") from None
    if since is not None and setting.now - since <= limit * DAY:
        return PASSED
    evidence = {"last_login": account.last_login, "last_login_source": account.last_login_source, "days_allowed": limit}
    if last is None:
        return Hit("Nobody has ever signed in to the account on this host.", evidence)
    ago = whole_days(setting.now - last)
    return Hit(
        f"The last login to the account was {days(ago)} ago; {days(limit)} are allowed.", {**evidence, "days": ago}
    )


def _service_interactive(account: Account, user: Identity | None, _tuned: Tuned, _setting: Setting) -> Judgement:
    if account.uid in (0, None) or account.in_range or not account.interactive:
        return None
    if user is not None or not _usable(account):
        return PASSED
    shell = cut(str(account.record["shell"] or ""))
    return Hit(f"The service account has the shell {shell}, and nobody who answers for it.", {"shell": shell})


RULES: dict[str, Rule] = {
    "host_deprovisioned": _of_status("DEPROVISIONED"),
    "host_suspended": _of_status("SUSPENDED", "STAGED"),
    "host_orphan": _orphan,
    "host_priv_without_okta": _priv_without_okta,
    "host_priv_not_in_group": _priv_not_in_group,
    "host_key_of_leaver": _key_of_leaver,
    "host_nopasswd_orphan": _nopasswd_orphan,
    "host_uid0_extra": _uid0_extra,
    "host_empty_password": _empty_password,
    "host_inactive": _inactive,
    "host_service_interactive": _service_interactive,
}
