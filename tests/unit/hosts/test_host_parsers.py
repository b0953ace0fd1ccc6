# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each parser of the account probe by itself: any text at all, and the awkward ones."""

from __future__ import annotations

import base64
import datetime as dt
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.idops.okta.plugins.module_utils import (
    _host_probe_last_login,
    _host_probe_passwd,
    _host_probe_shadow,
    _host_probe_ssh_keys,
    _host_probe_sshd,
    _host_probe_sudoers,
)
from ansible_collections.idops.okta.plugins.module_utils._host_probe_sudoers import Who, rules_of

TODAY = dt.date(2026, 2, 1)
lines = st.lists(st.text(alphabet=st.sampled_from('ab0:+-#!*$x,"\\= \t\u2028é9'), max_size=60)).map("\n".join)
json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(lines)
def test_passwd_is_read_whatever_it_holds(text: str) -> None:
    entries, notes = _host_probe_passwd.parse_passwd(text)
    assert len({entry.name for entry in entries}) == len(entries)
    wanted = [line for line in text.split("\n") if line.strip() and line[0] != "#"]
    assert len(entries) + len([note for note in notes if "is no number" not in note]) == len(wanted)


@given(lines)
def test_groups_are_read_whatever_they_hold(text: str) -> None:
    groups, notes = _host_probe_passwd.parse_group(text)
    wanted = [line for line in text.split("\n") if line.strip() and line[0] != "#"]
    assert len(groups) + len([note for note in notes if "is no number" not in note]) == len(wanted)


@given(lines, st.integers(-(10**12), 10**12))
def test_shadow_is_read_whatever_it_holds(text: str, day: int) -> None:
    secrets, _problems = _host_probe_shadow.parse_shadow(f"{text}\nzoe:$6$a$b:{day}:0:9:7::{day}:", TODAY)
    assert {secret.password for secret in secrets.values()} <= {"set", "locked", "empty", "none", "unknown"}
    if 0 < day < 2_000_000:
        assert secrets["zoe"].expired is (day <= 20485)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("", "empty"),
        ("*", "none"),
        ("!", "none"),
        ("!!", "none"),
        ("!*", "none"),
        ("x", "none"),
        ("*LK*", "none"),
        ("!unset", "none"),
        ("$y$j9T$abc$def", "set"),
        ("abJnggxhB/yWI", "set"),
        ("_J9..K0AyUubRPDGXP.k", "set"),
        ("!$y$j9T$abc$def", "locked"),
        ("!!$1$abc$def", "locked"),
        ("*$1$abc$def", "locked"),
        ("!abJnggxhB/yWI", "locked"),
    ],
)
def test_kinds_of_password(field: str, kind: str) -> None:
    assert _host_probe_shadow.password_kind(field) == kind


@given(lines)
def test_keys_are_read_whatever_the_file_holds(text: str) -> None:
    keys, damaged = _host_probe_ssh_keys.parse_authorized_keys(text, "f")
    wanted = [line for line in text.split("\n") if line.strip() and line.strip()[0] != "#"]
    assert len(keys) + len(damaged) == len(wanted)


@given(
    st.lists(
        st.text(alphabet='ab,= \t\\"', max_size=8).map(lambda text: text.replace("\\", "").replace('"', "")), max_size=4
    ),
    st.sampled_from(["ssh-ed25519", "ssh-rsa", "sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256"]),
    st.binary(min_size=1, max_size=40),
)
def test_a_key_survives_its_options(values: list[str], kind: str, rest: bytes) -> None:
    blob = base64.b64encode(struct.pack(">I", len(kind)) + kind.encode() + rest).decode()
    options = [f'from="{value}"' for value in values]
    line = f"{','.join(options)} {kind} {blob} a comment"
    keys, damaged = _host_probe_ssh_keys.parse_authorized_keys(line, "f")
    assert damaged == []
    assert (keys[0]["type"], keys[0]["options"], keys[0]["comment"]) == (kind, options, "a comment")
    assert blob not in json.dumps(keys)
    assert _host_probe_ssh_keys.parse_authorized_keys(line.replace(blob, blob[:-5]), "f")[0] == [] or len(blob) > 8


def test_what_a_key_sets_is_not_shown() -> None:
    options, _rest = _host_probe_ssh_keys.split_options('environment="TOKEN=secret",no-pty ssh-rsa')
    assert [_host_probe_ssh_keys._shown(option) for option in options] == ['environment="TOKEN"', "no-pty"]


@given(lines)
def test_sshd_is_read_whatever_it_prints(text: str) -> None:
    settings = _host_probe_sshd.parse_settings(text)
    assert _host_probe_sshd.summary(settings)["password_authentication"] is None
    assert _host_probe_sshd.depends_on_the_account(text) is False
    assert _host_probe_sshd.included(text) == []


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("%h/keys", "/home/ann/keys"),
        ("/k/%u.%U", "/k/ann.7"),
        ("a%%b", "/home/ann/a%b"),
        ("/k/%%u", "/k/%u"),
        ("/k/%z", None),
        ("/k/%", None),
    ],
)
def test_tokens(pattern: str, path: str | None) -> None:
    assert _host_probe_sshd.expand(pattern, "ann", 7, "/home/ann") == path


