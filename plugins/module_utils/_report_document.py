# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Reads a report of an audit: its head at once, its findings one by one, however many there are."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError, printable

SEVERITIES = ("critical", "high", "medium", "low", "info")
_CHUNK = 1024 * 1024
_BLANKS = " \t\r\n"
_REMEDY = "Make the report anew with the audit that it came from."

Json = dict[str, t.Any]


class InvalidReport(OktaError):
    """The file isn't a report of this collection, or not all of one."""


class Report:
    """A report.json. ``head`` is everything but the findings.

    The whole file is read when this is made, so that a report that is cut off is found out before anything is written.
    Raises `InvalidReport`, or `OSError` when the file can't be read.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self.head: Json = {}
        complete = False
        for name, value in self._members():
            if name == "findings":
                complete = complete or value is None
            else:
                self.head[name] = value
        version = self.head.get("schema_version")
        if not isinstance(version, str) or not complete:
            raise self._invalid("is not a report of an audit")
        if not version.startswith("1."):
            raise self._invalid(f"has the schema version {printable(version, 20)}, and this collection reads 1.x")
        self.kind: str = self._member("kind", str)
        self.checks: list[Json] = self._members_of("checks", "id")
        self.not_assessed: list[Json] = self._members_of("not_assessed", "check")

    @property
    def hosts(self) -> list[Json]:
        """The hosts of an audit of hosts, those that were not assessed too; an audit of the org has none."""
        population = self.head.get("population")
        listed = population.get("hosts") if isinstance(population, dict) else None
        return [host for host in listed if isinstance(host, dict)] if isinstance(listed, list) else []

    def findings(self) -> t.Iterator[Json]:
        """The findings, in the order of the report."""
        for name, value in self._members():
            if name == "findings" and value is not None:
                if not isinstance(value, dict):
                    raise self._invalid("has a finding that is no object")
                yield value

    def _members(self) -> t.Iterator[tuple[str, t.Any]]:
        """The members of the report. Each finding is one, and None comes after the last."""
        with open(self._path, encoding="utf-8", newline="") as file:
            try:
                yield from _Scanner(file).members("findings")
            except (ValueError, RecursionError):  # of which UnicodeDecodeError is one
                raise self._invalid("is not JSON, or not all of it is there") from None

    def _member(self, name: str, kind: type) -> t.Any:
        value = self.head.get(name)
        if not isinstance(value, kind):
            raise self._invalid(f"lacks {name}")
        return value

    def _members_of(self, name: str, needed: str) -> list[Json]:
        members = self._member(name, list)
        if not all(isinstance(member, dict) and needed in member for member in members):
            raise self._invalid(f"has {name} that lack {needed}")
        return t.cast("list[Json]", members)

    def _invalid(self, problem: str) -> InvalidReport:
        return InvalidReport(f"The file {printable(self._path)} {problem}.", _REMEDY)


class _Scanner:
    """Takes one JSON value after another out of a file and keeps none. Raises `ValueError` where there is no JSON."""

    def __init__(self, file: t.IO[str]) -> None:
        self._file = file
        self._decode = json.JSONDecoder().raw_decode
        self._text = ""
        self._at = 0

    def members(self, streamed: str) -> t.Iterator[tuple[str, t.Any]]:
        """The members of the object that the file is. Of the list ``streamed``, each element is a member, then None."""
        for _member in self._elements("{", "}"):
            name = self._value()
            self._take(":")
            if name == streamed:
                for _element in self._elements("[", "]"):
                    yield name, self._value()
                yield name, None
            else:
                yield name, self._value()
        if self._next():
            raise ValueError("something comes after the report")

    def _elements(self, opening: str, closing: str) -> t.Iterator[None]:
        self._take(opening)
        if self._next() == closing:
            self._take(closing)
            return
        while True:
            yield
            if self._next() == closing:
                self._take(closing)
                return
            self._take(",")

    def _take(self, wanted: str) -> None:
        if self._next() != wanted:
            raise ValueError("something else was there")
        self._at += 1

    def _next(self) -> str:
        """The next character that isn't blank, which stays where it is; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read():
                return ""

    def _value(self) -> t.Any:
        self._next()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except ValueError:  # it may go on in what hasn't been read
                if not self._read():
                    raise
                continue
            if end < len(self._text) or not self._read():
                self._at = end
                return value

    def _read(self) -> bool:
        rest = self._text[self._at :]
        chunk = self._file.read(max(_CHUNK, len(rest)))
        self._text, self._at = rest + chunk, 0
        return bool(chunk)
