# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of a module or a role, and every return value, is described in whole sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = sorted([*(ROOT / "plugins/modules").glob("*.py"), *(ROOT / "plugins/doc_fragments").glob("*.py")])
ROLES = sorted((ROOT / "roles").glob("*/meta/argument_specs.yml"))
SENTENCE = re.compile(r"\**(?:[A-Z`(]|[A-Z]\().*[.:]\)?\**", re.DOTALL)


def described(options: dict[str, Any] | None, place: str = "") -> Iterator[tuple[str, str]]:
    """Each paragraph about an option, and about what is in it, with where it stands."""
    for name, option in (options or {}).items():
        about = option.get("description") or ""
        for paragraph in [about] if isinstance(about, str) else about:
            yield f"{place}{name}", str(paragraph).strip()
        for inner in ("options", "suboptions", "contains"):
            yield from described(option.get(inner), f"{place}{name}.")


def texts(file: Path) -> Iterator[tuple[str, str]]:
    if file.suffix == ".yml":
        for entry in yaml.safe_load(file.read_text("utf-8"))["argument_specs"].values():
            yield from described(entry.get("options"))
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            text = node.value.value if isinstance(node.value, ast.Constant) else None
            parsed = yaml.safe_load(text) if isinstance(text, str) else None
            if isinstance(parsed, dict):  # the examples are a list, and other constants are texts
                yield from described(parsed if node.targets[0].id == "RETURN" else parsed.get("options"))


@pytest.mark.parametrize("file", [*PLUGINS, *ROLES], ids=lambda file: str(file.relative_to(ROOT)))
def test_descriptions_are_whole_sentences(file: Path) -> None:
    assert not [(place, text) for place, text in texts(file) if not SENTENCE.fullmatch(text)]


def test_what_is_no_sentence_is_noticed() -> None:
    found = list(described({"a": {"description": ["It is one.", "no"], "suboptions": {"b": {}}}}))
    assert found == [("a", "It is one."), ("a", "no"), ("a.b", "")]
    assert [bool(SENTENCE.fullmatch(text)) for _place, text in found] == [True, False, False]
    assert sum(1 for file in [*PLUGINS, *ROLES] for _text in texts(file)) > 200
