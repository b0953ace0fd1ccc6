# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole trees of files, as several systems have them, and what is told of the accounts on them."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.idops.okta.plugins.module_utils._host_probe import MOST_ERRORS, gather
from ansible_collections.idops.okta.plugins.module_utils._host_probe_files import Finished, Host, Unreadable
from ansible_collections.idops.okta.plugins.module_utils._host_probe_passwd import NONINTERACTIVE_SHELLS

TODAY = dt.date(2026, 2, 1)  # day 20485
HASH = "$6$saltsalt$" + "k" * 86
ANN_KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIJ8s9yZ0ntHyL3ndUV9dKkiRkRqJyHnbS3JXSzlqYbPF"
SSHD_T = "usepam yes\npasswordauthentication no\nauthorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2\n"
Record = dict[str, Any]
Answers = Mapping[str, Finished | Exception]

RHEL_7 = {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\n"
    "ann:x:1000:1000:Ann:/home/ann:/bin/bash\n+@admins::::::\n",
    "/etc/shadow": f"root:!!:16000:0:99999:7:::\nbin:*:16000:0:99999:7:::\nann:!!{HASH}:20000:0:99999:7::20485:\n",
    "/etc/group": "root:x:0:\nbin:x:1:\nann:x:1000:\nwheel:x:10:ann\n",
    "/etc/login.defs": "UID_MIN                  1000\nUID_MAX                 60000\n#UID_MAX 7\n",
}
ALPINE = {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/ash\nsync:x:5:0:sync:/sbin:/bin/sync\nann::1000:1000:Ann:/home/ann:\n",
    "/etc/shadow": "root:*::0:::::\nsync:!::0:::::\nann::20000:0:99999:7:::\n",
    "/etc/group": "root:x:0:root\nann:x:1000:\nwheel:x:10:root,ann\n",
}
SUSE = {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nann:x:1000:100:Ann:/home/ann:/bin/zsh\n",
    "/etc/shadow": f"root:{HASH}:20000::::::\nann:{HASH}:20000:0:99999:7:::\n",
    "/etc/group": "root:x:0:\nusers:x:100:\n",
    "/usr/etc/login.defs": "UID_MIN 500\nUID_MAX 40000\n",
}
TARGETPW = {
    "Defaults": [{"Options": [{"targetpw": True}]}],
    "User_Specs": [
        {
            "User_List": [{"username": "ALL"}],
            "Host_List": [{"hostname": "ALL"}],
            "Cmnd_Specs": [{"runasusers": [{"username": "ALL"}], "Commands": [{"command": "ALL"}]}],
        }
    ],
}


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Host]:
    """A host with these files, on which these programs answer so."""

    def make(files: Mapping[str, str | bytes], answers: Answers | None = None) -> Host:
        known = answers or {}
        for path, content in {**files, **{f"/usr/bin/{line.split()[0]}": "" for line in known}}.items():
            file = tmp_path / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

        def run(arguments: Sequence[str]) -> Finished:
            answer = known[" ".join([Path(arguments[0]).name, *arguments[1:]])]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return Host(str(tmp_path), run, "web1.example.com")

    return make


def look(host: Host) -> tuple[Record, dict[str, Record]]:
    result = gather(host, NONINTERACTIVE_SHELLS, TODAY)
    return result, {account["name"]: account for account in result["accounts"]}


def messages(result: Record, probe: str) -> list[str]:
    return [error["message"] for error in result["errors"] if error["probe"] == probe]


SUDO = "cvtsudoers -e -f json /etc/sudoers"


