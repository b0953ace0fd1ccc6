# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DPoP (RFC 9449) as Okta ships it: the apps that the Admin Console makes take no token request without a proof."""

from __future__ import annotations

import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from integration.journals import REVOKE, TOKEN, USERS, asked, grants, header, jwt_claims, signed_ids
from integration.module_runs import Modules
from integration.playbooks import Player, show, task

from sandbox import RunningOrg

SHARED = {"access_token": "{{ okta.access_token }}", "dpop_key": "{{ okta.dpop_key | default(omit) }}"}
NO_CREDENTIALS = {"OKTA_PRIVATE_KEY_FILE": "", "OKTA_CLIENT_ID": ""}


def proof_header(proof: str) -> dict[str, Any]:
    head = proof.partition(".")[0]
    parsed: dict[str, Any] = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    return parsed


def connection(org: RunningOrg) -> dict[str, str]:
    """What a task needs beside a token."""
    return {"OKTA_ORG_URL": org.url, "OKTA_CA_PATH": str(org.ca_path)}


def bound_token(modules: Modules, org: RunningOrg) -> dict[str, Any]:
    """A DPoP-bound token, as okta_token returns it, with an empty journal left behind."""
    token = modules("okta_token", {}, org.environment(org.dpop_client_id)).result
    org.reset()
    return {"access_token": token["access_token"], "dpop_key": token["dpop_key"]}


def test_a_default_app_works_with_nothing_set_but_the_credentials(play: Player, org: RunningOrg) -> None:
    run = play([task("List", "okta_users_info")], org.environment(org.dpop_client_id), "-vvv")

    listing = run["List"]
    assert (listing["count"], listing["pages"], listing["requests"]) == (1234, 7, 9)
    journal = org.journal()
    assert [(entry["path"], entry["status"]) for entry in journal] == [(TOKEN, 400), (TOKEN, 200), *[(USERS, 200)] * 7]
    ids = signed_ids(journal)
    assert len(ids) == len(set(ids)) == 2 + 2 + 7
    for entry in journal:
        proof = str(header(entry, "dpop"))
        head, claims = proof_header(proof), jwt_claims(proof)
        assert (head["typ"], head["alg"]) == ("dpop+jwt", "ES256")
        assert head["jwk"].keys() == {"kty", "crv", "x", "y"}
        assert claims["htm"] == entry["method"]
        assert claims["htu"] == org.url + entry["path"]
        assert proof not in run.stdout + run.stderr
    assert "nonce" not in jwt_claims(str(header(journal[0], "dpop")))
    for entry in asked(journal, USERS):
        scheme, _blank, token = str(header(entry, "authorization")).partition(" ")
        assert scheme == "DPoP"
        assert token not in run.stdout + run.stderr
        ath = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
        assert jwt_claims(str(header(entry, "dpop")))["ath"] == ath


def test_a_bound_token_and_its_key_are_shared(play: Player, org: RunningOrg) -> None:
    """Two lines of module_defaults do for a whole play, users fetched by login among it."""
    login = "zoë.ångström@acme.example"
    run = play(
        [
            task("Get", "okta_token", register="okta"),
            show("See", "okta"),
            {
                "name": "Use it",
                "module_defaults": {"group/idops.okta.okta": SHARED},
                "environment": NO_CREDENTIALS,
                "block": [
                    task("List", "okta_users_info"),
                    task("Look up", "okta_users_info", {"user": [login, "o'brien+test@acme.example"]}),
                    task("No key", "okta_users_info", {"dpop_key": ""}, ignore_errors=True),
                ],
            },
            task("Revoke", "okta_token", {"state": "absent", **SHARED}),
        ],
        org.environment(org.dpop_client_id),
    )

    okta = run.shown("See")
    assert okta["token_type"] == "DPoP"
    assert okta["dpop_key"].keys() == {"kty", "crv", "x", "y", "d"}
    assert run["List"]["count"] == 1234
    assert run["Look up"]["users"][0]["profile"]["login"] == login
    assert "access_token is DPoP-bound, and dpop_key is not set" in run.failure("No key")["msg"]
    assert run["Revoke"]["changed"] is True
    journal = org.journal()
    assert grants(journal) == 1
    assert [entry["path"] for entry in journal] == [
        *[TOKEN] * 2,
        *[USERS] * 7,
        f"{USERS}/zo%C3%AB.%C3%A5ngstr%C3%B6m%40acme.example",
        f"{USERS}/o%27brien%2Btest%40acme.example",
        REVOKE,
    ]
    ids = signed_ids(journal)
    assert len(ids) == len(set(ids)) == 5 + 9
    assert [jwt_claims(str(header(entry, "dpop")))["htu"] for entry in journal[-3:-1]] == [
        f"{org.url}{USERS}/{login}",
        f"{org.url}{USERS}/o'brien+test@acme.example",
    ]


