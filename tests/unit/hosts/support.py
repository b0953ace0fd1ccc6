# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the host audit share: users, accounts as a host sends them, and an audit in a folder of its own."""

from __future__ import annotations

import json
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.idops.okta.plugins.module_utils._host_index import write_index
from ansible_collections.idops.okta.plugins.module_utils._host_judgement import HostFacts, judge_host
from ansible_collections.idops.okta.plugins.module_utils._host_lookup import Index
from ansible_collections.idops.okta.plugins.module_utils._host_report import read_hosts, report_hosts
from ansible_collections.idops.okta.plugins.module_utils._host_settings import read_settings
from ansible_collections.idops.okta.plugins.module_utils._user_rows import json_line
from ansible_collections.idops.okta.tests.unit.audit.support import NOW, ORG, Outcome, Record, ago, user

__all__ = ["NOW", "Outcome", "Record", "account", "ago", "audit", "gathered", "key", "person", "rule"]


def person(name: str, status: str = "ACTIVE", **profile: t.Any) -> Record:
    """A user whose account is called ``name``."""
    login = f"{name}@acme.example"
    return user(login, status=status, profile={"login": login, "email": login, **profile})


def account(name: str, **changes: t.Any) -> Record:
    """An account that somebody with a password can use, signed in to yesterday."""
    record = {
        "name": name,
        "uid": 1000,
        "gid": 1000,
        "gecos": "",
        "home": f"/home/{name}",
        "shell": "/bin/bash",
        "source": "files",
        "interactive": True,
        "in_uid_range": True,
        "password": "set",
        "password_changed": ago(400)[:10],
        "expires": None,
        "expired": False,
        "usable": True,
        "usable_by": ["password"],
        "last_login": f"{ago(1)[:19]}Z",
        "last_login_source": "lastlog",
        "groups": [name],
        "sudo": [],
        "ssh_keys": [],
        "principals": False,
        "home_owner_mismatch": False,
    }
    return {**record, **changes}


def key(comment: str = "") -> Record:
    """A key without options."""
    shown = {"type": "ssh-ed25519", "fingerprint": "SHA256:abc", "comment": comment, "options": []}
    return {**shown, "file": "/home/x/.ssh/authorized_keys", "line": 1}


def rule(*, nopasswd: bool = False) -> Record:
    """A rule of sudo for everything."""
    return {"runas": ["ALL"], "commands": ["ALL"], "nopasswd": nopasswd, "all_commands": True, "via": "user"}


def gathered(*accounts: Record, **changes: t.Any) -> Record:
    """What `host_accounts_info` has registered."""
    probes = {"passwd": True, "shadow": True, "groups": True, "login_defs": True, "last_login": "lastlog"}
    return {
        "accounts": list(accounts),
        "uid_min": 1000,
        "uid_max": 60000,
        "sshd": {},
        "capabilities": {**probes, "sudo": "cvtsudoers", "sshd": True, "keys": True},
        "errors": [],
        "changed": False,
        **changes,
    }


def audit(
    users: t.Iterable[Record],
    hosts: t.Mapping[str, object],
    *,
    scope: t.Sequence[t.Any] | None = None,
    groups: t.Mapping[str, tuple[str, ...]] | None = None,
    members: object = None,
    previous: bytes | None = None,
    reasons: Record | None = None,
    **options: t.Any,
) -> Outcome:
    """Audit these hosts, each with what was registered for it. ``scope`` is who should have been looked at."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "users.jsonl").write_bytes(b"".join(json_line(each) for each in users))
        params: Record = {
            "population": str(work / "users.jsonl"),
            "complete": True,
            "require_complete": True,
            "provenance": {"org_url": ORG},
            "dest": str(work / "index.sqlite"),
            **options,
        }
        for option, content in (("group_members", members), ("previous_report", previous)):
            if content is not None:
                params[option] = str(work / option)
                written = content if isinstance(content, bytes) else json.dumps(content).encode()
                Path(params[option]).write_bytes(written)
        write_index(read_settings(params, NOW), params, check_mode=False, spare=name)
        assert (work / "index.sqlite").stat().st_mode & 0o777 == 0o600
        for host, result in hosts.items():
            judge_host(HostFacts(host, (groups or {}).get(host, ()), "Debian 12"), result, params["dest"], name)
        made = work / "made"
        made.mkdir()
        given = (reasons or {}, {}, params.get("previous_report"))
        with Index(params["dest"]) as index:
            head, top = report_hosts(
                index, read_hosts(list(hosts) if scope is None else scope), name, *given, str(made)
            )
        assert {file.stat().st_mode & 0o777 for file in [*made.iterdir(), *(work / "hosts").glob("*")]} <= {0o600}
        return Outcome(made, head, top)
