# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""host_accounts_info on hosts with real accounts, keys and sudo rules: what was planted is what comes out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.hosts import Host, Hosts, make_hosts, why_not
from integration.playbooks import Player, Run

Record = dict[str, Any]
reason = why_not()
pytestmark = pytest.mark.skipif(reason is not None, reason=str(reason))

PLAY = """
- name: A test
  hosts: web1
  gather_facts: false
  become: true
  tasks:
    - name: Look
      idops.okta.host_accounts_info:
"""
PASSWORD = "correct horse battery staple"
SIGNED_IN = 1_700_000_000


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    with make_hosts(tmp_path, ["web1"]) as made:
        yield made


@pytest.fixture
def web1(hosts: Hosts) -> Host:
    return hosts["web1"]


def look(play: Player, hosts: Hosts, *arguments: str, rc: int = 0) -> Run:
    return play(PLAY, hosts.environment(), "--inventory", str(hosts.inventory), *arguments, rc=rc)


def old_python() -> str:
    """A Python 3.6 that works, or nothing."""
    kept = Path.home() / ".pyenv" / "versions"
    found = [shutil.which("python3.6"), *(str(folder / "bin" / "python3.6") for folder in kept.glob("3.6.*"))]
    for python in filter(None, found):
        if Path(python).exists() and subprocess.run([python, "--version"], check=False).returncode == 0:
            return os.path.realpath(python)
    return ""


def plant(host: Host) -> dict[str, str]:
    """One account of each kind; the fingerprints of the keys, by account."""
    host.group("operators")
    host.account("ann", uid=1201, groups=["sudo", "operators"], gecos="Ann Example", password=PASSWORD)
    host.account("ben", uid=1202, password=PASSWORD)
    host.account("cat", uid=1203, password=PASSWORD, expires="2020-02-29")
    host.account("dan", uid=1204)
    host.account("eve", uid=1205)
    host.account("toor", same_uid=True, uid=0, password=PASSWORD)
    host.account("backup2", uid=402, system=True, shell="/usr/sbin/nologin", home=False)
    host.lock("ben")
    host.empty_password("dan")
    host.signed_in("ann", SIGNED_IN)
    host.sudo("eve ALL=(ann) NOPASSWD: /bin/ls\n%operators ALL=(root) NOPASSWD: ALL, !/bin/sh")
    return {
        "ben": host.key("ben", comment="ben@laptop", options='from="192.0.2.0/24,198.51.100.7",no-pty'),
        "eve": host.key("eve", comment="eve was here", file=".ssh/authorized_keys2"),
    }


ROOTS_RULE = {
    "runas": ["ALL", ":ALL"],
    "commands": ["ALL"],
    "nopasswd": False,
    "all_commands": True,
    "via": "user",
}


def facts(account: Record) -> Record:
    kept = ("uid", "password", "expired", "usable", "usable_by", "interactive", "in_uid_range")
    return {name: account[name] for name in kept}


