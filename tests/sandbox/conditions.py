# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `search` and `filter` allow in an expression, and which users it holds for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from .expression import And, Comparison, Expression, Literal, parse
from .okta_errors import ApiError
from .users import Record

Condition = Callable[[Record], bool]

_USER_DATES = frozenset({"created", "activated", "statusChanged", "lastUpdated"})
_GROUP_DATES = frozenset({"created", "lastUpdated", "lastMembershipUpdated"})
DATES = _USER_DATES | _GROUP_DATES
_SEARCHED = _USER_DATES | {"id", "status", "type.id"}
_GROUPS_SEARCHED = _GROUP_DATES | {"id", "type", "source.id"}
_CONTAINS = frozenset({"profile.firstName", "profile.lastName", "profile.email", "profile.login"})
_FILTERED = frozenset({"id", "status", "lastUpdated"}) | _CONTAINS
_GROUPS_CONTAIN = frozenset({"profile.name", "profile.description"})
_GROUPS_FILTERED = _GROUP_DATES - {"created"} | {"id", "type"}
_ORDERED = frozenset({"gt", "ge", "lt", "le"})
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:?\d\d)", re.ASCII)


def searching(text: str) -> tuple[Expression, Condition]:
    """The condition of a `search`; strings compare without regard to case, diacritics count."""
    return _condition(text, _may_search, fold=True)


def filtering(text: str) -> tuple[Expression, Condition]:
    """The condition of a `filter`; a few attributes, `eq`, and case counts."""
    return _condition(text, _may_filter, fold=False)


def searching_groups(text: str) -> Condition:
    """The condition of a `search` among groups."""
    return _condition(text, _may_search_groups, fold=True)[1]


def filtering_groups(text: str) -> Condition:
    """The condition of a `filter` among groups."""
    return _condition(text, _may_filter_groups, fold=False)[1]


def sortable(attribute: str) -> bool:
    """Whether `sortBy` takes it: a single attribute that can be searched."""
    return attribute in _SEARCHED or bool(re.fullmatch(r"profile\.\w+", attribute, re.ASCII))


def values_of(record: Record, attribute: str) -> list[Any]:
    """The values of an attribute: none, one, or those of an array."""
    value: Any = record
    for name in attribute.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def moment(text: str) -> float:
    """Epoch seconds of a date in an expression."""
    if not _DATE.fullmatch(text):
        raise ApiError("E0000030")
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise ApiError("E0000030") from error


def _condition(text: str, allowed: Callable[[Comparison], bool], fold: bool) -> tuple[Expression, Condition]:
    try:
        expression = parse(text)
    except ValueError as error:
        raise ApiError("E0000031") from error
    return expression, _compiled(expression, allowed, fold)


def _compiled(expression: Expression, allowed: Callable[[Comparison], bool], fold: bool) -> Condition:
    if isinstance(expression, Comparison):
        if not allowed(expression):
            raise ApiError("E0000031")
        return _compared(expression, fold)
    conditions = [_compiled(term, allowed, fold) for term in expression.terms]
    if isinstance(expression, And):
        return lambda record: all(condition(record) for condition in conditions)
    return lambda record: any(condition(record) for condition in conditions)


def _may_search(comparison: Comparison) -> bool:
    attribute, operator = comparison.attribute, comparison.operator
    if not sortable(attribute):
        return False
    if attribute in DATES:
        return operator not in ("sw", "co")
    return operator != "co" or attribute in _CONTAINS


def _may_search_groups(comparison: Comparison) -> bool:
    """Dates are put in order, as the documented examples do; whether other attributes can be is unknown."""
    attribute, operator = comparison.attribute, comparison.operator
    if attribute in _GROUP_DATES:
        return operator not in ("sw", "co")
    if attribute not in _GROUPS_SEARCHED and not re.fullmatch(r"profile\.\w+", attribute, re.ASCII):
        return False
    return operator in ("eq", "sw", "pr") or (operator == "co" and attribute in _GROUPS_CONTAIN)


def _may_filter_groups(comparison: Comparison) -> bool:
    if comparison.attribute not in _GROUPS_FILTERED:
        return False
    return comparison.operator == "eq" or (comparison.attribute in _GROUP_DATES and comparison.operator in _ORDERED)


def _may_filter(comparison: Comparison) -> bool:
    if comparison.attribute not in _FILTERED:
        return False
    return comparison.operator == "eq" or (comparison.attribute == "lastUpdated" and comparison.operator in _ORDERED)


def _compared(comparison: Comparison, fold: bool) -> Condition:
    attribute, operator, literal = comparison.attribute, comparison.operator, comparison.literal
    if literal is None:
        return lambda record: any(value != "" for value in values_of(record, attribute))
    holds = _TESTS[operator]
    if attribute in DATES:
        if not isinstance(literal, str):
            raise ApiError("E0000030")
        wanted = moment(literal)
        return lambda record: any(holds(moment(value), wanted) for value in values_of(record, attribute))
    sample = _comparable(literal, fold)
    kind = sample.__class__

    def condition(record: Record) -> bool:
        for value in values_of(record, attribute):
            comparable = _comparable(value, fold)
            if comparable.__class__ is kind and holds(comparable, sample):
                return True
        return False

    return condition


def _comparable(value: Any, fold: bool) -> Literal | None:
    """Strings in one case where case doesn't count, numbers of one type, truth values; nothing else compares."""
    if isinstance(value, str):
        return value.casefold() if fold else value
    if isinstance(value, bool):
        return value
    return float(value) if isinstance(value, (int, float)) else None


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: bool(value == wanted),
    "sw": lambda value, wanted: isinstance(value, str) and value.startswith(wanted),
    "co": lambda value, wanted: isinstance(value, str) and wanted in value,
    "gt": lambda value, wanted: bool(value > wanted),
    "ge": lambda value, wanted: bool(value >= wanted),
    "lt": lambda value, wanted: bool(value < wanted),
    "le": lambda value, wanted: bool(value <= wanted),
}
