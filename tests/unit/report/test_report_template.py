# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The templates of the page, read as text: nothing gets out of them unescaped, and nothing is fetched."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

ROLE = Path(__file__).resolve().parents[3] / "roles" / "audit_report"
TEMPLATES = sorted((ROLE / "templates").rglob("*.j2"))
FILES = sorted(file for file in (ROLE / "templates").rglob("*") if file.is_file())


def named(file: Path) -> str:
    return file.name


def macros(source: str) -> set[str]:
    return set(re.findall(r"{%-? macro (\w+)\(", source))


MACROS = {name for file in TEMPLATES for name in macros(file.read_text(encoding="utf-8"))}


def is_escaped(node: nodes.Expr) -> bool:
    """Whether an expression that is shown is text of the template's own, or escaped, or the output of a macro."""
    if isinstance(node, nodes.TemplateData):
        return True
    if isinstance(node, nodes.Filter):
        return node.name == "e" and not node.args
    if isinstance(node, nodes.Call):
        called = node.node
        return (isinstance(called, nodes.Name) and called.name in MACROS) or (
            isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name) and called.attr in MACROS
        )
    return False


def unescaped(source: str) -> list[str]:
    """The lines of a template that show something without the filter `e`."""
    tree = jinja2.Environment().parse(source)  # nothing is rendered
    shown = [node for output in tree.find_all(nodes.Output) for node in output.nodes]
    return [f"line {node.lineno}: {node}" for node in shown if not is_escaped(node)]


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 5
    assert {"number", "moment", "pairs"} <= MACROS


@pytest.mark.parametrize("file", TEMPLATES, ids=named)
def test_every_value_is_escaped(file: Path) -> None:
    assert unescaped(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "{{ a }}",
        "{{ a | upper }}",
        "{{ a | e | replace('x', 'y') }}",
        "{{ a | safe }}",
        "{{ a | e ~ b }}",
        "{{ a.b() }}",
        "{% for x in y %}{{ x }}{% endfor %}",
        "{{ x if y else '' }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}",
    ],
)
def test_what_is_not_escaped_is_found(source: str) -> None:
    assert unescaped(source)


@pytest.mark.parametrize("file", TEMPLATES, ids=named)
def test_nothing_undoes_the_escaping(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|Markup|\btojson\b", source)
    # A value stands in text or between double quotes, which `e` makes safe; never bare, in a script or in a style.
    for attribute in re.findall(r"[\w-]+=([^\s>\"'][^\s>]*{{)", re.sub(r"{%.*?%}", "", source, flags=re.DOTALL)):
        pytest.fail(f"an attribute without quotes: {attribute}")
    assert not re.search(r'\b(?:href|src|action|on\w+|style)="{{', source)


@pytest.mark.parametrize("file", FILES, ids=named)
def test_nothing_is_fetched_and_nothing_runs(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert not re.search(r"<script|<iframe|<img|<object|<embed|<form|javascript:|@import|url\(", source)
    assert not re.search(r"https?://", source)


@pytest.mark.parametrize("file", TEMPLATES, ids=named)
def test_the_view_is_handed_on_as_an_argument(file: Path) -> None:
    """What an included file looks up, older versions of Ansible take for a template: only plain text is included."""
    source = file.read_text(encoding="utf-8")
    assert all(name.endswith(".css") for name in re.findall(r"{% include '([^']+)'", source))
    if file.name != "report.html.j2":
        assert "with context" not in source


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".css"], ids=named)
def test_the_styles_are_plain_text(file: Path) -> None:
    assert not re.search(r"{[{%#]", file.read_text(encoding="utf-8"))
