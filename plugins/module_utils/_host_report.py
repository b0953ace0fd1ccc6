# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The report of a host audit: the judgements of all hosts put together, in the order of their names."""

from __future__ import annotations

import json
import os
import typing as t

from ._audit_checks import RANKS, SEVERITIES
from ._audit_comparison import Comparison, read_previous
from ._audit_dates import written
from ._audit_exemption_rules import exemption_verdicts
from ._audit_exemptions import Exemption, Exemptions
from ._audit_files import REVIEW
from ._audit_findings import Findings
from ._audit_lifecycle_rules import PASSED
from ._audit_provenance import Provenance
from ._audit_report import header, write_report
from ._audit_settings import Tuned
from ._audit_subject import Record, Subject, Unknown, cut, text
from ._errors import InvalidOption
from ._host_checks import KIND, TITLE
from ._host_exemptions import matching, read_host_exemptions
from ._host_judgement import file_of
from ._host_lookup import Index
from ._host_review_sheet import HostReviewSheet
from ._host_view import Overview

_NOT_ASSESSED = "host_not_assessed"


class Host(t.NamedTuple):
    """A host in scope. ``groups`` is None where the file of the host says it."""

    name: str
    groups: tuple[str, ...] | None


def read_hosts(given: t.Iterable[object]) -> list[Host]:
    """The hosts in scope in the order of their names. Raises `InvalidOption` that names the entry."""
    hosts: dict[str, Host] = {}
    for number, entry in enumerate(given, start=1):
        name = text(entry.get("name")) if isinstance(entry, dict) else text(entry)
        groups = entry.get("groups") if isinstance(entry, dict) else None
        if not name or not (groups is None or isinstance(groups, list)):
            raise InvalidOption(
                f"Entry {number} of hosts is no host.", "Write the name of one, or a dictionary with name and groups."
            )
        hosts[name] = Host(name, None if groups is None else tuple(text(group) for group in groups))
    return [hosts[name] for name in sorted(hosts)]


class _Merge:
    """What all hosts are put into, one after the other."""

    def __init__(self, index: Index, exemptions: Exemptions, findings: Findings, sheet: HostReviewSheet) -> None:
        self.checks: dict[str, Tuned] = index.settings.checks
        self.enabled = index.settings.enabled
        self.exemptions = exemptions
        self.findings = findings
        self.sheet = sheet
        self.overview = Overview()
        self.shown: list[Record] = []

    def leave_out(self, host: Host, reason: str) -> None:
        """A host that was not assessed."""
        if _NOT_ASSESSED in self.enabled:
            tuned = self.checks[_NOT_ASSESSED]
            self.findings.missed(
                tuned, Subject("host", host.name, "", host.name, host.name), reason, {"host": host.name}
            )
        self.shown.append(_host(host.name, {"assessed": False, "reason": reason}))

    def add(self, host: Host, content: Record) -> None:
        """A host that was assessed, as its file has it."""
        groups = tuple(content["groups"]) if host.groups is None else host.groups
        accounts = {account["name"]: account for account in content["accounts"]}
        counts = dict.fromkeys(SEVERITIES, 0)
        for row in content["judged"]:
            self._add_account(host.name, groups, row, accounts[row["name"]], counts)
        if _NOT_ASSESSED in self.enabled:
            self.findings.counts[_NOT_ASSESSED]["pass"] += 1
        self.shown.append(_host(host.name, content, counts))

    def _add_account(
        self, host: str, groups: t.Collection[str], row: Record, account: Record, counts: dict[str, int]
    ) -> None:
        subject = Subject("account", f"{host}:{row['name']}", row["login"], row["name"], host)
        opened: list[str] = []
        failing: list[str] = []
        ranks: list[int] = []
        exempted: list[tuple[str, Exemption]] = []
        for check in row["passed"]:
            self.findings.counts[check]["pass"] += 1
        exempting = matching(self.exemptions, subject, groups) if row["verdicts"] else []
        for verdict in row["verdicts"]:
            tuned = self.checks[verdict["check"]]
            evidence = {**row["evidence"], **verdict["evidence"]}
            if verdict["status"] == "unknown":
                self.findings.unknown(tuned, subject, verdict["message"], evidence)
                continue
            identity, exemption = self.findings.failed(
                tuned, subject, verdict["message"], evidence, verdict["severity"], exempting
            )
            if exemption:
                exempted.append((tuned.row.id, exemption))
                continue
            severity = verdict["severity"] or tuned.severity
            counts[severity] += 1
            self.overview.add(host, tuned.row.id, RANKS[severity])
            opened.append(f"{tuned.row.id} {identity}")
            failing.append(tuned.row.id)
            ranks.append(RANKS[severity])
        if failing:
            self.overview.add_account(host, row, failing, ranks)
        self.sheet.add(host, account, row, opened, exempted)


