# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The expression language of `search` and `filter`: text to syntax tree.

    expression  = conjunction *( "or" conjunction )
    conjunction = term *( "and" term )
    term        = "(" expression ")" / attribute "pr" / attribute operator literal
    literal     = JSON string / number / "true" / "false"

Operators and the words `and`, `or` are written in any case; attribute names are not.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NamedTuple

Literal = str | float | bool

OPERATORS = frozenset({"eq", "sw", "co", "gt", "ge", "lt", "le"})

MAX_LENGTH = 8192
"""'Overly complex or long search query can result in an error': where Okta draws the line is unknown."""
MAX_DEPTH = 50


class ExpressionError(ValueError):
    """The text is not an expression."""


@dataclass(frozen=True)
class Comparison:
    attribute: str
    operator: str
    literal: Literal | None = None
    """None with the operator `pr` alone."""


@dataclass(frozen=True)
class And:
    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class Or:
    terms: tuple[Expression, ...]


Expression = Comparison | And | Or


class _Token(NamedTuple):
    kind: str
    text: str


_TOKEN = re.compile(
    r'\s*(?:(?P<bracket>[()])|(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))'
    r"|(?P<word>[A-Za-z_][\w.\-]*))",
    re.ASCII,
)


def parse(text: str) -> Expression:
    """The syntax tree of an expression; ExpressionError if it is none."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too long")
    parser = _Parser(_tokens(text))
    expression = parser.expression(0)
    if parser.peek() is not None:
        raise ExpressionError(f"unexpected {parser.next().text!r}")
    return expression


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"can't be read from character {position}")
        tokens.append(_Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent, one method a rule of the grammar."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._position = 0

    def peek(self) -> _Token | None:
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def next(self) -> _Token:
        token = self.peek()
        if token is None:
            raise ExpressionError("ends too early")
        self._position += 1
        return token

    def expression(self, depth: int) -> Expression:
        terms = [self._conjunction(depth)]
        while self._took_word("or"):
            terms.append(self._conjunction(depth))
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _conjunction(self, depth: int) -> Expression:
        terms = [self._term(depth)]
        while self._took_word("and"):
            terms.append(self._term(depth))
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _term(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise ExpressionError("too deep")
        token = self.next()
        if token == ("bracket", "("):
            inner = self.expression(depth + 1)
            if self.next() != ("bracket", ")"):
                raise ExpressionError("a bracket is not closed")
            return inner
        if token.kind != "word":
            raise ExpressionError(f"{token.text!r} where an attribute is due")
        operator = self.next().text.lower()
        if operator == "pr":
            return Comparison(token.text, operator)
        if operator not in OPERATORS:
            raise ExpressionError(f"{operator!r} is not an operator")
        return Comparison(token.text, operator, self._literal())

    def _literal(self) -> Literal:
        token = self.next()
        if token.kind == "string":
            try:
                return str(json.loads(token.text))
            except ValueError as error:
                raise ExpressionError("not a JSON string") from error
        if token.kind == "number":
            return float(token.text)
        if token.kind == "word" and token.text in ("true", "false"):
            return token.text == "true"
        raise ExpressionError(f"{token.text!r} is not a literal")

    def _took_word(self, word: str) -> bool:
        token = self.peek()
        if token is None or token.kind != "word" or token.text.lower() != word:
            return False
        self._position += 1
        return True
