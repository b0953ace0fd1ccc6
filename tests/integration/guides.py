# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All examples of the documentation: those of README and guides, and all modules' EXAMPLES."""

from __future__ import annotations

import importlib
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))]
MODULES = sorted(file.stem for file in (ROOT / "plugins" / "modules").glob("*.py") if file.stem != "__init__")


class Example(NamedTuple):
    """Where it is from, its language, and its text."""

    source: str
    language: str
    text: str


def examples() -> Iterator[Example]:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        if document.suffix == ".md":
            found = re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        else:
            found = re.finditer(r"^\.\. code-block:: (\S+)\n\n((?:[ ]+[^\n]*\n|\n)+)", text, re.MULTILINE)
        for block in found:
            line = text.count("\n", 0, block.start()) + 1
            yield Example(f"{document.name}:{line}", block[1], textwrap.dedent(block[2]))
    for name in MODULES:
        module = importlib.import_module(f"ansible_collections.idops.okta.plugins.modules.{name}")
        yield Example(name, "yaml", module.EXAMPLES)


EXAMPLES = list(examples())
