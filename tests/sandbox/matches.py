# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users that one query matches, in order, found no further than the pages asked for need."""

from __future__ import annotations

from abc import ABC, abstractmethod
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from .conditions import Condition, values_of
from .directory import Directory
from .okta_errors import ApiError


class Matches(ABC):
    """Positions are counted from 0; a cursor names the user that the next page comes after."""

    paged = True

    @abstractmethod
    def indices(self, start: int, count: int) -> Sequence[int]:
        """The users at these positions, fewer at the end."""

    @abstractmethod
    def cursor(self, start: int, last: str) -> str:
        """The cursor of the page at `start`, which comes after the user with this id."""

    @abstractmethod
    def position(self, cursor: str) -> int:
        """Where the page with this cursor starts; ApiError if it is none of this mode's."""


class Everyone(Matches):
    """No query: all that are not DEPROVISIONED. The cursor is `2` and the last id (as recorded in 2026)."""

    def __init__(self, directory: Directory) -> None:
        self._population = directory.population

    def indices(self, start: int, count: int) -> Sequence[int]:
        stop = min(start + count, self._population.users)
        return [self._population.index_of_rank(rank) for rank in range(start, stop)]

    def cursor(self, start: int, last: str) -> str:
        return "2" + last

    def position(self, cursor: str) -> int:
        index = self._population.index_of_id(cursor[1:]) if cursor.startswith("2") else None
        if index is None:
            raise ApiError("E0000029", causes=["Invalid cursor."])
        return self._population.rank_from(index + 1)


class Scan(Matches):
    """Users in id order that a condition holds for, looked at once each, as far as pages were asked for.

    The cursor is the last id, bare in `search` (as recorded), with a `0` before it in `filter`.
    """

    def __init__(self, directory: Directory, candidates: Sequence[int], condition: Condition, prefix: str = "") -> None:
        self._directory, self._condition, self._prefix = directory, condition, prefix
        self._candidates = candidates
        self._looked_at = 0
        self._found: list[int] = []

    def indices(self, start: int, count: int) -> Sequence[int]:
        self._look(lambda: len(self._found) >= start + count)
        return self._found[start : start + count]

    def cursor(self, start: int, last: str) -> str:
        return self._prefix + last

    def position(self, cursor: str) -> int:
        bare = cursor.removeprefix(self._prefix)
        index = self._directory.population.index_of_id(bare) if cursor == self._prefix + bare else None
        if index is None:
            raise ApiError("E0000031", causes=["Invalid cursor."])
        self._look(lambda: self._candidates[self._looked_at] > index)
        return bisect_right(self._found, index)

    def _look(self, enough: Callable[[], bool]) -> None:
        while self._looked_at < len(self._candidates) and not enough():
            index = self._candidates[self._looked_at]
            self._looked_at += 1
            if self._condition(self._directory.record(index)):
                self._found.append(index)


class FirstOnly(Scan):
    """`q`: one page, and no way to the next."""

    paged = False


class Listed(Matches):
    """A short list, all of it at hand. The cursor is the id that comes before the page."""

    def __init__(self, positions: Sequence[int], ids: Sequence[str], paged: bool = True) -> None:
        self._positions, self._ids, self.paged = positions, ids, paged

    def indices(self, start: int, count: int) -> Sequence[int]:
        return self._positions[start : start + count]

    def cursor(self, start: int, last: str) -> str:
        return last

    def position(self, cursor: str) -> int:
        if cursor not in self._ids:
            raise ApiError("E0000031", causes=["Invalid cursor."])
        return self._ids.index(cursor) + 1


class Sorted(Matches):
    """All users a condition holds for, by one attribute, ties by id; those without it come last, or first descending.

    The cursor says how many came before.
    """

    def __init__(
        self, directory: Directory, candidates: Iterable[int], condition: Condition, attribute: str, descending: bool
    ) -> None:
        keyed: list[tuple[tuple[int, float, str], int]] = []
        for index in candidates:
            record = directory.record(index)
            if condition(record):
                keyed.append((_sort_key(values_of(record, attribute)), index))
        keyed.sort(key=lambda item: item[0], reverse=descending)
        self._order = [index for _key, index in keyed]

    def indices(self, start: int, count: int) -> Sequence[int]:
        return self._order[start : start + count]

    def cursor(self, start: int, last: str) -> str:
        return _numbered(start)

    def position(self, cursor: str) -> int:
        return _number_in(cursor)


class Rising(Scan):
    """As `Sorted` by `created`, where that is the order of ids: an index has it, and nothing needs to be sorted."""

    def cursor(self, start: int, last: str) -> str:
        return _numbered(start)

    def position(self, cursor: str) -> int:
        return _number_in(cursor)


def _numbered(start: int) -> str:
    return urlsafe_b64encode(f"sorted:{start}".encode()).decode().rstrip("=")


def _number_in(cursor: str) -> int:
    try:
        kind, _colon, start = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        if kind != "sorted":
            raise ValueError(kind)
        return int(start)
    except ValueError as error:
        raise ApiError("E0000031", causes=["Invalid cursor."]) from error


def _sort_key(values: list[object]) -> tuple[int, float, str]:
    """Numbers before strings, strings without regard to case, nothing at all behind both."""
    if not values:
        return 2, 0.0, ""
    value = values[0]
    if isinstance(value, (int, float)):
        return 0, float(value), ""
    return 1, 0.0, str(value).casefold()
