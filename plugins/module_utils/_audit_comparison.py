# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What has changed since an earlier report of the same org."""

from __future__ import annotations

import json
import os
import typing as t

from ._audit_checks import KIND, SCHEMA_VERSION
from ._audit_files import sha256_of, unreadable
from ._audit_subject import Record
from ._errors import InvalidOption, printable

_NAME_A_REPORT = "Name the report.json of an earlier audit of this org."


class Comparison:
    """The findings of an earlier report, ticked off as those of this one are made. Read it with `read_previous`."""

    def __init__(self, path: str, header: Record, statuses: dict[str, str], sha256: str) -> None:
        self.sha256 = sha256
        self._path = path
        self._header = header
        self._statuses = statuses
        self._new = 0
        self._unchanged = 0

    def trend(self, identity: str, status: str) -> str:
        """Whether a finding was there before, with the same status."""
        unchanged = self._statuses.pop(identity, None) == status
        if status == "fail":
            self._new += not unchanged
            self._unchanged += unchanged
        return "unchanged" if unchanged else "new"

    def report(self, assessed: t.Container[str], hosts: t.Container[str] | None = None) -> Record:
        """The comparison, as it stands in the report, once all findings are made.

        Resolved is what failed and is no longer listed; not what a check could not be made for this time.
        ``hosts`` are those that were assessed: what was found on others is not resolved either.
        """
        left = {identity for identity, status in self._statuses.items() if status == "fail"}
        resolved = [
            {"id": finding["id"], "check": finding["check"], "subject": finding["subject"]}
            for finding in (_findings(self._path) if left else ())
            if finding["id"] in left
            and finding["check"] in assessed
            and (hosts is None or "host" not in finding["subject"] or finding["subject"]["host"] in hosts)
        ]
        return {
            "previous_generated_at": self._header["generated_at"],
            "new": self._new,
            "resolved": len(resolved),
            "unchanged": self._unchanged,
            "resolved_findings": resolved,
        }


def read_previous(path: str, org_url: str, kind: str = KIND) -> Comparison:
    """Read an earlier report. Raises `InvalidOption` when it isn't one, or is of another org or version."""
    place = os.path.realpath(os.path.expanduser(path))
    try:
        sha256 = sha256_of(place)
        header = _header(place)
        _check(header, path, org_url, kind)
        statuses = {str(finding["id"]): str(finding["status"]) for finding in _findings(place)}
    except OSError as error:
        raise unreadable("previous_report", path, error) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InvalidOption(f"previous_report {printable(path)} is no report of an audit.", _NAME_A_REPORT) from None
    return Comparison(place, header, statuses, sha256)


def _check(header: Record, path: str, org_url: str, kind: str) -> None:
    version, seen_kind, org = header["schema_version"], header["kind"], header["provenance"]["org_url"] or ""
    for what, seen, wanted in (
        ("the schema version", version, SCHEMA_VERSION),
        ("the kind", seen_kind, kind),
        ("the org", org, org_url),
    ):
        if seen != wanted:
            raise InvalidOption(
                f"previous_report {printable(path)} is of {what} {printable(str(seen), 120)}, and this one of "
                f"{printable(str(wanted), 120)}.",
                _NAME_A_REPORT,
            )
    if not isinstance(header["generated_at"], str):
        raise TypeError


def _header(path: str) -> Record:
    """All of a report but its findings, which stand one a line and last; of a rewritten report, all of it."""
    with open(path, "rb") as file:
        if file.readline() == b"{\n":
            lines: list[bytes] = []
            for line in file:
                if line == b'"findings":[\n':
                    content = json.loads(b"{" + b"".join(lines).rstrip(b",\n") + b"}")
                    return t.cast(Record, content)
                lines.append(line)
        file.seek(0)
        return t.cast(Record, json.load(file))


def _findings(path: str) -> t.Iterator[Record]:
    with open(path, "rb") as file:
        if file.readline() == b"{\n":
            found = False
            for line in file:
                if found and line.startswith(b"{"):
                    yield json.loads(line.rstrip(b",\n"))
                found = found or line == b'"findings":[\n'
            if found:
                return
        file.seek(0)
        yield from json.load(file)["findings"]
