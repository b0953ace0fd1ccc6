# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever comes in from outside, nothing but the collection's own errors comes out.

`FUZZ_EXAMPLES=8000 make test ARGS=tests/unit/engine/test_fuzz.py` looks at more than 100,000 inputs. (The Makefile
keeps variables that begin with OKTA_ away from the tests, so that a caller's org doesn't reach them.)
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ansible_collections.idops.okta.plugins.module_utils._api_errors import api_refusal
from ansible_collections.idops.okta.plugins.module_utils._challenge import challenge_parameters
from ansible_collections.idops.okta.plugins.module_utils._client import Client
from ansible_collections.idops.okta.plugins.module_utils._dpop import ProofKey, bound_thumbprint, htu
from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidKey, InvalidOption, OktaError, printable
from ansible_collections.idops.okta.plugins.module_utils._exchange import Exchange
from ansible_collections.idops.okta.plugins.module_utils._http import Request, Response
from ansible_collections.idops.okta.plugins.module_utils._keys import load_signing_key
from ansible_collections.idops.okta.plugins.module_utils._links import next_target, with_parameter
from ansible_collections.idops.okta.plugins.module_utils._masking import public_words, secret_forms
from ansible_collections.idops.okta.plugins.module_utils._options import split_scopes
from ansible_collections.idops.okta.plugins.module_utils._org_url import normalize_org_url
from ansible_collections.idops.okta.plugins.module_utils._pace import Pace
from ansible_collections.idops.okta.plugins.module_utils._rate_limits import (
    LONGEST_WINDOW,
    read_date,
    read_rate_limit,
    seconds_until_reset,
)
from ansible_collections.idops.okta.plugins.module_utils._token import Credentials, Token, request_token
from ansible_collections.idops.okta.plugins.module_utils._token_errors import token_refusal
from ansible_collections.idops.okta.plugins.module_utils._token_source import TokenSource
from ansible_collections.idops.okta.plugins.module_utils._transport import Transport
from ansible_collections.idops.okta.plugins.module_utils._user_query import Selection
from ansible_collections.idops.okta.plugins.module_utils._users import list_users
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.support import (
    CLIENT_ID,
    NOW,
    ORG,
    SCOPE,
    FakeClock,
    holds_fragment,
    response,
)

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))
fuzz = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))

any_text = st.text(st.characters(exclude_categories=()))  # halves of surrogate pairs as well
header_text = st.text(st.characters(max_codepoint=0xFF, exclude_characters="\r\n\0"))
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


def near(*words: str) -> st.SearchStrategy[str]:
    """Text made of the words of a format, and of anything."""
    return st.lists(st.sampled_from(words) | any_text, max_size=12).map("".join)


def as_body(content: object) -> bytes:
    return json.dumps(content).encode()


bodies = (
    st.binary()
    | any_json.map(as_body)
    | near('{"', '":', "[", "]", "}", '"id"', "null", "1e999", "\\ud800").map(
        lambda text: text.encode("utf-8", "surrogatepass")
    )
)


# --- Keys ------------------------------------------------------------------------------------------------------------

PEM_WORDS = (
    "-----BEGIN ",
    "-----END ",
    "PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "CERTIFICATE",
    "-----",
    "\n",
    "\\n",
    "Proc-Type: 4,ENCRYPTED\n",
    "DEK-Info: AES-256-CBC,00\n\n",
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ",
)


@fuzz
@given(
    any_text | near(*PEM_WORDS) | st.binary().map(lambda content: content.decode("utf-8", "surrogateescape")),
    st.none() | any_text,
    st.none() | any_text,
)
def test_keys_of_any_text(text: str, passphrase: str | None, key_id: str | None) -> None:
    with pytest.raises(InvalidKey):
        load_signing_key(text, passphrase, key_id)


jwk_members = st.sampled_from(
    ["kty", "crv", "d", "x", "y", "n", "e", "p", "q", "dp", "dq", "qi", "alg", "use", "kid", "keys", "oth"]
)
jwk_values = st.sampled_from(["RSA", "EC", "oct", "OKP", "P-256", "P-521", "secp256k1", "AQAB", "sig"]) | any_json
jwks = st.dictionaries(jwk_members, jwk_values) | st.dictionaries(jwk_members, jwk_values).map(
    lambda jwk: {**keys.private_jwk(keys.ec_key()), **jwk}
)


@fuzz
@given(jwks | st.lists(jwks, max_size=3).map(lambda found: {"keys": found}) | any_json, st.none() | any_text)
def test_keys_of_any_json(parsed: object, key_id: str | None) -> None:
    for load in (lambda text: load_signing_key(text, None, key_id), ProofKey.from_jwk):
        with suppress(InvalidKey):
            load(json.dumps(parsed))


