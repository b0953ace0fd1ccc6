# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_keys` and `_pem`: every format that Okta's users have, every mistake by its name, and never a byte of key."""

from __future__ import annotations

import base64
import json
import typing as t
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidKey
from ansible_collections.idops.okta.plugins.module_utils._keys import SigningKey, load_signing_key
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.keys import PASSPHRASE, PKCS1, PKCS8, SEC1
from ansible_collections.idops.okta.tests.unit.engine.support import holds_fragment

ALG_OF_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
CURVES = list(ALG_OF_CURVE)


def number(key: t.Any) -> object:
    """What tells one private key from another."""
    return key.private_numbers()


def check(loaded: SigningKey, key: t.Any, alg: str, kid: str | None = None) -> None:
    assert number(loaded.private_key) == number(key)
    assert (loaded.alg, loaded.kid) == (alg, kid)


# --- Formats ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["clear", "encrypted"])
@pytest.mark.parametrize("form", [PKCS1, PKCS8], ids=["pkcs1", "pkcs8"])
def test_rsa_in_pem(form: t.Any, passphrase: str | None) -> None:
    text = keys.pem(keys.rsa_key(), form, passphrase)
    assert ("ENCRYPTED" in text) == bool(passphrase)
    check(load_signing_key(text, passphrase), keys.rsa_key(), "RS256")


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["clear", "encrypted"])
@pytest.mark.parametrize("form", [SEC1, PKCS8], ids=["sec1", "pkcs8"])
@pytest.mark.parametrize("curve", CURVES)
def test_ec_in_pem(curve: str, form: t.Any, passphrase: str | None) -> None:
    key = keys.ec_key(curve)
    check(load_signing_key(keys.pem(key, form, passphrase), passphrase, "kid-1"), key, ALG_OF_CURVE[curve], "kid-1")


@pytest.mark.parametrize("curve", CURVES)
def test_ec_as_jwk(curve: str) -> None:
    key = keys.ec_key(curve)
    check(load_signing_key(json.dumps(keys.private_jwk(key))), key, ALG_OF_CURVE[curve])


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_rsa_as_jwk_with_its_own_alg(alg: str) -> None:
    text = json.dumps(keys.private_jwk(keys.rsa_key(), alg=alg, kid="kid-1", use="sig"))
    check(load_signing_key(text), keys.rsa_key(), alg, "kid-1")


def test_rsa_as_jwk_without_alg_and_primes() -> None:
    jwk = {name: value for name, value in keys.private_jwk(keys.rsa_key()).items() if name in ("kty", "n", "e", "d")}
    loaded = load_signing_key(json.dumps(jwk))
    assert (loaded.alg, loaded.kid) == ("RS256", None)
    assert loaded.private_key.public_key().public_numbers() == keys.rsa_key().public_key().public_numbers()


@pytest.mark.parametrize("extra", [{"key_ops": ["sign"]}, {"ext": True}, {"x5c": [], "note": None}])
def test_further_members_of_a_jwk_do_no_harm(extra: dict[str, object]) -> None:
    check(load_signing_key(json.dumps(keys.private_jwk(keys.ec_key(), **extra))), keys.ec_key(), "ES256")


@pytest.mark.parametrize("alg", ["ES256", None])
def test_ec_as_jwk_with_its_alg(alg: str | None) -> None:
    check(load_signing_key(json.dumps(keys.private_jwk(keys.ec_key(), alg=alg))), keys.ec_key(), "ES256")


def test_key_id_wins_over_a_jwks_own() -> None:
    text = json.dumps(keys.private_jwk(keys.ec_key(), kid="own"))
    assert load_signing_key(text).kid == "own"
    assert load_signing_key(text, key_id="mine").kid == "mine"


@pytest.mark.parametrize("kid", ["", 5, None])
def test_a_kid_that_is_none(kid: object) -> None:
    assert load_signing_key(json.dumps(keys.private_jwk(keys.ec_key(), kid=kid))).kid is None


def jwk_set(*ids: str | None) -> str:
    curves = [keys.ec_key(curve) for curve in CURVES]
    members = [keys.private_jwk(key, **({"kid": kid} if kid else {})) for key, kid in zip(curves, ids, strict=False)]
    return json.dumps({"keys": members})


def test_key_id_chooses_in_a_jwk_set() -> None:
    check(load_signing_key(jwk_set("a", "b", "c"), key_id="b"), keys.ec_key("P-384"), "ES384", "b")


def test_a_jwk_set_of_one_needs_no_key_id() -> None:
    check(load_signing_key(jwk_set("a")), keys.ec_key("P-256"), "ES256", "a")


