# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_pace`: no faster than the org allows, whoever of the task's workers asks."""

from __future__ import annotations

import pytest

from ansible_collections.idops.okta.plugins.module_utils._pace import Pace
from ansible_collections.idops.okta.plugins.module_utils._rate_limits import RateLimit
from ansible_collections.idops.okta.tests.unit.engine.support import NOW, FakeClock

USERS = "/api/v1/users"


def limit(limit: int, remaining: int) -> RateLimit:
    return RateLimit(limit, remaining, int(NOW) + 40)


def after_one_answer(rate: RateLimit | None, reserve: int = 0) -> tuple[Pace, FakeClock]:
    clock = FakeClock()
    pace = Pace(reserve, clock)
    assert pace.start(USERS) == 0
    pace.end(USERS, rate, 40.0)
    return pace, clock


@pytest.mark.parametrize(
    ("reserve", "limits", "waits"),
    [
        (0, (600, 1), False),
        (0, (600, 0), True),
        (10, (600, 61), False),
        (10, (600, 60), True),
        (10, (5, 1), True),  # a reserve is rounded up
        (10, (5, 2), False),
        (90, (100, 91), False),
        (90, (100, 90), True),
    ],
)
def test_the_reserve_is_left_to_others(reserve: int, limits: tuple[int, int], waits: bool) -> None:
    pace, clock = after_one_answer(limit(*limits), reserve)
    assert pace.start(USERS) == (40.0 if waits else 0.0)
    if waits:
        clock.pass_by(30)
        assert pace.start(USERS) == 10.0
        clock.pass_by(10)
        assert pace.start(USERS) == 0.0


def test_an_answer_that_says_nothing_slows_nothing() -> None:
    pace, _dummy = after_one_answer(None)
    assert [pace.start(USERS) for dummy in range(100)] == [0.0] * 100
    assert pace.rate_limit is None


def test_what_is_on_its_way_is_counted() -> None:
    pace, _dummy = after_one_answer(limit(600, 2))
    assert [pace.start(USERS) for dummy in range(3)] == [0.0, 0.0, 40.0]


def test_those_on_their_way_are_taken_not_to_be_counted_yet() -> None:
    """Also where an answer is the first of its window."""
    pace = Pace(0, FakeClock())
    assert [pace.start(USERS) for dummy in range(2)] == [0.0, 0.0]
    pace.end(USERS, limit(600, 3), 40.0)
    assert [pace.start(USERS) for dummy in range(3)] == [0.0, 0.0, 40.0]


def test_an_answer_that_comes_late_gives_nothing_back() -> None:
    pace, _dummy = after_one_answer(limit(600, 3))
    assert [pace.start(USERS) for dummy in range(3)] == [0.0, 0.0, 0.0]
    pace.end(USERS, limit(600, 3), 40.0)
    assert pace.start(USERS) == 40.0


def test_buckets_are_apart() -> None:
    pace, _dummy = after_one_answer(limit(600, 0))
    assert pace.start("/oauth2/v1/token") == 0.0


def test_a_new_window_is_taken_as_one() -> None:
    pace, clock = after_one_answer(limit(600, 0))
    clock.pass_by(41)
    assert pace.start(USERS) == 0.0
    pace.end(USERS, limit(600, 599), 60.0)
    assert [pace.start(USERS) for dummy in range(100)] == [0.0] * 100


def test_the_last_word_on_the_rate_limit_is_kept() -> None:
    pace, _dummy = after_one_answer(limit(600, 5))
    assert pace.start("other") == 0
    pace.end("other", limit(100, 99), 40.0)
    assert pace.rate_limit == limit(100, 99)


def test_too_many_at_once_makes_fewer_at_once() -> None:
    clock = FakeClock()
    pace = Pace(0, clock)
    assert [pace.start(USERS) for dummy in range(3)] == [0.0] * 3
    pace.end(USERS, limit(0, 0), 60.0)  # two are left on their way, and there is room for two from now on
    assert 0 < pace.start(USERS) < 1
    pace.end(USERS)
    assert pace.start(USERS) == 0.0
    assert pace.start(USERS) > 0


def test_one_request_is_always_allowed() -> None:
    pace, _dummy = after_one_answer(limit(0, 0))
    assert pace.start(USERS) == 0.0