@cache
def key_text(kind: str) -> str:
    if kind == "jwk":
        return json.dumps(keys.private_jwk(keys.ec_key()))
    return keys.pem(keys.ec_key(), passphrase=keys.PASSPHRASE if kind == "encrypted" else None)


@fuzz
@given(st.integers(0, 230), st.integers(0, 230), any_text, st.sampled_from(["clear", "encrypted", "jwk"]))
def test_a_key_with_a_piece_changed_shows_nothing_of_itself(start: int, length: int, put: str, kind: str) -> None:
    passphrase = keys.PASSPHRASE if kind == "encrypted" else None
    text = key_text(kind)
    changed = text[:start] + put + text[start + length :]
    said = ""
    try:
        load_signing_key(changed, passphrase)
    except InvalidKey as error:
        said = str(error)
    secret = keys.private_jwk(keys.ec_key())["d"] if kind == "jwk" else keys.body(text)
    assert not holds_fragment(said, secret)


@fuzz
@given(any_text | any_json.map(json.dumps))
def test_masking(text: str) -> None:
    secret_forms([text])
    public_words(text)


# --- Addresses and scopes --------------------------------------------------------------------------------------------


@fuzz
@given(
    any_text
    | near("https://", "http://", "acme", ".okta.com", "-admin", ":", "443", "/", "@", "?", "#", "[", "::1", "]", "%")
)
@example("https://[fe80::1%25eth0]")
@example("https://acme.okta.com.")
@example("https://\u2100.com")
def test_org_url(text: str) -> None:
    try:
        once = normalize_org_url(text)
    except InvalidOption:
        return
    assert normalize_org_url(once) == once


@fuzz
@given(st.lists(any_text, max_size=5))
def test_scopes(items: list[str]) -> None:
    scopes = split_scopes(items)
    assert len(set(scopes)) == len(scopes)
    assert split_scopes(scopes) == scopes
    assert split_scopes([",".join(scopes)]) == scopes == split_scopes([" \n".join(scopes)])
    assert not [scope for scope in scopes if not scope or "," in scope or any(map(str.isspace, scope))]


# --- Headers ---------------------------------------------------------------------------------------------------------

paths = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="<>?#\\"), min_size=1)
queries = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="<>#"), min_size=1)
rels = st.sampled_from(["self", "next", "prev", "nextish"])


@fuzz
@given(st.lists(st.tuples(rels, paths, queries), max_size=4), st.booleans(), st.booleans())
def test_links_that_are_built_are_read(built: list[tuple[str, str, str]], joined: bool, quoted: bool) -> None:
    values = [f"<{ORG}/{path}?{query}>; rel=" + (f'"{rel}"' if quoted else rel) for rel, path, query in built]
    following = [f"/{path}?{query}" for rel, path, query in built if rel == "next"]
    found = next_target([", ".join(values)] if joined else values)
    assert found == (following[0] if following else None)


@fuzz
@given(
    st.lists(header_text | near("<", ">", ";", "rel", "=", '"', "next", ",", "https://x/", "?a=1", "\\"), max_size=3)
)
def test_links_of_any_text(values: list[str]) -> None:
    try:
        found = next_target(values)
    except OktaError:
        return
    if found is not None:
        assert found.startswith("/")
        assert with_parameter(with_parameter(found, "fields", "a,b"), "fields", "c") == with_parameter(
            found, "fields", "a,b"
        )


@fuzz
@given(any_text | near('Bearer error="', '"', "\\", ",", "=", " ", "scope", "error_description"))
def test_challenges(header: str) -> None:
    for name, value in challenge_parameters(header).items():
        assert name == name.lower()
        assert isinstance(value, str)


@fuzz
@given(
    *[st.none() | st.integers().map(str) | header_text] * 3,
    st.none() | header_text | near("Mon, ", "31 ", "Dec ", "9999 ", "23:59:60 ", "GMT", "+9999"),
)
def test_rate_limits(limit: str | None, remaining: str | None, reset: str | None, date: str | None) -> None:
    given_headers = {
        "X-Rate-Limit-Limit": limit,
        "X-Rate-Limit-Remaining": remaining,
        "X-Rate-Limit-Reset": reset,
        "Date": date,
    }
    headers = response(headers=[(name, value) for name, value in given_headers.items() if value is not None]).headers
    read_date(headers)
    rate = read_rate_limit(headers)
    if rate:
        until_reset = seconds_until_reset(rate, headers, NOW)
        assert 0 <= until_reset <= LONGEST_WINDOW
        pace = Pace(10, FakeClock())
        assert pace.start("x") == 0
        pace.end("x", rate, until_reset)
        assert 0 <= pace.start("x") <= LONGEST_WINDOW


