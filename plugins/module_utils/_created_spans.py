# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The time in which users were created, shared out among workers that walk it side by side.

A cursor can only be followed by one. So each worker walks a span of its own, and one that has nothing left to do takes
the later half of what is left of the span that most pages seem to be left of, going by the last page of each: orgs in
which most users were created in one week are shared out too. Several who have nothing to do take equal shares. Users
created within the same second stay together. Times are in milliseconds since the epoch (UTC).
"""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ._errors import UnexpectedAnswer

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECOND = 1000
# One page is on its way already. With less left than another one, sharing would only cost a request.
_FEWEST_PAGES = 2
_ONE_WORKER = "Leave workers at 1."


@dataclass(eq=False)
class Span:
    """Users created from ``start`` on, and before ``end``; None is no end. ``reached`` is when the last user that was
    read was created, or None before the first page. ``page_time`` is how much of the span the last page was."""

    start: int
    end: int | None
    reached: int | None = None
    page_time: int = 0


class CreatedSpans:
    """Hands out spans to workers, until everything is walked. ``now`` stands in for the end of the last span, which
    has none: a user created during the walk belongs to it. ``idle`` is how many wait for a span."""

    def __init__(self, now: int) -> None:
        self._now = now
        self._waiting = [Span(0, None)]
        self._walked: list[Span] = []
        self.idle = 0
        self._stopped = False
        self._changed = threading.Condition()

    def take(self) -> Span | None:
        """A span to walk, as soon as there is one, or None when nothing is left. A worker's turn ends with `finish`."""
        with self._changed:
            self.idle += 1
            try:
                while not self._stopped:
                    span = self._waiting.pop() if self._waiting else self._split()
                    if span is not None:
                        self._walked.append(span)
                        return span
                    if not self._walked:
                        return None
                    self._changed.wait()
                return None
            finally:
                self.idle -= 1

    def advance(self, span: Span, records: t.Sequence[dict[str, t.Any]]) -> tuple[list[dict[str, t.Any]], bool]:
        """The records of a page that still belong to ``span``, and whether it ends with them.

        Its end can have come nearer since the page was asked for: then the rest is another worker's. Raises
        `UnexpectedAnswer` when the page isn't in the order of creation, for users could be missed then.
        """
        created = [created_at(record) for record in records]
        with self._changed:
            earliest = span.start if span.reached is None else span.reached
            if created != sorted(created) or (created and created[0] < earliest):
                raise UnexpectedAnswer("Okta's list is not in the order of creation.", _ONE_WORKER)
            end = span.end
            kept = [record for record, at in zip(records, created) if end is None or at < end]
            if kept:
                first = created[0] if span.reached is None else span.reached
                span.reached = created[len(kept) - 1]
                span.page_time = span.reached - first
            self._changed.notify_all()
            return kept, len(kept) < len(records) or self._stopped

    def finish(self, span: Span) -> None:
        """A span was walked to its end."""
        with self._changed:
            self._walked.remove(span)
            self._changed.notify_all()

    def stop(self) -> None:
        """Have all workers end: one of them failed."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _split(self) -> Span | None:
        def left(span: Span) -> int:
            return 0 if span.reached is None else (self._now if span.end is None else span.end) - span.reached

        def pages_left(span: Span) -> float:
            return left(span) / max(span.page_time, 1)

        longest = max(self._walked, key=pages_left, default=None)
        if longest is None or longest.reached is None or pages_left(longest) < _FEWEST_PAGES:
            return None
        kept = left(longest) * self.idle // (self.idle + 1)  # half of it, if nobody else waits for a share
        middle = (longest.reached + kept) // _SECOND * _SECOND
        if middle <= longest.reached:
            return None
        later = Span(middle, longest.end)
        longest.end = middle
        return later


def created_at(record: t.Mapping[str, t.Any]) -> int:
    """When a user was created. Raises `UnexpectedAnswer` when the record doesn't say: without it none can be placed."""
    try:
        moment = datetime.fromisoformat(record["created"].replace("Z", "+00:00"))
        return (moment - _EPOCH) // timedelta(milliseconds=1)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise UnexpectedAnswer(
            "Okta sent a user without a valid date of creation, by which the workers share out the list.",
            _ONE_WORKER,
        ) from None


def okta_time(milliseconds: int) -> str:
    """A time as Okta's expressions have it."""
    return (_EPOCH + timedelta(milliseconds=milliseconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
