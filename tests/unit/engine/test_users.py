# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_users` and `_user_walk`: the whole list or a failure; in memory, as a file, or one by one."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import typing as t
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from ansible_collections.idops.okta.plugins.module_utils._client import Client
from ansible_collections.idops.okta.plugins.module_utils._errors import (
    IncompleteListing,
    InvalidOption,
    NotFound,
    OktaError,
    RequestRefused,
    UnexpectedAnswer,
)
from ansible_collections.idops.okta.plugins.module_utils._ordered_file import OrderedFile
from ansible_collections.idops.okta.plugins.module_utils._token import Token
from ansible_collections.idops.okta.plugins.module_utils._user_query import Selection
from ansible_collections.idops.okta.plugins.module_utils._user_rows import DEFAULT_COLUMNS
from ansible_collections.idops.okta.plugins.module_utils._users import (
    SavedUsers,
    checksum_of,
    find_users,
    list_users,
    save_users,
)
from ansible_collections.idops.okta.tests.unit.engine.support import USERS_URL, Step, files, links, make_client, script

RESET = requests.ConnectionError(ConnectionResetError(104, "reset"))
OMITTED = "application/json; okta-response=omitCredentials,omitCredentialsLinks"


def client() -> Client:
    return make_client(Token("t-1", "Bearer"))


def records(*ids: str, **members: t.Any) -> list[dict[str, t.Any]]:
    return [{"id": name, **members} for name in ids]


def page(number: int, body: t.Any, *, last: bool = False, query: str = "limit=200", **given: t.Any) -> Step:
    call = f"GET {USERS_URL}?{query if number == 1 else f'after={number}'}"
    return Step(call, body=body, headers=[] if last else links(next=f"{USERS_URL}?after={number + 1}"), **given)


class Told(t.NamedTuple):
    """What a walk says of itself."""

    users: int
    pages: int
    complete: bool


def walk(*steps: Step, **selection: t.Any) -> tuple[list[str], Told]:
    with script(*steps):
        users, walked = list_users([client()], Selection(**selection))
    return [user["id"] for user in users], Told(walked.users, walked.pages, walked.complete)


# --- Lists -----------------------------------------------------------------------------------------------------------


def test_the_exact_request() -> None:
    expression = 'profile.a eq "ü & b"'
    encoded = quote(expression, safe="")
    with script(page(1, [], last=True, query=f"search={encoded}&limit=200")) as sent:
        list_users([client()], Selection(search=expression))
    assert sent[0].headers["Content-Type"] == OMITTED
    assert sent[0].body is None


def test_credentials_are_asked_for() -> None:
    with script(page(1, [], last=True)) as sent:
        list_users([client()], Selection(omit_credentials=False))
    assert "Content-Type" not in sent[0].headers


def test_all_users_of_all_pages() -> None:
    ids, walked = walk(page(1, records("a", "b")), page(2, []), page(3, records("c")), page(4, records("d"), last=True))
    assert ids == ["a", "b", "c", "d"]
    assert walked == Told(4, 4, True)


def test_an_org_of_many_users() -> None:
    body = [records(*(f"{number * 200 + user:06d}" for user in range(200))) for number in range(5)]
    steps = [page(number + 1, body[number], last=number == 4) for number in range(5)]
    ids, walked = walk(*steps)
    assert len(ids) == len(set(ids)) == 1000
    assert walked == Told(1000, 5, True)


def test_users_are_as_okta_sends_them() -> None:
    odd: dict[str, t.Any] = {
        "id": "a",
        "status": "NEW_STATUS",
        "lastLogin": None,
        "profile": {"x": "{{ 1 + 1 }}", "y": "\ud800", "z": ["ü", True, 1.5, None]},
        "new_member": {"deep": [{}]},
    }
    with script(page(1, [odd], last=True)):
        users, _dummy = list_users([client()], Selection())
    assert users == [odd]


def test_a_user_that_comes_twice_is_one() -> None:
    """Okta's cursor moves on while users change."""
    steps = [page(1, records("b", "a", status="OLD")), page(2, records("b", status="NEW"), last=True)]
    with script(*steps):
        users, _dummy = list_users([client()], Selection())
    assert users == [{"id": "a", "status": "OLD"}, {"id": "b", "status": "NEW"}]


