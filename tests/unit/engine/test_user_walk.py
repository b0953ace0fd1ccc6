# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_user_walk` with several workers: every user once, whoever reads it, or a failure."""

from __future__ import annotations

import random
import re
import threading
import typing as t
from urllib.parse import parse_qs, urlsplit

import pytest

from ansible_collections.idops.okta.plugins.module_utils._client import Client, Page, Record
from ansible_collections.idops.okta.plugins.module_utils._created_spans import created_at, okta_time
from ansible_collections.idops.okta.plugins.module_utils._errors import (
    IncompleteListing,
    RequestRefused,
    UnexpectedAnswer,
)
from ansible_collections.idops.okta.plugins.module_utils._user_query import Selection
from ansible_collections.idops.okta.plugins.module_utils._user_walk import Walk, walk_users
from ansible_collections.idops.okta.plugins.module_utils._users import list_users
from ansible_collections.idops.okta.tests.unit.engine.support import NOW, make_transport

NOW_MS = int(NOW * 1000)
YEAR_MS = 365 * 24 * 3600 * 1000
BOUNDS = re.compile(r'created ge "([^"]+)"(?: and created lt "([^"]+)")?$')


class Org:
    """An org that answers searches by the time of creation, page by page, in that order."""

    def __init__(self, users: t.Iterable[int], page_size: int = 3) -> None:
        self.users = [
            {"id": f"{number:06d}", "created": okta_time(at), "status": "ACTIVE"} for number, at in enumerate(users)
        ]
        self.page_size = page_size
        self.searches: list[str] = []
        self.queries: list[dict[str, list[str]]] = []
        self.served = 0
        self.fails_at: int | None = None
        self.error: Exception = RequestRefused("Refused.", status=403)
        self.shared_out = threading.Event()

    def pages(self, target: str, **_given: object) -> t.Iterator[Page]:
        query = parse_qs(urlsplit(target).query)
        self.queries.append(query)
        self.searches.append(query["search"][0])
        if len(self.searches) > 1:
            self.shared_out.set()
        bounds = BOUNDS.search(query["search"][0])
        assert bounds
        start, end = (created_at({"created": text}) if text else None for text in bounds.groups())
        found = [user for user in self.users if t.cast(int, start) <= created_at(user) < (end or NOW_MS * 2)]
        found.sort(key=created_at)
        pages = [found[first : first + self.page_size] for first in range(0, len(found), self.page_size)] or [[]]
        for number, records in enumerate(pages):
            if number == 1:
                self.shared_out.wait(5)  # not before a second worker has begun: else one alone is done in no time
            self.served += 1
            if self.served == self.fails_at:
                raise self.error
            yield Page([dict(record) for record in records], is_last=number == len(pages) - 1)


class Worker:
    def __init__(self, org: Org) -> None:
        self.transport = make_transport()
        self.pages = org.pages


def workers(org: Org, count: int) -> list[Client]:
    return [t.cast(Client, Worker(org)) for dummy in range(count)]


def walk(org: Org, count: int = 3, **selection: t.Any) -> tuple[list[Record], Walk]:
    kept: list[Record] = []
    walked = walk_users(workers(org, count), Selection(**selection), kept.extend)
    return kept, walked


def spread(count: int, seed: int = 7) -> list[int]:
    return [random.Random(seed + number).randrange(NOW_MS - 5 * YEAR_MS, NOW_MS) for number in range(count)]


ORGS = {
    "nobody": [],
    "one": [NOW_MS - YEAR_MS],
    "spread over years": spread(100),
    "all in one second": [NOW_MS - YEAR_MS + number % 1000 for number in range(50)],
    "all at one moment": [NOW_MS - YEAR_MS] * 50,
    "most in one hour": [*spread(20), *(NOW_MS - YEAR_MS + number * 3000 for number in range(100))],
    "created during the walk": [*spread(20), NOW_MS + 5000, NOW_MS + YEAR_MS],
    "before there was a world": [0, 1, 999, 1000, *spread(20)],
}


