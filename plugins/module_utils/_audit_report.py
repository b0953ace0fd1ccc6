# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The report, as it is published in docs/schemas/audit-report-1.0.json, and the view of it that a page is made from."""

from __future__ import annotations

import os
import typing as t

from ._audit_checks import KIND, SCHEMA_VERSION, worded
from ._audit_files import REPORT, VIEW, write_private
from ._audit_findings import LISTED, MOST_ROWS, Findings, dumped
from ._audit_settings import Tuned
from ._audit_subject import Record

_MOST_TOP = 20


def write_report(folder: str, head: Record, findings: Findings, more: Record | None = None) -> list[Record]:
    """Write report and view, which has ``more`` members, into ``folder``, and give the first fails."""
    write_private(os.path.join(folder, REPORT), _report(head, findings))
    write_private(os.path.join(folder, VIEW), _view(head, findings, more or {}))
    return findings.top(_MOST_TOP)


def header(
    *,
    generated_at: str,
    provenance: Record,
    findings: Findings,
    checks: t.Mapping[str, Tuned],
    enabled: t.Container[str],
    population: Record,
    exemptions: list[Record],
    comparison: Record | None,
    kind: str = KIND,
    title: str = "User audit",
) -> Record:
    """All of the report but its findings."""
    org = provenance.get("org_url")
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "title": f"{title} of {org}" if org else title,
        "generated_at": generated_at,
        "provenance": provenance,
        "summary": findings.summary(),
        "checks": [_check(tuned, findings, enabled=name in enabled) for name, tuned in checks.items()],
        "not_assessed": [entry._asdict() for entry in findings.not_assessed],
        "population": population,
        "exemptions": exemptions,
        "comparison": comparison,
    }


def returned(head: Record, top: list[Record]) -> Record:
    """What a task returns of a report: counts, and no person beyond the logins of the first fails."""
    comparison = head["comparison"]
    states = [exemption["state"] for exemption in head["exemptions"]]
    return {
        "summary": head["summary"],
        "by_check": {check["id"]: check["counts"] for check in head["checks"] if check["enabled"]},
        "population": head["population"],
        "not_assessed": head["not_assessed"],
        "comparison": comparison and {name: comparison[name] for name in comparison if name != "resolved_findings"},
        "exemptions": {state: states.count(state) for state in ("used", "unused", "expired")},
        "top": top,
        "generated_at": head["generated_at"],
    }


def _check(tuned: Tuned, findings: Findings, *, enabled: bool) -> Record:
    row = tuned.row
    return {
        "id": row.id,
        "title": worded(row.title, tuned.settings),
        "description": worded(row.description, tuned.settings),
        "severity": tuned.severity,
        "references": list(row.references),
        "remedy": row.remedy,
        "settings": dict(sorted(tuned.settings.items())),
        "enabled": enabled,
        "counts": findings.counts[row.id],
        "caveat": row.caveat,
    }


def _report(head: Record, findings: Findings) -> t.Iterator[bytes]:
    """One member of the report a line, and one finding a line: it can be read without holding it all in memory."""
    yield b"{\n"
    for name, value in head.items():
        yield f'"{name}":{dumped(value)},\n'.encode("utf-8", "replace")
    yield b'"findings":[\n'
    yield from findings.blocks()
    yield b"\n]\n}\n"


def _view(head: Record, findings: Findings, more: Record) -> t.Iterator[bytes]:
    """The report without its findings, but with the first ones of each check that is on: fails before unknowns."""
    comparison = head["comparison"]
    if comparison:
        comparison = {**comparison, "resolved_findings": comparison["resolved_findings"][:MOST_ROWS]}
    sections = []
    for check in head["checks"]:
        rows, total = findings.first(check["id"], LISTED)
        if rows:
            sections.append({"check": check["id"], "rows": rows, "more": total - len(rows)})
    yield dumped({**head, "comparison": comparison, "sections": sections, **more}).encode("utf-8", "replace") + b"\n"
