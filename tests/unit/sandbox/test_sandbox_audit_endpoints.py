# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit reads besides users: groups, roles, factors, API tokens, automations."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import RunningOrg, start
from sandbox.directory import Directory
from sandbox.estate import ordinary_estate
from sandbox.factors import shown_factor
from sandbox.reference_client import ReferenceClient, Reply
from sandbox.users import Population

EVERYTHING = "okta.users.read okta.groups.read okta.roles.read okta.apiTokens.read okta.policies.read"
ASSIGNEES = "/api/v1/iam/assignees/users"
GROUPS = "/api/v1/groups"


@pytest.fixture
def token(client: ReferenceClient) -> str:
    return client.token(EVERYTHING)


def walked(client: ReferenceClient, token: str, target: str | None) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    while target is not None:
        reply = client.get(target, token)
        assert reply.status == 200
        records += reply.json
        target = reply.link("next")
    return records


def of(org: RunningOrg, status: str) -> dict[str, Any]:
    return next(user for user in org.users() if user["status"] == status)


def code(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["errorCode"]


def test_assignees_are_paged_in_the_body(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    whole = client.get(ASSIGNEES, token)
    assert whole.headers["link"] is None
    assert set(whole.json) == {"value"}
    ids = [assignee["id"] for assignee in whole.json["value"]]
    assert 12 <= len(ids) == len(set(ids))
    first = whole.json["value"][0]
    assert set(first) == {"id", "orn", "_links"}
    assert first["orn"].startswith("orn:okta:directory:00o")
    assert first["_links"]["roles"]["href"] == f"{org.url}/api/v1/users/{ids[0]}/roles"
    found, target = [], f"{ASSIGNEES}?limit=5"
    while target:
        page = client.get(target, token).json
        found += [assignee["id"] for assignee in page["value"]]
        assert len(page["value"]) == 5 or "_links" not in page
        target = page.get("_links", {"next": {"href": ""}})["next"]["href"].removeprefix(org.url)
    assert found == ids
    assert {entry["page"] for entry in org.journal() if "limit=5" in entry["query"]} == {1, 2, 3, 4}
    assert code(client.get(ASSIGNEES, token, after="nobody")) == (400, "E0000031")


def test_assignees_links_can_lead_to_the_admin_host(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    org.settings(link_host="org-admin.example.com", page_size_cap=3)
    page = client.get(ASSIGNEES, token).json
    assert len(page["value"]) == 3
    assert page["_links"]["next"]["href"].startswith("https://org-admin.example.com/api/v1/iam/assignees/users?after=")
    assert page["_links"]["next"]["href"].endswith("&limit=100")


def test_assignees_by_group_can_be_left_out(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    def ids() -> set[str]:
        return {assignee["id"] for assignee in client.get(ASSIGNEES, token).json["value"]}

    all_of_them = ids()
    org.settings(assignees_by_groups=False)
    only_by_group = all_of_them - ids()
    assert len(only_by_group) == 4
    for user_id in only_by_group:
        roles = client.get(f"/api/v1/users/{user_id}/roles", token).json
        assert {role["assignmentType"] for role in roles} == {"GROUP"}


def test_faults_strike_lists_in_the_body_too(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    org.inject("repeat_cursor", path=ASSIGNEES)
    repeated = client.get(ASSIGNEES, token, limit="2").json["_links"]["next"]["href"]
    assert repeated == f"{org.url}{ASSIGNEES}?limit=2"
    org.inject("foreign_next", path=ASSIGNEES)
    assert "elsewhere" in client.get(ASSIGNEES, token, limit="2").json["_links"]["next"]["href"]
    org.inject("empty_page", path=ASSIGNEES)
    emptied = client.get(ASSIGNEES, token, limit="2").json
    assert emptied["value"] == []
    assert "next" in emptied["_links"]
    org.inject("unavailable", path=ASSIGNEES, page="last")
    assert client.get(ASSIGNEES, token, limit="2").status == 200
    assert client.get(ASSIGNEES, token).status == 503


def test_admins_are_of_every_kind(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    users = {user["id"]: user for user in org.users()}
    held = {
        assignee["id"]: client.get(f"/api/v1/users/{assignee['id']}/roles", token).json
        for assignee in client.get(ASSIGNEES, token).json["value"]
    }
    assert all(held.values())
    statuses = [users[user_id]["status"] for user_id in held]
    assert statuses.count("SUSPENDED") >= 1
    assert statuses.count("DEPROVISIONED") == 1
    assert any(users[user_id]["status"] == "ACTIVE" and not users[user_id]["lastLogin"] for user_id in held)
    roles = [role for of_one in held.values() for role in of_one]
    assert sum(role["type"] == "SUPER_ADMIN" for role in roles) == 6
    assert any(len(of_one) == 2 for of_one in held.values())
    standard = {"id", "label", "type", "status", "created", "lastUpdated", "assignmentType", "_links"}
    for role in roles:
        assert set(role) == (standard | {"role", "resource-set"} if role["type"] == "CUSTOM" else standard)
        assert role["status"] == "ACTIVE"
        kind = "users" if role["assignmentType"] == "USER" else "groups"
        assert f"/api/v1/{kind}/" in role["_links"]["assignee"]["href"]
    by_group = next(role for role in roles if role["assignmentType"] == "GROUP")
    group = by_group["_links"]["assignee"]["href"].removeprefix(org.url)
    assert [role["type"] for role in client.get(f"{group}/roles", token).json] == ["HELP_DESK_ADMIN"]
    assert len({role["id"] for role in roles}) == len(roles) - 4  # five hold one role, of their group
    nobody_special = org.users()[60]["id"]
    assert client.get(f"/api/v1/users/{nobody_special}/roles", token).json == []


def test_factors(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    user = org.users()[40]
    path = f"/api/v1/users/{user['id']}/factors"
    reply = client.get(path, token)
    assert reply.json == client.get(path, token).json
    assert reply.headers["link"] is None
    assert code(client.get("/api/v1/users/00unobody/factors", token)) == (404, "E0000007")
    directory = Directory(Population(3000, 100, seed=7))
    enrolled = ordinary_estate(directory).factors
    kinds: dict[str, int] = {}
    for index in range(len(directory)):
        for factor in enrolled(index):
            kinds[f"{factor.type} {factor.status}"] = kinds.get(f"{factor.type} {factor.status}", 0) + 1
    assert kinds["push ACTIVE"] > kinds["webauthn ACTIVE"] > kinds["sms ACTIVE"] > 20
    assert kinds["push PENDING_ACTIVATION"] > 10
    assert sum(not enrolled(index) for index in range(len(directory))) > 100
    shown = [
        shown_factor(directory, index, factor, "") for index in range(400) for factor in enrolled(index)
    ]  # fmt: skip
    assert len({factor["id"] for factor in shown}) == len(shown)
    common = {"id", "factorType", "provider", "vendorName", "status", "created", "lastUpdated", "profile", "_links"}
    assert all(set(factor) - {"_embedded"} == common for factor in shown)
    pending = [factor for factor in shown if "_embedded" in factor]
    assert {factor["status"] for factor in pending} == {"PENDING_ACTIVATION"}
    assert "sharedSecret" in pending[0]["_embedded"]["activation"]


def test_groups(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    reply = client.get(GROUPS, token)
    groups = reply.json
    assert reply.headers.get_all("link", []) == [f'<{org.url}{GROUPS}?limit=10000>; rel="self"']
    ids = [group["id"] for group in groups]
    assert ids == sorted(set(ids))
    assert all(len(group_id) == 20 and group_id.startswith("00g") for group_id in ids)
    names = [(group["profile"]["name"], group["type"]) for group in groups]
    assert ("Everyone", "BUILT_IN") in names
    assert ("linux-admins", "OKTA_GROUP") in names
    assert ("linux-admins", "APP_GROUP") in names
    assert walked(client, token, f"{GROUPS}?limit=4") == groups
    for group in groups:
        assert client.get(f"{GROUPS}/{group['id']}", token).json == group
        assert ("source" in group["_links"]) == (group["type"] == "APP_GROUP")
    assert code(client.get(f"{GROUPS}/00gnobody", token)) == (404, "E0000007")
    assert code(client.get(f"{GROUPS}/00gnobody/users", token)) == (404, "E0000007")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"search": 'profile.name eq "LINUX-ADMINS"'}, ["linux-admins", "linux-admins"]),
        ({"search": 'profile.name eq "quoted \\"name\\", and a comma"'}, ['quoted "name", and a comma']),
        ({"search": 'profile.name sw "linux" and type eq "APP_GROUP"'}, ["linux-admins"]),
        ({"search": 'source.id eq "0oasandboxadapp0001"'}, ["linux-admins"]),
        ({"search": 'profile.samAccountName sw "linux"'}, ["linux-admins"]),
        ({"search": 'profile.name co "every"'}, ["Everyone"]),
        ({"search": 'type eq "BUILT_IN" and (created lt "2026-01-01T00:00:00.000Z")'}, ["Everyone"]),
        ({"search": 'lastMembershipUpdated gt "2026-10-31T00:00:00.000Z"'}, []),
        ({"filter": 'type eq "APP_GROUP"'}, ["linux-admins"]),
        ({"filter": 'type eq "app_group"'}, []),
        ({"filter": 'type eq "BUILT_IN" and lastUpdated gt "2016-11-11T00:00:00.000Z"'}, ["Everyone"]),
        ({"q": "every"}, ["Everyone"]),
    ],
)
def test_finding_groups(client: ReferenceClient, token: str, query: dict[str, str], names: list[str]) -> None:
    reply = client.get(GROUPS, token, None, **query)
    assert [group["profile"]["name"] for group in reply.json] == names
    assert (reply.headers["link"] is None) == ("q" in query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"search": "nonsense"}, "E0000031"),
        ({"search": 'status eq "ACTIVE"'}, "E0000031"),
        ({"search": 'profile.samAccountName co "a"'}, "E0000031"),
        ({"filter": 'profile.name eq "Everyone"'}, "E0000031"),
        ({"filter": 'created gt "2020-01-01T00:00:00.000Z"'}, "E0000031"),
        ({"search": 'created gt "yesterday"'}, "E0000030"),
        ({"search": 'type eq "X"', "filter": 'type eq "X"'}, "E0000033"),
        ({"limit": "0"}, "E0000001"),
        ({"after": "x"}, "E0000031"),
    ],
)
def test_bad_requests_for_groups(client: ReferenceClient, token: str, query: dict[str, str], expected: str) -> None:
    assert code(client.get(GROUPS, token, None, **query)) == (400, expected)


def test_users_are_not_searched_by_what_groups_have(client: ReferenceClient, token: str) -> None:
    search = 'lastMembershipUpdated gt "2020-01-01T00:00:00.000Z"'
    assert code(client.get("/api/v1/users", token, search=search)) == (400, "E0000031")


def test_members(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    by_name = {(group["profile"]["name"], group["type"]): group["id"] for group in client.get(GROUPS, token).json}
    users = org.users()
    everyone = f"{GROUPS}/{by_name['Everyone', 'BUILT_IN']}/users"
    reply = client.get(everyone, token)
    assert len(reply.json) == len(users) == 480
    assert reply.headers.get_all("link", []) == [f'<{org.url}{everyone}?limit=1000>; rel="self"']
    finance = f"{GROUPS}/{by_name['Finance', 'OKTA_GROUP']}/users"
    members = walked(client, token, f"{finance}?limit=7")
    assert [user["id"] for user in members] == [
        user["id"] for user in users if user["profile"].get("department") == "Finance"
    ]
    assert {**members[0], "_links": None} == {**next(u for u in users if u["id"] == members[0]["id"]), "_links": None}
    linux = walked(client, token, f"{GROUPS}/{by_name['linux-admins', 'OKTA_GROUP']}/users?limit=5")
    assert {"SUSPENDED", "DEPROVISIONED"} <= {user["status"] for user in linux}
    assert len(linux) == 13
    assert client.get(f"{GROUPS}/{by_name['empty', 'OKTA_GROUP']}/users", token).json == []
    assert code(client.get(finance, token, None, limit="x")) == (400, "E0000001")
    assert code(client.get(finance, token, after="x")) == (400, "E0000031")


def test_api_tokens(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    tokens = client.get("/api/v1/api-tokens", token).json
    assert [api_token["name"] for api_token in tokens] == [
        "Old provisioning script",
        "Terraform",
        "Wiki sync",
        "Reports",
    ]
    users = {user["id"]: user for user in org.users()}
    assert users[tokens[0]["userId"]]["status"] == "DEPROVISIONED"
    roles = client.get(f"/api/v1/users/{tokens[1]['userId']}/roles", token).json
    assert [role["type"] for role in roles] == ["SUPER_ADMIN"]
    assert tokens[2]["network"]["connection"] == "ZONE"
    assert all(api_token["id"].startswith("00T") for api_token in tokens)


def test_automations(client: ReferenceClient, token: str) -> None:
    policies = client.get("/api/v1/policies", token, type="USER_LIFECYCLE").json
    assert [policy["status"] for policy in policies] == ["ACTIVE", "INACTIVE", "INACTIVE"]
    people = policies[0]["conditions"]["people"]
    assert people["users"]["inactivity"] == {"number": 90, "unit": "DAYS"}
    assert client.get(f"{GROUPS}/{people['groups']['include'][0]}", token).json["profile"]["name"] == "Everyone"
    rules = [client.get(f"/api/v1/policies/{policy['id']}/rules", token).json for policy in policies]
    assert [len(of_one) for of_one in rules] == [1, 1, 0]
    assert rules[0][0]["actions"] == {"updateUserLifecycle": {"targetStatus": "SUSPENDED"}}
    active = client.get("/api/v1/policies", token, type="USER_LIFECYCLE", status="ACTIVE").json
    assert active == policies[:1]
    assert client.get("/api/v1/policies", token, type="PASSWORD").json == []
    for query in ({}, {"type": "LIFE"}):
        assert code(client.get("/api/v1/policies", token, None, **query)) == (400, "E0000001")
    assert code(client.get("/api/v1/policies/00pnone/rules", token)) == (404, "E0000007")


SCOPES = {
    ASSIGNEES: "okta.roles.read",
    "/api/v1/users/{user}/roles": "okta.roles.read",
    "/api/v1/users/{user}/factors": "okta.users.read",
    GROUPS: "okta.groups.read",
    "/api/v1/groups/{group}": "okta.groups.read",
    "/api/v1/groups/{group}/users": "okta.groups.read",
    "/api/v1/groups/{group}/roles": "okta.roles.read",
    "/api/v1/api-tokens": "okta.apiTokens.read",
    "/api/v1/policies?type=USER_LIFECYCLE": "okta.policies.read",
    "/api/v1/policies/{policy}/rules": "okta.policies.read",
}
BUCKETS = {
    ASSIGNEES: "/api/v1",
    "/api/v1/users/{user}/roles": "/api/v1/users",
    "/api/v1/users/{user}/factors": "/api/v1/users",
    GROUPS: "/api/v1/groups",
    "/api/v1/groups/{group}": "/api/v1/groups/{id}",
    "/api/v1/groups/{group}/users": "/api/v1/groups",
    "/api/v1/groups/{group}/roles": "/api/v1/groups",
    "/api/v1/api-tokens": "/api/v1",
    "/api/v1/policies?type=USER_LIFECYCLE": "/api/v1",
    "/api/v1/policies/{policy}/rules": "/api/v1",
}


@pytest.fixture
def ids(client: ReferenceClient, token: str, org: RunningOrg) -> dict[str, str]:
    return {
        "user": org.users()[0]["id"],
        "group": client.get(GROUPS, token).json[0]["id"],
        "policy": client.get("/api/v1/policies", token, type="USER_LIFECYCLE").json[0]["id"],
    }


@pytest.mark.parametrize("path", SCOPES)
def test_who_may_read(
    client: ReferenceClient, dpop_client: ReferenceClient, org: RunningOrg, ids: dict[str, str], path: str
) -> None:
    target, scope = path.format(**ids), SCOPES[path]
    assert client.get(target, client.token(scope)).status == 200
    refused = client.get(target, client.token(" ".join(set(EVERYTHING.split()) - {scope})))
    assert code(refused) == (403, "E0000006")
    assert f'scope="{scope}", error="insufficient_scope"' in refused.headers["www-authenticate"]
    assert code(client.request("GET", target)) == (403, "E0000005")
    org.register_app("0oanorole", admin_role=False, grants=[scope])
    other = ReferenceClient(org, "0oanorole", client.key)
    assert code(other.get(target, other.token(scope))) == (403, "E0000006")
    org.register_app("0oanorole", admin_role="empty", grants=[scope])
    seen = other.get(target, other.token(scope))
    assert (seen.status, seen.json) in ((200, []), (200, {"value": []})) or code(seen) == (404, "E0000007")
    bound = dpop_client.token(scope)
    assert dpop_client.get_with_proof(target, bound).status == 200
    assert dpop_client.get(target, bound).status == 400


@pytest.mark.parametrize("path", BUCKETS)
def test_buckets(client: ReferenceClient, token: str, org: RunningOrg, ids: dict[str, str], path: str) -> None:
    org.settings(rate_limits={BUCKETS[path]: 1})
    target = path.format(**ids)
    replies = [client.get(target, token) for _request in range(2)]
    assert [(reply.status, reply.headers["x-rate-limit-limit"]) for reply in replies] == [(200, "1"), (429, "1")]


def test_the_app_that_may_read_users_alone(org: RunningOrg, client: ReferenceClient) -> None:
    users_only = ReferenceClient(org, org.users_client_id, client.key)
    assert users_only.get("/api/v1/users", users_only.token(), limit="1").status == 200
    assert users_only.token_reply(scope="okta.roles.read").json["error"] == "invalid_scope"


@pytest.mark.parametrize(("users", "admins"), [(0, 0), (1, 1), (5, 4)])
def test_an_org_of_few(users: int, admins: int) -> None:
    estate = ordinary_estate(Directory(Population(users, 0, seed=1)))
    assert len(estate.roles.holders()) == admins
    with start(users=users, deprovisioned=0) as org:
        client = ReferenceClient(org)
        token = client.token(EVERYTHING)
        assert len(client.get(ASSIGNEES, token).json["value"]) == admins
        assert client.get(GROUPS, token).status == 200
        assert client.get("/api/v1/api-tokens", token).status == 200
