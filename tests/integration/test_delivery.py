# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role `idops.okta.report_delivery`: a report arrives whole and as it was written, or the role says what didn't."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.guides import EXAMPLES
from integration.playbooks import Player, Run, Task, task
from integration.receivers import post, store
from integration.stand_ins import install, recorded

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "sample"
NAME = "user_audit-20261101T120000Z"
SECRET = "Bearer a-secret-of-the-store-0123456789"
DELIVER: list[Task] = [task("Deliver", "ansible.builtin.include_role", {"name": "idops.okta.report_delivery"})]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The folder of an audit's report, with what no manifest lists beside it."""
    folder = tmp_path / "report"
    folder.mkdir(mode=0o700)
    for name in ("report.json", "report.html"):
        shutil.copy(SAMPLE / name, folder)
    (folder / "view.json").write_text("{}", encoding="utf-8")
    manifest = json.loads((SAMPLE / "manifest.json").read_bytes())
    manifest["files"] = [each for each in manifest["files"] if (folder / each["name"]).exists()]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def sent(report: Path) -> dict[str, bytes]:
    return {name: (report / name).read_bytes() for name in ("report.json", "report.html", "manifest.json")}


@pytest.fixture
def inventory(tmp_path: Path) -> str:
    file = tmp_path / "hosts.json"
    host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    file.write_text(json.dumps({"all": {"hosts": {"evidence.acme.example": host}}}), encoding="utf-8")
    return str(file)


def deliver(play: Player, report: Path, *arguments: str, rc: int = 0, **variables: Any) -> Run:
    known = {"report_delivery_dir": str(report), "report_delivery__delay": 0, **variables}
    return play(DELIVER, {}, "-e", json.dumps(known), *arguments, rc=rc)


def test_to_a_host(play: Player, report: Path, inventory: str, tmp_path: Path) -> None:
    to = {"report_delivery_host": "evidence.acme.example", "report_delivery_host_dir": str(tmp_path / "evidence")}
    run = deliver(play, report, "-i", inventory, "--diff", **to)
    folder = tmp_path / "evidence" / NAME
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == sent(report)
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    told = run["Hand on where the report is"]["ansible_stats"]["data"]["report_delivery"]
    assert told == {
        "name": NAME,
        "host": "evidence.acme.example",
        "folder": str(folder),
        "url": "",
        "manifest_sha256": hashlib.sha256((report / "manifest.json").read_bytes()).hexdigest(),
    }
    assert "ada." not in run.stdout, "the difference is about people"
    again = deliver(play, report, "-i", inventory, report_delivery_also=["view.json"], **to)
    assert (folder / "view.json").read_text(encoding="utf-8") == "{}"
    assert {entry["task"] for entry in again.outcomes if entry["result"].get("changed")} == {
        "Copy the files to the host"
    }
    again = deliver(play, report, "-i", inventory, report_delivery_also=["view.json"], **to)
    assert not [entry for entry in again.outcomes if entry["result"].get("changed")]


def test_in_check_mode_nothing_is_sent(play: Player, report: Path, inventory: str, tmp_path: Path) -> None:
    to = {"report_delivery_host": "evidence.acme.example", "report_delivery_host_dir": str(tmp_path / "evidence")}
    with store(tmp_path) as shop:
        deliver(play, report, "-i", inventory, "--check", report_delivery_url=shop.url, **to)
        assert not shop.received
    assert not (tmp_path / "evidence").exists()


def test_to_a_store(play: Player, report: Path, tmp_path: Path) -> None:
    headers = tmp_path / "headers"
    headers.write_text(f"Authorization: {SECRET}\r\n\nX-Signed: a: b", encoding="utf-8")
    with store(tmp_path, {"report.html": [503, 429]}) as shop:
        environment = {"REPORT_DELIVERY_URL": shop.url, "REPORT_DELIVERY_HEADERS_FILE": str(headers)}
        known = {"report_delivery_dir": str(report), "report_delivery_ca_path": str(shop.ca_path)}
        known |= {"report_delivery__delay": 0, "awx_job_id": 12}
        run = play(DELIVER, environment, "-vvv", "-e", json.dumps(known))
    paths = [put.path for put in shop.received]
    assert sorted(paths[:-1]) == sorted(
        f"/audits/{NAME}-job12/{name}" for name in [*["report.html"] * 3, "report.json"]
    )
    assert paths[-1] == f"/audits/{NAME}-job12/manifest.json", "where it is, all is"
    for put in shop.received:
        name = put.path.rpartition("/")[2]
        assert put.body == sent(report)[name]
        assert put.headers["X-Checksum-Sha256"] == hashlib.sha256(put.body).hexdigest()
        assert (put.headers["Authorization"], put.headers["X-Signed"]) == (SECRET, "a: b")
        assert (
            put.headers["Content-Type"] == {"html": "text/html; charset=utf-8", "json": "application/json"}[name[-4:]]
        )
    assert SECRET not in run.stdout + run.stderr + json.dumps(run.outcomes)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"report.json": [403]}, "report.json (HTTP status 403)."),
        ({"report.html": [307], "report.json": [200]}, "report.html (HTTP status 307)."),
        ({"report.json": [500] * 9}, "report.json (HTTP status 500)."),
        ({"manifest.json": [412]}, "manifest.json (HTTP status 412)."),
    ],
)
def test_a_store_that_refuses(
    play: Player, report: Path, tmp_path: Path, answers: dict[str, list[int]], says: str
) -> None:
    """Each file that was not taken is named; the manifest doesn't follow, and the header is in no output."""
    headers = tmp_path / "headers"
    headers.write_text(f"Authorization: {SECRET}", encoding="utf-8")
    with store(tmp_path, answers) as shop:
        variables = {
            "report_delivery_url": shop.url,
            "report_delivery_headers_file": str(headers),
            "report_delivery_ca_path": str(shop.ca_path),
        }
        run = deliver(play, report, "-vvv", rc=2, **variables)
    assert f"{shop.url} has not taken {NAME}: {says}" in run.failure("Say what was not taken")["msg"]
    last = [put.path.rpartition("/")[2] for put in shop.received][-1]
    assert (last == "manifest.json") == ("manifest.json" in answers)
    assert SECRET not in run.stdout + run.stderr + json.dumps(run.outcomes)
    assert "Hand on where the report is" not in {entry["task"] for entry in run.outcomes}


