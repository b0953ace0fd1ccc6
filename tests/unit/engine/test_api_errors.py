# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_api_errors`: each refusal that Okta's API is known to give, with its remedy."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.idops.okta.plugins.module_utils._api_errors import api_refusal
from ansible_collections.idops.okta.plugins.module_utils._errors import NotFound, RequestRefused
from ansible_collections.idops.okta.tests.unit.engine.support import response

# Okta's codes (okta-facts.md section 5), and the words of the remedy.
KNOWN = [
    (403, "E0000005", "Invalid session", "not open to service apps"),
    (403, "E0000006", "You do not have permission to perform the requested action", "admin role"),
    (500, "E0000009", "Internal Server Error", "page_size"),
    (503, "E0000010", "Service is in read only mode", "read-only mode"),
    (401, "E0000011", "Invalid token provided", "has expired, was revoked, or belongs to another org"),
    (401, "E0000015", "You do not have permission to access the feature you are requesting", "feature is not enabled"),
    (400, "E0000029", "Invalid paging request", "cursor"),
    (400, "E0000030", "Invalid date.", "2026-01-31T12:00:00.000Z"),
    (400, "E0000031", "Invalid search criteria.", "Correct the expression"),
    (400, "E0000033", "Bad request. Can't specify a search query and filter in the same request.", "not both"),
    (429, "E0000047", "API call exceeded rate limit due to too many requests.", "max_wait"),
    (400, "E0000054", "Invalid pagination properties", "cursor"),
    (400, "E0000094", "The provided filter is unsupported.", "use search"),
    (503, "E0000100", "Unable to perform search query", "status.okta.com"),
    (409, "E0000145", "Some users can't be parsed", "schema"),
]


def refusal(
    status: int, body: object = b"", headers: t.Sequence[tuple[str, str]] = (), **given: t.Any
) -> RequestRefused:
    return api_refusal(response(status, body, headers, **given))


def okta(code: str, summary: str, *causes: str) -> dict[str, object]:
    return {"errorCode": code, "errorSummary": summary, "errorCauses": [{"errorSummary": cause} for cause in causes]}


@pytest.mark.parametrize(("status", "code", "summary", "remedy"), KNOWN)
def test_each_code_has_its_remedy(status: int, code: str, summary: str, remedy: str) -> None:
    error = refusal(status, okta(code, summary), [("X-Okta-Request-Id", "Zx1")])
    assert str(error).startswith(f"Okta refused the request: {summary.rstrip('.')}.")
    assert remedy in error.remedy
    assert (error.status, error.error_code, error.request_id) == (status, code, "Zx1")
    assert error.__class__ is RequestRefused


def test_a_code_that_is_not_known_is_shown() -> None:
    error = refusal(400, okta("E0000999", "Something new", "because"))
    assert str(error) == "Okta refused the request: Something new; because. (HTTP 400, E0000999)"


def test_the_causes_are_shown() -> None:
    body = okta("E0000001", "Api validation failed: login", "login: too long", "", "login: too short")
    assert "Api validation failed: login; login: too long; login: too short." in str(refusal(400, body))


@pytest.mark.parametrize("causes", [None, "x", [None, 5, {"errorSummary": 5}], {}])
def test_causes_of_another_shape(causes: object) -> None:
    body = {"errorCode": "E0000031", "errorSummary": "Invalid search criteria.", "errorCauses": causes}
    assert str(refusal(400, body)).startswith("Okta refused the request: Invalid search criteria. Correct")


def test_a_message_has_an_end() -> None:
    assert len(str(refusal(400, okta("E0000001", "x" * 10_000, *(["cause of it all"] * 10_000))))) < 5000


def test_not_found() -> None:
    error = refusal(404, okta("E0000007", "Not found: Resource not found: 00u1 (User)"))
    assert isinstance(error, NotFound)


@pytest.mark.parametrize("body", [okta("E0000008", "The requested path was not found"), b"<html>", b""])
def test_a_path_that_is_not_there_is_no_missing_user(body: object) -> None:
    assert not isinstance(refusal(404, body), NotFound)


