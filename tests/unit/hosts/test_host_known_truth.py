# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts of known truth: hits, near misses and doubtful cases are planted for each check, and exactly they are told."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

import pytest

from ansible_collections.idops.okta.plugins.module_utils._host_checks import ACCOUNT_CHECKS
from ansible_collections.idops.okta.tests.unit.hosts.support import (
    Record,
    account,
    ago,
    audit,
    gathered,
    key,
    person,
    rule,
)

LOCKED: Record = {"password": "locked", "usable": False, "usable_by": []}
BY_KEY: Record = {"password": "locked", "usable_by": ["keys"], "ssh_keys": [key()]}
NOLOGIN: Record = {"shell": "/usr/sbin/nologin", "interactive": False}
UNREAD: Record = {"password": "unknown", "expired": None, "usable": None, "usable_by": []}
SYSTEM: Record = {"uid": 105, "in_uid_range": False}
USERS = [
    person("active"),
    person("leaver", "DEPROVISIONED"),
    person("suspended", "SUSPENDED"),
    person("staged", "STAGED"),
    person("locked_out", "LOCKED_OUT"),
    person("strange", "ACTIVATING"),
    person("admin"),
    {**person("twin"), "id": "00u-twin-1"},
    {**person("twin", "DEPROVISIONED", login="twin@other.example"), "id": "00u-twin-2"},
    {**person("gone", "DEPROVISIONED"), "id": "00u-gone-1"},
    {**person("gone", "DEPROVISIONED", login="gone@other.example"), "id": "00u-gone-2"},
    person("numbered", unixUid="1007"),
]
MEMBERS = [{"id": "00g1", "profile": {"name": "linux-admins"}, "members": [{"id": "00u-admin@acme.example"}]}]


class Truth(t.NamedTuple):
    """Accounts by what a check has to say of them, each on a host of its own."""

    fail: t.Sequence[Record]
    passes: t.Sequence[Record] = ()
    unknown: t.Sequence[Record] = ()
    neither: t.Sequence[Record] = ()
    settings: t.Mapping[str, t.Any] = MappingProxyType({})


