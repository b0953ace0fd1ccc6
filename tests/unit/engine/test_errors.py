# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_errors`: what is printed, and what a failed task returns."""

from __future__ import annotations

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import (
    IncompleteListing,
    NotFound,
    OktaError,
    RequestRefused,
    identifier,
    printable,
    words,
)

TOKEN = "eyJraWQiOiJhYmMifQ.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ""),
        ("plain", "plain"),
        ("  around  ", "around"),
        ("two\r\nlines\tand\0more\x1b[31m", "two lines and more [31m"),
        ("no\u00a0break\u2028line\u202eright-to-left\u200bzero", "no break line right-to-left zero"),
        ("über ✓ 山田", "über ✓ 山田"),
        (f"token={TOKEN}&x=1", "token=[left out]&x=1"),
        (f"a {TOKEN} b", "a [left out] b"),
        (f"eyJ{'a' * 8}", "[left out]"),
        ("a" * 99, "a" * 99),
        ("00u1 " * 79 + "abcde", "00u1 " * 79 + "abcde"),
    ],
)
def test_printable(text: str, wanted: str) -> None:
    assert printable(text) == wanted


def test_what_is_long_is_cut() -> None:
    assert printable("ab " * 1000, 10) == "ab ab ab a…"
    assert len(printable("ab " * 10**6)) == 401


OPAQUE = "Q0FOQVJZLXNlY3JldC1ieXRlcw"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("", ""),
        (None, ""),
        (5, ""),
        (["words"], ""),
        ("Invalid search criteria.", "Invalid search criteria."),
        ("two\nlines", "two lines"),
        (f"bad {TOKEN}", "bad [left out]"),
        (f"bad {OPAQUE} token", "bad [left out] token"),
        (f"client_assertion={OPAQUE}", "[left out]"),
        ("token_endpoint_auth_method", "token_endpoint_auth_method"),
        ("an_error_code_that_is_rather_long", "an_error_code_that_is_rather_long"),
        ("0oa1gjh63g214q0Hq0g4 is not active", "0oa1gjh63g214q0Hq0g4 is not active"),
        ("=" * 30, "=" * 30),
        ("word " * 200, "word " * 80 + "…"),
    ],
)
def test_words_of_an_answer(said: object, wanted: str) -> None:
    """What echoes a request, in whatever encoding, is left out; what people write is kept."""
    assert words(said) == wanted


@pytest.mark.parametrize("separator", ["/", "/+", "+/", "=", "\n", " "])
@pytest.mark.parametrize("length", [20, 60, 76])
def test_base64_is_left_out_however_it_is_cut(separator: str, length: int) -> None:
    """Slashes are letters of base64, too."""
    secret = "Qk9EWSB3aXRoIGEgc2VjcmV0IHRoYXQgaXMgbG9uZ2VyIHRoYW4gYSBsaW5lIG9mIGJhc2U2NA" * 3
    pieces = [secret[start : start + length] for start in range(0, len(secret), length)]
    if length >= 24 or "/" in separator:
        shown = words("You sent " + separator.join(pieces))
        assert not [piece for piece in pieces if piece[:16] in shown]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("E0000006", True),
        ("invalid_client", True),
        ("oaeHfmOAx1iRLa0H10DeMz5fQ", True),
        ("aTmPk0@x-Y_z", True),
        ("", False),
        ("two words", False),
        ("x" * 41, False),
        ("eyJhbGciOi", False),
        ("a\nb", False),
        ("ü", False),
        (None, False),
        (6, False),
    ],
)
def test_identifiers(text: object, wanted: bool) -> None:
    assert identifier(text) == (text if wanted else None)


def test_what_was_tried_on_what_is_long_is_short() -> None:
    """A megabyte of token is not looked at beyond what could be shown."""
    assert printable("eyJ" + "a" * 10**6) == "[left out]"


def test_everything_is_in_the_message_and_the_parts_beside_it() -> None:
    error = OktaError(
        "Seen.", "Do.", status=403, error_code="E0000006", request_id="Zx1", fields={"unknown_users": ["a"]}
    )
    assert error.result() == {
        "msg": "Seen. Do. (HTTP 403, E0000006, Okta request id Zx1)",
        "status": 403,
        "error_code": "E0000006",
        "request_id": "Zx1",
        "unknown_users": ["a"],
    }


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (OktaError("Seen."), "Seen."),
        (OktaError("Seen.", "Do."), "Seen. Do."),
        (OktaError("Seen.", status=500), "Seen. (HTTP 500)"),
        (OktaError("Seen.", request_id="Zx1"), "Seen. (Okta request id Zx1)"),
    ],
)
def test_what_is_not_known_is_left_out(error: OktaError, wanted: str) -> None:
    assert error.result()["msg"] == wanted
    assert None not in error.result().values()


@pytest.mark.parametrize(
    ("pages", "words"), [(0, "no users had been read"), (1, "200 users on 1 page had"), (2, "400 users on 2 pages had")]
)
def test_a_listing_that_broke_off_says_how_far_it_got(pages: int, words: str) -> None:
    cause = RequestRefused("Refused.", "Do.", status=500, error_code="E0000009", request_id="Zx1", fields={"more": 1})
    error = IncompleteListing(cause, read=200 * pages, pages_read=pages)
    result = error.result()
    assert words in result["msg"]
    assert f"when page {pages + 1} failed. Refused. Do. (HTTP 500, E0000009, Okta request id Zx1)" in result["msg"]
    assert (result["users_read"], result["pages_read"], result["more"]) == (200 * pages, pages, 1)


def test_not_found_is_a_refusal() -> None:
    assert issubclass(NotFound, RequestRefused)
    assert issubclass(RequestRefused, OktaError)
