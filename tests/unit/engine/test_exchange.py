# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_exchange`: one request out, one whole answer in, and nothing that the environment could slip in between."""

from __future__ import annotations

import queue
import threading
import typing as t
from pathlib import Path
from unittest import mock

import pytest
import requests

from ansible_collections.idops.okta.plugins.module_utils import _exchange
from ansible_collections.idops.okta.plugins.module_utils._errors import UnexpectedAnswer, Unreachable
from ansible_collections.idops.okta.plugins.module_utils._exchange import Exchange
from ansible_collections.idops.okta.plugins.module_utils._http import Request, Response
from ansible_collections.idops.okta.plugins.module_utils._version import VERSION
from ansible_collections.idops.okta.tests.unit.engine.support import USERS_URL, Step, script

GET = f"GET {USERS_URL}"


def send(exchange: Exchange | None = None, method: str = "GET", body: bytes | None = None) -> Response:
    exchange = exchange or Exchange(verify=True, timeout=30)
    return exchange.answer(
        Request(method, USERS_URL, {"Authorization": "Bearer t", "Accept": "application/json"}, body)
    )


def test_the_whole_request() -> None:
    with script(Step(GET, body=[{"id": "00u1"}])) as sent:
        answer = send()
    assert (answer.status, answer.json(), answer.attempts) == (200, [{"id": "00u1"}], 1)
    assert sent[0].body is None
    assert dict(sent[0].headers) == {
        "User-Agent": f"idops.okta/{VERSION}",
        "Accept-Encoding": sent[0].headers["Accept-Encoding"],
        "Accept": "application/json",
        "Connection": "keep-alive",
        "Authorization": "Bearer t",
    }


def test_a_body_is_sent_as_it_is() -> None:
    with script(Step(f"POST {USERS_URL}")) as sent:
        send(method="POST", body=b"a=1&b=%20")
    assert sent[0].body == b"a=1&b=%20"
    assert sent[0].headers["Content-Length"] == "9"


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 429, 500, 503])
def test_any_status_comes_back(status: int) -> None:
    with script(Step(GET, status)):
        assert send().status == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
def test_no_redirect_is_followed(status: int) -> None:
    headers = [("Location", "https://evil.example/steal"), ("X-Okta-Request-Id", "Zx1")]
    with script(Step(GET, status, headers=headers)), pytest.raises(UnexpectedAnswer) as caught:
        send()
    assert "acme.okta.com answered with a redirect" in str(caught.value)
    assert "evil.example" not in str(caught.value)
    assert (caught.value.status, caught.value.request_id) == (status, "Zx1")


def test_each_of_several_headers_is_kept() -> None:
    with script(Step(GET, headers=[("Link", "a"), ("Link", "b"), ("Set-Cookie", "c")])):
        answer = send()
    assert answer.headers.getlist("link") == ["a", "b"]
    assert answer.headers.get("X-None") is None


# --- The environment -------------------------------------------------------------------------------------------------


def test_netrc_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login jane password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert requests.utils.get_netrc_auth(USERS_URL) == ("jane", "hunter2")  # what requests would do by itself
    with script(Step(GET)) as sent:
        send()
    assert sent[0].headers["Authorization"] == "Bearer t"


@pytest.mark.parametrize("verify", [True, False, "/etc/acme/ca.pem"])
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_does_not_change_what_is_trusted(
    monkeypatch: pytest.MonkeyPatch, verify: bool | str, variable: str
) -> None:
    monkeypatch.setenv(variable, "/etc/other/ca.pem")
    with script(Step(GET)) as sent:
        send(Exchange(verify=verify, timeout=7))
    assert kwargs(sent[0])["verify"] == verify
    assert kwargs(sent[0])["verify"] is verify or isinstance(verify, str)
    assert kwargs(sent[0])["timeout"] == 7


def kwargs(request: requests.PreparedRequest) -> dict[str, t.Any]:
    """What `responses` keeps of how the request was to be sent."""
    return t.cast("dict[str, t.Any]", t.cast(t.Any, request).req_kwargs)


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY"])
def test_a_proxy_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "http://jane:hunter2@proxy.example:3128")
    with script(Step(GET)) as sent:
        send()
    assert kwargs(sent[0])["proxies"]["https"] == "http://jane:hunter2@proxy.example:3128"
    assert "hunter2" not in str(sent[0].headers)
    assert "Proxy-Authorization" not in sent[0].headers


@pytest.mark.parametrize("exception", ["acme.okta.com", ".okta.com", "*"])
def test_no_proxy(monkeypatch: pytest.MonkeyPatch, exception: str) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", exception)
    with script(Step(GET)) as sent:
        send()
    assert not kwargs(sent[0])["proxies"]


