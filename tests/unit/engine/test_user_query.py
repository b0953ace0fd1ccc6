# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_user_query`: which users are asked for, and how."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.plugins.module_utils._user_query import (
    Selection,
    everyone_as_search,
    fields_parameter,
    project,
    read_selection,
    users_query,
)

DEFAULTS: dict[str, t.Any] = {
    **dict.fromkeys(("search", "filter", "q", "user", "statuses", "fields", "sort_by", "limit", "dest")),
    "include_deprovisioned": False,
    "omit_credentials": True,
    "sort_order": "asc",
    "page_size": 200,
    "workers": 1,
    "dest_format": "jsonl",
}
EVERYONE = 'lastUpdated ge "1970-01-01T00:00:00.000Z"'
NOT_GONE = '(status lt "DEPROVISIONED" or status gt "DEPROVISIONED")'


def select(**params: t.Any) -> Selection:
    return read_selection({**DEFAULTS, **params})


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({}, {"limit": "200"}),
        ({"include_deprovisioned": True}, {"filter": EVERYONE, "limit": "200"}),
        ({"search": 'profile.a eq "b"'}, {"search": 'profile.a eq "b"', "limit": "200"}),
        ({"filter": 'status eq "ACTIVE"'}, {"filter": 'status eq "ACTIVE"', "limit": "200"}),
        ({"q": "jo"}, {"q": "jo", "limit": "200"}),
        ({"statuses": ["ACTIVE"]}, {"filter": 'status eq "ACTIVE"', "limit": "200"}),
        (
            {"statuses": [" active ", "LOCKED_OUT", "ACTIVE", ""]},
            {"filter": 'status eq "ACTIVE" or status eq "LOCKED_OUT"', "limit": "200"},
        ),
        ({"statuses": ["NEW_ONE"]}, {"filter": 'status eq "NEW_ONE"', "limit": "200"}),
        ({"statuses": ['A"\\']}, {"filter": 'status eq "A\\"\\\\"', "limit": "200"}),
        (
            {"statuses": ["ACTIVE"], "include_deprovisioned": True},
            {"filter": 'status eq "ACTIVE"', "limit": "200"},
        ),
        (
            {"search": "a or b", "statuses": ["ACTIVE", "STAGED"]},
            {"search": '(a or b) and (status eq "ACTIVE" or status eq "STAGED")', "limit": "200"},
        ),
        ({"search": "x", "include_deprovisioned": True}, {"search": "x", "limit": "200"}),
        ({"filter": "x", "include_deprovisioned": True}, {"filter": "x", "limit": "200"}),
        ({"filter": "x", "statuses": ["ACTIVE"]}, {"filter": "x", "limit": "200"}),
        ({"q": "x", "statuses": ["ACTIVE"]}, {"q": "x", "limit": "200"}),
        (
            {"search": "x", "sort_by": "profile.lastName", "sort_order": "desc"},
            {"search": "x", "sortBy": "profile.lastName", "sortOrder": "desc", "limit": "200"},
        ),
        ({"search": "x", "sort_order": "desc"}, {"search": "x", "limit": "200"}),
        ({"page_size": 50}, {"limit": "50"}),
        ({"page_size": 1}, {"limit": "1"}),
        ({"limit": 7}, {"limit": "7"}),
        ({"limit": 7, "page_size": 5}, {"limit": "5"}),
        ({"limit": 500}, {"limit": "200"}),
        ({"filter": "x", "statuses": ["ACTIVE"], "limit": 7}, {"filter": "x", "limit": "200"}),
        ({"q": "x", "limit": 7, "page_size": 5}, {"q": "x", "limit": "200"}),
        (
            {"fields": ["status", " profile.login", "", "profile.email"]},
            {"fields": "id,status,profile:(login,email)", "limit": "200"},
        ),
        (
            {"filter": "x", "statuses": ["ACTIVE"], "fields": ["profile.login"]},
            {"filter": "x", "fields": "id,status,profile:(login)", "limit": "200"},
        ),
    ],
)
def test_the_query(params: dict[str, t.Any], wanted: dict[str, str]) -> None:
    assert users_query(select(**params)) == wanted


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_what_is_blank_is_not_set(blank: str | None) -> None:
    selection = select(search=blank, filter=blank, q=blank, sort_by=blank)
    assert users_query(selection) == {"limit": "200"}
    assert selection.is_unfiltered


@pytest.mark.parametrize("name", ["search", "filter", "q", "statuses"])
def test_what_filters(name: str) -> None:
    assert not select(**{name: ["ACTIVE"] if name == "statuses" else "x"}).is_unfiltered


@pytest.mark.parametrize("params", [{}, {"include_deprovisioned": True}, {"limit": 5}, {"fields": ["id"]}])
def test_what_does_not(params: dict[str, t.Any]) -> None:
    assert select(**params).is_unfiltered


def test_credentials_are_left_out() -> None:
    wanted = "application/json; okta-response=omitCredentials,omitCredentialsLinks"
    assert select().content_type == wanted
    assert select(omit_credentials=False).content_type is None