def test_a_jwk_set_may_hold_what_is_no_key() -> None:
    text = json.dumps({"keys": [None, "x", keys.private_jwk(keys.ec_key(), kid="a")]})
    check(load_signing_key(text, key_id="a"), keys.ec_key(), "ES256", "a")


def test_the_passphrase_of_a_key_that_is_not_encrypted_is_passed_over() -> None:
    check(load_signing_key(keys.pem(keys.ec_key()), PASSPHRASE), keys.ec_key(), "ES256")


# --- Repairs ---------------------------------------------------------------------------------------------------------

REPAIRS: dict[str, t.Callable[[str], str]] = {
    "newlines as two characters": lambda text: text.replace("\n", "\\n"),
    "CRLF as four characters": lambda text: text.replace("\n", "\\r\\n"),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "last newline lost": str.rstrip,
    "newlines become blanks": lambda text: text.replace("\n", " "),
    "newlines lost": lambda text: text.replace("\n", ""),
    "byte order mark": lambda text: "\ufeff" + text,
    "indented": lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "blanks around": lambda text: f"\n\n  {text}\n\n ",
    "in quotes": lambda text: f'"{text}"',
    "after its certificate": lambda text: keys.certificate() + text,
    "before its certificate": lambda text: text + keys.certificate(),
    "after a public key": lambda text: keys.public_pem(keys.ec_key()) + text,
    "after OpenSSL's bag attributes": lambda text: f"Bag Attributes\n    friendlyName: acme\n{text}",
}


@pytest.mark.parametrize("repair", REPAIRS.values(), ids=REPAIRS)
@pytest.mark.parametrize(
    ("key", "form", "passphrase", "alg"),
    [
        (keys.rsa_key, PKCS1, None, "RS256"),
        (keys.ec_key, PKCS8, None, "ES256"),
        (keys.ec_key, PKCS8, PASSPHRASE, "ES256"),
        (keys.ec_key, SEC1, None, "ES256"),
    ],
    ids=["pkcs1", "pkcs8", "encrypted pkcs8", "sec1"],
)
def test_repairs(
    repair: t.Callable[[str], str], key: t.Callable[[], t.Any], form: t.Any, passphrase: str | None, alg: str
) -> None:
    check(load_signing_key(repair(keys.pem(key(), form, passphrase)), passphrase), key(), alg)


WITH_HEADERS = ("newlines lost", "newlines become blanks", "blank lines")


@pytest.mark.parametrize(
    "repair", [pytest.param(repair, id=name) for name, repair in REPAIRS.items() if name not in WITH_HEADERS]
)
def test_repairs_of_a_block_with_headers(repair: t.Callable[[str], str]) -> None:
    """OpenSSL's older encryption has headers in the block, so that newlines mean something there."""
    text = keys.pem(keys.ec_key(), SEC1, PASSPHRASE)
    assert "Proc-Type: 4,ENCRYPTED" in text
    check(load_signing_key(repair(text), PASSPHRASE), keys.ec_key(), "ES256")


def test_curve_parameters_before_the_key_are_passed_over() -> None:
    parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    check(load_signing_key(parameters + keys.pem(keys.ec_key(), SEC1)), keys.ec_key(), "ES256")


