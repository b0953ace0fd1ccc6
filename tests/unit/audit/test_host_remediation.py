# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which accounts are closed, which never are, and when none is: the plan, and the steps on a host as it is by then."""

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.idops.okta.plugins.filter.closing_steps import FilterModule as Closing
from ansible_collections.idops.okta.plugins.filter.reopening_steps import FilterModule as Reopening
from ansible_collections.idops.okta.plugins.filter.still_open import FilterModule as StillOpen
from ansible_collections.idops.okta.plugins.module_utils._host_remediation import (
    ACTIONS,
    Limits,
    Plan,
    RemediationRefused,
    plan,
)

Json = dict[str, t.Any]
NEVER = ("root", "deploy", 0, 1001)

closing_steps = Closing().filters()["closing_steps"]
reopening_steps = Reopening().filters()["reopening_steps"]
still_open = StillOpen().filters()["still_open"]


def account(name: str, uid: int, **others: t.Any) -> Json:
    usual = {
        "expires": None,
        "expired": False,
        "password": "set",
        "shell": "/bin/bash",
        "interactive": True,
        "ssh_keys": [],
    }
    return {"name": name, "uid": uid, **usual, **others}


def keys(*files: str) -> list[Json]:
    return [{"file": file, "line": 1, "comment": "somebody"} for file in files]


def finding(name: str, uid: int, host: str = "web1", **others: t.Any) -> Json:
    subject = {"type": "account", "id": f"{host}:{name}", "login": f"{name}@acme.example", "name": name, "host": host}
    usual = {
        "check": "host_deprovisioned",
        "status": "fail",
        "subject": subject,
        "evidence": {"account": name, "uid": uid},
    }
    return {**usual, **others}


def head(count: int = 100, accounts: int = 60, complete: bool = True) -> Json:
    hosts = [
        {"name": "web1", "assessed": True, "accounts": accounts},
        {"name": "web2", "assessed": True, "accounts": accounts},
        {"name": "down", "assessed": False, "accounts": 1000},
    ]
    return {"provenance": {"population": {"count": count, "complete": complete}}, "population": {"hosts": hosts}}


def read(*accounts: Json, uid_min: int = 1000) -> Json:
    return {"host": "web1", "uid_min": uid_min, "accounts": list(accounts)}


def limits(**others: t.Any) -> Limits:
    usual = Limits(["host_deprovisioned"], ["expire", "lock_password"], ["root"], 5, 20, 1, 20, "CHG-1")
    return usual._replace(**others)


EVE, MALLORY = account("eve", 1004), account("mallory", 1005)


def made(
    findings: list[Json], *accounts: Json, report: Json | None = None, previous: Json | None = None, **others: t.Any
) -> Plan:
    hosts = {"web1": read(*accounts), "web2": read(*accounts)}
    return plan(report or head(), findings, hosts, limits(**others), previous)


def names(planned: Plan) -> list[tuple[str, str]]:
    return [(each["host"], each["account"]) for each in planned.accounts]


def reasons(planned: Plan) -> dict[str, str]:
    return {each["account"]: each["reason"] for each in planned.left_alone}


def test_a_plan() -> None:
    planned = made([finding("eve", 1004, "web2"), finding("eve", 1004)], EVE, MALLORY)
    assert names(planned) == [("web1", "eve"), ("web2", "eve")]
    assert planned.accounts[0] == {
        "host": "web1",
        "account": "eve",
        "uid": 1004,
        "login": "eve@acme.example",
        "checks": ["host_deprovisioned"],
        "actions": ["expire", "lock_password"],
        "before": {"expires": None, "password": "set", "shell": "/bin/bash", "key_files": []},
    }
    assert (planned.left_alone, planned.assessed) == ([], 120)


@pytest.mark.parametrize("status", ["exempt", "unknown", "not_assessed"])
def test_only_what_fails_counts(status: str) -> None:
    assert names(made([finding("eve", 1004, status=status)], EVE)) == []


def test_only_named_checks_count() -> None:
    orphan = finding("eve", 1004, check="host_orphan")
    assert names(made([orphan], EVE)) == []
    assert names(made([orphan], EVE, checks=["host_orphan"])) == [("web1", "eve")]
    host = finding("eve", 1004, subject={"type": "host", "id": "web1", "login": "", "name": "web1", "host": "web1"})
    assert names(made([host], EVE)) == []


def test_an_account_that_is_exempt_from_anything_is_left_alone() -> None:
    exempt = finding("eve", 1004, check="host_key_of_leaver", status="exempt")
    planned = made([finding("eve", 1004), exempt], EVE)
    assert (names(planned), reasons(planned)) == ([], {"eve": "It is exempt."})