REFUSALS: list[tuple[dict[str, t.Any], str]] = [
    *(({"page_size": size}, f"page_size is {size}. Set it to a number from 1 to 200") for size in (0, 201, -1)),
    *(({"limit": limit}, f"limit is {limit}. Set it to 1 or more") for limit in (0, -5)),
    *(({"workers": workers}, f"workers is {workers}. Set it to a number from 1 to 8") for workers in (0, 9)),
    ({"fields": ["credentials"]}, "fields asks for credentials"),
    ({"fields": ["credentials.provider"]}, "fields asks for credentials"),
    *(
        ({"fields": [name]}, f"fields holds {name!r}")
        for name in ("a b", "profile:(a)", "a,b", ".a", "a.", "*", "a..b")
    ),
    ({"q": "x", "include_deprovisioned": True}, "leaves DEPROVISIONED users out of q"),
    *(
        ({**given, "sort_by": "profile.lastName"}, "Okta sorts what search finds")
        for given in ({}, {"filter": "x"}, {"q": "x"}, {"statuses": ["ACTIVE"]})
    ),
    *(
        ({first: "x", second: "y"}, f"{' and '.join(sorted((first, second)))} are both set")
        for first, second in (("search", "filter"), ("search", "q"), ("filter", "q"))
    ),
    *(({name: "x", "user": ["a"]}, f"{name} and user are both set") for name in ("search", "filter", "q")),
    *(
        ({"user": ["a"], name: value}, f"user and {name} can't go together")
        for name, value in {
            "statuses": ["ACTIVE"],
            "include_deprovisioned": True,
            "limit": 5,
            "sort_by": "x",
            "dest": "/x",
        }.items()
    ),
    *(
        ({"workers": 2, **given}, f"workers and {list(given)[-1]} can't go together")
        for given in ({"q": "x"}, {"filter": "x"}, {"limit": 5}, {"search": "x", "sort_by": "y"}, {"user": ["a"]})
    ),
    *(({name: "\ud800"}, "UTF-8") for name in ("search", "filter", "q")),
]


def said(case: object) -> str:
    return repr(case)[:60] if isinstance(case, dict) else ""


@pytest.mark.parametrize(("params", "words"), REFUSALS, ids=said)
def test_each_refusal_has_its_message(params: dict[str, t.Any], words: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        select(**params)
    assert words in str(caught.value)
    assert caught.value.remedy


def test_three_ways_to_find_are_named() -> None:
    with pytest.raises(InvalidOption, match="filter and q and search"):
        select(search="x", filter="y", q="z")


def test_an_empty_list_of_users_is_one() -> None:
    with pytest.raises(InvalidOption, match="user and limit"):
        select(user=[], limit=5)


def test_credentials_can_be_asked_for() -> None:
    assert select(fields=["credentials"], omit_credentials=False).fields == ("credentials",)


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ((), None),
        (("id",), "id"),
        (("status", "id"), "id,status"),
        (("status", "status"), "id,status"),
        (("profile.login",), "id,profile:(login)"),
        (("profile.login", "status", "profile.login", "profile.email"), "id,status,profile:(login,email)"),
        (("profile", "profile.login"), "id,profile"),
        (("type.id", "type"), "id,type"),
        (("profile.a_b1",), "id,profile:(a_b1)"),
    ],
)
def test_fields_parameter(fields: tuple[str, ...], wanted: str | None) -> None:
    assert fields_parameter(fields) == wanted


USER = {
    "id": "00u1",
    "status": "ACTIVE",
    "lastLogin": None,
    "profile": {"login": "a", "email": None},
    "type": {"id": "t"},
}


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ((), USER),
        (("status",), {"id": "00u1", "status": "ACTIVE"}),
        (("lastLogin", "none"), {"id": "00u1", "lastLogin": None}),
        (("profile.login",), {"id": "00u1", "profile": {"login": "a"}}),
        (("profile.none",), {"id": "00u1", "profile": {}}),
        (("profile", "profile.login"), {"id": "00u1", "profile": {"login": "a", "email": None}}),
        (("profile.login", "profile"), {"id": "00u1", "profile": {"login": "a", "email": None}}),
        (("profile.login", "profile.email"), {"id": "00u1", "profile": {"login": "a", "email": None}}),
        (("type.id",), {"id": "00u1", "type": {"id": "t"}}),
        (("type.id.deep", "none.deep", "status.deep"), {"id": "00u1", "type": {}}),
    ],
)
def test_project(fields: tuple[str, ...], wanted: dict[str, t.Any]) -> None:
    assert project(USER, fields) == wanted


@pytest.mark.parametrize("profile", [None, [], "x"])
def test_project_of_a_user_of_another_shape(profile: object) -> None:
    assert project({"id": "00u1", "profile": profile}, ("profile.login",)) == {"id": "00u1"}


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({}, NOT_GONE),
        ({"include_deprovisioned": True}, ""),
        ({"statuses": ["ACTIVE"]}, '(status eq "ACTIVE")'),
        ({"statuses": ["DEPROVISIONED"], "include_deprovisioned": True}, '(status eq "DEPROVISIONED")'),
        ({"search": "a or b"}, "(a or b)"),
        ({"search": "a or b", "statuses": ["ACTIVE"]}, '(a or b) and (status eq "ACTIVE")'),
    ],
)
def test_everyone_as_search(params: dict[str, t.Any], wanted: str) -> None:
    assert everyone_as_search(select(**params)) == wanted
