# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults, switched on by request or by schedule.

    {"match": {"method": "GET", "path": "/api/v1/users", "page": 3, "nth": 2}, "times": 1, "action": "internal_error"}

An action is the name of a preset (see `fault_presets`), `{"preset": name, ...parameters}`, or an answer of one's own:
`{"status": 503, "headers": {...}, "body": "..."}`. The request has been dealt with when a fault strikes: its assertion
is used up, the rate limit has counted it; what the client hears of it is what the fault makes of the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from .answers import Answer
from .exchange import Exchange
from .fault_presets import apply_action, check_action

if TYPE_CHECKING:
    from .org import Org

_MATCHES = frozenset({"method", "path", "page", "nth", "every", "client_id", "query"})


@dataclass
class Fault:
    """Counts what it matched and how often it struck."""

    action: Mapping[str, Any]
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = 1
    seen: int = 0
    struck: int = 0

    def strikes(self, method: str, path: str, query: str, exchange: Exchange) -> bool:
        """Whether this request is the one; the k-th match by `nth`, every k-th by `every`, `times` in all."""
        if self.times is not None and self.struck >= self.times:
            return False
        if not self._matches(method, path, query, exchange):
            return False
        self.seen += 1
        if self.seen < self.match.get("nth", 1) or self.seen % self.match.get("every", 1):
            return False
        self.struck += 1
        return True

    def _matches(self, method: str, path: str, query: str, exchange: Exchange) -> bool:
        match = self.match
        if "method" in match and match["method"] != method:
            return False
        if "path" in match and not fnmatchcase(path, match["path"]):
            return False
        if "client_id" in match and match["client_id"] != exchange.client_id:
            return False
        if "query" in match and match["query"] not in query:
            return False
        page = match.get("page")
        if page is None:
            return True
        return exchange.last_page if page == "last" else exchange.page == page


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def inject(self, fault: Mapping[str, Any]) -> None:
        """ValueError if it is none. Of several that match one request, the one injected first strikes."""
        unknown = set(fault) - {"match", "times", "action"}
        match = fault.get("match") or {}
        unknown |= set(match) - _MATCHES
        if unknown:
            raise ValueError(f"unknown in a fault: {', '.join(sorted(unknown))}")
        action = fault.get("action")
        action = {"preset": action} if isinstance(action, str) else action
        times = fault.get("times", 1)
        if times is not None and not isinstance(times, int):
            raise ValueError("times is a number, or null for ever")
        self._faults.append(Fault(check_action(action), match, times))

    def applied(
        self, org: Org, answer: Answer, exchange: Exchange, *, method: str, path: str, query: str
    ) -> Answer | None:
        """The answer a fault makes of this one; None if none strikes."""
        for fault in self._faults:
            if fault.strikes(method, path, query, exchange):
                return apply_action(fault.action, answer, org, exchange, path)
        return None

    def report(self) -> list[dict[str, Any]]:
        """The faults, with how many requests each matched (`seen`) and struck."""
        return [vars(fault) for fault in self._faults]

    def clear(self) -> None:
        self._faults.clear()