def test_rhel_7(make: Callable[..., Host]) -> None:
    result, accounts = look(make(RHEL_7, {SUDO: Finished(1, ""), "sshd -T": Finished(0, SSHD_T)}))
    assert list(accounts) == ["ann", "bin", "root"]
    assert [accounts[name]["password"] for name in accounts] == ["locked", "none", "none"]
    assert accounts["ann"]["expires"] == "2026-02-01"
    assert accounts["ann"]["expired"] is True
    assert accounts["ann"]["usable"] is False
    assert accounts["ann"]["groups"] == ["ann", "wheel"]
    assert accounts["ann"]["sudo"] is None
    assert messages(result, "sudo")
    assert messages(result, "passwd") == ["/etc/passwd, line 4: an entry of NIS, which is not followed"]
    assert result["sshd"]["password_authentication"] is False
    assert result["capabilities"]["last_login"] is None
    assert accounts["ann"]["last_login_source"] is None


def test_alpine(make: Callable[..., Host]) -> None:
    result, accounts = look(make(ALPINE))
    assert accounts["ann"]["password"] == "empty"
    assert accounts["ann"]["usable_by"] == ["empty_password"]
    assert accounts["ann"]["interactive"] is True
    assert accounts["sync"]["interactive"] is False
    assert accounts["root"]["usable"] is False
    assert (result["uid_min"], result["uid_max"]) == (1000, 60000)
    capabilities = {name: result["capabilities"][name] for name in ("sudo", "sshd", "login_defs", "keys")}
    assert capabilities == {"sudo": None, "sshd": False, "login_defs": False, "keys": True}


def test_suse_asks_for_the_password_of_root(make: Callable[..., Host]) -> None:
    result, accounts = look(make(SUSE, {SUDO: Finished(0, json.dumps(TARGETPW))}))
    assert (result["uid_min"], result["uid_max"]) == (500, 40000)
    assert accounts["ann"]["groups"] == ["users"]
    assert accounts["ann"]["sudo"] == []
    assert result["capabilities"]["sudo"] == "cvtsudoers"


def test_debian_12(make: Callable[..., Host]) -> None:
    listed = Finished(0, "root \nann 2026-01-02T03:04:05+02:00\n")
    logins = {"lslogins --output=USER,LAST-LOGIN --time-format=iso --raw --noheadings --notruncate": listed}
    _result, accounts = look(make({**RHEL_7, "/var/log/lastlog": ""}, logins))
    assert (accounts["ann"]["last_login"], accounts["ann"]["last_login_source"]) == ("2026-01-02T01:04:05Z", "lslogins")
    assert (accounts["root"]["last_login"], accounts["root"]["last_login_source"]) == (None, "lslogins")


def test_a_rotated_log_does_not_prove_that_somebody_never_signed_in(make: Callable[..., Host]) -> None:
    listed = Finished(0, "root \nann 2026-01-02T03:04:05+00:00\n")
    logins = {"lslogins --output=USER,LAST-LOGIN --time-format=iso --raw --noheadings --notruncate": listed}
    _result, accounts = look(make(RHEL_7, logins))
    assert accounts["ann"]["last_login"] == "2026-01-02T03:04:05Z"
    assert accounts["root"]["last_login_source"] is None


def test_debian_13(make: Callable[..., Host], tmp_path: Path) -> None:
    host = make(RHEL_7)
    file = tmp_path / "var/lib/lastlog/lastlog2.db"
    file.parent.mkdir(parents=True)
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT)")
    _result, accounts = look(host)
    assert accounts["ann"]["last_login_source"] is None  # nobody is in it: that proves nothing
    database.execute("INSERT INTO Lastlog2 VALUES ('ann', 1700000000, 'pts/0')")
    database.commit()
    database.close()
    _result, accounts = look(host)
    assert (accounts["ann"]["last_login"], accounts["ann"]["last_login_source"]) == ("2023-11-14T22:13:20Z", "lastlog2")
    assert (accounts["root"]["last_login"], accounts["root"]["last_login_source"]) == (None, "lastlog2")


def test_lastlog_itself(make: Callable[..., Host]) -> None:
    record = struct.pack("=i32s256s", 1700000000, b"pts/0", b"")
    _result, accounts = look(make({**RHEL_7, "/var/log/lastlog": bytes(292) * 1000 + record}))
    assert (accounts["ann"]["last_login"], accounts["ann"]["last_login_source"]) == ("2023-11-14T22:13:20Z", "lastlog")
    assert (accounts["bin"]["last_login"], accounts["bin"]["last_login_source"]) == (None, "lastlog")


