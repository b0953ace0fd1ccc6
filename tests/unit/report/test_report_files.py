# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_report_csv`, `_report_junit`, and the files they end up in."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.plugins.module_utils._report_csv import COLUMNS, findings_csv
from ansible_collections.idops.okta.plugins.module_utils._report_document import InvalidReport, Report
from ansible_collections.idops.okta.plugins.module_utils._report_junit import junit_xml
from ansible_collections.idops.okta.plugins.module_utils._report_output import manifest, publish
from ansible_collections.idops.okta.plugins.modules import audit_report_files
from ansible_collections.idops.okta.tests.unit.report import host_samples, samples

Json = dict[str, Any]


def open_report(folder: Path, content: Json) -> Report:
    return Report(str(samples.write(folder / "audit", content) / "report.json"))


def rows(report: Report) -> list[dict[str, str]]:
    text = b"".join(findings_csv(report)).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def suite(report: Report) -> ET.Element:
    found = ET.fromstring(b"".join(junit_xml(report))).find("testsuite")
    assert found is not None
    return found


def case(found: ET.Element, name: str, classname: str = "user_audit") -> ET.Element:
    cases = {(entry.get("classname"), entry.get("name")): entry for entry in found.iter("testcase")}
    return cases[classname, name]


def outcome(one: ET.Element) -> str:
    return next((child.tag for child in one if child.tag in ("failure", "skipped")), "passed")


# findings.csv


def test_a_row_for_each_finding(tmp_path: Path) -> None:
    content = samples.report()
    found = rows(open_report(tmp_path, content))
    assert [row["finding_id"] for row in found[:-1]] == [entry["id"] for entry in content["findings"]]
    assert found[0].keys() == set(COLUMNS)
    first, told = content["findings"][0], found[0]
    assert told["subject_login"] == first["subject"]["login"]
    assert told["status"] == first["status"]
    assert told["title"] == next(check["title"] for check in content["checks"] if check["id"] == first["check"])
    assert told["evidence"].startswith(f"status={first['evidence']['status']}; last_login=")
    exempt = next(row for row in found if row["status"] == "exempt")
    assert exempt["exemption"] == "reason=Long leave; ticket=SEC-1201; owner=grace.hopper@acme.com; expires=2026-06-30"


def test_a_check_that_was_not_assessed_has_a_row(tmp_path: Path) -> None:
    content = samples.report()
    last = rows(open_report(tmp_path, content))[-1]
    assert (last["status"], last["check"], last["subject_login"]) == ("not_assessed", "admin_no_strong_mfa", "")
    assert last["message"].startswith("The scope okta.roles.read is not granted")
    subject = {"type": "org", "id": "org", "login": "", "name": ""}
    content["findings"].append(samples.finding("admin_no_strong_mfa", "high", subject, status="not_assessed"))
    assert [row["status"] for row in rows(open_report(tmp_path, content))].count("not_assessed") == 1


def test_the_lines_of_csv(tmp_path: Path) -> None:
    content = b"".join(findings_csv(open_report(tmp_path, samples.report())))
    assert content.startswith(",".join(COLUMNS).encode() + b"\r\n")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == len(samples.report()["findings"]) + 2


def test_hostile_strings_in_csv(tmp_path: Path) -> None:
    found = rows(open_report(tmp_path, samples.hostile()))
    for row in found:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", cell)
    logins = {row["subject_login"] for row in found}
    for text in (
        '\'=HYPERLINK("http://evil.example";"x")',
        "'@SUM(A1)",
        "שלום עולם",
        "😀 👩‍👩‍👧 é",
        "half \ufffd pair",
    ):
        assert text in logins


# junit.xml


def test_a_case_for_each_check(tmp_path: Path) -> None:
    content = samples.report()
    found = suite(open_report(tmp_path, content))
    assert [entry.get("name") for entry in found.iter("testcase")] == [check["id"] for check in content["checks"]]
    assert found.get("name") == content["title"]
    assert found.get("timestamp") == "2026-01-31T12:00:00"
    told = [outcome(entry) for entry in found.iter("testcase")]
    assert found.get("tests") == str(len(told))
    assert found.get("failures") == str(told.count("failure"))
    assert found.get("skipped") == str(told.count("skipped"))
    properties = {entry.get("name"): entry.get("value") for entry in found.iter("property")}
    assert properties["org_url"] == "https://acme.okta.com"


