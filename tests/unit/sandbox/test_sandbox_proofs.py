# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is verified about DPoP proofs, one thing at a time."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest
from joserfc.jwk import ECKey, RSAKey

from sandbox import RunningOrg
from sandbox.reference_client import ReferenceClient, sign

TOKEN_PATH = "/oauth2/v1/token"
USERS_PATH = "/api/v1/users"


def test_the_flow(dpop_client: ReferenceClient, org: RunningOrg) -> None:
    without = dpop_client.token_reply()
    assert (without.status, without.json) == (
        400, {"error": "invalid_dpop_proof", "error_description": "The DPoP proof JWT header is missing."},
    )  # fmt: skip
    assert without.headers["dpop-nonce"] is None
    challenged = dpop_client.token_reply(proof=dpop_client.proof("POST", TOKEN_PATH))
    assert (challenged.status, challenged.json) == (
        400,
        {"error": "use_dpop_nonce", "error_description": "Authorization server requires nonce in DPoP proof."},
    )
    dpop_client.nonce = challenged.headers["dpop-nonce"]
    granted = dpop_client.token_reply(proof=dpop_client.proof("POST", TOKEN_PATH))
    assert granted.json["token_type"] == "DPoP"
    assert granted.headers["dpop-nonce"] == dpop_client.nonce
    token = granted.json["access_token"]
    reply = dpop_client.get_with_proof(USERS_PATH + "?limit=2", token)
    assert reply.status == 200
    assert reply.headers["dpop-nonce"] is None
    following = reply.link("next")
    assert following is not None
    assert dpop_client.get_with_proof(following, token).status == 200


def test_an_unsolicited_proof_is_not_even_read(client: ReferenceClient) -> None:
    assert client.token_reply(proof="nonsense").json["token_type"] == "Bearer"


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_each_algorithm(dpop_client: ReferenceClient, algorithm: str) -> None:
    curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}.get(algorithm)
    key = ECKey.generate_key(curve) if curve else RSAKey.generate_key(3072)
    dpop_client.token()
    dpop_client.proof_key = key  # type: ignore[assignment]
    proof = dpop_client.proof("POST", TOKEN_PATH, header={"alg": algorithm})
    assert dpop_client.token_reply(proof=proof).status == 200


def test_the_app_key_of_another_algorithm_is_refused(dpop_client: ReferenceClient) -> None:
    jwk = dpop_client.key.as_dict(private=False)
    claims = {"htm": "POST", "htu": dpop_client.org.url + TOKEN_PATH, "iat": int(time.time()), "jti": "j"}
    proof = sign({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}, claims, ECKey.generate_key("P-256"))
    assert dpop_client.token_reply(proof=proof).json["error"] == "invalid_dpop_proof"


CASES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"typ": "JWT"}, {}, "'typ'"),
    ({"jwk": None}, {}, "'jwk'"),
    ({"jwk": {"kty": "oct", "k": "AAAA"}}, {}, "'jwk'"),
    ({"jwk": ECKey.generate_key("P-256").as_dict(private=True)}, {}, "'jwk'"),
    ({"jwk": ECKey.generate_key("P-256").as_dict(private=False)}, {}, "signature"),
    ({"jwk": ECKey.generate_key("P-384").as_dict(private=False)}, {}, "signature"),
    ({}, {"jti": None}, "'jti'"),
    ({}, {"htm": "PUT"}, "'htm'"),
    ({}, {"htm": "get"}, "'htm'"),
    ({}, {"htu": None}, "'htu'"),
    ({}, {"htu": "https://elsewhere.example.com/api/v1/users"}, "'htu'"),
    ({}, {"iat": None}, "'iat'"),
    ({}, {"iat": time.time() - 10_000}, "'iat'"),
    ({}, {"iat": time.time() + 10_000}, "'iat'"),
]


@pytest.mark.parametrize(("header", "claims", "text"), CASES)
def test_each_part_at_both_endpoints(
    dpop_client: ReferenceClient, header: dict[str, Any], claims: dict[str, Any], text: str
) -> None:
    token = dpop_client.token()
    at_token = dpop_client.token_reply(proof=dpop_client.proof("POST", TOKEN_PATH, None, header, **claims))
    assert at_token.status == 400
    assert at_token.json["error"] == "invalid_dpop_proof"
    assert text in at_token.json["error_description"]
    at_api = dpop_client.get_with_proof(
        USERS_PATH, token, dpop_client.proof("GET", USERS_PATH, token, header, **claims)
    )
    assert (at_api.status, at_api.body) == (400, b"")
    assert at_api.headers["www-authenticate"].startswith('DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", ')
    assert 'error="invalid_dpop_proof", error_description="' in at_api.headers["www-authenticate"]
    assert text in at_api.headers["www-authenticate"]


