# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the tables of the troubleshooting guide: every message that a task of the collection can fail with.

    python tests/tools/messages.py            print what differs; nothing, and exit 0, when nothing does
    python tests/tools/messages.py --write    write the tables anew

The messages are read from the source: the first argument of each failure that is made there is what was seen, the
second what to do. What is only known when it happens is shown as an ellipsis.
"""

from __future__ import annotations

import ast
import difflib
import functools
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
UTILS = ROOT / "plugins" / "module_utils"
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst"
BEGIN = ".. The tables below are written by tests/tools/messages.py: change the messages in the source, and run it.\n"

# The groups of messages, each with the beginnings of the names of the files that they are in; the last takes the rest.
GROUPS: dict[str, tuple[str, ...]] = {
    "Options and the address of the org": ("_options", "_org_url", "_certificates", "_user_query", "_users", "_groups"),
    "Python libraries": ("_libraries",),
    "The private key and the proof key": ("_keys", "_key_file", "_pem", "_dpop"),
    "The token": ("_token", "_connection", "okta_token"),
    "The network and the rate limit": ("_network_errors", "_exchange", "_transport"),
    "Answers and lists": ("_api_errors", "_client", "_links", "_http", "_lists", "_user_walk", "_created", "_errors"),
    "Accounts on hosts": ("_host", "host"),
    "Reports": ("_report", "audit_report"),
    "Audits": ("",),
}


class Message(NamedTuple):
    """What was seen, and what to do; an ellipsis stands for what is only known when it happens."""

    seen: str
    remedy: str


def failures() -> set[str]:
    """The names of all classes of failures: OktaError, and what is derived from it."""
    bases: dict[str, set[str]] = {}
    for file in UTILS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    found = {"OktaError"}
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return found


def shape(node: ast.expr | None, constants: dict[str, ast.expr]) -> str:
    """The text of an expression, with an ellipsis for what its value depends on."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(shape(part, constants) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        text = shape(node.value, constants) if isinstance(node.value, ast.Name) else "…"
        return text or "…"
    if isinstance(node, ast.Name) and node.id in constants:
        return shape(constants[node.id], constants)
    if isinstance(node, ast.BinOp):
        return shape(node.left, constants) + shape(node.right, constants)
    return "…" if node is not None else ""


def assigned(statements: list[ast.stmt], before: int) -> dict[str, ast.expr]:
    """The texts that are given a name in a block of statements before a line of it, by that name."""
    return {
        node.targets[0].id: node.value
        for node in statements
        if isinstance(node, ast.Assign)
        and node.lineno < before
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, (ast.Constant, ast.JoinedStr, ast.BinOp))
    }


def calls(statements: list[ast.stmt], names: dict[str, ast.expr]) -> Iterator[tuple[ast.Call, dict[str, ast.expr]]]:
    """All calls in a block, each with the texts that have a name there."""
    for statement in statements:
        known = names | assigned(statements, statement.lineno)
        blocks = [part for _name, part in ast.iter_fields(statement) if isinstance(part, list)]
        blocks = [part for part in blocks if part and all(isinstance(each, ast.stmt) for each in part)]
        for handler in getattr(statement, "handlers", []):
            blocks.append(handler.body)
        inner = {id(node) for block in blocks for each in block for node in ast.walk(each)}
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and id(node) not in inner:
                yield node, known
        for block in blocks:
            yield from calls(block, known)


def is_of_the_class(function: ast.expr) -> bool:
    """Whether it is super().__init__, by which a failure makes its own message."""
    if not isinstance(function, ast.Attribute) or function.attr != "__init__":
        return False
    owner = function.value
    return isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super"


def messages_of(file: Path, classes: set[str]) -> Iterator[Message]:
    for node, names in calls(ast.parse(file.read_text(encoding="utf-8")).body, {}):
        made = node.func.id in classes if isinstance(node.func, ast.Name) else is_of_the_class(node.func)
        if made and node.args:
            seen = one_line(shape(node.args[0], names))
            if len(re.sub(r"[^a-z]", "", seen)) > 8:  # more than a few letters of its own
                yield Message(seen, one_line(shape(node.args[1], names)) if len(node.args) > 1 else "")


