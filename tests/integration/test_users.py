# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which users are listed, in what order, and what of each: all options of okta_users_info."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from integration.journals import TOKEN, USERS, asked
from integration.module_runs import Modules
from integration.playbooks import Player, task

from sandbox import RunningOrg

User = dict[str, Any]
Condition = Callable[[User], bool]


def is_there(user: User) -> bool:
    return bool(user["status"] != "DEPROVISIONED")


def with_status(*names: str) -> Condition:
    return lambda user: user["status"] in names


def engineers(user: User) -> bool:
    return bool(user["profile"].get("department") == "Engineering")


# Each: a name, options, which users are expected, and how many pages it takes.
LISTINGS: list[tuple[str, dict[str, Any], Condition, int]] = [
    ("all", {}, is_there, 7),
    ("deprovisioned too", {"include_deprovisioned": True}, lambda user: True, 7),
    ("one status", {"statuses": ["LOCKED_OUT"]}, with_status("LOCKED_OUT"), 1),
    ("statuses in any case", {"statuses": ["Active", "staged"]}, with_status("ACTIVE", "STAGED"), 5),
    ("only deprovisioned", {"statuses": ["DEPROVISIONED"]}, with_status("DEPROVISIONED"), 1),
    ("a status never heard of", {"statuses": ["ACTIVATING"]}, with_status("ACTIVATING"), 1),
    ("search", {"search": 'profile.department eq "Engineering"'}, engineers, 1),
    (
        "search and statuses",
        {"search": 'profile.department eq "engineering" or profile.department eq "x"', "statuses": ["STAGED"]},
        lambda user: engineers(user) and user["status"] == "STAGED",
        1,
    ),
    (
        "search, non-ASCII and quotes",
        {"search": 'profile.lastName eq "Ångström-Дарья" or profile.lastName eq "O\'Brien"'},
        lambda user: user["profile"]["lastName"] in ("Ångström-Дарья", "O'Brien"),
        1,
    ),
    ("filter", {"filter": 'status eq "SUSPENDED"'}, with_status("SUSPENDED"), 1),
    (
        "filter and statuses",
        {"filter": 'profile.lastName eq "Hopper"', "statuses": ["ACTIVE", "DEPROVISIONED"]},
        lambda user: user["profile"]["lastName"] == "Hopper" and user["status"] in ("ACTIVE", "DEPROVISIONED"),
        1,
    ),
    ("filter, in another case", {"filter": 'profile.lastName eq "hopper"'}, lambda user: False, 1),
    (
        "q",
        {"q": "hopp"},
        lambda user: is_there(user) and user["profile"]["lastName"] == "Hopper",
        1,
    ),
    ("small pages", {"search": 'status eq "SUSPENDED"', "page_size": 7}, with_status("SUSPENDED"), -1),
    ("blank options", {"search": "", "filter": " ", "q": "", "statuses": [], "fields": []}, is_there, 7),
]


@pytest.fixture
def listed(modules: Modules, org: RunningOrg) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def run(options: dict[str, Any]) -> dict[str, Any]:
        return modules("okta_users_info", options, org.environment()).result

    return run


@pytest.mark.parametrize(
    ("options", "condition", "pages"), [case[1:] for case in LISTINGS], ids=[case[0] for case in LISTINGS]
)
def test_the_users_listed_are_those_of_the_org(
    listed: Any, org: RunningOrg, options: dict[str, Any], condition: Condition, pages: int
) -> None:
    result = listed(options)

    expected = [user["id"] for user in org.users() if condition(user)]
    assert [user["id"] for user in result["users"]] == expected
    assert result["count"] == len(expected)
    assert result["complete"] is True
    assert result["pages"] == len(asked(org.journal(), USERS))
    assert pages in (-1, result["pages"])
    assert result["requests"] == result["pages"] + 1


def test_sorted(listed: Any, org: RunningOrg) -> None:
    search = {"search": 'status eq "LOCKED_OUT"', "sort_by": "profile.lastName", "page_size": 10}
    for order in ("asc", "desc"):
        result = listed({**search, "sort_order": order})

        names = [user["profile"]["lastName"].casefold() for user in result["users"]]
        assert names == sorted(names, reverse=order == "desc")
        assert result["count"] == sum(user["status"] == "LOCKED_OUT" for user in org.users()) > 10
    assert len(set(names)) > 3


