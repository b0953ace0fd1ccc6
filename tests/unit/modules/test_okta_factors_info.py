# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`okta_factors_info`, from its arguments to its JSON."""

from __future__ import annotations

import json
import typing as t
from contextlib import contextmanager

import pytest
import responses
import yaml
from requests import PreparedRequest

from ansible_collections.idops.okta.plugins.modules import okta_factors_info
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.support import (
    CLIENT_ID,
    ORG,
    TOKEN_URL,
    USERS_URL,
    Step,
    form,
    script,
)
from ansible_collections.idops.okta.tests.unit.modules.support import result_of, run
from ansible_collections.idops.okta.tests.unit.modules.test_documentation import called, compare, documented

TOKEN = "eyJraWQiOiJhYmMifQ.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
GIVEN = {"org_url": ORG, "access_token": TOKEN}
GROUP = "00g1emaKYZTWRYYRRTSK"
FACTORS = [{"id": "fuf1", "factorType": "webauthn"}]
EVERYONE = f"GET {USERS_URL}?fields=id%2Cprofile%3A%28login%29&limit=200"
NOT_FOUND = {"errorCode": "E0000007", "errorSummary": "Not found: Resource not found: 00u1 (User)"}


def person(identity: str) -> dict[str, t.Any]:
    return {"id": identity, "profile": {"login": f"{identity}@example.com"}}


def factors(identity: str, **given: t.Any) -> Step:
    return Step(f"GET {USERS_URL}/{identity}/factors", **{"body": FACTORS, **given})


def of(identity: str, *found: list[dict[str, t.Any]] | None) -> dict[str, t.Any]:
    return {"id": identity, "login": f"{identity}@example.com", "factors": found[0] if found else FACTORS}


def test_single_users(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [
        *(Step(f"GET {USERS_URL}/{name}", body=person(name)) for name in ("00u2", "00u1", "00u2")),
        *(factors(name) for name in ("00u1", "00u2")),
    ]
    with script(*steps):
        outcome = run(okta_factors_info, capsys, user=["00u2", "00u1", "00u2"], **GIVEN)
    assert result_of(outcome) == {
        "users": [of("00u1"), of("00u2")],
        "count": 2,
        "requests": 5,
        "waited_seconds": 0.0,
        "rate_limit": None,
        "changed": False,
    }


def test_the_members_of_groups(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [
        Step(f"GET {ORG}/api/v1/groups/{GROUP}", body={"id": GROUP}),
        Step(f"GET {ORG}/api/v1/groups/{GROUP}/users?limit=200", body=[person("00u1")]),
        factors("00u1"),
    ]
    with script(*steps):
        assert run(okta_factors_info, capsys, group=[GROUP], **GIVEN).result["users"] == [of("00u1")]


@pytest.mark.parametrize("workers", [1, 3])
def test_everyone(capsys: pytest.CaptureFixture[str], workers: int) -> None:
    with script(Step(EVERYONE, body=[person("00u1")]), factors("00u1", body=[])):
        result = run(okta_factors_info, capsys, everyone=True, workers=workers, **GIVEN).result
    assert result["users"] == [of("00u1", [])]


def test_a_user_that_was_deleted_meanwhile_is_unknown_not_without_factors(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [Step(EVERYONE, body=[person("00u1"), person("00u2")]), factors("00u1", status=404, body=NOT_FOUND)]
    with script(*steps, factors("00u2")):
        result = run(okta_factors_info, capsys, everyone=True, **GIVEN).result
    assert result["users"] == [of("00u1", None), of("00u2")]


@pytest.mark.parametrize("profile", [None, "x", {}])
def test_a_user_without_a_login(capsys: pytest.CaptureFixture[str], profile: object) -> None:
    with script(Step(EVERYONE, body=[{"id": "00u1", "profile": profile}]), factors("00u1")):
        result = run(okta_factors_info, capsys, everyone=True, **GIVEN).result
    assert result["users"] == [{"id": "00u1", "login": None, "factors": FACTORS}]


@pytest.mark.parametrize(
    ("given", "scopes"),
    [
        ({"user": []}, "okta.users.read"),
        ({"group": ["x"]}, "okta.users.read okta.groups.read"),
    ],
)
def test_the_least_scopes_that_will_do(
    capsys: pytest.CaptureFixture[str], given: dict[str, t.Any], scopes: str
) -> None:
    grant = {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN}
    steps = [Step(f"POST {TOKEN_URL}", body=grant)]
    if "group" in given:
        steps.append(Step(f"GET {ORG}/api/v1/groups?search=profile.name%20eq%20%22x%22&limit=200", body=[]))
    app = {"org_url": ORG, "client_id": CLIENT_ID, "private_key": keys.pem(keys.ec_key())}
    with script(*steps) as sent:
        run(okta_factors_info, capsys, **app, **given)
    assert form(sent[0])["scope"] == scopes


@pytest.mark.parametrize("failing", [{"status": 403}, {"body": b"<html>"}, {"body": {}}])
def test_whatever_fails_fails_it_all(capsys: pytest.CaptureFixture[str], failing: dict[str, t.Any]) -> None:
    with script(Step(EVERYONE, body=[person("00u1"), person("00u2")]), factors("00u1", **failing)):
        outcome = run(okta_factors_info, capsys, everyone=True, **GIVEN)
    assert not outcome.ok
    assert "users" not in outcome.result


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "one of the following is required"),
        ({"user": ["x"], "group": ["y"]}, "mutually exclusive"),
        ({"user": ["x"], "everyone": True}, "mutually exclusive"),
        ({"everyone": False}, "everyone is false"),
        ({"user": [""]}, "user holds an empty name"),
        ({"everyone": True, "workers": 9}, "workers is 9"),
    ],
)
def test_what_is_refused_before_any_request(
    capsys: pytest.CaptureFixture[str], given: dict[str, t.Any], words: str
) -> None:
    with script():
        outcome = run(okta_factors_info, capsys, **given, **GIVEN)
    assert not outcome.ok
    assert words in outcome.result["msg"]


