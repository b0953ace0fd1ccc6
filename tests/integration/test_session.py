# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job: a signed assertion, a token, every user of the org, over TLS with an authority of the org's own."""

from __future__ import annotations

import time
from calendar import timegm
from collections import Counter

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from integration.journals import REVOKE, TOKEN, USERS, asked, grants, header, jwt_claims
from integration.playbooks import Player, show, task

from sandbox import RunningOrg

SHARED = {"access_token": "{{ okta.access_token }}", "dpop_key": "{{ okta.dpop_key | default(omit) }}"}
NO_CREDENTIALS = {"OKTA_PRIVATE_KEY_FILE": "", "OKTA_CLIENT_ID": ""}


def test_every_user_is_listed_with_one_grant(play: Player, org: RunningOrg) -> None:
    run = play([task("List", "okta_users_info")], org.environment())

    listing = run["List"]
    assert (listing["count"], listing["pages"], listing["requests"]) == (1234, 7, 8)
    assert listing["complete"] is True
    assert listing["changed"] is False
    assert listing["waited_seconds"] == 0
    assert listing["rate_limit"].keys() == {"limit", "remaining", "reset"}
    assert "access_token" not in listing
    assert "ansible_facts" not in listing
    journal = org.journal()
    assert [entry["path"] for entry in journal] == [TOKEN, *[USERS] * 7]
    assert grants(journal) == 1
    there = {user["id"]: user for user in org.users() if user["status"] != "DEPROVISIONED"}
    assert [user["id"] for user in listing["users"]] == list(there)
    assert len(there) == 1234
    for user in listing["users"]:
        expected = dict(there[user["id"]])
        del expected["credentials"]
        assert {name: value for name, value in user.items() if name != "_links"} == expected


def test_a_playbook_as_a_user_writes_it(play: Player, org: RunningOrg) -> None:
    run = play(
        """
        - name: Who is in the org
          hosts: localhost
          gather_facts: false
          tasks:
            - name: Get a token
              idops.okta.okta_token:
              register: okta

            - name: Share it
              module_defaults:
                group/idops.okta.okta:
                  access_token: "{{ okta.access_token }}"
                  dpop_key: "{{ okta.dpop_key | default(omit) }}"
              block:
                - name: List the users
                  idops.okta.okta_users_info:
                    fields: [status, profile.login]
                  register: everyone

                - name: List who is locked out
                  idops.okta.okta_users_info:
                    statuses: [LOCKED_OUT]
                  register: locked_out

                - name: Count
                  ansible.builtin.debug:
                    msg:
                      all: "{{ dict(everyone.users | groupby('status') | map('first') | zip(
                        everyone.users | groupby('status') | map('last') | map('length'))) }}"
                      locked_out: "{{ locked_out.users | map(attribute='profile.login') | list }}"
              always:
                - name: Revoke the token
                  idops.okta.okta_token:
                    state: absent
                  register: revoked
        """,
        org.environment(),
        "-vvv",
    )

    there = [user for user in org.users() if user["status"] != "DEPROVISIONED"]
    assert run["Count"]["msg"] == {
        "all": dict(Counter(user["status"] for user in there)),
        "locked_out": [user["profile"]["login"] for user in there if user["status"] == "LOCKED_OUT"],
    }
    journal = org.journal()
    assert grants(journal) == 1
    token = header(asked(journal, USERS)[0], "authorization")
    assert token is not None
    assert {header(entry, "authorization") for entry in asked(journal, USERS)} == {token}
    revocation = asked(journal, REVOKE)
    assert len(revocation) == 1
    assert "Bearer " + revocation[0]["form"]["token"] == token
    assert "censored" in run["Get a token"]
    output = run.stdout + run.stderr
    secrets = [token.removeprefix("Bearer "), *(line for line in org.private_key.splitlines() if "-----" not in line)]
    assert not [secret for secret in secrets if secret in output]