TRUTHS = {
    "host_deprovisioned": Truth(
        [account("leaver"), account("leaver", **BY_KEY), account("leaver", **NOLOGIN, **BY_KEY), account("gone")],
        [account("leaver", **LOCKED), account("active"), account("suspended"), account("locked_out")],
        [account("leaver", **UNREAD), account("strange"), account("twin")],
        [account("nobody", uid=65534), account("Leaver"), account("leaver1"), account("orphan")],
    ),
    "host_suspended": Truth(
        [account("suspended"), account("staged")],
        [account("leaver"), account("active"), account("suspended", **LOCKED), account("twin")],
        [account("suspended", **UNREAD), account("strange")],
        [account("orphan")],
    ),
    "host_orphan": Truth(
        [
            account("orphan"),
            account("backdoor", **SYSTEM, **BY_KEY),
            account("Active"),
            account("toor", uid=0, in_uid_range=False),
            account("ftp", **SYSTEM, **NOLOGIN, **BY_KEY),
        ],
        [account("orphan", **LOCKED), account("active"), account("leaver"), account("strange"), account("twin")],
        [account("orphan", **UNREAD), account("numbered", uid=1000)],
        [
            account("root", uid=0),
            account("daemon", **SYSTEM, **NOLOGIN, **LOCKED),
            account("daemon", **SYSTEM, **LOCKED),
        ],
        {"uid_attribute": "unixUid"},
    ),
    "host_priv_without_okta": Truth(
        [
            account("leaver", sudo=[rule()]),
            account("orphan", groups=["orphan", "wheel"]),
            account("staged", groups=["sudo"]),
            account("toor", uid=0),
        ],
        [account("active", sudo=[rule()]), account("orphan", sudo=[rule()], **LOCKED), account("active", sudo=None)],
        [
            account("orphan", sudo=None),
            account("leaver", sudo=[rule()], **UNREAD),
            account("strange", sudo=[rule()]),
            account("twin", sudo=[rule()]),
        ],
        [account("orphan"), account("root", uid=0, sudo=[rule()]), account("orphan", groups=["sudoers"])],
    ),
    "host_priv_not_in_group": Truth(
        [account("active", sudo=[rule()]), account("active", groups=["wheel"])],
        [account("admin", sudo=[rule()]), account("leaver", sudo=[rule()]), account("active", sudo=[rule()], **LOCKED)],
        [account("active", sudo=None), account("strange", sudo=[rule()])],
        [account("active"), account("orphan", sudo=[rule()])],
        {"required_groups": ["linux-admins"]},
    ),
    "host_key_of_leaver": Truth(
        [
            account("leaver", **BY_KEY),
            account("suspended", ssh_keys=[key()]),
            account("leaver", **{**LOCKED, "ssh_keys": [key()]}),
        ],
        [
            account("leaver"),
            account("active", ssh_keys=[key()]),
            account("leaver", ssh_keys=[key()], expired=True, usable=False),
        ],
        [
            account("leaver", ssh_keys=None),
            account("strange", ssh_keys=[key()]),
            account("leaver", ssh_keys=[key()], expired=None),
        ],
        [account("orphan", ssh_keys=[key()])],
    ),
    "host_shared_key_comment": Truth(
        [
            account("orphan", ssh_keys=[key("leaver@acme.example")]),
            account("active", ssh_keys=[key("leaver@laptop")]),
            account("root", uid=0, ssh_keys=[key(), key("LEAVER@acme.example work")]),
        ],
        [
            account("leaver", ssh_keys=[key("leaver@laptop")]),
            account("orphan", ssh_keys=[key("active@laptop")]),
            account("orphan", ssh_keys=[key("twin@laptop"), key("leaver2@laptop"), key("the leaver")]),
            account("orphan", ssh_keys=[key("leaver@laptop")], expired=True, usable=False),
        ],
        [account("orphan", ssh_keys=None), account("orphan", ssh_keys=[key("strange@laptop")])],
        [account("orphan")],
    ),
    "host_nopasswd_orphan": Truth(
        [account("orphan", sudo=[rule(), rule(nopasswd=True)]), account("leaver", sudo=[rule(nopasswd=True)])],
        [account("active", sudo=[rule(nopasswd=True)]), account("orphan", sudo=[rule(nopasswd=True)], **LOCKED)],
        [account("orphan", sudo=None), account("strange", sudo=[rule(nopasswd=True)])],
        [account("orphan", sudo=[rule()]), account("root", uid=0, sudo=[rule(nopasswd=True)])],
    ),
    "host_uid0_extra": Truth(
        [account("toor", uid=0, in_uid_range=False), account("active", uid=0), account("toor", uid=0, **LOCKED)],
        [account("root", uid=0)],
        [account("odd", uid=None)],
        [account("active", uid=1)],
    ),
    "host_empty_password": Truth(
        [account("active", password="empty"), account("sys", **SYSTEM, password="empty", usable=False)],
        [account("active"), account("active", **LOCKED), account("active", password="none")],
        [account("active", **UNREAD)],
    ),
    "host_inactive": Truth(
        [
            account("active", last_login=f"{ago(90, seconds=1)[:19]}Z"),
            account("locked_out", last_login=None),
            account("active", last_login=None, password_changed=None),
        ],
        [
            account("active", last_login=f"{ago(90)[:19]}Z"),
            account("active", last_login=None, password_changed=ago(5)[:10]),
        ],
        [
            account("active", last_login=None, last_login_source=None),
            account("strange"),
            account("active", last_login="x"),
        ],
        [account("leaver", last_login=None), account("orphan", last_login=None), account("active", **LOCKED)],
    ),
    "host_mapping_ambiguous": Truth(
        [account("twin"), account("gone"), account("numbered", uid=1008)],
        [account("active"), account("numbered", uid=1007)],
        (),
        [account("orphan"), account("root", uid=0)],
        {"uid_attribute": "unixUid"},
    ),
    "host_service_interactive": Truth(
        [account("svc", **SYSTEM)],
        [account("svc", **SYSTEM, ssh_keys=[key()], password="locked", usable=False), account("active", **SYSTEM)],
        [account("svc", **SYSTEM, **UNREAD)],
        [account("svc", **SYSTEM, **NOLOGIN), account("orphan"), account("toor", uid=0, in_uid_range=False)],
    ),
}


def test_every_check_has_its_truth() -> None:
    assert set(TRUTHS) == set(ACCOUNT_CHECKS)


@pytest.mark.parametrize("check", TRUTHS)
def test_known_truth(check: str) -> None:
    truth = TRUTHS[check]
    planted = {
        f"{kind}-{number}": gathered(each)
        for kind in ("fail", "passes", "unknown", "neither")
        for number, each in enumerate(getattr(truth, kind))
    }
    outcome = audit(USERS, planted, members={"groups": MEMBERS}, **truth.settings)
    told = {(each["subject"]["host"], each["status"]) for each in outcome.findings if each["check"] == check}
    wanted = {(host, host.partition("-")[0]) for host in planted if host.startswith(("fail", "unknown"))}
    assert told == wanted  # precision and recall 1.0
    assert outcome.check(check)["counts"]["pass"] == len(truth.passes)
    for each in outcome.findings:
        assert each["message"].endswith(".")
        assert {"account", "uid"} <= each["evidence"].keys()


def test_a_shell_that_lets_nobody_in_lessens_the_severity() -> None:
    outcome = audit(USERS, {"h": gathered(account("leaver", **NOLOGIN, **BY_KEY))})
    assert outcome.one("host_deprovisioned")["severity"] == "low"


@pytest.mark.parametrize(("worst", "status"), [(True, "fail"), (False, "unknown")])
def test_the_worst_status_wins_if_it_is_told_to(worst: bool, status: str) -> None:
    outcome = audit(USERS, {"h": gathered(account("twin"))}, worst_status_wins=worst)
    assert outcome.one("host_deprovisioned")["status"] == status
    assert outcome.one("host_mapping_ambiguous")["evidence"]["number"] == 2
