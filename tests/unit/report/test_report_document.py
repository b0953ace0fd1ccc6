# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_report_document`: a report read piece by piece is the report."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.idops.okta.plugins.module_utils import _report_document
from ansible_collections.idops.okta.plugins.module_utils._report_document import InvalidReport, Report
from ansible_collections.idops.okta.tests.unit.report import samples

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "schemas" / "audit-report-1.0.json"


def written(folder: Path, text: str) -> str:
    path = folder / "report.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of reports is not there yet")
@pytest.mark.parametrize("name", ["report", "clean_report", "hostile"])
def test_the_samples_are_reports(name: str) -> None:
    jsonschema.validate(getattr(samples, name)(), json.loads(SCHEMA.read_bytes()))


@pytest.mark.parametrize("chunk", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize("layout", [{"indent": 2}, {"separators": (",", ":")}, {"sort_keys": True}])
def test_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, layout: dict[str, Any]) -> None:
    monkeypatch.setattr(_report_document, "_CHUNK", chunk)
    content = samples.report(3)
    report = Report(written(tmp_path, json.dumps(content, **layout)))
    assert list(report.findings()) == content.pop("findings")
    assert report.head == content
    assert report.kind == "user_audit"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON), st.lists(JSON, max_size=4), st.booleans(), st.sampled_from([None, 1]))
def test_any_object(members: dict[str, Any], streamed: list[Any], ascii_only: bool, indent: int | None) -> None:
    content = {**members, "findings": streamed}
    text = json.dumps(content, ensure_ascii=ascii_only, indent=indent)
    file = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    read = list(
        _report_document._Scanner(io.TextIOWrapper(file, "utf-8", "surrogatepass", newline="")).members("findings")
    )
    assert [value for name, value in read if name == "findings"] == [*streamed, None]
    assert {name: value for name, value in read if name != "findings"} == {
        name: value for name, value in content.items() if name != "findings"
    }


GOOD = json.dumps(samples.report(3))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not JSON"),
        ("[]", "is not JSON"),
        ("{}", "is not a report"),
        (GOOD[:-1], "not all of it is there"),
        (GOOD[: len(GOOD) // 2], "not all of it is there"),
        (GOOD + "x", "is not JSON"),
        (GOOD + GOOD, "is not JSON"),
        (GOOD.replace('"schema_version": "1.0"', '"schema_version": "2.0"'), "has the schema version 2.0"),
        (GOOD.replace('"schema_version": "1.0"', '"schema_version": 1'), "is not a report"),
        (GOOD.replace('"findings": [', '"finds": ['), "is not a report"),
        (GOOD.replace('"kind"', '"sort"'), "lacks kind"),
        (GOOD.replace('"checks": [', '"checks": [3, '), "has checks that lack id"),
        ("[" * 100_000, "is not JSON"),
        ('{"a":' * 100_000, "is not JSON"),
    ],
)
def test_what_is_no_report(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InvalidReport, match=says):
        Report(written(tmp_path, text))


def test_every_place_where_it_can_be_cut_off(tmp_path: Path) -> None:
    text = json.dumps({"schema_version": "1.0", "kind": "k", "checks": [], "not_assessed": [], "findings": [{"a": 1}]})
    assert list(Report(written(tmp_path, text)).findings()) == [{"a": 1}]
    for length in range(len(text)):
        with pytest.raises(InvalidReport):
            Report(written(tmp_path, text[:length]))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(InvalidReport, match="is not JSON"):
        Report(str(tmp_path / "report.json"))


def test_a_finding_that_is_no_object(tmp_path: Path) -> None:
    content = samples.report(1)
    content["findings"] = [3]
    with pytest.raises(InvalidReport, match="a finding that is no object"):
        list(Report(written(tmp_path, json.dumps(content))).findings())
