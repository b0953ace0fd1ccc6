# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_dpop`: proofs of possession, verified by another library than the one that signs."""

from __future__ import annotations

import base64
import json
import typing as t

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwk, jwt

from ansible_collections.idops.okta.plugins.module_utils._dpop import ProofKey, bound_thumbprint, htu, proof
from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidKey
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.keys import LEADING_ZEROS
from ansible_collections.idops.okta.tests.unit.engine.support import NOW, ORG, TOKEN_URL


def derived(number: int) -> ProofKey:
    return ProofKey(ec.derive_private_key(number, ec.SECP256R1()))


def verified(text: str) -> jwt.Token:
    """The proof, checked with the key in its own header, as a server does it."""
    header = json.loads(base64.urlsafe_b64decode(text.split(".", maxsplit=1)[0] + "=="))
    return jwt.decode(text, jwk.import_key(header["jwk"]), algorithms=["ES256"])


def test_a_proof_for_the_token_endpoint() -> None:
    key = ProofKey.generate()
    token = verified(proof(key, "POST", TOKEN_URL, NOW + 0.9))
    assert token.header == {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.public_jwk()}
    assert token.claims.pop("jti")
    assert token.claims == {"htm": "POST", "htu": TOKEN_URL, "iat": int(NOW)}


def test_a_proof_for_the_api() -> None:
    """The access token and its hash are the worked example of RFC 9449 section 7.1."""
    access_token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    token = verified(proof(ProofKey.generate(), "GET", f"{ORG}/api?a=1", NOW, nonce="n-1", access_token=access_token))
    assert token.claims["ath"] == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
    assert token.claims["nonce"] == "n-1"
    assert token.claims["htu"] == f"{ORG}/api"


def test_no_jti_comes_twice() -> None:
    key = ProofKey.generate()
    assert len({verified(proof(key, "GET", ORG, NOW)).claims["jti"] for dummy in range(20)}) == 20


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/api/v1/users", "/api/v1/users"),
        ("/api/v1/users?after=abc&limit=200", "/api/v1/users"),
        ("/api/v1/users#here", "/api/v1/users"),
        ("/api/v1/users?a=1#b", "/api/v1/users"),
        ("/api/v1/users/a%40b.com", "/api/v1/users/a@b.com"),
        ("/api/v1/users/a%2Bb%40b.com", "/api/v1/users/a+b@b.com"),
        ("/api/v1/users/a+b", "/api/v1/users/a+b"),
        # Okta's Java SDK keeps these four encoded.
        ("/api/v1/users/100%25", "/api/v1/users/100%25"),
        ("/api/v1/users/a%2540b", "/api/v1/users/a%2540b"),
        ("/api/v1/users/a%20b", "/api/v1/users/a%20b"),
        ("/api/v1/users/%22a%22", "/api/v1/users/%22a%22"),
        ("/api/v1/users/a%23b", "/api/v1/users/a%23b"),
        ("/api/v1/users/%C3%BCber", "/api/v1/users/über"),
        ("", ""),
    ],
)
def test_htu(path: str, wanted: str) -> None:
    assert htu(ORG + path) == ORG + wanted


@pytest.mark.parametrize("origin", ["https://acme.okta.com", "http://localhost:8080", "http://[::1]:8080"])
def test_htu_keeps_the_origin(origin: str) -> None:
    assert htu(f"{origin}/api?x=1") == f"{origin}/api"


@pytest.mark.parametrize("member", LEADING_ZEROS)
def test_coordinates_always_have_32_bytes(member: str) -> None:
    found = derived(LEADING_ZEROS[member]).private_jwk()
    assert base64.urlsafe_b64decode(found[member] + "=")[0] == 0  # what makes this test one
    for name in ("x", "y", "d"):
        assert len(base64.urlsafe_b64decode(found[name] + "=")) == 32
        assert "=" not in found[name]


@pytest.mark.parametrize("number", [1, *LEADING_ZEROS.values()])
def test_the_thumbprint(number: int) -> None:
    key = derived(number)
    assert key.thumbprint() == jwk.ECKey.import_key(dict(key.public_jwk())).thumbprint()


def test_the_public_jwk_has_no_private_member() -> None:
    assert set(ProofKey.generate().public_jwk()) == {"kty", "crv", "x", "y"}


@pytest.mark.parametrize("number", [1, *LEADING_ZEROS.values()])
def test_a_key_goes_out_and_comes_back(number: int) -> None:
    key = derived(number)
    again = ProofKey.from_jwk(json.dumps(key.private_jwk()))
    assert again.private_jwk() == key.private_jwk()
    assert again.thumbprint() == key.thumbprint()


def test_every_key_is_a_new_one() -> None:
    assert len({ProofKey.generate().thumbprint() for dummy in range(5)}) == 5


def test_the_repr_of_a_key_holds_nothing_of_it() -> None:
    assert repr(ProofKey.generate()) == "ProofKey()"


DPOP_KEY_REFUSALS: dict[str, tuple[t.Callable[[], str], str]] = {
    "not JSON": (lambda: "abc", "not a private JWK on the curve P-256"),
    "a list": (lambda: "[]", "not a private JWK on the curve P-256"),
    "RSA": (lambda: json.dumps(keys.private_jwk(keys.rsa_key())), "not a private JWK on the curve P-256"),
    "another curve": (
        lambda: json.dumps(keys.private_jwk(keys.ec_key("P-384"))),
        "not a private JWK on the curve P-256",
    ),
    "deeply nested": (lambda: "[" * 100_000, "not a private JWK on the curve P-256"),
    "public": (lambda: json.dumps(keys.public_jwk(keys.ec_key())), "is a public key, or damaged"),
    "d is another's": (
        lambda: json.dumps({**keys.private_jwk(keys.ec_key()), "d": derived(7).private_jwk()["d"]}),
        "is a public key, or damaged",
    ),
    "d is empty": (lambda: json.dumps({**keys.private_jwk(keys.ec_key()), "d": ""}), "is a public key, or damaged"),
}


@pytest.mark.parametrize(("make", "words"), DPOP_KEY_REFUSALS.values(), ids=DPOP_KEY_REFUSALS)
def test_a_dpop_key_that_is_none(make: t.Callable[[], str], words: str) -> None:
    with pytest.raises(InvalidKey, match=words) as caught:
        ProofKey.from_jwk(make())
    assert caught.value.remedy == "Pass on dpop_key as okta_token returned it."


def access_token(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJSUzI1NiJ9.{payload}.c2ln"


@pytest.mark.parametrize(
    ("token", "wanted"),
    [
        (access_token({"cnf": {"jkt": "abc"}}), "abc"),
        (access_token({"cnf": {"jkt": "abc"}, "x": "padding?"}), "abc"),
        (access_token({"cnf": {"jkt": 5}}), None),
        (access_token({"cnf": None}), None),
        (access_token({"cnf": "abc"}), None),
        (access_token({}), None),
        (access_token([1]), None),
        (access_token("cnf"), None),
        ("opaque", None),
        ("eyJ.!!!.x", None),
        ("eyJ.\u00fc.x", None),
        ("eyJ.AA.x", None),
        ("", None),
    ],
)
def test_what_a_token_says_it_is_bound_to(token: str, wanted: str | None) -> None:
    assert bound_thumbprint(token) == wanted
