# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new org: its users, its default apps and their key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from joserfc.jwk import RSAKey

from .apps import registered_app
from .directory import Directory
from .estate import ordinary_estate
from .faults import Faults
from .known_truth import KnownTruth
from .listing import Listing
from .org import Org
from .users import DEFAULT_NOW, Population

CLIENT_ID = "0oasandbox000000001"
DPOP_CLIENT_ID = "0oasandboxdpop00001"
KEY_ID = "sandbox-key-1"
USERS_CLIENT_ID = "0oasandboxusers0001"
GRANTS = (
    "okta.users.read",
    "okta.groups.read",
    "okta.roles.read",
    "okta.logs.read",
    "okta.apiTokens.read",
    "okta.policies.read",
)
DEFAULT_APPS: dict[str, dict[str, Any]] = {
    CLIENT_ID: {"grants": GRANTS},
    DPOP_CLIENT_ID: {"grants": GRANTS, "dpop_bound": True},
    USERS_CLIENT_ID: {"grants": ("okta.users.read",)},
}


@dataclass(frozen=True)
class Foundation:
    """What an org is founded on."""

    users: int = 250
    deprovisioned: int = 12
    seed: int = 7
    now: datetime = DEFAULT_NOW
    known_truth: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    faults: Iterable[Mapping[str, Any]] = ()


def found(foundation: Foundation) -> tuple[Org, str]:
    """The org, and the private key of its default apps as PEM (PKCS#8). ValueError if a setting or fault is wrong."""
    kind = KnownTruth if foundation.known_truth else Population
    population = kind(foundation.users, foundation.deprovisioned, foundation.seed, foundation.now)
    directory = Directory(population)
    estate = population.estate(directory) if isinstance(population, KnownTruth) else ordinary_estate(directory)
    org = Org(directory, Listing(directory), estate, Faults())
    org.change_settings(foundation.settings)
    org.founded_with = org.settings
    for fault in foundation.faults:
        org.faults.inject(fault)
    key = RSAKey.generate_key(2048)
    org.default_jwks = {"keys": [{**key.as_dict(private=False), "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}
    for client_id, registration in DEFAULT_APPS.items():
        org.apps[client_id] = registered_app({"client_id": client_id, "jwks": org.default_jwks, **registration})
    return org, key.as_pem(private=True).decode("ascii")
