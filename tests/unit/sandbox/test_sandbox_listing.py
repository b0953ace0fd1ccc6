# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`GET /api/v1/users`: pages, links, modes, views."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import RunningOrg, start
from sandbox.reference_client import ReferenceClient, Reply

PATH = "/api/v1/users"


def walk(client: ReferenceClient, token: str, **query: str) -> tuple[list[dict[str, Any]], int]:
    pages = list(client.pages(token, **query))
    assert {page.status for page in pages} == {200}
    return [user for page in pages for user in page.json], len(pages)


def ids(users: list[dict[str, Any]]) -> list[str]:
    return [user["id"] for user in users]


def test_1234_users_are_seven_pages() -> None:
    with start(users=1234, deprovisioned=66) as org:
        client = ReferenceClient(org)
        users, pages = walk(client, client.token(), limit="200")
        assert (len(users), pages) == (1234, 7)


@pytest.mark.parametrize("limit", ["7", "50", "150", "199", "200"])
def test_everyone_is_seen_once_but_the_deprovisioned(
    client: ReferenceClient, token: str, org: RunningOrg, limit: str
) -> None:
    truth = [user["id"] for user in org.users() if user["status"] != "DEPROVISIONED"]
    users, pages = walk(client, token, limit=limit)
    assert ids(users) == truth
    assert pages == -(-450 // int(limit))  # 150 leaves the last page full, and there is no `next` all the same


@pytest.mark.parametrize(
    "query",
    [
        {"search": "id pr"},
        {"filter": 'status eq "ACTIVE" or status eq "DEPROVISIONED"'},
        {"search": "id pr", "sortBy": "profile.lastName", "sortOrder": "desc"},
        {"search": "id pr", "sortBy": "created"},
        {"search": 'status eq "ACTIVE" and profile.contractor eq false'},
        {"search": 'created gt "2022-01-01T00:00:00.000Z" and created lt "2024-01-01T00:00:00.000Z"'},
        {"search": 'lastUpdated ge "2025-01-01T00:00:00.000Z" and lastUpdated lt "2026-01-01T00:00:00.000Z"'},
    ],
)
def test_every_mode_sees_each_match_once(
    client: ReferenceClient, token: str, org: RunningOrg, query: dict[str, str]
) -> None:
    users, pages = walk(client, token, limit="40", **query)
    assert len(set(ids(users))) == len(users)
    assert pages == -(-len(users) // 40)
    truth = org.users()
    if "id pr" in query.values():
        assert sorted(ids(users)) == ids(truth)
    if "created" in query.get("search", ""):
        wanted = [u for u in truth if "2022-01-01T00:00:00.000Z" < u["created"] < "2024-01-01T00:00:00.000Z"]
        assert ids(users) == ids(wanted)
    if "lastUpdated" in query.get("search", ""):
        wanted = [u for u in truth if "2025-01-01T00:00:00.000Z" <= u["lastUpdated"] < "2026-01-01T00:00:00.000Z"]
        assert ids(users) == ids(wanted)
    if query.get("sortBy") == "created":
        assert ids(users) == ids(truth)
    elif "sortBy" in query:
        keys = [(user["profile"]["lastName"].casefold(), user["id"]) for user in users]
        assert [key for key, _id in keys] == sorted((key for key, _id in keys), reverse=True)


def test_a_user_that_was_created_at_another_time_is_sorted_there() -> None:
    with start(users=60, deprovisioned=0, tls=False) as own:
        client = ReferenceClient(own)
        moved, *others = ids(own.users())
        own.change_user(moved, created="2026-10-31T12:00:00.000Z")
        users, _pages = walk(client, client.token(), limit="40", search="id pr", sortBy="created")
    created = [user["created"] for user in users]
    assert created == sorted(created)
    assert sorted(ids(users)) == sorted([moved, *others])
    assert users[0]["id"] == others[0]


def test_windows_of_ids_join_up(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    truth = ids(org.users())
    low, high = truth[100], truth[333]
    found = [
        ids(walk(client, token, search=text)[0])
        for text in (f'id le "{low}"', f'id gt "{low}" and id lt "{high}"', f'id ge "{high}"')
    ]
    assert [user_id for window in found for user_id in window] == truth


def test_links_are_instances_encoded_anew(client: ReferenceClient, token: str) -> None:
    page = client.request(
        "GET", PATH + "?unknown=1&search=profile.lastName%20sw%20%22S%22&limit=3", {"authorization": f"Bearer {token}"}
    )
    own, following = page.headers.get_all("link", [])
    base = client.org.url + PATH
    search = "search=profile.lastName+sw+%22S%22"
    assert own == f'<{base}?limit=3&{search}>; rel="self"'
    assert following == f'<{base}?after={page.json[-1]["id"]}&limit=3&{search}>; rel="next"'


def test_links_can_look_different(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    org.settings(link_order="next,self", link_style="joined", link_host="org-admin.example.com", link_raw_commas=True)
    joined = client.get(PATH, token, limit="2", fields="id,status").headers.get_all("link", [])
    assert len(joined) == 1
    assert joined[0].index('rel="next"') < joined[0].index('rel="self"')
    assert "https://org-admin.example.com/api/v1/users?" in joined[0]
    assert "fields=id,status" in joined[0]
    org.settings(link_host="https://127.0.0.1:1", drop_fields_from_next=True)
    reply = client.get(PATH, token, limit="2", fields="id,status")
    assert "fields" in (reply.link("self") or "")
    assert "fields" not in (reply.link("next") or "fields")


def test_pages_can_be_shorter_than_asked_for(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    org.settings(page_size_cap=90)
    users, pages = walk(client, token, limit="200")
    assert (len(users), pages) == (450, 5)


def code(reply: Reply) -> tuple[int, str]:
    assert set(reply.json) == {"errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"}
    assert reply.headers["x-okta-request-id"]
    return reply.status, reply.json["errorCode"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"limit": "0"}, "E0000001"),
        ({"limit": "-1"}, "E0000001"),
        ({"limit": "ten"}, "E0000001"),
        ({"after": "garbage"}, "E0000029"),
        ({"after": "200u0000000000000000z"}, "E0000029"),
        ({"search": "id pr", "after": "garbage"}, "E0000031"),
        ({"search": "id pr", "sortBy": "id", "after": "garbage"}, "E0000031"),
        ({"search": "nonsense"}, "E0000031"),
        ({"search": 'lastLogin gt "2020-01-01T00:00:00.000Z"'}, "E0000031"),
        ({"search": 'created gt "yesterday"'}, "E0000030"),
        ({"search": "id pr", "sortBy": "lastLogin"}, "E0000031"),
        ({"search": "id pr", "sortBy": ""}, "E0000031"),
        ({"filter": 'profile.city eq "Lyon"'}, "E0000031"),
        ({"search": "id pr", "filter": 'status eq "ACTIVE"'}, "E0000033"),
        ({"fields": "profile:("}, "E0000001"),
    ],
)
def test_bad_requests(client: ReferenceClient, token: str, query: dict[str, str], expected: str) -> None:
    assert code(client.get(PATH, token, None, **query)) == (400, expected)


def test_cursors_differ_by_mode(client: ReferenceClient, token: str) -> None:
    following = client.get(PATH, token, limit="2").link("next") or ""
    cursor = following.partition("after=")[2].partition("&")[0]
    assert client.get(PATH, token, search="id pr", after=cursor).json["errorCauses"] == [
        {"errorSummary": "Invalid cursor."}
    ]


def test_limits(client: ReferenceClient, token: str) -> None:
    assert len(client.get(PATH, token).json) == 200
    assert len(client.get(PATH, token, limit="1000").json) == 200
    assert len(client.get(PATH, token, q="a").json) == 10
    found = client.get(PATH, token, q="a", limit="200")
    assert len(found.json) > 10
    assert found.headers["link"] is None


def test_q_finds_beginnings_of_names_and_mail(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    expected = [
        user["id"]
        for user in org.users()
        if user["status"] != "DEPROVISIONED"
        and any(user["profile"][name].lower().startswith("sa") for name in ("firstName", "lastName", "email"))
    ]
    assert ids(client.get(PATH, token, q="SA", limit="200").json) == expected


def test_filter_minds_case_and_search_does_not(client: ReferenceClient, token: str) -> None:
    assert client.get(PATH, token, filter='status eq "active"').json == []
    assert client.get(PATH, token, search='status eq "active"').json


def test_views(client: ReferenceClient, token: str) -> None:
    full = client.get(PATH, token, limit="8").json
    assert set(full[5]) - set(full[6]) == {"transitioningToStatus"}
    assert "credentials" in full[0]
    assert set(full[0]["_links"]) == {"self"}
    header = {"content-type": 'application/json; okta-response="omitCredentials,omitX, omitTransitioningToStatus"'}
    lean = client.get(PATH, token, header, limit="8").json
    assert "credentials" not in lean[0]
    assert "transitioningToStatus" not in lean[5]
    projected = client.get(PATH, token, limit="8", fields="status,profile:(login)").json
    assert projected[6] == {
        "id": full[6]["id"], "status": full[6]["status"], "profile": {"login": full[6]["profile"]["login"]},
    }  # fmt: skip


def test_one_user(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    user = org.users()[20]
    shown = client.get(f"{PATH}/{user['id']}", token)
    assert {**shown.json, "_links": None} == {**user, "_links": None}
    login = user["profile"]["login"]
    for name in (login.upper(), login.replace("@", "%40"), login.partition("@")[0]):
        assert client.get(f"{PATH}/{name}", token).json["id"] == user["id"]
    lean = client.get(f"{PATH}/{user['id']}", token, {"content-type": "x; okta-response=omitCredentialsLinks"})
    assert "changePassword" in shown.json["_links"]
    assert "changePassword" not in lean.json["_links"]
    missing = client.get(f"{PATH}/nobody@acme.example", token)
    assert code(missing) == (404, "E0000007")
    assert missing.json["errorSummary"] == "Not found: Resource not found: nobody@acme.example (User)"
    assert client.get(f"{PATH}/sam.taylor", token).status == 404


def test_who_may_list(client: ReferenceClient, org: RunningOrg) -> None:
    assert code(client.request("GET", PATH)) == (403, "E0000005")
    assert code(client.get(PATH, "unknown")) == (401, "E0000011")
    assert code(client.request("GET", PATH, {"authorization": "SSWS x"})) == (401, "E0000011")
    reply = client.get(PATH, client.token("okta.groups.read"))
    assert code(reply) == (403, "E0000006")
    assert reply.headers["www-authenticate"].startswith("Bearer ")
    assert 'scope="okta.users.read", error="insufficient_scope"' in reply.headers["www-authenticate"]
    org.register_app("0oanorole", admin_role=False)
    other = ReferenceClient(org, "0oanorole")
    assert code(other.get(PATH, other.token())) == (403, "E0000006")
    org.register_app("0oanorole", admin_role="empty")
    assert other.get(PATH, other.token()).json == []
    token = client.token()
    org.settings(clock_offset=3700)
    assert code(client.get(PATH, token)) == (401, "E0000011")


def test_paths_and_methods(client: ReferenceClient, token: str) -> None:
    headers = {"authorization": f"Bearer {token}"}
    assert code(client.request("POST", PATH, headers)) == (405, "E0000022")
    assert code(client.get(PATH + "/", token)) == (405, "E0000022")
    unknown = client.get("/api/v1/unknown", token)
    assert code(unknown) == (404, "E0000008")
    assert unknown.headers["x-rate-limit-limit"] is None
    assert client.get("/unknown", token).json == {"status": 404, "message": "Resource not found"}
    slash = client.get(PATH + "/a%2Fb", token)
    assert (slash.status, slash.headers.get_content_type()) == (400, "text/html")
    assert client.get("/.well-known/okta-organization", token).json["pipeline"] == "idx"
