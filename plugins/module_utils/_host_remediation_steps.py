# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What is to be done on one host, as the host is now: to close accounts, or to open them again.

``read`` is what `host_accounts_info` has returned a moment ago. An account that is not as the plan or the rollback file
says is left alone, with the reason.
"""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

from ._host_remediation import Json, key_files, state, untouchable

EXPIRED = "1970-01-02"  # shadow(5) calls the day before that ambiguous
_DAY = 86_400
ASIDE = ".moved-by-host-account-audit"


class Steps(t.NamedTuple):
    """What to do, and the accounts left alone.

    A step has ``account`` and ``uid``, and what changes: ``expires`` (seconds since 1970; -1 is never), ``lock``,
    ``shell``, ``moves`` (``src`` and ``dest`` of files), and ``end_sessions``.
    """

    steps: list[Json]
    left_alone: list[Json]


def steps_to_close(planned: t.Iterable[Json], read: Json, never: t.Collection[object], nologin: str) -> Steps:
    """The steps for the accounts of a plan that are on this host. ``nologin`` is the shell that lets nobody in."""
    accounts = _accounts(read)
    todo = Steps([], [])
    for each in planned:
        account = accounts.get(each["account"])
        reason = _changed(each, account) or untouchable(each["account"], each["uid"], read.get("uid_min"), never)
        if account is None or reason:
            todo.left_alone.append({"account": each["account"], "reason": reason})
            continue
        actions = each["actions"]
        files = [file for file in key_files(account) if not _is_of_others(file, account, accounts)]
        step = {
            "account": each["account"],
            "uid": each["uid"],
            "actions": actions,
            "moves": [{"src": file, "dest": file + ASIDE} for file in files if "move_authorized_keys" in actions],
            "end_sessions": "end_sessions" in actions,
        }
        step.update({"expires": _DAY} if "expire" in actions else {})
        step.update({"lock": True} if "lock_password" in actions else {})
        step.update({"shell": nologin} if "nologin" in actions else {})
        todo.steps.append(step)
    return todo


def steps_to_reopen(recorded: t.Iterable[Json], read: Json) -> Steps:
    """The steps that undo those of a rollback file, as far as nobody has changed the account since."""
    accounts = _accounts(read)
    todo = Steps([], [])
    for each in recorded:
        account = accounts.get(each["account"])
        if account is None or account["uid"] != each["uid"]:
            todo.left_alone.append({"account": each["account"], "reason": _other(each, account)})
            continue
        actions, before, now = each["actions"], each["before"], state(account)
        step: Json = {"account": each["account"], "uid": each["uid"], "moves": [], "end_sessions": False}
        if "expire" in actions and now["expires"] == EXPIRED and before["expires"] != EXPIRED:
            step["expires"] = _seconds(before["expires"])
        if "lock_password" in actions and (before["password"], now["password"]) == ("set", "locked"):
            step["lock"] = False
        if "nologin" in actions and now["shell"] != before["shell"] and not account["interactive"]:
            step["shell"] = before["shell"]
        if "move_authorized_keys" in actions:
            step["moves"] = [{"src": file + ASIDE, "dest": file} for file in before["key_files"]]
        todo.steps.append(step)
    return todo


def not_closed(steps: t.Iterable[Json], read: Json) -> list[str]:
    """The accounts that still are as they were, although the steps were taken."""
    accounts = _accounts(read)
    still = []
    for step in steps:
        now = state(accounts.get(step["account"], {}))
        undone = (
            ("expires" in step and now["expires"] != EXPIRED)
            or ("lock" in step and now["password"] not in ("locked", "none"))
            or ("shell" in step and now["shell"] != step["shell"])
            or any(move["src"] in now["key_files"] for move in step["moves"])
        )
        if undone:
            still.append(step["account"])
    return still


def _accounts(read: Json) -> dict[str, Json]:
    return {account["name"]: account for account in read.get("accounts", ())}


def _changed(planned: Json, account: Json | None) -> str:
    """Why an account is no longer the one of the plan; empty when it is."""
    if account is None or account["uid"] != planned["uid"]:
        return _other(planned, account)
    if state(account) != planned["before"]:
        return "It has changed since the audit."
    return ""


def _other(wanted: Json, account: Json | None) -> str:
    if account is None:
        return "It is no longer there."
    return f"Its uid is {account['uid']} and not {wanted['uid']}."


def _is_of_others(file: str, account: Json, accounts: t.Mapping[str, Json]) -> bool:
    return any(file in key_files(other) for other in accounts.values() if other is not account)


def _seconds(day: str | None) -> int:
    """The seconds from 1970 to a day such as 2026-12-31 in UTC, or -1 for no day at all."""
    if day is None:
        return -1
    return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=timezone.utc).timestamp())
