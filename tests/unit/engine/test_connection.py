# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_connection`: from options to a client, and what is refused before any request."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils import _connection, _libraries
from ansible_collections.idops.okta.plugins.module_utils._client import Client
from ansible_collections.idops.okta.plugins.module_utils._connection import (
    given_token,
    needed_credentials,
    open_clients,
    open_transports,
    read_credentials,
)
from ansible_collections.idops.okta.plugins.module_utils._dpop import ProofKey
from ansible_collections.idops.okta.plugins.module_utils._errors import (
    InvalidKey,
    InvalidOption,
    LibraryMissing,
    OktaError,
)
from ansible_collections.idops.okta.plugins.module_utils._token import Credentials
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.support import (
    CLIENT_ID,
    ORG,
    SCOPE,
    TOKEN_URL,
    USERS_URL,
    Step,
    form,
    make_options,
    script,
)

GRANT = {"token_type": "Bearer", "expires_in": 3600, "access_token": "eyJ.new.x", "scope": SCOPE}
EXPIRED = {"errorCode": "E0000011", "errorSummary": "Invalid token provided"}


def key_text() -> str:
    return keys.pem(keys.ec_key())


def with_key(**given: t.Any) -> dict[str, t.Any]:
    return {"org_url": ORG, "client_id": CLIENT_ID, "private_key": key_text(), **given}


