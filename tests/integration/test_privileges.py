# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Admins, factors, groups and API tokens: what a playbook gets is what is so, and nothing secret is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from integration.journals import TOKEN, asked, grants, header
from integration.module_runs import Modules
from integration.playbooks import Player, task

from sandbox import RunningOrg, start
from sandbox.directory import Directory
from sandbox.estate import Estate, ordinary_estate
from sandbox.factors import shown_factor
from sandbox.settings import Settings
from sandbox.users import Population

Record = dict[str, Any]
USERS, DEPROVISIONED, SEED = 120, 6, 11
SCOPES = ["okta.users.read", "okta.groups.read", "okta.roles.read", "okta.apiTokens.read"]
SHARED = {"access_token": "{{ okta.access_token }}", "dpop_key": "{{ okta.dpop_key | default(omit) }}"}
ASSIGNEES = "/api/v1/iam/assignees/users"


@dataclass(frozen=True)
class Truth:
    """What the org has, worked out here from its seed, apart from the server and its endpoints."""

    org: RunningOrg
    directory: Directory
    estate: Estate

    @classmethod
    def of(cls, org: RunningOrg) -> Truth:
        directory = Directory(Population(USERS, DEPROVISIONED, SEED))
        return cls(org, directory, ordinary_estate(directory))

    def ids(self, indices: Any) -> list[str]:
        return sorted(self.directory.population.id_of(index) for index in indices)

    def admins(self) -> dict[str, list[Record]]:
        population, roles = self.directory.population, self.estate.roles
        return {population.id_of(holder): roles.of_user(holder, self.org.url) for holder in roles.holders()}

    def factors(self, identity: str) -> list[Record]:
        index = self.directory.population.index_of_id(identity)
        assert index is not None
        shown = [shown_factor(self.directory, index, factor, self.org.url) for factor in self.estate.factors(index)]
        return [{name: value for name, value in factor.items() if name != "_embedded"} for factor in shown]

    def secrets(self) -> list[str]:
        """The secrets of one-time passwords that the org sends while they are enrolled."""
        shown = [
            shown_factor(self.directory, index, factor, self.org.url)
            for index in range(len(self.directory))
            for factor in self.estate.factors(index)
        ]
        return [each["_embedded"]["activation"]["sharedSecret"] for each in shown if "_embedded" in each]

    def groups(self) -> list[Any]:
        found = self.estate.groups.matching(None, None, None).indices(0, 1000)
        return [self.estate.groups[position] for position in found]

    def members(self, group: Any) -> list[str]:
        return self.ids(self.estate.groups.members(group).indices(0, 1000))

    def login(self, identity: str) -> str:
        index = self.directory.find(identity)
        assert index is not None
        return str(self.directory.record(index)["profile"]["login"])


@pytest.fixture(scope="module")
def _small() -> Iterator[RunningOrg]:
    with start(users=USERS, deprovisioned=DEPROVISIONED, seed=SEED) as org:
        yield org


@pytest.fixture
def small(_small: RunningOrg) -> RunningOrg:
    _small.reset()
    _small.settings(**vars(Settings()))
    return _small


def lists(workers: int) -> list[dict[str, Any]]:
    """A task for each thing that can be listed."""
    many = {"workers": workers}
    return [
        task("Admins", "okta_admins_info", many, register="admins"),
        task("Factors of admins", "okta_factors_info", {"user": "{{ admins.admins | map(attribute='id') }}", **many}),
        task("Factors of a group", "okta_factors_info", {"group": ["linux-admins"], **many}),
        task("Factors of everyone", "okta_factors_info", {"everyone": True, **many}),
        task("Groups", "okta_groups_info", {"members": True, **many}),
        task("API tokens", "okta_api_tokens_info"),
    ]


NAMES = [each["name"] for each in lists(1)]


def shared(*tasks: dict[str, Any]) -> list[dict[str, Any]]:
    """The tasks, with one token for all of them."""
    return [
        task("Get", "okta_token", {"scopes": SCOPES}, register="okta"),
        {
            "name": "Share it",
            "module_defaults": {"group/idops.okta.okta": SHARED},
            "environment": {"OKTA_PRIVATE_KEY_FILE": "", "OKTA_CLIENT_ID": ""},
            "block": list(tasks),
        },
    ]