def test_a_store_that_nobody_vouches_for(play: Player, report: Path, tmp_path: Path) -> None:
    with store(tmp_path) as shop:
        run = deliver(play, report, rc=2, report_delivery_url=shop.url, report_delivery_retries=1)
    assert "CERTIFICATE_VERIFY_FAILED" in run.failure("Say what was not taken")["msg"]
    assert not shop.received


def test_headers_that_are_none(play: Player, report: Path, tmp_path: Path) -> None:
    (tmp_path / "headers").write_text(SECRET, encoding="utf-8")
    with store(tmp_path) as shop:
        to = {"report_delivery_url": shop.url, "report_delivery_headers_file": str(tmp_path / "headers")}
        run = deliver(play, report, "-vvv", rc=2, **to)
    assert "1 of the lines of" in run.failure("Check the headers")["msg"]
    assert SECRET not in run.stdout + run.stderr + json.dumps(run.outcomes)
    assert not shop.received


def test_a_file_that_was_changed_is_not_delivered(play: Player, report: Path, inventory: str, tmp_path: Path) -> None:
    (report / "report.html").write_text("Nothing to see here", encoding="utf-8")
    to = {"report_delivery_host": "evidence.acme.example", "report_delivery_host_dir": str(tmp_path / "evidence")}
    run = deliver(play, report, "-i", inventory, rc=2, **to)
    assert "report.html is not what the audit wrote" in str(run.failure("Compare the files with the manifest"))
    assert not (tmp_path / "evidence").exists()


def test_a_file_that_is_gone_is_not_delivered(play: Player, report: Path) -> None:
    (report / "report.json").unlink()
    run = deliver(play, report, rc=2, report_delivery_url="https://127.0.0.1:1/audits")
    assert "There is no report.json in" in str(run.failure("Look for the files"))


@pytest.mark.parametrize(
    ("variables", "task_name", "says"),
    [
        ({}, "Check where to deliver to", "nowhere to deliver to"),
        (
            {"report_delivery_url": "http://store.example/audits"},
            "Check the address of the store",
            "not an https address",
        ),
        ({"report_delivery_url": "https://u:p@store.example/a"}, "Check the address of the store", "user name"),
        ({"report_delivery_url": "https://store.example/a?sig=x"}, "Check the address of the store", "a query"),
        ({"report_delivery_url": "https://store.example/a/"}, "Check the address of the store", "a slash at the end"),
        ({"report_delivery_host": "h", "report_delivery_host_dir": "x"}, "Check the folder on the host", "absolute"),
        ({"report_delivery_dir": "/nowhere"}, "Look for the manifest", "no manifest.json in /nowhere"),
        ({"report_delivery_name": "../etc"}, "Check the names", "other characters"),
    ],
)
def test_settings_that_wont_do(
    play: Player, report: Path, variables: dict[str, str], task_name: str, says: str
) -> None:
    url = {} if task_name.startswith("Check where") else {"report_delivery_url": "https://store.example/audits"}
    run = deliver(play, report, rc=2, **{**url, **variables})
    assert says in run.failure(task_name)["msg"]


def test_names_that_lead_elsewhere(play: Player, report: Path) -> None:
    manifest = json.loads((report / "manifest.json").read_bytes())
    manifest["files"][0]["name"] = "../home"
    (report / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run = deliver(play, report, rc=2, report_delivery_url="https://store.example/audits")
    assert "other characters" in run.failure("Check the names")["msg"]


def test_by_other_means_as_the_guide_has_it(play: Player, report: Path, tmp_path: Path) -> None:
    """With stand-ins for modules of other collections."""
    records = install(tmp_path / "collections")
    mail, s3 = yaml.safe_load(next(each.text for each in EXAMPLES if "community.general.mail:" in each.text))
    paths = os.pathsep.join([os.environ["ANSIBLE_COLLECTIONS_PATH"], str(tmp_path / "collections")])
    known = {"user_audit_result": {"report": str(report / "report.json"), "summary": {"fail": 114}}}
    with post() as server:
        mail["community.general.mail"] |= {"host": "127.0.0.1", "port": server.port}
        play([mail, s3], {"ANSIBLE_COLLECTIONS_PATH": paths}, "-e", json.dumps(known))
    (message,) = server.received
    assert message["Subject"] == "Audit of Okta: 114 findings"
    assert message["To"] == "Access reviews <access-reviews@acme.example>"
    (attached,) = [part for part in message.walk() if part.get_filename()]
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.decode("utf-8").replace("\r\n", "\n") == (report / "report.html").read_text(encoding="utf-8")
    kept = {each["object"]: each["src"] for each in recorded(records)}
    assert kept == {f"2026-q1/{file.name}": str(file) for file in report.iterdir()}
