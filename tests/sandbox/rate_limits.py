# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rate limits: fixed windows, by bucket and app, that start with the first request in them."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from .okta_errors import ApiError
from .settings import Settings

UNLIMITED = 100_000


@dataclass
class _Window:
    started: float
    ends: float
    used: int = 0


class RateLimits:
    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], _Window] = {}

    def count(self, bucket: str, client_id: str, settings: Settings) -> list[tuple[str, str]]:
        """Counts a request and returns the headers that say so; a 429, with the same headers, if it is one too many."""
        now = time.time()
        window = self._windows.get((bucket, client_id))
        if window is None or not window.started <= now < window.ends:
            window = self._windows[bucket, client_id] = _Window(now, now + settings.rate_window)
        limit = settings.rate_limits.get(bucket, UNLIMITED)
        window.used += 1
        headers = rate_limit_headers(limit, max(0, limit - window.used), window.ends + settings.clock_offset)
        if window.used > limit:
            raise ApiError("E0000047", headers=dict(headers))
        return headers

    def clear(self) -> None:
        self._windows.clear()


def rate_limit_headers(limit: int, remaining: int, reset: float) -> list[tuple[str, str]]:
    """`reset` is epoch seconds by the org's clock, rounded up: whoever waits for it is past the end."""
    return [
        ("x-rate-limit-limit", str(limit)),
        ("x-rate-limit-remaining", str(remaining)),
        ("x-rate-limit-reset", str(math.ceil(reset))),
    ]