def challenge(**parameters: str) -> list[tuple[str, str]]:
    return [("WWW-Authenticate", "DPoP " + ", ".join(f'{name}="{value}"' for name, value in parameters.items()))]


CHALLENGES = [
    (
        403,
        {
            "scope": "okta.users.read",
            "error": "insufficient_scope",
            "error_description": "The access token provided does not contain the required scopes.",
        },
        "The token lacks okta.users.read: grant it",
    ),
    (403, {"error": "insufficient_scope"}, "The token lacks the scope of this endpoint"),
    (401, {"error": "invalid_token", "error_description": "The token has expired."}, "has expired, was revoked"),
    (
        400,
        {"error": "invalid_dpop_proof", "error_description": "'htu' claim in the DPoP proof JWT is invalid."},
        "Set org_url to the address",
    ),
    (
        400,
        {"error": "invalid_dpop_proof", "error_description": "The DPoP proof JWT has already been used."},
        "repeats requests",
    ),
    (
        400,
        {"error": "invalid_dpop_proof", "error_description": "'iat' claim in the DPoP proof JWT is invalid."},
        "clock (NTP)",
    ),
    (401, {"error": "use_dpop_nonce"}, "same okta_token result"),
]


@pytest.mark.parametrize(("status", "parameters", "remedy"), CHALLENGES)
def test_what_stands_in_www_authenticate_alone(status: int, parameters: dict[str, str], remedy: str) -> None:
    error = refusal(status, b"", challenge(**parameters))
    assert parameters.get("error_description", "").rstrip(".") in str(error)
    assert remedy in error.remedy
    assert error.error_code == parameters["error"]


def test_what_the_body_and_the_challenge_say_are_sentences_of_their_own() -> None:
    found = challenge(error="invalid_token", error_description="The access token is invalid.")
    error = refusal(401, okta("E0000011", "Invalid token provided"), found)
    assert "Invalid token provided. The access token is invalid. The token has" in str(error)


def test_the_code_of_the_body_stays_beside_the_challenge() -> None:
    error = refusal(
        403,
        okta("E0000006", "You do not have permission to perform the requested action"),
        challenge(error="insufficient_scope", error_description="Not enough.", scope="okta.users.read"),
    )
    assert error.error_code == "E0000006"
    assert "grant it on the app's tab 'Okta API Scopes'" in error.remedy
    assert "You do not have permission" in str(error)
    assert "Not enough" in str(error)


def test_a_challenge_that_is_not_known_leaves_the_codes_remedy() -> None:
    assert "admin role" in refusal(403, okta("E0000006", "No"), challenge(error="new_error")).remedy


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(400, "A proxy may have answered"), (403, "A proxy may have"), (404, "A proxy"), (500, "status"), (503, "status")],
)
@pytest.mark.parametrize("body", [b"", b"<html>secret</html>", b"[]", {"errorSummary": ["x"]}])
def test_an_answer_that_is_not_oktas_is_described(status: int, remedy: str, body: object) -> None:
    error = refusal(status, body, [("Content-Type", "text/html")])
    assert "bytes of text/html, and no error of Okta's in it" in str(error)
    assert remedy in error.remedy
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("status", "remedy"), [(401, "has expired"), (403, "admin role"), (404, "org_url is an Okta org"), (502, "again")]
)
def test_a_body_of_the_servlet_container(status: int, remedy: str) -> None:
    error = refusal(status, {"status": status, "message": "Resource not found"})
    assert "Okta refused the request: Resource not found." in str(error)
    assert remedy in error.remedy


@pytest.mark.parametrize(("attempts", "words"), [(1, ""), (5, " It was tried 5 times.")])
def test_attempts_are_told(attempts: int, words: str) -> None:
    error = refusal(500, okta("E0000009", "Internal Server Error"), attempts=attempts)
    assert error.message == f"Okta refused the request: Internal Server Error.{words}"
