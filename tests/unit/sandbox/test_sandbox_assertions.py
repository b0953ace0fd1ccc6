# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the token endpoint verifies, one thing at a time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from sandbox import RunningOrg
from sandbox.reference_client import ReferenceClient

TOKEN_PATH = "/oauth2/v1/token"


def refused(client: ReferenceClient, header: dict[str, Any] | None = None, **claims: Any) -> str:
    reply = client.token_reply(assertion=client.assertion(header, **claims))
    assert (reply.status, reply.json["error"]) == (401, "invalid_client")
    assert reply.headers["www-authenticate"] is None
    return str(reply.json["error_description"])


def test_a_good_assertion(client: ReferenceClient) -> None:
    reply = client.token_reply(scope="okta.users.read okta.groups.read")
    assert reply.status == 200
    assert reply.json.pop("access_token").count(".") == 2
    assert {**reply.json, "access_token": ""} == {
        "token_type": "Bearer", "expires_in": 3600, "access_token": "", "scope": "okta.users.read okta.groups.read",
    }  # fmt: skip
    assert "JSESSIONID" in reply.headers["set-cookie"]
    assert reply.headers["x-okta-request-id"]
    assert reply.headers["x-rate-limit-limit"]


def test_claims_may_be_left_out_or_an_array(client: ReferenceClient) -> None:
    for claims in ({"jti": None}, {"iat": None}, {"iat": 0}, {"aud": ["https://other", client.org.url + TOKEN_PATH]}):
        assert client.token_reply(assertion=client.assertion(**claims)).status == 200
    assert client.token_reply(assertion=client.assertion({"kid": None})).status == 200


@pytest.mark.parametrize(
    ("claims", "text"),
    [
        ({"iss": "0oaunknown", "sub": "0oaunknown"}, "Invalid value for the 'client_id' parameter"),
        ({"iss": None}, "Invalid value for the 'client_id' parameter"),
        ({"sub": "0oaother"}, "subject and issuer"),
        ({"aud": "https://localhost"}, "The audience claim for client_assertion must be the endpoint invoked"),
        ({"aud": None}, "The audience claim for client_assertion must be the endpoint invoked"),
        ({"aud": [5, {}]}, "The audience claim for client_assertion must be the endpoint invoked"),
        ({"exp": None}, "must contain an expiration"),
        ({"exp": "soon"}, "must contain an expiration"),
        ({"exp": time.time() - 10_000}, "expired"),
        ({"exp": time.time() + 10_000}, "The client_assertion token has an expiration too far into the future."),
        ({"exp": float("nan")}, "must contain an expiration"),
        ({"exp": float("inf")}, "must contain an expiration"),
        ({"iat": time.time() + 10_000}, "in the future"),
        ({"iat": "now"}, "in the future"),
    ],
)
def test_each_claim(client: ReferenceClient, claims: dict[str, Any], text: str) -> None:
    assert text in refused(client, **claims)


def test_no_skew_is_allowed_beyond_an_hour(client: ReferenceClient, org: RunningOrg) -> None:
    assert client.token_reply(assertion=client.assertion(exp=time.time() + 3590)).status == 200
    org.settings(clock_offset=-60)
    assert "too far" in refused(client, exp=int(time.time()) + 3590)
    org.settings(clock_offset=-600)
    assert "in the future" in refused(client, iat=int(time.time()))
    org.settings(clock_offset=600)
    assert "expired" in refused(client, exp=int(time.time()) + 300)


def test_a_jti_is_good_for_one_use_even_if_refused(client: ReferenceClient, dpop_client: ReferenceClient) -> None:
    for asking, form, status in (
        (client, {}, 200),
        (client, {"scope": "okta.apps.read"}, 400),
        (dpop_client, {}, 400),  # use_dpop_nonce
    ):
        assertion = asking.assertion()
        first, again = (
            asking.token_reply(assertion=assertion, proof=asking.proof("POST", TOKEN_PATH), **form) for _try in range(2)
        )
        assert (first.status, again.status) == (status, 401)
        assert again.json["error_description"] == "The client_assertion token has already been used"


def test_signature_and_kid(client: ReferenceClient) -> None:
    assert refused(client, {"kid": "other"}) == "The client_assertion JWT kid is invalid."
    client.key = RSAKey.generate_key(2048)
    assert refused(client) == "The client_assertion signature is invalid."
    for text in ("", "x", "a.b.c", "e30.e30.e30", client.assertion()[:-8] + "AAAAAAA_"):
        assert client.token_reply(assertion=text or "-").json["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("algorithm", "curve"),
    [("RS384", None), ("RS512", None), ("ES256", "P-256"), ("ES384", "P-384"), ("ES512", "P-521")],
)
def test_each_algorithm_with_its_key(org: RunningOrg, algorithm: str, curve: str | None) -> None:
    key = ECKey.generate_key(curve) if curve else RSAKey.generate_key(2048)
    org.register_app("0oaother", jwks={"keys": [key.as_dict(private=True, kid="k")]})  # only what is public is kept
    client = ReferenceClient(org, "0oaother", key)
    header = {"alg": algorithm, "kid": "k"}
    assert client.token_reply(assertion=client.assertion(header)).status == 200


