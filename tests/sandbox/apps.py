# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API service apps: their keys, grants and admin role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_PUBLIC_MEMBERS = frozenset({"kty", "n", "e", "crv", "x", "y"})
CURVE_ALGORITHMS = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
RSA_ALGORITHMS = ("RS256", "RS384", "RS512")
ALGORITHMS = (*RSA_ALGORITHMS, *CURVE_ALGORITHMS.values())

SigningKey = RSAKey | ECKey


@dataclass
class App:
    client_id: str
    keys: list[tuple[str | None, SigningKey]]
    grants: frozenset[str]
    admin_role: str
    """`role`, or what reads draw without one: `forbidden` (403) or `empty` (200 and nothing)."""
    dpop_bound: bool = False
    auth_method: str = "private_key_jwt"
    network_zone_allowed: bool = True

    def key_for(self, kid: object) -> SigningKey | None:
        """The key with this `kid`; without one, the only key there is."""
        if kid is None:
            return self.keys[0][1] if len(self.keys) == 1 else None
        return next((key for own_kid, key in self.keys if own_kid == kid), None)


def algorithms_of(key: SigningKey) -> tuple[str, ...]:
    """The signature algorithms that go with a key: by kind, and for elliptic curves by curve."""
    if isinstance(key, RSAKey):
        return RSA_ALGORITHMS
    algorithm = CURVE_ALGORITHMS.get(key.curve_name)
    return (algorithm,) if algorithm else ()


def import_public_key(jwk: object) -> SigningKey:
    """An RSA or elliptic-curve public key from a JWK; ValueError if it is anything else, or private."""
    if not isinstance(jwk, Mapping):
        raise ValueError("not a JWK")
    if PRIVATE_MEMBERS & jwk.keys():
        raise ValueError("the JWK has private members")
    if jwk.get("kty") not in ("RSA", "EC"):
        raise ValueError("the JWK is neither RSA nor EC")
    public = {name: value for name, value in jwk.items() if name in _PUBLIC_MEMBERS}
    try:
        key: SigningKey = RSAKey.import_key(public) if jwk["kty"] == "RSA" else ECKey.import_key(public)
    except (JoseError, ValueError, TypeError) as error:
        raise ValueError("the JWK can't be read") from error
    if not algorithms_of(key):
        raise ValueError("the JWK's curve is not supported")
    return key


def registered_app(registration: Mapping[str, Any]) -> App:
    """An app from what a test registers; ValueError says what Okta would not register."""
    jwks = registration["jwks"]
    members = jwks.get("keys", [jwks]) if isinstance(jwks, Mapping) else list(jwks)
    keys: list[tuple[str | None, SigningKey]] = []
    for jwk in members:
        key = import_public_key({name: value for name, value in jwk.items() if name not in PRIVATE_MEMBERS})
        if isinstance(key, RSAKey) and key.raw_value.key_size < 2048:
            raise ValueError("RSA key length in the 'jwks' is less than '2,048' bits for the given key.")
        keys.append((jwk.get("kid"), key))
    role = registration.get("admin_role", True)
    named = {True: "role", False: "forbidden"}.get(role, role) if isinstance(role, bool) else role
    if named not in ("role", "forbidden", "empty"):
        raise ValueError(f"admin_role takes True, False, 'forbidden' or 'empty', not {role!r}")
    return App(
        client_id=str(registration["client_id"]),
        keys=keys,
        grants=frozenset(registration.get("grants", ())),
        admin_role=named,
        dpop_bound=bool(registration.get("dpop_bound", False)),
        auth_method=str(registration.get("auth_method", "private_key_jwt")),
        network_zone_allowed=bool(registration.get("network_zone_allowed", True)),
    )
