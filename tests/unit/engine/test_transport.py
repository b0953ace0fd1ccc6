# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_transport`: what is tried again, how often, and how long is waited in between."""

from __future__ import annotations

import socket
import ssl
import typing as t

import pytest
import requests

from ansible_collections.idops.okta.plugins.module_utils._clock import Clock
from ansible_collections.idops.okta.plugins.module_utils._errors import UnexpectedAnswer, Unreachable, WaitTooLong
from ansible_collections.idops.okta.plugins.module_utils._http import Request, Response
from ansible_collections.idops.okta.plugins.module_utils._transport import MOST_ATTEMPTS, Transport
from ansible_collections.idops.okta.tests.unit.engine.support import (
    NOW,
    USERS_URL,
    FakeClock,
    Pairs,
    Step,
    fake_clock,
    http_date,
    make_transport,
    rate,
    script,
    slept,
)

GET = f"GET {USERS_URL}"
BUCKET = "/api/v1/users"
RESET = requests.ConnectionError(ConnectionResetError(104, "reset"))
BACKOFF = [0.75, 1.5, 3.0, 6.0]  # doubled each time, with jitter in the middle


class Signer:
    """Builds each request anew, and keeps the answers it was built after."""

    def __init__(self) -> None:
        self.after: list[int | None] = []

    def __call__(self, previous: Response | None) -> Request:
        self.after.append(previous.status if previous else None)
        return Request("GET", USERS_URL, {"X-Attempt": str(len(self.after))})


def send(transport: Transport) -> Response:
    return transport.send(Signer(), BUCKET)


def limited(*headers: tuple[str, str], status: int = 429) -> Step:
    return Step(GET, status, {"errorCode": "E0000047"}, [*headers, ("X-Okta-Request-Id", "Zx1")])


def window(remaining: int, reset_in: float, date: float = NOW) -> Pairs:
    return [http_date(date), *rate(600, remaining, date + reset_in)]


# --- Failures of the network and the server --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("failures", range(1, MOST_ATTEMPTS))
def test_a_server_that_fails_for_a_while(status: int, failures: int) -> None:
    transport, signer = make_transport(), Signer()
    with script(*[Step(GET, status)] * failures, Step(GET, body=[])) as sent:
        answer = transport.send(signer, BUCKET)
    assert (answer.status, answer.attempts) == (200, failures + 1)
    assert slept(transport) == BACKOFF[:failures]
    assert transport.waited_seconds == pytest.approx(sum(BACKOFF[:failures]))
    assert transport.requests_sent == failures + 1
    assert signer.after == [None, *[status] * failures]
    assert [request.headers["X-Attempt"] for request in sent] == [str(number + 1) for number in range(failures + 1)]


def test_a_server_that_fails_for_good() -> None:
    transport = make_transport()
    with script(*[Step(GET, 503)] * MOST_ATTEMPTS):
        answer = send(transport)
    assert (answer.status, answer.attempts) == (503, MOST_ATTEMPTS)
    assert slept(transport) == BACKOFF


def test_a_network_that_fails_for_a_while() -> None:
    transport, signer = make_transport(), Signer()
    with script(Step(GET, error=RESET), Step(GET, 500), Step(GET, error=RESET), Step(GET)):
        assert transport.send(signer, BUCKET).attempts == 4
    assert slept(transport) == BACKOFF[:3]
    assert signer.after == [None, None, 500, 500]


def test_a_network_that_fails_for_good() -> None:
    transport = make_transport()
    with script(*[Step(GET, error=RESET)] * MOST_ATTEMPTS), pytest.raises(Unreachable, match="It was tried 5 times."):
        send(transport)
    assert slept(transport) == BACKOFF


def test_a_body_cut_off_is_asked_for_again() -> None:
    transport = make_transport()
    with script(Step(GET, body=b"[1", headers=[("Content-Length", "3")]), Step(GET, body=b"[1]")):
        assert send(transport).json() == [1]


@pytest.mark.parametrize("jitter", [0.0, 1.0])
def test_jitter(jitter: float) -> None:
    transport = make_transport(clock=FakeClock(jitter))
    with script(Step(GET, 500), Step(GET, 500), Step(GET)):
        send(transport)
    assert slept(transport) == [0.5 + jitter / 2, 1.0 + jitter]


