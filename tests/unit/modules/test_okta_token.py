# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`okta_token`, from its arguments to its JSON."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from ansible_collections.idops.okta.plugins.modules import okta_token
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.support import (
    CLIENT_ID,
    NOW,
    ORG,
    REVOKE_URL,
    SCOPE,
    TOKEN_URL,
    FakeClock,
    Step,
    form,
    holds_fragment,
    http_date,
    rate,
    script,
)
from ansible_collections.idops.okta.tests.unit.modules.support import result_of, run

POST = f"POST {TOKEN_URL}"
TOKEN = "eyJraWQiOiJhYmMifQ.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
BEARER = {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN, "scope": SCOPE}
OLD_TOKEN = "eyJvbGQiOiJ0b2tlbiJ9.eyJzdWIiOiJ5In0.b2xkLXNpZ25hdHVyZQ"
REFUSED = {"error": "invalid_client", "error_description": "The client_assertion JWT kid is invalid."}


def arguments(**given: t.Any) -> dict[str, t.Any]:
    key = {"private_key": keys.pem(keys.ec_key()), "key_id": "kid-1"} if "private_key_path" not in given else {}
    return {"org_url": ORG, "client_id": CLIENT_ID, **key, **given}


# --- present ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_token(capsys: pytest.CaptureFixture[str], check_mode: bool) -> None:
    """In check mode too: later reads need one."""
    with script(Step(POST, body=BEARER, headers=[http_date(NOW)])) as sent:
        outcome = run(okta_token, capsys, **arguments(_ansible_check_mode=check_mode))
    assert result_of(outcome) == {
        "access_token": TOKEN,
        "token_type": "Bearer",
        "expires_in": 3600,
        "expires_at": "2026-02-02T03:40:00Z",
        "scopes": [SCOPE],
        "org_url": ORG,
        "client_id": CLIENT_ID,
        "changed": False,
    }
    assert form(sent[0])["scope"] == SCOPE
    assert outcome.warnings == []


def test_a_bound_token(capsys: pytest.CaptureFixture[str]) -> None:
    with script(Step(POST, body={**BEARER, "token_type": "DPoP"})):
        result = run(okta_token, capsys, **arguments()).result
    assert result["token_type"] == "DPoP"
    assert set(result["dpop_key"]) == {"kty", "crv", "x", "y", "d"}
    assert result["dpop_key"]["d"] != keys.private_jwk(keys.ec_key())["d"]


def test_no_facts_are_returned(capsys: pytest.CaptureFixture[str]) -> None:
    with script(Step(POST, body=BEARER)):
        assert "ansible_facts" not in run(okta_token, capsys, **arguments()).result


def test_everything_from_the_environment(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "OKTA_ORG_URL": f"{ORG}/",
        "OKTA_CLIENT_ID": CLIENT_ID,
        "OKTA_PRIVATE_KEY": keys.pem(keys.ec_key()).replace("\n", "\\n"),
        "OKTA_SCOPES": "okta.users.read okta.groups.read",
    }.items():
        monkeypatch.setenv(name, value)
    with script(Step(POST, body={**BEARER, "scope": "okta.users.read okta.groups.read"})) as sent:
        assert run(okta_token, capsys).result["scopes"] == ["okta.users.read", "okta.groups.read"]
    assert form(sent[0])["scope"] == "okta.users.read okta.groups.read"


@pytest.mark.parametrize("as_text", [True, False])
def test_a_key_as_a_jwk(capsys: pytest.CaptureFixture[str], as_text: bool) -> None:
    jwk = keys.private_jwk(keys.ec_key(), kid="kid-1", use="sig")
    with script(Step(POST, body={**BEARER, "scope": "sig EC okta.users.read"})):
        given = arguments(private_key=json.dumps(jwk) if as_text else jwk, key_id="")
        result = run(okta_token, capsys, **given).result
    assert result["access_token"] == TOKEN
    assert result["scopes"] == ["sig", "EC", "okta.users.read"]  # public members of a JWK are not masked


