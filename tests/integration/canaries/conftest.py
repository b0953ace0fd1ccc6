# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the canaries share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.canaries.stage import Stage
from integration.playbooks import Player


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path: ansible-core 2.21 keeps a socket in TMPDIR, and its path has room for 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="canaries-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def stage(place: Path) -> Stage:
    return Stage(place)


@pytest.fixture
def play(place: Path) -> Player:
    return Player(place)
