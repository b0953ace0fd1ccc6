# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook `idops.okta.user_audit`, from the app's key to the report, in an org of which the truth is known.

The tests look at what few runs have left; `user_audits` makes these. To refresh the sample report in docs/sample:
REFRESH_SAMPLE=1 python -m pytest tests/integration/test_user_audit.py -k sample
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import stat
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from integration.journals import USERS, asked
from integration.user_audits import SAMPLE_ORG, SHARED_SECRET, Audit, Audits, audits_of_known_truth

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "docs" / "sample"
SAMPLE_FILES = {
    "report.html",
    "report.json",
    "manifest.json",
}  # the tables have the line ends of CSV, which git mangles
FILES = {*SAMPLE_FILES, "findings.csv", "review.csv", "junit.xml", "view.json"}
OF_PRIVILEGES = {
    "admin_inventory",
    "admin_too_many_super",
    "admin_inactive",
    "admin_not_enabled",
    "admin_no_strong_mfa",
}
OF_FACTORS = {"user_no_mfa", "user_weak_mfa_only"}
NOT_READ = {"inactivity_automation", "leaver_lag"}


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audits]:
    with audits_of_known_truth(tmp_path_factory.mktemp("audits")) as made:
        yield made


def found(audits: Audits, audit: Audit, check: str) -> list[str]:
    """The ids of the users that a check has found, in order."""
    findings = audit.findings(check, "fail", "exempt")
    if check == "user_locked_out":  # it lists all, and those locked out too long are worse
        findings = [each for each in findings if each["severity"] == "low"]
    logins = [each["subject"]["login"] for each in findings]
    if check == "admin_too_many_super":
        logins = findings[0]["evidence"]["logins"]
    elif check != "api_token_owner":
        return sorted(each["subject"]["id"] for each in findings)
    ids = {user["profile"]["login"]: identity for identity, user in audits.users.items()}
    return sorted(ids[login] for login in logins)


def test_each_check_finds_whom_it_must_and_nobody_else(audits: Audits) -> None:
    full = audits["full"]
    assert {check: found(audits, full, check) for check in audits.truth} == {
        check: sorted(ids) for check, ids in audits.truth.items()
    }
    assert sum(map(len, audits.truth.values())) > 100
    assert {each["check"] for each in full.report["findings"] if each["status"] == "fail"} - audits.truth.keys() == {
        "exemption_expired"
    }
    assert full.not_assessed.keys() == NOT_READ


def test_the_report_is_as_its_schema_says(audits: Audits) -> None:
    schema = json.loads((ROOT / "docs/schemas/audit-report-1.0.json").read_bytes())
    for name in ("full", "users_only", "grave", "sample"):
        jsonschema.validate(audits[name].report, schema)


def test_the_review_sheet_has_everybody(audits: Audits) -> None:
    rows = list(csv.DictReader(io.StringIO(audits["full"].contents()["review.csv"].decode("utf-8"))))
    assert sorted(row["login"] for row in rows) == sorted(map(audits.login, audits.users))
    assert len(rows) == 262
    assert all(row["why they have access"] for row in rows)
    assert not any(row["reviewer"] + row["decision"] + row["date"] + row["justification"] for row in rows)
    assert sum(bool(row["admin roles"]) for row in rows) == len(audits.truth["admin_inventory"])


