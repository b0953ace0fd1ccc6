# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a client signs or sends, it is granted or refused: nothing it can write makes the sandbox fall over."""

from __future__ import annotations

import time
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey
from starlette.requests import Request

from sandbox.apps import registered_app
from sandbox.assertions import ASSERTION_TYPE, authenticate, claimed_client
from sandbox.founding import Foundation, found
from sandbox.okta_errors import OAuthError
from sandbox.org import Org
from sandbox.proofs import Demands, ProofRefused, verify_proof
from sandbox.reference_client import sign
from sandbox.signed_jwt import parse_jwt

KEY = ECKey.generate_key("P-256")
AUDIENCE = "https://localhost/oauth2/v1/token"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def org() -> Org:
    org, _private_key = found(Foundation(users=1, deprovisioned=0))
    org.apps["app"] = registered_app({"client_id": "app", "jwks": KEY.as_dict(private=False, kid="k")})
    return org


@given(
    st.fixed_dictionaries({}, optional={"kid": st.text(), "x": JSON}),
    st.dictionaries(st.sampled_from(["sub", "aud", "exp", "iat", "jti", "nbf"]), JSON),
)
def test_assertions(org: Org, header: dict[str, Any], claims: dict[str, Any]) -> None:
    good = {"iss": "app", "sub": "app", "aud": AUDIENCE, "exp": time.time() + 60}
    assertion = sign({"alg": "ES256", **header}, {**good, **claims}, KEY)
    form = {"client_assertion": assertion, "client_assertion_type": ASSERTION_TYPE}
    assert claimed_client(form) == "app"
    with suppress(OAuthError):
        authenticate(org, form, {AUDIENCE})


@given(
    st.fixed_dictionaries({}, optional={"typ": st.just("dpop+jwt"), "jwk": st.dictionaries(st.text(), st.text())}),
    st.dictionaries(st.sampled_from(["htm", "htu", "iat", "jti", "ath", "nonce"]), JSON),
)
def test_proofs(org: Org, header: dict[str, Any], claims: dict[str, Any]) -> None:
    good_header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.as_dict(private=False)}
    good = {"htm": "GET", "htu": "https://localhost/x", "iat": time.time(), "jti": "j"}
    proof = sign({**good_header, **header}, {**good, **claims}, KEY)
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "https",
        "path": "/x",
        "raw_path": b"/x",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"dpop", proof.encode())],
        "app": SimpleNamespace(state=SimpleNamespace(org=org)),
    }
    with suppress(ProofRefused):
        verify_proof(Request(scope), Demands(nonce=True, access_token="t", thumbprint="p"))


@given(st.one_of(st.text(), st.from_regex(r"\A[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\Z")))
def test_jwts(text: str) -> None:
    with suppress(ValueError):
        parse_jwt(text)