def test_the_algorithm_has_to_belong_to_the_key(org: RunningOrg, client: ReferenceClient) -> None:
    head, payload, signature = client.assertion().split(".")
    for other in ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJQUzI1NiJ9", "eyJhbGciOiJFUzI1NiJ9"):
        reply = client.token_reply(assertion=f"{other}.{payload}.{signature}")
        assert reply.json["error"] == "invalid_client", head


def test_a_kid_is_needed_among_several_keys(org: RunningOrg) -> None:
    keys = [ECKey.generate_key("P-256") for _number in range(2)]
    jwks = [key.as_dict(private=False, kid=f"k{number}") for number, key in enumerate(keys)]
    org.register_app("0oaseveral", jwks=jwks)
    client = ReferenceClient(org, "0oaseveral", keys[1])
    assert client.token_reply(assertion=client.assertion({"alg": "ES256", "kid": "k1"})).status == 200
    assert "signature" in refused(client, {"alg": "ES256", "kid": "k0"})
    assert "kid" in refused(client, {"alg": "ES256", "kid": None})


def test_what_can_not_be_registered(org: RunningOrg) -> None:
    with pytest.warns(Warning, match="2048"):
        short = RSAKey.generate_key(1024)
    with pytest.raises(ValueError, match="less than '2,048' bits"):
        org.register_app("0oashort", jwks=short.as_dict(private=False))
    with pytest.raises(ValueError, match="neither RSA nor EC"):
        org.register_app("0oaoct", jwks={"kty": "oct", "k": "AAAA"})


@pytest.mark.parametrize(
    ("form", "status", "error", "text"),
    [
        ({"scope": None}, 400, "invalid_scope", "No scopes were requested."),
        ({"scope": " "}, 400, "invalid_scope", "No scopes were requested."),
        ({"scope": "okta.users.read okta.apps.read"}, 400, "invalid_scope", "okta.apps.read"),
        ({"scope": "openid"}, 400, "invalid_scope", "Cannot request 'openid' scopes using client credentials"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "The grant type in the request isn't supported."),
        ({"client_assertion_type": "x"}, 400, "invalid_request", "The `client_assertion_type` is invalid."),
        ({"client_secret": "x"}, 400, "invalid_request", "Can't supply multiple client credentials."),
        (
            {"client_assertion": None, "client_assertion_type": None, "client_secret": "x"},
            401, "invalid_client", "must use the private_key_jwt token_endpoint_auth_method.",
        ),
        (
            {"client_assertion": None, "client_assertion_type": None},
            401, "invalid_client", "No client credentials found",
        ),
    ],
)  # fmt: skip
def test_each_field(client: ReferenceClient, form: dict[str, Any], status: int, error: str, text: str) -> None:
    reply = client.token_reply(**form)
    assert (reply.status, reply.json["error"]) == (status, error)
    assert text in reply.json["error_description"]


def test_each_setting_of_an_app(org: RunningOrg) -> None:
    org.register_app("0oazone", network_zone_allowed=False)
    reply = ReferenceClient(org, "0oazone").token_reply()
    assert (reply.status, reply.json["error"]) == (403, "access_denied")
    org.register_app("0oasecret", auth_method="client_secret_basic")
    assert "must use the private_key_jwt" in refused(ReferenceClient(org, "0oasecret"))
    org.register_app("0oanokeys", jwks=[])
    assert "does not have a JWKSet" in refused(ReferenceClient(org, "0oanokeys"))


def test_the_custom_server_has_no_okta_scopes(client: ReferenceClient, org: RunningOrg) -> None:
    assertion = client.assertion(aud=org.url + "/oauth2/default/v1/token")
    body = (
        "grant_type=client_credentials&scope=okta.users.read&client_assertion_type="
        f"urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={assertion}"
    )
    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = client.request("POST", "/oauth2/default/v1/token", headers, body)
    assert reply.json["error"] == "invalid_scope"


def test_revocation(client: ReferenceClient, org: RunningOrg) -> None:
    token, other = client.token(), ReferenceClient(org, "0oarevoker")
    org.register_app("0oarevoker")

    def revoke(by: ReferenceClient, value: str, audience: str) -> int:
        body = (
            f"token={value}&client_assertion={by.assertion(aud=org.url + audience)}&client_assertion_type="
            "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        )
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return by.request("POST", "/oauth2/v1/revoke", headers, body).status

    assert revoke(client, "unknown", "/oauth2/v1/revoke") == 200
    assert revoke(other, token, "/oauth2/v1/revoke") == 200
    assert client.get("/api/v1/users", token).status == 200
    assert revoke(client, token, "/elsewhere") == 401
    assert revoke(client, token, "/oauth2/v1/token") == 200
    assert client.get("/api/v1/users", token).status == 401
