# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sandbox orgs to run against, one of each kind for all tests of a process, and the means to run playbooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.module_runs import Modules, serve_modules
from integration.playbooks import Player

from sandbox import RunningOrg, start
from sandbox.settings import Settings


@pytest.fixture(scope="session")
def _company() -> Iterator[RunningOrg]:
    with start(users=1234, deprovisioned=66, seed=7) as org:
        yield org


@pytest.fixture(scope="session")
def _elsewhere() -> Iterator[RunningOrg]:
    with start(users=3, deprovisioned=0, seed=8) as org:
        yield org


def _as_new(org: RunningOrg) -> RunningOrg:
    org.reset()
    org.settings(**vars(Settings()))
    return org


@pytest.fixture
def org(_company: RunningOrg) -> RunningOrg:
    """An org with 1,234 users and 66 that are DEPROVISIONED, with nothing in its journal."""
    return _as_new(_company)


@pytest.fixture
def elsewhere(_elsewhere: RunningOrg) -> RunningOrg:
    """Another org, with another certificate authority."""
    return _as_new(_elsewhere)


@pytest.fixture
def play(tmp_path: Path) -> Player:
    """Runs a playbook: `play([task(...), ...], org.environment())`."""
    return Player(tmp_path)


@pytest.fixture(scope="session")
def modules() -> Iterator[Modules]:
    """Runs a module by itself: `modules("okta_token", {...}, org.environment())`."""
    with serve_modules() as runner:
        yield runner