def check(result: Record, fingerprints: dict[str, str], today: str) -> None:
    accounts = {account["name"]: account for account in result["accounts"]}
    assert list(accounts) == sorted(["root", "sshd", "ann", "ben", "cat", "dan", "eve", "toor", "backup2"])
    person = {"expired": False, "usable": True, "interactive": True, "in_uid_range": True}
    assert facts(accounts["ann"]) == {**person, "uid": 1201, "password": "set", "usable_by": ["password"]}
    assert facts(accounts["ben"]) == {**person, "uid": 1202, "password": "locked", "usable_by": ["keys"]}
    assert facts(accounts["dan"]) == {**person, "uid": 1204, "password": "empty", "usable_by": ["empty_password"]}
    assert facts(accounts["eve"]) == {**person, "uid": 1205, "password": "none", "usable_by": ["keys"]}
    gone = {**person, "expired": True, "usable": False}
    assert facts(accounts["cat"]) == {**gone, "uid": 1203, "password": "set", "usable_by": []}
    second = {**person, "uid": 0, "in_uid_range": False}
    assert facts(accounts["toor"]) == {**second, "password": "set", "usable_by": ["password"]}
    service = {"expired": False, "usable": False, "interactive": False, "in_uid_range": False}
    assert facts(accounts["backup2"]) == {**service, "uid": 402, "password": "none", "usable_by": []}

    assert accounts["cat"]["expires"] == "2020-02-29"
    assert accounts["ann"]["gecos"] == "Ann Example"
    assert accounts["ann"]["home"] == "/home/ann"
    assert accounts["ann"]["password_changed"] == today
    assert accounts["ann"]["last_login"] == "2023-11-14T22:13:20Z"
    assert accounts["ann"]["last_login_source"] == accounts["ben"]["last_login_source"] == "lslogins"
    assert accounts["ben"]["last_login"] is None
    assert accounts["ann"]["groups"] == ["ann", "operators", "sudo"]
    assert accounts["ann"]["sudo"] == [
        {**ROOTS_RULE, "via": "group:sudo"},
        {
            "runas": ["root"],
            "commands": ["ALL", "!/bin/sh"],
            "nopasswd": True,
            "all_commands": True,
            "via": "group:operators",
        },
    ]
    limited = {"runas": ["ann"], "commands": ["/bin/ls"], "nopasswd": True, "all_commands": False, "via": "user"}
    assert accounts["eve"]["sudo"] == [limited]
    assert accounts["root"]["sudo"] == [ROOTS_RULE]
    assert accounts["ben"]["sudo"] == []
    assert accounts["ben"]["ssh_keys"] == [
        {
            "type": "ssh-ed25519",
            "fingerprint": fingerprints["ben"],
            "comment": "ben@laptop",
            "options": ['from="192.0.2.0/24,198.51.100.7"', "no-pty"],
            "file": "/home/ben/.ssh/authorized_keys",
            "line": 1,
        }
    ]
    assert [key["fingerprint"] for key in accounts["eve"]["ssh_keys"]] == [fingerprints["eve"]]
    assert accounts["ann"]["home_owner_mismatch"] is False
    assert accounts["backup2"]["home_owner_mismatch"] is None
    assert {account["principals"] for account in accounts.values()} == {False}
    assert (result["uid_min"], result["uid_max"]) == (1000, 60000)
    assert result["sshd"]["password_authentication"] is True
    assert result["capabilities"] == {
        "passwd": True,
        "shadow": True,
        "groups": True,
        "login_defs": True,
        "last_login": "lslogins",
        "sudo": "cvtsudoers",
        "sshd": True,
        "keys": True,
    }
    assert result["errors"] == []
    assert not result["changed"]


@pytest.mark.parametrize("python", ["", pytest.param("3.6", id="python3.6")])
def test_what_is_planted_is_found(play: Player, hosts: Hosts, web1: Host, python: str) -> None:
    fingerprints = plant(web1)
    arguments = ["--check"]
    if python:
        if not old_python():
            pytest.skip("there is no Python 3.6 on this machine")
        if not runs_python_36():
            pytest.skip("this ansible-core has given up Python 3.6 on hosts; 2.16 is the last that has it")
        arguments = ["--extra-vars", f"ansible_python_interpreter={old_python()}"]
    before = web1.run("sha256sum", "/etc/passwd", "/etc/shadow", "/etc/group", "/var/log/lastlog")
    day = web1.run("date", "+%F").strip()
    run = look(play, hosts, *arguments)
    check(run["Look"], fingerprints, day)
    assert web1.run("sha256sum", "/etc/passwd", "/etc/shadow", "/etc/group", "/var/log/lastlog") == before
    shown = json.dumps(run["Look"]) + look(play, hosts, "-vvv").stdout
    secrets = [web1.shadow(name)[1].lstrip("!") for name in ("ann", "ben", "cat", "toor")]
    secrets += [web1.read("/home/ben/.ssh/authorized_keys").split()[2], PASSWORD]
    assert all(len(secret) > 20 for secret in secrets)
    assert not [secret for secret in secrets if secret in shown]


def runs_python_36() -> bool:
    from ansible.release import __version__

    return tuple(int(part) for part in __version__.split(".")[:2]) <= (2, 16)


