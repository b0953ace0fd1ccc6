# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which users a scan has to look at: so that a search for a window of ids or dates is not a walk through the org."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from .conditions import moment
from .directory import Directory
from .expression import And, Comparison, Expression


class Candidates:
    """Narrows the users down by what the expression demands of all of them; the condition itself still decides."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._population = directory.population

    def of(self, expression: Expression) -> Sequence[int]:
        """Indices, rising, that hold every user the expression is true for."""
        demands = expression.terms if isinstance(expression, And) else (expression,)
        chosen: Sequence[int] = range(self._population.total)
        for demand in demands:
            if isinstance(demand, Comparison) and isinstance(demand.literal, str):
                chosen = _both(chosen, self._meeting(demand, demand.literal))
        changed = self._directory.changed
        return sorted({*chosen, *changed}) if changed and len(chosen) < self._population.total else chosen

    def _meeting(self, demand: Comparison, literal: str) -> Sequence[int]:
        population, total = self._population, self._population.total
        if demand.attribute == "id":
            return _window(demand.operator, literal.lower(), lambda index: population.id_of(index).lower(), total)
        if demand.attribute == "created":
            return _window(demand.operator, moment(literal), population.created_at, total)
        if demand.attribute == "lastUpdated":
            moments, order = self._by_last_update
            window = _window(demand.operator, moment(literal), moments.__getitem__, total)
            return range(total) if len(window) == total else sorted(order[window.start : window.stop])
        if demand.attribute == "profile.login" and demand.operator == "eq":
            index = self._directory.find(literal)
            return range(0) if index is None else range(index, index + 1)
        return range(total)

    @cached_property
    def _by_last_update(self) -> tuple[list[int], list[int]]:
        """When users were last updated, rising, and who they are."""
        pairs = sorted((self._population.last_updated_at(index), index) for index in range(self._population.total))
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _window(operator: str, bound: Any, value_at: Callable[[int], Any], count: int) -> range:
    """The positions, of `count` with rising values, that an ordering operator, `eq` or `sw` can hold for."""
    positions = range(count)
    low = bisect_left(positions, bound, key=value_at)
    if operator == "sw":
        return range(low, count)
    high = bisect_right(positions, bound, key=value_at)
    return {
        "eq": range(low, high),
        "gt": range(high, count),
        "ge": range(low, count),
        "lt": range(low),
        "le": range(high),
    }[operator]


def _both(left: Sequence[int], right: Sequence[int]) -> Sequence[int]:
    if isinstance(left, range) and isinstance(right, range):
        start = max(left.start, right.start)
        return range(start, max(start, min(left.stop, right.stop)))
    return sorted(set(left).intersection(right))
