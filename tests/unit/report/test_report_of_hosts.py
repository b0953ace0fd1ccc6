# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of audits of hosts are as the schema says; and the schema says what they lack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ansible_collections.idops.okta.tests.unit.report import host_samples, samples

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "docs/schemas/audit-report-1.0.json").read_bytes())
VALIDATOR = Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("content", [host_samples.fleet, host_samples.clean, samples.report])
def test_a_report_is_as_the_schema_says(content: Callable[[], dict[str, Any]]) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert [error.message for error in VALIDATOR.iter_errors(content())] == []


def test_an_audit_of_hosts_has_hosts_and_reasons() -> None:
    content = host_samples.fleet()
    host = next(host for host in content["population"]["hosts"] if not host["assessed"])
    host["reason"] = ""
    assert not VALIDATOR.is_valid(content)
    del content["population"]["hosts"]
    assert [error.validator for error in VALIDATOR.iter_errors(content)] == ["required"]
    content["kind"] = "user_audit"
    assert VALIDATOR.is_valid(content)
