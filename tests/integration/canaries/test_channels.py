# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries: no secret is on any channel, whatever happens, at any verbosity.

Each test is one run of ansible-runner (see `stage`) over many situations. It fails unless each situation came about,
unless each channel was searched (a planted canary has to be found in it), and if any secret is found anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from integration.canaries.forms import Canary, Search
from integration.canaries.servers import Listener, echoing, listening
from integration.canaries.situations import Given, Situation, refusals, successes
from integration.canaries.stage import CHANNELS, PLANTED, Performance, Stage

from sandbox import RunningOrg, start

EVIL = {
    "It repeats all": ("raw", "every member"),
    "It repeats all in base64": ("base64", "error"),
    "It shows the request": ("the whole request", "HTML"),
    "It challenges with all": ("raw", "challenge"),
    "It redirects with all": ("raw", "redirect"),
    "It is no HTTP": ("raw", "no HTTP"),
    "It has all in headers": ("raw", "headers"),
}


@pytest.fixture(scope="module")
def org() -> Iterator[RunningOrg]:
    """An org of its own: a run leaves apps and faults behind."""
    with start(users=9, deprovisioned=2, seed=3) as running:
        yield running


@pytest.fixture
def evil() -> Iterator[Mapping[str, Listener]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(listening(echoing(*how))) for name, how in EVIL.items()}


def problems(performance: Performance, situations: Sequence[Situation], canaries: Sequence[Canary]) -> Iterator[str]:
    """Whatever speaks against a run."""
    if performance.rc != 0:
        yield f"rc {performance.rc}: {performance.told[-2000:]}"
    for situation in situations:
        if "block" not in situation.task:
            kind, result = performance.outcome(situation.name)
            said = str(result.get("msg", result))
            if kind != situation.ends or not re.search(situation.says, said, re.DOTALL):
                yield f"not as it should be: {situation.name}: {kind}: {said[:400]}"
            if "Traceback" in str(result):
                yield f"a traceback: {situation.name}: {result}"
    searched = performance.channels_of(performance.leaks(Search([Canary("planted", PLANTED)])))
    for channel in set(CHANNELS) - searched:
        yield f"not searched, for the planted canary was not found: {channel}"
    for file, findings in performance.leaks(Search(canaries)).items():
        for finding in findings:
            yield f"LEAK in {file}: {finding}"
    # What Ansible left in temporary folders, besides the file that the test did.
    for path in {path for name in ("tmp", "async", "retry") for path in (performance.searched / name).rglob("*")}:
        if path.is_file() and path.name != "left":
            yield f"left behind: {path}"


def check(*arguments: Any) -> None:
    found = list(problems(*arguments))
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_successes(org: RunningOrg, stage: Stage) -> None:
    given = Given(org, stage)
    situations = successes(given)
    tasks = [situation.task for situation in situations]
    performance = stage.perform(tasks, given.variables, given.environment, result_format="yaml")
    canaries = given.seen({})
    kinds = {re.sub(r" \(\d+\)$", "", canary.name) for canary in canaries}
    assert {"a token", "a proof", "an assertion", "d of dpop_key", "the passphrase", "qi of the RSA JWK"} <= kinds
    check(performance, situations, canaries)


def test_refusals(org: RunningOrg, stage: Stage, evil: Mapping[str, Listener], elsewhere: RunningOrg) -> None:
    given = Given(org, stage)
    situations = refusals(given, evil)
    tasks = [situation.task for situation in situations]
    variables = {**given.variables, "other_ca": elsewhere.ca_path}
    environment = {**given.environment, "ANSIBLE_PIPELINING": "1"}  # successes do without: their arguments are files
    performance = stage.perform(tasks, variables, environment)
    assert all(listener.received for listener in evil.values())
    check(performance, situations, given.seen(evil))