def test_sorted_users_stay_in_order() -> None:
    query = "search=x&sortBy=profile.lastName&sortOrder=desc&limit=200"
    steps = [page(1, records("c", "a"), query=query), page(2, records("b"), last=True)]
    assert walk(*steps, search="x", sort_by="profile.lastName", sort_order="desc")[0] == ["c", "a", "b"]


def test_fields_go_along_to_the_next_page() -> None:
    fields = "fields=id%2Cprofile%3A%28login%29"
    steps = [
        page(1, records("a"), query=f"{fields}&limit=200"),
        Step(f"GET {USERS_URL}?after=2&{fields}", body=records("b"), headers=[]),
    ]
    assert walk(*steps, fields=("profile.login",))[0] == ["a", "b"]


def test_what_okta_was_asked_for_is_told() -> None:
    with script(page(1, [], last=True, query="search=a%20%26%20b&fields=id%2Cstatus&limit=200")):
        assert list_users([client()], Selection(search="a & b", fields=("status",)))[1].query == (
            "search=a & b&fields=id,status&limit=200"
        )


def test_members_that_okta_sends_as_a_whole_are_chosen_here() -> None:
    body = [{"id": "a", "credentials": {"provider": {"type": "OKTA"}, "emails": ["x"]}}]
    with script(page(1, body, last=True, query="fields=id%2Ccredentials&limit=200")):
        users, _dummy = list_users([client()], Selection(fields=("credentials.provider",), omit_credentials=False))
    assert users == [{"id": "a", "credentials": {"provider": {"type": "OKTA"}}}]


@pytest.mark.parametrize("how", [{"filter": "x"}, {"q": "x"}])
def test_statuses_beside_filter_and_q_are_picked_here(how: dict[str, str]) -> None:
    query = "&".join(f"{name}={value}" for name, value in how.items()) + "&limit=200"
    body = [*records("a", status="ACTIVE"), *records("b", status="STAGED"), *records("c")]
    ids, walked = walk(page(1, body, last=True, query=query), statuses=("ACTIVE",), **how)
    assert ids == ["a"]
    assert walked.users == 1


# --- limit -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "bodies", "wanted"),
    [
        (3, [["a", "b", "c"]], Told(3, 1, True)),
        (4, [["a", "b", "c"]], Told(3, 1, True)),
        (2, [["a", "b", "c"]], Told(2, 1, False)),
        (3, [["a", "b", "c"], None], Told(3, 1, False)),
        (3, [["a", "b"], ["c"]], Told(3, 2, True)),
        (3, [["a", "b"], ["c", "d"]], Told(3, 2, False)),
        (3, [["a"], [], ["b"], ["c"], None], Told(3, 4, False)),
        (1, [["a"], None], Told(1, 1, False)),
    ],
)
def test_limit(limit: int, bodies: list[list[str] | None], wanted: Told) -> None:
    """None stands for a page that must not be asked for."""
    read = [body for body in bodies if body is not None]
    steps = [
        page(number, records(*body), last=number == len(bodies), query=f"limit={limit}")
        for number, body in enumerate(read, start=1)
    ]
    ids, walked = walk(*steps, limit=limit)
    assert walked == wanted
    assert ids == [name for body in read for name in body][:limit]


def test_limit_counts_what_was_picked() -> None:
    body = [*records("a", status="ACTIVE"), *records("b", status="STAGED"), *records("c", status="ACTIVE")]
    steps = [page(1, body, query="filter=x&limit=200")]
    ids, walked = walk(*steps, filter="x", statuses=("ACTIVE",), limit=2)
    assert (ids, walked) == (["a", "c"], Told(2, 1, False))


# --- q ---------------------------------------------------------------------------------------------------------------


def full(count: int) -> list[dict[str, t.Any]]:
    return records(*(f"{number:03d}" for number in range(count)))


def test_q_that_finds_few() -> None:
    assert walk(page(1, full(199), last=True, query="q=x&limit=200"), q="x")[1] == Told(199, 1, True)


