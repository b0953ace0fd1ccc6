# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Users as lines of a file: JSON Lines, or CSV (RFC 4180) that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
import io
import json
import typing as t

# What CSV has when fields doesn't say: the attributes that every org has.
DEFAULT_COLUMNS = (
    "id",
    "status",
    "created",
    "activated",
    "statusChanged",
    "lastLogin",
    "lastUpdated",
    "passwordChanged",
    "profile.login",
    "profile.email",
    "profile.firstName",
    "profile.lastName",
)
# A cell that begins like this is a formula to a spreadsheet (https://owasp.org/www-community/attacks/CSV_Injection).
# No line ends in JSON Lines, but to many a reader.
_LINE_ENDS = {end: f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Made once: json.dumps would make one for each user. What came out of JSON has no circles.
_encoded = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True).encode


def json_line(user: t.Mapping[str, t.Any]) -> bytes:
    """A user as one line of JSON, with attributes in alphabetical order: the same user gives the same line."""
    try:
        line = _encoded(user)
        for end, escaped in _LINE_ENDS.items():
            line = line.replace(end, escaped)
        return line.encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can hold and UTF-8 can't
        return json.dumps(user, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def columns(fields: t.Sequence[str]) -> tuple[str, ...]:
    """The columns of a CSV file: ``fields``, each once, and the ``id`` before them."""
    return tuple(dict.fromkeys(("id", *fields)))


def csv_header(names: t.Sequence[str]) -> bytes:
    """The first line of a CSV file."""
    return _csv_line(names)


def csv_line(user: t.Mapping[str, t.Any], names: t.Sequence[str]) -> bytes:
    """A user as one record of CSV. Dotted names reach into objects; what a user lacks is empty."""
    return _csv_line([guarded(_cell(user, name)) for name in names])


def count_rows(path: str, file_format: str) -> int | None:
    """How many users a file holds that was written earlier, or None when it can't be told."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = sum(1 for _row in (file if file_format == "jsonl" else csv.reader(file)))
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    return rows if file_format == "jsonl" else max(rows - 1, 0)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cell(user: t.Mapping[str, t.Any], name: str) -> str:
    value: t.Any = user
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _csv_line(cells: t.Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode("utf-8", "replace")
