# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Ansible itself shows what it is given, whatever a module does: exactly there, and nowhere else.

Each is in the documentation (the security guide, `okta_token`). These tests fail when Ansible shows more, and when it
shows less: then the documentation is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from ansible.release import __version__
from integration.canaries.forms import Canary, Search
from integration.canaries.situations import BOUND
from integration.canaries.stage import Performance, Stage, channel_of
from integration.journals import jwt_claims
from integration.playbooks import Task, task

from sandbox import RunningOrg, start

CORE = tuple(int(part) for part in __version__.split(".")[:2])
LOOPS_ARE_CENSORED = CORE >= (2, 19)
UNKNOWN_OPTIONS_ARE_LEFT_OUT = CORE >= (2, 21)

LOOP_APP = "0oacanaryloop000001"
SHOWN_APP = "0oacanaryshown00001"
MISSPELT = "misspelt-canary-4Kd9/vX+2mR=7pQz"
IN_ENVIRONMENT = "environment-canary-8Hs2/tB+5nL=1wYc"
PRINTED = {"stdout at -vvvv", "runner's events", "log file"}


@pytest.fixture(scope="module")
def org() -> Iterator[RunningOrg]:
    with start(users=3, deprovisioned=0, seed=5) as running:
        for client_id in (LOOP_APP, SHOWN_APP):
            running.register_app(client_id, dpop_bound=True)
        yield running


def where(performance: Performance, canaries: Sequence[Canary]) -> set[str]:
    """The channels in which any of some canaries is; a file that belongs to none goes by its name."""
    assert canaries
    return {channel_of(file) or file for file in performance.leaks(Search(canaries, shapes=False))}


def tokens(org: RunningOrg, client_id: str) -> list[Canary]:
    """The signatures of an app's tokens: nothing else in a token is in no other."""
    own = [token for token in org.tokens() if jwt_claims(token)["cid"] == client_id]
    return [Canary(client_id, token.rpartition(".")[2]) for token in own]


def test_what_ansible_shows_of_some_tasks(org: RunningOrg, stage: Stage) -> None:
    tasks: list[Task] = [
        task("In a loop", "okta_token", {"client_id": LOOP_APP}, loop=[1, 2], register="looped"),
        task("To be shown", "okta_token", {"client_id": SHOWN_APP}, register="shown"),
        task("Show all of it", "ansible.builtin.debug", {"var": "shown"}),
        task("A misspelt option", "okta_users_info", {"acess_token": "{{ misspelt }}"}, ignore_errors=True),
        task("By keyword", "okta_token", environment={"OKTA_ACCESS_TOKEN": "{{ in_environment }}"}),
    ]
    variables = {"misspelt": MISSPELT, "in_environment": IN_ENVIRONMENT}
    performance = stage.perform(tasks, variables, org.environment())
    assert performance.rc == 0, performance.told[-2000:]
    assert len(tokens(org, LOOP_APP)) == 2
    assert where(performance, tokens(org, LOOP_APP)) == (set() if LOOPS_ARE_CENSORED else {"callbacks", "JUnit report"})
    assert where(performance, tokens(org, SHOWN_APP)) == {*PRINTED, "callbacks", "JUnit report"}
    misspelt = set() if UNKNOWN_OPTIONS_ARE_LEFT_OUT else {*PRINTED, "callbacks", "JUnit report"}
    assert where(performance, [Canary("misspelt", MISSPELT)]) == misspelt
    assert where(performance, [Canary("environment", IN_ENVIRONMENT)]) == PRINTED


def test_what_ansible_shows_where_arguments_are_asked_for(org: RunningOrg, stage: Stage) -> None:
    """ANSIBLE_DISPLAY_ARGS_TO_STDOUT, and a callback plugin that reads the arguments of tasks."""
    tasks = [
        task("Get a token", "okta_token", {"client_id": SHOWN_APP}, register="bound"),
        task("Hand it on", "okta_users_info", BOUND),
    ]
    asked = {"ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "1", "EVERYTHING_AND_ARGUMENTS": "1"}
    performance = stage.perform(tasks, {}, {**org.environment(), **asked})
    assert performance.rc == 0, performance.told[-2000:]
    assert where(performance, tokens(org, SHOWN_APP)[-1:]) == {"runner's events", "callbacks"}
