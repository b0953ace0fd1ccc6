# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org: all state that requests share."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .apps import App
from .directory import Directory
from .issued_tokens import IssuedTokens
from .journal import Journal
from .nonces import Nonces
from .rate_limits import RateLimits
from .settings import Settings
from .single_use import SingleUse

if TYPE_CHECKING:
    from .estate import Estate
    from .faults import Faults
    from .listing import Listing


@dataclass
class Org:
    directory: Directory
    listing: Listing
    estate: Estate
    faults: Faults
    settings: Settings = field(default_factory=Settings)
    apps: dict[str, App] = field(default_factory=dict)
    tokens: IssuedTokens = field(default_factory=IssuedTokens)
    nonces: Nonces = field(default_factory=Nonces)
    assertion_ids: SingleUse = field(default_factory=SingleUse)
    proof_ids: SingleUse = field(default_factory=SingleUse)
    rate_limits: RateLimits = field(default_factory=RateLimits)
    journal: Journal = field(default_factory=Journal)
    founded_with: Settings = field(default_factory=Settings)
    default_jwks: dict[str, Any] = field(default_factory=dict)

    def now(self) -> float:
        """Epoch seconds by the org's own clock."""
        return time.time() + self.settings.clock_offset

    def change_settings(self, changes: Mapping[str, Any]) -> None:
        """ValueError, and nothing changed, if one is wrong. `rotate_nonce` is done, not kept; new limits start anew."""
        kept = {name: value for name, value in changes.items() if name != "rotate_nonce"}
        self.settings = self.settings.changed(kept)
        if {"rate_limits", "rate_window"} & kept.keys():
            self.rate_limits.clear()
        if changes.get("rotate_nonce"):
            self.nonces.rotate()

    def restore_settings(self) -> None:
        """Back to the settings the org was founded with."""
        self.settings = self.founded_with
        self.rate_limits.clear()

    def reset(self) -> None:
        """Forgets what was seen and injected; users, apps, tokens and settings stay."""
        self.journal.clear()
        self.faults.clear()
        self.assertion_ids.clear()
        self.proof_ids.clear()
        self.rate_limits.clear()