def test_dpop_is_off(play: Player, org: RunningOrg) -> None:
    run = play(
        [
            task("Bearer app", "okta_users_info", {"limit": 1, "dpop": "off"}),
            task("DPoP app", "okta_users_info", {"client_id": org.dpop_client_id, "dpop": "off"}, ignore_errors=True),
        ],
        org.environment(),
    )

    assert run["Bearer app"]["count"] == 1
    refused = run.failure("DPoP app")
    assert "The DPoP proof JWT header is missing." in refused["msg"]
    assert "The app requires DPoP: leave dpop at 'auto', or untick the app's DPoP box." in refused["msg"]
    assert (refused["status"], refused["error_code"]) == (400, "invalid_dpop_proof")
    assert [(entry["path"], entry["status"]) for entry in org.journal()] == [(TOKEN, 200), (USERS, 200), (TOKEN, 400)]
    assert not [entry for entry in org.journal() if "dpop" in entry["headers"]]


def test_dpop_is_required(modules: Modules, org: RunningOrg) -> None:
    bound = modules("okta_token", {"dpop": "required"}, org.environment(org.dpop_client_id)).result
    assert bound["token_type"] == "DPoP"
    refused = modules("okta_users_info", {"dpop": "required"}, org.environment()).result
    assert "Okta gave a Bearer token, and dpop is 'required'." in refused["msg"]
    assert not asked(org.journal(), USERS)


def test_each_token_has_a_proof_key_of_its_own(modules: Modules, org: RunningOrg) -> None:
    tokens = [modules("okta_token", {}, org.environment(org.dpop_client_id)).result for _unused in range(2)]

    assert tokens[0]["dpop_key"]["d"] != tokens[1]["dpop_key"]["d"]


def test_a_bound_token_without_its_key_is_refused_before_any_request(modules: Modules, org: RunningOrg) -> None:
    token, other = bound_token(modules, org), bound_token(modules, org)
    cases = {
        "access_token is DPoP-bound, and dpop_key is not set. Pass on dpop_key": {**token, "dpop_key": None},
        "bound to another key than dpop_key. Take access_token and dpop_key": {**token, "dpop_key": other["dpop_key"]},
        "is a public key, or damaged": {**token, "dpop_key": {**token["dpop_key"], "d": ""}},
        "is not a private JWK on the curve P-256": {**token, "dpop_key": "{}"},
    }
    for words, options in cases.items():
        run = modules("okta_users_info", options, connection(org))
        assert words in run.result["msg"]
        assert token["dpop_key"]["d"] not in run.stdout
    assert not org.journal()


@pytest.mark.parametrize("status", [400, 401])
def test_a_nonce_that_the_api_asks_for(modules: Modules, org: RunningOrg, status: int) -> None:
    """It is asked for once, and then sent along unasked."""
    org.settings(api_nonce_required=True, api_nonce_status=status)
    org.settings(rotate_nonce=True)
    result = modules("okta_users_info", bound_token(modules, org), connection(org)).result

    assert (result["count"], result["requests"]) == (1234, 8)
    journal = org.journal()
    assert [entry["status"] for entry in journal] == [status, *[200] * 7]
    ids = signed_ids(journal)
    assert len(ids) == len(set(ids)) == 8
    assert all("nonce" in jwt_claims(str(header(entry, "dpop"))) for entry in journal[1:])