def test_an_account_of_two_users_is_left_alone() -> None:
    ambiguous = finding("eve", 1004, check="host_mapping_ambiguous")
    planned = made([finding("eve", 1004), ambiguous], EVE)
    assert (names(planned), reasons(planned)) == ([], {"eve": "It is matched with more than one user."})


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (account("eve", 0), "Its uid is that of a system account."),
        (account("eve", 999), "Its uid is that of a system account."),
        (account("root", 0), "It is one of those that are never touched."),
        (account("deploy", 1001), "It is one of those that are never touched."),
        (account("eve; reboot", 1004), "Its name has characters that are not handed on to other programs."),
        (account("{{ eve }}", 1004), "Its name has characters that are not handed on to other programs."),
        (account("-eve", 1004), "Its name has characters that are not handed on to other programs."),
    ],
)
def test_who_is_never_touched(other: Json, reason: str) -> None:
    planned = made([finding(other["name"], other["uid"])], other, never=["root", "deploy"])
    assert (names(planned), reasons(planned)) == ([], {other["name"]: reason})


def test_without_the_lowest_uid_of_users_nobody_is_touched() -> None:
    planned = plan(head(), [finding("eve", 1004)], {"web1": {"accounts": [EVE]}}, limits(), None)
    assert reasons(planned) == {"eve": "Its uid is that of a system account."}


def test_what_was_read_has_to_agree_with_the_finding() -> None:
    planned = made([finding("eve", 1005), finding("gone", 1007)], EVE)
    assert reasons(planned) == {
        "eve": "Its uid is not that of the finding.",
        "gone": "What was read on the host doesn't have it.",
    }


def test_what_would_change_nothing_is_not_planned() -> None:
    closed = account("eve", 1004, expired=True, expires="1970-01-02", password="locked")
    assert names(made([finding("eve", 1004)], closed)) == []
    planned = made(
        [finding("eve", 1004)], {**closed, "ssh_keys": keys("/home/eve/.ssh/authorized_keys")}, actions=ACTIONS
    )
    assert planned.accounts[0]["actions"] == ["nologin", "move_authorized_keys", "end_sessions"]
    assert made([finding("eve", 1004)], closed, actions=["end_sessions"]).accounts[0]["actions"] == ["end_sessions"]
    unknown = account("eve", 1004, expired=None, password="unknown")
    assert made([finding("eve", 1004)], unknown).accounts[0]["actions"] == ["expire", "lock_password"]


REFUSED = (
    ({"change_ref": " "}, {}, {}, "change_ref"),
    ({}, {"complete": False}, {}, "not known to be complete"),
    ({"min_population": 101}, {}, {}, r"100 users, which is fewer than min_population \(101\)"),
    ({}, {"count": 79}, {"count": 100}, r"79 users and had 100 .* most_shrink_percent \(20\)"),
    ({"most_per_host": 1}, {}, {}, r"web1, 2 accounts .* most_per_host \(1\)"),
    ({"most_percent": 3.3}, {}, {}, r"4 of 120 accounts .* most_percent \(3\.3\)"),
    ({}, {"accounts": 0}, {}, "4 of 0 accounts"),
)
FOUR = [finding(name, uid, host) for name, uid in (("eve", 1004), ("mallory", 1005)) for host in ("web1", "web2")]


@pytest.mark.parametrize(("tuned", "report", "previous", "said"), REFUSED)
def test_guards_refuse_all(tuned: Json, report: Json, previous: Json, said: str) -> None:
    with pytest.raises(RemediationRefused, match=said) as refused:
        made(FOUR, EVE, MALLORY, report=head(**report), previous=head(**previous) if previous else None, **tuned)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("tuned", "report", "previous"),
    [
        ({"min_population": 100}, {}, {}),
        ({}, {"count": 80}, {"count": 100}),
        ({}, {"count": 120}, {"count": 100}),
        ({"most_per_host": 2}, {}, {}),
        ({"most_percent": 3.4}, {}, {}),
    ],
)
def test_guards_let_pass_what_is_within_the_limits(tuned: Json, report: Json, previous: Json) -> None:
    planned = made(FOUR, EVE, MALLORY, report=head(**report), previous=head(**previous) if previous else None, **tuned)
    assert len(planned.accounts) == 4


def test_the_steps_on_a_host() -> None:
    files = ["/home/eve/.ssh/authorized_keys", "/etc/ssh/keys/eve"]
    eve = account("eve", 1004, ssh_keys=keys(*files, "/home/eve/.ssh/../../etc/x", "/home/{{ eve }}/k"))
    planned = made([finding("eve", 1004)], eve, actions=ACTIONS).accounts
    steps = closing_steps(planned, read(eve), NEVER, "/sbin/nologin")
    assert steps["left_alone"] == []
    assert steps["steps"] == [
        {
            "account": "eve",
            "uid": 1004,
            "actions": list(ACTIONS),
            "expires": 86400,
            "lock": True,
            "shell": "/sbin/nologin",
            "moves": [{"src": file, "dest": f"{file}.moved-by-host-account-audit"} for file in sorted(files)],
            "end_sessions": True,
        }
    ]


