# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The token that a task uses, renewed when it ends; shared by all workers, so that one grant serves them all."""

from __future__ import annotations

import threading
import typing as t

from ._clock import Clock
from ._token import Token


class TokenSource:
    """Starts with ``token``. ``request`` gets another one, where there are credentials for it."""

    def __init__(self, token: Token, request: t.Callable[[], Token] | None, clock: Clock) -> None:
        self._token = token
        self._request = request
        self._clock = clock
        self._lock = threading.Lock()

    def current(self) -> Token:
        """The token to use now. It is renewed before it ends, as far as that is known."""
        with self._lock:
            ends = self._token.renew_at
            if self._request and ends is not None and ends <= self._clock.monotonic():
                self._token = self._request()
            return self._token

    def instead_of(self, refused: Token) -> Token | None:
        """Another token than one that Okta no longer takes, or None without credentials."""
        with self._lock:
            if self._request and self._token is refused:
                self._token = self._request()
            return None if self._token is refused else self._token