@pytest.mark.parametrize("count", [2, 3, 8])
@pytest.mark.parametrize("users", ORGS.values(), ids=ORGS)
def test_every_user_once(users: list[int], count: int) -> None:
    org = Org(users)
    kept, walked = walk(org, count)
    assert sorted(user["id"] for user in kept) == [user["id"] for user in org.users]
    assert (walked.users, walked.pages, walked.complete) == (len(users), org.served, True)
    assert len(org.searches) > 1 or org.served == 1


@pytest.mark.parametrize("page_size", [1, 2, 7, 200])
def test_pages_of_any_size(page_size: int) -> None:
    org = Org(spread(60), page_size)
    kept, _dummy = walk(org)
    assert len(kept) == len({user["id"] for user in kept}) == 60


def test_the_list_is_the_same_as_of_one_worker() -> None:
    org = Org(spread(60))
    users, _dummy = list_users(workers(org, 4), Selection())
    assert users == org.users


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        ({}, '((status lt "DEPROVISIONED" or status gt "DEPROVISIONED")) and created ge'),
        ({"include_deprovisioned": True}, "created ge"),
        ({"search": "a or b"}, "((a or b)) and created ge"),
        ({"statuses": ("ACTIVE",)}, '((status eq "ACTIVE")) and created ge'),
    ],
)
def test_what_is_asked_for(selection: dict[str, t.Any], wanted: str) -> None:
    org = Org(spread(30))
    _dummy, walked = walk(org, **selection)
    assert all(search.startswith(wanted) for search in org.searches)
    assert walked.query.startswith(f"search={wanted}")
    assert all(query["sortBy"] == ["created"] and query["sortOrder"] == ["asc"] for query in org.queries)
    assert len(org.searches) > 1


@pytest.mark.parametrize(
    ("fields", "asked", "kept"),
    [
        ((), None, {"id", "created", "status"}),
        (("status",), "id,status,created", {"id", "status"}),
        (("created",), "id,created", {"id", "created", "status"}),
    ],
)
def test_the_time_of_creation_is_asked_for_and_left_out_again(
    fields: tuple[str, ...], asked: str | None, kept: set[str]
) -> None:
    org = Org(spread(10))
    users, _dummy = walk(org, fields=fields)
    assert org.queries[0].get("fields") == ([asked] if asked else None)
    assert set(users[0]) == kept


@pytest.mark.parametrize("fails_at", [1, 2, 5])
def test_a_page_that_fails_fails_it_all(fails_at: int) -> None:
    org = Org(spread(60))
    org.fails_at = fails_at
    with pytest.raises(IncompleteListing) as caught:
        walk(org)
    result = caught.value.result()
    assert result["status"] == 403
    assert 0 <= result["users_read"] < 60
    assert result["pages_read"] < org.served
    assert org.served < 60 / 3


def test_what_is_no_failure_of_oktas_is_not_hidden() -> None:
    org = Org(spread(60))
    org.fails_at, org.error = 2, OSError(28, "No space left on device")
    with pytest.raises(OSError, match="No space left"):
        walk(org)


def test_a_user_that_cannot_be_placed_is_a_failure() -> None:
    org = Org(spread(5))
    org.users[3]["created"] = okta_time(NOW_MS - 1000)

    def without_date(target: str, **given: object) -> t.Iterator[Page]:
        for page in org.pages(target, **given):
            yield Page([{"id": record["id"]} for record in page.records], page.is_last)

    clients = workers(org, 2)
    for client in clients:
        client.pages = without_date  # type: ignore[method-assign]
    with pytest.raises(IncompleteListing, match="without a valid date of creation"):
        walk_users(clients, Selection(), lambda records: None)


def test_a_list_in_another_order_is_a_failure() -> None:
    """Where Okta passed over sortBy, a worker that stops at the end of its span would leave users out."""
    org = Org(spread(60))
    org.shared_out.set()
    in_order = org.pages

    def backwards(target: str, **given: object) -> t.Iterator[Page]:
        pages = list(in_order(target, **given))[::-1]
        for number, page in enumerate(pages, start=1):
            yield Page(page.records[::-1], number == len(pages))

    clients = workers(org, 3)
    for client in clients:
        client.pages = backwards  # type: ignore[method-assign]
    with pytest.raises((IncompleteListing, UnexpectedAnswer)):
        walk_users(clients, Selection(), lambda records: None)