def test_a_key_file_that_others_may_read_draws_a_warning(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(keys.pem(keys.ec_key()))
    for mode, count in ((0o640, 1), (0o600, 0)):
        file.chmod(mode)
        with script(Step(POST, body=BEARER)):
            outcome = run(okta_token, capsys, **arguments(private_key_path=str(file)))
        assert len(outcome.warnings) == count
        assert all("mode 0640" in warning for warning in outcome.warnings)


def test_waits_are_the_clocks(capsys: pytest.CaptureFixture[str], clock: FakeClock) -> None:
    steps = [Step(POST, 429, headers=[http_date(), *rate(150, 0, NOW + 20)]), Step(POST, 500), Step(POST, body=BEARER)]
    with script(*steps):
        assert run(okta_token, capsys, **arguments()).ok
    assert len(clock.slept) == 2


# --- absent ----------------------------------------------------------------------------------------------------------


def test_a_revocation(capsys: pytest.CaptureFixture[str]) -> None:
    with script(Step(f"POST {REVOKE_URL}", body=b"")) as sent:
        outcome = run(okta_token, capsys, **arguments(state="absent", access_token=OLD_TOKEN))
    assert result_of(outcome) == {"changed": True, "org_url": ORG, "client_id": CLIENT_ID}
    assert form(sent[0])["token"] == OLD_TOKEN
    assert not holds_fragment(outcome.printed, OLD_TOKEN)


def test_nothing_is_revoked_in_check_mode(capsys: pytest.CaptureFixture[str]) -> None:
    with script():
        outcome = run(okta_token, capsys, **arguments(state="absent", access_token="x", _ansible_check_mode=True))
    assert outcome.result["changed"] is True


def test_there_must_be_a_token_to_revoke(capsys: pytest.CaptureFixture[str]) -> None:
    with script():
        outcome = run(okta_token, capsys, **arguments(state="absent"))
    assert not outcome.ok
    assert outcome.result["msg"] == "There is no token to revoke. Set access_token."


def test_a_revocation_that_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with script(Step(f"POST {REVOKE_URL}", 401, REFUSED)):
        outcome = run(okta_token, capsys, **arguments(state="absent", access_token=OLD_TOKEN))
    assert not outcome.ok
    assert "revoke" in outcome.result["msg"]
    assert "kid is invalid" in outcome.result["msg"]


# --- Failures --------------------------------------------------------------------------------------------------------


def test_a_refusal_has_its_parts(capsys: pytest.CaptureFixture[str]) -> None:
    with script(Step(POST, 401, REFUSED, [("X-Okta-Request-Id", "Zx1")])):
        outcome = run(okta_token, capsys, **arguments())
    assert not outcome.ok
    assert result_of(outcome) == {
        "msg": outcome.result["msg"],
        "status": 401,
        "error_code": "invalid_client",
        "request_id": "Zx1",
    }
    assert "kid is invalid. Set key_id" in outcome.result["msg"]
    assert "(HTTP 401, invalid_client, Okta request id Zx1)" in outcome.result["msg"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"org_url": ""}, "org_url is not set"),
        ({"org_url": "https://acme-admin.okta.com"}, "Admin Console's host"),
        ({"client_id": ""}, "client_id is not set"),
        ({"private_key": ""}, "There is no private key"),
        ({"private_key_path": "/no/such/key.pem"}, "There is no private key file /no/such/key.pem"),
        ({"private_key": "x", "private_key_path": "/y"}, "private_key and private_key_path are both set"),
        ({"private_key": 12345}, "private_key is neither text nor a JSON object"),
        ({"dpop_key": 12345}, "dpop_key is neither text nor a JSON object"),
        ({"private_key": '{"kty": "EC", "d": "\\ud800"}'}, "EC JWK is damaged"),
        ({"timeout": 0}, "timeout is 0"),
        ({"ca_path": "/no/such/ca.pem"}, "ca_path names /no/such/ca.pem, which does not exist"),
        ({"state": "gone"}, "value of state must be one of"),
        ({"dpop": "on"}, "value of dpop must be one of"),
        ({"unknown": "x"}, "Unsupported parameters"),
    ],
)
def test_what_is_refused_before_any_request(
    capsys: pytest.CaptureFixture[str], given: dict[str, t.Any], words: str
) -> None:
    with script():
        outcome = run(okta_token, capsys, **arguments(**given))
    assert not outcome.ok
    assert words in outcome.result["msg"]
    assert "traceback" not in outcome.printed.lower()


