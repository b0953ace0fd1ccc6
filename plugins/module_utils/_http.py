# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""A request as it is sent, an answer as it arrived, and what its JSON holds."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from ._errors import UnexpectedAnswer, identifier

_MEDIA_TYPE = re.compile(r"[a-z]{1,15}/[a-z0-9.+-]{1,40}(?![a-z0-9.+-])", re.IGNORECASE)


class Headers(t.Protocol):
    """Headers of an answer: names in any case, each any number of times."""

    def get(self, name: str, /) -> str | None:
        """The value, the values joined by commas, or None."""

    def getlist(self, name: str, /) -> list[str]:
        """Each value by itself."""


@dataclass(frozen=True)
class Request:
    """One attempt. It is built afresh for each: nothing that was signed is ever sent twice."""

    method: str
    url: str
    headers: t.Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Response:
    """A whole answer. ``attempts`` counts the requests that it took to get it."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)
    attempts: int = 1

    @property
    def request_id(self) -> str | None:
        """What Okta's support asks for."""
        return identifier(self.headers.get("X-Okta-Request-Id"))

    def json(self) -> t.Any:
        """What the body says. Raises `UnexpectedAnswer` when it isn't JSON; the body itself is never quoted."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise UnexpectedAnswer(
                f"The answer is not valid JSON: {self.describe()}.",
                "A proxy or a gateway may have answered in Okta's place, or cut the answer off.",
                status=self.status,
                request_id=self.request_id,
            ) from None

    def json_object(self) -> dict[str, t.Any]:
        """The JSON object in the body, or an empty one: for error answers, which may be anything."""
        try:
            parsed = self.json()
        except UnexpectedAnswer:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    def describe(self) -> str:
        """The body from outside: its size and type."""
        kind = _MEDIA_TYPE.match(self.headers.get("Content-Type") or "")
        return f"{len(self.body)} bytes of {kind[0] if kind else 'no known type'}"
