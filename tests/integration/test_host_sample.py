# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample report of the host audit in docs/sample/hosts: made from made-up hosts, and the same in every run.

To refresh it: REFRESH_SAMPLE=1 python -m pytest tests/integration/test_host_sample.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from integration.playbooks import Player, task

from ansible_collections.idops.okta.tests.unit.hosts.support import account, ago, audit, gathered, key, person, rule

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "sample" / "hosts"
FILES = ("manifest.json", "report.html", "report.json")
Record = dict[str, Any]

PEOPLE = [
    person("ada.lovelace", firstName="Ada", lastName="Lovelace"),
    person("alan.turing", firstName="Alan", lastName="Turing"),
    person("grace.hopper", firstName="Grace", lastName="Hopper"),
    person("hedy.lamarr", "DEPROVISIONED", firstName="Hedy", lastName="Lamarr"),
    person("dennis.ritchie", "DEPROVISIONED", firstName="Dennis", lastName="Ritchie"),
    person("radia.perlman", "SUSPENDED", firstName="Radia", lastName="Perlman"),
    {**person("j.smith", firstName="Jean", lastName="Smith"), "id": "00u-smith-1"},
    {**person("j.smith", login="j.smith@partner.example", firstName="Jo", lastName="Smith"), "id": "00u-smith-2"},
]
ROOT = account("root", uid=0, in_uid_range=False, password="locked", usable=False, usable_by=[])
DAEMON: Record = {"uid": 110, "in_uid_range": False, "password": "none", "usable": False, "usable_by": []}
NOLOGIN: Record = {"shell": "/usr/sbin/nologin", "interactive": False}


def of(name: str, uid: int, comment: str = "", **changes: Any) -> Record:
    """An account with a key, and nothing but the key, to get in by."""
    keys = [{**key(comment or f"{name}@laptop"), "file": f"/home/{name}/.ssh/authorized_keys"}]
    return account(name, **{"uid": uid, "password": "locked", "usable_by": ["keys"], "ssh_keys": keys, **changes})


def hosts() -> dict[str, object]:
    """A small estate: what is wrong on it is what audits find."""
    ada = of("ada.lovelace", 1001, sudo=[rule()], groups=["ada.lovelace", "sudo"])
    quiet = gathered(ROOT, ada, of("alan.turing", 1002), account("daemon", **DAEMON, **NOLOGIN))
    return {
        "web1.acme.example": quiet,
        "web2.acme.example": gathered(ROOT, ada, of("hedy.lamarr", 1003), account("www-data", **DAEMON, **NOLOGIN)),
        "web3.acme.example": quiet,
        "db1.acme.example": gathered(
            ROOT,
            of("grace.hopper", 1001, last_login=f"{ago(140)[:19]}Z"),
            of("dennis.ritchie", 1002, sudo=[rule(nopasswd=True)], groups=["dennis.ritchie", "wheel"]),
            account("postgres", **DAEMON),
            of("backup", 1003, comment="hedy.lamarr@acme.example", gecos="Nightly dump"),
        ),
        "build1.acme.example": gathered(
            ROOT,
            account("toor", uid=0, in_uid_range=False),
            account("deploy", uid=1004, password="empty", usable_by=["empty_password"]),
            of("j.smith", 1005),
            of("radia.perlman", 1006),
        ),
        "legacy1.acme.example": gathered(
            ROOT,
            account("ada.lovelace", uid=1001, sudo=None, last_login=None, last_login_source=None),
            account("alan.turing", uid=1002, sudo=None, ssh_keys=None, last_login=None, last_login_source=None),
            capabilities={
                "passwd": True,
                "shadow": True,
                "groups": True,
                "login_defs": True,
                "last_login": None,
                "sudo": None,
                "sshd": False,
                "keys": False,
            },
            errors=[{"probe": "sudo", "message": "cvtsudoers: there is none"}],
        ),
        "edge1.acme.example": {
            "unreachable": True,
            "msg": "ssh: connect to host edge1.acme.example port 22: No route to host",
        },
    }


EXEMPTION: Record = {
    "match": {"account": "backup", "groups": ["databases"]},
    "check": "host_orphan",
    "type": "service",
    "reason": "Writes the nightly dump",
    "ticket": "OPS-7",
    "owner": "grace.hopper@acme.example",
    "expires": "2026-12-31",
}


PROVENANCE: Record = {
    "org_url": "https://acme.okta.com",
    "ansible_version": "2.19.0",
    "runner": {
        "type": "awx",
        "job_id": "4712",
        "job_template": "Quarterly review of hosts",
        "launched_by": "grace.hopper",
        "project_revision": "0a1b2c3d",
    },
    "window": {"start": "2026-01-31T12:00:03Z", "end": "2026-01-31T12:01:07Z"},
    "population": {
        "query": 'filter=lastUpdated ge "1970-01-01T00:00:00.000Z"&limit=200',
        "fields": ["id", "status", "lastLogin", "profile.login", "profile.displayName"],
        "pages": 1,
        "requests": 2,
        "waited_seconds": 0.0,
    },
}


def test_the_sample_is_up_to_date(play: Player, tmp_path: Path) -> None:
    found = audit(
        PEOPLE,
        hosts(),
        scope=[*hosts(), "edge2.acme.example"],
        groups={"db1.acme.example": ("databases",)},
        reasons={"edge2.acme.example": "outside --limit"},
        exemptions=[EXEMPTION],
        provenance=PROVENANCE,
    )
    folder = tmp_path / "report"
    folder.mkdir()
    for name, content in (
        ("report.json", found.report_bytes),
        ("review.csv", found.review_bytes),
        ("view.json", found.view_bytes),
    ):
        (folder / name).write_bytes(content)
    variables = {
        "audit_report_json": f"{folder}/report.json",
        "audit_report_view": f"{folder}/view.json",
        "audit_report_dest": str(folder),
    }
    play([task("Report", "ansible.builtin.include_role", {"name": "idops.okta.audit_report"}, vars=variables)], {})
    if os.environ.get("REFRESH_SAMPLE"):
        SAMPLE.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            (SAMPLE / name).write_bytes((folder / name).read_bytes())
    checks = {each["check"] for each in json.loads(found.report_bytes)["findings"] if each["status"] == "fail"}
    assert len(checks) >= 11  # it shows what the audit can find, not only that it runs
    outdated = [name for name in FILES if (SAMPLE / name).read_bytes() != (folder / name).read_bytes()]
    assert not outdated, "docs/sample/hosts is of another version; REFRESH_SAMPLE=1 writes it anew"
