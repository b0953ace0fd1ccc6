# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_token`: the exact requests to the token endpoint, and everything that can come back."""

from __future__ import annotations

import base64
import json
import typing as t
from contextlib import suppress

import pytest
import requests
from joserfc import jwk, jwt

from ansible_collections.idops.okta.plugins.module_utils._dpop import ProofKey
from ansible_collections.idops.okta.plugins.module_utils._errors import (
    OktaError,
    TokenRefused,
    UnexpectedAnswer,
    Unreachable,
    WaitTooLong,
)
from ansible_collections.idops.okta.plugins.module_utils._keys import load_signing_key
from ansible_collections.idops.okta.plugins.module_utils._token import Credentials, Token, request_token, revoke_token
from ansible_collections.idops.okta.plugins.module_utils._transport import Transport
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.support import (
    CLIENT_ID,
    NOW,
    ORG,
    REVOKE_URL,
    SCOPE,
    TOKEN_URL,
    Pairs,
    Step,
    fake_clock,
    form,
    http_date,
    make_transport,
    rate,
    script,
    slept,
)

POST = f"POST {TOKEN_URL}"
BEARER = {"token_type": "Bearer", "expires_in": 3600, "access_token": "eyJ.a.b", "scope": SCOPE}
DPOP = {**BEARER, "token_type": "DPoP"}
RESET = requests.ConnectionError(ConnectionResetError(104, "reset"))


def nonce(value: str) -> Pairs:
    return [("DPoP-Nonce", value)]


def challenge(value: str, status: int = 400) -> Step:
    body = {"error": "use_dpop_nonce", "error_description": "Authorization server requires nonce in DPoP proof."}
    return Step(POST, status, body, nonce(value))


def credentials() -> Credentials:
    return Credentials(CLIENT_ID, load_signing_key(keys.pem(keys.ec_key()), key_id="kid-1"))


def get_token(transport: Transport | None = None, scopes: t.Sequence[str] = (SCOPE,), dpop: str = "auto") -> Token:
    return request_token(transport or make_transport(), ORG, credentials(), scopes, dpop)


class Attempt:
    """What one request to the token endpoint was signed with, verified as Okta does."""

    def __init__(self, request: requests.PreparedRequest, url: str = TOKEN_URL) -> None:
        assertion = form(request)["client_assertion"]
        key = jwk.import_key(keys.public_jwk(keys.ec_key()))
        self.assertion = jwt.decode(assertion, key, algorithms=["ES256"])
        assert self.assertion.header["kid"] == "kid-1"
        assert self.assertion.claims["aud"] == url
        self.proof: jwt.Token | None = None
        if "DPoP" in request.headers:
            proof = request.headers["DPoP"]
            header = json.loads(base64.urlsafe_b64decode(proof.split(".")[0] + "=="))
            self.proof = jwt.decode(proof, jwk.import_key(header["jwk"]), algorithms=["ES256"])
            assert (self.proof.claims["htm"], self.proof.claims["htu"]) == ("POST", url)

    @property
    def nonce(self) -> object:
        assert self.proof
        return self.proof.claims.get("nonce")


def attempts(sent: t.Sequence[requests.PreparedRequest]) -> list[Attempt]:
    """The attempts, after making sure that nothing that was signed was sent twice."""
    found = [Attempt(request) for request in sent]
    for tokens in ([attempt.assertion for attempt in found], [attempt.proof for attempt in found if attempt.proof]):
        assert len({token.claims["jti"] for token in tokens}) == len(tokens)
    return found


# --- What is sent ----------------------------------------------------------------------------------------------------


