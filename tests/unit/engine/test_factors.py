# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_factors`: what users have enrolled, without the secrets of what they are enrolling."""

from __future__ import annotations

import threading
import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._client import Record
from ansible_collections.idops.okta.plugins.module_utils._errors import IncompleteListing, NotFound, OktaError
from ansible_collections.idops.okta.plugins.module_utils._factors import list_factors
from ansible_collections.idops.okta.plugins.module_utils._token import Token
from ansible_collections.idops.okta.tests.unit.engine.support import USERS_URL, Step, links, make_client, script

NOT_FOUND = {"errorCode": "E0000007", "errorSummary": "Not found: Resource not found: a (User)"}
KEY = {"id": "fuf1", "factorType": "webauthn", "provider": "FIDO", "status": "ACTIVE", "_links": {"self": {}}}


def person(identity: str, **profile: object) -> Record:
    return {"id": identity, "profile": {"login": f"{identity}@example.com", **profile}}


def factors(identity: str, *found: Record, **given: t.Any) -> Step:
    return Step(f"GET {USERS_URL}/{identity}/factors", **{"body": list(found), **given})


def listed(users: list[Record], *steps: Step) -> list[Record]:
    with script(*steps):
        return list_factors([make_client(Token("t-1", "Bearer"))], users)


def test_each_user_has_a_call_in_the_order_given() -> None:
    found = listed([person("b"), person("a")], factors("b", KEY), factors("a"))
    assert found == [
        {"id": "b", "login": "b@example.com", "factors": [KEY]},
        {"id": "a", "login": "a@example.com", "factors": []},
    ]


def test_nobody_is_asked_about() -> None:
    assert listed([]) == []


def test_secrets_of_an_enrolment_are_not_returned() -> None:
    """https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserFactor/"""
    pending = {
        "id": "ost1",
        "factorType": "token:software:totp",
        "status": "PENDING_ACTIVATION",
        "_embedded": {"activation": {"sharedSecret": "JBTWGV22G4ZGKV3N", "_links": {"qrcode": {"href": "x"}}}},
    }
    found = listed([person("a")], factors("a", pending, KEY))
    kept = {name: value for name, value in pending.items() if name != "_embedded"}
    assert found[0]["factors"] == [kept, KEY]
    assert "JBTWGV22G4ZGKV3N" not in repr(found)


def test_a_user_that_was_deleted_meanwhile_is_unknown() -> None:
    found = listed([person("a"), person("b")], factors("a", status=404, body=NOT_FOUND), factors("b", KEY))
    assert [user["factors"] for user in found] == [None, [KEY]]


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404, "body": b"<html>no such page</html>"},
        {"status": 404, "body": {"errorCode": "E0000008", "errorSummary": "The requested path was not found"}},
        {"status": 404, "body": {}},
        {"status": 403, "body": {"errorCode": "E0000006"}},
        {"status": 401, "body": {"errorCode": "E0000015"}},
        {"body": {}},
        {"body": ["webauthn"]},
        {"body": b"[{"},
        {"body": b""},
    ],
)
def test_anything_else_is_no_unknown_user_but_a_failure(answer: dict[str, t.Any]) -> None:
    with script(factors("a", **answer)), pytest.raises(OktaError) as caught:
        list_factors([make_client(Token("t-1", "Bearer"))], [person("a"), person("b")])
    assert not isinstance(caught.value, NotFound)


def test_a_refusal_says_what_to_do() -> None:
    refused = factors("a", status=403, body={"errorCode": "E0000006"})
    with script(refused), pytest.raises(IncompleteListing) as caught:
        list_factors([make_client(Token("t-1", "Bearer"))], [person("a")])
    assert "Assign the app an admin role" in caught.value.result()["msg"]
    assert caught.value.result()["factors_read"] == 0


def test_further_pages_are_read_though_okta_has_none() -> None:
    more = links(next=f"{USERS_URL}/a/factors?after=1")
    second = Step(f"GET {USERS_URL}/a/factors?after=1", body=[{"id": "sms1"}])
    found = listed([person("a")], factors("a", KEY, headers=more), second)
    assert found[0]["factors"] == [KEY, {"id": "sms1"}]


@pytest.mark.parametrize("profile", [None, "x", [], {}, {"login": None}])
def test_a_user_without_a_login(profile: object) -> None:
    found = listed([{"id": "a", "profile": profile}], factors("a"))
    assert found == [{"id": "a", "login": None, "factors": []}]


def test_an_id_cannot_lead_elsewhere() -> None:
    assert listed([person("../x?")], factors("..%2Fx%3F"))[0]["id"] == "../x?"


@pytest.mark.parametrize("count", [1, 4])
def test_workers_share_the_users(count: int) -> None:
    """Each reads a part, at the same time, and the order is that of the users."""
    together = threading.Barrier(count)

    class Worker:
        asked = 0

        def pages(self, target: str, **given: t.Any) -> t.Iterator[t.Any]:
            Worker.asked += 1
            together.wait(5)
            identity = target.split("/")[-2]
            if identity == "u3":
                raise NotFound("gone")
            yield _Records([{"id": f"f-{identity}", "_embedded": {"x": 1}}])

    workers = t.cast("list[t.Any]", [Worker() for dummy in range(count)])
    found = list_factors(workers, [person(f"u{number}") for number in range(20)])
    assert [user["id"] for user in found] == [f"u{number}" for number in range(20)]
    expected = [None if number == 3 else [{"id": f"f-u{number}"}] for number in range(20)]
    assert [user["factors"] for user in found] == expected
    assert Worker.asked == 20


class _Records(t.NamedTuple):
    records: list[Record]
    is_last: bool = True
