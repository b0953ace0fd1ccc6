# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Who is behind an account: one user, nobody, or one of several who can't be told apart."""

from __future__ import annotations

import typing as t

from ._audit_lifecycle_rules import PASSED, Hit, Judgement
from ._audit_settings import Tuned
from ._audit_subject import Record, Unknown, cut
from ._host_gathered import Account
from ._host_lookup import Identity, Index
from ._host_rules import Rule, Setting

_WORST_FIRST = ("DEPROVISIONED", "SUSPENDED", "STAGED")
_NAMED = 5
_SEVERAL = "The account could belong to several users, for whom this check comes out differently."


class Match(t.NamedTuple):
    """Who could be behind an account; None among them stands for nobody. One, when it is certain."""

    rule: str
    candidates: tuple[Identity | None, ...]
    ambiguity: str
    named: tuple[Identity, ...]

    @property
    def user(self) -> Identity | None:
        """The user, when there is just one to consider."""
        return self.candidates[0] if len(self.candidates) == 1 else None

    def evidence(self, account: Account) -> Record:
        """What every finding about an account says."""
        shown: Record = {"account": cut(account.name), "uid": account.uid}
        user = self.user
        if user is not None:
            shown.update(okta_id=user.id, okta_status=cut(user.status), matched_by=self.rule)
        elif self.rule:
            shown["matched_by"] = self.rule
        return shown


def match(account: Account, index: Index) -> Match:
    """Look an account up. The user's uid attribute, if there is one, tells users of the same name apart."""
    rule, users = index.by_name(account.name)
    if account.is_root and rule != "username_map":
        return Match("", (None,), "", ())  # a user who is called root isn't root on a host
    if not users:
        return Match(rule, (None,), "", ())
    others = [user for user in users if _has_another_uid(user, account)]
    same = [user for user in users if user.uid and user not in others]
    if len(same) == 1:
        return Match(rule, (same[0],), "", users)
    left = same or list(users)
    if len(left) == 1 and not others:
        return Match(rule, (left[0],), "", users)
    if len(users) == 1:
        ambiguity = "The account has another uid than the user whose name it has."
    else:
        ambiguity = f"The name of the account belongs to {len(users)} users of Okta."
    if index.settings.worst_status_wins:
        return Match(rule, (min(left, key=_badness),), ambiguity, users)
    return Match(rule, (*left, *((None,) if others else ())), ambiguity, users)


def _has_another_uid(user: Identity, account: Account) -> bool:
    return bool(user.uid) and user.uid != str(account.uid)


def _badness(user: Identity) -> tuple[int, str]:
    order = _WORST_FIRST.index(user.status) if user.status in _WORST_FIRST else 3 if user.enabled is None else 4
    return order, user.id


def judged(rule: Rule, account: Account, matched: Match, tuned: Tuned, setting: Setting) -> Judgement:
    """What a rule says of an account whoever of the candidates is behind it. Raises `Unknown` when they differ."""
    outcomes = [rule(account, candidate, tuned, setting) for candidate in matched.candidates]
    hits = [outcome for outcome in outcomes if outcome is not None and outcome is not PASSED]
    if not hits:
        return next((outcome for outcome in outcomes if outcome is not None), None)
    if len(hits) < len(outcomes):
        raise Unknown(_SEVERAL)
    return hits[0]


def ambiguous(matched: Match) -> Judgement:
    """The check host_mapping_ambiguous."""
    if not matched.named:
        return None
    if not matched.ambiguity:
        return PASSED
    users = [{"okta_id": user.id, "login": cut(user.login), "status": cut(user.status)} for user in matched.named]
    return Hit(matched.ambiguity, {"users": users[:_NAMED], "number": len(users)})


def foreign_keys(account: Account, matched: Match, index: Index) -> Judgement:
    """The check host_shared_key_comment: keys of disabled users on an account that isn't theirs."""
    if account.expired or account.keys == []:
        return None if account.keys == [] else PASSED
    if account.keys is None:
        raise Unknown("The keys of the account could not be read on the host.")
    own = {candidate.id for candidate in matched.candidates if candidate is not None}
    found: list[Record] = []
    doubtful = False
    for key in account.keys:
        comment = str(key.get("comment") or "").strip()
        users = _named_by(comment, index) if comment else ()
        if not users or own.intersection(user.id for user in users):
            continue
        if all(user.enabled is False for user in users):
            shown = {name: cut(str(key.get(name) or "")) for name in ("fingerprint", "comment", "file")}
            found.append({**shown, "login": cut(users[0].login), "okta_status": cut(users[0].status)})
        doubtful = doubtful or all(user.enabled is None for user in users)
    if found:
        if account.expired is None:
            raise Unknown("Whether the account is expired could not be read on the host.")
        logins = sorted({each["login"] for each in found})
        return Hit(f"The account has a key of {cut(', '.join(logins))}, disabled in Okta.", {"keys": found[:20]})
    if doubtful:
        raise Unknown("Whether the user whom a key names is enabled can't be told from the status.")
    return PASSED


def _named_by(comment: str, index: Index) -> tuple[Identity, ...]:
    """The users whom a comment names by login or e-mail address, or by the account name before the @ of a host."""
    word = comment.split(maxsplit=1)[0]
    users = index.by_address(word)
    if users or word.count("@") > 1:
        return users
    return index.by_name(word.partition("@")[0]).users
