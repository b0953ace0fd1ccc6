# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identifiers that are good for one use."""

from __future__ import annotations

from collections.abc import Hashable


class SingleUse:
    def __init__(self) -> None:
        self._used: dict[Hashable, float] = {}
        self._purge_at = 10_000

    def use(self, identifier: Hashable, until: float, now: float) -> bool:
        """False if it was used before; remembered until nothing could bring it back."""
        if identifier in self._used:
            return False
        self._used[identifier] = until
        if len(self._used) > self._purge_at:
            self._used = {used: end for used, end in self._used.items() if end > now}
            self._purge_at = 10_000 + 2 * len(self._used)
        return True

    def clear(self) -> None:
        self._used.clear()
