# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes from outside the playbook: environment variables, empty ones too, libraries, certificates, proxies."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from integration.journals import TOKEN, USERS, asked
from integration.module_runs import Modules, World
from integration.playbooks import Player, task

from sandbox import RunningOrg

EMPTY = (
    *("OKTA_ORG_URL", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY", "OKTA_PRIVATE_KEY_FILE", "OKTA_PRIVATE_KEY_PASSPHRASE"),
    *("OKTA_KEY_ID", "OKTA_SCOPES", "OKTA_ACCESS_TOKEN", "OKTA_DPOP", "OKTA_CA_PATH"),
    *("OKTA_TIMEOUT", "OKTA_MAX_WAIT", "OKTA_RATE_LIMIT_RESERVE"),
)


def sdk_environment(org: RunningOrg) -> dict[str, str]:
    """As Okta's SDKs name the variables."""
    return {
        "OKTA_CLIENT_ORGURL": org.url,
        "OKTA_CLIENT_CLIENTID": org.client_id,
        "OKTA_CLIENT_PRIVATEKEY": org.private_key,
        "OKTA_CLIENT_KID": org.key_id,
        "OKTA_CLIENT_SCOPES": "okta.users.read okta.groups.read",
        "OKTA_CA_PATH": str(org.ca_path),
    }


def test_nothing_but_the_environment(play: Player, org: RunningOrg) -> None:
    """With empty variables beside those that count, as AWX sends them."""
    empty = dict.fromkeys(EMPTY, "")
    run = play(
        [
            task("Own names", "okta_users_info", {"limit": 1}),
            task("SDKs' names", "okta_users_info", {"limit": 1}, environment={**empty, **sdk_environment(org)}),
            task("Nothing", "okta_users_info", environment=empty, ignore_errors=True),
        ],
        {**empty, **org.environment()},
    )

    assert run["Own names"]["count"] == run["SDKs' names"]["count"] == 1
    assert "org_url is not set" in run.failure("Nothing")["msg"]
    assert [entry["form"]["scope"] for entry in asked(org.journal(), TOKEN)] == [
        "okta.users.read",
        "okta.users.read okta.groups.read",
    ]


def test_own_names_win_over_those_of_the_sdks(modules: Modules, org: RunningOrg) -> None:
    others = {
        "OKTA_CLIENT_ORGURL": "https://other.example.com",
        "OKTA_CLIENT_CLIENTID": "other",
        "OKTA_CLIENT_KID": "other",
    }
    assert modules("okta_users_info", {"limit": 1}, {**others, **org.environment()}).result["count"] == 1


def test_the_playbook_wins_over_the_environment(modules: Modules, org: RunningOrg) -> None:
    """A key in a task is not in the way of a file in the environment."""
    environment = {**org.environment("other"), "OKTA_KEY_ID": "other", "OKTA_PRIVATE_KEY_FILE": "/nowhere"}
    options = {"limit": 1, "client_id": org.client_id, "key_id": org.key_id, "private_key": org.private_key}

    assert modules("okta_users_info", options, environment).result["count"] == 1


def test_what_the_environment_can_set(modules: Modules, org: RunningOrg) -> None:
    environment = {**org.environment(), "OKTA_TIMEOUT": "7", "OKTA_MAX_WAIT": "8", "OKTA_RATE_LIMIT_RESERVE": "9"}
    result = modules("okta_users_info", {"limit": 1}, {**environment, "OKTA_DPOP": "off"}).result

    arguments = result["invocation"]["module_args"]
    assert [arguments[name] for name in ("timeout", "max_wait", "rate_limit_reserve", "dpop")] == [7, 8, 9, "off"]
    assert "dpop" not in asked(org.journal(), TOKEN)[0]["headers"]


def test_an_access_token_from_the_environment(modules: Modules, org: RunningOrg) -> None:
    modules("okta_users_info", {"limit": 1}, org.environment())
    token = org.tokens()[-1]
    environment = {"OKTA_ORG_URL": org.url, "OKTA_CA_PATH": str(org.ca_path), "OKTA_ACCESS_TOKEN": token}
    run = modules("okta_users_info", {"limit": 1}, environment)

    assert run.result["count"] == 1
    assert token not in run.stdout


@pytest.mark.parametrize(
    ("library", "source", "words"),
    [
        ("jwt", "raise ImportError", ("The Python library PyJWT>=", "is missing from", "-m pip install")),
        ("requests", "raise ImportError", ("The Python library requests>=", "is missing from", "-m pip install")),
        ("jwt", "__version__ = '1.7.1'", ("PyJWT>=", "PyJWT 1.7.1 was found in", "jwt.py")),
    ],
    ids=["PyJWT missing", "requests missing", "PyJWT too old"],
)
def test_missing_libraries_are_named_with_the_place(
    play: Player, org: RunningOrg, tmp_path: Path, library: str, source: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / f"{library}.py").write_text(source)
    run = play(
        [task("Get", "okta_token", environment={"PYTHONPATH": str(tmp_path / "hidden")}, ignore_errors=True)],
        org.environment(),
    )

    message = run.failure("Get")["msg"]
    assert not [word for word in words if word not in message], message
    assert str(Path(sys.executable).parent) in message
    assert not org.journal()


def test_the_authority_must_be_known(modules: Modules, org: RunningOrg, elsewhere: RunningOrg) -> None:
    environment = {name: value for name, value in org.environment().items() if name != "OKTA_CA_PATH"}

    def listed(options: dict[str, object], **variables: str) -> dict[str, object]:
        return modules("okta_users_info", {"limit": 1, **options}, {**environment, **variables}).result

    unknown = str(listed({})["msg"])
    assert "its authority (CA) is not known here" in unknown
    assert "set ca_path" in unknown
    assert "its authority (CA) is not known here" in str(listed({"ca_path": elsewhere.ca_path})["msg"])
    assert not org.journal(), "nothing was sent"
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        assert listed({}, **{variable: str(org.ca_path)})["count"] == 1
        named = listed({"ca_path": elsewhere.ca_path}, **{variable: str(org.ca_path)})
        assert "authority" in str(named["msg"]), "the environment does not replace ca_path"
    assert listed({"validate_certs": False})["count"] == 1
    assert listed({"validate_certs": False, "ca_path": elsewhere.ca_path})["count"] == 1
    assert "does not exist" in str(listed({"ca_path": "/nowhere/ca.pem"})["msg"])


def test_the_token_goes_to_the_org_alone(modules: Modules, org: RunningOrg, elsewhere: RunningOrg) -> None:
    """Neither a redirect nor a link takes it elsewhere, and nobody's ~/.netrc replaces it."""
    bundle = f"{Path(str(org.ca_path)).read_text()}{Path(str(elsewhere.ca_path)).read_text()}"
    home = Path(org.directory)
    (home / "both.pem").write_text(bundle)
    (home / ".netrc").write_text("machine localhost\nlogin someone\npassword hunter2\n")
    environment = {**org.environment(), "OKTA_CA_PATH": str(home / "both.pem"), "HOME": str(home)}
    try:
        org.settings(link_host=elsewhere.url)
        assert modules("okta_users_info", {}, environment).result["count"] == 1234
        for path in (TOKEN, USERS):
            org.inject(
                {"match": {"path": path}, "action": {"preset": "redirect", "location": f"{elsewhere.url}{path}"}}
            )
            run = modules("okta_users_info", {}, environment)
            assert "answered with a redirect. None is followed" in run.result["msg"]
            assert "hunter2" not in run.stdout
    finally:
        (home / "both.pem").unlink()
        (home / ".netrc").unlink()
    assert not elsewhere.journal()
    sent = [entry["headers"].get("authorization") for entry in org.journal()]
    assert {value[0].partition(" ")[0] for value in sent if value} == {"Bearer"}


def test_a_proxy_that_is_not_there_is_named(modules: Modules, org: RunningOrg) -> None:
    proxy = {"HTTPS_PROXY": "http://someone:hunter2@127.0.0.1:1"}
    run = modules("okta_token", {}, {**org.environment(), **proxy}, World())

    assert "proxy" in run.result["msg"]
    assert "hunter2" not in run.stdout
    excepted = {**org.environment(), **proxy, "NO_PROXY": "localhost"}
    assert modules("okta_users_info", {"limit": 1}, excepted).result["count"] == 1
