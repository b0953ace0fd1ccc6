# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people typed into their profiles is data: no playbook evaluates it, and none breaks on it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.playbooks import Player, show, task

from sandbox import RunningOrg, start

LARGE = 10_000_000


@pytest.fixture
def org() -> Iterator[RunningOrg]:
    with start(users=8, deprovisioned=0, seed=13) as running:
        yield running


def typed(marker: Path) -> dict[str, str]:
    """What a user could type, by attributes of a profile. Whoever evaluates it makes the file `marker`."""
    touch = f"touch {marker}"
    return {
        "title": "{{ lookup('ansible.builtin.pipe', '" + touch + "') }}",
        "displayName": "{% for x in [lookup('pipe', '" + touch + "')] %}{{ x }}{% endfor %}",
        "nickName": "{{ cycler.__init__.__globals__.os.popen('" + touch + "').read() }}",
        "department": "!unsafe {{ 1 + 1 }} {# comment #} {% raw %} #jinja2: variable_start_string:'[%'",
        "organization": f"=cmd|'/C {touch}'!A0",
        "division": f"$({touch}) `{touch}` ; {touch} | && \\ ' \" %s %(x)s {{}} {{{{ }}",
        "city": "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "state": "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f\u202e\u2028\ufeff\U0001f4a9",
        "costCenter": "\x1b]0;title\x07\x1b[2J\x1b[31mred",
        "employeeNumber": "- !!python/object/apply:os.system ['" + touch + "']",
        "manager": '{"__ansible_unsafe": "{{ 1 + 1 }}"}',
        "managerId": "$ANSIBLE_VAULT;1.1;AES256\n3031",
    }


def test_what_people_typed_is_neither_evaluated_nor_breaks_a_play(
    org: RunningOrg, play: Player, tmp_path: Path
) -> None:
    marker = tmp_path / "evaluated"
    profile = typed(marker)
    someone = org.users()[0]
    org.change_user(someone["id"], profile=profile)
    truth = org.users()
    (tmp_path / "report.j2").write_text(
        "{% for user in everyone.users %}{{ user.profile | to_json }}\n{% endfor %}", encoding="utf-8"
    )
    item = "{{ item.profile.title | default('none') }}"
    run = play(
        [
            task("List them", "okta_users_info", register="everyone"),
            task("Write them", "okta_users_info", {"dest": str(tmp_path / "users.jsonl")}),
            task(
                "Write a table",
                "okta_users_info",
                {
                    "dest": str(tmp_path / "users.csv"),
                    "dest_format": "csv",
                    "fields": [f"profile.{name}" for name in profile],
                },
            ),
            task("Show the list", "ansible.builtin.debug", {"var": "everyone"}),
            task("Loop", "ansible.builtin.debug", {"msg": item}, loop="{{ everyone.users }}"),
            task(
                "Loop over fields",
                "ansible.builtin.debug",
                {"msg": "{{ item.value }}"},
                loop="{{ everyone.users[0].profile | dict2items }}",
                loop_control={"label": "{{ item.key }}: {{ item.value }}"},
            ),
            task(
                "By a variable",
                "ansible.builtin.debug",
                {"msg": "{{ once }} {{ twice }}"},
                vars={"once": "{{ everyone.users[0].profile.title }}", "twice": "{{ once }}"},
            ),
            task(
                "A fact",
                "ansible.builtin.set_fact",
                {"kept": "{{ everyone.users }}", "one": "{{ everyone.users[0].profile.nickName }}"},
            ),
            task(
                "Use the fact",
                "ansible.builtin.debug",
                {"msg": "{{ one }} {{ kept | map(attribute='profile') | list }}"},
            ),
            task(
                "Sort out",
                "ansible.builtin.assert",
                {
                    "that": [
                        "kept | selectattr('profile.title', 'defined') | list | length > 0",
                        "'lookup' in everyone.users[0].profile.title",
                        "everyone.users[0].profile.city is search('script')",
                    ]
                },
            ),
            task(
                "A condition",
                "ansible.builtin.debug",
                {"msg": "{{ item.profile.displayName }}"},
                loop="{{ kept }}",
                when="item.profile.displayName is defined and item.profile.displayName != 'x'",
            ),
            task(
                "Copy",
                "ansible.builtin.copy",
                {"content": "{{ everyone.users | to_nice_json }}", "dest": str(tmp_path / "copy.json")},
            ),
            task(
                "Template",
                "ansible.builtin.template",
                {"src": str(tmp_path / "report.j2"), "dest": str(tmp_path / "report")},
            ),
            task("An argument", "ansible.builtin.command", {"argv": ["echo", "{{ everyone.users[0].profile.title }}"]}),
            task("To JSON and back", "ansible.builtin.debug", {"msg": "{{ everyone.users | to_json | from_json }}"}),
            task(
                "Find them by what they typed", "okta_users_info", {"user": ["{{ everyone.users[0].profile.login }}"]}
            ),
            show("All", "everyone.users"),
        ],
        org.environment(),
    )
    assert not marker.exists()
    shown: dict[str, Any] = next(user for user in run.shown("All") if user["id"] == someone["id"])
    assert {name: shown["profile"][name] for name in profile} == profile
    copied = json.loads((tmp_path / "copy.json").read_text(encoding="utf-8"))
    assert copied == run.shown("All")
    assert [json.loads(line) for line in (tmp_path / "report").read_text("utf-8").split("\n") if line] == [
        user["profile"] for user in copied
    ]
    written = [json.loads(line) for line in (tmp_path / "users.jsonl").read_text(encoding="utf-8").split("\n") if line]
    for users in (written, copied):
        assert {user["id"]: user["profile"] for user in users} == {user["id"]: user["profile"] for user in truth}
    with (tmp_path / "users.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any("=cmd" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_ten_megabytes_in_an_attribute_break_nothing(org: RunningOrg, play: Player, tmp_path: Path) -> None:
    someone = org.users()[-1]
    org.change_user(someone["id"], profile={"title": "{{ x }}" + "A" * LARGE})
    run = play(
        [
            task("List them", "okta_users_info", register="everyone"),
            task("Write them", "okta_users_info", {"dest": str(tmp_path / "users.jsonl")}),
            show("Long", "everyone.users[-1].profile.title | length"),
            task(
                "Copy",
                "ansible.builtin.copy",
                {"content": "{{ everyone.users[-1].profile.title }}", "dest": str(tmp_path / "copy")},
            ),
        ],
        org.environment(),
    )
    assert run["List them"]["count"] == 8
    assert run.shown("Long") in (LARGE + 7, str(LARGE + 7))
    assert (tmp_path / "copy").stat().st_size == LARGE + 7
    assert (tmp_path / "users.jsonl").stat().st_size > LARGE
