# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`okta_api_tokens_info`, from its arguments to its JSON."""

from __future__ import annotations

import typing as t

import pytest
import yaml

from ansible_collections.idops.okta.plugins.modules import okta_api_tokens_info
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.support import (
    CLIENT_ID,
    ORG,
    TOKEN_URL,
    Step,
    form,
    links,
    script,
)
from ansible_collections.idops.okta.tests.unit.modules.support import result_of, run
from ansible_collections.idops.okta.tests.unit.modules.test_documentation import called, compare, documented

TOKEN = "eyJraWQiOiJhYmMifQ.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
GET = f"GET {ORG}/api/v1/api-tokens"
TOKENS = [{"id": "00T2", "name": "HR import", "userId": "00u1"}, {"id": "00T1", "name": "old", "lastUpdated": None}]


def test_the_tokens(capsys: pytest.CaptureFixture[str]) -> None:
    with script(Step(GET, body=TOKENS)):
        outcome = run(okta_api_tokens_info, capsys, org_url=ORG, access_token=TOKEN)
    assert result_of(outcome) == {
        "api_tokens": TOKENS[::-1],
        "count": 2,
        "requests": 1,
        "waited_seconds": 0.0,
        "rate_limit": None,
        "changed": False,
    }


def test_the_scope(capsys: pytest.CaptureFixture[str]) -> None:
    grant = {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN}
    app = {"org_url": ORG, "client_id": CLIENT_ID, "private_key": keys.pem(keys.ec_key())}
    with script(Step(f"POST {TOKEN_URL}", body=grant), Step(GET, body=[])) as sent:
        assert run(okta_api_tokens_info, capsys, **app).result["count"] == 0
    assert form(sent[0])["scope"] == "okta.apiTokens.read"


def test_a_list_that_breaks_off(capsys: pytest.CaptureFixture[str]) -> None:
    with script(Step(GET, 403, {"errorCode": "E0000006", "errorSummary": "No"})):
        outcome = run(okta_api_tokens_info, capsys, org_url=ORG, access_token=TOKEN)
    assert not outcome.ok
    assert outcome.result["pages_read"] == 0
    assert not [name for name in outcome.result if not name.isidentifier()]


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ({"status": 403, "body": {"errorCode": "E0000006"}}, "Assign the app an admin role"),
        ({"status": 401, "body": {"errorCode": "E0000011"}}, "The token has expired, was revoked"),
        (
            {"status": 403, "headers": [("WWW-Authenticate", 'Bearer error="insufficient_scope"')]},
            "The token lacks the scope of this endpoint: grant it",
        ),
        ({"body": {}}, "not a list of objects"),
        ({"body": ["x"]}, "not a list of objects"),
        ({"body": b"<html>"}, "not valid JSON"),
    ],
)
def test_a_refusal_says_what_to_do(capsys: pytest.CaptureFixture[str], refusal: dict[str, t.Any], words: str) -> None:
    with script(Step(GET, **refusal)):
        outcome = run(okta_api_tokens_info, capsys, org_url=ORG, access_token=TOKEN)
    assert words in outcome.result["msg"]
    assert "api_tokens" not in outcome.result
    assert TOKEN not in outcome.printed


def test_further_pages_are_read_though_okta_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    second = f"{ORG}/api/v1/api-tokens?after=1"
    with script(Step(GET, body=TOKENS[:1], headers=links(next=second)), Step(f"GET {second}", body=TOKENS[1:])):
        result = run(okta_api_tokens_info, capsys, org_url=ORG, access_token=TOKEN).result
    assert result["api_tokens"] == TOKENS[::-1]


@pytest.mark.parametrize("check_mode", [False, True])
def test_check_mode_reads_as_ever(capsys: pytest.CaptureFixture[str], check_mode: bool) -> None:
    with script(Step(GET, body=TOKENS)):
        given = {"org_url": ORG, "access_token": TOKEN, "_ansible_check_mode": check_mode}
        result = run(okta_api_tokens_info, capsys, **given).result
    assert (result["count"], result["changed"]) == (2, False)


def test_what_is_taken_is_what_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = called("okta_api_tokens_info", monkeypatch)
    compare(arguments["argument_spec"], documented("okta_api_tokens_info"))
    assert arguments["supports_check_mode"] is True


def test_what_is_returned_is_what_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with script(Step(GET, body=[])):
        result = result_of(run(okta_api_tokens_info, capsys, org_url=ORG, access_token=TOKEN))
    assert set(result) - {"changed"} == set(yaml.safe_load(okta_api_tokens_info.RETURN))
