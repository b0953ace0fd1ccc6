# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a host audit as a whole."""

from __future__ import annotations

import csv
import io
import json
import typing as t
from pathlib import Path

import jsonschema
import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.tests.unit.hosts.support import (
    Outcome,
    Record,
    account,
    audit,
    gathered,
    key,
    person,
    rule,
)

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "schemas" / "audit-report-1.0.json"
USERS = [person("active"), person("leaver", "DEPROVISIONED"), person("boss")]
HOSTS: dict[str, object] = {
    "web": gathered(
        account("active"), account("leaver", ssh_keys=[key("leaver@pc")], sudo=[rule()]), account("root", uid=0)
    ),
    "db": gathered(account("backup"), account("active", sudo=None)),
    "down": {"unreachable": True, "msg": "No route to host"},
}
SERVICE: Record = {
    "match": {"account": "backup", "hosts": ["d*"]},
    "type": "service",
    "reason": "Nightly backup",
    "owner": "boss@acme.example",
    "expires": "2026-12-31",
}


def run(**options: t.Any) -> Outcome:
    return audit(USERS, HOSTS, scope=["web", {"name": "db", "groups": ["databases"]}, "down", "left"], **options)


def test_it_fits_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    first = run(exemptions=[SERVICE])
    assert not list(validator.iter_errors(first.report))
    assert not list(validator.iter_errors(run(exemptions=[SERVICE], previous=first.report_bytes).report))


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = run(exemptions=[SERVICE]), run(exemptions=[SERVICE])
    assert first.report_bytes == second.report_bytes
    assert first.review_bytes == second.review_bytes
    assert first.view_bytes == second.view_bytes


def test_every_host_in_scope_is_there() -> None:
    outcome = run(reasons={"left": "outside --limit"})
    hosts = {host["name"]: host for host in outcome.report["population"]["hosts"]}
    assert list(hosts) == ["db", "down", "left", "web"]
    assert hosts["down"]["reason"] == "The host was not reached: No route to host."
    assert hosts["left"]["reason"] == "outside --limit"
    assert hosts["web"]["assessed"]
    assert (hosts["web"]["accounts"], hosts["web"]["privileged"], hosts["web"]["os"]) == (3, 2, "Debian 12")
    assert hosts["web"]["findings"] == {"critical": 2, "high": 1, "medium": 0, "low": 0, "info": 0}
    assert outcome.counts("host_not_assessed") == {"not_assessed": 2, "pass": 2}


def test_the_view_shows_hosts_by_checks_and_accounts_by_person() -> None:
    view = run().view
    assert view["matrix"]["checks"] == [
        "host_deprovisioned",
        "host_orphan",
        "host_priv_without_okta",
        "host_key_of_leaver",
    ]
    assert view["matrix"]["rows"] == [
        {"host": "web", "cells": [1, 0, 1, 1], "total": 3},
        {"host": "db", "cells": [0, 1, 0, 0], "total": 1},
    ]
    assert [(person["login"], len(person["accounts"])) for person in view["people"]] == [
        ("leaver@acme.example", 1),
        ("", 1),
    ]
    assert (view["matrix"]["more"], view["people_more"]) == (0, 0)


def test_the_review_sheet_has_a_row_for_each_account() -> None:
    rows = list(csv.DictReader(io.StringIO(run(exemptions=[SERVICE]).review_bytes.decode())))
    assert [(row["host"], row["account"]) for row in rows] == [
        ("db", "active"),
        ("db", "backup"),
        ("web", "active"),
        ("web", "leaver"),
        ("web", "root"),
    ]
    assert (rows[0]["sudo"], rows[3]["okta status"], rows[3]["reviewer"]) == ("unknown", "DEPROVISIONED", "")
    assert "host_deprovisioned " in rows[3]["open findings"]
    assert "Nightly backup" in rows[1]["exemptions"]


@pytest.mark.parametrize(
    ("match", "exempted"),
    [
        ({"account": "backup"}, True),
        ({"account": "Backup"}, False),
        ({"account_regex": "^back"}, True),
        ({"account": "backup", "hosts": ["web"]}, False),
        ({"account": "backup", "groups": ["databases"]}, True),
        ({"groups": ["webservers"]}, False),
        ({"login": "leaver@acme.example"}, False),
    ],
)
def test_whom_an_exemption_is_for(match: Record, *, exempted: bool) -> None:
    outcome = run(exemptions=[{**SERVICE, "match": match}])
    assert outcome.one("host_orphan")["status"] == ("exempt" if exempted else "fail")


def test_exemptions_are_judged_once_for_the_audit() -> None:
    outcome = run(exemptions=[{**SERVICE, "owner": "Leaver@acme.example"}, {**SERVICE, "expires": "2025-01-01"}])
    assert outcome.counts("exemption_owner_disabled") == {"fail": 1, "pass": 1}
    assert outcome.counts("exemption_expired") == {"fail": 1, "pass": 1}


def test_what_was_found_on_a_host_that_is_down_now_is_not_resolved() -> None:
    before = run().report_bytes
    again = audit(USERS, {"web": HOSTS["down"], "db": gathered(account("active"))}, previous=before)
    assert again.report["comparison"]["resolved"] == 1
    assert again.report["comparison"]["resolved_findings"][0]["subject"]["host"] == "db"


def test_rules_win_in_their_order() -> None:
    users = [person("a.b", unixUserName="chosen"), person("other", firstName="Cho", lastName="sen")]
    options: Record = {"username_attributes": ["unixUserName"], "username_template": "{firstName}{lastName[0]}en"}
    outcome = audit([*users, *USERS], {"h": gathered(account("chosen", ssh_keys=[key("leaver@pc")]))}, **options)
    assert outcome.one("host_shared_key_comment")["evidence"]["matched_by"] == "attribute unixUserName"
    mapped = audit([*users, *USERS], {"h": gathered(account("chosen"))}, username_map={"chosen": "no@body"}, **options)
    assert mapped.one("host_orphan")["evidence"]["matched_by"] == "username_map"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"checks": {"host_nothing": True}}, "checks names 'host_nothing', which is no check"),
        ({"exemptions": [{**SERVICE, "match": {"profile.x": "y"}}]}, "Entry 1 of exemptions matches by 'profile.x'"),
        ({"exemptions": [{**SERVICE, "type": "other"}]}, "Entry 1 of exemptions has a type that there isn't"),
        ({"username_transforms": ["soundex"]}, "username_transforms has 'soundex'"),
        ({"username_template": "{{ firstName }}"}, "username_template is no format"),
        ({"username_attributes": ["a b"]}, "username_attributes has 'a b'"),
        ({"required_groups": ["x"]}, "required_groups is set without group_members"),
        ({"required_groups": ["x"], "members": []}, "lacks the group x"),
        ({"now": "soon"}, "now is no date"),
        ({"previous": b"{}"}, "is no report of an audit"),
    ],
)
def test_settings_are_checked_before_a_host_is_read(options: Record, says: str) -> None:
    with pytest.raises(InvalidOption, match=says):
        audit(USERS, {}, **options)
