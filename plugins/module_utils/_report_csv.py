# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The findings of a report as CSV (RFC 4180), which a spreadsheet can open without harm."""

from __future__ import annotations

import csv
import io
import typing as t

from ansible_collections.idops.okta.plugins.module_utils._report_document import Report
from ansible_collections.idops.okta.plugins.module_utils._report_text import (
    host_of,
    list_of,
    pairs_of,
    subject_of,
    text_of,
)
from ansible_collections.idops.okta.plugins.module_utils._user_rows import guarded

# New columns come last: what reads the file by position goes on to work.
COLUMNS = (
    "status",
    "severity",
    "check",
    "title",
    "subject_type",
    "subject_login",
    "subject_id",
    "subject_name",
    "host",
    "message",
    "evidence",
    "references",
    "exemption",
    "trend",
    "finding_id",
)
_ROWS_AT_ONCE = 500

Json = t.Mapping[str, t.Any]


def findings_csv(report: Report) -> t.Iterator[bytes]:
    """The file, piece by piece: the findings in the order of the report, then the checks that were not assessed."""
    checks = {check["id"]: check for check in report.checks}
    block = io.StringIO()
    writer = csv.writer(block, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, row in enumerate(_rows(report, checks), start=1):
        writer.writerow([guarded(row.get(column, "")) for column in COLUMNS])
        if number % _ROWS_AT_ONCE == 0:
            yield block.getvalue().encode()
            block.seek(0)
            block.truncate()
    yield block.getvalue().encode()


def _rows(report: Report, checks: t.Mapping[str, Json]) -> t.Iterator[dict[str, str]]:
    named: set[tuple[t.Any, str]] = set()
    hosts: set[str] = set()  # of which a finding, or an entry, says that they were not assessed
    for finding in report.findings():
        if finding.get("status") == "not_assessed":
            named.add((finding.get("check"), host_of(finding)))
        if subject_of(finding).get("type") == "host":
            hosts.add(host_of(finding))
        yield _finding(finding, checks.get(finding.get("check", ""), {}))
    for entry in report.not_assessed:
        if (entry["check"], host_of(entry)) not in named:
            yield _not_assessed(entry, checks.get(entry["check"], {}))
        hosts |= set() if entry["check"] else {host_of(entry)}
    for host in report.hosts:
        if host.get("assessed") is False and text_of(host.get("name")) not in hosts:
            yield _not_assessed({"check": None, "host": host.get("name"), "reason": host.get("reason")}, {})


def _finding(finding: Json, check: Json) -> dict[str, str]:
    subject = subject_of(finding)
    return {
        "status": text_of(finding.get("status")),
        "severity": text_of(finding.get("severity")),
        "check": text_of(finding.get("check")),
        "title": text_of(check.get("title")),
        "subject_type": text_of(subject.get("type")),
        "subject_login": text_of(subject.get("login")),
        "subject_id": text_of(subject.get("id")),
        "subject_name": text_of(subject.get("name")),
        "host": host_of(finding),
        "message": text_of(finding.get("message")),
        "evidence": pairs_of(finding.get("evidence")),
        "references": list_of(finding.get("references")),
        "exemption": pairs_of(finding.get("exemption")),
        "trend": text_of(finding.get("trend")),
        "finding_id": text_of(finding.get("id")),
    }


def _not_assessed(entry: Json, check: Json) -> dict[str, str]:
    return {
        "status": "not_assessed",
        "severity": text_of(check.get("severity")),
        "check": text_of(entry["check"]),
        "title": text_of(check.get("title")),
        "host": host_of(entry),
        "message": " ".join(filter(None, (text_of(entry.get("reason")), text_of(entry.get("remedy"))))),
        "references": list_of(check.get("references")),
    }