@given(st.text())
def test_lslogins_is_read_whatever_it_prints(text: str) -> None:
    assert isinstance(_host_probe_last_login.parse_lslogins(text), dict)


@given(st.binary(max_size=300), st.sampled_from([292, 296]))
def test_a_record_of_lastlog_is_read_whatever_it_holds(record: bytes, size: int) -> None:
    time = _host_probe_last_login.parse_record(record, size)
    assert time is None or (len(record) >= size and time.endswith("Z"))


def test_sizes_of_records() -> None:
    assert _host_probe_last_login.record_size(292 * 7, "x86_64") == 292
    assert _host_probe_last_login.record_size(296 * 7, "x86_64") == 296
    assert _host_probe_last_login.record_size(292 * 296, "aarch64") == 296
    assert _host_probe_last_login.record_size(5, "x86_64") is None


WORDS = ("Binding", "Cmnd_Specs", "Commands", "Host_List", "Options", "User_List", "username", "usergid", "hostname")
sudo_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["ALL", "ann"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["Defaults", "User_Specs"]), st.lists(sudo_values, max_size=2)) | json_values)
def test_sudoers_are_read_or_refused(document: Any) -> None:
    try:
        parsed = _host_probe_sudoers.parse_sudoers(json.dumps(document))
    except ValueError:
        return
    for rule in rules_of(parsed, ANN, "web1"):
        assert set(rule) == {"runas", "commands", "nopasswd", "all_commands", "via"}


ANN = Who("ann", 1001, ["ann", "ops"], [1001, 27])


def specs(*subjects: dict[str, Any], hosts: list[dict[str, Any]] | None = None, **spec: Any) -> dict[str, Any]:
    commands = {"Commands": [{"command": "ALL"}], **spec}
    hosts = [{"hostname": "ALL"}] if hosts is None else hosts
    return {"User_Specs": [{"User_List": list(subjects), "Host_List": hosts, "Cmnd_Specs": [commands]}]}


@pytest.mark.parametrize(
    ("subjects", "via"),
    [
        ([{"username": "ann"}], "user"),
        ([{"username": "ALL"}], "ALL"),
        ([{"userid": 1001}], "user"),
        ([{"usergroup": "ops"}], "group:ops"),
        ([{"usergid": 27}], "group:ops"),
        ([{"username": "ALL"}, {"username": "ann", "negated": True}], None),
        ([{"username": "ann", "negated": True}, {"username": "ALL"}], "ALL"),
        ([{"usergroup": "ops"}, {"userid": 1001, "negated": True}], None),
        ([{"username": "ben"}], None),
        ([{"netgroup": "x"}], None),
    ],
)
def test_whom_a_rule_is_for(subjects: list[dict[str, Any]], via: str | None) -> None:
    assert [rule["via"] for rule in rules_of(specs(*subjects), ANN, "web1")] == ([via] if via else [])


@pytest.mark.parametrize(
    ("hosts", "holds"),
    [
        ([{"hostname": "web1"}], True),
        ([{"hostname": "web1.example.com"}], True),
        ([{"hostname": "web*"}], True),
        ([{"hostname": "db1"}], False),
        ([{"hostname": "ALL"}, {"hostname": "web1", "negated": True}], False),
        ([{"networkaddr": "192.0.2.0/24"}], True),
        ([{"hostname": "ALL"}, {"networkaddr": "192.0.2.0/24", "negated": True}], True),
    ],
)
def test_where_a_rule_holds(hosts: list[dict[str, Any]], holds: bool) -> None:
    assert bool(rules_of(specs({"username": "ann"}, hosts=hosts), ANN, "WEB1.example.com")) is holds


def test_no_password_by_default() -> None:
    free = {"Options": [{"authenticate": False}]}
    for defaults, nopasswd in (
        ([free], True),
        ([{**free, "Binding": [{"username": "ann"}]}], True),
        ([{**free, "Binding": [{"username": "ben"}]}], False),
        ([free, {"Options": [{"authenticate": True}]}], False),
    ):
        document = {**specs({"username": "ann"}), "Defaults": defaults}
        assert [rule["nopasswd"] for rule in rules_of(document, ANN, "web1")] == [nopasswd]
    asked = {**specs({"username": "ann"}, Options=[{"authenticate": True}]), "Defaults": [free]}
    assert [rule["nopasswd"] for rule in rules_of(asked, ANN, "web1")] == [False]


def test_whom_one_may_become() -> None:
    spec = specs({"username": "ann"}, runasusers=[{"usergroup": "dba"}], runasgroups=[{"usergroup": "g"}])
    assert rules_of(spec, ANN, "web1")[0]["runas"] == ["%dba", ":g"]
    assert rules_of(specs({"username": "ann"}), ANN, "web1")[0]["runas"] == ["root"]