class Told:
    """Keeps what was warned of, and what is to be masked."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.secrets: list[str] = []

    def open(self, workers: int = 1, **given: t.Any) -> list[Client]:
        return open_clients(make_options(**given), workers, warn=self.warnings.append, protect=self.secrets.append)


def credentials(**given: t.Any) -> Credentials | None:
    return read_credentials(make_options(**{"org_url": ORG, **given}), Told().warnings.append)


# --- Credentials -----------------------------------------------------------------------------------------------------


def test_an_app_and_its_key() -> None:
    found = credentials(client_id=CLIENT_ID, private_key=key_text(), key_id="kid-1")
    assert found
    assert (found.client_id, found.key.kid, found.key.alg) == (CLIENT_ID, "kid-1", "ES256")


def test_an_encrypted_key() -> None:
    text = keys.pem(keys.ec_key(), passphrase=keys.PASSPHRASE)
    assert credentials(client_id=CLIENT_ID, private_key=text, private_key_passphrase=keys.PASSPHRASE)


def test_a_key_file_and_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(key_text())
    file.chmod(0o644)
    told = Told()
    options = make_options(org_url=ORG, client_id=CLIENT_ID, private_key_path=str(file))
    assert read_credentials(options, told.warnings.append)
    assert len(told.warnings) == 1
    assert "mode 0644" in told.warnings[0]


@pytest.mark.parametrize("given", [{}, {"client_id": CLIENT_ID}, {"private_key": "x"}])
def test_what_is_not_given_is_no_failure_by_itself(given: dict[str, str]) -> None:
    assert credentials(**given) is None


def test_an_empty_key_file_counts_as_unset(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(" \n")
    assert credentials(client_id=CLIENT_ID, private_key_path=str(tmp_path / "key.pem")) is None


def test_a_key_that_will_not_do_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(keys.public_pem(keys.ec_key()))
    with pytest.raises(InvalidKey, match="is a public key") as caught:
        credentials(client_id=CLIENT_ID, private_key_path=str(tmp_path / "key.pem"))
    assert str(tmp_path / "key.pem") in str(caught.value)
    with pytest.raises(InvalidKey) as caught:
        credentials(client_id=CLIENT_ID, private_key=keys.public_pem(keys.ec_key()))
    assert "Read from" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "client_id is not set"),
        ({"private_key": "x"}, "client_id is not set"),
        ({"client_id": CLIENT_ID}, "There is no private key"),
    ],
)
def test_what_is_needed_is_named(given: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidOption, match=words):
        needed_credentials(make_options(org_url=ORG, **given), Told().warnings.append)


def test_an_empty_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "key.pem").touch()
    options = make_options(org_url=ORG, client_id=CLIENT_ID, private_key_path=str(tmp_path / "key.pem"))
    with pytest.raises(InvalidOption, match="The private key file is empty"):
        needed_credentials(options, Told().warnings.append)


# --- Libraries -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "call"),
    [
        ("requests", lambda: open_transports(make_options(org_url=ORG))),
        ("PyJWT", lambda: credentials(client_id=CLIENT_ID, private_key=key_text())),
        ("cryptography", lambda: credentials(client_id=CLIENT_ID, private_key=key_text())),
        ("PyJWT", lambda: given_token("opaque", json.dumps(ProofKey.generate().private_jwk()))),
    ],
)
def test_a_library_that_is_missing_is_told_when_it_is_needed(
    monkeypatch: pytest.MonkeyPatch, missing: str, call: t.Callable[[], object]
) -> None:
    def require(*names: str) -> None:
        if missing in names:
            raise LibraryMissing(missing)

    monkeypatch.setattr(_connection, "require", require)
    with pytest.raises(LibraryMissing, match=missing):
        call()
    assert missing in _libraries.MINIMUM_VERSIONS


# --- Tokens that are given -------------------------------------------------------------------------------------------


def bound_token(key: ProofKey) -> str:
    payload = base64.urlsafe_b64encode(json.dumps({"cnf": {"jkt": key.thumbprint()}}).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJSUzI1NiJ9.{payload}.c2ln"


def test_a_bearer_token() -> None:
    token = given_token("opaque", None)
    assert (token.access_token, token.token_type, token.proof_key, token.renew_at) == ("opaque", "Bearer", None, None)


@pytest.mark.parametrize("make", [bound_token, lambda key: "opaque"])
def test_a_bound_token_and_its_key(make: t.Callable[[ProofKey], str]) -> None:
    key = ProofKey.generate()
    token = given_token(make(key), json.dumps(key.private_jwk()))
    assert token.token_type == "DPoP"
    assert token.proof_key
    assert token.proof_key.thumbprint() == key.thumbprint()


def test_a_bound_token_without_its_key() -> None:
    with pytest.raises(InvalidOption, match="access_token is DPoP-bound, and dpop_key is not set") as caught:
        given_token(bound_token(ProofKey.generate()), None)
    assert "okta_token" in caught.value.remedy


def test_a_bound_token_with_another_key() -> None:
    with pytest.raises(InvalidKey, match="bound to another key"):
        given_token(bound_token(ProofKey.generate()), json.dumps(ProofKey.generate().private_jwk()))


def test_a_key_that_is_none() -> None:
    with pytest.raises(InvalidKey, match="dpop_key is not a private JWK"):
        given_token("opaque", "{}")


# --- Clients ---------------------------------------------------------------------------------------------------------


def get(client: Client) -> None:
    client.get("/api/v1/users", bucket="/api/v1/users")


def test_a_client_gets_a_token_of_its_own() -> None:
    told = Told()
    with script(Step(f"POST {TOKEN_URL}", body=GRANT), Step(f"GET {USERS_URL}")) as sent:
        get(told.open(**with_key())[0])
    assert form(sent[0])["scope"] == SCOPE
    assert sent[1].headers["Authorization"] == "Bearer eyJ.new.x"
    assert told.secrets == ["eyJ.new.x"]


def test_workers_share_one_token_and_one_pace() -> None:
    with script(Step(f"POST {TOKEN_URL}", body=GRANT), *[Step(f"GET {USERS_URL}")] * 3) as sent:
        clients = Told().open(3, **with_key())
        for client in clients:
            get(client)
    assert len(clients) == 3
    assert {request.headers["Authorization"] for request in sent[1:]} == {"Bearer eyJ.new.x"}
    assert [client.transport.requests_sent for client in clients] == [2, 1, 1]
    assert len({id(client.transport) for client in clients}) == 3


def test_a_token_that_is_given_is_used() -> None:
    told = Told()
    with script(Step(f"GET {USERS_URL}")) as sent:
        get(told.open(**with_key(access_token="eyJ.old.x"))[0])
    assert sent[0].headers["Authorization"] == "Bearer eyJ.old.x"
    assert told.secrets == []


def test_a_token_that_is_given_is_renewed_with_credentials() -> None:
    told = Told()
    steps = [Step(f"GET {USERS_URL}", 401, EXPIRED), Step(f"POST {TOKEN_URL}", body=GRANT), Step(f"GET {USERS_URL}")]
    with script(*steps) as sent:
        get(told.open(**with_key(access_token="eyJ.old.x"))[0])
    assert sent[2].headers["Authorization"] == "Bearer eyJ.new.x"
    assert told.secrets == ["eyJ.new.x"]


@pytest.mark.parametrize("left_out", ["client_id", "private_key"])
def test_a_token_that_is_given_needs_nothing_else(left_out: str) -> None:
    options = {name: value for name, value in with_key(access_token="eyJ.old.x").items() if name != left_out}
    with script(Step(f"GET {USERS_URL}", 401, EXPIRED)), pytest.raises(OktaError, match="Invalid token provided"):
        get(Told().open(**options)[0])


@pytest.mark.parametrize(
    "given",
    [
        {"client_id": CLIENT_ID},
        {"access_token": bound_token(ProofKey.generate())},
        with_key(private_key="nonsense"),
        with_key(ca_path="/no/such/ca.pem"),
    ],
)
def test_what_cannot_succeed_is_refused_before_any_request(given: dict[str, t.Any]) -> None:
    with script(), pytest.raises(OktaError):
        Told().open(**{"org_url": ORG, **given})


def test_the_options_reach_the_transport(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()
    options: dict[str, t.Any] = {"access_token": "x", "org_url": ORG, "timeout": 7, "ca_path": str(ca), "max_wait": 0}
    with script(Step(f"GET {USERS_URL}"), Step(f"GET {USERS_URL}", 503)) as sent:
        client = Told().open(**options)[0]
        get(client)
        with pytest.raises(OktaError):
            get(client)
    sent_with = t.cast(t.Any, sent[0]).req_kwargs
    assert (sent_with["verify"], sent_with["timeout"]) == (str(ca), 7)
    assert client.transport.waited_seconds == 0


def test_the_check_of_certificates_is_switched_off_for_all() -> None:
    steps = [Step(f"POST {TOKEN_URL}", body=GRANT), Step(f"GET {USERS_URL}")]
    with script(*steps) as sent:
        get(Told().open(**with_key(validate_certs=False))[0])
    assert [t.cast(t.Any, request).req_kwargs["verify"] for request in sent] == [False, False]
