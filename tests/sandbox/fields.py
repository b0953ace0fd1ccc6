# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `fields` parameter: `id,status,profile:(firstName,lastName)`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .okta_errors import ApiError
from .users import Record

_LIST = re.compile(r"(?:[A-Za-z_]\w*(?::\([^()]*\))?)(?:,[A-Za-z_]\w*(?::\([^()]*\))?)*", re.ASCII)
_ITEM = re.compile(r"([A-Za-z_]\w*)(?::\(([^()]*)\))?", re.ASCII)
_NAMES = re.compile(r"[A-Za-z_]\w*(?:,[A-Za-z_]\w*)*", re.ASCII)


@dataclass(frozen=True)
class Fields:
    """What to keep: top-level attributes, and those of the profile unless it is kept whole."""

    top: frozenset[str]
    profile: frozenset[str] | None

    def of(self, record: Record) -> Record:
        kept = {name: value for name, value in record.items() if name in self.top}
        if self.profile is not None and "profile" in kept:
            kept["profile"] = {name: value for name, value in kept["profile"].items() if name in self.profile}
        return kept


def parse_fields(text: str) -> Fields:
    """`id` is always among them; what can't be read is a 400 (its exact text is unknown)."""
    if not _LIST.fullmatch(text):
        raise _malformed()
    top, profile = {"id"}, None
    for name, inner in _ITEM.findall(re.sub(r"\s", "", text)):
        top.add(name)
        if f"{name}:(" not in text:
            continue
        if name != "profile" or not _NAMES.fullmatch(inner):
            raise _malformed()
        profile = frozenset(inner.split(","))
    return Fields(frozenset(top), profile)


def _malformed() -> ApiError:
    return ApiError("E0000001", "Api validation failed: fields", ["fields: The fields parameter is malformed."])
