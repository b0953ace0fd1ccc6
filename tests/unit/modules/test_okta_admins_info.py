# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`okta_admins_info`, from its arguments to its JSON."""

from __future__ import annotations

import json
import typing as t
from contextlib import contextmanager

import pytest
import responses
import yaml
from requests import PreparedRequest

from ansible_collections.idops.okta.plugins.modules import okta_admins_info
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.support import (
    CLIENT_ID,
    ORG,
    TOKEN_URL,
    USERS_URL,
    Step,
    form,
    holds_fragment,
    script,
)
from ansible_collections.idops.okta.tests.unit.modules.support import result_of, run
from ansible_collections.idops.okta.tests.unit.modules.test_documentation import called, compare, documented

ASSIGNEES = f"GET {ORG}/api/v1/iam/assignees/users?limit=200"
TOKEN = "eyJraWQiOiJhYmMifQ.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
ROLES = [{"id": "ra1", "type": "SUPER_ADMIN"}]
GIVEN = {"org_url": ORG, "access_token": TOKEN}


def assignees(*ids: str, following: str = "", call: str = ASSIGNEES) -> Step:
    links = {"next": {"href": f"https://acme-admin.okta.com{following}"}} if following else {}
    return Step(call, body={"value": [{"id": name} for name in ids], "_links": links})


def roles(identity: str, **given: t.Any) -> Step:
    return Step(f"GET {USERS_URL}/{identity}/roles", **{"body": ROLES, **given})


def user(identity: str, **given: t.Any) -> Step:
    return Step(f"GET {USERS_URL}/{identity}", **{"body": {"id": identity, "status": "ACTIVE"}, **given})


def test_admins_with_their_roles_and_profiles(capsys: pytest.CaptureFixture[str]) -> None:
    second = "/api/v1/iam/assignees/users?after=x&limit=200"
    steps = [
        assignees("b", "a", following=second),
        assignees("a", call=f"GET {ORG}{second}"),
        *[roles("a"), user("a"), roles("b"), user("b")],
    ]
    with script(*steps):
        outcome = run(okta_admins_info, capsys, **GIVEN)
    assert result_of(outcome) == {
        "admins": [{"id": name, "roles": ROLES, "user": {"id": name, "status": "ACTIVE"}} for name in ("a", "b")],
        "count": 2,
        "requests": 6,
        "waited_seconds": 0.0,
        "rate_limit": None,
        "changed": False,
    }
    assert not holds_fragment(outcome.printed, TOKEN)


def test_without_profiles(capsys: pytest.CaptureFixture[str]) -> None:
    with script(assignees("a"), roles("a")):
        assert run(okta_admins_info, capsys, profile=False, **GIVEN).result["admins"] == [{"id": "a", "roles": ROLES}]


@pytest.mark.parametrize(("profile", "scopes"), [(True, "okta.roles.read okta.users.read"), (False, "okta.roles.read")])
def test_the_least_scopes_that_will_do(capsys: pytest.CaptureFixture[str], profile: bool, scopes: str) -> None:
    grant = {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN}
    given = {"org_url": ORG, "client_id": CLIENT_ID, "private_key": keys.pem(keys.ec_key()), "profile": profile}
    with script(Step(f"POST {TOKEN_URL}", body=grant), assignees()) as sent:
        assert run(okta_admins_info, capsys, **given).result["count"] == 0
    assert form(sent[0])["scope"] == scopes


@pytest.mark.parametrize(
    "steps",
    [
        [Step(ASSIGNEES, 403, {"errorCode": "E0000006"})],
        [Step(ASSIGNEES, body=b"<html>")],
        [Step(ASSIGNEES, body=[])],
        [Step(ASSIGNEES, body={"value": [{"said": "x"}]})],
        [assignees("a"), roles("a", status=403)],
        [assignees("a"), roles("a", body=b"<html>")],
        [assignees("a"), roles("a"), user("a", status=403)],
        [assignees("a"), roles("a"), user("a", body=b"<html>")],
        [assignees("a"), roles("a"), user("a", body=b'{"id": "a"')],
        [assignees("a"), roles("a"), user("a", body=[])],
        [assignees("a"), roles("a"), user("a", body={})],
    ],
)
def test_whatever_fails_fails_it_all(capsys: pytest.CaptureFixture[str], steps: list[Step]) -> None:
    with script(*steps):
        outcome = run(okta_admins_info, capsys, **GIVEN)
    assert not outcome.ok
    assert "admins" not in outcome.result