def test_what_became_of_a_check(tmp_path: Path) -> None:
    content = samples.report()
    found = suite(open_report(tmp_path, content))
    failure = case(found, "user_inactive").find("failure")
    assert failure is not None
    fails = [entry for entry in content["findings"] if (entry["check"], entry["status"]) == ("user_inactive", "fail")]
    assert failure.get("type") == "medium"
    assert failure.get("message") == f"Enabled account with no sign-in for 90 days: {len(fails)} findings"
    lines = (failure.text or "").splitlines()
    assert lines[0] == f"{fails[0]['subject']['login']}: {fails[0]['message']}"
    assert lines[20] == f"... and {len(fails) - 20} more in findings.csv"
    assert "Remedy: Suspend or deactivate" in lines[-2]
    assert outcome(case(found, "user_password_age")) == "passed"
    skipped = case(found, "admin_no_strong_mfa").find("skipped")
    assert skipped is not None
    assert "okta.roles.read" in (skipped.get("message") or "")
    assert outcome(case(found, "user_external_domain")) == "skipped"


def test_findings_for_information_fail_nothing(tmp_path: Path) -> None:
    one = case(suite(open_report(tmp_path, samples.report())), "user_deprovisioned_recent")
    assert outcome(one) == "passed"
    assert "@acme.com: No sign-in since" in (one.findtext("system-out") or "")


@pytest.mark.parametrize(("passed", "wanted"), [(0, "skipped"), (5, "passed")])
def test_unknown_is_no_pass(tmp_path: Path, passed: int, wanted: str) -> None:
    subject = {"type": "user", "id": "00u1", "login": "ada", "name": "Ada"}
    content = samples.document([samples.finding("user_password_age", "low", subject, status="unknown")])
    check = next(entry for entry in content["checks"] if entry["id"] == "user_password_age")
    check["counts"]["pass"] = passed
    one = case(suite(open_report(tmp_path, content)), "user_password_age")
    assert outcome(one) == wanted
    assert "Unknown: 1\nada: " in (one.findtext("system-out") or "")


def test_a_case_for_each_check_on_each_host(tmp_path: Path) -> None:
    """Of a host that was not assessed, every case is skipped, with the reason."""
    content = host_samples.fleet()
    found = suite(open_report(tmp_path, content))
    told = {(entry.get("classname"), entry.get("name")): outcome(entry) for entry in found.iter("testcase")}
    failed = {(each["subject"]["host"], each["check"]) for each in content["findings"] if each["severity"] != "info"}
    off = "host_priv_not_in_group"
    assert told == {
        (host["name"], check["id"]): "skipped"
        if not host["assessed"] or (check["id"] in (off, "host_inactive") and (host["name"], check["id"]) not in failed)
        else "failure"
        if (host["name"], check["id"]) in failed
        else "passed"
        for host in content["population"]["hosts"]
        for check in content["checks"]
    }
    assert list(told.values()).count("failure") == len(failed) > 20
    host = next(host for host in content["population"]["hosts"] if not host["assessed"])
    skipped = case(found, "host_orphan", host["name"]).find("skipped")
    assert skipped is not None
    assert skipped.get("message") == host["reason"]


def test_the_hosts_in_csv(tmp_path: Path) -> None:
    content = host_samples.fleet()
    found = rows(open_report(tmp_path, content))
    for row, finding in zip(found, content["findings"], strict=False):
        assert row["host"] == finding["subject"]["host"]
        assert (row["subject_type"], row["subject_name"]) == (finding["subject"]["type"], finding["subject"]["name"])
    missing = {host["name"] for host in content["population"]["hosts"] if not host["assessed"]}
    assert {row["host"] for row in found if row["check"] == "host_not_assessed"} == missing
    assert [row["check"] for row in found[len(content["findings"]) :]] == ["host_inactive"]


