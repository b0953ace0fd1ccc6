# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of `search` and `filter`, and what expressions mean."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.conditions import filtering, searching
from sandbox.expression import And, Comparison, Expression, ExpressionError, Or, parse
from sandbox.okta_errors import ApiError

USER: dict[str, Any] = {
    "id": "00uAbC",
    "status": "ACTIVE",
    "created": "2020-01-01T00:00:00.000Z",
    "activated": None,
    "lastLogin": "2020-01-02T00:00:00.000Z",
    "lastUpdated": "2021-06-01T12:00:00.000Z",
    "type": {"id": "oty1"},
    "profile": {
        "firstName": "Zoë",
        "lastName": "O'Brien",
        "email": "zoe@example.com",
        "login": "zoe@example.com",
        "secondEmail": "",
        "quote": 'say "hi" \\ é',
        "entitlements": ["vpn", "wiki"],
        "level": 5,
        "contractor": False,
    },
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('status eq "ACTIVE"', True),
        ('status EQ "active"', True),
        ('status eq "STAGED"', False),
        ('(status lt "STAGED" or status gt "STAGED")', True),
        ('id sw "00ua"', True),
        ("id pr", True),
        ("activated pr", False),
        ("profile.secondEmail pr", False),
        ("profile.nothing pr", False),
        ('profile.firstName sw "zo"', True),
        ('profile.firstName eq "Zoe"', False),
        ('profile.lastName co "brie"', True),
        ('profile.quote eq "say \\"hi\\" \\\\ \\u00e9"', True),
        ('profile.entitlements eq "WIKI"', True),
        ('profile.entitlements eq "ledger"', False),
        ("profile.level ge 5", True),
        ("profile.level gt 5.5", False),
        ('profile.level eq "5"', False),
        ("profile.contractor eq false", True),
        ('type.id eq "oty1"', True),
        ('lastUpdated gt "2021-06-01T11:59:59.999Z"', True),
        ('lastUpdated lt "2021-06-01T14:00:00.000+02:00"', False),
        ('lastUpdated eq "2021-06-01T12:00:00.000Z"', True),
        # and binds before or; brackets before both
        ('status eq "STAGED" and id pr or profile.level eq 5', True),
        ('status eq "STAGED" and (id pr or profile.level eq 5)', False),
        ('profile.level eq 5 or id pr and status eq "STAGED"', True),
    ],
)
def test_search(text: str, expected: bool) -> None:
    assert searching(text)[1](USER) is expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E0000031"),
        ("status", "E0000031"),
        ("status eq", "E0000031"),
        ("status eq ACTIVE", "E0000031"),
        ("status eq 'ACTIVE'", "E0000031"),
        ('status eq "ACTIVE', "E0000031"),
        ('status eq "\\q"', "E0000031"),
        ('status ne "ACTIVE"', "E0000031"),
        ('status ew "E"', "E0000031"),
        ('not (status eq "ACTIVE")', "E0000031"),
        ('status eq "ACTIVE" and', "E0000031"),
        ('(status eq "ACTIVE"', "E0000031"),
        ('status eq "ACTIVE")', "E0000031"),
        ('Status eq "ACTIVE"', "E0000031"),
        ("lastLogin pr", "E0000031"),
        ('passwordChanged gt "2020-01-01T00:00:00.000Z"', "E0000031"),
        ('credentials.provider.type eq "OKTA"', "E0000031"),
        ('profile.title co "x"', "E0000031"),
        ('created sw "2020"', "E0000031"),
        ('created gt "2020-01-01"', "E0000030"),
        ('created gt "2020-13-01T00:00:00.000Z"', "E0000030"),
        ("created gt 5", "E0000030"),
        ("(" * 200 + "id pr" + ")" * 200, "E0000031"),
        ("id pr or " * 2000 + "id pr", "E0000031"),
    ],
)
def test_search_refused(text: str, code: str) -> None:
    with pytest.raises(ApiError) as refusal:
        searching(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('status eq "ACTIVE"', True),
        ('status eq "active"', False),
        ('profile.lastName eq "O\'Brien" and id eq "00uAbC"', True),
        ('lastUpdated ge "2021-06-01T12:00:00.000Z" or status eq "STAGED"', True),
    ],
)
def test_filter(text: str, expected: bool) -> None:
    assert filtering(text)[1](USER) is expected


@pytest.mark.parametrize(
    "text", ['profile.title eq "x"', 'status sw "A"', "id pr", 'created gt "2020-01-01T00:00:00.000Z"']
)
def test_filter_knows_less_than_search(text: str) -> None:
    searching(text)
    with pytest.raises(ApiError):
        filtering(text)


WORDS = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,8}(\.[A-Za-z][A-Za-z0-9]{0,8})?\Z")
LITERALS = st.one_of(st.text(), st.booleans(), st.integers(-(10**6), 10**6).map(float))
COMPARISONS: st.SearchStrategy[Expression] = st.one_of(
    st.builds(Comparison, WORDS, st.sampled_from(["eq", "sw", "co", "gt", "ge", "lt", "le"]), LITERALS),
    st.builds(Comparison, WORDS, st.just("pr")),
)
EXPRESSIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.builds(
        lambda kind, terms: kind(tuple(terms)), st.sampled_from([And, Or]), st.lists(inner, min_size=2, max_size=3)
    ),
    max_leaves=12,
)


def written(expression: Expression) -> str:
    """Every inner `and` and `or` in brackets, so that the text has one reading."""
    if isinstance(expression, Comparison):
        literal = "" if expression.operator == "pr" else " " + json.dumps(expression.literal)
        return f"{expression.attribute} {expression.operator}{literal}"
    terms = (written(term) if isinstance(term, Comparison) else f"({written(term)})" for term in expression.terms)
    return (" and " if isinstance(expression, And) else " OR ").join(terms)


@given(EXPRESSIONS)
def test_what_is_written_is_read(expression: Expression) -> None:
    assert parse(written(expression)) == expression


@given(st.one_of(st.text(), st.text(alphabet='()"\\ .andorpeqtidus15')))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ExpressionError):
        parse(text)
    for read in (searching, filtering):
        with suppress(ApiError):
            read(text)