@pytest.mark.parametrize("bound", [False, True], ids=["Bearer", "DPoP"])
def test_all_of_it_is_right_with_one_grant_and_no_secret_told(play: Player, small: RunningOrg, bound: bool) -> None:
    """With DPoP there are four workers: they give what one gives."""
    client_id = small.dpop_client_id if bound else small.client_id
    run = play(shared(*lists(4 if bound else 1)), small.environment(client_id), "-vvv")

    truth = Truth.of(small)
    admins = truth.admins()
    assert {admin["id"]: admin["roles"] for admin in run["Admins"]["admins"]} == admins
    assert [admin["id"] for admin in run["Admins"]["admins"]] == sorted(admins)
    people = {user["id"]: user for user in small.users()}
    for admin in run["Admins"]["admins"]:
        shown = {name: value for name, value in admin["user"].items() if name not in ("_links", "credentials")}
        assert shown == {name: value for name, value in people[admin["id"]].items() if name != "credentials"}
    assert run["Admins"]["count"] == len(admins) == 16
    there = [name for name, user in people.items() if user["status"] != "DEPROVISIONED"]
    in_group = {name for group in truth.groups() if group.name == "linux-admins" for name in truth.members(group)}
    for name, expected in (
        ("Factors of admins", sorted(admins)),
        ("Factors of a group", sorted(in_group)),
        ("Factors of everyone", there),
    ):
        assert run[name]["users"] == [
            {"id": each, "login": truth.login(each), "factors": truth.factors(each)} for each in expected
        ], name
    assert {group["id"]: [user["id"] for user in group["members"]] for group in run["Groups"]["groups"]} == {
        group.id: truth.members(group) for group in truth.groups()
    }
    kept = [{name: value for name, value in group.items() if name != "members"} for group in run["Groups"]["groups"]]
    assert kept == sorted((group.shown(small.url) for group in truth.groups()), key=lambda group: group["id"])
    population = truth.directory.population
    tokens = [token.shown(population, small.url) for token in truth.estate.api_tokens]
    assert run["API tokens"]["api_tokens"] == sorted(tokens, key=lambda token: token["id"])
    assert run["API tokens"]["count"] == 4
    assert {run[name]["changed"] for name in NAMES} == {False}

    journal = small.journal()
    assert grants(journal) == 1
    assert sum(run[name]["requests"] for name in NAMES) == len(journal) - len(asked(journal, TOKEN))
    assert {entry["status"] for entry in journal[2:]} == {200}
    (authorization,) = {header(entry, "authorization") for entry in journal if entry["path"] != TOKEN}
    scheme, token = str(authorization).split(" ")
    assert scheme == ("DPoP" if bound else "Bearer")
    output = run.stdout + run.stderr
    key = [line for line in small.private_key.splitlines() if "-----" not in line]
    secrets = truth.secrets()
    assert secrets
    proofs = [str(header(entry, "dpop")) for entry in journal if bound]
    assert not [secret for secret in [token, *key, *secrets, *proofs] if secret in output]


# --- Each module by itself -------------------------------------------------------------------------------------------


def test_workers_give_what_one_gives(modules: Modules, small: RunningOrg) -> None:
    small.settings(latency_ms=3)
    for name, options in (
        ("okta_admins_info", {}),
        ("okta_factors_info", {"everyone": True}),
        ("okta_groups_info", {"members": True}),
    ):
        small.reset()
        one, four, eight = (
            modules(name, {"workers": workers, **options}, small.environment()).result for workers in (1, 4, 8)
        )
        assert grants(small.journal()) == 3
        for told in ("admins", "users", "groups", "count", "requests"):
            assert one.get(told) == four.get(told) == eight.get(told), name


def test_each_module_asks_for_no_more_than_it_needs(modules: Modules, small: RunningOrg) -> None:
    user = small.users()[0]["id"]
    scopes: list[tuple[str, Record, str]] = [
        ("okta_admins_info", {}, "okta.roles.read okta.users.read"),
        ("okta_admins_info", {"profile": False}, "okta.roles.read"),
        ("okta_factors_info", {"user": [user]}, "okta.users.read"),
        ("okta_factors_info", {"group": ["empty"]}, "okta.users.read okta.groups.read"),
        ("okta_groups_info", {}, "okta.groups.read"),
        ("okta_api_tokens_info", {}, "okta.apiTokens.read"),
    ]
    for name, options, _scope in scopes:
        result = modules(name, options, small.environment(), check_mode=True).result
        assert result["changed"] is False
    assert [entry["form"]["scope"] for entry in asked(small.journal(), TOKEN)] == [scope for *dummy, scope in scopes]


