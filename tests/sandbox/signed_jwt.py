# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compact JWTs from outside: taken apart, then verified with joserfc."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from .apps import ALGORITHMS, SigningKey, algorithms_of


class _Registry(jws.JWSRegistry):
    """joserfc's, with room for the header of a proof that carries a large RSA key."""

    max_header_length = 8192
    max_signature_length = 4096


MAX_DATE = 1e12

REGISTRY = _Registry(algorithms=ALGORITHMS, strict_check_header=False)


@dataclass(frozen=True)
class SignedJwt:
    header: dict[str, Any]
    claims: dict[str, Any]
    _signature: jws.CompactSignature

    def verifies_with(self, key: SigningKey) -> bool:
        """Whether the algorithm belongs to the key and the signature is the key's."""
        if self.header.get("alg") not in algorithms_of(key):
            return False
        try:
            return jws.validate_compact(self._signature, key, registry=REGISTRY)
        except (JoseError, ValueError, TypeError):
            return False


def parse_jwt(text: str) -> SignedJwt:
    """ValueError if it is not a JWT in compact form; says nothing about who signed it."""
    try:
        signature = jws.extract_compact(text.encode("ascii"), registry=REGISTRY)
        header, claims = signature.headers(), json.loads(signature.payload)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ValueError("not a JWT") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ValueError("not a JWT")
    return SignedJwt(header, claims, signature)


def numeric_date(value: object) -> float | None:
    """The seconds in a claim; None if it is not a NumericDate."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < MAX_DATE:
        return None
    return float(value)
