# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_token_errors`: each refusal that Okta's token endpoint is known to give, with its remedy."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import TokenRefused
from ansible_collections.idops.okta.plugins.module_utils._token_errors import token_refusal
from ansible_collections.idops.okta.tests.unit.engine.support import NOW, SCOPE, http_date, response

CLOCK = "Correct this machine's clock (NTP)"
# Okta's own texts (okta-facts.md sections 1 and 2), and the words of the remedy.
KNOWN = [
    (401, "invalid_client", "Invalid value for the 'client_id' parameter.", "Check client_id"),
    (401, "invalid_client", "No client credentials found.", "Check client_id and key_id"),
    (401, "invalid_client", "The client_assertion JWT kid is invalid.", "Set key_id"),
    (401, "invalid_client", "The client_assertion signature is invalid.", "register it"),
    (
        401,
        "invalid_client",
        "The audience claim for client_assertion must be the endpoint invoked for the request.",
        "Set org_url to the address that the org itself answers on",
    ),
    (401, "invalid_client", "The client_assertion token has an expiration too far into the future.", CLOCK),
    (401, "invalid_client", "The client_assertion token is expired.", CLOCK),
    (401, "invalid_client", "The client_assertion token has already been used", "repeats requests"),
    (
        401,
        "invalid_client",
        "The client does not have a JWKSet configured, but the client_assertion requires one",
        "Public keys",
    ),
    (
        401,
        "invalid_client",
        "Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
        "token_endpoint_auth_method.",
        "Public key / Private key",
    ),
    (
        400,
        "invalid_request",
        "Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
        "token_endpoint_auth_method.",
        "Public key / Private key",
    ),
    (400, "invalid_dpop_proof", "The DPoP proof JWT header is missing.", "leave dpop at 'auto'"),
    (400, "invalid_dpop_proof", "The DPoP proof JWT has expired.", CLOCK),
    (400, "invalid_dpop_proof", "'htu' claim in the DPoP proof JWT is invalid.", "Set org_url to the address"),
    (400, "invalid_dpop_proof", "The DPoP proof JWT has already been used.", "repeats requests"),
    (400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.", "leave dpop at 'auto'"),
    (
        400,
        "invalid_scope",
        "One or more scopes are not configured for the authorization server resource.",
        "Grant the scope",
    ),
    (400, "invalid_scope", "Cannot request 'openid' scopes using client credentials", "Grant the scope"),
    (400, "unsupported_grant_type", "The grant type in the request isn't supported.", "API Services app"),
    (400, "unauthorized_client", "The client is not authorized to use the provided grant type.", "Client Credentials"),
    (400, "invalid_request", "Can't supply multiple client credentials.", "Check org_url and the app's settings"),
    (
        403,
        "access_denied",
        "The request is made from outside the client's permitted network zones.",
        "network zones that the app allows",
    ),
    (403, "access_denied", "Policy evaluation failed for this request.", "policy and network zones"),
]


def refusal(status: int, body: object, headers: t.Sequence[tuple[str, str]] = (), **given: t.Any) -> TokenRefused:
    scopes = given.pop("scopes", (SCOPE,))
    return token_refusal(response(status, body, headers, **given), scopes, NOW)


@pytest.mark.parametrize(("status", "code", "description", "remedy"), KNOWN)
def test_each_refusal_has_its_remedy(status: int, code: str, description: str, remedy: str) -> None:
    headers = [("X-Okta-Request-Id", "Zx1"), http_date(NOW - 2)]
    error = refusal(status, {"error": code, "error_description": description}, headers)
    assert description.rstrip(".") in str(error)
    assert remedy in error.remedy
    assert (error.status, error.error_code, error.request_id) == (status, code, "Zx1")
    assert error.message.endswith(".")


def test_the_remedies_differ() -> None:
    """A remedy for everything would be one for nothing."""
    found = {refusal(status, {"error": code, "error_description": text}).remedy for status, code, text, dummy in KNOWN}
    assert len(found) >= 14


def test_a_scope_that_is_refused_is_named() -> None:
    error = refusal(400, {"error": "invalid_scope", "error_description": "No."}, scopes=("okta.a.read", "okta.b.read"))
    assert "Asked for: okta.a.read, okta.b.read." in str(error)


def test_oktas_own_error_object() -> None:
    body = {"errorCode": "E0000047", "errorSummary": "API call exceeded rate limit due to too many requests."}
    error = refusal(429, body)
    assert "exceeded rate limit" in str(error)
    assert error.error_code == "E0000047"


CLOCK_TEXTS = [
    ("invalid_client", "The client_assertion token has an expiration too far into the future."),
    ("invalid_client", "The client_assertion token is expired."),
    ("invalid_client", "The client_assertion is invalid."),
    ("invalid_dpop_proof", "The DPoP proof JWT is not valid at this time."),
]


@pytest.mark.parametrize(("code", "description"), CLOCK_TEXTS)
@pytest.mark.parametrize(("date", "words"), [(NOW - 600, "600 seconds ahead of"), (NOW + 600, "600 seconds behind")])
def test_a_clock_that_is_off_is_measured(code: str, description: str, date: float, words: str) -> None:
    error = refusal(401, {"error": code, "error_description": description}, [http_date(date)])
    assert words in error.remedy
    assert "NTP" in error.remedy


@pytest.mark.parametrize("difference", [-19, 0, 19])
def test_a_small_difference_is_not_named(difference: float) -> None:
    body = {"error": "invalid_client", "error_description": "The client_assertion token is expired."}
    assert "seconds" not in refusal(401, body, [http_date(NOW + difference)]).remedy


@pytest.mark.parametrize(
    ("description", "remedy"),
    [
        ("The client_assertion JWT kid is invalid.", "Set key_id"),
        ("The client_assertion signature is invalid.", "register it"),
        ("Invalid value for the 'client_id' parameter.", "Check client_id"),
        ("The audience claim for client_assertion must be the endpoint invoked for the request.", "Set org_url"),
    ],
)
def test_a_clock_that_is_off_hides_no_other_cause(description: str, remedy: str) -> None:
    """Half a minute does no harm: the assertion is backdated by as much."""
    error = refusal(401, {"error": "invalid_client", "error_description": description}, [http_date(NOW - 25)])
    assert remedy in error.remedy


@pytest.mark.parametrize(
    "body", [b"", b"<html>secret</html>", b"[]", {"error": 5, "error_description": ["x"]}, {"x": 1}]
)
@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (400, "Check org_url and the app's settings"),
        (404, "Check that org_url is an Okta org"),
        (500, "https://status.okta.com"),
        (503, "https://status.okta.com"),
    ],
)
def test_an_answer_that_is_not_oktas(body: object, status: int, remedy: str) -> None:
    error = refusal(status, body, [("Content-Type", "text/html")])
    assert "bytes of text/html" in str(error)
    assert remedy in str(error)
    assert "secret" not in str(error)
    assert error.error_code is None


@pytest.mark.parametrize(("attempts", "words"), [(1, ""), (5, "It was tried 5 times.")])
def test_attempts_are_told(attempts: int, words: str) -> None:
    error = refusal(503, b"", attempts=attempts)
    assert words in str(error)
    assert ("tried" in str(error)) == bool(words)


def test_an_echo_is_not_shown() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln"
    assert token not in str(refusal(400, {"error": "x", "error_description": f"bad {token}"}))
