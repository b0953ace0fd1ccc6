# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Okta org on loopback, to run the collection, its tests and its benchmarks against. See README.md."""

from __future__ import annotations

from .running import RunningOrg, start

__all__ = ["RunningOrg", "start"]
