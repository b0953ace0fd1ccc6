# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Findings: counted, exempted, compared with the last report, and kept on the disk, however many they are."""

from __future__ import annotations

import hashlib
import json
import tempfile
import typing as t
from json.encoder import encode_basestring

from ._audit_checks import RANKS, SEVERITIES, Check
from ._audit_comparison import Comparison
from ._audit_exemptions import Exemption, holding
from ._audit_settings import Tuned
from ._audit_subject import Record, Subject, cut

COUNTED = ("fail", "pass", "exempt", "unknown", "not_assessed")
LISTED = ("fail", "unknown", "exempt", "not_assessed")
MOST_ROWS = 200
_BLOCK = 1024 * 1024


class NotAssessed(t.NamedTuple):
    """A check that could not be made, why, and what to do about it."""

    check: str
    reason: str
    remedy: str


class _Bucket:
    """The findings of one severity and check, in the order they came in, and the first of each status."""

    def __init__(self, folder: str) -> None:
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed with the findings
        self.count = 0
        self.first: dict[str, list[str]] = {status: [] for status in LISTED}


class Findings:
    """Collects findings, each check's in the order of logins, and gives them by severity and check.

    Memory stays flat: they are kept in files in ``folder``. Use it as a context.
    """

    def __init__(self, folder: str, checks: t.Collection[Tuned], comparison: Comparison | None) -> None:
        self.not_assessed: list[NotAssessed] = []
        self.by_severity = dict.fromkeys(SEVERITIES, 0)
        self.counts = {tuned.row.id: dict.fromkeys(COUNTED, 0) for tuned in checks}
        self._references = {tuned.row.id: written(tuned.row.references) for tuned in checks}
        self._folder = folder
        self._comparison = comparison
        self._buckets: dict[tuple[int, int, str], _Bucket] = {}

    def __enter__(self) -> Findings:
        return self

    def __exit__(self, *_exception: object) -> None:
        for bucket in self._buckets.values():
            bucket.file.close()

    def leave_out(self, check: Check, reason: str, remedy: str) -> None:
        """Put on record that a check could not be made."""
        self.counts[check.id]["not_assessed"] += 1
        self.not_assessed.append(NotAssessed(check.id, reason, remedy))

    def unknown(self, tuned: Tuned, subject: Subject, reason: str, evidence: Record | None = None) -> None:
        """Put on record that a check could not be decided for a subject."""
        self._add(tuned, subject, tuned.severity, "unknown", reason, evidence or {}, None)

    def missed(self, tuned: Tuned, subject: Subject, reason: str, evidence: Record) -> str:
        """Put on record that a subject could not be looked at. Gives the id of the finding."""
        return self._add(tuned, subject, tuned.severity, "not_assessed", reason, evidence, None)

    def failed(
        self,
        tuned: Tuned,
        subject: Subject,
        message: str,
        evidence: Record,
        severity: str | None,
        exemptions: t.Sequence[Exemption],
    ) -> tuple[str, Exemption | None]:
        """Put on record that a check fails for a subject, unless one of the exemptions that match it holds.

        Gives the id of the finding, and the exemption if one holds.
        """
        exemption = holding(tuned.row, exemptions) if exemptions else None
        severity = severity or tuned.severity
        if exemption is None:
            self.by_severity[severity] += 1
        status = "fail" if exemption is None else "exempt"
        return self._add(tuned, subject, severity, status, message, evidence, exemption), exemption

    def _add(
        self,
        tuned: Tuned,
        subject: Subject,
        severity: str,
        status: str,
        message: str,
        evidence: Record,
        exemption: Exemption | None,
    ) -> str:
        check = tuned.row.id
        identity = finding_id(check, subject)
        self.counts[check][status] += 1
        line = (
            f'{{"id":"{identity}","check":"{check}","severity":"{severity}","status":"{status}",'
            f'"subject":{_subject(subject)},"message":{encode_basestring(message)},'
            f'"evidence":{written(evidence)},"references":{self._references[check]}'
        )
        if self._comparison:
            line += f',"trend":"{self._comparison.trend(identity, status)}"'
        if exemption:
            line += f',"exemption":{written(exemption.granted())}'
        line += "}"
        place = (RANKS[severity], tuned.number, check)
        bucket = self._buckets.get(place)
        if bucket is None:
            bucket = self._buckets[place] = _Bucket(self._folder)
        if len(bucket.first[status]) < MOST_ROWS:
            bucket.first[status].append(line)
        bucket.file.write((f",\n{line}" if bucket.count else line).encode("utf-8", "replace"))
        bucket.count += 1
        return identity

    def blocks(self) -> t.Iterator[bytes]:
        """All findings as JSON, with a comma between them and each on a line of its own."""
        for number, (_order, bucket) in enumerate(self._ordered()):
            if number:
                yield b",\n"
            bucket.file.seek(0)
            while block := bucket.file.read(_BLOCK):
                yield block

    def first(self, check: str, statuses: t.Iterable[str]) -> tuple[list[Record], int]:
        """The first findings of a check, of the first status, then the next, and how many it has in all."""
        buckets = [bucket for (_rank, _number, name), bucket in self._ordered() if name == check]
        lines = [line for status in statuses for bucket in buckets for line in bucket.first[status]]
        return [json.loads(line) for line in lines[:MOST_ROWS]], sum(bucket.count for bucket in buckets)

    def top(self, most: int) -> list[Record]:
        """The first findings that fail, with no more of a person than the login."""
        lines = [line for _order, bucket in self._ordered() for line in bucket.first["fail"]][:most]
        return [
            {"id": row["id"], "check": row["check"], "severity": row["severity"], "login": row["subject"]["login"]}
            for row in map(json.loads, lines)
        ]

    def _ordered(self) -> list[tuple[tuple[int, int, str], _Bucket]]:
        return sorted(self._buckets.items(), key=lambda item: item[0])

    def summary(self) -> Record:
        """The counts over all checks."""
        totals = {status: sum(counts[status] for counts in self.counts.values()) for status in COUNTED}
        return {**totals, "by_severity": self.by_severity}


def finding_id(check: str, subject: Subject, host: str = "") -> str:
    """The same for the same check and subject in every run."""
    text = f"{check}|{subject.type}|{subject.id}|{host}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]


def _subject(subject: Subject) -> str:
    identity, login, name = encode_basestring(subject.id), cut(subject.login), cut(subject.name)
    named = f'"login":{encode_basestring(login)},"name":{encode_basestring(name)}'
    host = f',"host":{encode_basestring(subject.host)}' if subject.host else ""
    return f'{{"type":"{subject.type}","id":{identity},{named}{host}}}'


def written(value: t.Any) -> str:
    """JSON of texts, whole numbers, lists and dictionaries: quicker than the encoder for values that are this small."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        return "{" + ",".join([f"{encode_basestring(name)}:{written(item)}" for name, item in value.items()]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([written(item) for item in value]) + "]"
    return dumped(value)


dumped = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
