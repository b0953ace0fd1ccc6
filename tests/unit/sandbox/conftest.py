# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox org for all tests of a process, as new for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from joserfc.jwk import RSAKey

from sandbox import RunningOrg, start
from sandbox.reference_client import ReferenceClient


@pytest.fixture(scope="session")
def shared_org() -> Iterator[RunningOrg]:
    with start(users=450, deprovisioned=30, seed=7) as org:
        yield org


@pytest.fixture
def org(shared_org: RunningOrg) -> RunningOrg:
    shared_org.restore_settings()
    shared_org.reset()
    return shared_org


@pytest.fixture(scope="session")
def app_key(shared_org: RunningOrg) -> RSAKey:
    """Read once: cryptography takes its time to check an RSA key."""
    return RSAKey.import_key(shared_org.private_key)


@pytest.fixture
def client(org: RunningOrg, app_key: RSAKey) -> ReferenceClient:
    return ReferenceClient(org, key=app_key)


@pytest.fixture
def dpop_client(org: RunningOrg, app_key: RSAKey) -> ReferenceClient:
    return ReferenceClient(org, org.dpop_client_id, app_key)


@pytest.fixture
def token(client: ReferenceClient) -> str:
    return client.token()