@contextmanager
def in_any_order(answers: dict[str, t.Any]) -> t.Iterator[list[PreparedRequest]]:
    """Answers GETs by URL, as often as they come: what workers ask for has no order. Yields what was sent."""
    sent: list[PreparedRequest] = []

    def keep(request: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        sent.append(request)
        return 200, {}, json.dumps(answers[str(request.url)]).encode()

    with responses.RequestsMock() as mock:
        for url in answers:
            method = responses.POST if url == TOKEN_URL else responses.GET
            mock.add_callback(method, url, keep, content_type=None)
        yield sent


@pytest.mark.parametrize("workers", [1, 8])
def test_workers_share_one_token_and_give_the_same(capsys: pytest.CaptureFixture[str], workers: int) -> None:
    ids = [f"00u{number:02}" for number in range(30)]
    answers: dict[str, t.Any] = {
        TOKEN_URL: {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN},
        f"{USERS_URL}?fields=id%2Cprofile%3A%28login%29&limit=200": [person(name) for name in ids],
        **{f"{USERS_URL}/{name}/factors": [{"id": f"f-{name}"}] for name in ids},
    }
    given = {"org_url": ORG, "client_id": CLIENT_ID, "private_key": keys.pem(keys.ec_key()), "workers": workers}
    with in_any_order(answers) as sent:
        result = run(okta_factors_info, capsys, everyone=True, **given).result
    assert result["users"] == [of(name, [{"id": f"f-{name}"}]) for name in ids]
    assert (result["count"], result["requests"]) == (30, 32)
    assert {request.headers["Authorization"] for request in sent[1:]} == {f"Bearer {TOKEN}"}


def test_no_secret_of_an_enrolment_is_in_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "JBTWGV22G4ZGKV3N"
    pending = {"id": "ost1", "status": "PENDING_ACTIVATION", "_embedded": {"activation": {"sharedSecret": secret}}}
    with script(Step(EVERYONE, body=[person("00u1")]), factors("00u1", body=[pending])):
        outcome = run(okta_factors_info, capsys, everyone=True, **GIVEN)
    assert outcome.result["users"] == [of("00u1", [{"id": "ost1", "status": "PENDING_ACTIVATION"}])]
    assert secret not in outcome.printed


@pytest.mark.parametrize("failing", [{"status": 404, "body": NOT_FOUND}, {"status": 404, "body": b"<html>"}])
def test_a_user_that_was_named_and_does_not_exist(
    capsys: pytest.CaptureFixture[str], failing: dict[str, t.Any]
) -> None:
    """Here nobody was deleted meanwhile: there was nobody."""
    with script(Step(f"GET {USERS_URL}/00u1", **failing)):
        outcome = run(okta_factors_info, capsys, user=["00u1"], **GIVEN)
    assert not outcome.ok
    assert outcome.result.get("unknown_users") == (["00u1"] if failing["body"] == NOT_FOUND else None)


@pytest.mark.parametrize("check_mode", [False, True])
def test_check_mode_reads_as_ever(capsys: pytest.CaptureFixture[str], check_mode: bool) -> None:
    with script(Step(EVERYONE, body=[person("00u1")]), factors("00u1")):
        result = run(okta_factors_info, capsys, everyone=True, _ansible_check_mode=check_mode, **GIVEN).result
    assert (result["count"], result["changed"]) == (1, False)


def test_everyone_may_be_false_beside_another_choice_in_no_way(capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused with what to do, and not taken for everyone."""
    with script():
        result = run(okta_factors_info, capsys, everyone=False, **GIVEN).result
    assert "everyone is false" in result["msg"]
    assert "Set one of the three." in result["msg"]


@pytest.mark.parametrize("given", [{"user": []}, {"group": []}])
def test_nobody_is_asked_about(capsys: pytest.CaptureFixture[str], given: dict[str, t.Any]) -> None:
    with script():
        assert run(okta_factors_info, capsys, **given, **GIVEN).result["users"] == []


def test_what_is_taken_is_what_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = called("okta_factors_info", monkeypatch)
    compare(arguments["argument_spec"], documented("okta_factors_info"))
    assert arguments["supports_check_mode"] is True


def test_what_is_returned_is_what_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with script():
        result = result_of(run(okta_factors_info, capsys, user=[], **GIVEN))
    assert set(result) - {"changed"} == set(yaml.safe_load(okta_factors_info.RETURN))
