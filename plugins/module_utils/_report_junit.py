# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""A report as JUnit XML: a test suite for the audit, a test case for each check, or for each check on each host.

A case fails when the check has findings, and is skipped when the check gave no answer: it was not assessed, or is
switched off, or all that it has is unknown. Findings for information (severity info) are no failures.
"""

from __future__ import annotations

import html
import typing as t

from ansible_collections.idops.okta.plugins.module_utils._report_document import SEVERITIES, Json, Report
from ansible_collections.idops.okta.plugins.module_utils._report_text import (
    host_of,
    list_of,
    named,
    subject_of,
    text_of,
)

_SHOWN = 20  # subjects in a failure's text; the rest is in findings.csv

Case = tuple[str, str]  # a check's id, a host or ""


class _Found:
    """What the findings say of a case."""

    def __init__(self) -> None:
        self.failed = self.unknown = self.told = 0
        self.severity = len(SEVERITIES)
        self.lines: dict[str, list[str]] = {"fail": [], "unknown": [], "info": []}

    def add(self, finding: Json) -> None:
        status, severity = finding.get("status"), finding.get("severity")
        if status == "fail" and severity == "info":
            self.told += 1
            status = "info"
        elif status == "fail":
            self.failed += 1
            self.severity = min(self.severity, SEVERITIES.index(severity) if severity in SEVERITIES else 0)
        elif status == "unknown":
            self.unknown += 1
        lines = self.lines.get(str(status), [])
        if len(lines) < _SHOWN:
            lines.append(_flat(f"{named(subject_of(finding))}: {text_of(finding.get('message'))}"))

    def text(self, status: str, count: int) -> str:
        lines = self.lines[status]
        more = [f"... and {count - len(lines)} more in findings.csv"] if count > len(lines) else []
        return "\n".join([*lines, *more])


def junit_xml(report: Report) -> t.Iterator[bytes]:
    """The file, piece by piece."""
    found: dict[Case, _Found] = {}
    for finding in report.findings():
        found.setdefault((text_of(finding.get("check")), host_of(finding)), _Found()).add(finding)
    reasons = {("", text_of(host.get("name"))): host for host in report.hosts if host.get("assessed") is False}
    reasons |= {(text_of(entry["check"]), host_of(entry)): entry for entry in report.not_assessed}
    cases = [
        _case(report.kind, check, host, found.get((check["id"], host), _Found()), reasons)
        for host in _hosts(report, found, reasons)
        for check in report.checks
    ]
    title = text_of(report.head.get("title") or report.kind)
    counts = {
        "tests": len(cases),
        "failures": sum(outcome == "failure" for outcome, _xml in cases),
        "errors": 0,
        "skipped": sum(outcome == "skipped" for outcome, _xml in cases),
        "time": 0,
    }
    when = text_of(report.head.get("generated_at")).removesuffix("Z")  # the schemas in use know no time zone
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
    yield _tag("testsuite", name=title, timestamp=when, **counts).encode() + b"\n"
    yield _properties(report).encode()
    for _outcome, xml in cases:
        yield xml.encode()
    yield b"</testsuite>\n</testsuites>\n"


def _hosts(report: Report, *mentions: t.Iterable[Case]) -> list[str]:
    """The hosts of an audit of hosts, in order. An audit of the org has one, which has no name."""
    hosts = {text_of(host.get("name")) for host in report.hosts}
    hosts |= {host for cases in mentions for _check, host in cases}
    return sorted(hosts - {""}) if hosts - {""} else [""]


def _case(kind: str, check: Json, host: str, found: _Found, reasons: t.Mapping[Case, Json]) -> tuple[str, str]:
    check_id, title = text_of(check["id"]), text_of(check.get("title"))
    opening = "  " + _tag("testcase", classname=host or kind, name=check_id, time=0)
    reason = reasons.get((check_id, host)) or reasons.get((check_id, "")) or reasons.get(("", host))
    counts = check.get("counts") if isinstance(check.get("counts"), dict) else {}
    outcome, inside = "passed", ""
    if found.failed:
        outcome = "failure"
        message = f"{title}: {found.failed} {'finding' if found.failed == 1 else 'findings'}"
        severity = SEVERITIES[found.severity]
        text = [found.text("fail", found.failed)]
        text += [f"Remedy: {_flat(text_of(check['remedy']))}"] if check.get("remedy") else []
        text += [f"References: {_flat(list_of(check['references']))}"] if check.get("references") else []
        inside = _tag("failure", message=message, type=severity) + _escaped("\n".join(text)) + "</failure>"
    elif check.get("enabled") is False:
        outcome, inside = "skipped", _skipped("The check is switched off.")
    elif reason or (counts and counts.get("not_assessed") and not counts.get("pass")):
        why = [text_of((reason or {}).get(part)) for part in ("reason", "remedy")]
        outcome, inside = "skipped", _skipped(" ".join(filter(None, why)) or "The check was not assessed.")
    elif found.unknown and not (counts and counts.get("pass")):
        outcome, inside = "skipped", _skipped(f"{found.unknown} unknown, none that passed or failed.")
    told = [found.text("info", found.told)] if found.told else []
    told += [f"Unknown: {found.unknown}", found.text("unknown", found.unknown)] if found.unknown else []
    if told:
        inside += "<system-out>" + _escaped("\n".join(told)) + "</system-out>"
    return outcome, f"{opening}{inside}</testcase>\n"


def _properties(report: Report) -> str:
    provenance = report.head.get("provenance")
    known = provenance if isinstance(provenance, dict) else {}
    lines = [
        f"    {_tag('property', name=name, value=text_of(known[name]))}</property>\n"
        for name in ("org_url", "preset", "collection_version", "ansible_version")
        if known.get(name)
    ]
    return f"  <properties>\n{''.join(lines)}  </properties>\n"


def _skipped(reason: str) -> str:
    return _tag("skipped", message=reason) + "</skipped>"


def _tag(element: str, **attributes: object) -> str:
    shown = "".join(f' {key}="{_escaped(_flat(str(value)))}"' for key, value in attributes.items())
    return f"<{element}{shown}>"


def _escaped(text: str) -> str:
    return html.escape(text).replace("\r", "&#13;")


def _flat(text: str) -> str:
    return " ".join(text.split())