def test_only_what_is_planned_becomes_a_step() -> None:
    planned = made([finding("eve", 1004)], EVE, actions=["expire"]).accounts
    (step,) = closing_steps(planned, read(EVE), NEVER)["steps"]
    assert step == {
        "account": "eve", "uid": 1004, "actions": ["expire"], "expires": 86400, "moves": [], "end_sessions": False
    }  # fmt: skip


def test_a_file_of_keys_that_others_use_too_stays() -> None:
    eve, adam = account("eve", 1004, ssh_keys=keys("/etc/keys")), account("adam", 1006, ssh_keys=keys("/etc/keys"))
    planned = made([finding("eve", 1004)], eve, actions=["move_authorized_keys"]).accounts
    assert closing_steps(planned, read(eve, adam), NEVER)["steps"][0]["moves"] == []


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ([], "It is no longer there."),
        ([account("eve", 1008)], "Its uid is 1008 and not 1004."),
        ([account("eve", 1004, password="locked")], "It has changed since the audit."),
        ([account("eve", 1004, shell="/bin/sh")], "It has changed since the audit."),
        ([account("eve", 1004, expires="2027-01-01")], "It has changed since the audit."),
        ([account("eve", 1004, ssh_keys=keys("/k"))], "It has changed since the audit."),
    ],
)
def test_an_account_that_has_changed_is_left_alone(now: list[Json], reason: str) -> None:
    planned = made([finding("eve", 1004)], EVE).accounts
    assert closing_steps(planned, read(*now), NEVER) == {
        "steps": [],
        "left_alone": [{"account": "eve", "reason": reason}],
    }


@pytest.mark.parametrize("never", [["eve"], [1004], [0, "root", 1004]])
def test_who_connects_is_left_alone(never: list[t.Any]) -> None:
    planned = made([finding("eve", 1004)], EVE).accounts
    outcome = closing_steps(planned, read(EVE), never)
    assert outcome["left_alone"] == [{"account": "eve", "reason": "It is one of those that are never touched."}]
    assert outcome["steps"] == []


def closed(one: Json) -> Json:
    """An account after all steps were taken."""
    return {
        **one,
        "expires": "1970-01-02",
        "password": "locked",
        "shell": "/sbin/nologin",
        "interactive": False,
        "ssh_keys": [],
    }


def test_a_rollback() -> None:
    file = "/home/eve/.ssh/authorized_keys"
    eve = account("eve", 1004, expires="2027-01-01", ssh_keys=keys(file))
    planned = made([finding("eve", 1004)], eve, actions=ACTIONS).accounts
    outcome = reopening_steps(planned, read(closed(eve)))
    assert outcome["left_alone"] == []
    (step,) = outcome["steps"]
    assert step == {
        "account": "eve",
        "uid": 1004,
        "expires": 1798761600,
        "lock": False,
        "shell": "/bin/bash",
        "moves": [{"src": f"{file}.moved-by-host-account-audit", "dest": file}],
        "end_sessions": False,
    }
    undone = reopening_steps(planned, read(eve))["steps"][0]
    assert undone.keys() == {"account", "uid", "moves", "end_sessions"}


def test_a_rollback_restores_never_and_unlocks_only_what_was_set() -> None:
    eve = account("eve", 1004, password="empty")
    planned = made([finding("eve", 1004)], eve).accounts
    (step,) = reopening_steps(planned, read(closed(eve)))["steps"]
    assert step["expires"] == -1
    assert "lock" not in step


def test_a_rollback_leaves_what_somebody_has_changed_since() -> None:
    planned = made([finding("eve", 1004)], EVE, actions=ACTIONS).accounts
    since = {**closed(EVE), "expires": "2027-06-30", "password": "set", "shell": "/bin/zsh", "interactive": True}
    (step,) = reopening_steps(planned, read(since))["steps"]
    assert step == {"account": "eve", "uid": 1004, "moves": [], "end_sessions": False}
    assert reopening_steps(planned, read(account("eve", 1010)))["left_alone"] == [
        {"account": "eve", "reason": "Its uid is 1010 and not 1004."}
    ]
    assert reopening_steps(planned, read())["left_alone"] == [{"account": "eve", "reason": "It is no longer there."}]


def test_a_host_that_did_not_do_it_is_found_out() -> None:
    eve = account("eve", 1004, ssh_keys=keys("/k"))
    planned = made([finding("eve", 1004)], eve, actions=ACTIONS).accounts
    steps = closing_steps(planned, read(eve), NEVER, "/sbin/nologin")["steps"]
    done = closed(eve)
    assert still_open(steps, read(done)) == []
    for undone in ({"expires": None}, {"password": "set"}, {"shell": "/bin/bash"}, {"ssh_keys": keys("/k")}):
        assert still_open(steps, read({**done, **undone})) == ["eve"]


def test_nothing_that_is_given_is_changed() -> None:
    planned = made([finding("eve", 1004)], EVE).accounts
    before = copy.deepcopy(planned)
    closing_steps(planned, read(EVE), NEVER)
    reopening_steps(planned, read(EVE))
    assert planned == before
