# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_assertion`: the client assertion, verified by another library than the one that signs."""

from __future__ import annotations

import json
import typing as t
import uuid

import pytest
from joserfc import jwk, jwt

from ansible_collections.idops.okta.plugins.module_utils._assertion import client_assertion
from ansible_collections.idops.okta.plugins.module_utils._keys import load_signing_key
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.support import CLIENT_ID, NOW, TOKEN_URL


def sign(key: t.Any, key_id: str | None = None, now: float = NOW, **members: t.Any) -> str:
    signing_key = load_signing_key(json.dumps(keys.private_jwk(key, **members)), key_id=key_id)
    return client_assertion(signing_key, CLIENT_ID, TOKEN_URL, now)


def verified(assertion: str, key: t.Any, alg: str) -> jwt.Token:
    return jwt.decode(assertion, jwk.import_key(keys.public_jwk(key)), algorithms=[alg])


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (keys.rsa_key, "RS256"),
        (keys.rsa_key, "RS384"),
        (keys.rsa_key, "RS512"),
        (lambda: keys.ec_key("P-256"), "ES256"),
        (lambda: keys.ec_key("P-384"), "ES384"),
        (lambda: keys.ec_key("P-521"), "ES512"),
    ],
)
def test_the_claims_and_the_signature(key: t.Callable[[], t.Any], alg: str) -> None:
    token = verified(sign(key(), "kid-1", NOW + 0.9, alg=alg), key(), alg)
    assert token.header == {"typ": "JWT", "alg": alg, "kid": "kid-1"}
    jti = token.claims.pop("jti")
    assert uuid.UUID(jti).version == 4
    assert token.claims == {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": TOKEN_URL,
        "iat": int(NOW) - 30,  # in Okta's past even where this clock is ahead
        "exp": int(NOW) + 300,  # far from the hour that Okta refuses
    }


def test_without_a_kid_the_header_names_none() -> None:
    assert "kid" not in verified(sign(keys.ec_key()), keys.ec_key(), "ES256").header


def test_no_jti_comes_twice() -> None:
    ids = {verified(sign(keys.ec_key()), keys.ec_key(), "ES256").claims["jti"] for dummy in range(20)}
    assert len(ids) == 20
