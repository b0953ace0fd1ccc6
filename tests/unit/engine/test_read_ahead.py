# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_read_ahead`: the next item is got while one is worked on, and never more than that."""

from __future__ import annotations

import threading
import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._read_ahead import one_ahead


def test_all_items_in_their_order() -> None:
    assert list(one_ahead(iter(range(20)))) == list(range(20))


@pytest.mark.parametrize("item", [None, [], 0])
def test_any_item(item: object) -> None:
    assert list(one_ahead(iter([item, item]))) == [item, item]


def test_no_items() -> None:
    assert list(one_ahead(iter(()))) == []


def test_the_next_is_got_while_one_is_worked_on() -> None:
    asked_for = [threading.Event() for dummy in range(4)]

    def items() -> t.Iterator[int]:
        for number, event in enumerate(asked_for):
            event.set()
            yield number

    for number in one_ahead(items()):
        if number + 1 < len(asked_for):
            assert asked_for[number + 1].wait(10)  # without anybody asking for it
        assert not any(event.is_set() for event in asked_for[number + 2 :])


def test_a_failure_comes_after_all_before_it() -> None:
    def items() -> t.Iterator[int]:
        yield 1
        yield 2
        raise ValueError("no third")

    ahead = one_ahead(items())
    assert [next(ahead), next(ahead)] == [1, 2]
    with pytest.raises(ValueError, match="no third"):
        next(ahead)


def test_who_stops_early_has_asked_for_one_more_at_the_most() -> None:
    asked = []

    def items() -> t.Iterator[int]:
        for number in range(10):
            asked.append(number)
            yield number

    for item in one_ahead(items()):
        if item == 3:
            break
    assert len(asked) <= 5
