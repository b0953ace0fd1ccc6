# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`okta_users_info`, from its arguments to its JSON."""

from __future__ import annotations

import hashlib
import json
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.modules import okta_users_info
from ansible_collections.idops.okta.tests.unit.engine import keys
from ansible_collections.idops.okta.tests.unit.engine.support import (
    CLIENT_ID,
    NOW,
    ORG,
    SCOPE,
    TOKEN_URL,
    USERS_URL,
    FakeClock,
    Step,
    form,
    holds_fragment,
    http_date,
    links,
    rate,
    script,
)
from ansible_collections.idops.okta.tests.unit.modules.support import result_of, run

TOKEN = "eyJraWQiOiJhYmMifQ.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
GRANT = Step(
    f"POST {TOKEN_URL}",
    body={"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN, "scope": SCOPE},
)
JANE = {"id": "00u1", "status": "ACTIVE", "profile": {"login": "jane@example.com"}}
JOHN = {"id": "00u2", "status": "STAGED", "profile": {"login": "john@example.com"}}
WINDOW = [http_date(NOW), *rate(600, 599, NOW + 40)]


def with_key(**given: t.Any) -> dict[str, t.Any]:
    return {"org_url": ORG, "client_id": CLIENT_ID, "private_key": keys.pem(keys.ec_key()), **given}


def with_token(**given: t.Any) -> dict[str, t.Any]:
    return {"org_url": ORG, "access_token": TOKEN, **given}


def users(*records: dict[str, t.Any], query: str = "limit=200", **given: t.Any) -> Step:
    return Step(f"GET {USERS_URL}?{query}", body=list(records), **given)


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_list(capsys: pytest.CaptureFixture[str], check_mode: bool) -> None:
    pages = [
        users(JANE, headers=[*WINDOW, *links(self=USERS_URL, next=f"{USERS_URL}?after=00u1")]),
        users(JOHN, query="after=00u1", headers=[http_date(NOW), *rate(600, 598, NOW + 40)]),
    ]
    with script(GRANT, *pages) as sent:
        outcome = run(okta_users_info, capsys, **with_key(_ansible_check_mode=check_mode))
    assert result_of(outcome) == {
        "users": [JANE, JOHN],
        "org_url": ORG,
        "query": "limit=200",
        "count": 2,
        "complete": True,
        "pages": 2,
        "requests": 3,
        "waited_seconds": 0.0,
        "rate_limit": {"limit": 600, "remaining": 598, "reset": NOW + 40},
        "changed": False,
    }
    assert form(sent[0])["scope"] == SCOPE
    assert outcome.warnings == []
    assert not holds_fragment(outcome.printed, TOKEN)


def test_a_list_that_limit_cut(capsys: pytest.CaptureFixture[str]) -> None:
    with script(users(JANE, JOHN, query="limit=1")):
        result = run(okta_users_info, capsys, **with_token(limit=1)).result
    assert (result["count"], result["complete"], result["users"]) == (1, False, [JANE])


def test_waits_are_told(capsys: pytest.CaptureFixture[str], clock: FakeClock) -> None:
    with script(users(status=429, headers=[http_date(NOW), *rate(600, 0, NOW + 40)]), users(JANE)):
        result = run(okta_users_info, capsys, **with_token()).result
    assert result["waited_seconds"] == pytest.approx(sum(clock.slept), abs=0.001)
    assert result["waited_seconds"] >= 40
    assert (result["requests"], result["pages"]) == (2, 1)


def test_an_org_that_says_nothing_of_its_limits(capsys: pytest.CaptureFixture[str]) -> None:
    with script(users(JANE)):
        assert run(okta_users_info, capsys, **with_token()).result["rate_limit"] is None


@pytest.mark.parametrize(
    ("given", "query", "warned"),
    [
        ({}, "limit=200", True),
        (
            {"include_deprovisioned": True},
            "filter=lastUpdated%20ge%20%221970-01-01T00%3A00%3A00.000Z%22&limit=200",
            True,
        ),
        ({"search": " ", "filter": "", "q": ""}, "limit=200", True),
        ({"statuses": ["LOCKED_OUT"]}, "filter=status%20eq%20%22LOCKED_OUT%22&limit=200", False),
        ({"search": "x"}, "search=x&limit=200", False),
        ({"q": "x"}, "q=x&limit=200", False),
    ],
)
def test_an_empty_org_draws_a_warning(
    capsys: pytest.CaptureFixture[str], given: dict[str, t.Any], query: str, warned: bool
) -> None:
    with script(users(query=query)):
        outcome = run(okta_users_info, capsys, **with_token(**given))
    assert outcome.result["count"] == 0
    assert bool(outcome.warnings) == warned
    assert all("admin role" in warning for warning in outcome.warnings)


def test_single_users(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [Step(f"GET {USERS_URL}/jane%40example.com", body=JANE), Step(f"GET {USERS_URL}/00u2", body=JOHN)]
    with script(*steps):
        result = run(okta_users_info, capsys, **with_token(user=["jane@example.com", "00u2"], fields=["status"])).result
    assert result["users"] == [{"id": "00u1", "status": "ACTIVE"}, {"id": "00u2", "status": "STAGED"}]
    assert (result["count"], result["complete"], result["pages"], result["requests"]) == (2, True, 0, 2)


def test_no_single_users(capsys: pytest.CaptureFixture[str]) -> None:
    with script():
        outcome = run(okta_users_info, capsys, **with_token(user=[]))
    assert (outcome.result["users"], outcome.warnings) == ([], [])


def test_a_user_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    body = {"errorCode": "E0000007", "errorSummary": "Not found: Resource not found: nobody@example.com (User)"}
    with script(Step(f"GET {USERS_URL}/nobody%40example.com", 404, body)):
        result = run(okta_users_info, capsys, **with_token(user=["nobody@example.com"])).result
    assert result["failed"]
    assert "nobody@example.com" in result["msg"]
    assert result["unknown_users"] == ["nobody@example.com"]
    assert (result["status"], result["error_code"]) == (404, "E0000007")


def test_a_list_that_breaks_off_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [users(JANE, headers=links(next=f"{USERS_URL}?after=00u1")), *[users(query="after=00u1", status=503)] * 5]
    with script(*steps):
        outcome = run(okta_users_info, capsys, **with_token())
    assert not outcome.ok
    assert "users" not in outcome.result
    assert (outcome.result["users_read"], outcome.result["pages_read"], outcome.result["status"]) == (1, 1, 503)
    assert "jane@example.com" not in outcome.printed


def test_what_comes_from_the_org_is_data(capsys: pytest.CaptureFixture[str]) -> None:
    odd = {
        **JANE,
        "profile": {
            "a": "{{ lookup('pipe', 'id') }}",
            "b": "<script>",
            "c": "=1+1",
            "d": "\x1b[31m\x00\u2028",
            "e": "\ud800",
            "f": "x" * 100_000,
            "山": "田",
        },
    }
    with script(users(odd)):
        outcome = run(okta_users_info, capsys, **with_token())
    assert outcome.result["users"] == [odd]


REFUSALS: list[tuple[dict[str, t.Any], str]] = [
    *(
        ({first: "x", second: "y"}, f"{first} and {second} are both set")
        for first, second in (("filter", "search"), ("q", "search"), ("filter", "q"))
    ),
    *(({first: "x", "user": ["y"]}, f"{first} and user are both set") for first in ("search", "filter", "q")),
    ({"user": ["x"], "statuses": ["ACTIVE"]}, "user and statuses"),
    ({"user": ["x"], "limit": 5}, "user and limit"),
    ({"user": ["x"], "sort_by": "profile.login"}, "user and sort_by"),
    ({"user": ["x"], "include_deprovisioned": True}, "user and include_deprovisioned"),
    ({"user": ["x"], "dest": "/tmp/x"}, "user and dest"),
    ({"user": ["x", ""]}, "user holds an empty name"),
    ({"user": ["a/b"]}, "no user by the login 'a/b'"),
    ({"q": "x", "include_deprovisioned": True}, "leaves DEPROVISIONED users out of q"),
    ({"sort_by": "profile.login"}, "Okta sorts what search finds"),
    ({"page_size": 201}, "page_size is 201"),
    ({"limit": 0}, "limit is 0"),
    ({"fields": ["profile:(login)"]}, "fields holds"),
    ({"fields": ["credentials"]}, "fields asks for credentials"),
    ({"workers": 9}, "workers is 9"),
    ({"workers": 2, "q": "x"}, "workers and q"),
    ({"dest": "/", "dest_format": "csv"}, "dest is a folder"),
    ({"dest_format": "xlsx"}, "value of dest_format must be one of"),
    ({"sort_order": "up"}, "value of sort_order must be one of"),
]


@pytest.mark.parametrize(
    ("given", "words"), REFUSALS, ids=lambda case: repr(case)[:50] if isinstance(case, dict) else ""
)
def test_what_is_refused_before_any_request(
    capsys: pytest.CaptureFixture[str], given: dict[str, t.Any], words: str
) -> None:
    with script():
        outcome = run(okta_users_info, capsys, **with_token(**given))
    assert not outcome.ok
    assert words in outcome.result["msg"]


def test_a_bound_token_without_its_key_is_refused_before_any_request(capsys: pytest.CaptureFixture[str]) -> None:
    bound = "eyJhbGciOiJSUzI1NiJ9.eyJjbmYiOnsiamt0IjoiYWJjIn19.c2ln"
    with script():
        outcome = run(okta_users_info, capsys, org_url=ORG, access_token=bound)
    assert "access_token is DPoP-bound, and dpop_key is not set" in outcome.result["msg"]


# --- Files -----------------------------------------------------------------------------------------------------------


def rows(*records: dict[str, t.Any]) -> bytes:
    return b"".join(json.dumps(each, sort_keys=True, separators=(",", ":")).encode() + b"\n" for each in records)


def test_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = tmp_path / "users.jsonl"
    with script(users(JANE, JOHN)):
        result = result_of(run(okta_users_info, capsys, **with_token(dest=str(place))))
    content = rows(JANE, JOHN)
    assert place.read_bytes() == content
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert "users" not in result
    assert (result["changed"], result["count"], result["complete"], result["pages"]) == (True, 2, True, 1)
    assert (result["path"], result["size"]) == (str(place), len(content))
    assert result["checksum"] == hashlib.sha256(content).hexdigest()
    with script(users(JOHN, JANE)):
        assert run(okta_users_info, capsys, **with_token(dest=str(place))).result["changed"] is False


def test_a_file_counts_what_is_in_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A user that moved between pages while they were read comes twice."""
    place = tmp_path / "users.jsonl"
    steps = [users(JANE, JOHN, headers=links(next=f"{USERS_URL}?after=x")), users(JOHN, query="after=x")]
    with script(*steps):
        result = run(okta_users_info, capsys, **with_token(dest=str(place))).result
    assert result["count"] == len(place.read_bytes().splitlines()) == 2
    with script(*steps):
        assert run(okta_users_info, capsys, **with_token()).result["count"] == 2


@pytest.mark.parametrize("file_format", ["jsonl", "csv"])
def test_check_mode_and_diff(capsys: pytest.CaptureFixture[str], tmp_path: Path, file_format: str) -> None:
    place = tmp_path / "users"
    query = "fields=id%2Cstatus&limit=200"
    given = with_token(dest=str(place), dest_format=file_format, fields=["status"], _ansible_diff=True)
    with script(users(JANE, query=query)):
        result = run(okta_users_info, capsys, **given, _ansible_check_mode=True, _ansible_tmpdir=str(tmp_path)).result
    assert result["changed"] is True
    assert list(tmp_path.iterdir()) == []
    assert (result["diff"]["before"], result["diff"]["after"]) == ("", "1 users\n")
    with script(users(JANE, query=query)):
        assert run(okta_users_info, capsys, **given).result["changed"] is True
    with script(users(JANE, JOHN, query=query)):
        result = run(okta_users_info, capsys, **given).result
    assert (result["diff"]["before"], result["diff"]["after"]) == ("1 users\n", "2 users\n")
    assert "jane@example.com" not in str(result["diff"])


def test_a_list_that_breaks_off_leaves_no_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with script(users(JANE, headers=links(next=f"{USERS_URL}?after=x")), users(query="after=x", status=403)):
        outcome = run(okta_users_info, capsys, **with_token(dest=str(tmp_path / "users")))
    assert not outcome.ok
    assert list(tmp_path.iterdir()) == []


def test_an_empty_org_draws_a_warning_for_a_file_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with script(users()):
        outcome = run(okta_users_info, capsys, **with_token(dest=str(tmp_path / "users")))
    assert len(outcome.warnings) == 1


# --- Secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [users(JANE), users(status=403), users(status=200)])
def test_no_secret_is_in_the_output(capsys: pytest.CaptureFixture[str], answer: Step) -> None:
    jwk = keys.private_jwk(keys.ec_key())
    with script(GRANT, answer):
        outcome = run(okta_users_info, capsys, **with_key(private_key=jwk, private_key_passphrase=keys.PASSPHRASE))
    for secret in (jwk["d"], TOKEN, keys.PASSPHRASE):
        assert not holds_fragment(outcome.printed, secret)


def test_a_token_that_an_org_echoes_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    body = {"errorCode": "E0000001", "errorSummary": f"You sent {TOKEN}"}
    with script(GRANT, Step(f"GET {USERS_URL}?limit=200", 400, body)):
        outcome = run(okta_users_info, capsys, **with_key())
    assert not holds_fragment(outcome.printed, TOKEN, 12)