@pytest.mark.parametrize(
    ("limit", "complete", "pages"), [(1, False, 1), (200, False, 1), (201, False, 2), (1233, False, 7), (1234, True, 7)]
)
def test_a_limit_cuts_the_list_and_says_so(
    listed: Any, org: RunningOrg, limit: int, complete: bool, pages: int
) -> None:
    result = listed({"limit": limit, "fields": ["id"]})

    assert [user["id"] for user in result["users"]] == [user["id"] for user in org.users() if is_there(user)][:limit]
    assert (result["count"], result["complete"], result["pages"]) == (limit, complete, pages)


def test_fields(listed: Any, org: RunningOrg) -> None:
    truth = {user["id"]: user for user in org.users() if is_there(user)}
    result = listed({"fields": ["status", "profile.login", "profile.nothingOfTheKind"]})

    assert [user.keys() for user in result["users"]] == [{"id", "status", "profile"}] * 1234
    assert [user["profile"] for user in result["users"]] == [
        {"login": user["profile"]["login"]} for user in truth.values()
    ]
    queries = [parse_qs(entry["query"]) for entry in asked(org.journal(), USERS)]
    assert {tuple(query["fields"]) for query in queries} == {
        ("id,status,profile:(login,nothingOfTheKind)",),
    }


def test_fields_survive_links_that_drop_them(listed: Any, org: RunningOrg) -> None:
    org.settings(drop_fields_from_next=True)
    result = listed({"fields": ["status"]})

    assert [user.keys() for user in result["users"]] == [{"id", "status"}] * 1234


def test_credentials_are_left_out_unless_asked_for(listed: Any, org: RunningOrg) -> None:
    assert not [user for user in listed({"limit": 200})["users"] if "credentials" in user]
    assert "recovery_question" not in str(listed({"limit": 20}))
    users = listed({"limit": 20, "omit_credentials": False})["users"]
    assert all("credentials" in user for user in users)
    assert "cowboy scene" in str(users)


def test_users_come_as_they_are(listed: Any, org: RunningOrg) -> None:
    """Null, absent, blank, Jinja, HTML, control characters, an unknown status: all of it is data."""
    truth = [user for user in org.users() if is_there(user)][:40]
    users = listed({"limit": 40, "omit_credentials": False})["users"]

    assert [{name: value for name, value in user.items() if name != "_links"} for user in users] == truth
    assert users[8]["profile"]["title"] == "{{ lookup('pipe', 'id') }}"
    assert users[0]["activated"] is None
    assert users[5]["status"] == "ACTIVATING"


def named(org: RunningOrg) -> Iterator[tuple[str, User]]:
    """Users, each under one of the names that Okta knows it by."""
    people = [user for user in org.users() if is_there(user)]
    yield people[3]["id"], people[3]
    yield people[100]["profile"]["login"], people[100]
    yield people[101]["profile"]["login"].upper(), people[101]
    yield "zoë.ångström@acme.example", people[6]
    yield "o'brien+test@acme.example", people[14]
    gone = [user for user in org.users() if not is_there(user)]
    yield gone[0]["id"], gone[0]


def test_users_by_id_and_login(listed: Any, org: RunningOrg) -> None:
    wanted = list(named(org))
    result = listed({"user": [name for name, _user in wanted]})

    assert [user["id"] for user in result["users"]] == [user["id"] for _name, user in wanted]
    assert (result["count"], result["complete"]) == (len(wanted), True)
    assert [entry["path"] for entry in org.journal()][:3] == [
        TOKEN,
        f"{USERS}/{wanted[0][1]['id']}",
        f"{USERS}/{wanted[1][0].replace('@', '%40')}",
    ]
    shown = listed({"user": ["zoë.ångström@acme.example"], "fields": ["status", "profile.login"]})["users"]
    assert shown == [
        {"id": wanted[3][1]["id"], "status": wanted[3][1]["status"], "profile": {"login": "zoë.ångström@acme.example"}}
    ]


def test_unknown_users_are_named(listed: Any, org: RunningOrg) -> None:
    known = org.users()[0]["id"]
    result = listed({"user": ["nobody@acme.example", known, "niemand.ångström@acme.example"]})

    assert "nobody@acme.example" in result["msg"]
    assert "niemand.ångström@acme.example" in result["msg"]
    assert known not in result["msg"]
    assert result["unknown_users"] == ["nobody@acme.example", "niemand.ångström@acme.example"]
    assert (result["status"], result["error_code"]) == (404, "E0000007")
    assert "users" not in result


