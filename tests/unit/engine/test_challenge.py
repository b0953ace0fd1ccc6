# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_challenge`: the parameters of `WWW-Authenticate`."""

from __future__ import annotations

import pytest

from ansible_collections.idops.okta.plugins.module_utils._challenge import challenge_parameters


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, {}),
        ("", {}),
        ("Bearer", {}),
        ('Bearer error="invalid_token"', {"error": "invalid_token"}),
        ("Bearer error=invalid_token, scope=a", {"error": "invalid_token", "scope": "a"}),
        ('Bearer ERROR = "x"', {"error": "x"}),
        (r'Bearer a="say \"hi\", b=c", d="e"', {"a": 'say "hi", b=c', "d": "e"}),
        ('Bearer error="first", error="second"', {"error": "first"}),
        ('Bearer a="", b=c', {"a": "", "b": "c"}),
        ('Bearer a="not closed', {}),
        ("=, ==, ;;", {}),
        (
            'DPoP algs="RS256 ES256", authorization_uri="http://acme.okta.com/oauth2/v1/authorize", '
            'scope="okta.users.read", error="invalid_dpop_proof", '
            'error_description="\'htu\' claim in the DPoP proof JWT is invalid.", resource="/api/v1/users"',
            {
                "algs": "RS256 ES256",
                "authorization_uri": "http://acme.okta.com/oauth2/v1/authorize",
                "scope": "okta.users.read",
                "error": "invalid_dpop_proof",
                "error_description": "'htu' claim in the DPoP proof JWT is invalid.",
                "resource": "/api/v1/users",
            },
        ),
    ],
)
def test_parameters(header: str | None, wanted: dict[str, str]) -> None:
    assert challenge_parameters(header) == wanted


def test_what_stands_too_far_back_is_passed_over() -> None:
    assert challenge_parameters("x" * 9000 + ' error="late"') == {}
