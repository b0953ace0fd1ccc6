# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house that hold for every source file of the collection."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = sorted((ROOT / "plugins").rglob("*.py"))
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
MODULE_UTILS = sorted((ROOT / "plugins" / "module_utils").rglob("*.py"))

HEADER = """\
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
MOST_LINES_OF_A_MODULE = 70


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


each_plugin_file = pytest.mark.parametrize("file", PLUGINS, ids=named)
each_module = pytest.mark.parametrize("file", MODULES, ids=named)
each_module_util = pytest.mark.parametrize("file", MODULE_UTILS, ids=named)


def imported(file: Path) -> list[str]:
    """The absolute names of the modules that a file imports, wherever in it."""
    names = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.append(node.module or "")
    return names


def code_lines(source: str) -> int:
    """The lines that are neither blank, comment, docstring nor Ansible's documentation."""
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        documentation = isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in DOCUMENTATION for target in node.targets
        )
        if isinstance(node, (ast.Expr, ast.Assign)) and (text or documentation):
            left_out |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(source.splitlines(), start=1)
    return sum(number not in left_out and bool(line.split("#")[0].strip()) for number, line in lines)


def test_there_are_files_to_look_at() -> None:
    assert MODULES
    assert MODULE_UTILS


@each_plugin_file
def test_every_file_carries_the_licence(file: Path) -> None:
    assert file.read_text(encoding="utf-8").removeprefix("#!/usr/bin/python\n").startswith(HEADER)


@each_plugin_file
def test_annotations_are_never_evaluated(file: Path) -> None:
    """Python 3.9 could not evaluate `X | None`. Python 3.6, on old hosts, does not know the import either."""
    on_old_hosts = file.name.startswith("_host_probe") or file.name == "host_accounts_info.py"
    assert ("\nfrom __future__ import annotations\n" in file.read_text(encoding="utf-8")) is not on_old_hosts


@each_plugin_file
def test_nothing_comes_from_the_tests(file: Path) -> None:
    beside_plugins = {entry.stem for folder in (ROOT, ROOT / "tests") for entry in folder.iterdir()}
    assert not {name.partition(".")[0] for name in imported(file)} & beside_plugins


@each_module_util
def test_the_engine_is_private(file: Path) -> None:
    assert file.name.startswith("_")


@each_module_util
def test_the_engine_does_not_know_ansible(file: Path) -> None:
    """But for the options: what reads the environment for them is Ansible's."""
    allowed = {"ansible.module_utils.common.parameters"} if file.name == "_options.py" else set()
    assert {name for name in imported(file) if name.partition(".")[0] == "ansible"} <= allowed
    called = [node.attr for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Attribute)]
    assert "fail_json" not in called


@each_plugin_file
def test_there_is_one_door_to_the_network(file: Path) -> None:
    if file.name not in {"_exchange.py", "_network_errors.py"}:
        network = {"http", "requests", "socket", "urllib3", "urllib.request", "ansible.module_utils.urls"}
        assert not network & {part for name in imported(file) for part in (name, name.partition(".")[0])}


@each_module
def test_a_module_is_options_in_one_call_result_out(file: Path) -> None:
    assert code_lines(file.read_text(encoding="utf-8")) <= MOST_LINES_OF_A_MODULE


def test_code_lines() -> None:
    source = '''
DOCUMENTATION = r"""
module: it
"""

import os  # the first line
# a comment
def name():  # the second
    """What it does.

    And more."""
    return os.name  # the third
'''
    assert code_lines(source) == 3
