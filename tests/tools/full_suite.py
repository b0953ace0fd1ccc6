# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pytest plugin for the run that counts: it fails unless tests of every kind really ran and passed.

pytest calls a run green in which a whole folder was skipped, deselected, or not found. This one does not.
    python -m pytest -p tests.tools.full_suite
"""

from __future__ import annotations

import pytest

FOLDERS = ("tests/unit/", "tests/integration/")


class FullSuite:
    """Counts the tests that passed, by folder (under pytest-xdist: in the process that hears of all of them)."""

    def __init__(self) -> None:
        self.passed = dict.fromkeys(FOLDERS, 0)

    @property
    def missing(self) -> list[str]:
        return [folder for folder, count in self.passed.items() if not count]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            for folder in FOLDERS:
                self.passed[folder] += report.nodeid.startswith(folder)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.missing and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for folder in self.missing:
            terminalreporter.write_line(f"FAIL: not one test in {folder} ran and passed", red=True)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FullSuite())