def test_a_token_and_its_end(play: Player, org: RunningOrg) -> None:
    before = time.time()
    run = play(
        [
            task("Get", "okta_token", register="okta"),
            show("See", "okta"),
            task("List", "okta_users_info", {"limit": 1, **SHARED}, environment=NO_CREDENTIALS),
            task("Revoke", "okta_token", {"state": "absent", **SHARED}),
            task("Refused", "okta_users_info", SHARED, environment=NO_CREDENTIALS, ignore_errors=True),
            task("Renewed", "okta_users_info", {"limit": 1, **SHARED}),
            task("Revoke again", "okta_token", {"state": "absent", **SHARED}),
        ],
        org.environment(),
    )

    okta = run.shown("See")
    assert okta.keys() == {
        *("access_token", "token_type", "expires_in", "expires_at", "scopes", "org_url", "client_id"),
        *("changed", "failed"),
    }
    assert okta["token_type"] == "Bearer"
    assert okta["expires_in"] == 3600
    assert isinstance(okta["expires_in"], int)
    assert -2 <= timegm(time.strptime(okta["expires_at"], "%Y-%m-%dT%H:%M:%SZ")) - 3600 - before <= 60
    assert okta["scopes"] == ["okta.users.read"]
    assert (okta["org_url"], okta["client_id"]) == (org.url, org.client_id)
    assert okta["changed"] is False
    assert run["Revoke"]["changed"] is True
    refused = run.failure("Refused")
    assert "had been read when page 1 failed" in refused["msg"]
    assert "The token has expired, was revoked, or belongs to another org." in refused["msg"]
    assert (refused["status"], refused["error_code"]) == (401, "E0000011")
    assert (refused["users_read"], refused["pages_read"]) == (0, 0)
    assert run["Renewed"]["count"] == 1
    assert run["Revoke again"]["changed"] is True
    journal = org.journal()
    assert [(entry["path"], entry["status"]) for entry in journal] == [
        (TOKEN, 200),
        (USERS, 200),
        (REVOKE, 200),
        (USERS, 401),
        (USERS, 401),
        (TOKEN, 200),
        (USERS, 200),
        (REVOKE, 200),
    ]


def test_check_mode_gets_a_token_lists_and_revokes_nothing(play: Player, org: RunningOrg) -> None:
    run = play(
        [
            task("Get", "okta_token", register="okta"),
            task("List", "okta_users_info", SHARED),
            task("Revoke", "okta_token", {"state": "absent", **SHARED}),
            task("List on", "okta_users_info", {"limit": 1, **SHARED}, environment=NO_CREDENTIALS),
        ],
        org.environment(),
        "--check",
    )

    assert run["List"]["count"] == 1234
    assert run["Revoke"]["changed"] is True
    assert run["List on"]["count"] == 1
    journal = org.journal()
    assert grants(journal) == 1
    assert not asked(journal, REVOKE)


def test_right_key_and_wrong_key(play: Player, org: RunningOrg) -> None:
    stranger = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    run = play(
        [
            task("Right", "okta_token"),
            task("Wrong", "okta_token", {"private_key": stranger.decode()}, ignore_errors=True),
        ],
        org.environment(),
    )

    wrong = run.failure("Wrong")
    assert "The client_assertion signature is invalid." in wrong["msg"]
    assert "The registered public key is not the one that belongs to this private key: register it." in wrong["msg"]
    assert (wrong["status"], wrong["error_code"]) == (401, "invalid_client")
    assert wrong["request_id"] in wrong["msg"]
    assert "changed" in run["Right"]
    assert [entry["status"] for entry in org.journal()] == [200, 401]


def test_what_is_sent(play: Player, org: RunningOrg) -> None:
    """The assertion is short-lived and issued in the past; nothing but the org's own answer is asked for."""
    play([task("List", "okta_users_info", {"scopes": ["okta.users.read, okta.groups.read"]})], org.environment())

    token_request, *pages = org.journal()
    form = token_request["form"]
    assert form.keys() == {"grant_type", "scope", "client_assertion_type", "client_assertion"}
    assert form["scope"] == "okta.users.read okta.groups.read"
    claims = jwt_claims(form["client_assertion"])
    assert claims["iss"] == claims["sub"] == org.client_id
    assert claims["aud"] == org.url + TOKEN
    assert claims["iat"] < token_request["at"] < claims["exp"] <= claims["iat"] + 600
    assert "authorization" not in token_request["headers"]
    for entry in pages:
        assert str(header(entry, "user-agent")).startswith("idops.okta/")
        assert "cookie" not in entry["headers"]
        assert "origin" not in entry["headers"]
        assert header(entry, "content-type") == "application/json; okta-response=omitCredentials,omitCredentialsLinks"