def test_without_a_check_nothing_is_printed_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module prints its result and nothing else."""
    silenced: list[object] = []
    monkeypatch.setattr("urllib3.disable_warnings", silenced.append)
    for verify in (True, "/etc/acme/ca.pem", False):
        with script(Step(GET)):
            send(Exchange(verify=verify, timeout=30))
        assert bool(silenced) == (verify is False)


def test_cookies_are_never_sent_back() -> None:
    exchange = Exchange(verify=True, timeout=30)
    cookie = [("Set-Cookie", "JSESSIONID=abc; Path=/"), ("Set-Cookie", "DT=def; Domain=okta.com")]
    with script(Step(GET, headers=cookie), Step(GET, headers=cookie)) as sent:
        send(exchange)
        send(exchange)
    assert not [request.headers for request in sent if "Cookie" in request.headers]


# --- Failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [10, 3])
def test_a_body_shorter_than_it_says_is_no_answer(length: int) -> None:
    with script(Step(GET, body=b"[1]", headers=[("Content-Length", str(length))])):
        if length == 3:
            assert send().json() == [1]
        else:
            with pytest.raises(Unreachable, match="broke off before the answer was whole"):
                send()


def test_where_urllib3_does_not_count_it_is_counted_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """urllib3 did not before its version 2."""
    answer = mock.MagicMock(status_code=200, headers={"Content-Length": "10"})
    answer.__enter__.return_value = answer
    answer.iter_content.return_value = [b"[1", b"]"]
    answer.raw.tell.return_value = 3
    session = mock.Mock(request=mock.Mock(return_value=answer))
    monkeypatch.setattr(_exchange, "_new_session", lambda verify: session)
    with pytest.raises(Unreachable, match="broke off before the answer was whole"):
        send()
    answer.raw.tell.return_value = 10
    assert send().json() == [1]


@pytest.mark.parametrize("length", ["", "many", "3, 3", "-1"])
def test_a_length_that_is_none_is_passed_over(length: str) -> None:
    with script(Step(GET, body=b"[1]", headers=[("Content-Length", length)])):
        assert send().json() == [1]


def test_what_the_network_says_is_never_shown() -> None:
    error = requests.ConnectionError("https://acme.okta.com?client_assertion=eyJhbGciOiJSUzI1NiJ9")
    with script(Step(GET, error=error)), pytest.raises(Unreachable) as caught:
        send()
    assert "client_assertion" not in str(caught.value)
    assert caught.value.__suppress_context__


class Sessions:
    """Stands in for the sessions of requests: some never answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[Session] = []
        self.released = threading.Event()
        self.silent = False
        monkeypatch.setattr(_exchange, "_new_session", self.make)

    def make(self, verify: bool | str) -> Session:
        self.made.append(Session(self, self.silent))
        return self.made[-1]


class Session:
    def __init__(self, owner: Sessions, silent: bool) -> None:
        self.owner = owner
        self.silent = silent
        self.calls = 0

    def request(self, *args: object, **named: object) -> requests.Response:
        self.calls += 1
        if self.silent:
            self.owner.released.wait()
            raise requests.ConnectionError
        with script(Step(GET)):
            return requests.get(USERS_URL, stream=True, timeout=1)


class Impatient(queue.SimpleQueue):  # type: ignore[type-arg]
    """Waits a hundredth of a second, however long it is told to, and keeps what it was told."""

    told: t.ClassVar[list[float | None]] = []

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        self.told.append(timeout)
        return super().get(block, 0.01)


def test_an_answer_that_drips_in_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket's timeout begins anew with each byte: only the whole can be bounded."""
    sessions = Sessions(monkeypatch)
    sessions.silent = True
    monkeypatch.setattr("queue.SimpleQueue", Impatient)
    Impatient.told.clear()
    exchange = Exchange(verify=True, timeout=30)
    try:
        for _dummy in range(2):
            with pytest.raises(Unreachable) as caught:
                send(exchange)
            assert "did not end within 60 seconds" in str(caught.value)
            assert caught.value.transient
    finally:
        sessions.released.set()
    assert Impatient.told == [61, 61]
    assert len(sessions.made) == 2  # nothing is sent after what may still be on its way


def test_a_connection_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(monkeypatch)
    exchange = Exchange(verify=True, timeout=30)
    for _dummy in range(3):
        assert send(exchange).status == 200
    assert [session.calls for session in sessions.made] == [3]


def test_no_connection_is_kept_after_a_failure() -> None:
    made = []
    new_session = _exchange._new_session

    def count(verify: bool | str) -> requests.Session:
        made.append(new_session(verify))
        return made[-1]

    exchange = Exchange(verify=True, timeout=30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_exchange, "_new_session", count)
        with script(Step(GET), Step(GET, error=requests.ConnectionError()), Step(GET)):
            send(exchange)
            with pytest.raises(Unreachable):
                send(exchange)
            send(exchange)
    assert len(made) == 2
