# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module takes and returns is what its documentation says."""

from __future__ import annotations

import importlib
import re
import typing as t
from pathlib import Path
from types import ModuleType

import pytest
import yaml

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
NAMES = sorted(file.stem for file in (PLUGINS / "modules").glob("*.py") if file.stem != "__init__")
each_module = pytest.mark.parametrize("name", NAMES)
COMPARED = ("type", "default", "choices", "elements", "required", "aliases")


class Called(Exception):
    """What a module calls AnsibleModule with."""

    def __init__(self, **arguments: t.Any) -> None:
        super().__init__()
        self.arguments = arguments


def load(name: str) -> ModuleType:
    return importlib.import_module(f"ansible_collections.idops.okta.plugins.modules.{name}")


def called(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """What a module hands to Ansible, or what the action does that stands in for one on the controller."""
    module = load(name)
    if not hasattr(module, "main"):
        action = importlib.import_module(f"ansible_collections.idops.okta.plugins.action.{name}")
        return {
            "argument_spec": action.OPTIONS,
            "supports_check_mode": action.ActionModule._supports_check_mode,
        }

    def refuse(**arguments: t.Any) -> None:
        raise Called(**arguments)

    monkeypatch.setattr(module, "AnsibleModule", refuse)
    with pytest.raises(Called) as caught:
        module.main()
    return caught.value.arguments


def fragment(reference: str) -> dict[str, t.Any]:
    """A documentation fragment, such as `idops.okta._attributes.info_module`."""
    file, _dummy, part = reference.removeprefix("idops.okta.").partition(".")
    fragments = importlib.import_module(f"ansible_collections.idops.okta.plugins.doc_fragments.{file}")
    text = getattr(fragments.ModuleDocFragment, part.upper() or "DOCUMENTATION")
    return t.cast("dict[str, t.Any]", yaml.safe_load(text))


def documented(name: str) -> dict[str, t.Any]:
    documentation = yaml.safe_load(load(name).DOCUMENTATION)
    extended = documentation.get("extends_documentation_fragment", [])
    options: dict[str, t.Any] = {}
    for reference in [extended] if isinstance(extended, str) else extended:
        options |= fragment(reference).get("options", {})
    options |= documentation.get("options", {})
    return options


def facts(option: dict[str, t.Any]) -> dict[str, t.Any]:
    found = {name: option.get(name) for name in COMPARED}
    found["type"] = found["type"] or "str"
    return {name: value for name, value in found.items() if value not in (None, False, []) or name == "default"}


def compare(spec: dict[str, t.Any], documentation: dict[str, t.Any]) -> None:
    assert set(spec) == set(documentation)
    for name, option in spec.items():
        assert facts(option) == facts(documentation[name]), name
        compare(option.get("options") or {}, documentation[name].get("suboptions") or {})


def test_there_are_modules() -> None:
    assert {"okta_token", "okta_users_info"} <= set(NAMES)


@each_module
def test_the_options(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(called(name, monkeypatch)["argument_spec"], documented(name))


@each_module
def test_every_variable_of_the_environment_is_documented(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    documentation = documented(name)
    for option, spec in called(name, monkeypatch)["argument_spec"].items():
        _dummy, variables = spec.get("fallback", (None, []))
        told = re.findall(r"E\((OKTA_\w+)\)", " ".join(documentation[option]["description"]))
        assert set(variables) <= set(told), option


@each_module
def test_every_option_says_whether_it_is_secret(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ansible guesses by the name otherwise, and masks or shows what it should not."""
    for option, spec in called(name, monkeypatch)["argument_spec"].items():
        if re.search(r"key|token|secret|pass", option) and "bool" not in str(spec.get("type")):
            assert "no_log" in spec, option


@each_module
def test_check_mode(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert called(name, monkeypatch)["supports_check_mode"] is True


@each_module
def test_the_examples_use_options_that_exist(name: str) -> None:
    def tasks(given: t.Any) -> t.Iterator[dict[str, t.Any]]:
        for task in given or []:
            yield task
            for part in ("block", "rescue", "always", "tasks"):
                yield from tasks(task.get(part))

    used = [
        task[f"idops.okta.{name}"]
        for task in tasks(yaml.safe_load(load(name).EXAMPLES))
        if f"idops.okta.{name}" in task
    ]
    assert used
    for arguments in used:
        assert set(arguments or {}) <= set(documented(name))


@each_module
def test_what_is_returned_is_documented_with_a_sample(name: str) -> None:
    returned = yaml.safe_load(load(name).RETURN)
    assert returned
    for value, documentation in returned.items():
        assert {"description", "returned", "type"} <= set(documentation), value
        assert "sample" in documentation or "contains" in documentation, value