HOPELESS: dict[str, tuple[Step, type[Exception]]] = {
    "redirect": (Step(GET, 302), UnexpectedAnswer),
    "certificate": (
        Step(GET, error=requests.exceptions.SSLError(ssl.SSLCertVerificationError(1, "x"))),
        Unreachable,
    ),
    "TLS": (Step(GET, error=requests.exceptions.SSLError(ssl.SSLError(1, "x"))), Unreachable),
    "name": (Step(GET, error=requests.ConnectionError(socket.gaierror(socket.EAI_NONAME, "x"))), Unreachable),
    "URL": (Step(GET, error=requests.exceptions.InvalidURL("x")), Unreachable),
}


@pytest.mark.parametrize(("step", "kind"), HOPELESS.values(), ids=HOPELESS)
def test_what_cannot_succeed_is_not_tried_again(step: Step, kind: type[Exception]) -> None:
    transport = make_transport()
    with script(step), pytest.raises(kind) as caught:
        send(transport)
    assert "tried" not in str(caught.value)
    assert (slept(transport), transport.requests_sent) == ([], 1)


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 405, 409, 423, 501])
def test_an_answer_is_one(status: int) -> None:
    transport = make_transport()
    with script(Step(GET, status)):
        assert send(transport).status == status
    assert slept(transport) == []


@pytest.mark.parametrize(("max_wait", "waits"), [(0, []), (0.74, []), (0.75, [0.75]), (5, BACKOFF[:2])])
def test_max_wait_bounds_retries_too(max_wait: float, waits: list[float]) -> None:
    transport = make_transport(max_wait=max_wait)
    with script(*[Step(GET, 500)] * (len(waits) + 1)):
        assert send(transport).status == 500
    assert slept(transport) == waits
    transport = make_transport(max_wait=max_wait)
    with script(*[Step(GET, error=RESET)] * (len(waits) + 1)), pytest.raises(Unreachable) as caught:
        send(transport)
    assert ("tried" in str(caught.value)) == bool(waits)


def test_each_request_has_its_own_attempts() -> None:
    transport = make_transport()
    with script(*[Step(GET, 500)] * 4, Step(GET), *[Step(GET, 500)] * 4, Step(GET)):
        assert [send(transport).attempts for dummy in range(2)] == [5, 5]


def test_what_the_builder_raises_is_not_tried_again() -> None:
    transport = make_transport()

    def build(previous: Response | None) -> Request:
        raise UnexpectedAnswer("no")

    with script(), pytest.raises(UnexpectedAnswer):
        transport.send(build, BUCKET)
    with script(Step(GET)):
        assert send(transport).status == 200


# --- Rate limits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("skew", [-600, 0, 600])
def test_a_429_is_waited_for_by_the_servers_clock(skew: float) -> None:
    transport = make_transport()
    with script(limited(*window(0, 40, NOW + skew)), Step(GET)):
        assert send(transport).status == 200
    assert slept(transport) == [40.6]  # to the end of the window, and up to a second so that not all start at once
    assert transport.waited_seconds == pytest.approx(40.6)


def test_a_429_without_a_date() -> None:
    transport = make_transport()
    with script(limited(*rate(600, 0, NOW + 40)), Step(GET)):
        send(transport)
    assert slept(transport) == [40.6]


@pytest.mark.parametrize("headers", [[http_date(), *rate(0, 0, NOW + 60)], [http_date()], rate(600, 0, NOW)[:2]])
def test_a_429_that_names_no_window_is_waited_for_a_moment(headers: Pairs) -> None:
    """Too many requests at once (limit 0, remaining 0), or a 429 without the headers."""
    transport = make_transport()
    with script(*[limited(*headers)] * 8, Step(GET)):
        assert send(transport).attempts == 9
    assert slept(transport) == [0.75, 1.5, 3.0, 6.0, 12.0, 22.5, 22.5, 22.5]


def test_limits_do_not_count_as_failures() -> None:
    transport = make_transport()
    with script(*[limited()] * 10, *[Step(GET, 500)] * 4, Step(GET)):
        assert send(transport).attempts == 15


def test_a_reset_that_has_passed_is_not_asked_about_again_and_again() -> None:
    transport = make_transport()
    with script(*[limited(*window(0, 0))] * 5, Step(GET)):
        send(transport)
    waits = slept(transport)
    assert waits == sorted(waits)
    assert waits[-1] >= 5


def test_a_reset_far_away_is_not_believed() -> None:
    transport = make_transport(max_wait=86400)
    with script(limited(*window(0, 10**8)), Step(GET)):
        send(transport)
    assert slept(transport) == [3600.6]


