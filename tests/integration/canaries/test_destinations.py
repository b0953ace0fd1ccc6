# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where secrets go: to the org, and nowhere else."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.canaries.forms import Canary, Search
from integration.canaries.servers import Answer, Listener, forwarding, listening
from integration.journals import TOKEN, asked, header
from integration.module_runs import ModuleRun, Modules

from sandbox import RunningOrg, start

USERS = "/api/v1/users"
PASSWORD = "proxy-canary-6Tg1-aZ_3wE-never-to-be-seen"
NETRC = "machine localhost login intruder password netrc-canary\ndefault login intruder password netrc-canary\n"


@pytest.fixture
def stranger() -> Iterator[Listener]:
    """A server that nothing is to be sent to."""
    with listening(lambda request: Answer(200, {"Content-Type": "application/json"}, "[]")) as listener:
        yield listener


@pytest.fixture(scope="module")
def _plain_org() -> Iterator[RunningOrg]:
    with start(users=7, deprovisioned=0, seed=11, tls=False) as running:
        yield running


@pytest.fixture
def plain_org(_plain_org: RunningOrg) -> RunningOrg:
    """An org over http, which loopback alone allows."""
    _plain_org.reset()
    return _plain_org


def users(modules: Modules, org: RunningOrg, environment: dict[str, str] | None = None, **options: Any) -> ModuleRun:
    given = {**org.environment(org.dpop_client_id), **(environment or {})}
    return modules("okta_users_info", {"max_wait": 0, **options}, given)


def authorizations(org: RunningOrg) -> list[str | None]:
    return [header(entry, "authorization") for entry in org.journal()]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("path", [TOKEN, USERS])
def test_no_redirect_is_followed(
    modules: Modules, elsewhere: RunningOrg, stranger: Listener, path: str, status: int
) -> None:
    elsewhere.inject(
        {"preset": "redirect", "location": f"{stranger.url}{path}?token=x", "status": status}, None, path=path
    )
    result = users(modules, elsewhere).result
    assert "answered with a redirect" in result["msg"]
    assert stranger.received == []


def test_the_token_stays_where_it_is_when_next_leads_elsewhere(
    modules: Modules, elsewhere: RunningOrg, stranger: Listener
) -> None:
    elsewhere.inject({"preset": "foreign_next", "origin": stranger.url}, None, path=USERS)
    result = users(modules, elsewhere, page_size=1).result
    assert (result["count"], result["pages"]) == (3, 3)
    assert elsewhere.faults()[0]["struck"] == 3
    assert stranger.received == []


def test_links_that_name_another_host_are_read_for_path_and_query(
    modules: Modules, elsewhere: RunningOrg, stranger: Listener
) -> None:
    elsewhere.settings(link_host=stranger.url)
    assert users(modules, elsewhere, page_size=2).result["count"] == 3
    assert stranger.received == []


@pytest.mark.parametrize("variable", ["HOME", "NETRC"])
def test_netrc_is_not_read(modules: Modules, elsewhere: RunningOrg, tmp_path: Path, variable: str) -> None:
    file = tmp_path / ".netrc"
    file.touch(mode=0o600)
    file.write_text(NETRC)
    environment = {"HOME": str(tmp_path), "NETRC": str(file)} if variable == "NETRC" else {"HOME": str(tmp_path)}
    assert users(modules, elsewhere, environment).result["count"] == 3
    journal = elsewhere.journal()
    assert {header(entry, "authorization") for entry in asked(journal, TOKEN)} == {None}
    (listed,) = asked(journal, USERS)
    assert header(listed, "authorization") == f"DPoP {elsewhere.tokens()[-1]}"


def test_cookies_are_not_sent_back(modules: Modules, elsewhere: RunningOrg) -> None:
    assert users(modules, elsewhere, page_size=1).result["pages"] == 3
    assert all("cookie" not in entry["headers"] for entry in elsewhere.journal())