def test_a_login_with_a_slash_is_refused_before_any_request_for_it(listed: Any, org: RunningOrg) -> None:
    result = listed({"user": ["../groups"]})

    assert "Use the user's id." in result["msg"]
    assert [entry["path"] for entry in org.journal()] in ([], [TOKEN])


REFUSED = {
    "search that can't be read": (
        {"search": "profile.lastName is Smith"},
        ("Invalid search criteria", "Correct the expression", "E0000031"),
    ),
    "an attribute that can't be searched": ({"search": "lastLogin pr"}, ("E0000031",)),
    "a filter that can't be read": ({"filter": 'status ne "ACTIVE"'}, ("E0000031", "Correct the expression")),
    "a date": ({"search": 'created gt "yesterday"'}, ("E0000030", "Write dates as 2026-01-31T12:00:00.000Z.")),
    "q with more than a page": ({"q": "a"}, ("Okta gives no further page for q", "Use search")),
    "page_size": ({"page_size": 201}, ("page_size is 201", "from 1 to 200")),
    "limit": ({"limit": 0}, ("limit is 0",)),
    "fields": ({"fields": ["profile:(login)"]}, ("fields holds 'profile:(login)'",)),
    "credentials": ({"fields": ["credentials"]}, ("omit_credentials",)),
    "sorting nothing": ({"sort_by": "profile.lastName"}, ("Use sort_by together with search.",)),
    "two ways": ({"search": "id pr", "filter": 'status eq "ACTIVE"'}, ("search", "filter")),
    "user and limit": ({"user": ["x"], "limit": 1}, ("user", "limit")),
    "user and include_deprovisioned": (
        {"user": ["x"], "include_deprovisioned": True},
        ("include_deprovisioned",),
    ),
}


@pytest.mark.parametrize(("options", "words"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_listed(listed: Any, options: dict[str, Any], words: tuple[str, ...]) -> None:
    result = listed(options)

    assert result["failed"] is True
    assert not [word for word in words if word not in result["msg"]], result["msg"]
    assert "users" not in result


def test_the_users_of_one_task_are_data_for_the_next(play: Player, org: RunningOrg) -> None:
    """Jinja in an attribute is not evaluated, not even by a task that hands it on."""
    run = play(
        [
            task("List", "okta_users_info", {"limit": 12, "fields": ["status", "profile"]}, register="some"),
            task(
                "Titles",
                "ansible.builtin.debug",
                {"msg": "{{ some.users | map(attribute='profile.title', default='') }}"},
            ),
            task(
                "Look up", "okta_users_info", {"user": "{{ some.users[8:10] | map(attribute='profile.login') | list }}"}
            ),
            task("Nobody", "okta_users_info", {"user": ["nobody@acme.example"]}, ignore_errors=True),
            task("Bad search", "okta_users_info", {"search": "is it?"}, ignore_errors=True),
        ],
        org.environment(),
    )

    truth = [user for user in org.users() if is_there(user)][:12]
    assert run["Titles"]["msg"] == [user["profile"].get("title", "") for user in truth]
    assert [user["id"] for user in run["Look up"]["users"]] == [truth[8]["id"], truth[9]["id"]]
    assert "nobody@acme.example" in run.failure("Nobody")["msg"]
    assert "Invalid search criteria" in run.failure("Bad search")["msg"]
    assert "users" not in run.failure("Bad search")


@pytest.mark.parametrize(
    "settings",
    [
        {"link_order": "next,self"},
        {"link_style": "joined"},
        {"link_raw_commas": True},
        {"link_host": "acme-admin.example.com"},
        {"page_size_cap": 190},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_pages_are_followed_however_links_are_written(listed: Any, org: RunningOrg, settings: dict[str, Any]) -> None:
    org.settings(**settings)
    result = listed({"fields": ["status", "profile.login"]})

    assert [user["id"] for user in result["users"]] == [user["id"] for user in org.users() if is_there(user)]
    assert {entry["headers"]["host"][0] for entry in org.journal()} == {org.url.removeprefix("https://")}


def test_a_cursor_that_repeats_is_a_failure(listed: Any, org: RunningOrg) -> None:
    org.inject("repeat_cursor", page=3)
    result = listed({})

    assert "The list runs in a circle" in result["msg"]
    assert (result["users_read"], result["pages_read"]) in ((400, 2), (600, 3))


def test_an_empty_page_in_the_middle_does_not_end_the_list(listed: Any, org: RunningOrg) -> None:
    org.inject("empty_page", page=3)
    result = listed({})

    assert (result["count"], result["pages"], result["complete"]) == (1034, 7, True)