@pytest.mark.parametrize("workers", [0, 9])
def test_workers(capsys: pytest.CaptureFixture[str], workers: int) -> None:
    with script():
        assert f"workers is {workers}" in run(okta_admins_info, capsys, workers=workers, **GIVEN).result["msg"]


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


@pytest.mark.parametrize("workers", [1, 4, 8])
def test_workers_share_one_token_and_give_the_same(capsys: pytest.CaptureFixture[str], workers: int) -> None:
    ids = [f"00u{number}" for number in range(9)]
    answers: dict[str, t.Any] = {
        TOKEN_URL: {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN},
        f"{ORG}/api/v1/iam/assignees/users?limit=200": {"value": [{"id": name} for name in reversed(ids)]},
        **{f"{USERS_URL}/{name}/roles": [{"type": name}] for name in ids},
        **{f"{USERS_URL}/{name}": {"id": name} for name in ids},
    }
    given = {"org_url": ORG, "client_id": CLIENT_ID, "private_key": keys.pem(keys.ec_key()), "workers": workers}
    with in_any_order(answers) as sent:
        result = run(okta_admins_info, capsys, **given).result
    assert result["admins"] == [{"id": name, "roles": [{"type": name}], "user": {"id": name}} for name in ids]
    assert (result["count"], result["requests"]) == (9, 20)
    assert len(sent) == 20
    assert {request.headers["Authorization"] for request in sent[1:]} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ({"body": {"errorCode": "E0000006"}}, "Assign the app an admin role"),
        (
            {
                "body": {},
                "headers": [("WWW-Authenticate", 'Bearer error="insufficient_scope", scope="okta.roles.read"')],
            },
            "The token lacks okta.roles.read: grant it on the app's tab 'Okta API Scopes'",
        ),
    ],
)
def test_a_refusal_says_what_to_do(capsys: pytest.CaptureFixture[str], refusal: dict[str, t.Any], words: str) -> None:
    with script(Step(ASSIGNEES, 403, **refusal)):
        outcome = run(okta_admins_info, capsys, **GIVEN)
    assert words in outcome.result["msg"]
    assert outcome.result["status"] == 403
    assert not holds_fragment(outcome.printed, TOKEN)


def test_a_scope_that_is_not_granted(capsys: pytest.CaptureFixture[str]) -> None:
    body = {"error": "invalid_scope", "error_description": "The requested scope is invalid or not granted."}
    app = {"org_url": ORG, "client_id": CLIENT_ID, "private_key": keys.pem(keys.ec_key())}
    with script(Step(f"POST {TOKEN_URL}", 400, body)):
        result = run(okta_admins_info, capsys, **app).result
    assert "Asked for: okta.roles.read, okta.users.read." in result["msg"]
    assert "Grant the scope" in result["msg"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_check_mode_reads_as_ever(capsys: pytest.CaptureFixture[str], check_mode: bool) -> None:
    with script(assignees("a"), roles("a"), user("a")):
        result = run(okta_admins_info, capsys, _ansible_check_mode=check_mode, **GIVEN).result
    assert (result["count"], result["changed"]) == (1, False)


def test_what_is_taken_is_what_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = called("okta_admins_info", monkeypatch)
    compare(arguments["argument_spec"], documented("okta_admins_info"))
    assert arguments["supports_check_mode"] is True


def test_what_is_returned_is_what_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with script(assignees()):
        result = result_of(run(okta_admins_info, capsys, **GIVEN))
    assert set(result) - {"changed"} == set(yaml.safe_load(okta_admins_info.RETURN))