def test_a_proxy_with_a_password_sees_no_token_of_an_https_org(modules: Modules, elsewhere: RunningOrg) -> None:
    with listening(forwarding) as proxy:
        by = proxy.url.replace("//", f"//someone:{PASSWORD}@")
        assert users(modules, elsewhere, {"HTTPS_PROXY": by, "https_proxy": by}).result["count"] == 3
    assert {request.method for request in proxy.received} == {"CONNECT"}
    assert all(request.header("Authorization") is None for request in proxy.received)
    for entry in elsewhere.journal():
        assert not [name for name in entry["headers"] if name.startswith("proxy-")]
        assert header(entry, "authorization") in (None, f"DPoP {elsewhere.tokens()[-1]}")


def test_the_password_of_a_proxy_is_in_no_header_for_the_org(modules: Modules, plain_org: RunningOrg) -> None:
    with listening(forwarding) as proxy:
        by = proxy.url.replace("//", f"//someone:{PASSWORD}@")
        assert users(modules, plain_org, {"HTTP_PROXY": by, "http_proxy": by}).result["count"] == 7
    basic = base64.b64encode(f"someone:{PASSWORD}".encode()).decode()
    assert {request.header("Proxy-Authorization") for request in proxy.received} == {f"Basic {basic}"}
    for number, request in enumerate(proxy.received):
        others = [value for name, value in request.headers if name.lower() != "proxy-authorization"]
        assert Search([Canary("password", PASSWORD)], shapes=False).in_text("\n".join(others)) == [], number
    assert set(authorizations(plain_org)) == {None, f"DPoP {plain_org.tokens()[-1]}"}


@pytest.mark.parametrize(
    "url", ["http://someone:{}@127.0.0.1:9", "http://someone:{}@[::1", "http://:{}", "{}", "ftp://{}:{}@x:y"]
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_that_fails_is_reported_without_its_password(
    modules: Modules, elsewhere: RunningOrg, variable: str, url: str
) -> None:
    run = users(modules, elsewhere, {variable: url.format(PASSWORD, PASSWORD)})
    assert run.result["failed"]
    assert Search([Canary("password", PASSWORD)]).in_text(run.stdout + run.stderr) == []


def test_a_proxy_that_refuses_is_reported_without_its_password(modules: Modules, elsewhere: RunningOrg) -> None:
    def refuse(request: Any) -> Answer:
        said = request.header("Proxy-Authorization") or "nothing"
        return Answer(407, {"Proxy-Authenticate": f'Basic realm="{said}"', "Content-Length": "0"}, said)

    with listening(refuse) as proxy:
        run = users(modules, elsewhere, {"HTTPS_PROXY": proxy.url.replace("//", f"//someone:{PASSWORD}@")})
    assert proxy.received
    assert "proxy" in run.result["msg"]
    assert Search([Canary("password", PASSWORD)]).in_text(run.stdout + run.stderr) == []


@pytest.mark.parametrize(
    "host", ["acme.okta.com", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "[2001:db8::1]", "0.0.0.0"]
)
def test_nothing_goes_to_another_machine_in_clear(
    modules: Modules, plain_org: RunningOrg, stranger: Listener, host: str
) -> None:
    environment = {"http_proxy": stranger.url, "HTTP_PROXY": stranger.url}
    for module in ("okta_token", "okta_users_info"):
        given = {**plain_org.environment(), "OKTA_ORG_URL": f"http://{host}", **environment}
        assert "Use https://" in modules(module, {}, given).result["msg"]
    assert stranger.received == []
    assert plain_org.journal() == []


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o644, 0o640, 0o604, 0o660, 0o777])
def test_a_key_file_that_others_have_access_to_draws_a_warning(
    modules: Modules, elsewhere: RunningOrg, tmp_path: Path, mode: int
) -> None:
    file = tmp_path / "key.pem"
    file.write_text(elsewhere.private_key)
    file.chmod(mode)
    result = users(modules, elsewhere, {"OKTA_PRIVATE_KEY_FILE": str(file)}).result
    warnings = [str(warning) for warning in result.get("warnings", [])]
    warned = [warning for warning in warnings if f"mode {mode:04o}" in warning and str(file) in warning]
    assert len(warned) == (1 if mode & 0o077 else 0), warnings
    assert result["count"] == 3
