# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_rate_limits`: what Okta says of its limits, by its own clock."""

from __future__ import annotations

import time

import pytest

from ansible_collections.idops.okta.plugins.module_utils._rate_limits import (
    LONGEST_WINDOW,
    RateLimit,
    read_date,
    read_rate_limit,
    seconds_until_reset,
)
from ansible_collections.idops.okta.tests.unit.engine.support import NOW, http_date, rate, response

RESET = int(NOW) + 40
IN_TOKYO = "Mon, 02 Feb 2026 11:40:00 +0900"
IN_UTC = "Mon, 02 Feb 2026 02:40:00 GMT"


def test_a_rate_limit() -> None:
    found = read_rate_limit(response(headers=rate(600, 599, RESET)).headers)
    assert found
    assert found.result() == {"limit": 600, "remaining": 599, "reset": RESET}
    assert not found.is_concurrency


def test_names_in_any_case() -> None:
    headers = [(name.lower(), value) for name, value in rate(600, 599, RESET)]
    assert read_rate_limit(response(headers=headers).headers) == RateLimit(600, 599, RESET)


@pytest.mark.parametrize("missing", range(3))
def test_no_header_is_required(missing: int) -> None:
    headers = rate(600, 599, RESET)
    del headers[missing]
    assert read_rate_limit(response(headers=headers).headers) is None


@pytest.mark.parametrize("value", ["", "-1", "1.5", "abc", "٣", "9" * 17, str(2**53 + 1), "1e3", "5, 5"])
@pytest.mark.parametrize("place", range(3))
def test_a_number_that_is_none(place: int, value: str) -> None:
    headers = rate(600, 599, RESET)
    headers[place] = (headers[place][0], value)
    assert read_rate_limit(response(headers=headers).headers) is None


@pytest.mark.parametrize(("limit", "remaining", "wanted"), [(0, 0, True), (600, 0, False), (0, 1, False)])
def test_the_concurrency_limit(limit: int, remaining: int, wanted: bool) -> None:
    assert RateLimit(limit, remaining, RESET).is_concurrency is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (IN_UTC, NOW),
        (IN_TOKYO, NOW),
        ("Mon, 02 Feb 2026 02:40:00 -0000", NOW),
        ("Mon, 02 Feb 2026 02:40:00", NOW),
        ("", None),
        ("yesterday", None),
        ("Mon, 99 Feb 2026 02:40:00 GMT", None),
        ("Mon, 02 Feb 99999 02:40:00 GMT", None),
        ("Mon, 02 Feb 2026 02:40:00 +999999", None),
    ],
)
def test_the_servers_clock(monkeypatch: pytest.MonkeyPatch, text: str, wanted: float | None) -> None:
    """Whatever zone this machine is in."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert read_date(response(headers=[("Date", text)]).headers) == wanted
    finally:
        monkeypatch.undo()
        time.tzset()


def test_no_date() -> None:
    assert read_date(response().headers) is None


@pytest.mark.parametrize("skew", [-600, 0, 600])
def test_a_wait_is_by_the_servers_clock(skew: float) -> None:
    headers = response(headers=[http_date(NOW)]).headers
    assert seconds_until_reset(RateLimit(600, 0, RESET), headers, NOW + skew) == 40


def test_this_machines_clock_stands_in() -> None:
    assert seconds_until_reset(RateLimit(600, 0, RESET), response().headers, NOW + 10) == 30


@pytest.mark.parametrize(("reset", "wanted"), [(0, 0), (int(NOW), 0), (2**53, LONGEST_WINDOW)])
def test_a_reset_that_is_not_believed(reset: int, wanted: float) -> None:
    assert seconds_until_reset(RateLimit(600, 0, reset), response().headers, NOW) == wanted
