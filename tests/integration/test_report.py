# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role `_report`: from the files of an audit to the files that people and machines read."""

from __future__ import annotations

import hashlib
import html
import json
import re
import resource
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from integration.playbooks import Player, Run, show

from ansible_collections.idops.okta.tests.unit.report import samples

Json = dict[str, Any]

MACHINES = "Write the report in the formats for machines"
PAGE = "Write the report as a page for people"
LIST = "List the files of the audit"
WRITTEN = {"findings.csv", "junit.xml", "manifest.json", "report.html"}


def render(play: Player, folder: Path, *arguments: str, dest: Path | None = None, rc: int = 0, **variables: Any) -> Run:
    """Run the role for the files in a folder."""
    known = {"audit_report_json": f"{folder}/report.json", "audit_report_view": f"{folder}/view.json", **variables}
    role: Json = {
        "name": "Report",
        "ansible.builtin.include_role": {"name": "idops.okta.audit_report"},
        "vars": {name: value for name, value in known.items() if value} | {"audit_report_dest": str(dest or folder)},
    }
    return play([role, show("What came of it", "audit_report_result.files")], {}, *arguments, rc=rc)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    return samples.write(tmp_path / "audit", samples.report())


def test_all_files_are_written_and_listed(play: Player, audit: Path) -> None:
    run = render(play, audit)
    assert set(contents(audit)) == WRITTEN | {"report.json", "view.json", "review.csv"}
    assert {stat.S_IMODE((audit / name).stat().st_mode) for name in WRITTEN} == {0o600}
    manifest = json.loads((audit / "manifest.json").read_bytes())
    listed = {entry["name"]: entry for entry in manifest["files"]}
    assert set(listed) == {"findings.csv", "junit.xml", "report.html", "report.json", "review.csv"}
    for name, entry in listed.items():
        content = (audit / name).read_bytes()
        assert (entry["size"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    returned = {Path(file["path"]).name: file["sha256"] for file in run.shown("What came of it")}
    assert set(returned) == {*listed, "manifest.json"}
    assert all(returned[name] == entry["sha256"] for name, entry in listed.items())
    page = (audit / "report.html").read_text(encoding="utf-8")
    assert all(entry["sha256"] in page for name, entry in listed.items() if name != "report.html")


def test_the_second_run_changes_nothing(play: Player, audit: Path) -> None:
    first = render(play, audit)
    assert all(first[task]["changed"] for task in (MACHINES, PAGE, LIST))
    before = contents(audit)
    for arguments in ((), ("--check",)):
        again = render(play, audit, *arguments)
        assert not any(again[task]["changed"] for task in (MACHINES, PAGE, LIST))
        assert again.shown("What came of it") == first.shown("What came of it")
        assert contents(audit) == before


def test_check_mode_writes_nothing(play: Player, audit: Path, tmp_path: Path) -> None:
    before = contents(audit)
    run = render(play, audit, "--check")
    assert all(run[task]["changed"] for task in (MACHINES, PAGE, LIST))
    assert contents(audit) == before
    would = {Path(file["path"]).name: file["sha256"] for file in run.shown("What came of it")}
    render(play, audit)
    for name in ("findings.csv", "junit.xml"):
        assert would[name] == hashlib.sha256((audit / name).read_bytes()).hexdigest()


def test_check_mode_makes_no_folder(play: Player, audit: Path, tmp_path: Path) -> None:
    run = render(play, audit, "--check", dest=tmp_path / "elsewhere")
    assert run[MACHINES]["changed"]
    assert not (tmp_path / "elsewhere").exists()


def test_another_folder(play: Player, audit: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "a" / "b"
    render(play, audit, dest=elsewhere, audit_report_formats=["json", "html"])
    assert set(contents(elsewhere)) == {"report.json", "report.html", "manifest.json"}
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700
    assert (elsewhere / "report.json").read_bytes() == (audit / "report.json").read_bytes()


def test_what_was_not_asked_for_is_not_written(play: Player, audit: Path) -> None:
    render(play, audit, audit_report_formats=["junit"], audit_report_also=["no-such-file"])
    assert set(contents(audit)) == {"junit.xml", "manifest.json", "report.json", "view.json", "review.csv"}
    listed = json.loads((audit / "manifest.json").read_bytes())["files"]
    assert [entry["name"] for entry in listed] == ["junit.xml"]


def test_nobody_is_named_in_the_output(play: Player, audit: Path) -> None:
    run = render(play, audit, "-vvv", "--diff")
    people = {entry["subject"]["login"] for entry in samples.report()["findings"]}
    told = run.stdout + run.stderr + json.dumps(run.outcomes)
    assert not [login for login in people if login in told]


@pytest.mark.parametrize("variables", [{"audit_report_formats": ["pdf"]}, {"audit_report_view": None}])
def test_wrong_variables(play: Player, audit: Path, variables: Json) -> None:
    run = render(play, audit, rc=2, **variables)
    assert "_report_" in json.dumps(run.outcomes)
    assert set(contents(audit)) == {"report.json", "view.json", "review.csv"}


def test_hostile_strings_are_not_templates(play: Player, tmp_path: Path) -> None:
    audit = samples.write(tmp_path / "audit", samples.hostile())
    render(play, audit)
    assert not list(tmp_path.rglob("pwned"))
    page = (audit / "report.html").read_text(encoding="utf-8")
    shown = html.unescape(page.replace("\u2060", ""))
    for text in samples.HOSTILE:
        wanted = re.sub("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", "\ufffd", text)
        assert wanted.splitlines()[0].strip() in shown
    assert "<script" not in page
    assert "<img" not in page


INCLUDING = """\
{% from 'report/view.html.j2' import view with context %}
{{ view.title | e }}
{% include 'mine/rows.html.j2' %}
"""
ROWS = """\
{% for section in view.sections %}
{% for row in section.rows %}
{{ row.subject.login | e }}
{% endfor %}
{% endfor %}
"""


def test_a_template_of_the_users_own(play: Player, tmp_path: Path) -> None:
    """It includes a file, which is where older versions of Ansible would take strings of the view for templates."""
    audit = samples.write(tmp_path / "audit", samples.hostile())
    (tmp_path / "templates" / "mine").mkdir(parents=True)
    (tmp_path / "templates" / "mine" / "rows.html.j2").write_text(ROWS)
    (tmp_path / "templates" / "mine.html.j2").write_text(INCLUDING)
    render(play, audit, audit_report_template=str(tmp_path / "templates" / "mine.html.j2"))
    assert not list(tmp_path.rglob("pwned"))
    page = html.unescape((audit / "report.html").read_text(encoding="utf-8"))
    assert "{\u2060{ lookup('ansible.builtin.pipe', 'touch pwned') }}" in page
    assert "boom" in page, "it stands there as text"


TEXTS = [
    "plain",
    "half \ud83d pair",
    "\\ud83d\ude00",  # a backslash and letters, then half of a pair
    "\\\ud83d",
    "whole 😀 pair",
    "{{ 1 }}",
    "\\u007b{ 1 }}",
    "{{{{%{#",
    "back\\slash \\\\ \\n",
    'quote " \\" end',
]
LIST_OF_TEXTS = """\
{% from 'report/view.html.j2' import view with context %}
{% for text in view.texts %}
{{ text | e }}
{% endfor %}
"""


@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_view_is_read_as_it_is(play: Player, audit: Path, tmp_path: Path, ascii_only: bool) -> None:
    """But for what no page can hold, and a character between braces that can't be seen."""
    texts = [text for text in TEXTS if ascii_only or not re.search("[\ud800-\udfff]", text)]
    view = samples.view_of(samples.clean_report()) | {"texts": texts}
    (audit / "view.json").write_text(json.dumps(view, ensure_ascii=ascii_only), encoding="utf-8")
    (tmp_path / "texts.j2").write_text(LIST_OF_TEXTS)
    render(play, audit, audit_report_template=str(tmp_path / "texts.j2"), audit_report_formats=["html"])
    read = html.unescape((audit / "report.html").read_text(encoding="utf-8")).splitlines()
    assert [text.replace("\u2060", "") for text in read] == [
        re.sub("[\ud800-\udfff]", "\ufffd", text) for text in texts
    ]


def test_ten_thousand_findings(play: Player, tmp_path: Path) -> None:
    """They take less than three times as much more than none: what a machine is worth, or is busy with, cancels out."""

    def seconds(content: Json, name: str) -> float:
        folder = samples.write(tmp_path / name, content)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        render(play, folder)
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - start
        return min(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    none, many = seconds(samples.clean_report(), "none"), seconds(samples.report(10_000), "many")
    assert many - none < 3 * none
    page = (tmp_path / "many" / "report.html").read_text(encoding="utf-8")
    assert len(page) < 2_000_000
    assert "more in <b>findings.csv</b>" in page
    assert (tmp_path / "many" / "findings.csv").read_bytes().count(b"\r\n") > 10_000
