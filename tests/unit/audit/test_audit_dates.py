# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_audit_dates`: every form that Okta and HR systems have, and nothing that only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.idops.okta.plugins.module_utils._audit_dates import (
    DAY,
    HOUR,
    NoDate,
    last_moment,
    milliseconds,
    moment,
    read_now,
    whole_days,
    written,
)

NOON = milliseconds(datetime(2026, 1, 31, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-01-31T12:00:00.000Z", NOON),
        ("2026-01-31T12:00:00Z", NOON),
        ("2026-01-31t12:00z", NOON),
        ("2026-01-31 12:00:00", NOON),
        ("2026-01-31T12:00:00.5Z", NOON + 500),
        ("2026-01-31T12:00:00.123456789Z", NOON + 123),
        ("2026-01-31T14:30:00+02:30", NOON),
        ("2026-01-31T07:00:00-0500", NOON),
        ("2026-01-31T24:00:00Z", NOON + 12 * HOUR),
        ("2016-12-31T23:59:60Z", 1483228800000),
        ("2024-02-29T00:00:00.000Z", 1709164800000),
        ("1969-12-31T23:59:59.999Z", -1),
        ("0001-01-01T00:00:00Z", -62135596800000),
        (None, None),
        ("", None),
    ],
)
def test_moment(text: str | None, wanted: int | None) -> None:
    assert moment(text) == wanted


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2026-01-31",
        "2025-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-31T25:00:00Z",
        "2026-01-31T24:00:01Z",
        "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:00Z ",
        "2026-01-31T12:00:00+2:00",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-01-31T12:00:00Z",
        "20260131T120000Z",
        1769860800,
        True,
        [],
        {},
    ],
)
def test_no_moment(value: object) -> None:
    with pytest.raises(NoDate):
        moment(value)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-01-31", NOON + 12 * HOUR - 1),
        (" 20260131 ", NOON + 12 * HOUR - 1),
        ("2026-01-31T12:00:00Z", NOON),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_last_moment(text: str | None, wanted: int | None) -> None:
    assert last_moment(text) == wanted


@pytest.mark.parametrize("value", ["2026-0131", "31.01.2026", "2026-02-30", 20260131])
def test_no_last_moment(value: object) -> None:
    with pytest.raises(NoDate):
        last_moment(value)


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-14 * 60, 14 * 60))
def test_a_date_survives_the_way_through_numbers(when: datetime, minutes: int) -> None:
    to_the_second = when.replace(microsecond=0)
    text = to_the_second.isoformat().replace("+00:00", "Z")
    assert written(moment(text) or 0) == text
    assert moment(text) == milliseconds(to_the_second)
    offset = timezone(timedelta(minutes=minutes))
    if 2 <= when.year <= 9998:
        assert moment(to_the_second.astimezone(offset).isoformat(" ")) == milliseconds(to_the_second)


def test_whole_days() -> None:
    assert [whole_days(DAY - 1), whole_days(DAY), whole_days(2 * DAY + HOUR)] == [0, 1, 2]


def test_now() -> None:
    clock = datetime(2026, 1, 31, 12, 0, 0, 999, tzinfo=UTC)
    assert read_now(None, lambda: clock) == read_now("2026-01-31T12:00:00.999Z", lambda: clock)
    assert read_now("2026-01-31T13:00:00+01:00", lambda: clock).isoformat() == "2026-01-31T12:00:00+00:00"
    for wrong in ("now", "1960-01-01T00:00:00Z", "9999-12-31T23:00:00-09:00"):
        with pytest.raises(NoDate):
            read_now(wrong, lambda: clock)
