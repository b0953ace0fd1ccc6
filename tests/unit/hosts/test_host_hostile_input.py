# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host, or an org, can send that nobody expects: it is data, and never a traceback."""

from __future__ import annotations

import csv
import io
import typing as t

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.idops.okta.plugins.module_utils._host_gathered import Gathered, NotGathered, read_gathered
from ansible_collections.idops.okta.tests.unit.hosts.support import Record, account, audit, gathered, key, person

HOSTILE = [
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "=cmd|'/C calc'!A0",
    "@SUM(A1)",
    "a\x00b\x1b[31m",
    "\ud800",
    "x" * 9000,
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NO_RESULTS: list[tuple[t.Any, str]] = [
    (None, "No result of host_accounts_info was handed over."),
    ("text", "No result of host_accounts_info was handed over."),
    ({}, "The host has sent no list of accounts."),
    ({"unreachable": True, "msg": "Timed out.\nAgain"}, "The host was not reached: Timed out. Again."),
    ({"failed": True, "msg": ["x"]}, "The accounts could not be read."),
    ({"skipped": True}, "The accounts were not read, for the task was skipped."),
    (gathered(), "The host has sent no list of accounts."),
    (gathered(account("a"), account("a")), "The host has sent account 2 twice."),
    (gathered(account("a", uid=True)), "The host has sent account 1 with a uid of another type."),
    (gathered(account("a", ssh_keys=["x"])), "The host has sent account 1 with ssh_keys of another type."),
    (gathered(account("a", groups=[1])), "The host has sent account 1 with groups that are no names."),
    (gathered(account("a"), 5), "The host has sent account 2 as what is no dictionary."),  # type: ignore[arg-type]
    (
        gathered(account("a", password="hash")),
        "The host has sent account 1 without a name, or with a password state there isn't.",
    ),
]


@pytest.mark.parametrize(("result", "reason"), NO_RESULTS)
def test_what_is_no_result_is_not_assessed_with_the_reason(result: object, reason: str) -> None:
    outcome = audit([person("active")], {"h": result})
    found = outcome.one("host_not_assessed")
    assert (found["status"], found["message"], found["severity"]) == ("not_assessed", reason, "info")
    assert found["subject"] == {"type": "host", "id": "h", "login": "", "name": "h", "host": "h"}


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(account("a"))), json_values))
def test_an_account_of_any_shape_is_read_or_refused(changes: Record) -> None:
    said = ""
    try:
        read: Gathered | None = read_gathered(gathered({**account("a"), **changes}))
    except NotGathered as reason:
        read, said = None, str(reason)
    assert said.endswith(".") if read is None else len(read.accounts) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.sampled_from(["sudo", "ssh_keys", "shell", "last_login", "groups", "uid", "usable_by"]), json_values
    )
)
def test_an_account_of_any_shape_is_judged_without_a_traceback(changes: Record) -> None:
    outcome = audit([person("a", "DEPROVISIONED")], {"h": gathered({**account("a"), **changes})})
    assert len(outcome.report["population"]["hosts"]) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    everywhere = account(text, shell=text, groups=[text], ssh_keys=[key(text)], last_login=text)
    outcome = audit([person("x", "DEPROVISIONED", unixUserName=text)], {text: gathered(everywhere)})
    assert outcome.counts("host_orphan") == {"fail": 1}
    for row in csv.reader(io.StringIO(outcome.review_bytes.decode())):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_hostile_names_lead_to_their_user() -> None:
    name = "x'; DROP TABLE users; --"
    outcome = audit(
        [person("x", "DEPROVISIONED", unixUserName=name)],
        {"h": gathered(account(name))},
        username_attributes=["unixUserName"],
    )
    assert outcome.one("host_deprovisioned")["evidence"]["matched_by"] == "attribute unixUserName"


def test_many_accounts_are_judged() -> None:
    many = [account(f"a{number}") for number in range(3000)]
    outcome = audit([person("active")], {"h": gathered(*many)})
    assert outcome.counts("host_orphan") == {"fail": 3000}