@pytest.mark.parametrize("selection", [{}, {"statuses": ("ACTIVE",)}, {"limit": 201}])
def test_q_that_could_find_more_fails(selection: dict[str, t.Any]) -> None:
    step = page(1, full(200), last=True, query="q=x&limit=200")
    with script(step), pytest.raises(IncompleteListing, match="q found 200 users or more") as caught:
        list_users([client()], Selection(q="x", **selection))
    assert "Use search" in caught.value.remedy


@pytest.mark.parametrize(("limit", "complete"), [(200, False), (5, False)])
def test_q_with_a_limit(limit: int, complete: bool) -> None:
    step = page(1, full(200), last=True, query="q=x&limit=200")
    assert walk(step, q="x", limit=limit)[1] == Told(limit, 1, complete)


# --- Lists that break off --------------------------------------------------------------------------------------------

BREAKS: dict[str, tuple[list[dict[str, t.Any]], str, dict[str, t.Any]]] = {
    "500": ([{"status": 500}] * 5, "It was tried 5 times", {"status": 500}),
    "502 with HTML": ([{"status": 502, "body": b"<html>"}] * 5, "6 bytes of no known type", {"status": 502}),
    "reset": ([{"error": RESET}] * 5, "broke off before the answer was whole. It was tried 5 times", {}),
    "403": (
        [{"status": 403, "body": {"errorCode": "E0000006", "errorSummary": "No permission"}}],
        "No permission",
        {"status": 403, "error_code": "E0000006"},
    ),
    "401": (
        [{"status": 401, "body": {"errorCode": "E0000011", "errorSummary": "Invalid token provided"}}],
        "Invalid token provided",
        {"status": 401, "error_code": "E0000011"},
    ),
    "404": (
        [{"status": 404, "body": {"errorCode": "E0000007", "errorSummary": "Not found"}}],
        "Not found",
        {"status": 404, "error_code": "E0000007"},
    ),
    "redirect": ([{"status": 302}], "answered with a redirect", {"status": 302}),
    "cut off": ([{"body": b'[{"id": "x"'}], "not valid JSON", {"status": 200}),
    "HTML": ([{"body": b"<html>"}], "not valid JSON", {"status": 200}),
    "an object": ([{"body": {}}], "not a list of objects", {"status": 200}),
    "no id": ([{"body": [{"status": "ACTIVE"}]}], "Okta sent a record without a", {}),
}


@pytest.mark.parametrize(("failing", "words", "fields"), BREAKS.values(), ids=BREAKS)
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_page_that_fails_tells_how_far_it_got(
    failing: list[dict[str, t.Any]], words: str, fields: dict[str, t.Any], at: int
) -> None:
    good = [page(1, records("a", "b")), page(2, records("c"))][: at - 1]
    bad = [page(at, **{"body": {}, **given}) for given in failing]
    with script(*good, *bad), pytest.raises(IncompleteListing) as caught:
        list_users([client()], Selection())
    assert words in str(caught.value)
    read = {1: (0, 0), 2: (2, 1), 3: (3, 2)}[at]
    result = caught.value.result()
    assert (result["users_read"], result["pages_read"]) == read
    assert f"when page {at} failed" in result["msg"] or "sent a user" in words
    assert {name: result[name] for name in fields} == fields


# --- Single users ----------------------------------------------------------------------------------------------------


def find(names: list[str], *steps: Step, **selection: t.Any) -> list[dict[str, t.Any]]:
    with script(*steps):
        return find_users(client(), names, Selection(**selection))


def one(segment: str, body: t.Any = None, status: int = 200) -> Step:
    return Step(f"GET {USERS_URL}/{segment}", status, {"id": segment} if body is None else body)


UNKNOWN = {"errorCode": "E0000007", "errorSummary": "Not found: Resource not found: x (User)"}


def test_users_in_the_order_of_their_names() -> None:
    steps = [one("00u2"), one("jane%40example.com"), one("00u1")]
    found = find(["00u2", "jane@example.com", "00u1"], *steps)
    assert [user["id"] for user in found] == ["00u2", "jane%40example.com", "00u1"]


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("a+b@example.com", "a%2Bb%40example.com"),
        ("100%", "100%25"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("山田", quote("山田")),
        ("..a", "..a"),
        ("a\\b", "a%5Cb"),
        ("{{ x }}", "%7B%7B%20x%20%7D%7D"),
    ],
)
def test_any_login_can_be_asked_for(name: str, segment: str) -> None:
    assert find([name], one(segment))


