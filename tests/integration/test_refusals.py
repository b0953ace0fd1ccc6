# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Okta refuses, and org_urls that are none: each with the remedy that a user can act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from integration.journals import TOKEN, USERS
from integration.module_runs import Modules
from integration.playbooks import Player, task

from sandbox import RunningOrg

APP = "0oarefused000000000"


@dataclass(frozen=True)
class Case:
    """A refusal: how the app is registered and the task set, and what the failure must say.

    ``fault`` is a path and an answer of the org's to a request for it; ``asked`` are the paths that may be asked for.
    """

    words: tuple[str, ...]
    app: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    fault: tuple[str, Any] | None = None
    asked: tuple[str, ...] = (TOKEN,)
    status: int | None = 401
    code: str | None = "invalid_client"


def oauth(error: str, description: str, status: int = 401) -> dict[str, Any]:
    return {"status": status, "body": {"error": error, "error_description": description}}


AUDIENCE = "The audience claim for client_assertion must be the endpoint invoked for the request."
ANOTHER_TOKEN = {"access_token": "another", "token_type": "Bearer", "expires_in": 3600}

CASES = {
    "unknown kid": Case(
        ("The client_assertion JWT kid is invalid.", "Set key_id to the id (kid) of the public key that is registered"),
        options={"key_id": "not-registered"},
    ),
    "unknown client": Case(
        ("Invalid value for the 'client_id' parameter", "Check client_id, and that the app is active"),
        options={"client_id": "0oanobody"},
    ),
    "wrong audience": Case(
        ("The audience claim for client_assertion must be the endpoint invoked", "Set org_url to the address that"),
        fault=(TOKEN, oauth("invalid_client", AUDIENCE)),
    ),
    "assertion reused": Case(
        ("The client_assertion token has already been used", "Something on the way repeats requests"),
        fault=(TOKEN, oauth("invalid_client", "The client_assertion token has already been used")),
    ),
    "clock behind": Case(
        ("seconds behind Okta's.", "(NTP)"), settings={"clock_offset": 600}
    ),
    "clock ahead": Case(
        ("seconds ahead of Okta's.", "(NTP)"), settings={"clock_offset": -600}
    ),
    "client secret app": Case(
        ("must use the private_key_jwt token_endpoint_auth_method", "Public key / Private key"),
        app={"auth_method": "client_secret_basic"},
    ),
    "no key registered": Case(
        ("does not have a JWKSet configured", "Register the public key with the app"), app={"jwks": {"keys": []}}
    ),
    "scope not granted": Case(
        ("Asked for: okta.users.read, okta.apps.read.", "Grant the scope on the app's tab 'Okta API Scopes'"),
        options={"scopes": ["okta.users.read", "okta.apps.read"]},
        status=400,
        code="invalid_scope",
    ),
    "scope left out": Case(
        ("left out okta.users.read", "Okta API Scopes"),
        fault=(TOKEN, {"status": 200, "body": {**ANOTHER_TOKEN, "scope": "okta.groups.read"}}),
        status=None,
        code=None,
    ),
    "token without the scope": Case(
        ("does not contain the required scopes", "The token lacks okta.users.read: grant it"),
        app={"grants": ("okta.groups.read",)},
        options={"scopes": ["okta.groups.read"]},
        asked=(TOKEN, USERS),
        status=403,
        code="E0000006",
    ),
    "no admin role": Case(
        ("had been read when page 1 failed", "Assign the app an admin role", "The scope alone is not enough."),
        app={"admin_role": False},
        asked=(TOKEN, USERS),
        status=403,
        code="E0000006",
    ),
    "network zone": Case(
        ("outside the client's permitted network zones", "Add this machine's address to the network zones"),
        app={"network_zone_allowed": False},
        status=403,
        code="access_denied",
    ),
    "feature not enabled": Case(
        ("The feature is not enabled in your org", "The token is not the cause."),
        fault=(USERS, "feature_not_enabled"),
        asked=(TOKEN, USERS),
        code="E0000015",
    ),
    "DPoP required and off": Case(
        ("The DPoP proof JWT header is missing.", "The app requires DPoP: leave dpop at 'auto', or untick"),
        app={"dpop_bound": True},
        options={"dpop": "off"},
        status=400,
        code="invalid_dpop_proof",
    ),
    "DPoP required and not given": Case(
        ("Okta gave a Bearer token, and dpop is 'required'.", "Require Demonstrating Proof of Possession"),
        options={"dpop": "required"},
        status=None,
        code=None,
    ),
    "not an org": Case(
        ("Check that org_url is an Okta org.",),
        fault=(TOKEN, {"status": 404, "body": "<html>nothing here</html>", "headers": {"content-type": "text/html"}}),
        status=404,
        code=None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_refusal_has_its_remedy(modules: Modules, org: RunningOrg, case: Case) -> None:
    run = modules("okta_users_info", prepared(org, case), org.environment(APP))

    assert run.rc == 1
    assert_refused(run.result, case)
    assert tuple(entry["path"] for entry in org.journal()) == case.asked, "a refusal is not tried again"


def test_refusals_on_a_playbook(play: Player, org: RunningOrg) -> None:
    """A sample of the same, as a user meets them, in one play."""
    names = ("unknown kid", "scope not granted", "DPoP required and off", "no admin role", "network zone")
    tasks = []
    for number, name in enumerate(names):
        case = CASES[name]
        client_id = f"{APP}{number}"
        org.register_app(client_id, **case.app)
        tasks.append(task(name, "okta_users_info", {"client_id": client_id, **case.options}, ignore_errors=True))
    run = play(tasks, org.environment())

    for name in names:
        assert_refused(run.failure(name), CASES[name])


def prepared(org: RunningOrg, case: Case) -> dict[str, Any]:
    org.register_app(APP, **case.app)
    org.settings(**case.settings)
    if case.fault:
        path, action = case.fault
        org.inject({"match": {"path": path}, "times": None, "action": action})
    return case.options


def assert_refused(result: dict[str, Any], case: Case) -> None:
    assert not [word for word in case.words if word not in result["msg"]], result["msg"]
    assert (result.get("status"), result.get("error_code")) == (case.status, case.code)
    assert "users" not in result


def test_an_empty_org_draws_a_warning(play: Player, org: RunningOrg) -> None:
    """Okta shows an app without an admin role an empty list as well as a refusal."""
    org.register_app(APP, admin_role="empty")
    run = play(
        [
            task("List", "okta_users_info"),
            task("Nobody is locked out", "okta_users_info", {"statuses": ["LOCKED_OUT"]}),
        ],
        org.environment(APP),
        warnings=["the app most likely lacks an admin role"],
    )

    assert run["List"]["count"] == 0
    assert len(run.warnings) == 1


ORG_URLS = {
    "https://acme-admin.okta.com": ("the Admin Console's host", "https://acme.okta.com"),
    "https://acme.okta.com/oauth2/default": ("an authorization server", "https://acme.okta.com"),
    "https://acme.okta.com/app/UserHome": ("has a path", "https://acme.okta.com"),
    "https://{yourOktaDomain}": ("a placeholder",),
    "acme.okta.com": ("has no scheme", "https://"),
    "http://acme.okta.com": ("http://acme.okta.com", "Use https://"),
    "https://someone:hunter2@acme.okta.com": ("a user name or a password",),
    "https://acme.okta.com?x=y": ("a query",),
    "": ("org_url is not set", "OKTA_ORG_URL"),
}


@pytest.mark.parametrize(("url", "words"), ORG_URLS.items(), ids=ORG_URLS)
def test_what_is_no_org_url(modules: Modules, org: RunningOrg, url: str, words: tuple[str, ...]) -> None:
    environment = {name: value for name, value in org.environment().items() if name != "OKTA_ORG_URL"}
    result = modules("okta_token", {"org_url": url}, environment).result

    assert not [word for word in words if word not in result["msg"]], result["msg"]
    assert "hunter2" not in result["msg"]


@pytest.mark.parametrize("write", [str.upper, lambda url: f"  {url}//  "], ids=["upper case", "blanks and slashes"])
def test_an_org_url_is_read_with_patience(modules: Modules, org: RunningOrg, write: Callable[[str], str]) -> None:
    result = modules("okta_users_info", {"org_url": write(org.url), "limit": 1}, org.environment()).result

    assert result["count"] == 1
