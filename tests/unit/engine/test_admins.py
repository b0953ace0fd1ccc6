# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_admins`: who holds an admin role. The list has its pages in the body, unlike all others."""

from __future__ import annotations

import threading
import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._admins import list_admins
from ansible_collections.idops.okta.plugins.module_utils._client import Client, Record
from ansible_collections.idops.okta.plugins.module_utils._errors import IncompleteListing, OktaError
from ansible_collections.idops.okta.plugins.module_utils._http import Response
from ansible_collections.idops.okta.plugins.module_utils._token import Token
from ansible_collections.idops.okta.tests.unit.engine.support import (
    ORG,
    USERS_URL,
    Step,
    links,
    make_client,
    response,
    script,
)

PATH = "/api/v1/iam/assignees/users"
FIRST = f"GET {ORG}{PATH}?limit=200"
ADMIN_CONSOLE = "https://acme-admin.okta.com"
SUPER = {"id": "ra1", "type": "SUPER_ADMIN", "status": "ACTIVE", "assignmentType": "USER"}
CUSTOM = {"id": "irb1", "type": "CUSTOM", "role": "cr0x", "resource-set": "iam0x", "_links": {"member": {}}}


def client() -> Client:
    return make_client(Token("t-1", "Bearer"))


def page(*ids: str, following: str | None = None, call: str = FIRST) -> Step:
    body: Record = {"value": [{"id": name, "orn": f"orn:okta:directory:00o:users:{name}"} for name in ids]}
    if following:
        body["_links"] = {"next": {"href": following}}
    return Step(call, body=body)


def roles(identity: str, *held: Record, **given: t.Any) -> Step:
    return Step(f"GET {USERS_URL}/{identity}/roles", **{"body": list(held), **given})


def user(identity: str, **given: t.Any) -> Step:
    return Step(f"GET {USERS_URL}/{identity}", **{"body": {"id": identity, "status": "ACTIVE"}, **given})


def admins(*steps: Step, with_profile: bool = False) -> list[Record]:
    with script(*steps):
        return list_admins([client()], with_profile=with_profile)


def test_nobody() -> None:
    assert admins(page()) == []


def test_roles_are_as_okta_sends_them() -> None:
    assert admins(page("a"), roles("a", SUPER, CUSTOM)) == [{"id": "a", "roles": [SUPER, CUSTOM]}]


def test_an_admin_whose_roles_were_taken_away_meanwhile_has_none() -> None:
    assert admins(page("a"), roles("a")) == [{"id": "a", "roles": []}]


def test_profiles() -> None:
    found = admins(page("a"), roles("a", SUPER), user("a"), with_profile=True)
    assert found == [{"id": "a", "roles": [SUPER], "user": {"id": "a", "status": "ACTIVE"}}]


@pytest.mark.parametrize("host", [ORG, ADMIN_CONSOLE, "https://elsewhere.example.com", ""])
def test_the_next_page_is_asked_of_the_org_itself_whatever_host_the_link_names(host: str) -> None:
    second, third = f"{PATH}?after=b&limit=200", f"{PATH}?after=c%3D&limit=200"
    steps = [
        page("b", following=host + second),
        page(following=host + third, call=f"GET {ORG}{second}"),  # an empty page ends nothing
        page("a", call=f"GET {ORG}{third}"),
    ]
    with script(*steps, roles("a", SUPER), roles("b", SUPER)) as sent:
        found = list_admins([client()], with_profile=False)
    assert [admin["id"] for admin in found] == ["a", "b"]
    assert {request.headers["Authorization"] for request in sent} == {"Bearer t-1"}


def test_who_comes_twice_is_looked_up_once() -> None:
    second = f"{PATH}?after=b"
    steps = [page("b", "a", following=ORG + second), page("b", call=f"GET {ORG}{second}")]
    found = admins(*steps, roles("a"), roles("b"))
    assert [admin["id"] for admin in found] == ["a", "b"]


def test_a_link_header_is_not_what_leads_on() -> None:
    step = Step(FIRST, body={"value": []}, headers=links(next=f"{ORG}{PATH}?after=x"))
    assert admins(step) == []


