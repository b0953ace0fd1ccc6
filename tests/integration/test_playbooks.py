# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The means that the other tests use notice when nothing has run, and when more was said than was expected."""

from __future__ import annotations

import pytest
from integration.playbooks import Player, task


def test_a_play_without_hosts_is_no_success(play: Player) -> None:
    with pytest.raises(AssertionError, match="no task ran"):
        play("- {hosts: nowhere, gather_facts: false, tasks: [{ansible.builtin.debug: {msg: hello}}]}", {})


def test_a_skipped_task_is_no_success(play: Player) -> None:
    run = play([task("Say", "ansible.builtin.debug", {"msg": "hello"}, when=False)], {})

    with pytest.raises(AssertionError, match="skipped"):
        run["Say"]
    with pytest.raises(AssertionError, match="ran 0 times"):
        run["Say more"]


def test_an_unexpected_warning_is_noticed(play: Player) -> None:
    warn = "{{ lookup('ansible.builtin.file', '/no/such/file', errors='warn') }}"
    with pytest.raises(AssertionError, match="/no/such/file"):
        play([task("Say", "ansible.builtin.debug", {"msg": warn})], {})