def test_names_of_groups(modules: Modules, small: RunningOrg) -> None:
    """In any case, with any characters, of several groups, and of none."""
    truth = {group.name: group.id for group in Truth.of(small).groups()}
    empty = truth["empty"]
    names = ["LINUX-admins", 'quoted "name", and a comma', empty]
    result = modules("okta_groups_info", {"group": names, "members": True}, small.environment()).result
    assert [group["profile"]["name"] for group in result["groups"]] == [
        "linux-admins",
        "linux-admins",
        *names[1:2],
        "empty",
    ]
    assert result["groups"][-1]["members"] == []
    result = modules("okta_groups_info", {"group": ["nobody", "empty", f"{empty[:-1]}0"]}, small.environment()).result
    assert result["unknown_groups"] == ["nobody", f"{empty[:-1]}0"]


NEEDED = {
    "okta_admins_info": ({}, "okta.roles.read, okta.users.read", "okta.roles.read"),
    "okta_factors_info": ({"group": ["empty"]}, "okta.users.read, okta.groups.read", "okta.groups.read"),
    "okta_groups_info": ({}, "okta.groups.read", "okta.groups.read"),
    "okta_api_tokens_info": ({}, "okta.apiTokens.read", "okta.apiTokens.read"),
}


@pytest.mark.parametrize(("name", "options", "wanted", "missing"), [(name, *case) for name, case in NEEDED.items()])
def test_what_is_not_granted_is_named(
    modules: Modules, small: RunningOrg, name: str, options: Record, wanted: str, missing: str
) -> None:
    """Once by the org that gives no token, once by the API that takes no token without the scope."""
    environment = small.environment(small.users_client_id)
    refused = modules(name, options, environment).result
    assert f"Asked for: {wanted}." in refused["msg"]
    assert "Grant the scope on the app's tab 'Okta API Scopes'" in refused["msg"]
    assert (refused["status"], refused["error_code"]) == (400, "invalid_scope")

    token = modules("okta_token", {}, environment).result["access_token"]
    refused = modules(name, {**options, "access_token": token}, environment).result
    assert f"The token lacks {missing}: grant it on the app's tab 'Okta API Scopes'" in refused["msg"]
    assert refused["status"] == 403
    assert not {"admins", "users", "groups", "api_tokens"} & refused.keys()


def test_bad_days(modules: Modules, small: RunningOrg) -> None:
    """Pages of any length and links to the Admin Console's host; a user that goes meanwhile, a fault that passes, and
    one that stays."""
    small.settings(page_size_cap=5, link_host="acme-admin.example.com")
    truth = Truth.of(small)
    admins = truth.admins()
    gone, last = sorted(admins)[0], sorted(admins)[-1]
    not_found = {"status": 404, "body": {"errorCode": "E0000007", "errorSummary": "Not found: Resource not found"}}
    small.inject({"match": {"path": f"/api/v1/users/{gone}/factors"}, "times": None, "action": not_found})
    small.inject("unavailable", path=ASSIGNEES, page=3)
    environment = small.environment()

    found = modules("okta_admins_info", {"workers": 3}, environment)
    assert {admin["id"]: admin["roles"] for admin in found.result["admins"]} == admins
    assert len(found.waits) == 1
    several = {"user": sorted(admins), "workers": 3}
    factors = modules("okta_factors_info", several, environment).result
    assert {user["id"]: user["factors"] for user in factors["users"]} == {
        name: None if name == gone else truth.factors(name) for name in admins
    }
    small.inject("html", path=f"/api/v1/users/{last}/factors", times=None)
    broken = modules("okta_factors_info", several, environment).result
    assert "The answer is not valid JSON" in broken["msg"]
    assert "users" not in broken
    groups = modules("okta_groups_info", {"members": True, "workers": 3}, environment).result["groups"]
    assert {group["id"]: [user["id"] for user in group["members"]] for group in groups} == {
        group.id: truth.members(group) for group in truth.groups()
    }
    assert {entry["headers"]["host"][0] for entry in small.journal()} == {small.url.removeprefix("https://")}
