# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""From the text of a private key to a key that signs client assertions, with its ``alg`` and ``kid``.

Okta takes RS256, RS384, RS512, ES256, ES384 and ES512 for ``private_key_jwt``, and RSA keys of 2048 bits or more
(https://developer.okta.com/docs/guides/build-self-signed-jwt/). Nothing here reads a file or the clock.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from ._errors import InvalidKey, printable
from ._pem import load_pem

if t.TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    PrivateKey = t.Union[RSAPrivateKey, EllipticCurvePrivateKey]

SMALLEST_RSA_BITS = 2048
_RSA_ALGORITHMS = ("RS256", "RS384", "RS512")
# RFC 7518 section 3.4: the curve decides the algorithm.
_CURVE_ALGORITHMS = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_ACCEPTED = "Okta takes RSA keys of 2048 bits or more, and EC keys on P-256, P-384 and P-521."
_COPY_AGAIN = "Copy it again, whole, as the Admin Console shows it."


@dataclass(frozen=True)
class SigningKey:
    """A private key that is fit to sign for Okta. ``kid`` is None when neither the key nor the user names one."""

    private_key: PrivateKey
    alg: str
    kid: str | None

    def __repr__(self) -> str:
        return f"SigningKey(alg={self.alg!r}, kid={self.kid!r})"


def load_signing_key(text: str, passphrase: str | None = None, key_id: str | None = None) -> SigningKey:
    """The signing key in ``text``: PEM (PKCS#1, PKCS#8, SEC1; encrypted or not), a JWK, or a JWK Set.

    ``key_id`` becomes the ``kid``, and chooses the key in a JWK Set; without it a JWK's own ``kid`` counts. Escaped
    newlines, CRLF and lost newlines are repaired. Raises `InvalidKey`, the message of which never holds key text.
    """
    stripped = text.lstrip("\ufeff").strip()
    if stripped.startswith(("{", "[")):
        return _from_jwk(_choose(_parse_json(stripped), key_id), key_id)
    private_key = t.cast("PrivateKey", load_pem(stripped, passphrase))
    alg = _algorithm(private_key)
    if not _signs(private_key, alg):
        raise InvalidKey("The private key is damaged: its parts don't belong together.", _COPY_AGAIN)
    return SigningKey(private_key, alg, key_id)


def _signs(key: PrivateKey, alg: str) -> bool:
    """Whether the public half of ``key`` confirms what the private half signs: the numbers of a damaged key don't."""
    from jwt.algorithms import get_default_algorithms

    algorithm = get_default_algorithms()[alg]
    try:
        return algorithm.verify(b"", key.public_key(), algorithm.sign(b"", key))
    except Exception:  # OpenSSL finds many words for numbers that are no key
        return False


def _algorithm(key: object) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < SMALLEST_RSA_BITS:
            raise InvalidKey(f"The RSA key has {key.key_size} bits.", f"{_ACCEPTED} Make a new key and register it.")
        return "RS256"
    if isinstance(key, ec.EllipticCurvePrivateKey):
        if key.curve.name not in _CURVE_ALGORITHMS:
            raise InvalidKey(f"The EC key is on the curve {key.curve.name}.", _ACCEPTED)
        return _CURVE_ALGORITHMS[key.curve.name]
    kind = type(key).__name__.lstrip("_").replace("PrivateKey", "")
    raise InvalidKey(f"The private key is of the type {kind}.", _ACCEPTED)


def _parse_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        # A JWK that went through an environment variable or a form can hold its newlines as two characters.
        return json.loads(text.replace("\\n", "\n"))
    except (ValueError, RecursionError):
        remedy = "Give it as one JSON object, as the Admin Console shows it."
        raise InvalidKey("The private key begins like a JWK but is not valid JSON.", remedy) from None


def _choose(parsed: object, key_id: str | None) -> dict[str, t.Any]:
    """The JWK itself, or the one of a JWK Set (RFC 7517 section 5) that ``key_id`` names."""
    if not isinstance(parsed, dict):
        raise InvalidKey("The private key is JSON, but neither a JWK nor a JWK Set.", "Give one JSON object.")
    if "keys" not in parsed:
        return parsed
    keys = [key for key in parsed["keys"] if isinstance(key, dict)] if isinstance(parsed["keys"], list) else []
    if not keys:
        raise InvalidKey("The JWK Set holds no key.", "Put the app's private JWK into its list 'keys'.")
    ids = ", ".join(sorted(printable(str(key["kid"]), 80) for key in keys if key.get("kid"))) or "none"
    if key_id is None:
        if len(keys) == 1:
            return keys[0]
        raise InvalidKey(f"The JWK Set holds {len(keys)} keys.", f"Choose one by key_id; their ids are: {ids}.")
    for key in keys:
        if key.get("kid") == key_id:
            return key
    wanted = printable(key_id, 80)
    raise InvalidKey(f"The JWK Set holds no key with the key_id {wanted!r}.", f"The ids in it are: {ids}.")


def _from_jwk(jwk: dict[str, t.Any], key_id: str | None) -> SigningKey:
    private_key = load_jwk(jwk)
    alg = _algorithm(private_key)
    named = jwk.get("alg")
    if named is not None and named != alg:
        if not (alg in _RSA_ALGORITHMS and named in _RSA_ALGORITHMS):
            shown = printable(str(named), 20)
            raise InvalidKey(
                f"The JWK says its alg is {shown!r}, and such a key signs {alg}.", "Correct or drop 'alg'."
            )
        alg = t.cast(str, named)
    if jwk.get("use", "sig") != "sig":
        raise InvalidKey("The JWK is not for signing: its 'use' is not 'sig'.", "Use the app's signing key.")
    own_id = jwk.get("kid")
    return SigningKey(private_key, alg, key_id or (own_id if isinstance(own_id, str) and own_id else None))


def load_jwk(jwk: t.Mapping[str, t.Any]) -> PrivateKey:
    """The private key in a JWK of type RSA or EC (RFC 7518 section 6). Raises `InvalidKey`."""
    kty = jwk.get("kty")
    if kty == "oct":
        raise InvalidKey("The JWK is a shared secret (kty oct), not a private key.", _ACCEPTED)
    if kty not in ("RSA", "EC"):
        raise InvalidKey(f"The JWK has the kty {printable(str(kty), 20)!r}.", _ACCEPTED)
    if "d" not in jwk:
        raise InvalidKey("The JWK is a public key.", "Give the private one: it has the member 'd'.")
    from jwt.algorithms import ECAlgorithm, RSAAlgorithm

    algorithm = RSAAlgorithm if kty == "RSA" else ECAlgorithm
    damaged = InvalidKey(f"The {kty} JWK is damaged or incomplete.", _COPY_AGAIN)
    try:
        key = t.cast("PrivateKey", algorithm.from_jwk(dict(jwk)))
    except Exception:  # the libraries raise what their parsers raise, and their words could quote the key
        raise damaged from None
    if not _signs(key, _algorithm(key)):
        raise damaged
    return key
