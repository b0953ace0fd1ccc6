# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What the renderings of a report have in common: how values become text."""

from __future__ import annotations

import json
import re
import typing as t

# Control characters, those that turn text around, halves of surrogate pairs: what XML 1.0 can't hold, or no reader of
# a report should meet.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text with the replacement character for each character that can't be shown or stored."""
    return _UNPRINTABLE.sub("\ufffd", text)


def text_of(value: t.Any) -> str:
    """A value of any kind as text: strings as they are, nothing as nothing, all else as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    return clean(json.dumps(value, ensure_ascii=False, sort_keys=True))


def list_of(values: t.Any) -> str:
    """A list as text, with a semicolon between its elements."""
    return "; ".join(text_of(value) for value in values) if isinstance(values, list) else text_of(values)


def pairs_of(values: t.Any) -> str:
    """An object as text: key=value, with a semicolon between the pairs."""
    if not isinstance(values, dict):
        return text_of(values)
    return "; ".join(f"{clean(str(key))}={text_of(value)}" for key, value in values.items())


def subject_of(finding: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    """Whom or what a finding is about."""
    subject = finding.get("subject")
    return subject if isinstance(subject, dict) else {}


def host_of(entry: t.Mapping[str, t.Any]) -> str:
    """The host that a finding, or an entry of what was not assessed, is about; empty when it is about none."""
    return text_of(subject_of(entry).get("host") or entry.get("host"))


def named(subject: t.Mapping[str, t.Any]) -> str:
    """The best name that a subject has."""
    return text_of(subject.get("login") or subject.get("name") or subject.get("id"))
