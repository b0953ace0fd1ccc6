# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server says back to a client of what the client said: no module repeats a secret from it.

A proxy that shows the request it refuses, a gateway that logs it into its error page, an attacker. The modules run by
themselves here, for there are hundreds of cases; `test_channels` has the same servers in playbooks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from integration.canaries.forms import Canary, Search
from integration.canaries.servers import ECHOES, PLACES, echoing, listening
from integration.canaries.situations import OTHER_MODULES
from integration.module_runs import Modules
from jwt.algorithms import ECAlgorithm

FEW_ECHOES = ("raw", "base64 in lines")
FEW_JOBS = ("a token", "users with a bound token", "one user with a bound token")
# What is shorter can't be told from the words and ids that a message needs: the rest of the last line of something
# that was cut into lines can be shown, and is of no use to anyone.
SHORTEST_PIECE = 24
OPAQUE_TOKEN = "00canary-0f-a-token/with+opaque=text_no-JWT.at~all"
JWT_TOKEN = (
    "eyJraWQiOiJjYW5hcnkifQ.eyJzdWIiOiJjYW5hcnkiLCJqdGkiOiJBVC5jYW5hcnkwMTIzNDU2Nzg5In0.c2lnbmVkLWJ5LWEtY2FuYXJ5X18"
)


@pytest.fixture(scope="session")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="session")
def proof_key() -> dict[str, Any]:
    jwk: dict[str, Any] = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)
    return jwk


@pytest.fixture
def jobs(key: ec.EllipticCurvePrivateKey, proof_key: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """Modules and their options, by a name for each."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    file.write_text(pem)
    own = {"client_id": "0oacanary", "private_key_path": str(file), "max_wait": 0}
    users = {"max_wait": 0}
    return {
        "a token": ("okta_token", own),
        "revocation": ("okta_token", {**own, "state": "absent", "access_token": OPAQUE_TOKEN}),
        "users with a token": ("okta_users_info", {**users, "access_token": JWT_TOKEN}),
        "users with a token from a file": ("okta_users_info", {**users, "access_token": f" {OPAQUE_TOKEN}\n"}),
        "users with a bound token": (
            "okta_users_info",
            {**users, "access_token": OPAQUE_TOKEN, "dpop_key": proof_key},
        ),
        "one user with a bound token": (
            "okta_users_info",
            {**users, "access_token": JWT_TOKEN, "dpop_key": json.dumps(proof_key), "user": ["someone@example.com"]},
        ),
        **{
            module: (module, {"max_wait": 0, "access_token": JWT_TOKEN, "dpop_key": proof_key, **needed})
            for module, needed in OTHER_MODULES.items()
        },
    }


def told(modules: Modules, jobs: dict[str, Any], echo: str, place: str) -> Iterator[tuple[str, str, list[Canary]]]:
    """What each of the modules prints of a server that echoes, and what was secret in that."""
    with listening(echoing(echo, place)) as server:
        for job, (module, options) in jobs.items():
            server.received.clear()
            run = modules(module, {**options, "org_url": server.url})
            assert server.received, run.stdout
            secrets = [secret for request in server.received for secret in request.secrets]
            yield f"{echo}, {job}", f"{run.stdout}\n{run.stderr}", [Canary(f"{echo}, {job}", text) for text in secrets]


def leaks(modules: Modules, jobs: dict[str, Any], place: str, echoes: Iterable[str]) -> list[str]:
    outputs: dict[str, str] = {}
    canaries: list[Canary] = []
    for echo in echoes:
        for case, output, secrets in told(modules, jobs, echo, place):
            outputs[case] = output
            canaries += secrets
    # A JWT's header is no secret: it is the same in all of them.
    parts = [Canary(name, text.partition(".")[2] if text.startswith("eyJ") else text) for name, text in canaries]
    search = Search(parts, piece=SHORTEST_PIECE)
    found = {case: search.in_text(output) for case, output in outputs.items()}
    return [f"{case}: {findings[0]}" for case, findings in found.items() if findings]


@pytest.mark.parametrize("echo", ECHOES)
def test_no_echo_is_repeated_from_an_error(modules: Modules, jobs: dict[str, Any], echo: str) -> None:
    assert leaks(modules, {name: jobs[name] for name in jobs if name not in OTHER_MODULES}, "error", [echo]) == []


@pytest.mark.parametrize("place", [place for place in PLACES if place != "error"])
def test_no_echo_is_repeated_from_elsewhere(modules: Modules, jobs: dict[str, Any], place: str) -> None:
    assert leaks(modules, {name: jobs[name] for name in FEW_JOBS}, place, FEW_ECHOES) == []


@pytest.mark.parametrize("module", OTHER_MODULES)
@pytest.mark.parametrize("place", ["every member", "challenge", "HTML", "JSON of another shape"])
def test_no_other_module_repeats_an_echo(modules: Modules, jobs: dict[str, Any], module: str, place: str) -> None:
    assert leaks(modules, {module: jobs[module]}, place, FEW_ECHOES) == []