@fuzz
@given(any_text)
def test_what_is_printed_is_one_line(text: str) -> None:
    shown = printable(text, 50)
    assert len(shown) <= 51
    assert shown.isprintable() or not any(character in shown for character in "\r\n\t\x1b\u2028\u202e")
    assert printable(shown, 51) == shown or "…" in shown


@fuzz
@given(any_text | near("https://x/", "%", "%40", "?", "#", "a"))
def test_htu(path: str) -> None:
    """The URL of a request, which is the org's own and a path."""
    found = htu(f"{ORG}/{path}")
    assert found.startswith(f"{ORG}/")
    assert "#" not in found
    bound_thumbprint(path)


# --- Answers ---------------------------------------------------------------------------------------------------------


class Answering(Exchange):
    """Answers with these, in turn and over and over."""

    def __init__(self, *answers: Response) -> None:
        super().__init__(verify=True, timeout=1)
        self.answers = answers
        self.count = 0

    def answer(self, request: Request) -> Response:
        self.count += 1
        return self.answers[(self.count - 1) % len(self.answers)]


def transport(*answers: Response) -> Transport:
    clock = FakeClock()
    return Transport(Answering(*answers), Pace(10, clock), max_wait=5, clock=clock)


statuses = st.sampled_from([200, 200, 200, 400, 401, 403, 404, 429, 500])
header_names = st.sampled_from(["Content-Type", "DPoP-Nonce", "Date", "WWW-Authenticate", "X-Okta-Request-Id", "Link"])
answers = st.builds(response, statuses, bodies, st.lists(st.tuples(header_names, header_text), max_size=3))
token_bodies = st.fixed_dictionaries(
    {},
    optional={
        "access_token": any_json | st.just("eyJ.a.b"),
        "token_type": any_json | st.sampled_from(["Bearer", "DPoP"]),
        "expires_in": any_json | st.just(3600),
        "scope": any_json | st.just(SCOPE),
        "error": any_json | st.sampled_from(["use_dpop_nonce", "invalid_client", "invalid_scope"]),
        "error_description": any_json,
        "errorCode": any_json,
        "errorSummary": any_json,
        "errorCauses": any_json,
        "message": any_json,
    },
).map(as_body)
token_answers = answers | st.builds(
    response, statuses, token_bodies, st.lists(st.tuples(header_names, header_text), max_size=3)
)


@fuzz
@given(st.lists(token_answers, min_size=1, max_size=3), st.sampled_from(["auto", "required", "off"]))
def test_answers_of_the_token_endpoint(found: list[Response], dpop: str) -> None:
    credentials = Credentials(CLIENT_ID, load_signing_key(keys.pem(keys.ec_key())))
    try:
        token = request_token(transport(*found), ORG, credentials, (SCOPE,), dpop)
    except OktaError as error:
        json.dumps(error.result())
    else:
        json.dumps(token.result())


page_bodies = st.lists(
    st.dictionaries(st.sampled_from(["id", "status", "profile"]) | any_text, any_json, max_size=4), max_size=4
)
page_headers = st.lists(
    st.tuples(header_names, header_text)
    | st.tuples(st.just("Link"), queries.map(lambda query: f'<{ORG}/api/v1/users?{query}>; rel="next"')),
    max_size=3,
)
pages = answers | token_answers | st.builds(response, st.just(200), page_bodies.map(as_body), page_headers)


@fuzz
@given(st.lists(pages, min_size=1, max_size=4), st.booleans())
def test_answers_of_the_api(found: list[Response], bound: bool) -> None:
    token = Token("eyJ.a.b", "DPoP", proof_key=ProofKey.generate()) if bound else Token("eyJ.a.b", "Bearer")
    way = transport(*found)
    client = Client(way, ORG, TokenSource(token, lambda: token, way.clock))
    try:
        users, walk = list_users([client], Selection(fields=("status",)))
    except OktaError as error:
        json.dumps(error.result())
    else:
        assert walk.complete
        assert len(users) == len({user["id"] for user in users})


@fuzz
@given(token_answers)
def test_refusals(answer: Response) -> None:
    for error in (token_refusal(answer, (SCOPE,), NOW), api_refusal(answer)):
        assert error.message
        assert len(str(error)) < 10_000
        json.dumps(error.result())
