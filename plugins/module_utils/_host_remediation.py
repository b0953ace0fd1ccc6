# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Which accounts on hosts are to be closed after an audit, and when to refuse to close any.

Nothing is read or changed here. A mistake in the list of users, or in how they are matched with accounts, must not lock
people out: whoever asks for too much gets nothing at all.
"""

from __future__ import annotations

import re
import typing as t

from ._errors import OktaError, printable

ACTIONS = ("expire", "lock_password", "nologin", "move_authorized_keys", "end_sessions")
CHECKS = (
    "host_deprovisioned",
    "host_suspended",
    "host_orphan",
    "host_priv_without_okta",
    "host_key_of_leaver",
    "host_nopasswd_orphan",
    "host_inactive",
)
_AMBIGUOUS = "host_mapping_ambiguous"
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9_.@%+=/-]{1,500}")

Json = dict[str, t.Any]


class RemediationRefused(OktaError):
    """A guard says that no account may be touched."""


class Limits(t.NamedTuple):
    """What may be done to whom, and how much at most. ``never`` are names of accounts."""

    checks: t.Collection[str]
    actions: t.Collection[str]
    never: t.Collection[str]
    most_per_host: int
    most_percent: float
    min_population: int
    most_shrink_percent: float
    change_ref: str


class Plan(t.NamedTuple):
    """The accounts to act on, those left alone with the reason, and how many accounts were assessed in all."""

    accounts: list[Json]
    left_alone: list[Json]
    assessed: int


def plan(
    head: Json, findings: t.Iterable[Json], hosts: t.Mapping[str, Json], limits: Limits, previous: Json | None
) -> Plan:
    """Choose the accounts that the findings name.

    ``head`` is a report without its findings, and ``previous`` that of an earlier one. ``hosts`` has, by name, what was
    read on each host: ``accounts`` and ``uid_min``. Raises `RemediationRefused`.
    """
    _refuse_a_doubtful_population(head, limits, previous)
    found, spared = _by_account(findings, limits.checks)
    accounts, left_alone = [], []
    for (host, name), fails in sorted(found.items()):
        read = hosts.get(host, {})
        account = next((each for each in read.get("accounts", ()) if each["name"] == name), None)
        reason = spared.get((host, name)) or _spared(name, account, fails, read, limits.never)
        if reason or account is None:
            left_alone.append({"host": host, "account": name, "reason": reason})
        elif actions := _needed(account, limits.actions):
            accounts.append(_planned(host, account, fails, actions))
    assessed = sum(each.get("accounts", 0) for each in head["population"].get("hosts", ()) if each.get("assessed"))
    _refuse_too_much(accounts, assessed, limits)
    return Plan(accounts, left_alone, assessed)


def _refuse_a_doubtful_population(head: Json, limits: Limits, previous: Json | None) -> None:
    if not limits.change_ref.strip():
        raise RemediationRefused("No change reference is given.", "Name the ticket or approval in change_ref.")
    population = head["provenance"]["population"]
    count = population["count"]
    if not population["complete"]:
        raise RemediationRefused(
            "The list of users is not known to be complete, so that nobody can be called a leaver.",
            "Audit with a complete list.",
        )
    if count < limits.min_population:
        raise RemediationRefused(
            f"The org has {count} users, which is fewer than min_population ({limits.min_population}).",
            "See that the app may read all users, or set min_population to less.",
        )
    before = previous["provenance"]["population"]["count"] if previous else 0
    if before and 100 * (before - count) > limits.most_shrink_percent * before:
        raise RemediationRefused(
            f"The org has {count} users and had {before} in the previous report: that is a loss of more than "
            f"most_shrink_percent ({limits.most_shrink_percent:g}).",
            "See that the app may read all users. If so many have been deleted, set most_shrink_percent to more.",
        )


def _refuse_too_much(accounts: list[Json], assessed: int, limits: Limits) -> None:
    per_host: dict[str, int] = {}
    for account in accounts:
        per_host[account["host"]] = per_host.get(account["host"], 0) + 1
    host, most = max(per_host.items(), key=lambda item: item[1], default=("", 0))
    if most > limits.most_per_host:
        raise RemediationRefused(
            f"On {printable(host)}, {most} accounts would be changed, which is more than most_per_host "
            f"({limits.most_per_host}).",
            "See whether the accounts are matched with the right users. If they are, set most_per_host to more.",
        )
    if 100 * len(accounts) > limits.most_percent * assessed:
        raise RemediationRefused(
            f"{len(accounts)} of {assessed} accounts would be changed, which is more than most_percent "
            f"({limits.most_percent:g}).",
            "See whether the accounts are matched with the right users. If they are, set most_percent to more.",
        )


def _by_account(
    findings: t.Iterable[Json], checks: t.Collection[str]
) -> tuple[dict[tuple[str, str], list[Json]], dict[tuple[str, str], str]]:
    """The findings that fail, and why an account is spared, both by host and name of the account."""
    found: dict[tuple[str, str], list[Json]] = {}
    spared: dict[tuple[str, str], str] = {}
    for finding in findings:
        subject = finding["subject"]
        if subject["type"] != "account":
            continue
        place = (subject["host"], subject["name"])
        if finding["status"] == "exempt":
            spared[place] = "It is exempt."
        elif finding["check"] == _AMBIGUOUS:
            spared.setdefault(place, "It is matched with more than one user.")
        if finding["status"] == "fail" and finding["check"] in checks:
            found.setdefault(place, []).append(finding)
    return found, spared


def _spared(name: str, account: Json | None, fails: list[Json], read: Json, never: t.Collection[str]) -> str:
    """Why an account is not to be touched; empty when it is."""
    if account is None:
        return "What was read on the host doesn't have it."
    if any(finding["evidence"].get("uid") != account["uid"] for finding in fails):
        return "Its uid is not that of the finding."
    return untouchable(name, account["uid"], read.get("uid_min"), never)


def untouchable(name: str, uid: object, uid_min: object, never: t.Collection[object]) -> str:
    """Why nobody may touch an account of this name and uid; empty when one may. ``never`` has names and uids."""
    if name in never or uid in never:
        return "It is one of those that are never touched."
    if not isinstance(uid, int) or not isinstance(uid_min, int) or uid < max(uid_min, 1):
        return "Its uid is that of a system account."
    if not _PLAIN_NAME.fullmatch(name):
        return "Its name has characters that are not handed on to other programs."
    return ""


def _needed(account: Json, actions: t.Collection[str]) -> list[str]:
    """The actions that would change something about an account. Ending sessions is no reason of its own."""
    wanted = {
        "expire": account.get("expired") is not True,
        "lock_password": account.get("password") not in ("locked", "none"),
        "nologin": account.get("interactive") is not False,
        "move_authorized_keys": bool(key_files(account)),
    }
    needed = [action for action in ACTIONS if action in actions and wanted.get(action)]
    ends = "end_sessions" in actions and (needed or set(actions) == {"end_sessions"})
    return [*needed, "end_sessions"] if ends else needed


def _planned(host: str, account: Json, fails: list[Json], actions: list[str]) -> Json:
    return {
        "host": host,
        "account": account["name"],
        "uid": account["uid"],
        "login": fails[0]["subject"]["login"],
        "checks": sorted({finding["check"] for finding in fails}),
        "actions": actions,
        "before": state(account),
    }


def state(account: Json) -> Json:
    """What remediation changes of an account, as it is now."""
    return {
        "expires": account.get("expires"),
        "password": account.get("password"),
        "shell": account.get("shell"),
        "key_files": key_files(account),
    }


def key_files(account: Json) -> list[str]:
    """The files with keys of an account, those with a name that can be handed on to other programs."""
    files = {key["file"] for key in account.get("ssh_keys") or ()}
    return sorted(file for file in files if _PLAIN_PATH.fullmatch(file) and ".." not in file.split("/"))
