# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes from outside the playbook: environment variables, empty ones too, libraries, certificates, proxies; and
`make demo`, which lets nothing of it in.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
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
    options: dict[str, object] = {"limit": 1}
    if "inject_invocation" in PASS_VARS:  # newer cores leave out what a module was called with, unless asked
        options["_ansible_inject_invocation"] = True
    result = modules("okta_users_info", options, {**environment, "OKTA_DPOP": "off"}).result

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


CLONE = Path(__file__).resolve().parents[2]
NO_CLONE = shutil.ignore_patterns(".*", "__pycache__", "output", "demo-report")


@pytest.fixture
def clone() -> Iterator[Path]:
    """A clone in a folder of an awkward name; what `make` would install, this environment has."""
    # ansible-core 2.21 keeps a socket in TMPDIR, and the path of one has room for 107 bytes.
    with tempfile.TemporaryDirectory(prefix="demo-") as place:
        yield cloned(Path(place))


def cloned(place: Path) -> Path:
    folder = place / "somebody's own clone"
    shutil.copytree(CLONE, folder, ignore=NO_CLONE)
    link = folder / ".venv/collections/ansible_collections/idops/okta"
    link.parent.mkdir(parents=True)
    link.symlink_to(folder)
    (place / "tmp").mkdir()
    return folder


def demo(clone: Path) -> list[str]:
    return ["make", "-C", str(clone), "demo", f"PYTHON={sys.executable}", "environment=true"]


def surroundings(clone: Path) -> dict[str, str]:
    """The caller has an org of their own, and Ansible settings that would break the demo."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": str(clone.parent),
        "TMPDIR": str(clone.parent / "tmp"),
        "LC_ALL": "C.UTF-8",
        "OKTA_ORG_URL": "https://production.okta.com",
        "OKTA_ACCESS_TOKEN": "hunter2",
        "ANSIBLE_COLLECTIONS_PATH": "/nowhere",
    }


def left_behind(clone: Path) -> list[Path]:
    """Folders of the sandbox org, and of what an audit has read."""
    return [*(clone.parent / "tmp").glob("sandbox-*"), *clone.parent.rglob("okta-user-audit-*")]


def test_the_demo_ends_with_the_path_of_a_report(clone: Path, tmp_path: Path) -> None:
    """From another folder; and what is there of an earlier one is no report of this one."""
    page, earlier = clone / "demo-report" / "report.html", clone / "demo-report" / "earlier.html"
    page.parent.mkdir()
    earlier.touch()
    run = subprocess.run(
        demo(clone), env=surroundings(clone), cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )

    said = [line for line in run.stdout.splitlines() if not line.startswith("make")]
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert said[-1] == f"The report of the audit, for a browser: {page}"
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert not earlier.exists()
    report = json.loads((clone / "demo-report" / "report.json").read_bytes())
    assert report["provenance"]["population"]["count"] == 1300
    assert {each["check"] for each in report["not_assessed"]} == {"inactivity_automation", "leaver_lag"}
    assert report["population"]["sign_in_age"][0]["count"] > 650, "the users' dates lead up to today"
    assert left_behind(clone) == []


def test_a_demo_that_is_interrupted_leaves_nothing_running(clone: Path, tmp_path: Path) -> None:
    """Ctrl-C at a terminal, while the users that were read are on the disk."""
    spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    with subprocess.Popen(
        [sys.executable, "-c", spawn, *demo(clone)],
        env=surroundings(clone),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as run:
        assert run.stdin is not None
        deadline = time.monotonic() + 200
        while not list((clone.parent / "tmp").rglob("population.jsonl")):
            assert run.poll() is None, run.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert left_behind(clone)
        said = run.communicate(b"\x03", timeout=60)[0].decode()

    assert run.returncode != 0
    assert "The report of the audit" not in said
    assert left_behind(clone) == []


def test_what_the_demo_writes_is_nobodys_to_publish() -> None:
    assert "/demo-report/" in (CLONE / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "  - demo-report" in (CLONE / "galaxy.yml").read_text(encoding="utf-8").splitlines()
