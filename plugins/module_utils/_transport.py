# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Sends requests, tries again where that can help, and keeps the pace. It knows nothing of tokens or users."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ._clock import Clock
from ._errors import OktaError, Unreachable, WaitTooLong, identifier
from ._exchange import Exchange
from ._http import Request, Response
from ._pace import Pace
from ._rate_limits import RateLimit, read_rate_limit, seconds_until_reset

# How often one request is tried while the network or the server fails. Rate limits don't count: max_wait bounds them.
MOST_ATTEMPTS = 5
_TRANSIENT = (500, 502, 503, 504)


def traffic(transports: t.Sequence[Transport]) -> dict[str, t.Any]:
    """What the modules return of the work of all workers: they wait side by side, so the longest wait counts."""
    rate_limit = transports[0].rate_limit
    return {
        "requests": sum(transport.requests_sent for transport in transports),
        "waited_seconds": round(max(transport.waited_seconds for transport in transports), 3),
        "rate_limit": rate_limit.result() if rate_limit else None,
    }


class Transport:
    """One worker's way to an org. ``pace`` is shared with the other workers of the task.

    ``max_wait`` is the most seconds that may be spent between attempts, in all. ``requests_sent`` and
    ``waited_seconds`` count what was.
    """

    def __init__(self, exchange: Exchange, pace: Pace, *, max_wait: float, clock: Clock) -> None:
        self.clock = clock
        self.requests_sent = 0
        self.waited_seconds = 0.0
        self._exchange = exchange
        self._pace = pace
        self._max_wait = max_wait

    @property
    def rate_limit(self) -> RateLimit | None:
        """What Okta last said to any worker of the task."""
        return self._pace.rate_limit

    def send(self, build: t.Callable[[Response | None], Request], bucket: str) -> Response:
        """The answer to a request; any status but a redirect can come back.

        ``build`` is called for each attempt, with the answer to the attempt before, if there was one: it must sign
        anew. ``bucket`` names the rate-limit bucket. Raises `Unreachable`, `UnexpectedAnswer` or `WaitTooLong`.
        """
        answer: Response | None = None
        attempts = failures = limited = 0
        while True:
            while (pause := self._pace.start(bucket)) > 0:
                self._wait(pause, bucket)
            attempts += 1
            try:
                answer = replace(self._attempt(build, answer, bucket), attempts=attempts)
            except Unreachable as error:
                failures += 1
                if not error.transient:
                    raise
                if not self._pause_after(failures):
                    tried = f" It was tried {failures} times." if failures > 1 else ""
                    raise Unreachable(f"{error.message}{tried}", error.remedy, transient=True) from None
                continue
            if answer.status == 429:
                limited += 1
                self._wait(self._limit_wait(answer, limited), bucket, answer)
            elif answer.status in _TRANSIENT:
                failures += 1
                if not self._pause_after(failures):
                    return answer
            else:
                return answer

    def _attempt(
        self, build: t.Callable[[Response | None], Request], previous: Response | None, bucket: str
    ) -> Response:
        try:
            request = build(previous)
            self.requests_sent += 1
            answer = self._exchange.answer(request)
        except OktaError:
            self._pace.end(bucket)
            raise
        rate = read_rate_limit(answer.headers)
        until_reset = seconds_until_reset(rate, answer.headers, self.clock.time()) if rate else 0.0
        self._pace.end(bucket, rate, until_reset)
        return answer

    def _pause_after(self, failures: int) -> bool:
        """Whether to try again; if so, after the pause that is due."""
        seconds = 2.0 ** (failures - 1) * (0.5 + 0.5 * self.clock.jitter())
        if failures == MOST_ATTEMPTS or self.waited_seconds + seconds > self._max_wait:
            return False
        self._sleep(seconds)
        return True

    def _limit_wait(self, answer: Response, limited: int) -> float:
        rate = read_rate_limit(answer.headers)
        backoff = min(2.0 ** min(limited - 1, 6), 30.0) * (0.5 + 0.5 * self.clock.jitter())
        if rate is None or rate.is_concurrency:
            return backoff
        until_reset = seconds_until_reset(rate, answer.headers, self.clock.time())
        # A reset that has passed already, over and over, must not become a loop without a pause.
        return max(until_reset + 0.1 + self.clock.jitter(), backoff if limited > 1 else 0.0)

    def _wait(self, seconds: float, bucket: str, answer: Response | None = None) -> None:
        if self.waited_seconds + seconds > self._max_wait:
            seen = f"Okta's rate limit for {bucket} is used up."
            remedy = "run the task when the org is less busy, or have the app's share of the limit raised."
            rate = read_rate_limit(answer.headers) if answer else None
            if rate and rate.is_concurrency:
                seen = "Okta takes no more requests at once (concurrent rate limit)."
                remedy = "lower workers, or run fewer other jobs against the org at the same time."
            raise WaitTooLong(
                f"{seen} It would take {seconds:.0f} more seconds to go on; "
                f"{self.waited_seconds:.0f} have been waited, and max_wait allows {self._max_wait:g} in all.",
                f"Raise max_wait, {remedy}",
                status=answer.status if answer else None,
                error_code=identifier(answer.json_object().get("errorCode")) if answer else None,
                request_id=answer.request_id if answer else None,
            )
        self._sleep(seconds)

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.clock.sleep(seconds)
            self.waited_seconds += seconds
