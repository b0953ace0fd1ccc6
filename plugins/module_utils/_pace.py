# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""How fast a task may go: what is left of each rate-limit window, and how many requests may be on their way at once.

Shared by all workers of a task. A window is used at full speed down to the reserve, for what is left of it at its end
is lost; then the task waits for the next one, so that it draws no 429.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

from ._clock import Clock
from ._rate_limits import RateLimit

# How long to look again whether another request has ended, in seconds, once Okta had too many at a time.
_LOOK_AGAIN = 0.05
# Two answers speak of the same window when its end is the same to within the whole seconds that Date is given in.
_SAME_WINDOW = 2.0


@dataclass
class _Window:
    left: int
    ends_at: float


class Pace:
    """``reserve`` is the share of each bucket, in per cent, that is left to others."""

    def __init__(self, reserve: int, clock: Clock) -> None:
        self.rate_limit: RateLimit | None = None
        self._reserve = reserve
        self._clock = clock
        self._windows: dict[str, _Window] = {}
        self._on_their_way = 0
        self._most_at_once: int | None = None
        self._lock = threading.Lock()

    def start(self, bucket: str) -> float:
        """0.0 when a request may be sent now, which counts as sent then, or seconds to wait before asking again."""
        with self._lock:
            window = self._windows.get(bucket)
            now = self._clock.monotonic()
            if window and now >= window.ends_at:
                window = self._windows.pop(bucket) and None
            if window and window.left <= 0:
                return window.ends_at - now
            if self._most_at_once is not None and self._on_their_way >= self._most_at_once:
                return _LOOK_AGAIN
            if window:
                window.left -= 1
            self._on_their_way += 1
            return 0.0

    def end(self, bucket: str, rate: RateLimit | None = None, until_reset: float = 0.0) -> None:
        """A request has ended, with what its answer said of the rate limit."""
        with self._lock:
            self._on_their_way -= 1
            if rate is None:
                return
            self.rate_limit = rate
            if rate.is_concurrency:
                self._most_at_once = max(1, self._on_their_way)
                return
            # Those on their way may or may not be counted in the answer: take it that they are not.
            left = rate.remaining - math.ceil(rate.limit * self._reserve / 100) - self._on_their_way
            ends_at = self._clock.monotonic() + until_reset
            known = self._windows.get(bucket)
            if known and abs(ends_at - known.ends_at) < _SAME_WINDOW:
                known.left = min(known.left, left)
            else:
                self._windows[bucket] = _Window(left, ends_at)