def test_nonces_change_while_a_list_is_read(modules: Modules, org: RunningOrg) -> None:
    """An old nonce that is refused leads to a new challenge, and that to the page."""
    org.settings(api_nonce_required=True, nonce_grace=False)
    org.inject({"match": {"path": USERS, "page": 4}, "action": {"preset": "delay", "seconds": 1}})
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(modules, "okta_users_info", {}, org.environment(org.dpop_client_id))
        while not [entry for entry in org.journal() if entry["page"] == 4] and not run.done():
            pass
        org.settings(rotate_nonce=True)
        result = run.result().result

    assert (result["count"], result["pages"]) == (1234, 7)
    assert [entry["status"] for entry in asked(org.journal(), USERS)] == [400, *[200] * 4, 400, *[200] * 3]
    ids = signed_ids(org.journal())
    assert len(ids) == len(set(ids))


def test_a_nonce_that_never_will_do_is_no_loop(modules: Modules, org: RunningOrg) -> None:
    challenge = 'DPoP error="use_dpop_nonce", error_description="Authorization server requires nonce in DPoP proof."'
    for path, body in ((USERS, ""), (TOKEN, {"error": "use_dpop_nonce", "error_description": "Again."})):
        org.reset()
        headers = {"www-authenticate": challenge, "dpop-nonce": "never"}
        org.inject(
            {"match": {"path": path}, "times": None, "action": {"status": 400, "body": body, "headers": headers}}
        )
        result = modules("okta_users_info", {}, org.environment(org.dpop_client_id)).result
        assert result["error_code"] == "use_dpop_nonce"
        assert len(asked(org.journal(), path)) <= 4


@pytest.mark.parametrize("settings", [{}, {"link_host": "acme-admin.okta.com"}], ids=["own", "admin host"])
def test_page_links(modules: Modules, org: RunningOrg, settings: dict[str, Any]) -> None:
    org.settings(**settings)
    search = {"search": 'profile.department eq "Engineering" or profile.lastName eq "O\'Brien"', "page_size": 20}
    result = modules("okta_users_info", search, org.environment(org.dpop_client_id)).result

    assert result["complete"] is True
    assert result["pages"] > 3
    assert {jwt_claims(str(header(entry, "dpop")))["htu"] for entry in asked(org.journal(), USERS)} == {org.url + USERS}


REFUSALS = {
    "'htu' claim in the DPoP proof JWT is invalid.": "Set org_url to the address that the org itself answers on.",
    "The DPoP proof JWT has already been used.": "Something on the way repeats requests",
}


@pytest.mark.parametrize(("reason", "remedy"), REFUSALS.items(), ids=["htu", "used"])
def test_a_reason_that_only_a_header_tells(modules: Modules, org: RunningOrg, reason: str, remedy: str) -> None:
    challenge = f'DPoP algs="RS256 ES256", realm="http://x", error="invalid_dpop_proof", error_description="{reason}"'
    action = {"status": 400, "body": "", "headers": {"www-authenticate": challenge}}
    org.inject({"match": {"path": USERS, "page": 3}, "times": None, "action": action})
    result = modules("okta_users_info", {}, org.environment(org.dpop_client_id)).result

    assert reason.rstrip(".") in result["msg"]
    assert remedy in result["msg"]
    assert (result["status"], result["error_code"]) == (400, "invalid_dpop_proof")
    assert (result["users_read"], result["pages_read"]) == (400, 2)
    assert len([entry for entry in org.journal() if entry["page"] == 3]) == 1


def test_clocks_that_differ_are_named(modules: Modules, org: RunningOrg) -> None:
    token = bound_token(modules, org)
    org.settings(clock_offset=600, token_lifetime=7200)
    result = modules("okta_users_info", token, connection(org)).result

    assert "'iat' claim in the DPoP proof JWT is invalid" in result["msg"]
    assert "clock" in result["msg"]


def test_a_bound_token_that_ends_is_renewed_with_a_new_key(modules: Modules, org: RunningOrg) -> None:
    org.inject("expired_token", path=USERS, page=4)
    result = modules("okta_users_info", {}, org.environment(org.dpop_client_id)).result

    assert (result["count"], result["pages"]) == (1234, 7)
    pages = asked(org.journal(), USERS)
    keys = [proof_header(str(header(entry, "dpop")))["jwk"]["x"] for entry in pages]
    assert len(set(keys[:4])) == len(set(keys[4:])) == 1
    assert keys[0] != keys[-1]
    ids = signed_ids(org.journal())
    assert len(ids) == len(set(ids))
