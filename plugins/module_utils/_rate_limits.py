# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What Okta says about its rate limits.

Okta counts in fixed windows for each bucket of endpoints, and says in each answer how much of the window is left
(https://developer.okta.com/docs/reference/rl-best-practices/). It sends no ``Retry-After``. All waits are in seconds
by the server's clock: this machine's may be off.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import timezone
from email.utils import parsedate_to_datetime

if t.TYPE_CHECKING:
    from ._http import Headers

# Windows last a minute. A reset further away than this is not believed.
LONGEST_WINDOW = 3600.0
_LARGEST_NUMBER = 2**53
_LARGEST_DATE = 2.0**37  # in the year 6325


@dataclass(frozen=True)
class RateLimit:
    """The rate-limit headers of one answer. ``reset`` is the end of the window, in seconds since the epoch (UTC)."""

    limit: int
    remaining: int
    reset: int

    def result(self) -> dict[str, int]:
        """As the modules return it."""
        return {"limit": self.limit, "remaining": self.remaining, "reset": self.reset}

    @property
    def is_concurrency(self) -> bool:
        """Whether it speaks of too many requests at once: limit and remaining are 0 then, and the reset is a guess
        (https://developer.okta.com/docs/reference/rl2-concurrency/)."""
        return self.limit == 0 and self.remaining == 0


def read_rate_limit(headers: Headers) -> RateLimit | None:
    """The rate limit in the headers of an answer, or None: many answers carry none, and none is required."""
    numbers = [_number(headers.get(f"X-Rate-Limit-{name}")) for name in ("Limit", "Remaining", "Reset")]
    if any(number is None for number in numbers):
        return None
    return RateLimit(*t.cast("list[int]", numbers))


def read_date(headers: Headers) -> float | None:
    """The server's clock when it answered, in seconds since the epoch, from the ``Date`` header."""
    try:
        moment = parsedate_to_datetime(headers.get("Date") or "")
        seconds = moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return seconds if 0 < seconds < _LARGEST_DATE else None


def seconds_until_reset(rate: RateLimit, headers: Headers, now: float) -> float:
    """From an answer to the end of its window; ``now`` stands in where the answer has no ``Date``."""
    date = read_date(headers)
    return min(max(rate.reset - (now if date is None else date), 0.0), LONGEST_WINDOW)


def _number(text: str | None) -> int | None:
    stripped = (text or "").strip()
    if not (stripped.isascii() and stripped.isdigit()) or len(stripped) > 16:
        return None
    number = int(stripped)
    return number if number <= _LARGEST_NUMBER else None
