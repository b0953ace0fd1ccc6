# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fact that stands in two files stands in both alike."""

from __future__ import annotations

import re
import tomllib
import typing as t
from pathlib import Path

import yaml

from ansible_collections.idops.okta.plugins.module_utils import _libraries, _version

ROOT = Path(__file__).resolve().parents[3]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def read_yaml(name: str) -> dict[str, t.Any]:
    content: dict[str, t.Any] = yaml.safe_load(read(name))
    return content


def fragments(module: Path) -> list[str]:
    """The documentation fragments that a module extends."""
    text = re.search(r'^DOCUMENTATION = r"""\n(.*?)^"""$', module.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert text, module.name
    extended: list[str] = yaml.safe_load(text[1]).get("extends_documentation_fragment", [])
    return extended


def oldest(requirement: str) -> tuple[int, ...]:
    """The numbers of `>=1.2` or `1.2`."""
    return tuple(int(number) for number in re.findall(r"\d+", requirement))


GALAXY = read_yaml("galaxy.yml")
RUNTIME = read_yaml("meta/runtime.yml")
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))


def test_the_action_group_holds_every_module_that_talks_to_okta() -> None:
    group = set(RUNTIME["action_groups"]["okta"])
    assert group == {module.stem for module in MODULES if module.stem.startswith("okta_")}
    assert group == {module.stem for module in MODULES if "idops.okta._okta" in fragments(module)}


def test_the_version() -> None:
    assert GALAXY["version"] == _version.VERSION


def test_the_oldest_libraries() -> None:
    """What an execution environment installs is what the modules ask for."""
    lines = [line for line in read("meta/ee-requirements.txt").splitlines() if line and not line.startswith("#")]
    assert dict(line.split(">=") for line in lines) == _libraries.MINIMUM_VERSIONS
    execution_environment = read_yaml("meta/execution-environment.yml")
    assert execution_environment["dependencies"]["python"] == "meta/ee-requirements.txt"


def test_the_oldest_libraries_are_tried() -> None:
    lines = [line for line in read("tests/tools/oldest-modules.txt").splitlines() if not line.startswith("#")]
    for name, version in (line.split("==") for line in lines):
        wanted = oldest(_libraries.MINIMUM_VERSIONS[name])
        assert oldest(version)[: len(wanted)] == wanted
        assert not any(oldest(version)[len(wanted) :])
    assert len(lines) == len(_libraries.MINIMUM_VERSIONS)


def test_the_oldest_python() -> None:
    asked = read_yaml("tests/config.yml")["modules"]["python_requires"]
    linted = tomllib.loads(read("pyproject.toml"))["tool"]["ruff"]["per-file-target-version"]["plugins/**/*.py"]
    assert asked == ">=3.9"
    assert linted == "py39"


def test_the_oldest_ansible_core() -> None:
    installed, tried = (
        re.findall(r"^ansible-core[>=]=([\d.]+)", read(name), re.MULTILINE)
        for name in ("requirements-demo.txt", "tests/tools/oldest-engine.txt")
    )
    assert [oldest(version) for version in installed] == [oldest(RUNTIME["requires_ansible"])[:2]]
    assert [oldest(version) for version in tried] == [oldest(installed[0])]


def test_the_readme_says_the_same() -> None:
    readme = read("README.md")
    for fact, wanted in (
        (r"ansible-core[ `>=]+(\d+\.\d+)", oldest(RUNTIME["requires_ansible"])[:2]),
        *((rf"\b{name}\s*>=\s*(\d[\d.]*)", oldest(version)) for name, version in _libraries.MINIMUM_VERSIONS.items()),
    ):
        for said in re.findall(fact, readme):
            assert oldest(said) == wanted, f"README.md: {fact}"
    assert f"{GALAXY['namespace']}.{GALAXY['name']}" in readme
    for goal in re.findall(r"(?:^\s*(?:\$ )?|`)make ([a-z-]+)", readme, re.MULTILINE):
        assert re.search(rf"^{goal}:", read("Makefile"), re.MULTILINE), f"README.md: make {goal}"


def test_nothing_is_fetched_from_galaxy() -> None:
    assert GALAXY["dependencies"] == {}
    assert not list(ROOT.glob("requirements.y*ml"))


def test_faults_are_mended_not_ignored() -> None:
    ignore_files = (ROOT / "tests" / "sanity").glob("ignore*")
    assert not [file.name for file in ignore_files if file.read_text(encoding="utf-8").strip()]
