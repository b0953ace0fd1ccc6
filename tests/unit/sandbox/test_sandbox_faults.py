# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rate limits, faults and the journal."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http.client import HTTPException, IncompleteRead
from typing import Any

import pytest

from sandbox import RunningOrg, start
from sandbox.fault_presets import PRESETS
from sandbox.okta_errors import ApiError
from sandbox.rate_limits import RateLimits
from sandbox.reference_client import ReferenceClient, Reply
from sandbox.settings import Settings

PATH = "/api/v1/users"


def test_the_rate_limit_of_a_bucket(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    org.settings(rate_limits={PATH: 2}, clock_offset=600)
    replies = [client.get(PATH, token, limit="1") for _request in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 429, 429]
    assert [reply.headers["x-rate-limit-remaining"] for reply in replies] == ["1", "0", "0", "0"]
    assert {reply.headers["x-rate-limit-limit"] for reply in replies} == {"2"}
    assert len({reply.headers["x-rate-limit-reset"] for reply in replies}) == 1
    refused = replies[-1]
    assert refused.json["errorCode"] == "E0000047"
    assert refused.headers["retry-after"] is None
    assert client.get(f"{PATH}/nobody", token).status == 404  # another bucket
    date = parsedate_to_datetime(refused.headers["date"]).timestamp()
    assert abs(date - time.time() - 600) < 30
    assert 0 < int(refused.headers["x-rate-limit-reset"]) - date <= 62
    org.reset()
    assert client.get(PATH, token, limit="1").status == 200


def test_windows_start_with_their_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(rate_limits={"bucket": 1}, rate_window=60)
    limits = RateLimits()

    def reset_at(moment: float, client_id: str = "app") -> str:
        monkeypatch.setattr(time, "time", lambda: moment)
        return dict(limits.count("bucket", client_id, settings))["x-rate-limit-reset"]

    assert reset_at(1000.5) == "1061"
    with pytest.raises(ApiError) as refusal:
        reset_at(1060.4)
    assert refusal.value.headers["x-rate-limit-reset"] == "1061"
    assert reset_at(1060.4, "another app") == "1121"
    assert reset_at(1060.5) == "1121"


def test_the_token_endpoint_has_its_own_limit_in_the_api_s_shape(client: ReferenceClient, org: RunningOrg) -> None:
    org.settings(rate_limits={"/oauth2/v1/token": 1})
    assert client.token_reply().status == 200
    refused = client.token_reply()
    assert (refused.status, refused.json["errorCode"]) == (429, "E0000047")


def test_settings_are_checked(org: RunningOrg) -> None:
    for changes in ({"speed": 1}, {"token_lifetime": "long"}, {"link_order": "next"}, {"latency_ms": True}):
        with pytest.raises(ValueError, match="setting"):
            org.settings(**changes)


EXPECTED: dict[str, tuple[int, Callable[[Reply], bool]]] = {
    "bad_request": (400, lambda reply: reply.json["errorCode"] == "E0000001"),
    "expired_token": (401, lambda reply: reply.json["errorCode"] == "E0000011"),
    "forbidden": (403, lambda reply: reply.json["errorCode"] == "E0000006"),
    "not_found": (404, lambda reply: reply.json["errorCode"] == "E0000007"),
    "odd_not_found": (404, lambda reply: "message" in reply.json),
    "feature_not_enabled": (401, lambda reply: reply.json["errorCode"] == "E0000015"),
    "rate_limited": (429, lambda reply: int(reply.headers["x-rate-limit-reset"]) <= time.time() + 4),
    "concurrency_limited": (429, lambda reply: reply.headers["x-rate-limit-limit"] == "0"),
    "rate_limited_without_headers": (429, lambda reply: "x-rate-limit-reset" not in reply.headers),
    "internal_error": (500, lambda reply: reply.json["errorCode"] == "E0000009"),
    "bad_gateway": (502, lambda reply: reply.body.startswith(b"<html>")),
    "unavailable": (503, lambda reply: reply.json["errorCode"] == "E0000010"),
    "gateway_timeout": (504, lambda reply: reply.headers.get_content_type() == "text/html"),
    "truncated_json": (200, lambda reply: reply.body.startswith(b"[{") and not reply.body.endswith(b"]")),
    "html": (200, lambda reply: reply.headers.get_content_type() == "text/html"),
    "json_object": (200, lambda reply: isinstance(reply.json, dict)),
    "json_array": (200, lambda reply: reply.json == ["unexpected"]),
    "empty_page": (200, lambda reply: reply.json == [] and reply.link("next") is not None),
    "content_length_short": (200, lambda reply: not reply.body.endswith(b"]")),
    "delay": (200, lambda reply: len(reply.json) == 3),
    "slow_drip": (200, lambda reply: len(reply.json) == 3),
    "redirect": (302, lambda reply: reply.headers["location"].startswith("https://elsewhere")),
    "repeat_cursor": (200, lambda reply: reply.link("next") == reply.link("self")),
    "foreign_next": (200, lambda reply: "<https://elsewhere" in reply.headers.get_all("link", [])[1]),
    "no_date": (200, lambda reply: reply.headers["date"] is None),
}
QUICKLY: dict[str, dict[str, Any]] = {"delay": {"seconds": 0.1}, "slow_drip": {"chunk": 2000, "seconds": 0.01}}
BROKEN: dict[str, type[Exception]] = {
    "content_length_long": IncompleteRead,
    "close_before_answer": HTTPException,
    "reset_before_answer": OSError,
    "reset_in_body": OSError,
    "hang": TimeoutError,
}


def test_every_preset_is_tried_here() -> None:
    assert set(PRESETS) == set(EXPECTED) | set(BROKEN)


@pytest.mark.parametrize("preset", EXPECTED)
def test_faults_that_answer(client: ReferenceClient, token: str, org: RunningOrg, preset: str) -> None:
    org.inject({"preset": preset, **QUICKLY.get(preset, {})}, path=PATH)
    status, holds = EXPECTED[preset]
    reply = client.get(PATH, token, limit="3")
    assert reply.status == status
    assert holds(reply)
    assert client.get(PATH, token, limit="3").status == (401 if preset == "expired_token" else 200)


@pytest.fixture(scope="module")
def plain_org() -> Any:
    """Over plain http, where what happens to a connection is not softened by TLS."""
    with start(users=60, tls=False) as org:
        yield org


@pytest.mark.parametrize("preset", BROKEN)
def test_faults_of_the_connection(plain_org: RunningOrg, preset: str) -> None:
    plain_org.reset()
    client = ReferenceClient(plain_org)
    token = client.token()
    plain_org.inject(preset, path=PATH)
    client.timeout = 0.5
    with pytest.raises(BROKEN[preset]):
        client.get(PATH, token)
    client.timeout = 10
    assert client.get(PATH, token).status == 200
    if preset.startswith("reset"):
        plain_org.inject(preset, path=PATH)
        with pytest.raises(ConnectionResetError):
            client.get(PATH, token)


def test_matches(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    org.inject("unavailable", method="GET", path=PATH, page=3)
    org.inject("bad_gateway", path=PATH, page="last")
    org.inject("forbidden", path="/api/v1/users/*", nth=2)
    org.inject("internal_error", times=2, path="/oauth2/v1/token", every=2)
    target: str | None = PATH + "?limit=100"
    statuses = []
    while target is not None:
        reply = client.get(target, token)
        statuses.append(reply.status)
        target = reply.link("next") if reply.status == 200 else target
    assert statuses == [200, 200, 503, 200, 200, 502, 200]
    assert [client.get(f"{PATH}/nobody", token).status for _request in range(3)] == [404, 403, 404]
    assert [client.token_reply().status for _request in range(5)] == [200, 500, 200, 500, 200]
    assert [fault["struck"] for fault in org.faults()] == [1, 1, 1, 2]
    org.clear_faults()
    assert org.faults() == []


def test_an_answer_of_ones_own(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    action = {"status": 418, "headers": {"X-Tea": "pot", "Date": None}, "body": {"short": "stout"}}
    org.inject({"match": {"path": PATH}, "times": 1, "action": action})
    reply = client.get(PATH, token)
    assert (reply.status, reply.json, reply.headers["x-tea"]) == (418, {"short": "stout"}, "pot")
    assert reply.headers["date"] is None
    org.inject({"status": 403}, path="/oauth2/v1/token")
    assert client.token_reply().json["error"] == "access_denied"


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "unheard_of"},
        {"action": {"preset": "delay", "minutes": 1}},
        {"action": {}},
        {"action": {"state": 500}},
        {"action": "hang", "match": {"phase": 1}},
        {"action": "hang", "times": "often"},
        {"what": 1, "action": "hang"},
    ],
)
def test_faults_are_checked(org: RunningOrg, fault: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the sandbox refused"):
        org.inject(fault)


def test_the_journal(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    org.reset()
    client.token_reply(scope="okta.users.read")
    client.request("GET", f"{PATH}?limit=1&q=a%20b", {"Authorization": f"Bearer {token}", "X-Two": "2"})
    granted, listed = org.journal()
    assert granted["method"] == "POST"
    assert granted["form"]["scope"] == "okta.users.read"
    assert granted["client_id"] == listed["client_id"] == org.client_id
    assert (listed["path"], listed["query"], listed["status"]) == (PATH, "limit=1&q=a%20b", 200)
    assert listed["headers"]["x-two"] == ["2"]
    assert listed["headers"]["authorization"] == [f"Bearer {token}"]
    assert token in org.tokens()


def test_too_many_at_once(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    org.settings(concurrency_limit=0)
    refused = client.get(PATH, token)
    assert (refused.status, refused.headers["x-rate-limit-limit"]) == (429, "0")


def test_latency(client: ReferenceClient, token: str, org: RunningOrg) -> None:
    org.settings(latency_ms=200)
    started = time.monotonic()
    client.get(PATH, token)
    assert time.monotonic() - started >= 0.2