@pytest.mark.parametrize(
    ("max_wait", "headers", "words"),
    [
        (
            30,
            window(0, 40),
            "It would take 41 more seconds to go on; 0 have been waited, and max_wait allows 30 in all",
        ),
        (0, [], "It would take 1 more seconds"),
        (40.5, window(0, 40), "max_wait allows 40.5 in all"),
    ],
)
def test_a_wait_that_is_too_long(max_wait: float, headers: Pairs, words: str) -> None:
    transport = make_transport(max_wait=max_wait)
    with script(limited(*headers)), pytest.raises(WaitTooLong) as caught:
        send(transport)
    assert words in str(caught.value)
    assert BUCKET in str(caught.value)
    assert "Raise max_wait" in caught.value.remedy
    assert caught.value.result() == {
        "msg": str(caught.value),
        "status": 429,
        "error_code": "E0000047",
        "request_id": "Zx1",
    }
    assert slept(transport) == []


def test_max_wait_holds_for_all_waits_together() -> None:
    transport = make_transport(max_wait=100)
    with script(*[limited(*window(0, 40))] * 3), pytest.raises(WaitTooLong, match="81 have been waited"):
        send(transport)
    assert slept(transport) == [40.6, 40.6]


@pytest.mark.parametrize("body", [b"", b"<html>", {"errorCode": 5}, {"errorCode": "x" * 90}])
def test_a_429_of_any_body(body: object) -> None:
    transport = make_transport(max_wait=0)
    with script(Step(GET, 429, body)), pytest.raises(WaitTooLong) as caught:
        send(transport)
    assert len(caught.value.error_code or "") <= 41


# --- Pacing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reserve", "remaining", "waits"), [(0, 1, []), (0, 0, [40.0]), (10, 60, [40.0]), (10, 61, []), (50, 300, [40.0])]
)
def test_the_reserve_is_left_to_others(reserve: int, remaining: int, waits: list[float]) -> None:
    transport = make_transport(reserve=reserve)
    with script(Step(GET, headers=window(remaining, 40)), Step(GET)):
        send(transport)
        send(transport)
    assert slept(transport) == waits


def test_time_that_passes_by_itself_counts() -> None:
    transport = make_transport()
    with script(Step(GET, headers=window(0, 40)), Step(GET)):
        send(transport)
        fake_clock(transport).pass_by(30)
        send(transport)
    assert slept(transport) == [10.0]


def test_a_pace_that_would_take_too_long() -> None:
    transport = make_transport(max_wait=10)
    with script(Step(GET, headers=window(0, 40))):
        send(transport)
        with pytest.raises(WaitTooLong, match="Okta's rate limit for /api/v1/users is used up. It would take 40"):
            send(transport)
    assert transport.requests_sent == 1


def test_too_many_requests_at_once_are_not_called_a_limit_that_is_used_up() -> None:
    """Okta's concurrent limit: limit and remaining are 0, and a later hour is no remedy."""
    transport = make_transport(max_wait=0)
    with script(limited(*rate(0, 0, NOW + 60))), pytest.raises(WaitTooLong) as caught:
        send(transport)
    assert "Okta takes no more requests at once (concurrent rate limit)" in str(caught.value)
    assert "is used up" not in str(caught.value)
    assert "other jobs" in caught.value.remedy
    assert (caught.value.status, caught.value.error_code, caught.value.request_id) == (429, "E0000047", "Zx1")


def test_another_bucket_is_not_held_up() -> None:
    transport = make_transport()
    with script(Step(GET, headers=window(0, 40)), Step(GET)):
        send(transport)
        transport.send(Signer(), "/oauth2/v1/token")
    assert slept(transport) == []


def test_the_rate_limit_is_kept() -> None:
    transport = make_transport()
    assert transport.rate_limit is None
    with script(Step(GET, headers=window(5, 40)), Step(GET)):
        send(transport)
        send(transport)
    assert transport.rate_limit
    assert transport.rate_limit.result() == {"limit": 600, "remaining": 5, "reset": NOW + 40}


def test_the_rate_limit_of_a_refusal_counts_as_well() -> None:
    transport = make_transport()
    with script(Step(GET, 403, headers=window(0, 40)), Step(GET)):
        send(transport)
        send(transport)
    assert slept(transport) == [40.0]


# --- The real clock --------------------------------------------------------------------------------------------------


def test_the_machines_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    monkeypatch.setattr("time.time", lambda: NOW)
    monkeypatch.setattr("time.monotonic", lambda: 7.0)
    clock: t.Any = Clock()
    clock.sleep(2.5)
    assert (naps, clock.time(), clock.monotonic()) == ([2.5], NOW, 7.0)
    assert all(0 <= clock.jitter() <= 1 for dummy in range(100))
    assert clock.jitter() != clock.jitter()
