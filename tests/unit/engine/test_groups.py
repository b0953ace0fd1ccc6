# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_groups`: by expression, by id, by name, and who is in them."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

import pytest

from ansible_collections.idops.okta.plugins.module_utils._client import Client, Record
from ansible_collections.idops.okta.plugins.module_utils._errors import (
    IncompleteListing,
    InvalidOption,
    NotFound,
    OktaError,
    RequestRefused,
)
from ansible_collections.idops.okta.plugins.module_utils._groups import find_groups, list_groups, list_members
from ansible_collections.idops.okta.plugins.module_utils._token import Token
from ansible_collections.idops.okta.tests.unit.engine.support import ORG, Step, links, make_client, script

GROUPS = f"{ORG}/api/v1/groups"
ID = "00g1emaKYZTWRYYRRTSK"
OTHER_ID = "00g0emaKYZTWRYYRRTSK"
NOT_FOUND = {"errorCode": "E0000007", "errorSummary": "Not found: Resource not found: x (UserGroup)"}


def client() -> Client:
    return make_client(Token("t-1", "Bearer"))


def group(identity: str = ID, name: str = "Everyone", **members: object) -> Record:
    return {"id": identity, "profile": {"name": name, "description": None}, **members}


def listed(*found: Record, query: str = "limit=200", **given: t.Any) -> Step:
    return Step(f"GET {GROUPS}?{query}", **{"body": list(found), **given})


def named(name: str, *found: Record, **given: t.Any) -> Step:
    """The search for a name, which stands here as it must be escaped in an expression."""
    expression = quote(f'profile.name eq "{name}"', safe="")
    return listed(*found, query=f"search={expression}&limit=200", **given)


def one(identity: str = ID, **given: t.Any) -> Step:
    return Step(f"GET {GROUPS}/{identity}", **{"body": group(identity), **given})


def find(names: list[str], *steps: Step) -> list[Record]:
    with script(*steps):
        return find_groups(client(), names)


# --- Lists -----------------------------------------------------------------------------------------------------------


def test_all_groups_are_ordered_by_id_and_as_okta_sends_them() -> None:
    odd = group(OTHER_ID, "{{ x }}", type="NEW_TYPE", objectClass=["okta:user_group"])
    steps = [
        listed(group(), headers=links(next=f"{GROUPS}?after=1")),
        listed(query="after=1", headers=links(next=f"{GROUPS}?after=2")),
        listed(odd, query="after=2"),
    ]
    with script(*steps):
        assert list_groups(client()) == [odd, group()]


@pytest.mark.parametrize(
    ("given", "query"),
    [
        ({}, "limit=200"),
        ({"search": None, "filter_": None}, "limit=200"),
        ({"search": 'type eq "ü&+"'}, "search=type%20eq%20%22%C3%BC%26%2B%22&limit=200"),
        ({"filter_": 'type eq "APP_GROUP"'}, "filter=type%20eq%20%22APP_GROUP%22&limit=200"),
    ],
)
def test_expressions_are_passed_on_as_they_are(given: dict[str, t.Any], query: str) -> None:
    with script(listed(query=query)):
        assert list_groups(client(), **given) == []


def test_a_group_that_comes_twice_is_one() -> None:
    steps = [listed(group(), headers=links(next=f"{GROUPS}?after=1")), listed(group(), query="after=1")]
    with script(*steps):
        assert list_groups(client()) == [group()]


def test_a_list_that_breaks_off() -> None:
    steps = [
        listed(group(), headers=links(next=f"{GROUPS}?after=1")),
        listed(query="after=1", status=403, body={"errorCode": "E0000006"}),
    ]
    with (
        script(*steps),
        pytest.raises(IncompleteListing, match="1 groups on 1 page had been read.*admin role") as caught,
    ):
        list_groups(client())
    assert (caught.value.result()["groups_read"], caught.value.result()["pages_read"]) == (1, 1)


def test_an_expression_that_cannot_be_read() -> None:
    body = {"errorCode": "E0000031", "errorSummary": "Invalid search criteria."}
    with (
        script(listed(query="search=x&limit=200", status=400, body=body)),
        pytest.raises(OktaError, match="Correct the expression"),
    ):
        list_groups(client(), search="x")