def test_the_manifest_and_the_modes_of_files(audits: Audits) -> None:
    for name, files in (("full", FILES), ("grave", FILES), ("sample", FILES - {"junit.xml"})):
        audit = audits[name]
        contents = audit.contents()
        assert contents.keys() == files
        assert {stat.S_IMODE((audit.folder / file).stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE(audit.folder.stat().st_mode) == 0o700
        listed = {each["name"]: each for each in json.loads(contents["manifest.json"])["files"]}
        assert listed.keys() == files - {"manifest.json", "view.json"}
        for file, entry in listed.items():
            content = contents[file]
            assert (entry["size"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_the_page_and_junit(audits: Audits) -> None:
    contents = audits["full"].contents()
    page = contents["report.html"].decode("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert audits.org.url in page
    assert "<script" not in page
    suite = ET.fromstring(contents["junit.xml"])
    failures = {case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None}
    assert failures
    assert int(next(suite.iter("testsuite")).get("tests", "0")) == len(audits["full"].report["checks"])


def test_the_provenance_of_a_job(audits: Audits) -> None:
    provenance = audits["full"].report["provenance"]
    assert provenance["org_url"] == audits.org.url
    assert provenance["runner"] == {
        "type": "awx",
        "job_id": provenance["runner"]["job_id"],
        "job_template": "Quarterly access review",
        "launched_by": "grace",
        "project_revision": "0a1b2c3d",
    }
    assert str(provenance["runner"]["job_id"]) == "4711"
    population = provenance["population"]
    assert (population["count"], population["pages"], population["complete"]) == (262, 3, True)
    assert "profile.endDate" in population["fields"]
    assert sum(population["by_status"].values()) == 262
    assert provenance["window"]["start"] <= provenance["window"]["end"]
    assert audits["grave"].report["provenance"]["runner"] == {"type": "command line"}


def test_exemptions(audits: Audits) -> None:
    full = audits["full"]
    used, expired, unused = full.report["exemptions"]
    assert [(each["state"], each["matched"]) for each in (used, expired, unused)] == [
        ("used", 1),
        ("expired", 1),
        ("unused", 0),
    ]
    (exempt,) = full.findings("user_generic_name", "exempt")
    assert exempt["subject"]["login"] == used["match"]["login"]
    assert exempt["exemption"]["ticket"] == "SEC-12"
    assert expired["match"]["login"] in [each["subject"]["login"] for each in full.findings("user_generic_name")]
    assert len(full.findings("exemption_expired")) == 1
    assert full.report["provenance"]["exemptions_sha256"]


def test_no_secret_is_anywhere(audits: Audits) -> None:
    key = [line for line in audits.org.private_key.splitlines() if "-----" not in line]
    names = ("full", "again", "check", "broken", "grave", "users_only", "sample")
    made = {name: audits[name] for name in names}
    assert any(entry["fault"] and entry["path"].endswith("/factors") for entry in audits.org.journal())
    secrets = [SHARED_SECRET, "sharedSecret", *audits.org.tokens(), *key]
    assert len(audits.org.tokens()) > 20
    for name, audit in made.items():
        texts = {"output": audit.run.stdout + audit.run.stderr}
        for file in filter(Path.is_file, audit.place.rglob("*")):
            texts[str(file)] = file.read_text(encoding="utf-8", errors="replace")
        assert not [(name, place) for place, text in texts.items() if any(secret in text for secret in secrets)]


def test_the_folder_of_what_was_read_is_gone(audits: Audits) -> None:
    for name in ("full", "check", "broken", "grave"):
        audit = audits[name]
        assert not list(audit.place.rglob("okta-user-audit-*"))
        assert not list(audit.place.rglob("population.jsonl"))
        removed = [entry for entry in audit.run.outcomes if entry["task"].endswith("Remove what was read")]
        assert [entry["outcome"] for entry in removed] == ["ok"] * (2 if name == "check" else 1)
        assert (audit.place / "tmp").is_dir(), "this is where it was"


def test_the_second_run_differs_in_its_window_alone(audits: Audits) -> None:
    full, again = audits["full"], audits["again"]
    before, after = full.contents(), again.contents()
    for name in ("findings.csv", "review.csv", "junit.xml"):
        assert before[name] == after[name]
    old, new = json.loads(before["report.json"]), json.loads(after["report.json"])
    for report in (old, new):
        assert report["provenance"].pop("window").keys() == {"start", "end"}
    assert old == new
    changed = {entry["task"] for entry in again.run.outcomes if entry["result"].get("changed")}
    assert changed <= {
        "Judge the users and write what was found",  # report.json has the window
        "Write the report as a page for people",
        "List the files of the audit",
    }


def test_check_mode_sums_up_and_writes_nothing(audits: Audits) -> None:
    check = audits["check"]
    assert not check.folder.exists()
    judged = [
        entry["result"]
        for entry in check.run.outcomes
        if entry["task"].endswith("Judge the users and write what was found")
    ]
    assert [entry["summary"]["fail"] > 20 for entry in judged] == [True, True]
    left_out = [{each["check"] for each in entry["not_assessed"]} for entry in judged]
    assert left_out[0] == {*NOT_READ, *OF_FACTORS}, "the factors of admins alone were read"
    assert left_out[1] == {*NOT_READ, *OF_FACTORS, *OF_PRIVILEGES, "api_token_owner"}
    assert check.run.stdout.count("Check mode: no report was written.") == 2
    assert not [entry for entry in check.run.outcomes if entry["task"] == "List the files of the audit"]


def test_with_the_users_alone(audits: Audits) -> None:
    """What the app may not read is listed, with the scope to grant; findings of it are not resolved."""
    audit = audits["users_only"]
    left_out = audit.not_assessed
    assert {*OF_PRIVILEGES, "api_token_owner"} <= left_out.keys()
    for check in OF_PRIVILEGES:
        assert "okta.roles.read" in left_out[check]["remedy"]
    assert "okta.apiTokens.read" in left_out["api_token_owner"]["remedy"]
    assert not audit.findings("admin_inventory", "fail", "unknown", "exempt")
    assert found(audits, audit, "user_inactive") == sorted(audits.truth["user_inactive"])
    assert len(asked(audits.org.journal(), USERS, audit.client_id)) == 3, "nothing but the pages of users"


def test_since_the_previous_report(audits: Audits) -> None:
    audit, full = audits["users_only"], audits["full"]
    comparison = audit.report["comparison"]
    assert comparison["previous_generated_at"] == "2026-08-01T12:00:00Z"
    before = {each["id"] for each in full.report["findings"] if each["status"] == "fail"}
    first = full.findings("user_inactive")[0]["id"]
    now = {each["id"]: each["trend"] for each in audit.report["findings"] if each["status"] == "fail"}
    assert now[first] == "new"
    assert {identity for identity, trend in now.items() if trend == "new"} == {first, *(now.keys() - before)}
    assert comparison["unchanged"] == len(now.keys() & before) - 1
    resolved = {each["id"]: each["check"] for each in comparison["resolved_findings"]}
    assert resolved["0123456789abcdef0123"] == "user_inactive"
    assert comparison["resolved"] == len(resolved)
    assert not set(resolved.values()) & (OF_PRIVILEGES | {"api_token_owner"})


def test_a_preset_sets_thresholds(audits: Audits) -> None:
    grave = audits["grave"]
    assert grave.report["provenance"]["preset"] == "stig"
    assert grave.check("user_inactive")["settings"]["days"] == 35
    assert grave.check("user_password_age")["enabled"] is True
    assert grave.check("user_password_age")["settings"]["days"] == 60
    assert len(grave.findings("user_inactive")) > len(audits.truth["user_inactive"])


def test_the_factors_of_a_group(audits: Audits) -> None:
    """The number of calls and the time are told before the first of them."""
    grave = audits["grave"]
    calls = [
        entry
        for entry in audits.org.journal()
        if entry["path"].endswith("/factors") and entry["client_id"] == grave.client_id
    ]
    assert len(calls) > len(audits.truth["admin_inventory"])
    assert f"Reading factors takes {len(calls)} calls" in grave.task("Say what the factors will take")["msg"]
    assert "minutes at" in grave.task("Say what the factors will take")["msg"]
    tasks = [entry["task"] for entry in grave.run.outcomes]
    assert tasks.index("Say what the factors will take") < tasks.index("List the factors")
    assert grave.check("user_no_mfa")["enabled"] is True
    assert "were not read" in grave.not_assessed["user_no_mfa"]["reason"]


def test_it_fails_last(audits: Audits) -> None:
    """Everything is written and handed on before."""
    grave = audits["grave"]
    assert grave.contents().keys() == FILES
    last = grave.run.outcomes[-1]
    assert (last["task"], last["outcome"]) == ("Fail for what was found", "failed")
    assert "severity high or above: high" in last["result"]["msg"]
    stats = grave.task("Hand on the summary")["ansible_stats"]["data"]["user_audit"]
    assert stats["summary"] == grave.report["summary"]
    assert stats["report_sha256"] == hashlib.sha256(grave.contents()["report.json"]).hexdigest()
    assert len(json.dumps(stats)) < 50_000
    assert not [each for each in stats["top"] if each.keys() - {"id", "check", "severity", "login"}]


def test_a_listing_that_breaks_off_is_no_audit(audits: Audits) -> None:
    broken = audits["broken"]
    failure = broken.run.failure("Write all users to a file, leavers too")
    assert failure["status"] == 500
    assert not broken.folder.exists()
    tasks = {entry["task"] for entry in broken.run.outcomes}
    assert not tasks & {"List the admins", "Judge the users and write what was found", "Hand on the summary"}


def test_the_sample_is_up_to_date(audits: Audits) -> None:
    contents = {name: audits["sample"].contents()[name] for name in SAMPLE_FILES}
    if os.environ.get("REFRESH_SAMPLE"):
        SAMPLE.mkdir(exist_ok=True)
        for name, content in contents.items():
            (SAMPLE / name).write_bytes(content)
    assert SAMPLE_ORG.encode() in contents["report.html"]
    assert audits.org.url.encode() not in b"".join(contents.values())
    outdated = [name for name in sorted(SAMPLE_FILES) if (SAMPLE / name).read_bytes() != contents[name]]
    assert not outdated, "docs/sample is of another version; REFRESH_SAMPLE=1 writes it anew"