@pytest.mark.parametrize("back_to", ["?limit=200", "?after=b"])
def test_pages_in_a_circle(back_to: str) -> None:
    second = f"{PATH}?after=b"
    steps = [
        page("b", following=ADMIN_CONSOLE + second),
        page("c", following=ADMIN_CONSOLE + PATH + back_to, call=f"GET {ORG}{second}"),
    ]
    with script(*steps), pytest.raises(IncompleteListing, match="list of admins could not be.*circle") as caught:
        list_admins([client()], with_profile=False)
    assert caught.value.result()["pages_read"] in (1, 2)


@pytest.mark.parametrize("following", [{}, {"href": None}, {"href": 5}, {"href": ""}, {"href": "x"}, None, "x", []])
def test_a_link_that_cannot_be_followed_is_no_last_page(following: object) -> None:
    body = {"value": [{"id": "a"}], "_links": {"next": following}}
    with script(Step(FIRST, body=body)), pytest.raises(IncompleteListing, match="The list of admins could not be"):
        list_admins([client()], with_profile=False)


def test_an_id_cannot_lead_elsewhere() -> None:
    found = admins(page("../groups?x=1#"), roles("..%2Fgroups%3Fx%3D1%23"))
    assert [admin["id"] for admin in found] == ["../groups?x=1#"]


@pytest.mark.parametrize("identity", [None, "", 5, ["a"], {}])
def test_an_admin_without_an_id_is_no_admin(identity: object) -> None:
    with script(Step(FIRST, body={"value": [{"id": identity}]})), pytest.raises(OktaError):
        list_admins([client()], with_profile=False)


@pytest.mark.parametrize(
    "steps",
    [
        [Step(FIRST, 403, {"errorCode": "E0000006"})],
        [Step(FIRST, 404, {"errorCode": "E0000007"})],
        [Step(FIRST, body=[])],  # of a proxy, say: an object is due
        [Step(FIRST, body=[{"id": "a"}])],
        [page("a"), roles("a", status=403, body={"errorCode": "E0000006"})],
        [page("a"), roles("a", status=404, body={"errorCode": "E0000007"})],
        [page("a"), roles("a", body={})],
        [page("a"), roles("a"), user("a", status=404, body={"errorCode": "E0000007"})],
        [page("a"), roles("a"), user("a", body=b"<html>")],
        [page("a"), roles("a"), user("a", body=[])],
    ],
)
def test_a_list_with_a_gap_is_a_failure(steps: list[Step]) -> None:
    with script(*steps), pytest.raises(OktaError):
        list_admins([client()], with_profile=True)


def test_a_refusal_says_what_to_do() -> None:
    step = Step(FIRST, 403, {"errorCode": "E0000006", "errorSummary": "You do not have permission"})
    with script(step), pytest.raises(IncompleteListing) as caught:
        list_admins([client()], with_profile=False)
    result = caught.value.result()
    assert "no admins had been read when page 1 failed" in result["msg"]
    assert "Assign the app an admin role" in result["msg"]
    assert (result["status"], result["error_code"], result["admins_read"]) == (403, "E0000006", 0)


class Worker:
    """A client that answers by itself, once as many are asking as there are workers."""

    def __init__(self, together: threading.Barrier) -> None:
        self.asked: list[str] = []
        self._together = together

    def pages(self, target: str, **given: t.Any) -> t.Iterator[t.Any]:
        self.asked.append(target)
        if target.startswith(PATH):
            yield from [_Records([{"id": name} for name in "dbca"])]
        else:
            self._together.wait(5)
            yield _Records([{"type": target.split("/")[-2]}])

    def get(self, target: str, **given: t.Any) -> Response:
        self.asked.append(target)
        return response(200, {"id": target.rpartition("/")[2]})


class _Records(t.NamedTuple):
    records: list[Record]
    is_last: bool = True


def test_workers_share_the_admins() -> None:
    workers = [Worker(threading.Barrier(1))]
    alone = list_admins(t.cast("list[Client]", workers), with_profile=True)
    together = threading.Barrier(4)
    workers = [Worker(together) for dummy in range(4)]
    shared = list_admins(t.cast("list[Client]", workers), with_profile=True)
    assert shared == alone
    assert [(admin["id"], admin["roles"], admin["user"]) for admin in shared] == [
        (name, [{"type": name}], {"id": name}) for name in "abcd"
    ]
    assert [len(worker.asked) for worker in workers] == [3, 2, 2, 2]
