# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The factors that users have enrolled: worked out from the seed, as the users are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .directory import Directory
from .users import Record, timestamp

_DAY = 86400


@dataclass(frozen=True)
class Factor:
    type: str
    provider: str = "OKTA"
    status: str = "ACTIVE"


PUSH, NUMBERS, FASTPASS = Factor("push"), Factor("token:software:totp"), Factor("signed_nonce")
"""Okta Verify shows as up to three factors."""
SECURITY_KEY = Factor("webauthn", "FIDO")
OLD_SECURITY_KEY = Factor("u2f", "FIDO")
AUTHENTICATOR = Factor("token:software:totp", "GOOGLE")
TEXT, CALL, MAIL, QUESTION = Factor("sms"), Factor("call"), Factor("email"), Factor("question")
HARDWARE = Factor("token:hardware", "YUBICO")

Enrolled = Callable[[int], Sequence[Factor]]

_COMMON: tuple[tuple[int, tuple[Factor, ...]], ...] = (
    (120, (PUSH, NUMBERS, SECURITY_KEY)),
    (175, (PUSH, NUMBERS)),
    (195, (PUSH, NUMBERS, FASTPASS)),
    (205, (SECURITY_KEY,)),
    (213, (AUTHENTICATOR, MAIL)),
    (216, (OLD_SECURITY_KEY, TEXT)),
    (219, (HARDWARE,)),
    (231, (TEXT,)),
    (235, (TEXT, CALL, QUESTION)),
    (238, (MAIL,)),
    (243, (Factor("push", status="PENDING_ACTIVATION"),)),
    (247, (Factor("token:software:totp", status="PENDING_ACTIVATION"), QUESTION)),
    (256, ()),
)
"""What a roll below the number means."""


def ordinary_factors(directory: Directory) -> Enrolled:
    """Who has not signed in yet, or must not, has none."""

    def enrolled(index: int) -> Sequence[Factor]:
        if directory.record(index)["status"] in ("STAGED", "PROVISIONED", "DEPROVISIONED", "ACTIVATING"):
            return ()
        roll = directory.population.roll(index, b"factors")[0]
        return next(factors for below, factors in _COMMON if roll < below)

    return enrolled


def shown_factor(directory: Directory, index: int, factor: Factor, base: str) -> Record:
    """As `GET /users/{id}/factors` has it; while TOTP waits for its activation the secret is in it, as documented."""
    population = directory.population
    record = directory.record(index)
    purpose = f"{factor.type[-6:]}-{factor.provider[:6]}".encode()
    roll = population.roll(index, purpose)
    own_id = _PREFIXES.get(factor.type, "ost") + population.letters(roll[:17])
    user = f"{base}/api/v1/users/{record['id']}"
    own = f"{user}/factors/{own_id}"
    enrolled = timestamp(population.now - (3 + roll[17]) * _DAY)
    pending = factor.status == "PENDING_ACTIVATION"
    links: Record = {
        "self": {"href": own, "hints": {"allow": ["GET"] if pending else ["GET", "DELETE"]}},
        "user": {"href": user, "hints": {"allow": ["GET"]}},
    }
    if pending:
        links["activate"] = {"href": f"{own}/lifecycle/activate", "hints": {"allow": ["POST"]}}
    else:
        links["verify"] = {"href": f"{own}/verify", "hints": {"allow": ["POST"]}}
    shown: Record = {
        "id": own_id,
        "factorType": factor.type,
        "provider": factor.provider,
        "vendorName": factor.provider,
        "status": factor.status,
        "created": enrolled,
        "lastUpdated": enrolled,
        "profile": _profile(factor, record, roll),
        "_links": links,
    }
    if pending and factor.type == "token:software:totp":
        secret = population.letters(roll[:16]).upper()
        activation = {"timeStep": 30, "sharedSecret": secret, "encoding": "base32", "keyLength": 6}
        shown["_embedded"] = {"activation": activation}
    return shown


_PREFIXES = {
    "push": "opf", "webauthn": "fwf", "u2f": "fuf", "sms": "sms", "call": "clf", "email": "emf", "question": "ufs",
    "signed_nonce": "pfd", "token:hardware": "ykf",
}  # fmt: skip


def _profile(factor: Factor, record: Record, roll: bytes) -> Record:
    login, email = record["profile"]["login"], record["profile"]["email"]
    if factor.type in ("sms", "call"):
        return {"phoneNumber": f"+1555{roll[0]:03}{roll[1]:03}"}
    if factor.type == "email":
        return {"email": email}
    if factor.type == "question":
        return {"question": "favorite_art_piece", "questionText": "What is your favorite piece of art?"}
    if factor.type == "webauthn":
        return {"credentialId": roll.hex(), "authenticatorName": "YubiKey 5 NFC"}
    if factor.type == "push":
        return {"credentialId": login, "deviceType": "SmartPhone_IPhone", "name": "iPhone", "platform": "IOS"}
    return {"credentialId": login}