def test_a_single_user_has_the_fields_that_were_asked_for() -> None:
    body = {"id": "00u1", "status": "ACTIVE", "profile": {"login": "a", "email": "b"}}
    with script(one("00u1", body)) as sent:
        found = find_users(client(), ["00u1"], Selection(fields=("profile.login",)))
    assert found == [{"id": "00u1", "profile": {"login": "a"}}]
    assert sent[0].headers["Content-Type"] == OMITTED


def test_every_name_that_okta_does_not_know_is_told() -> None:
    with pytest.raises(NotFound) as caught:
        find(["x@example.com", "00u1", "y"], one("x%40example.com", UNKNOWN, 404), one("00u1"), one("y", UNKNOWN, 404))
    assert "'x@example.com', 'y'" in str(caught.value)
    assert caught.value.result()["unknown_users"] == ["x@example.com", "y"]
    assert (caught.value.status, caught.value.error_code) == (404, "E0000007")


def test_another_failure_is_told_at_once() -> None:
    with pytest.raises(RequestRefused) as caught:
        find(["x", "y", "z"], one("x", UNKNOWN, 404), one("y", {"errorCode": "E0000006"}, 403))
    assert caught.value.status == 403


@pytest.mark.parametrize("name", ["a/b", ".", "..", "", "  ", "/", "\ud800"])
def test_a_name_that_cannot_be_asked_for(name: str) -> None:
    """Nor is any of the others: it is said before the first request."""
    with pytest.raises(InvalidOption) as caught:
        find(["00u1", name])
    assert caught.value.remedy or "UTF-8" in str(caught.value)


def test_no_names() -> None:
    assert find([]) == []


@pytest.mark.parametrize("body", [[], "x", 5, b"null", b"", {}, {"id": ""}, {"id": 5}, {"said": "x"}])
def test_an_answer_that_is_no_user(body: t.Any) -> None:
    step = Step(f"GET {USERS_URL}/00u1", body=body if isinstance(body, bytes) else json.dumps(body).encode())
    with pytest.raises(UnexpectedAnswer):
        find(["00u1"], step)


# --- Files -----------------------------------------------------------------------------------------------------------

JANE = {"id": "a", "status": "ACTIVE", "profile": {"login": "=jane", "firstName": "Jane"}}
JOHN = {"id": "b", "status": "STAGED", "profile": {"login": "john"}}
JSONL = b"".join(json.dumps(user, sort_keys=True, separators=(",", ":")).encode() + b"\n" for user in (JANE, JOHN))


def save(
    place: Path | str, *steps: Step, kind: str = "jsonl", scratch: str | None = None, **selection: t.Any
) -> SavedUsers:
    with script(*(steps or [page(1, [JOHN]), page(2, [JANE], last=True)])):
        return save_users([client()], Selection(**selection), str(place), kind, scratch)[0]


def test_a_file_of_users(tmp_path: Path) -> None:
    place = tmp_path / "users.jsonl"
    saved = save(place)
    assert place.read_bytes() == JSONL
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert files(tmp_path) == ["users.jsonl"]
    assert (saved.path, saved.size, saved.changed) == (str(place), len(JSONL), True)
    assert saved.checksum == hashlib.sha256(JSONL).hexdigest() == checksum_of(str(place))


def test_a_table_of_users(tmp_path: Path) -> None:
    fields = "id,status,profile:(login)"
    steps = [page(1, [JOHN, JANE], last=True, query=f"fields={quote(fields, safe='')}&limit=200")]
    save(tmp_path / "users.csv", *steps, kind="csv", fields=("status", "profile.login"))
    wanted = b"id,status,profile.login\r\na,ACTIVE,'=jane\r\nb,STAGED,john\r\n"
    assert (tmp_path / "users.csv").read_bytes() == wanted


