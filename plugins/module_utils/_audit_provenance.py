# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Where an audit comes from: what the caller knows of it, and what the audit itself can add."""

from __future__ import annotations

import hashlib
import typing as t

from ._audit_exemptions import canonical
from ._audit_subject import Record
from ._errors import InvalidOption
from ._version import VERSION

_MEMBERS = ("population", "runner", "window")


class Provenance:
    """What stands at the head of a report. ``given`` is the caller's part; raises `InvalidOption` for what can't be."""

    def __init__(self, given: Record) -> None:
        try:
            canonical(given)
        except (ValueError, TypeError, RecursionError):
            raise InvalidOption("provenance holds what can't be written as JSON.", "Write texts and numbers.") from None
        for name in _MEMBERS:
            if given.get(name) is not None and not isinstance(given[name], dict):
                raise InvalidOption(f"provenance has a {name} that is no dictionary.", "See the option's description.")
        self._given = {name: value for name, value in given.items() if value is not None}
        self.population: Record = dict(self._given.pop("population", {}))
        fields = self.population.get("fields") or []
        if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
            raise InvalidOption("provenance has fields of the population that are no list of names.", "Write a list.")
        org_url = self._given.get("org_url")
        if org_url is not None and not isinstance(org_url, str):
            raise InvalidOption("provenance has an org_url that is no text.", "Write the URL of the org.")
        self.fields: list[str] = fields
        self.org_url: str = org_url or ""

    def shown(self, population: Record, **judged_by: object) -> Record:
        """As it stands in the report, with what the audit found out about the population, and what it judged by."""
        return {
            "org_url": None,
            "collection_version": VERSION,
            "ansible_version": None,
            "runner": {"type": "command line"},
            "window": None,
            **{name: value for name, value in self._given.items() if name != "collection_version"},
            "population": {**self.population, **population},
            **judged_by,
        }


def digest(value: t.Sequence[t.Any] | None) -> str | None:
    """The SHA-256 of a list that was handed over, or None when nothing was."""
    return hashlib.sha256(canonical(value).encode()).hexdigest() if value else None
