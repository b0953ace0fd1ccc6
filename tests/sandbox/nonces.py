# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DPoP nonces: one for the whole org, and those it rotated out."""

from __future__ import annotations

import secrets


class Nonces:
    def __init__(self) -> None:
        self.current = _fresh()
        self._past: set[str] = set()

    def rotate(self) -> None:
        """Okta does it every 24 hours and takes the old one for three days more."""
        self._past.add(self.current)
        self.current = _fresh()

    def accepts(self, nonce: object, grace: bool) -> bool:
        return isinstance(nonce, str) and (nonce == self.current or (grace and nonce in self._past))


def _fresh() -> str:
    return secrets.token_urlsafe(24)