def _host(name: str, content: Record, counts: Record | None = None) -> Record:
    accounts = content.get("accounts") or []
    judged = content.get("judged") or []
    return {
        "name": name,
        "assessed": content["assessed"],
        "reason": content["reason"],
        "accounts": len(accounts),
        "usable": sum(1 for account in accounts if account["usable"]),
        "privileged": sum(1 for row in judged if row["privileged"]),
        "os": content.get("os") or "",
        "probes": content.get("probes") or {},
        "findings": counts or dict.fromkeys(SEVERITIES, 0),
    }


def _read(work: str, host: Host, reasons: t.Mapping[str, t.Any], identity: str) -> Record:
    """The file of a host; where there is none that counts, only why."""
    try:
        with open(file_of(work, host.name), encoding="utf-8") as file:
            content: Record = json.load(file)
        if content["host"] != host.name or not isinstance(content["judged"], list):
            raise ValueError
        if content["index"] != identity:
            return {"assessed": False, "reason": "What was found on the host is of another audit."}
    except FileNotFoundError:
        said = cut(text(reasons.get(host.name)))
        return {"assessed": False, "reason": said or "Nothing was read on the host in this run."}
    except OSError:
        return {"assessed": False, "reason": "What was found on the host can't be read."}
    except (ValueError, KeyError, TypeError):
        return {"assessed": False, "reason": "What was found on the host is damaged."}
    return content


def report_hosts(
    index: Index,
    hosts: t.Sequence[Host],
    work: str,
    reasons: t.Mapping[str, t.Any],
    given_provenance: Record,
    previous: str | None,
    folder: str,
) -> tuple[Record, list[Record]]:
    """Write report, review sheet and view into ``folder``; give the report without its findings, and the first fails.

    ``work`` is the folder that the hosts' files are in, and ``reasons`` says why a host has none. Raises `OktaError`,
    and `OSError` when the folder can't be written to.
    """
    settings, about = index.settings, index.about
    provenance = Provenance({**settings.provenance, **given_provenance})
    exemptions = read_host_exemptions(settings.exemptions, settings.checks, settings.now)
    comparison: Comparison | None = read_previous(previous, provenance.org_url, KIND) if previous else None
    place = os.path.realpath(os.path.expanduser(work))
    checks = settings.checks
    with Findings(folder, checks.values(), comparison) as findings:
        with HostReviewSheet(os.path.join(folder, REVIEW)) as sheet:
            merge = _Merge(index, exemptions, findings, sheet)
            for host in hosts:
                content = _read(place, host, reasons, index.identity)
                if content["assessed"]:
                    merge.add(host, content)
                else:
                    merge.leave_out(host, content["reason"])
        _judge_exemptions(exemptions, {name: checks[name] for name in checks if name in merge.enabled}, index, findings)
        assessed = {host["name"] for host in merge.shown if host["assessed"]}
        head = header(
            generated_at=written(settings.now),
            provenance=provenance.shown(
                about["population"],
                preset=settings.given.get("preset") or "none",
                exemptions_sha256=about["exemptions_sha256"],
                previous_report_sha256=comparison.sha256 if comparison else None,
            ),
            findings=findings,
            checks=checks,
            enabled=merge.enabled,
            population={**about["survey"], "hosts": merge.shown},
            exemptions=[exemption.shown() for exemption in exemptions.entries],
            comparison=comparison.report(merge.enabled, assessed) if comparison else None,
            kind=KIND,
            title=TITLE,
        )
        return head, write_report(folder, head, findings, merge.overview.shown(checks))


def _judge_exemptions(exemptions: Exemptions, checks: t.Mapping[str, Tuned], index: Index, findings: Findings) -> None:
    """Once for the audit, and after all hosts: an exemption is counted by what it matches."""
    for tuned, subject, verdict in exemption_verdicts(checks, index.about["owner_states"], exemptions):
        if isinstance(verdict, Unknown):
            findings.unknown(tuned, subject, str(verdict))
        elif verdict is PASSED:
            findings.counts[tuned.row.id]["pass"] += 1
        else:
            findings.failed(tuned, subject, *verdict, ())


def counted_hosts(head: Record) -> Record:
    """What a task returns of the hosts: how many were assessed, and how many were not."""
    assessed = sum(1 for host in head["population"]["hosts"] if host["assessed"])
    return {"assessed": assessed, "not_assessed": len(head["population"]["hosts"]) - assessed}
