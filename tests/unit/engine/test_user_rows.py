# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_user_rows`: users as lines of a file."""

from __future__ import annotations

import csv
import io
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils._user_rows import (
    DEFAULT_COLUMNS,
    columns,
    count_rows,
    csv_header,
    csv_line,
    guarded,
    json_line,
)


def row(user: dict[str, t.Any], *names: str) -> list[str]:
    return next(csv.reader(io.StringIO(csv_line(user, names).decode(), newline="")))


@pytest.mark.parametrize(
    "user", [{}, {"b": 1, "a": None}, {"name": "山田\n\u2028"}, {"half": "\ud800"}, {"profile": {"x": ["ü", True]}}]
)
def test_a_line_of_json(user: dict[str, t.Any]) -> None:
    line = json_line(user)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == user


def test_the_same_user_gives_the_same_line() -> None:
    assert json_line({"a": 1, "b": {"c": 2, "d": 3}}) == json_line({"b": {"d": 3, "c": 2}, "a": 1})
    assert json_line({"name": "é"}) == '{"name":"é"}\n'.encode()


def test_the_columns() -> None:
    assert columns(("status", "profile.login", "id", "status")) == ("id", "status", "profile.login")
    assert columns(DEFAULT_COLUMNS) == DEFAULT_COLUMNS
    assert csv_header(("id", "a,b")) == b'id,"a,b"\r\n'


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (None, ""),
        ("", ""),
        ("x", "x"),
        (5, "5"),
        (True, "true"),
        (["ü", 1], '["ü", 1]'),
        ({"b": 1, "a": 2}, '{"a": 2, "b": 1}'),
        ('say "hi", you\nand you', 'say "hi", you\nand you'),
        ("=1+1", "'=1+1"),
    ],
)
def test_a_cell(value: object, wanted: str) -> None:
    assert row({"id": "1", "a": value}, "id", "a") == ["1", wanted]
    assert row({"id": "1", "profile": {"a": value}}, "id", "profile.a") == ["1", wanted]


@pytest.mark.parametrize("user", [{}, {"profile": None}, {"profile": "x"}, {"profile": []}])
def test_what_a_user_lacks_is_empty(user: dict[str, t.Any]) -> None:
    assert row(user, "id", "profile.login") == ["", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert guarded(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert row({"id": f"{start}1"}, "id")[0].startswith("'")


@pytest.mark.parametrize("harmless", ["", "a=1", "1-1", "jane@example.com", "'x"])
def test_what_is_none_stays_as_it_is(harmless: str) -> None:
    assert guarded(harmless) == harmless


def test_half_a_surrogate_pair_breaks_nothing() -> None:
    assert csv_line({"id": "a\ud800b"}, ("id",)) == b"a?b\r\n"


def test_rows_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_bytes(json_line({"a": "x\ny"}) * 3)
    assert count_rows(str(file), "jsonl") == 3
    file.write_bytes(csv_header(("id", "a")) + csv_line({"id": "1", "a": "x\ny"}, ("id", "a")) * 3)
    assert count_rows(str(file), "csv") == 3
    file.write_bytes(b"")
    assert (count_rows(str(file), "csv"), count_rows(str(file), "jsonl")) == (0, 0)


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_rows_that_cannot_be_counted(tmp_path: Path, file_format: str) -> None:
    assert count_rows(str(tmp_path / "none"), file_format) is None
    assert count_rows(str(tmp_path), file_format) is None
    (tmp_path / "users").write_bytes(b"\xff\xfe\n")
    assert count_rows(str(tmp_path / "users"), file_format) is None
    (tmp_path / "users").write_bytes(b"x" * 200_000 + b"\n")
    assert count_rows(str(tmp_path / "users"), file_format) == (1 if file_format == "jsonl" else None)