def reason(dpop_client: ReferenceClient, token: str, proof: str, path: str = USERS_PATH) -> str:
    reply = dpop_client.get_with_proof(path, token, proof)
    assert reply.status == 400
    return str(reply.headers["www-authenticate"])


def test_a_proof_belongs_to_its_token(dpop_client: ReferenceClient) -> None:
    token, other = dpop_client.token(), dpop_client.token()
    assert "'ath'" in reason(dpop_client, token, dpop_client.proof("GET", USERS_PATH))
    assert "'ath'" in reason(dpop_client, token, dpop_client.proof("GET", USERS_PATH, other))
    dpop_client.proof_key = ECKey.generate_key("P-256")
    assert "bound" in reason(dpop_client, token, dpop_client.proof("GET", USERS_PATH, token))


def test_a_proof_is_good_for_one_use(dpop_client: ReferenceClient, org: RunningOrg) -> None:
    token = dpop_client.token()
    proof = dpop_client.proof("GET", USERS_PATH, token)
    org.settings(rate_limits={USERS_PATH: 0})
    assert dpop_client.get_with_proof(USERS_PATH, token, proof).status == 429
    org.restore_settings()
    assert "The DPoP proof JWT has already been used." in reason(dpop_client, token, proof)


def test_the_scheme_has_to_be_the_token_type(dpop_client: ReferenceClient, client: ReferenceClient) -> None:
    assert dpop_client.get(USERS_PATH, dpop_client.token()).status == 400
    assert client.get_with_proof(USERS_PATH, client.token()).status == 401


def test_htu_is_the_decoded_path_without_query(dpop_client: ReferenceClient, org: RunningOrg) -> None:
    token = dpop_client.token()
    path = USERS_PATH + "?limit=2"
    assert "'htu'" in reason(dpop_client, token, dpop_client.proof("GET", path, token), path)
    for login in ("o'brien+test@acme.example", "zoë.ångström@acme.example"):
        asked = f"{USERS_PATH}/{quote(login, safe='')}"
        assert "'htu'" in reason(dpop_client, token, dpop_client.proof("GET", asked, token), asked)
        proof = dpop_client.proof("GET", f"{USERS_PATH}/{login}", token)
        assert dpop_client.get_with_proof(asked, token, proof).status == 200
    asked = f"{USERS_PATH}/50%25%20%22of%22%20%23it"
    assert dpop_client.get_with_proof(asked, token, dpop_client.proof("GET", asked, token)).status == 404


def test_nonces_rotate(dpop_client: ReferenceClient, org: RunningOrg) -> None:
    dpop_client.token()
    org.settings(rotate_nonce=True)
    granted = dpop_client.token_reply(proof=dpop_client.proof("POST", TOKEN_PATH))
    assert granted.status == 200
    assert granted.headers["dpop-nonce"] != dpop_client.nonce
    org.settings(nonce_grace=False)
    challenged = dpop_client.token_reply(proof=dpop_client.proof("POST", TOKEN_PATH))
    assert challenged.json["error"] == "use_dpop_nonce"
    dpop_client.nonce = challenged.headers["dpop-nonce"]
    assert dpop_client.token_reply(proof=dpop_client.proof("POST", TOKEN_PATH)).status == 200


@pytest.mark.parametrize("status", [400, 401])
def test_the_api_can_ask_for_a_nonce(dpop_client: ReferenceClient, org: RunningOrg, status: int) -> None:
    token, dpop_client.nonce = dpop_client.token(), None
    org.settings(api_nonce_required=True, api_nonce_status=status)
    challenged = dpop_client.get_with_proof(USERS_PATH, token)
    assert challenged.status == status
    assert 'error="use_dpop_nonce"' in challenged.headers["www-authenticate"]
    dpop_client.nonce = challenged.headers["dpop-nonce"]
    assert dpop_client.get_with_proof(USERS_PATH, token).status == 200


def test_no_nonce_where_none_is_required(dpop_client: ReferenceClient, org: RunningOrg) -> None:
    org.settings(nonce_required=False)
    granted = dpop_client.token_reply(proof=dpop_client.proof("POST", TOKEN_PATH))
    assert (granted.status, granted.headers["dpop-nonce"]) == (200, None)
