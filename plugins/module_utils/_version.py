# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The collection's version, for the ``User-Agent`` header; a test keeps it equal to ``galaxy.yml``."""

from __future__ import annotations

VERSION = "1.0.0"
