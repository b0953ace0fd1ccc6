# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_links`: where a list goes on."""

from __future__ import annotations

from contextlib import suppress

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import UnexpectedAnswer
from ansible_collections.idops.okta.plugins.module_utils._links import next_target, with_parameter
from ansible_collections.idops.okta.tests.unit.engine.support import ORG

SELF = f'<{ORG}/api/v1/users?limit=2>; rel="self"'
NEXT = f'<{ORG}/api/v1/users?after=00u1&limit=2>; rel="next"'
TARGET = "/api/v1/users?after=00u1&limit=2"


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([], None),
        ([SELF], None),
        ([SELF, NEXT], TARGET),
        ([NEXT, SELF], TARGET),
        ([f"{SELF}, {NEXT}"], TARGET),
        ([f"{NEXT},{SELF}"], TARGET),
        (["", NEXT], TARGET),
        # Commas, and what looks like a link, in the URL itself.
        (
            [f'{SELF}, <{ORG}/u?after=a,b&fields=id,profile:(login)>; rel="next"'],
            "/u?after=a,b&fields=id,profile:(login)",
        ),
        ([f'<{ORG}/u?q=;%20rel=next>; rel="self", <{ORG}/u?after=1>; rel="next"'], "/u?after=1"),
        # Scheme and host count for nothing: the token goes to the org alone.
        (['<https://acme-admin.okta.com/api/v1/users?after=1>; rel="next"'], "/api/v1/users?after=1"),
        (['<https://evil.example/api/v1/users?after=1>; rel="next"'], "/api/v1/users?after=1"),
        (['<http://acme.okta.com:81/api?after=1>; rel="next"'], "/api?after=1"),
        (['<//evil.example/api?after=1>; rel="next"'], "/api?after=1"),
        (['</api?after=1>; rel="next"'], "/api?after=1"),
        (['< /api?after=1 >; rel="next"'], "/api?after=1"),
        (['</api?after=1#part>; rel="next"'], "/api?after=1"),
        # Ways to write a relation (RFC 8288 section 3.3).
        (["</api?after=1>; rel=next"], "/api?after=1"),
        (["</api?after=1>;rel=next"], "/api?after=1"),
        (['</api?after=1>; REL="NEXT"'], "/api?after=1"),
        (['</api?after=1> ; rel = "next"'], "/api?after=1"),
        (['</api?after=1>; rel="prev next"'], "/api?after=1"),
        (['</api?after=1>; title="a, b"; rel="next"'], "/api?after=1"),
        (['</api?after=1>; rel="nextish"'], None),
        (['</api?after=1>; rel="prev"; rel="next"'], None),
        (['</api?after=1>; rev="next"'], None),
        (['</api?after=1>; title="x; rel=next"; rel="self"'], None),
        (["</api?after=1>"], None),
        ([" , "], None),
        ([f'{SELF}, </api?after=1>; rel="next", </api?after=2>; rel="next"'], "/api?after=1"),
    ],
)
def test_next_target(values: list[str], wanted: str | None) -> None:
    assert next_target(values) == wanted


@pytest.mark.parametrize(
    "value",
    [
        '<https://acme.okta.com/api/v1/users?after=1>; rel="next',
        "<https://acme.okta.com/api/v1/users?after=1>; rel=",
        "<https://acme.okta.com/api/v1/users?after=1&li",
        'https://acme.okta.com/api/v1/users?after=1; rel="next"',
        '<<https://acme.okta.com/api/v1/users?after=1>; rel="next"',
    ],
)
def test_a_header_that_cannot_be_read(value: str) -> None:
    """It is no sign that the list has ended."""
    for values in ([value], [SELF, value], [f"{SELF}, {value}"]):
        with pytest.raises(UnexpectedAnswer):
            next_target(values)


def test_a_header_of_any_length_is_read_at_once() -> None:
    """In time that grows with its length, not with the square of it: else this test would take a minute."""
    for value in ("<" * 60_000, "<" + ";" * 60_000, '<a>; x="' + "\\" * 60_000, "</a?b=1>" + "; a" * 20_000):
        with suppress(UnexpectedAnswer):
            next_target([value])


@pytest.mark.parametrize("target", ["", "api?after=1", "?after=1", "https://acme.okta.com", "/api", "https://[x/a?b=1"])
def test_a_target_that_cannot_be_followed(target: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="link to the next page"):
        next_target([f'<{target}>; rel="next"'])


@pytest.mark.parametrize(
    ("target", "value", "wanted"),
    [
        ("/api?after=1", "id,profile:(login)", "/api?after=1&fields=id%2Cprofile%3A%28login%29"),
        ("/api", "id", "/api?fields=id"),
        ("/api?after=1", None, "/api?after=1"),
        ("/api?fields=status&after=1", "id", "/api?fields=status&after=1"),
        ("/api?fields=", "id", "/api?fields="),
        ("/api?x=fields", "id", "/api?x=fields&fields=id"),
    ],
)
def test_with_parameter(target: str, value: str | None, wanted: str) -> None:
    assert with_parameter(target, "fields", value) == wanted
