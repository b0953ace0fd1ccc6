# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys for tests, each made once."""

from __future__ import annotations

import datetime as dt
import typing as t
import warnings
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from joserfc import jwk

PASSPHRASE = "correct horse battery staple"
PKCS1 = SEC1 = PrivateFormat.TraditionalOpenSSL
PKCS8 = PrivateFormat.PKCS8
CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "secp256k1": ec.SECP256K1()}
# Private numbers of P-256 keys whose x, y or d begins with a zero byte.
LEADING_ZEROS = {"x": 379, "y": 43, "d": 5}


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(curve: str = "P-256") -> ec.EllipticCurvePrivateKey:
    """A key with numbers of full length: older joserfc writes others a byte short (see `LEADING_ZEROS`)."""
    while True:
        key = ec.generate_private_key(CURVES[curve])
        private, public = key.private_numbers(), key.public_key().public_numbers()
        if min(private.private_value, public.x, public.y).bit_length() > (key.key_size - 1) // 8 * 8:
            return key


@cache
def dsa_key() -> dsa.DSAPrivateKey:
    return dsa.generate_private_key(1024)


@cache
def ed25519_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def pem(key: t.Any, form: PrivateFormat = PKCS8, passphrase: str | None = None) -> str:
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return t.cast(bytes, key.private_bytes(Encoding.PEM, form, lock)).decode()


def public_pem(key: t.Any) -> str:
    return t.cast(bytes, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)).decode()


def private_jwk(key: t.Any, **members: t.Any) -> dict[str, t.Any]:
    """The JWK, written by another library than the one that reads it."""
    return {**_as_jwk(key, private=True), **members}


def public_jwk(key: t.Any, **members: t.Any) -> dict[str, t.Any]:
    return {**_as_jwk(key, private=False), **members}


@cache
def _as_jwk(key: t.Any, *, private: bool) -> dict[str, t.Any]:
    kind = jwk.RSAKey if isinstance(key, rsa.RSAPrivateKey) else jwk.ECKey
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a key is too short is what some tests are about
        return t.cast("dict[str, t.Any]", kind.import_key(pem(key)).as_dict(private=private))


@cache
def certificate() -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "acme")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, ec_key().public_key(), 1, day, day + dt.timedelta(days=1))
    return builder.sign(ec_key(), hashes.SHA256()).public_bytes(Encoding.PEM).decode()


@cache
def certificate_request() -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "acme")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(ec_key(), hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def body(text: str) -> str:
    """The base64 of a PEM block, in one piece: what must show up nowhere."""
    return "".join(line for line in text.splitlines() if line and "-----" not in line and ":" not in line)