def keys_of(host: Host) -> Any:
    return look(host)[1]["ann"]["ssh_keys"]


def test_keys_where_sshd_looks(make: Callable[..., Host], tmp_path: Path) -> None:
    line = f'command="say \\"a, b\\"",no-pty ssh-ed25519 {ANN_KEY} ann at home\n'
    files = {**RHEL_7, "/etc/keys/ann-1000": line, "/home/ann/.ssh/authorized_keys": f"ssh-ed25519 {ANN_KEY}\n"}
    host = make(files, {"sshd -T": Finished(0, "authorizedkeysfile /etc/keys/%u-%U none\n")})
    assert keys_of(host) == [
        {
            "type": "ssh-ed25519",
            "fingerprint": "SHA256:" + FINGERPRINT,
            "comment": "ann at home",
            "options": ['command="say \\"a, b\\""', "no-pty"],
            "file": "/etc/keys/ann-1000",
            "line": 1,
        }
    ]


FINGERPRINT = "m8UiXAEzP7TBeSc2U4l7Hjpi5xyOlvsHpxxdoPRy+zE"  # as ssh-keygen -lf prints it


def test_an_sshd_that_does_not_answer(make: Callable[..., Host], tmp_path: Path) -> None:
    host = make(RHEL_7, {"sshd -T": Unreadable("sshd took too long")})
    result, accounts = look(host)
    assert accounts["bin"]["ssh_keys"] is None
    assert accounts["bin"]["usable"] is None
    assert result["capabilities"]["sshd"] is False
    assert len(messages(result, "sshd")) == 1


def test_a_match_block_for_users(make: Callable[..., Host]) -> None:
    files = {
        **RHEL_7,
        "/etc/ssh/sshd_config": "include extra/*.conf\n",
        "/etc/ssh/extra/one.conf": "Port 22\nmatch\tgroup wheel\n",
        "/etc/k/ann": f"ssh-ed25519 {ANN_KEY} x\n",
    }
    each = {f"sshd -T -C user={name},host=localhost,addr=127.0.0.1": Finished(0, SSHD_T) for name in ("bin", "root")}
    own = {"sshd -T -C user=ann,host=localhost,addr=127.0.0.1": Finished(0, "authorizedkeysfile /etc/k/%u\n")}
    assert len(keys_of(make(files, {"sshd -T": Finished(0, SSHD_T), **each, **own}))) == 1


def test_certificates(make: Callable[..., Host]) -> None:
    by_name = "trustedusercakeys /etc/ssh/ca.pub\nauthorizedprincipalsfile none\n"
    assert look(make(RHEL_7, {"sshd -T": Finished(0, by_name)}))[1]["bin"]["usable_by"] == ["principals"]
    by_file = "trustedusercakeys /etc/ssh/ca.pub\nauthorizedprincipalsfile /etc/ssh/p/%u\n"
    host = make({**RHEL_7, "/etc/ssh/p/bin": "# nobody\n\nops\n"}, {"sshd -T": Finished(0, by_file)})
    result, accounts = look(host)
    assert {name: account["principals"] for name, account in accounts.items()} == {
        "ann": False,
        "bin": True,
        "root": False,
    }
    assert result["sshd"]["principals_files"] == ["/etc/ssh/p/%u"]


def test_a_program_that_sshd_asks_may_know_more(make: Callable[..., Host]) -> None:
    answer = Finished(0, SSHD_T + "authorizedkeyscommand /usr/bin/sss_ssh_authorizedkeys\n")
    result, accounts = look(make(RHEL_7, {"sshd -T": answer}))
    assert accounts["bin"]["usable"] is None
    assert result["sshd"]["authorized_keys_command"] is True