def test_where_sshd_really_looks(play: Player, hosts: Hosts, web1: Host) -> None:
    for name in ("ann", "ben"):
        web1.account(name)
    web1.append(
        "/etc/ssh/sshd_config.d/ours.conf",
        "AuthorizedKeysFile /etc/ssh/keys/%u\nMatch User ben\n  AuthorizedKeysFile %h/mine /etc/ssh/more/%u\n",
    )
    ignored = {web1.key("ann"), web1.key("ben")}
    taken = {
        "ann": [web1.key("ann", file="/etc/ssh/keys/ann")],
        "ben": [web1.key("ben", file="mine"), web1.key("ben", file="/etc/ssh/more/ben")],
    }
    accounts = {account["name"]: account for account in look(play, hosts)["Look"]["accounts"]}
    found = {name: [key["fingerprint"] for key in accounts[name]["ssh_keys"]] for name in taken}
    assert found == taken
    assert not ignored & {key for keys in found.values() for key in keys}


def test_what_users_can_put_in_the_way(play: Player, hosts: Hosts, web1: Host) -> None:
    """Neither a pipe, a device, a huge file nor a link to somebody else's stops it, and none is taken for "no keys"."""
    for name in ("fifo", "huge", "link", "device", "damaged", "fine"):
        web1.account(name)
    fingerprint = web1.key("fine")
    damaged = web1.key("damaged")
    web1.append("/home/damaged/.ssh/authorized_keys", "ssh-ed25519 c2VjcmV0IHRoaW5n canary-of-a-line\n")
    for name in ("fifo", "huge", "link", "device"):
        web1.run("mkdir", f"/home/{name}/.ssh")
    web1.run("mkfifo", "/home/fifo/.ssh/authorized_keys")
    web1.run("truncate", "--size=3G", "/home/huge/.ssh/authorized_keys")
    web1.run("mknod", "/home/device/.ssh/authorized_keys", "c", "1", "5")  # /dev/zero
    web1.run("ln", "-s", "/home/fine/.ssh/authorized_keys", "/home/link/.ssh/authorized_keys")
    run = look(play, hosts)
    accounts = {account["name"]: account for account in run["Look"]["accounts"]}
    for name in ("fifo", "huge", "link", "device"):
        assert accounts[name]["ssh_keys"] is None, name
        assert accounts[name]["usable"] is None, name
    assert [key["fingerprint"] for key in accounts["fine"]["ssh_keys"]] == [fingerprint]
    assert [key["fingerprint"] for key in accounts["damaged"]["ssh_keys"]] == [damaged]
    assert run["Look"]["capabilities"]["keys"] is False
    messages = [error["message"] for error in run["Look"]["errors"] if error["probe"] == "keys"]
    assert len(messages) == 5
    assert "canary-of-a-line" not in json.dumps(run["Look"])


def test_without_root_nothing_is_taken_for_fine(play: Player, hosts: Hosts, web1: Host) -> None:
    """What a plain user may not read is unknown."""
    web1.account("ann", password=PASSWORD)
    web1.run("chmod", "0700", "/home/ann")
    web1.account("robot")
    web1.run("install", "-d", "-m", "0700", "-o", "robot", "/home/robot/.ansible", "/home/robot/.ansible/tmp")
    web1.run("chmod", "0711", "/root")  # the Python that modules run with may be in there
    result = look(play, hosts, "--become-user", "robot", "--become-method", "sudo")["Look"]
    ann = next(account for account in result["accounts"] if account["name"] == "ann")
    assert (ann["password"], ann["expired"], ann["usable"], ann["sudo"]) == ("unknown", None, None, None)
    assert result["capabilities"]["shadow"] is False
    assert result["capabilities"]["sudo"] is None
    assert {"shadow", "sudo"} <= {error["probe"] for error in result["errors"]}


def test_a_host_that_is_down_is_unreachable(play: Player, hosts: Hosts, web1: Host) -> None:
    web1.go_down()
    run = look(play, hosts, rc=4)
    assert [outcome["outcome"] for outcome in run.outcomes] == ["unreachable"]
    web1.come_up()
    assert look(play, hosts)["Look"]["accounts"]


def test_nothing_is_left_of_hosts(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def work() -> None:
        with make_hosts(tmp_path, ["web1", "db1"]) as hosts:
            assert str(tmp_path) in Path("/proc/self/mounts").read_text()
            hosts["web1"].account("ann")
            assert "ann:" not in hosts["db1"].read("/etc/passwd")
            raise Stop

    with pytest.raises(Stop):
        work()
    assert str(tmp_path) not in Path("/proc/self/mounts").read_text()
    assert list(tmp_path.iterdir()) == []