@pytest.mark.parametrize(
    "repair",
    [
        lambda text: text.replace("\n", "\\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: f"\n {text} \n",
    ],
)
def test_repairs_of_a_jwk(repair: t.Callable[[str], str]) -> None:
    text = json.dumps(keys.private_jwk(keys.ec_key()), indent=2)
    check(load_signing_key(repair(text)), keys.ec_key(), "ES256")


# --- Refusals --------------------------------------------------------------------------------------------------------


def damaged(text: str) -> str:
    lines = text.splitlines()
    return "\n".join([lines[0], *lines[2:]])


def with_a_bit_flipped(text: str, bit: int) -> str:
    content = bytearray(base64.b64decode(keys.body(text)))
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    return f"-----BEGIN PRIVATE KEY-----\n{base64.encodebytes(content).decode()}-----END PRIVATE KEY-----\n"


def changed_jwk(key: t.Any, *drop: str, **members: t.Any) -> str:
    jwk = keys.private_jwk(key, **members)
    return json.dumps({name: value for name, value in jwk.items() if name not in drop})


def other_x() -> str:
    return t.cast(str, keys.public_jwk(ec.derive_private_key(7, ec.SECP256R1()))["x"])


# What is given, its passphrase, its key_id, and words of the message.
REFUSALS: dict[str, tuple[t.Callable[[], str], str | None, str | None, str]] = {
    "public PEM": (lambda: keys.public_pem(keys.rsa_key()), None, None, "is a public key"),
    "certificate": (keys.certificate, None, None, "is a certificate."),
    "CSR": (keys.certificate_request, None, None, "is a certificate request"),
    "public JWK": (lambda: json.dumps(keys.public_jwk(keys.ec_key())), None, None, "JWK is a public key"),
    "OpenSSH": (lambda: openssh(keys.ec_key()), None, None, "OpenSSH's own format"),
    "parameters": (
        lambda: "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
        None,
        None,
        "only the parameters of a curve",
    ),
    "DSA": (lambda: keys.pem(keys.dsa_key(), PKCS1), None, None, "is a DSA key"),
    "DSA in PKCS#8": (lambda: keys.pem(keys.dsa_key()), None, None, "of the type DSA"),
    "Ed25519": (lambda: keys.pem(keys.ed25519_key()), None, None, "of the type Ed25519"),
    "secp256k1": (lambda: keys.pem(keys.ec_key("secp256k1")), None, None, "on the curve secp256k1"),
    "secp256k1 JWK": (lambda: changed_jwk(keys.ec_key("secp256k1")), None, None, "on the curve secp256k1"),
    "RSA 1024": (lambda: keys.pem(keys.rsa_key(1024)), None, None, "has 1024 bits"),
    "RSA 1024 JWK": (lambda: changed_jwk(keys.rsa_key(1024)), None, None, "has 1024 bits"),
    "no passphrase": (lambda: keys.pem(keys.rsa_key(), PKCS8, PASSPHRASE), None, None, "Set private_key_passphrase"),
    "no passphrase, older encryption": (
        lambda: keys.pem(keys.rsa_key(), PKCS1, PASSPHRASE),
        None,
        None,
        "Set private_key_passphrase",
    ),
    "wrong passphrase": (
        lambda: keys.pem(keys.rsa_key(), PKCS8, PASSPHRASE),
        "Tr0ub4dor&3",
        None,
        "passphrase is wrong",
    ),
    "wrong passphrase, older encryption": (
        lambda: keys.pem(keys.rsa_key(), PKCS1, PASSPHRASE),
        "Tr0ub4dor&3",
        None,
        "passphrase is wrong",
    ),
    "PEM of two halves": (
        lambda: with_a_bit_flipped(keys.pem(keys.rsa_key()), 400),
        None,
        None,
        "damaged: its parts don't belong together",
    ),
    "damaged PEM": (lambda: damaged(keys.pem(keys.rsa_key())), None, None, "(PRIVATE KEY) is damaged"),
    "no base64": (
        lambda: "-----BEGIN RSA PRIVATE KEY-----\n\u00fcber\n-----END RSA PRIVATE KEY-----",
        None,
        None,
        "(RSA PRIVATE KEY) is damaged",
    ),
    "no end": (lambda: keys.pem(keys.rsa_key())[:-40], None, None, "has no end"),
    "another kind of block": (
        lambda: "-----BEGIN PGP MESSAGE-----\nAAAA\n-----END PGP MESSAGE-----",
        None,
        None,
        "no private key is in it",
    ),
    "no key at all": (lambda: "my private key", None, None, "neither PEM nor JSON"),
    "only its base64": (lambda: keys.body(keys.pem(keys.rsa_key())), None, None, "neither PEM nor JSON"),
    "not JSON": (lambda: json.dumps(keys.private_jwk(keys.ec_key()))[:-1], None, None, "not valid JSON"),
    "a list": (lambda: "[" + changed_jwk(keys.ec_key()) + "]", None, None, "neither a JWK nor a JWK Set"),
    "an empty set": (lambda: '{"keys": []}', None, None, "holds no key"),
    "no set": (lambda: '{"keys": "abc"}', None, None, "holds no key"),
    "unknown key_id": (lambda: jwk_set("a", "b"), None, "z", "no key with the key_id 'z'. The ids in it are: a, b"),
    "unknown key_id among nameless": (lambda: jwk_set(None, None), None, "z", "The ids in it are: none"),
    "no key_id": (lambda: jwk_set("a", "b"), None, None, "holds 2 keys. Choose one by key_id; their ids are: a, b"),
    "secret": (lambda: '{"kty": "oct", "k": "c2VjcmV0LXNlY3JldA"}', None, None, "shared secret"),
    "OKP": (lambda: '{"kty": "OKP", "crv": "Ed25519", "d": "c2VjcmV0LXNlY3JldA"}', None, None, "kty 'OKP'"),
    "no kty": (lambda: changed_jwk(keys.ec_key(), "kty"), None, None, "kty 'None'"),
    "a list as kty": (lambda: changed_jwk(keys.ec_key(), kty=["EC"]), None, None, "kty"),
    "other alg": (
        lambda: changed_jwk(keys.ec_key(), alg="ES384"),
        None,
        None,
        "alg is 'ES384', and such a key signs ES256",
    ),
    "EC with RS256": (lambda: changed_jwk(keys.ec_key(), alg="RS256"), None, None, "alg is 'RS256'"),
    "RSA with PS256": (lambda: changed_jwk(keys.rsa_key(), alg="PS256"), None, None, "alg is 'PS256'"),
    "alg is a list": (lambda: changed_jwk(keys.rsa_key(), alg=["RS256"]), None, None, "such a key signs RS256"),
    "for encryption": (lambda: changed_jwk(keys.rsa_key(), use="enc"), None, None, "not for signing"),
    "damaged RSA JWK": (lambda: changed_jwk(keys.rsa_key(), n="AQAB"), None, None, "RSA JWK is damaged"),
    "RSA JWK without n": (lambda: changed_jwk(keys.rsa_key(), "n"), None, None, "RSA JWK is damaged"),
    "EC JWK without x": (lambda: changed_jwk(keys.ec_key(), "x"), None, None, "EC JWK is damaged"),
    "EC JWK of two keys": (lambda: changed_jwk(keys.ec_key(), x=other_x()), None, None, "EC JWK is damaged"),
    "EC JWK with another curve": (lambda: changed_jwk(keys.ec_key(), crv="P-384"), None, None, "EC JWK is damaged"),
    "d is a number": (lambda: changed_jwk(keys.ec_key(), d=5), None, None, "EC JWK is damaged"),
}


def openssh(key: t.Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return t.cast(bytes, key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())).decode()


def secrets_in(text: str) -> list[str]:
    """What must show up nowhere: the base64 of PEM, and the private members of JWKs."""
    if not text.lstrip().startswith(("{", "[")):
        return [keys.body(text)] if "-----" in text else []
    try:
        parsed = json.loads(text)
    except ValueError:
        return [text]
    found = parsed.get("keys", [parsed]) if isinstance(parsed, dict) else parsed
    private = [value for jwk in found if isinstance(jwk, dict) for name, value in jwk.items() if name in "dpqkdpdqqi"]
    return [value for value in private if isinstance(value, str)]


@pytest.mark.parametrize(("make", "passphrase", "key_id", "words"), REFUSALS.values(), ids=REFUSALS)
def test_each_refusal_has_its_message_and_holds_no_key(
    make: t.Callable[[], str], passphrase: str | None, key_id: str | None, words: str
) -> None:
    text = make()
    with pytest.raises(InvalidKey) as caught:
        load_signing_key(text, passphrase, key_id)
    message = str(caught.value)
    assert words in message
    assert caught.value.remedy
    assert caught.value.__cause__ is None  # the parser's own words go nowhere
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    for secret in secrets_in(text):
        assert not holds_fragment(message, secret)
    assert not holds_fragment(message, passphrase or "", 5)


@given(bit=st.integers(0, 1300 * 8))
@settings(max_examples=300, deadline=None)
def test_a_key_with_one_bit_flipped_is_refused_or_signs_as_it_says(bit: int) -> None:
    """The numbers that only make signing faster may be wrong: OpenSSL notices, and does without them."""
    with suppress(InvalidKey):
        loaded = load_signing_key(with_a_bit_flipped(keys.pem(keys.rsa_key()), bit))
        key = t.cast(rsa.RSAPrivateKey, loaded.private_key)
        key.public_key().verify(key.sign(b"claims", PKCS1v15(), SHA256()), b"claims", PKCS1v15(), SHA256())


@pytest.mark.parametrize("text", ["", " \n", "\ufeff"])
def test_an_empty_key(text: str) -> None:
    with pytest.raises(InvalidKey, match="neither PEM nor JSON"):
        load_signing_key(text)


def test_no_refusal_is_empty_handed() -> None:
    """The guard of the test above: where a key is, it is looked for."""
    looked_for = [name for name, (make, *dummy) in REFUSALS.items() if secrets_in(make())]
    assert {"RSA 1024", "wrong passphrase", "damaged PEM", "not JSON", "unknown key_id", "damaged RSA JWK"} <= set(
        looked_for
    )


def test_the_repr_of_a_key_holds_nothing_of_it() -> None:
    assert repr(load_signing_key(keys.pem(keys.ec_key()), key_id="kid-1")) == "SigningKey(alg='ES256', kid='kid-1')"
