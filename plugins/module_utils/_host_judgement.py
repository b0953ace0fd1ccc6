# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The judgement of one host: its accounts by every check, kept as one file in the work folder of the audit."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import typing as t

from ._audit_lifecycle_rules import PASSED, Judgement
from ._audit_settings import Tuned
from ._audit_subject import Record, Unknown, cut
from ._errors import InvalidOption, printable
from ._host_gathered import Account, Gathered, NotGathered, read_gathered
from ._host_lookup import Index
from ._host_match import Match, ambiguous, foreign_keys, judged, match
from ._host_rules import RULES, Setting, privileges

FOLDER = "hosts"
_LISTED_ERRORS = 50


class HostFacts(t.NamedTuple):
    """What Ansible knows of a host: its name and groups in the inventory, and its system where facts were gathered."""

    name: str
    groups: tuple[str, ...]
    system: str


def judge_host(facts: HostFacts, result: object, index_path: str, work: str) -> Record:
    """Judge what was gathered on a host and write it into the work folder. Gives the counts that a task returns.

    ``result`` is what a task with `host_accounts_info` has registered, and can be anything. Raises `InvalidOption` when
    the index can't be read, or the work folder can't be written to.
    """
    with Index(index_path) as index:
        content: Record = {"host": facts.name, "groups": sorted(facts.groups), "os": facts.system}
        content["index"] = index.identity
        try:
            content.update(_assessed(read_gathered(result), index))
        except NotGathered as reason:
            content.update(assessed=False, reason=str(reason), accounts=[], judged=[], uid_min=None, uid_max=None)
    _write(work, facts.name, content)
    rows = content["judged"]
    verdicts = [verdict["status"] for row in rows for verdict in row["verdicts"]]
    return {
        "assessed": content["assessed"],
        "reason": content["reason"],
        "accounts": len(content["accounts"]),
        "judged": len(rows),
        "fail": verdicts.count("fail"),
        "unknown": verdicts.count("unknown"),
    }


def file_of(work: str, host: str) -> str:
    """Where the judgement of a host is kept."""
    return os.path.join(work, FOLDER, hashlib.sha256(host.encode("utf-8", "replace")).hexdigest() + ".json")


def _assessed(gathered: Gathered, index: Index) -> Record:
    settings = index.settings
    groups_known = gathered.probes.get("groups") is not False
    setting = Setting(settings.now, settings.privileged_groups, groups_known)
    checks = [settings.checks[name] for name in settings.checks if name in settings.enabled]
    return {
        "assessed": True,
        "reason": "",
        "uid_min": gathered.uid_min,
        "uid_max": gathered.uid_max,
        "probes": gathered.probes,
        "errors": gathered.errors[:_LISTED_ERRORS],
        "accounts": [account.record for account in gathered.accounts],
        "judged": [_row(account, index, checks, setting) for account in gathered.accounts if account.in_scope],
    }


def _row(account: Account, index: Index, checks: t.Iterable[Tuned], setting: Setting) -> Record:
    matched = match(account, index)
    user = matched.user
    row: Record = {
        "name": account.name,
        "login": user.login if user else "",
        "user": user and {"name": user.name, "status": user.status, "last_login": user.last_login},
        "matched_by": matched.rule,
        "ambiguous": bool(matched.ambiguity),
        "privileged": privileges(account, setting),
        "evidence": matched.evidence(account),
        "verdicts": [],
        "passed": [],
    }
    for tuned in checks:
        verdict: Record = {"check": tuned.row.id, "evidence": {}, "severity": None}
        try:
            outcome = _outcome(account, matched, index, tuned, setting)
        except Unknown as reason:
            row["verdicts"].append({**verdict, "status": "unknown", "message": str(reason)})
            continue
        if outcome is PASSED:
            row["passed"].append(tuned.row.id)
        elif outcome is not None:
            message, evidence, severity = outcome
            verdict.update(status="fail", message=message, evidence=evidence, severity=severity)
            row["verdicts"].append(verdict)
    return row


def _outcome(account: Account, matched: Match, index: Index, tuned: Tuned, setting: Setting) -> Judgement:
    check = tuned.row.id
    if check in RULES:
        return judged(RULES[check], account, matched, tuned, setting)
    if check == "host_mapping_ambiguous":
        return ambiguous(matched)
    return foreign_keys(account, matched, index) if check == "host_shared_key_comment" else None


def _write(work: str, host: str, content: Record) -> None:
    """As a whole or not at all: other hosts write beside it, and the report may read it at any time."""
    place = file_of(os.path.realpath(os.path.expanduser(work)), host)
    folder = os.path.dirname(place)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor, path = tempfile.mkstemp(dir=os.path.dirname(folder), prefix=".host-")
        with open(descriptor, "wb") as file:
            file.write(json.dumps(content, sort_keys=True).encode())
        os.replace(path, place)
    except OSError as error:
        reason = printable(error.strerror or type(error).__name__)
        raise InvalidOption(
            f"dest {printable(work)} can't be written: {reason}.", "Name the work folder of the audit."
        ) from None


def system_of(facts: t.Mapping[str, t.Any]) -> str:
    """The name and version of the system, where Ansible has gathered them."""
    gathered = facts.get("ansible_facts")
    known = gathered if isinstance(gathered, dict) else {}
    parts = [known.get(name) or facts.get(f"ansible_{name}") for name in ("distribution", "distribution_version")]
    return cut(" ".join(part for part in parts if isinstance(part, str)))
