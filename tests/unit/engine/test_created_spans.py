# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_created_spans`: the time in which users were created, shared out so that none is left out or read twice."""

from __future__ import annotations

import threading
import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._created_spans import CreatedSpans, Span, created_at, okta_time
from ansible_collections.idops.okta.plugins.module_utils._errors import UnexpectedAnswer

END = 1_000_000_000  # milliseconds: when the tests take place


def user(at: int) -> dict[str, t.Any]:
    return {"id": f"00u{at}", "created": okta_time(at)}


def users(*at: int) -> list[dict[str, t.Any]]:
    return [user(each) for each in at]


def take(spans: CreatedSpans) -> Span:
    span = spans.take()
    assert span
    return span


def bounds(span: Span) -> tuple[int, int | None]:
    return span.start, span.end


def test_the_first_takes_all_of_it() -> None:
    spans = CreatedSpans(END)
    span = take(spans)
    assert bounds(span) == (0, None)
    assert spans.advance(span, users(1000, 2000)) == (users(1000, 2000), False)
    assert spans.advance(span, []) == ([], False)
    spans.finish(span)
    assert spans.take() is None


def test_the_second_takes_the_later_half_of_what_is_left() -> None:
    spans = CreatedSpans(END)
    first = take(spans)
    spans.advance(first, users(200_000_000))
    second = take(spans)
    assert bounds(first) == (0, 600_000_000)
    assert bounds(second) == (600_000_000, None)
    spans.advance(second, users(700_000_000))
    assert bounds(take(spans)) == (400_000_000, 600_000_000)


def test_the_span_with_most_pages_left_is_shared_not_the_longest_one() -> None:
    """A week in which thousands were imported comes before years in which hardly anybody was."""
    spans = CreatedSpans(END)
    first = take(spans)
    spans.advance(first, users(100_000_000, 100_000_500))
    second = take(spans)  # from 550,000,000 on
    spans.advance(second, users(600_000_000, 700_000_000))
    spans.advance(first, users(100_000_900, 100_001_000))
    assert take(spans).end == second.start


def test_those_who_wait_together_get_equal_shares() -> None:
    spans = CreatedSpans(END)
    first = take(spans)
    taken: list[Span | None] = []
    waiting = [threading.Thread(target=lambda: taken.append(spans.take()), daemon=True) for dummy in range(3)]
    for thread in waiting:
        thread.start()
    while spans.idle < len(waiting):
        assert all(thread.is_alive() for thread in waiting)
    spans.advance(first, users(200_000_000))
    for thread in waiting:
        thread.join(5)
    shares = sorted((bounds(span) for span in taken if span), reverse=True)
    assert shares == [(800_000_000, None), (600_000_000, 800_000_000), (400_000_000, 600_000_000)]
    assert bounds(first) == (0, 400_000_000)


def test_what_is_left_of_a_page_or_two_is_not_shared() -> None:
    """The next page is on its way already: sharing would cost a request and save none."""
    spans = CreatedSpans(END)
    first = take(spans)
    spans.advance(first, users(100_000_000, 600_000_000))
    taken: list[Span | None] = []
    waiting = threading.Thread(target=lambda: taken.append(spans.take()), daemon=True)
    waiting.start()
    while not spans.idle:
        assert waiting.is_alive()
    spans.finish(first)
    waiting.join(5)
    assert (taken, bounds(first)) == ([None], (0, None))


def test_spans_meet_at_whole_seconds() -> None:
    spans = CreatedSpans(END + 999)
    first = take(spans)
    spans.advance(first, users(123_456_789))
    second = take(spans)
    assert second.start == first.end
    assert second.start % 1000 == 0


def test_what_belongs_to_another_worker_is_left_to_it() -> None:
    spans = CreatedSpans(END)
    first = take(spans)
    spans.advance(first, users(1000))
    middle = take(spans).start
    page = users(2000, middle - 1, middle, middle + 1)
    assert spans.advance(first, page) == (page[:2], True)


def test_a_page_wholly_another_workers() -> None:
    spans = CreatedSpans(END)
    first = take(spans)
    spans.advance(first, users(1000))
    middle = take(spans).start
    assert spans.advance(first, users(middle)) == ([], True)
    assert first.reached == 1000


def test_users_created_within_a_second_stay_together() -> None:
    spans = CreatedSpans(2000)
    first = take(spans)
    spans.advance(first, users(1001))
    spans.finish(first)
    assert spans.take() is None
    spans = CreatedSpans(2000)
    first = take(spans)
    spans.advance(first, users(1001))
    ended = threading.Thread(target=spans.take, daemon=True)
    ended.start()  # nothing can be split off: it waits
    spans.finish(first)
    ended.join(5)
    assert not ended.is_alive()


def test_one_who_waits_gets_a_span_as_soon_as_there_is_one() -> None:
    spans = CreatedSpans(END)
    first = take(spans)
    taken: list[Span | None] = []
    waiting = threading.Thread(target=lambda: taken.append(spans.take()), daemon=True)
    waiting.start()
    spans.advance(first, users(200_000_000))
    waiting.join(5)
    assert [span and bounds(span) for span in taken] == [(600_000_000, None)]


def test_a_failure_stops_all() -> None:
    spans = CreatedSpans(END)
    first = take(spans)
    taken: list[Span | None] = []
    waiting = threading.Thread(target=lambda: taken.append(spans.take()), daemon=True)
    waiting.start()
    spans.stop()
    waiting.join(5)
    assert taken == [None]
    assert spans.take() is None
    assert spans.advance(first, users(1000))[1] is True


@pytest.mark.parametrize(
    "pages",
    [
        [users(3000, 2000)],
        [users(3000), users(2000)],
        [users(2000, 3000, 2500)],
    ],
)
def test_a_list_in_another_order_is_a_failure(pages: list[list[dict[str, t.Any]]]) -> None:
    """A worker that stops at the end of its span would leave out what comes behind."""
    spans = CreatedSpans(END)
    span = take(spans)
    for page in pages[:-1]:
        spans.advance(span, page)
    with pytest.raises(UnexpectedAnswer, match="Leave workers at 1"):
        spans.advance(span, pages[-1])


def test_users_created_at_the_same_moment_are_in_order() -> None:
    spans = CreatedSpans(END)
    span = take(spans)
    assert spans.advance(span, users(2000, 2000)) == (users(2000, 2000), False)
    assert spans.advance(span, users(2000, 2001)) == (users(2000, 2001), False)


@pytest.mark.parametrize("at", [0, 1, 999, 1000, 1_770_000_000_123, 253_402_300_799_999])
def test_a_time_goes_out_and_comes_back(at: int) -> None:
    assert created_at({"created": okta_time(at)}) == at


def test_how_okta_writes_a_time() -> None:
    assert okta_time(1_770_000_000_120) == "2026-02-02T02:40:00.120Z"
    assert created_at({"created": "2026-02-02T02:40:00.120Z"}) == 1_770_000_000_120
    assert created_at({"created": "2026-02-02T11:40:00.120+09:00"}) == 1_770_000_000_120


@pytest.mark.parametrize(
    "created", [None, 5, "", "soon", "2026-02-02", "2026-02-02T02:40:00", "2026-13-02T02:40:00Z", []]
)
def test_a_user_that_cannot_be_placed(created: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="without a valid date of creation"):
        created_at({"created": created})
    with pytest.raises(UnexpectedAnswer):
        created_at({})