# --- Single ones -----------------------------------------------------------------------------------------------------


def test_by_id() -> None:
    assert find([ID], one()) == [group()]


def test_by_name() -> None:
    assert find(["Everyone"], named("Everyone", group())) == [group()]


def test_of_a_name_that_several_groups_have_all_are_found() -> None:
    found = find(["linux-admins"], named("linux-admins", group(ID, "linux-admins"), group(OTHER_ID, "linux-admins")))
    assert [item["id"] for item in found] == [OTHER_ID, ID]


def test_no_name_leaves_the_quotes() -> None:
    assert find(['a" or id pr or profile.name eq "\\'], named('a\\" or id pr or profile.name eq \\"\\\\', group()))


@pytest.mark.parametrize(
    "name", ["00g", ID[:-1], f"{ID}x", "00u1emaKYZTWRYYRRTSK", "00g1emaKYZTWRYYRRTS-", "Ünïcode 山"]
)
def test_what_is_no_id_is_a_name(name: str) -> None:
    assert find([name], named(name, group())) == [group()]


def test_they_come_as_they_were_named() -> None:
    steps = [named("b", group(ID, "b")), one(OTHER_ID)]
    assert [item["id"] for item in find(["b", OTHER_ID], *steps)] == [ID, OTHER_ID]


def test_all_that_are_unknown_are_named() -> None:
    steps = [named("nobody"), one(status=404, body=NOT_FOUND), named("Everyone", group()), named("no\none")]
    words = f"no group with the id or name 'nobody', '{ID}', 'no one'"
    with script(*steps), pytest.raises(NotFound, match=words) as caught:
        find_groups(client(), ["nobody", ID, "Everyone", "no\none"])
    result = caught.value.result()
    assert result["unknown_groups"] == ["nobody", ID, "no one"]
    assert "Check the spelling" in result["msg"]


def test_nothing_is_asked_for_no_name() -> None:
    assert find([]) == []


@pytest.mark.parametrize("name", ["", " ", "\t\n"])
def test_an_empty_name_is_refused(name: str) -> None:
    with script(), pytest.raises(InvalidOption, match="group holds an empty name"):
        find_groups(client(), [name])


@pytest.mark.parametrize(
    "step",
    [
        one(status=403, body={"errorCode": "E0000006"}),
        one(status=404, body=b"<html>"),
        one(body=b"<html>"),
        one(body=b'{"id": "'),
        one(body=[]),
        one(body={}),
        one(body={"id": None}),
    ],
)
def test_a_failure_is_no_unknown_group(step: Step) -> None:
    with script(step), pytest.raises(OktaError) as caught:
        find_groups(client(), [ID])
    assert not isinstance(caught.value, NotFound)


# --- Members ---------------------------------------------------------------------------------------------------------


def members(identity: str = ID, *ids: str, **given: t.Any) -> Step:
    return Step(f"GET {GROUPS}/{identity}/users?limit=200", **{"body": [{"id": name} for name in ids], **given})


def test_members_are_ordered_and_each_is_there_once() -> None:
    more = f"{GROUPS}/{ID}/users?after=1"
    steps = [members(ID, "c", "a", headers=links(next=more)), Step(f"GET {more}", body=[{"id": "c"}, {"id": "b"}])]
    with script(*steps):
        assert list_members(client(), group()) == [{"id": "a"}, {"id": "b"}, {"id": "c"}]


def test_nobody_is_in_a_group() -> None:
    with script(members()):
        assert list_members(client(), group()) == []


def test_a_group_that_was_deleted_meanwhile_is_not_an_empty_one() -> None:
    with script(members(status=404, body=NOT_FOUND)), pytest.raises(NotFound):
        list_members(client(), group())


@pytest.mark.parametrize("given", [{"status": 403}, {"body": {}}, {"body": b"<html>"}, {"body": [{"said": "x"}]}])
def test_members_that_cannot_be_read(given: dict[str, t.Any]) -> None:
    with script(members(**given)), pytest.raises(OktaError) as caught:
        list_members(client(), group())
    assert not isinstance(caught.value, RequestRefused)