def one_line(text: str) -> str:
    return re.sub(r"…(?:\s*…)*", "…", " ".join(text.split()))


@functools.cache
def by_group() -> dict[str, list[Message]]:
    classes = failures()
    found: dict[str, dict[str, Message]] = {group: {} for group in GROUPS}
    for file in sorted(
        [*UTILS.glob("*.py"), *(ROOT / "plugins").glob("modules/*.py"), *(ROOT / "plugins").glob("action/*.py")]
    ):
        group = next(group for group, beginnings in GROUPS.items() if file.stem.startswith(beginnings))
        for message in messages_of(file, classes):
            found[group].setdefault(message.seen, message)
    return {group: list(messages.values()) for group, messages in found.items() if messages}


def remedies(name: str) -> dict[str, object]:
    """The table `_REMEDIES` of a file of refusals, with the names in it resolved."""
    tree = ast.parse((UTILS / name).read_text(encoding="utf-8"))
    constants = assigned(tree.body, sys.maxsize)

    def resolved(node: ast.expr) -> object:
        if isinstance(node, ast.Dict):
            return {shape(key, constants): resolved(value) for key, value in zip(node.keys, node.values, strict=True)}
        return one_line(shape(node, constants))

    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "_REMEDIES" for t in node.targets):
            table = resolved(node.value)
            if isinstance(table, dict):
                return table
    raise LookupError(f"{name} has no table _REMEDIES")


def table(head: tuple[str, ...], widths: str, rows: Sequence[tuple[str, ...]]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [head, *rows]:
        for number, cell in enumerate(row):
            wrapped = textwrap.wrap(cell, 110, break_long_words=False, break_on_hyphens=False) or [""]
            lines.append(f"   {'*' if number == 0 else ' '} - {wrapped[0]}".rstrip())
            lines += [f"       {line}" for line in wrapped[1:]]
    return "\n".join(lines) + "\n"


def literal(text: str) -> str:
    return f"``{text}``"


def prose(text: str) -> str:
    """A remedy as reStructuredText: what has a meaning there is escaped."""
    if text in ("", "…"):
        return "Correct what the message names."
    return re.sub(r"([\\*`|_])", r"\\\1", text)


def heading(text: str, line: str) -> str:
    return f"\n{text}\n{line * len(text)}\n\n"


def tables() -> str:
    """The part of the guide that is written by this tool."""
    parts = [BEGIN, heading("What the token endpoint refuses", "-")]
    parts.append(
        "The message begins with ``Okta gave no token``, and goes on in Okta's words. ``error_code`` is the error.\n\n"
    )
    rows = []
    for code, cases in remedies("_token_errors.py").items():
        for said, remedy in (cases if isinstance(cases, dict) else {}).items():
            rows.append((literal(code), f"… {said} …" if said else "anything else", prose(str(remedy))))
    parts.append(table(("Error", "Okta's words", "What to do"), "20 30 50", rows))
    parts.append(heading("What the API refuses", "-"))
    parts.append("The message begins with ``Okta refused the request``, and goes on in Okta's words.\n\n")
    refused = [(literal(code), prose(str(remedy))) for code, remedy in remedies("_api_errors.py").items()]
    parts.append(table(("Code", "What to do"), "20 80", refused))
    parts.append(heading("All messages", "-"))
    parts.append("An ellipsis stands for what was seen: a name, a number, a host.\n")
    for group, messages in by_group().items():
        parts.append(heading(group, "~"))
        parts.append(
            table(("Message", "What to do"), "50 50", [(literal(each.seen), prose(each.remedy)) for each in messages])
        )
    return "".join(parts)


def main(arguments: list[str]) -> int:
    before = GUIDE.read_text(encoding="utf-8")
    if before.count(BEGIN) != 1:
        sys.exit(f"{GUIDE.name} has no line that says where the tables begin")
    after = before.partition(BEGIN)[0] + tables()
    if arguments == ["--write"]:
        GUIDE.write_text(after, encoding="utf-8")
        return 0
    sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True), "guide", "source"))
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
