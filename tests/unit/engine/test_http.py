# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_http`: what the JSON of an answer holds, which can be anything."""

from __future__ import annotations

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import UnexpectedAnswer
from ansible_collections.idops.okta.plugins.module_utils._http import Request
from ansible_collections.idops.okta.tests.unit.engine.support import Pairs, response

NOT_JSON = {
    "empty": b"",
    "HTML": b"<html>secret-in-html</html>",
    "cut off": b'[{"id": "secret-in-html',
    "not UTF-8": b'"\xff\xfe"',
    "nested too deeply": b"[" * 100_000,
    "a number without end": b"9" * 10_000,
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_described_not_quoted(body: bytes) -> None:
    answer = response(502, body, [("Content-Type", "text/html"), ("X-Okta-Request-Id", "Zx1")])
    with pytest.raises(UnexpectedAnswer) as caught:
        answer.json()
    assert f"not valid JSON: {len(body)} bytes of text/html" in str(caught.value)
    assert (caught.value.status, caught.value.request_id) == (502, "Zx1")
    assert "secret-in-html" not in str(caught.value)
    assert answer.json_object() == {}


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"5", b"null", b"true"])
def test_json_that_is_no_object(body: bytes) -> None:
    assert response(400, body).json_object() == {}


def test_an_object() -> None:
    assert response(200, {"a": ["ü", None]}).json_object() == {"a": ["ü", None]}
    assert response(200, b'\xef\xbb\xbf{"a": 1}').json_object() in ({"a": 1}, {})


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ([], "3 bytes of no known type"),
        ([("Content-Type", "application/json")], "3 bytes of application/json"),
        ([("Content-Type", "text/html; charset=utf-8")], "3 bytes of text/html"),
        ([("Content-Type", "text/plain\x1b[0m")], "3 bytes of text/plain"),
        ([("Content-Type", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln")], "3 bytes of no known type"),
    ],
)
def test_the_description(headers: Pairs, wanted: str) -> None:
    assert response(200, b"abc", headers).describe() == wanted


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ([], None),
        ([("x-okta-request-id", "Zx1-_@2")], "Zx1-_@2"),
        ([("X-Okta-Request-Id", "two words")], None),
        ([("X-Okta-Request-Id", "eyJhbGciOiJSUzI1NiJ9")], None),
        ([("X-Okta-Request-Id", "x" * 41)], None),
    ],
)
def test_the_request_id(headers: Pairs, wanted: str | None) -> None:
    assert response(headers=headers).request_id == wanted


def test_a_request_shows_neither_headers_nor_body() -> None:
    assert "secret" not in repr(Request("POST", "https://acme.okta.com", {"Authorization": "secret"}, b"secret"))
    assert "secret" not in repr(response(200, b"secret"))