def test_a_key_in_the_environment_that_is_no_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKTA_PRIVATE_KEY", "\udce9" * 20)
    with script():
        outcome = run(okta_token, capsys, org_url=ORG, client_id=CLIENT_ID)
    assert "neither PEM nor JSON" in outcome.result["msg"]


def test_scopes_in_the_environment_that_are_no_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKTA_SCOPES", "okta.users.r\udce9ad")
    with script():
        outcome = run(okta_token, capsys, **arguments())
    assert "scopes" in outcome.result["msg"]


# --- Secrets ---------------------------------------------------------------------------------------------------------

RSA_TEXT = {
    "pem": lambda: keys.pem(keys.rsa_key()),
    "encrypted": lambda: keys.pem(keys.rsa_key(), passphrase=keys.PASSPHRASE),
    "jwk": lambda: json.dumps(keys.private_jwk(keys.rsa_key())),
    "jwk with lines": lambda: json.dumps(keys.private_jwk(keys.rsa_key()), indent=1),
    "jwk as a dictionary": lambda: keys.private_jwk(keys.rsa_key()),
}
ANSWERS: dict[str, t.Sequence[Step]] = {
    "token": [Step(POST, body=BEARER)],
    "refusal": [Step(POST, 401, REFUSED)],
    "unreachable": [Step(POST, error=requests.ConnectionError(ConnectionResetError(104, "reset")))] * 5,
    "limited": [Step(POST, 429, headers=rate(150, 0, NOW + 3000))],
    "HTML": [Step(POST, 200, b"<html>")],
}


def forms(secret: str) -> list[str]:
    encoded = [base64.b64encode(secret.encode()).decode(), quote(secret, safe="")]
    return [secret, *secret.replace("\\n", "\n").splitlines(), *encoded]


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("make", RSA_TEXT.values(), ids=RSA_TEXT)
def test_no_secret_that_was_given_is_in_the_output(
    capsys: pytest.CaptureFixture[str], make: t.Callable[[], t.Any], answers: t.Sequence[Step]
) -> None:
    key = make()
    given = arguments(private_key=key, private_key_passphrase=keys.PASSPHRASE, access_token=OLD_TOKEN)
    with script(*answers):
        outcome = run(okta_token, capsys, max_wait=60, **given)
    private = {name: value for name, value in keys.private_jwk(keys.rsa_key()).items() if name not in ("kty", "n", "e")}
    texts = [key] if isinstance(key, str) else []
    for secret in (*texts, *private.values(), OLD_TOKEN, keys.PASSPHRASE):
        for text in forms(secret):
            assert len(text) < 16 or not holds_fragment(outcome.printed, text, 16)
    if '"invocation"' in outcome.printed:  # newer cores leave it out
        assert outcome.printed.count("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER") >= 3


@pytest.mark.parametrize("echo", [lambda key: key, lambda key: quote(key, safe=""), lambda key: key.splitlines()[3]])
def test_what_an_org_echoes_is_not_in_the_output(
    capsys: pytest.CaptureFixture[str], echo: t.Callable[[str], str]
) -> None:
    key = keys.pem(keys.rsa_key())
    with script(Step(POST, 400, {"error": "x", "error_description": f"You sent {echo(key)}"})):
        outcome = run(okta_token, capsys, **arguments(private_key=key))
    assert not outcome.ok
    assert not holds_fragment(outcome.printed, keys.body(key), 32)
