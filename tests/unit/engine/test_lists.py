# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_lists`: short lists, as a whole or not at all."""

from __future__ import annotations

import threading
import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._client import Client
from ansible_collections.idops.okta.plugins.module_utils._errors import (
    IncompleteListing,
    NotFound,
    RequestRefused,
    UnexpectedAnswer,
)
from ansible_collections.idops.okta.plugins.module_utils._lists import for_each, read_list
from ansible_collections.idops.okta.plugins.module_utils._token import Token
from ansible_collections.idops.okta.tests.unit.engine.support import ORG, Step, links, make_client, script

PATH = "/api/v1/groups"
GET = f"GET {ORG}{PATH}"


def read(*steps: Step, **given: t.Any) -> list[dict[str, t.Any]]:
    with script(*steps):
        return read_list(make_client(Token("t-1", "Bearer")), PATH, noun="groups", bucket=PATH, **given)


def test_all_pages() -> None:
    steps = [
        Step(f"{GET}?search=a%20%26%20b&limit=2", body=[{"id": "1"}], headers=links(next=f"{ORG}{PATH}?after=1")),
        Step(f"{GET}?after=1", body=[{"id": "2"}]),
    ]
    assert read(*steps, query={"search": "a & b", "limit": "2"}) == [{"id": "1"}, {"id": "2"}]


def inside(*ids: str, following: t.Any = None) -> dict[str, t.Any]:
    """A page of `/api/v1/iam`: the records in a member, and the link in the body."""
    return {"value": [{"id": name} for name in ids], "_links": {"next": {"href": following}} if following else {}}


def test_pages_with_the_link_in_the_body() -> None:
    """Okta names the host of its Admin Console there: the token must not go to it."""
    steps = [
        Step(GET, body=inside("1", following=f"https://acme-admin.okta.com{PATH}?after=1")),
        Step(f"{GET}?after=1", body=inside("2")),
    ]
    assert read(*steps, member="value") == [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize("body", [{"value": []}, {"value": [], "_links": None}, {"value": [], "_links": {}}])
def test_a_last_page(body: t.Any) -> None:
    assert read(Step(GET, body=body), member="value") == []


@pytest.mark.parametrize("href", [f"{ORG}{PATH}?after=a>b", f"{ORG}{PATH}", "groups?after=1", 5, None, ["x"], ""])
def test_a_link_in_the_body_that_cannot_be_followed_is_no_last_page(href: object) -> None:
    body = {"value": [{"id": "1"}], "_links": {"next": {"href": href}}}
    steps = [Step(GET, body=body)]
    if isinstance(href, str) and ">" in href:
        steps.append(Step(f"{GET}?after=a%3Eb", body=inside("2")))
        assert [record["id"] for record in read(*steps, member="value")] == ["1", "2"]
    else:
        with pytest.raises(IncompleteListing):
            read(*steps, member="value")


@pytest.mark.parametrize("body", [{}, {"value": {}}, {"value": ["x"]}, {"values": []}, None])
def test_a_page_of_another_shape(body: t.Any) -> None:
    with pytest.raises(IncompleteListing, match="not a list of objects"):
        read(Step(GET, body=body), member="value")


def test_a_list_that_breaks_off_tells_how_far_it_got() -> None:
    steps = [
        Step(GET, body=[{"id": "1"}], headers=links(next=f"{ORG}{PATH}?after=1")),
        Step(f"{GET}?after=1", 403, {"errorCode": "E0000006", "errorSummary": "No"}),
    ]
    with pytest.raises(
        IncompleteListing, match="The list of groups could not be completed: 1 groups on 1 page"
    ) as caught:
        read(*steps)
    assert (caught.value.result()["groups_read"], caught.value.result()["pages_read"]) == (1, 1)


def test_a_list_that_does_not_exist() -> None:
    with pytest.raises(NotFound):
        read(Step(GET, 404, {"errorCode": "E0000007", "errorSummary": "Not found"}))


# --- Side by side ----------------------------------------------------------------------------------------------------


def workers(count: int) -> list[Client]:
    return [make_client(Token("t-1", "Bearer")) for dummy in range(count)]


@pytest.mark.parametrize("count", [1, 2, 8])
@pytest.mark.parametrize("items", [[], [1], list(range(50))])
def test_outcomes_in_the_order_of_the_items(count: int, items: list[int]) -> None:
    assert for_each(workers(count), items, lambda client, item: item * 2) == [item * 2 for item in items]


def test_the_work_is_shared() -> None:
    together = threading.Barrier(4)
    clients = workers(4)

    def read_one(client: Client, item: int) -> Client:
        together.wait(5)
        return client

    assert set(for_each(clients, range(4), read_one)) == set(clients)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("error", [RequestRefused("no"), UnexpectedAnswer("no"), RuntimeError("no")])
def test_the_first_failure_ends_it_all(count: int, error: Exception) -> None:
    begun: list[int] = []

    def read_one(client: Client, item: int) -> int:
        begun.append(item)
        if item == 2:
            raise error
        return item

    with pytest.raises(type(error), match="no"):
        for_each(workers(count), range(1000), read_one)
    assert len(begun) < 1000 or count > 1
