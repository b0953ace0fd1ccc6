# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_client`: authorised requests, and lists read page by page."""

from __future__ import annotations

import base64
import hashlib
import json
import typing as t

import pytest
import requests
from joserfc import jwk, jwt

from ansible_collections.idops.okta.plugins.module_utils._client import Client, Page
from ansible_collections.idops.okta.plugins.module_utils._dpop import ProofKey
from ansible_collections.idops.okta.plugins.module_utils._errors import (
    NotFound,
    OktaError,
    RequestRefused,
    TokenRefused,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.idops.okta.plugins.module_utils._token import Token
from ansible_collections.idops.okta.tests.unit.engine.support import (
    NOW,
    ORG,
    USERS_URL,
    Pairs,
    Step,
    fake_clock,
    http_date,
    links,
    make_client,
    rate,
    script,
    slept,
)

FIRST = "/api/v1/users?limit=2"
GET = f"GET {ORG}{FIRST}"
BUCKET = "/api/v1/users"
EXPIRED = {"errorCode": "E0000011", "errorSummary": "Invalid token provided"}
NOT_ENABLED = {"errorCode": "E0000015", "errorSummary": "You do not have permission to access the feature"}
RESET = requests.ConnectionError(ConnectionResetError(104, "reset"))


def bearer(name: str = "t-1", **given: t.Any) -> Token:
    return Token(name, "Bearer", **given)


def bound(name: str = "t-1", **given: t.Any) -> Token:
    return Token(name, "DPoP", proof_key=ProofKey.generate(), **given)


def tokens(*following: Token | Exception) -> t.Callable[[], Token]:
    """Gives out these tokens, one at a time."""
    waiting = list(following)

    def renew() -> Token:
        token = waiting.pop(0)
        if isinstance(token, Exception):
            raise token
        return token

    return renew


def get(client: Client) -> t.Any:
    return client.get(FIRST, bucket=BUCKET).json()


def pages(client: Client, **given: t.Any) -> list[Page]:
    return list(client.pages(FIRST, bucket=BUCKET, **given))


def page(number: int, *ids: str, last: bool = False, call: str | None = None) -> Step:
    """A page of users; ``number`` stands in its URL, and in the link to the next."""
    headers = links(self=USERS_URL, next=f"{USERS_URL}?after={number + 1}&limit=2")
    call = call or (GET if number == 1 else f"GET {USERS_URL}?after={number}&limit=2")
    return Step(call, body=[{"id": name} for name in ids], headers=headers[:1] if last else headers)


def ids(found: t.Iterable[Page]) -> list[list[str]]:
    return [[record["id"] for record in each.records] for each in found]


def proof_of(request: requests.PreparedRequest, token: Token) -> jwt.Token:
    """The proof of a request, verified as the API does."""
    text = request.headers["DPoP"]
    assert token.proof_key
    proof = jwt.decode(text, jwk.import_key(dict(token.proof_key.public_jwk())), algorithms=["ES256"])
    digest = hashlib.sha256(token.access_token.encode()).digest()
    assert proof.claims["ath"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert request.headers["Authorization"] == f"DPoP {token.access_token}"
    return proof


# --- One request -----------------------------------------------------------------------------------------------------


def test_the_exact_request() -> None:
    with script(Step(GET, body={"id": "00u1"})) as sent:
        assert get(make_client(bearer())) == {"id": "00u1"}
    assert sent[0].headers["Authorization"] == "Bearer t-1"
    assert sent[0].headers["Accept"] == "application/json"
    assert not {"DPoP", "Content-Type", "Cookie"} & set(sent[0].headers)
    assert sent[0].body is None


def test_the_content_type_asks_for_less() -> None:
    with script(Step(GET)) as sent:
        make_client(bearer()).get(FIRST, bucket=BUCKET, content_type="application/json; okta-response=x")
    assert sent[0].headers["Content-Type"] == "application/json; okta-response=x"


def test_a_proof_for_a_bound_token() -> None:
    token = bound()
    with script(Step(f"GET {USERS_URL}/a%40b.com?x=1")) as sent:
        make_client(token).get("/api/v1/users/a%40b.com?x=1", bucket=BUCKET)
    proof = proof_of(sent[0], token)
    assert proof.claims.pop("jti")
    assert proof.claims.pop("ath")
    assert proof.claims == {"htm": "GET", "htu": f"{USERS_URL}/a@b.com", "iat": int(NOW)}


@pytest.mark.parametrize(
    "failure", [Step(GET, 429, headers=[http_date(), *rate(600, 0, NOW + 5)]), Step(GET, 500), Step(GET, error=RESET)]
)
def test_every_attempt_has_a_new_proof(failure: Step) -> None:
    token = bound()
    with script(failure, failure, Step(GET)) as sent:
        get(make_client(token))
    proofs = [proof_of(request, token).claims for request in sent]
    assert len({proof["jti"] for proof in proofs}) == 3
    assert proofs[-1]["iat"] > proofs[0]["iat"]


@pytest.mark.parametrize("status", [201, 204, 400, 403, 404, 405, 423])
def test_all_but_200_is_a_refusal(status: int) -> None:
    client = make_client(bearer())
    with (
        script(Step(GET, status, {"errorCode": "E0000001", "errorSummary": "No"})),
        pytest.raises(RequestRefused) as caught,
    ):
        get(client)
    assert caught.value.status == status
    assert slept(client) == []


def test_not_found() -> None:
    body = {"errorCode": "E0000007", "errorSummary": "Not found: Resource not found: 00u1 (User)"}
    with script(Step(GET, 404, body)), pytest.raises(NotFound):
        get(make_client(bearer()))


def test_a_dpop_refusal_is_shown_with_its_reason() -> None:
    header = 'DPoP error="invalid_dpop_proof", error_description="\'htu\' claim in the DPoP proof JWT is invalid."'
    with script(Step(GET, 400, b"", [("WWW-Authenticate", header)])), pytest.raises(RequestRefused) as caught:
        get(make_client(bound()))
    assert "'htu' claim in the DPoP proof JWT is invalid" in str(caught.value)
    assert caught.value.error_code == "invalid_dpop_proof"


# --- Nonces of the API -----------------------------------------------------------------------------------------------


def nonce(value: str) -> Pairs:
    return [("DPoP-Nonce", value)]


def challenge(value: str, *, status: int = 401, in_header: bool = True, call: str = GET) -> Step:
    if in_header:
        return Step(call, status, b"", [("WWW-Authenticate", 'DPoP error="use_dpop_nonce"'), *nonce(value)])
    return Step(call, status, {"error": "use_dpop_nonce"}, nonce(value))


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("in_header", [True, False])
def test_a_nonce_that_the_api_asks_for(status: int, in_header: bool) -> None:
    token = bound()
    client = make_client(token)
    with script(challenge("n-1", status=status, in_header=in_header), Step(GET), Step(GET)) as sent:
        get(client)
        get(client)
    proofs = [proof_of(request, token).claims for request in sent]
    assert [proof.get("nonce") for proof in proofs] == [None, "n-1", "n-1"]
    assert len({proof["jti"] for proof in proofs}) == 3


def test_a_nonce_is_taken_from_any_answer() -> None:
    token = bound()
    client = make_client(token)
    with script(Step(GET, headers=nonce("n-1")), Step(GET, 500, headers=nonce("n-2")), Step(GET), Step(GET)) as sent:
        for _dummy in range(3):
            get(client)
    assert [proof_of(request, token).claims.get("nonce") for request in sent] == [None, "n-1", "n-2", "n-2"]


def test_a_nonce_that_changes_at_that_moment() -> None:
    token = bound()
    with script(challenge("n-1"), challenge("n-2"), Step(GET)) as sent:
        get(make_client(token))
    assert [proof_of(request, token).claims.get("nonce") for request in sent] == [None, "n-1", "n-2"]


def test_a_nonce_that_never_will_do() -> None:
    with script(*[challenge(f"n-{number}") for number in range(3)]), pytest.raises(RequestRefused) as caught:
        get(make_client(bound()))
    assert caught.value.error_code == "use_dpop_nonce"


@pytest.mark.parametrize(
    ("token", "step"),
    [
        (bearer(), challenge("n-1")),
        (bearer(), challenge("n-1", in_header=False)),
        (bound(), Step(GET, 401, b"", [("WWW-Authenticate", 'DPoP error="use_dpop_nonce"')])),
        (bound(), Step(GET, 403, b"", [("WWW-Authenticate", 'DPoP error="use_dpop_nonce"'), *nonce("n-1")])),
    ],
)
def test_a_challenge_that_cannot_be_met(token: Token, step: Step) -> None:
    with script(step), pytest.raises(RequestRefused):
        get(make_client(token))


# --- Tokens that end -------------------------------------------------------------------------------------------------

EXPIRIES = {
    "E0000011": Step(GET, 401, EXPIRED),
    "invalid_token": Step(GET, 401, b"", [("WWW-Authenticate", 'Bearer error="invalid_token"')]),
}


@pytest.mark.parametrize("expired", EXPIRIES.values(), ids=EXPIRIES)
def test_a_token_that_has_expired_is_renewed(expired: Step) -> None:
    client = make_client(bearer(), tokens(bearer("t-2")))
    with script(expired, Step(GET), Step(GET)) as sent:
        get(client)
        get(client)
    assert [request.headers["Authorization"] for request in sent] == ["Bearer t-1", "Bearer t-2", "Bearer t-2"]


@pytest.mark.parametrize("expired", EXPIRIES.values(), ids=EXPIRIES)
def test_a_token_that_has_expired_fails_clearly_without_credentials(expired: Step) -> None:
    with script(expired), pytest.raises(RequestRefused) as caught:
        get(make_client(bearer()))
    assert "has expired, was revoked, or belongs to another org" in caught.value.remedy
    assert "client_id and the private key" in caught.value.remedy


def test_a_renewal_is_tried_once() -> None:
    client = make_client(bearer(), tokens(bearer("t-2")))
    with script(Step(GET, 401, EXPIRED), Step(GET, 401, EXPIRED)), pytest.raises(RequestRefused) as caught:
        get(client)
    assert caught.value.error_code == "E0000011"


def test_a_feature_that_is_not_enabled_is_no_reason_to_renew() -> None:
    client = make_client(bearer(), tokens())
    with script(Step(GET, 401, NOT_ENABLED)), pytest.raises(RequestRefused) as caught:
        get(client)
    assert caught.value.error_code == "E0000015"


def test_a_token_is_renewed_before_it_ends() -> None:
    client = make_client(bearer(renew_at=1060.0), tokens(bearer("t-2", renew_at=2000.0)))
    with script(Step(GET), Step(GET)) as sent:
        get(client)
        fake_clock(client).pass_by(60)
        get(client)
    assert [request.headers["Authorization"] for request in sent] == ["Bearer t-1", "Bearer t-2"]


def test_a_token_that_cannot_be_renewed_is_used_to_its_end() -> None:
    client = make_client(bearer(renew_at=1.0))
    with script(Step(GET)) as sent:
        get(client)
    assert sent[0].headers["Authorization"] == "Bearer t-1"


def test_a_nonce_after_a_renewal() -> None:
    """From a Bearer token to one that is bound: then the API may ask for a nonce for the first time."""
    renewed = bound("t-2")
    client = make_client(bearer(), tokens(renewed))
    with script(Step(GET, 401, EXPIRED), challenge("n-1"), Step(GET)) as sent:
        get(client)
    assert [proof_of(request, renewed).claims.get("nonce") for request in sent[1:]] == [None, "n-1"]


@pytest.mark.parametrize("failure", [TokenRefused("no"), Unreachable("no", transient=True)])
def test_a_renewal_that_fails_is_not_tried_again(failure: OktaError) -> None:
    """It has had its attempts. The second token here must not be asked for."""
    client = make_client(bearer(renew_at=1.0), tokens(failure, bearer("t-2")))
    with script(), pytest.raises(type(failure)) as caught:
        get(client)
    assert caught.value.message == "no"
    assert slept(client) == []


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_pages_to_the_last() -> None:
    with script(page(1, "a", "b"), page(2, "c", "d"), page(3, "e", last=True)):
        found = pages(make_client(bearer()))
    assert ids(found) == [["a", "b"], ["c", "d"], ["e"]]
    assert [each.is_last for each in found] == [False, False, True]


def test_neither_short_nor_empty_pages_end_a_list() -> None:
    with script(page(1, "a"), page(2), page(3, "b", "c"), page(4), page(5, last=True)):
        assert ids(pages(make_client(bearer()))) == [["a"], [], ["b", "c"], [], []]


NEXT = f'<{USERS_URL}?after=2&limit=2>; rel="next"'
SELF = f'<{USERS_URL}?limit=2>; rel="self"'


@pytest.mark.parametrize(
    "headers",
    [
        [("Link", SELF), ("Link", NEXT)],
        [("Link", NEXT), ("Link", SELF)],
        [("Link", f"{SELF}, {NEXT}")],
        [("Link", f"{NEXT}, {SELF}")],
        [("link", NEXT)],
        [("Link", '<https://acme-admin.okta.com/api/v1/users?after=2&limit=2>; rel="next"')],
        [("Link", '<http://evil.example/api/v1/users?after=2&limit=2>; rel="next"')],
    ],
)
def test_the_next_page_however_it_is_linked(headers: Pairs) -> None:
    """The token goes to the org alone: each request is checked to go there."""
    with script(Step(GET, body=[{"id": "a"}], headers=headers), page(2, "b", last=True)) as sent:
        assert ids(pages(make_client(bearer()))) == [["a"], ["b"]]
    assert [request.headers["Authorization"] for request in sent] == ["Bearer t-1"] * 2


def test_a_comma_in_the_link() -> None:
    target = "/api/v1/users?after=x,y&fields=id,profile:(login)"
    first = Step(GET, body=[], headers=[("Link", f'{SELF}, <{ORG}{target}>; rel="next"')])
    with script(first, page(2, "a", last=True, call=f"GET {ORG}{target}")):
        assert ids(pages(make_client(bearer()), kept={"fields": "id"})) == [[], ["a"]]


def test_a_parameter_that_the_link_lost_is_added_again() -> None:
    kept = {"fields": "id,profile:(login)"}
    added = f"GET {USERS_URL}?after=2&limit=2&fields=id%2Cprofile%3A%28login%29"
    with script(page(1, "a"), page(2, "b", last=True, call=added)):
        assert ids(pages(make_client(bearer()), kept=kept)) == [["a"], ["b"]]


def test_the_htu_of_a_next_page_has_no_query() -> None:
    token = bound()
    with script(page(1, "a"), page(2, "b", last=True)) as sent:
        pages(make_client(token))
    assert [proof_of(request, token).claims["htu"] for request in sent] == [USERS_URL, USERS_URL]


@pytest.mark.parametrize("back_to", [FIRST, "/api/v1/users?after=2&limit=2"])
def test_a_cursor_that_repeats_is_a_failure(back_to: str) -> None:
    circle = Step(f"GET {USERS_URL}?after=2&limit=2", body=[{"id": "b"}], headers=links(next=ORG + back_to))
    found: list[Page] = []
    with script(page(1, "a"), circle), pytest.raises(UnexpectedAnswer, match="runs in a circle"):
        found.extend(make_client(bearer()).pages(FIRST, bucket=BUCKET))
    assert ids(found) == [["a"]]


def test_a_link_that_cannot_be_followed_is_a_failure() -> None:
    step = Step(GET, body=[], headers=[("Link", '<users?after=2>; rel="next"')])
    with script(step), pytest.raises(UnexpectedAnswer, match="link to the next page"):
        pages(make_client(bearer()))


ODD_PAGES = {
    "an object": {"errorCode": "x"},
    "a list of something else": ["00u1"],
    "null": None,
    "HTML": b"<html>secret</html>",
    "cut off": b'[{"id": "secret',
    "nothing": b"",
}


@pytest.mark.parametrize("body", ODD_PAGES.values(), ids=ODD_PAGES)
def test_a_page_that_is_none(body: t.Any) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    step = Step(GET, body=content, headers=[("X-Okta-Request-Id", "Zx1"), ("Content-Type", "text/html")])
    with script(step), pytest.raises(UnexpectedAnswer) as caught:
        pages(make_client(bearer()))
    assert f"{len(content)} bytes of text/html" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.request_id == "Zx1"


@pytest.mark.parametrize("failure", [Step(GET, 503), Step(GET, error=RESET)])
def test_a_page_is_tried_again(failure: Step) -> None:
    again = Step(f"GET {USERS_URL}?after=2&limit=2", failure.status, error=failure.error)
    with script(page(1, "a"), again, again, page(2, "b", last=True)):
        assert ids(pages(make_client(bearer()))) == [["a"], ["b"]]


def test_a_token_that_expires_in_the_middle_of_a_list() -> None:
    client = make_client(bearer(), tokens(bearer("t-2")))
    expired = Step(f"GET {USERS_URL}?after=2&limit=2", 401, EXPIRED)
    with script(page(1, "a"), expired, page(2, "b"), page(3, "c", last=True)) as sent:
        assert ids(pages(client)) == [["a"], ["b"], ["c"]]
    assert [request.headers["Authorization"][-3:] for request in sent] == ["t-1", "t-1", "t-2", "t-2"]
