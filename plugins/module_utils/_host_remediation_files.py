# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What the plan of a remediation is made from, and the rollback file, which is written before anything is touched."""

from __future__ import annotations

import json
import os
import typing as t

from ._audit_files import private_file, sha256_of, unreadable
from ._errors import InvalidOption, printable
from ._host_remediation import Json, Limits, Plan, plan
from ._report_document import InvalidReport, Report

_KIND = "host_account_audit"


def planned(params: t.Mapping[str, t.Any], limits: Limits) -> tuple[Plan, Json]:
    """The plan for a report, and the content of the rollback file. Raises `OktaError`."""
    report = _report("report", params["report"])
    previous = _report("previous_report", params["previous_report"]).head if params["previous_report"] else None
    made = plan(report.head, report.findings(), _hosts(params["hosts"]), limits, previous)
    hosts: dict[str, list[Json]] = {}
    for account in made.accounts:
        hosts.setdefault(account["host"], []).append({key: value for key, value in account.items() if key != "host"})
    record = {
        "schema_version": "1.0",
        "kind": "host_account_rollback",
        "change_ref": limits.change_ref,
        "generated_at": report.head["generated_at"],
        "org_url": report.head["provenance"].get("org_url"),
        "runner": report.head["provenance"].get("runner"),
        "report_sha256": sha256_of(params["report"]),
        "hosts": hosts,
    }
    return made, record


def write_record(path: str, record: Json) -> None:
    """Write the rollback file. Raises `InvalidOption` when there is a file already, or none can be written."""
    try:
        with private_file(path) as file:
            file.write(json.dumps(record, indent=1).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise InvalidOption(
            f"The rollback file {printable(path)} is there already, and no rollback file is ever written over.",
            "Keep it for the remediation that it is of, and name another file.",
        ) from None
    except OSError as error:
        reason = printable(error.strerror or type(error).__name__)
        raise InvalidOption(
            f"The rollback file {printable(path)} can't be written: {reason}.",
            "Name a file in a folder that the user of the task may write to. Nothing was touched.",
        ) from None


def _report(option: str, path: str) -> Report:
    try:
        report = Report(path)
    except OSError as error:
        raise unreadable(option, path, error) from None
    if report.kind != _KIND:
        raise InvalidReport(f"{option} {printable(path)} is no report of an audit of hosts.", "Name one of those.")
    return report


def _hosts(folder: str) -> dict[str, Json]:
    """What was read on each host, by its name."""
    hosts: dict[str, Json] = {}
    try:
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                content = json.load(file)
            hosts[content["host"]] = content
    except OSError as error:
        raise unreadable("hosts", folder, error) from None
    except (ValueError, KeyError, TypeError):
        raise InvalidOption(
            f"hosts {printable(folder)} has a file that host_account_findings has not written.",
            "Name the folder that it writes to.",
        ) from None
    return hosts