@pytest.mark.parametrize("kind", ["nfs4", "autofs", "fuse.sshfs"])
def test_homes_on_the_network_are_left_alone(make: Callable[..., Host], tmp_path: Path, kind: str) -> None:
    mounts = f"/dev/vda / ext4 rw 0 0\nnas:/h /srv/the\\040homes {kind} rw 0 0\n"
    keys = f"ssh-ed25519 {ANN_KEY}\n"
    host = make({**RHEL_7, "/proc/self/mounts": mounts, "/srv/the homes/ann/.ssh/authorized_keys": keys})
    (tmp_path / "home").symlink_to("/srv/the homes")
    result, accounts = look(host)
    assert accounts["ann"]["ssh_keys"] is None
    assert accounts["ann"]["home_owner_mismatch"] is None
    assert any(kind in message for message in messages(result, "keys"))


def test_links_go_no_further_than_to_files_of_the_same_owner(make: Callable[..., Host], tmp_path: Path) -> None:
    host = make({**RHEL_7, "/srv/keys": f"ssh-ed25519 {ANN_KEY}\n"})
    folder = tmp_path / "home/ann/.ssh"
    folder.mkdir(parents=True)
    (folder / "authorized_keys").symlink_to("../../../srv/keys")
    owner = (tmp_path / "srv/keys").stat().st_uid or 1000
    (tmp_path / "etc/passwd").write_text(RHEL_7["/etc/passwd"].replace("ann:x:1000", f"ann:x:{owner}"))
    assert len(keys_of(host)) == 1  # root's, or one's own
    if os.geteuid() == 0:
        os.chown(tmp_path / "srv/keys", 4321, 4321)
        assert keys_of(host) is None
    (folder / "authorized_keys").unlink()
    (folder / "authorized_keys").symlink_to("authorized_keys")
    assert keys_of(host) is None


def test_damage_is_told_and_not_shown(make: Callable[..., Host]) -> None:
    files = {
        "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\ncanary1\nann:x:canary2:0:::\nroot:x:0:0::/:\n",
        "/etc/shadow": "root:canary3\nann:canary4:not:0:0:0::never:\n:canary5:\n",
        "/etc/group": "canary6\nroot:x:canary7:\n",
        "/root/.ssh/authorized_keys": "ssh-ed25519 canary8 canary9\n",
    }
    result, accounts = look(make(files))
    assert "canary" not in json.dumps(result)
    assert accounts["ann"]["uid"] is None
    assert accounts["root"]["password"] == "unknown"
    assert accounts["root"]["expired"] is None
    assert accounts["ann"]["expired"] is None
    assert [len(messages(result, probe)) for probe in ("passwd", "shadow", "groups", "keys")] == [3, 3, 2, 1]


def test_no_list_no_result(make: Callable[..., Host]) -> None:
    with pytest.raises(Unreadable, match="/etc/passwd: No such file"):
        gather(make({}), NONINTERACTIVE_SHELLS, TODAY)


def test_what_is_told_stays_small(make: Callable[..., Host]) -> None:
    damaged = "".join(f"broken{number}\n" for number in range(5000))
    result, accounts = look(make({**RHEL_7, "/etc/passwd": damaged + RHEL_7["/etc/passwd"]}))
    assert len(messages(result, "passwd")) == MOST_ERRORS + 1
    assert len(accounts) == 3
    assert len(json.dumps(result)) < 20_000


def test_neither_shadow_nor_groups(make: Callable[..., Host]) -> None:
    result, accounts = look(make({"/etc/passwd": RHEL_7["/etc/passwd"]}, {SUDO: Finished(0, '{"User_Specs": []}')}))
    assert {account["password"] for account in accounts.values()} == {"unknown"}
    assert {account["usable"] for account in accounts.values()} == {None}
    assert accounts["ann"]["sudo"] is None
    assert accounts["ann"]["groups"] == ["1000"]
    assert (result["capabilities"]["shadow"], result["capabilities"]["groups"]) == (False, False)