def test_the_exact_request() -> None:
    with script(Step(POST, body=BEARER)) as sent:
        get_token()
    fields = form(sent[0])
    assert fields.pop("client_assertion").count(".") == 2
    assert fields == {
        "grant_type": "client_credentials",
        "scope": SCOPE,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    assert sent[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert sent[0].headers["Accept"] == "application/json"
    assert "Authorization" not in sent[0].headers
    assert "Origin" not in sent[0].headers
    attempt = Attempt(sent[0])
    assert attempt.assertion.claims["exp"] == int(NOW) + 300
    assert attempt.proof
    assert "nonce" not in attempt.proof.claims
    assert "ath" not in attempt.proof.claims


def test_scopes_are_separated_by_blanks() -> None:
    with script(Step(POST, body={**BEARER, "scope": "okta.b.read okta.a.read"})) as sent:
        token = get_token(scopes=("okta.a.read", "okta.b.read"))
    assert form(sent[0])["scope"] == "okta.a.read okta.b.read"
    assert token.scopes == ("okta.b.read", "okta.a.read")


def test_without_dpop_no_proof_is_sent() -> None:
    with script(Step(POST, body=BEARER)) as sent:
        assert get_token(dpop="off").proof_key is None
    assert "DPoP" not in sent[0].headers


# --- Tokens ----------------------------------------------------------------------------------------------------------


def test_a_bearer_token() -> None:
    with script(Step(POST, body=BEARER, headers=[http_date(NOW + 7)])):
        token = get_token()
    assert token.result() == {
        "access_token": "eyJ.a.b",
        "token_type": "Bearer",
        "expires_in": 3600,
        "expires_at": "2026-02-02T03:40:07Z",  # by Okta's clock
        "scopes": [SCOPE],
    }
    assert token.proof_key is None


@pytest.mark.parametrize("dpop", ["auto", "required"])
def test_a_bound_token(dpop: str) -> None:
    with script(Step(POST, body=DPOP)) as sent:
        token = get_token(dpop=dpop)
    proof = Attempt(sent[0]).proof
    assert proof
    assert token.token_type == "DPoP"
    assert token.proof_key
    assert proof.header["jwk"] == token.proof_key.public_jwk()
    returned = token.result()["dpop_key"]
    assert set(returned) == {"kty", "crv", "x", "y", "d"}
    assert ProofKey.from_jwk(json.dumps(returned)).thumbprint() == token.proof_key.thumbprint()


def test_the_proof_key_is_never_the_apps_and_never_the_same() -> None:
    with script(Step(POST, body=DPOP), Step(POST, body=DPOP)):
        found = {json.dumps(get_token().result()["dpop_key"]) for dummy in range(2)}
    assert len(found) == 2
    assert keys.private_jwk(keys.ec_key())["d"] not in str(found)


@pytest.mark.parametrize("written", ["bearer", "BEARER", "Bearer"])
def test_the_type_of_a_token_in_any_case(written: str) -> None:
    with script(Step(POST, body={**BEARER, "token_type": written})):
        assert get_token().token_type == "Bearer"


def test_scopes_that_are_left_out_are_those_that_were_asked_for() -> None:
    with script(Step(POST, body={name: value for name, value in BEARER.items() if name != "scope"})):
        assert get_token(scopes=("a", "b")).scopes == ("a", "b")


@pytest.mark.parametrize(("lifetime", "early"), [(3600, 60), (300, 30), (10, 1)])
def test_a_token_is_renewed_before_it_ends(lifetime: int, early: float) -> None:
    transport = make_transport()
    with script(Step(POST, body={**BEARER, "expires_in": lifetime})):
        token = get_token(transport)
    assert token.renew_at == fake_clock(transport).ticks + lifetime - early


def test_without_a_date_this_machines_clock_counts() -> None:
    with script(Step(POST, body=BEARER)):
        assert get_token().expires_at == NOW + 3600


@pytest.mark.parametrize("lifetime", [9_999_999, 99_999_999])
def test_a_date_at_the_end_of_time(lifetime: int) -> None:
    headers = [("Date", "Fri, 31 Dec 9999 23:59:59 GMT")]
    with script(Step(POST, body={**BEARER, "expires_in": lifetime}, headers=headers)), suppress(OktaError):
        get_token().result()


def test_a_token_shows_nothing_of_itself() -> None:
    with script(Step(POST, body=DPOP)):
        token = get_token()
    assert "eyJ" not in repr(token)
    assert token.result()["dpop_key"]["d"] not in repr(token)


# --- Nonces ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401])
def test_a_nonce_is_given_back(status: int) -> None:
    with script(challenge("n-1", status), Step(POST, body=DPOP, headers=nonce("n-2"))) as sent:
        assert get_token().token_type == "DPoP"
    assert [attempt.nonce for attempt in attempts(sent)] == [None, "n-1"]


def test_a_nonce_that_changes_at_that_moment() -> None:
    with script(challenge("n-1"), challenge("n-2"), Step(POST, body=DPOP)) as sent:
        get_token()
    assert [attempt.nonce for attempt in attempts(sent)] == [None, "n-1", "n-2"]


def test_a_nonce_that_never_will_do() -> None:
    with script(*[challenge(f"n-{number}") for number in range(3)]), pytest.raises(TokenRefused) as caught:
        get_token()
    assert caught.value.error_code == "use_dpop_nonce"


def test_a_nonce_is_taken_from_any_answer() -> None:
    transport = make_transport()
    steps = [
        Step(POST, 500, headers=nonce("n-1")),
        Step(POST, 429, headers=nonce("n-2")),
        Step(POST, error=RESET),
        challenge("n-3"),
        Step(POST, 503),
        Step(POST, body=DPOP),
    ]
    with script(*steps) as sent:
        get_token(transport)
    assert [attempt.nonce for attempt in attempts(sent)] == [None, "n-1", "n-2", "n-2", "n-3", "n-3"]


@pytest.mark.parametrize("dpop", ["off", "auto"])
def test_a_challenge_that_cannot_be_met(dpop: str) -> None:
    """Without a proof, or without a nonce, the same request again would be refused again."""
    step = challenge("n-1") if dpop == "off" else Step(POST, 400, {"error": "use_dpop_nonce"})
    with script(step), pytest.raises(TokenRefused) as caught:
        get_token(dpop=dpop)
    assert "leave dpop at 'auto'" in caught.value.remedy


# --- Attempts --------------------------------------------------------------------------------------------------------

FAILURES = {
    "429": Step(POST, 429, {"errorCode": "E0000047"}, [http_date(), *rate(150, 0, NOW + 20)]),
    "429 of the concurrency kind": Step(POST, 429, headers=rate(0, 0, NOW)),
    "429 without headers": Step(POST, 429, b""),
    "500": Step(POST, 500, b"<html>"),
    "503": Step(POST, 503),
    "reset": Step(POST, error=RESET),
    "timeout": Step(POST, error=requests.ReadTimeout()),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_every_attempt_is_signed_anew(failure: Step) -> None:
    transport = make_transport()
    with script(failure, failure, challenge("n-1"), failure, Step(POST, body=DPOP)) as sent:
        get_token(transport)
    found = attempts(sent)
    assert [attempt.nonce for attempt in found] == [None, None, None, "n-1", "n-1"]
    assert len(slept(transport)) == 3
    issued = [attempt.assertion.claims["iat"] for attempt in found]
    assert issued == sorted(issued)
    assert issued[-1] > issued[0]  # by the time of the attempt, not of the first one
    assert found[-1].proof
    assert found[-1].proof.claims["iat"] == issued[-1] + 30


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_not_tried_again(status: int) -> None:
    transport = make_transport()
    body = {"error": "invalid_client", "error_description": "The client_assertion signature is invalid."}
    with script(Step(POST, status, body)), pytest.raises(TokenRefused, match="signature is invalid"):
        get_token(transport)
    assert slept(transport) == []


def test_a_server_that_fails_for_good() -> None:
    with script(*[Step(POST, 502, b"<html>")] * 5) as sent, pytest.raises(TokenRefused, match="It was tried 5 times"):
        get_token()
    assert len(attempts(sent)) == 5


def test_an_endpoint_that_cannot_be_reached() -> None:
    with script(*[Step(POST, error=RESET)] * 5) as sent, pytest.raises(Unreachable, match="It was tried 5 times"):
        get_token()
    assert len(attempts(sent)) == 5


def test_a_rate_limit_that_lasts_too_long() -> None:
    body = {"errorCode": "E0000047", "errorSummary": "API call exceeded rate limit due to too many requests."}
    with script(Step(POST, 429, body, rate(150, 0, NOW + 40))), pytest.raises(WaitTooLong) as caught:
        get_token(make_transport(max_wait=10))
    assert "Okta's rate limit for /oauth2/v1/token is used up" in str(caught.value)
    assert caught.value.error_code == "E0000047"


# --- Answers that will not do ----------------------------------------------------------------------------------------


NAMED = [("X-Okta-Request-Id", "req1")]


def test_required_refuses_a_bearer_token() -> None:
    with script(Step(POST, body=BEARER)), pytest.raises(TokenRefused, match="dpop is 'required'") as caught:
        get_token(dpop="required")
    assert "eyJ" not in str(caught.value)


def test_a_bound_token_without_a_proof() -> None:
    answer = Step(POST, body=DPOP, headers=NAMED)
    with script(answer), pytest.raises(UnexpectedAnswer, match="bound although no proof was sent") as caught:
        get_token(dpop="off")
    assert (caught.value.status, caught.value.request_id) == (200, "req1")


def test_a_scope_that_was_left_out_is_named() -> None:
    with script(Step(POST, body=BEARER)), pytest.raises(TokenRefused) as caught:
        get_token(scopes=(SCOPE, "okta.groups.read", "okta.logs.read"))
    assert f"Okta granted {SCOPE} and left out okta.groups.read, okta.logs.read." in str(caught.value)
    assert "Okta API Scopes" in caught.value.remedy


ODD_ANSWERS: dict[str, t.Any] = {
    "HTML": b"<html>eyJhbGciOiJSUzI1NiJ9</html>",
    "nothing": b"",
    "cut off": json.dumps(BEARER).encode()[:-10],
    "a list": [BEARER],
    "text": "eyJhbGciOiJSUzI1NiJ9",
    "null": None,
    "no token": {name: value for name, value in BEARER.items() if name != "access_token"},
    "an empty token": {**BEARER, "access_token": ""},
    "a token of another type": {**BEARER, "access_token": ["eyJhbGciOiJSUzI1NiJ9"]},
    "a token with a newline": {**BEARER, "access_token": "eyJ\r\nX-Evil: 1"},
    "a token with letters": {**BEARER, "access_token": "eyJ\u00fc"},
    "no type": {name: value for name, value in BEARER.items() if name != "token_type"},
    "another type": {**BEARER, "token_type": "mac"},
    "a list as type": {**BEARER, "token_type": ["Bearer"]},
    "no lifetime": {name: value for name, value in BEARER.items() if name != "expires_in"},
    "text as lifetime": {**BEARER, "expires_in": "3600"},
    "no time at all": {**BEARER, "expires_in": 0},
    "time past": {**BEARER, "expires_in": -5},
    "a fraction": {**BEARER, "expires_in": 1.5},
    "years": {**BEARER, "expires_in": 10**9},
}


@pytest.mark.parametrize("body", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_an_answer_that_is_no_token(body: t.Any) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with script(Step(POST, body=content, headers=NAMED)), pytest.raises(UnexpectedAnswer) as caught:
        get_token()
    assert "eyJ" not in str(caught.value)
    assert str(caught.value).startswith("Okta gave no token")
    assert (caught.value.status, caught.value.request_id) == (200, "req1")


@pytest.mark.parametrize("scope", [None, 5, ["okta.users.read"], " "])
def test_a_scope_of_another_shape_is_none(scope: object) -> None:
    with script(Step(POST, body={**BEARER, "scope": scope})):
        assert get_token().scopes == (SCOPE,)


# --- Revocation ------------------------------------------------------------------------------------------------------


def revoke(transport: Transport | None = None) -> None:
    revoke_token(transport or make_transport(), ORG, credentials(), "eyJ.a.b")


def test_a_revocation() -> None:
    with script(Step(f"POST {REVOKE_URL}", body=b"")) as sent:
        revoke()
    fields = form(sent[0])
    assert fields.pop("client_assertion")
    assert fields == {
        "token": "eyJ.a.b",
        "token_type_hint": "access_token",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    assert Attempt(sent[0], REVOKE_URL).proof is None
    assert "Authorization" not in sent[0].headers


def test_every_attempt_of_a_revocation_is_signed_anew() -> None:
    steps = [Step(f"POST {REVOKE_URL}", 429), Step(f"POST {REVOKE_URL}", 500), Step(f"POST {REVOKE_URL}")]
    with script(*steps) as sent:
        revoke()
    assert len({Attempt(request, REVOKE_URL).assertion.claims["jti"] for request in sent}) == 3


def test_a_revocation_that_is_refused() -> None:
    body = {"error": "invalid_client", "error_description": "The client_assertion JWT kid is invalid."}
    with script(Step(f"POST {REVOKE_URL}", 401, body)), pytest.raises(TokenRefused) as caught:
        revoke()
    assert "Okta gave no token" not in str(caught.value)
    assert "revoke" in caught.value.message
    assert "Set key_id" in caught.value.remedy
