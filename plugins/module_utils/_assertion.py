# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The client assertion with which an app proves who it is (RFC 7523 section 2.2, ``private_key_jwt``)."""

from __future__ import annotations

import uuid

from ._keys import SigningKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Okta refuses what expires more than an hour ahead of its own clock, and what was issued in its future
# (https://developer.okta.com/docs/guides/build-self-signed-jwt/): stay well inside of both.
LIFETIME = 300
BACKDATED = 30


def client_assertion(key: SigningKey, client_id: str, audience: str, now: float) -> str:
    """A signed assertion for one request: the ``jti`` is new in each, for Okta takes none twice.

    ``audience`` is the URL that the request goes to, ``now`` the time in seconds since the epoch.
    """
    import jwt

    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": int(now) - BACKDATED,
        "exp": int(now) + LIFETIME,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode(claims, key.private_key, algorithm=key.alg, headers={"kid": key.kid} if key.kid else None)
