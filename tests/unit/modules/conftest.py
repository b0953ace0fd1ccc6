# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that hold for all tests of the modules."""

from __future__ import annotations

import os

import pytest

from ansible_collections.idops.okta.plugins.module_utils import _connection
from ansible_collections.idops.okta.tests.unit.engine.conftest import READ_BY_THE_ENGINE
from ansible_collections.idops.okta.tests.unit.engine.support import FakeClock


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    names, proxies = READ_BY_THE_ENGINE
    for name in os.environ:
        if name.startswith(names) or name.lower() in proxies:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The clock of all modules: no test waits."""
    clock = FakeClock()
    monkeypatch.setattr(_connection, "Clock", lambda: clock)
    return clock