def test_a_host_without_a_finding_is_not_left_out_of_csv(tmp_path: Path) -> None:
    """Whether or not the check of that name is on."""
    content = host_samples.fleet()
    content["findings"] = [each for each in content["findings"] if each["subject"]["type"] == "account"]
    missing = [host for host in content["population"]["hosts"] if not host["assessed"]]
    last = rows(open_report(tmp_path, content))[-len(missing) :]
    assert [(row["status"], row["host"], row["message"]) for row in last] == [
        ("not_assessed", host["name"], host["reason"]) for host in missing
    ]


def test_hostile_names_of_hosts(tmp_path: Path) -> None:
    report = open_report(tmp_path, host_samples.hostile())
    ET.fromstring(b"".join(junit_xml(report)))
    for row in rows(report):
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_hostile_strings_in_junit(tmp_path: Path) -> None:
    content = b"".join(junit_xml(open_report(tmp_path, samples.hostile())))
    ET.fromstring(content)
    assert b"<script" not in content
    assert not re.search(b"[\x00-\x08\x0b\x0c\x0e-\x1f]", content)


# The files


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "file"
    first = publish(str(path), [b"a", b"b"], write=True)
    assert (first.changed, first.size, first.sha256) == (True, 2, hashlib.sha256(b"ab").hexdigest())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.stat()
    assert not publish(str(path), [b"ab"], write=True).changed
    assert path.stat().st_ino == before.st_ino
    assert publish(str(path), [b"abc"], write=False).changed
    assert path.read_bytes() == b"ab"
    path.chmod(0o644)
    assert publish(str(path), [b"ab"], write=True).changed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"new"
        raise InvalidReport("it broke")

    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(InvalidReport):
        publish(str(tmp_path / "file"), broken(), write=True)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"file": b"old"}


def test_the_manifest(tmp_path: Path) -> None:
    outputs = [publish(str(tmp_path / name), [name.encode()], write=True) for name in ("b", "a")]
    content = json.loads(manifest(samples.report(), outputs))
    assert content["org_url"] == "https://acme.okta.com"
    assert content["collection_version"] == samples.report()["provenance"]["collection_version"]
    assert content["generated_at"] == "2026-01-31T12:00:00Z"
    assert [entry["name"] for entry in content["files"]] == ["a", "b"]
    assert content["files"][0]["sha256"] == hashlib.sha256(b"a").hexdigest()


def params(folder: Path, **more: Any) -> Json:
    options: Json = audit_report_files.OPTIONS
    defaults = {name: option.get("default") for name, option in options.items()}
    return {**defaults, "report": str(folder / "report.json"), "dest": str(folder), **more}


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    content = samples.hostile()
    folders = [samples.write(tmp_path / name, content) for name in ("one", "two")]
    results = [audit_report_files.run(params(folder, manifest=True), write=True) for folder in folders]
    assert [entry["sha256"] for entry in results[0]["files"]] == [entry["sha256"] for entry in results[1]["files"]]
    assert results[0]["changed"]
    again = audit_report_files.run(params(folders[0], manifest=True), write=True)
    assert again == {**results[0], "changed": False}
    would = audit_report_files.run(params(folders[0], manifest=True, dest=str(tmp_path / "no")), write=False)
    assert [entry["sha256"] for entry in would["files"]] == [entry["sha256"] for entry in results[0]["files"]]
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("name", ["../etc/passwd", "a/b", "", ".", ".."])
def test_further_files_are_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidOption, match="In also"):
        audit_report_files.run(params(samples.write(tmp_path / "audit", samples.report()), also=[name]), write=True)


def test_ten_thousand_findings(tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "audit", samples.report(10_000))
    start = time.process_time()
    audit_report_files.run(params(folder, manifest=True), write=True)
    assert time.process_time() - start < 3
    assert (folder / "junit.xml").stat().st_size < 100_000
    assert (folder / "findings.csv").read_bytes().count(b"\r\n") > 10_000
