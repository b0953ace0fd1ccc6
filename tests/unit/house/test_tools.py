# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools that guard the other tools: each must say no when it should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tools import environment

ROOT = Path(__file__).resolve().parents[3]


class Installs:
    """Stands in for pip: what was asked for, and whether it is to fail."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[str], bool]] = []
        self.failing: list[BaseException] = []

    def __call__(self, directory: Path, files: list[Path], *, anew: bool) -> None:
        self.calls.append(([file.name for file in files], anew))
        directory.mkdir(exist_ok=True)
        for failure in self.failing:
            raise failure


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Installs:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    (tmp_path / "demo.txt").write_text("a\n-r common.txt\n")
    (tmp_path / "test.txt").write_text("-r demo.txt\nb\n")
    (tmp_path / "common.txt").write_text("c\n")
    fake = Installs()
    monkeypatch.setattr(environment, "install", fake)
    return fake


def ask_for(*names: str) -> None:
    environment.ensure(environment.ROOT / ".venv", [environment.ROOT / name for name in names])


def test_an_environment_is_made_once(installs: Installs) -> None:
    ask_for("demo.txt")
    ask_for("demo.txt")
    assert installs.calls == [(["demo.txt"], True)]


def test_more_is_added_and_the_old_kept(installs: Installs) -> None:
    ask_for("demo.txt")
    ask_for("test.txt")
    ask_for("demo.txt")
    assert installs.calls == [(["demo.txt"], True), (["test.txt"], False)]


def test_what_changes_in_an_included_file_is_installed(installs: Installs) -> None:
    ask_for("test.txt")
    (environment.ROOT / "common.txt").write_text("c>=2\n")
    ask_for("demo.txt")
    ask_for("test.txt")
    assert installs.calls == [(["test.txt"], True), (["demo.txt"], False)]


def test_another_python_makes_it_anew(installs: Installs, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_for("demo.txt")
    monkeypatch.setattr(sys, "version", "3.99")
    ask_for("demo.txt")
    assert installs.calls == [(["demo.txt"], True)] * 2


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), subprocess.CalledProcessError(1, "pip")])
@pytest.mark.parametrize("before", [[], ["demo.txt"]])
def test_a_half_made_environment_is_not_trusted(installs: Installs, before: list[str], failure: BaseException) -> None:
    for name in before:
        ask_for(name)
    installs.failing = [failure]
    with pytest.raises(type(failure)):
        ask_for("test.txt")
    installs.failing = []
    ask_for("demo.txt")
    assert installs.calls[-1] == (["demo.txt"], True)


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)


@pytest.mark.parametrize(("says", "code"), [("3 files processed", 0), ("0 files processed", 1), ("", 1)])
def test_a_linter_that_looked_at_nothing_fails(says: str, code: int) -> None:
    wanted = "[1-9][0-9]* files processed"
    command = [sys.executable, "-c", f"print({says!r})"]
    assert run(sys.executable, "tests/tools/says.py", wanted, *command).returncode == code


def test_a_linter_that_failed_fails() -> None:
    command = [sys.executable, "-c", "print('5 files processed'); raise SystemExit(3)"]
    assert run(sys.executable, "tests/tools/says.py", "files processed", *command).returncode == 3


TEST = "import pytest\ndef test_it(): {}\n"


@pytest.mark.parametrize(
    ("unit", "integration", "workers", "code"),
    [
        ("pass", "pass", 0, 0),
        ("pass", "pass", 2, 0),
        ("pass", "pytest.skip()", 0, 1),
        ("pass", "pytest.skip()", 2, 1),
        ("pytest.xfail()", "pass", 0, 1),
        ("pass", None, 0, 1),
        ("0 / 0", "pass", 0, 1),
    ],
)
def test_a_suite_of_which_a_folder_did_not_run_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: str, integration: str | None, workers: int, code: int
) -> None:
    for folder, body in (("unit", unit), ("integration", integration)):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        if body is not None:
            (tmp_path / "tests" / folder / f"test_{folder}.py").write_text(TEST.format(body))
    (tmp_path / "tests" / "tools").mkdir()
    (tmp_path / "tests" / "tools" / "full_suite.py").write_text((ROOT / "tests/tools/full_suite.py").read_text())
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    options = ["-p", "tests.tools.full_suite", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(tmp_path)]
    options += ["-p", "xdist", "-n", str(workers)] if workers else []
    result = run(sys.executable, "-m", "pytest", *options, "tests", cwd=tmp_path)
    assert result.returncode == code, result.stdout + result.stderr
    assert ("FAIL: not one test in" in result.stdout) == bool(code)