def test_a_table_without_fields_asks_for_its_columns(tmp_path: Path) -> None:
    members = "login,email,firstName,lastName"
    asked = f"id,status,created,activated,statusChanged,lastLogin,lastUpdated,passwordChanged,profile:({members})"
    save(
        tmp_path / "users.csv",
        page(1, [JANE], last=True, query=f"fields={quote(asked, safe='')}&limit=200"),
        kind="csv",
    )
    header, row, _dummy = (tmp_path / "users.csv").read_text().split("\n")
    assert header == ",".join(DEFAULT_COLUMNS)
    assert row == "a,ACTIVE,,,,,,,'=jane,,Jane,"


def test_sorted_users_are_in_order_in_the_file(tmp_path: Path) -> None:
    step = page(1, [JOHN, JANE], last=True, query="search=x&sortBy=profile.login&sortOrder=asc&limit=200")
    save(tmp_path / "users", step, search="x", sort_by="profile.login", sort_order="asc")
    assert [json.loads(line)["id"] for line in (tmp_path / "users").read_text().splitlines()] == ["b", "a"]


def test_a_user_that_comes_twice_is_one_in_the_file(tmp_path: Path) -> None:
    save(tmp_path / "users", page(1, records("a", status="OLD")), page(2, records("a", status="NEW"), last=True))
    assert (tmp_path / "users").read_text() == '{"id":"a","status":"NEW"}\n'


def test_a_file_that_is_right_already_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "users"
    place.write_bytes(JSONL)
    place.chmod(0o644)
    before = place.stat()
    assert save(place).changed is False
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_file_that_was_there_is_replaced(tmp_path: Path) -> None:
    place = tmp_path / "users"
    place.write_bytes(b"older")
    place.chmod(0o666)
    assert save(place).changed is True
    assert place.read_bytes() == JSONL
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "users")
    assert save(tmp_path / "link").path == str(tmp_path / "users")
    assert (tmp_path / "link").is_symlink()


def test_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert save("~/users").path == str(tmp_path / "users")


@pytest.mark.parametrize(("content", "changed"), [(None, True), (b"older", True), (JSONL, False)])
def test_nothing_is_written_in_check_mode(tmp_path: Path, content: bytes | None, changed: bool) -> None:
    (tmp_path / "scratch").mkdir()
    place = tmp_path / "users"
    if content is not None:
        place.write_bytes(content)
        place.chmod(0o644)
    saved = save(place, scratch=str(tmp_path / "scratch"))
    assert (saved.changed, saved.size) == (changed, len(JSONL))
    assert (place.read_bytes() if place.exists() else None) == content
    assert content is None or stat.S_IMODE(place.stat().st_mode) == 0o644
    assert files(tmp_path / "scratch") == []


@pytest.mark.parametrize("content", [None, b"older"])
def test_a_list_that_breaks_off_leaves_what_was_there(tmp_path: Path, content: bytes | None) -> None:
    place = tmp_path / "users"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(IncompleteListing):
        save(place, page(1, [JANE]), page(2, {}, status=403))
    assert (place.read_bytes() if place.exists() else None) == content
    assert files(tmp_path) == (["users"] if content else [])


@pytest.mark.parametrize("identity", ["\ud800", "x" * 70_000])
def test_an_id_that_is_none(tmp_path: Path, identity: str) -> None:
    with script(page(1, [{"id": identity}], last=True)), suppress(OktaError):
        save_users([client()], Selection(), str(tmp_path / "users"), "jsonl")


def test_a_folder_as_destination(tmp_path: Path) -> None:
    with script(), pytest.raises(InvalidOption, match="dest is a folder"):
        save_users([client()], Selection(), str(tmp_path), "jsonl")


@pytest.mark.parametrize("in_check_mode", [False, True])
def test_a_destination_in_no_folder(tmp_path: Path, in_check_mode: bool) -> None:
    place, scratch = tmp_path / "none" / "users", str(tmp_path) if in_check_mode else None
    with script(), pytest.raises(InvalidOption, match="folder"):
        save_users([client()], Selection(), str(place), "jsonl", scratch)
    assert files(tmp_path) == []


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(OrderedFile, "add", fail)
    with pytest.raises(InvalidOption, match="can't be written: No space left on device"):
        save(tmp_path / "users", page(1, [JANE]))
    assert files(tmp_path) == []


def test_the_checksum_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert checksum_of(str(tmp_path / "none")) is None
