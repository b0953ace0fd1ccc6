# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the index costs, measured against reading the same users as JSON in the same process."""

from __future__ import annotations

import json
import time
import tracemalloc
import typing as t
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils._host_index import write_index
from ansible_collections.idops.okta.plugins.module_utils._host_judgement import HostFacts, judge_host
from ansible_collections.idops.okta.plugins.module_utils._host_settings import read_settings
from ansible_collections.idops.okta.plugins.module_utils._user_rows import json_line
from ansible_collections.idops.okta.tests.unit.hosts.support import NOW, account, gathered, key, person

MOST_TIMES = 8  # it takes about three times as long as to decode them
FEW, MANY = 1_000, 20_000


def write(folder: Path, number: int) -> Path:
    """A folder with as many users, and room for the index."""
    made = folder / str(number)
    made.mkdir()
    with (made / "users.jsonl").open("wb") as file:
        file.writelines(json_line(person(f"first.last{each}")) for each in range(number))
    return made


def index(folder: Path) -> dict[str, t.Any]:
    params = {
        "population": str(folder / "users.jsonl"),
        "complete": True,
        "require_complete": True,
        "dest": str(folder / "index.sqlite"),
    }
    return write_index(read_settings(params, NOW), params, check_mode=False, spare=str(folder))


def seconds(action: t.Callable[[], object]) -> float:
    """CPU time, the least of three."""
    taken = []
    for _turn in range(3):
        before = time.process_time()
        action()
        taken.append(time.process_time() - before)
    return min(taken)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("index")
    made = {number: write(folder, number) for number in (FEW, MANY)}
    for number, place in made.items():
        assert index(place)["users"] == number
    return made


def test_the_index_is_made_quickly(folders: dict[int, Path]) -> None:
    lines = (folders[MANY] / "users.jsonl").read_bytes().splitlines()
    yardstick = seconds(lambda: [json.loads(line) for line in lines])
    taken = seconds(lambda: index(folders[MANY]))
    print(f"{MANY} users: {taken:.2f} s, {taken / yardstick:.1f} times as long as to decode them")
    assert taken <= yardstick * MOST_TIMES


def test_memory_does_not_grow_with_what_users_are(folders: dict[int, Path]) -> None:
    """What is kept of a user is its place and its id."""
    most = {}
    for number, folder in folders.items():
        tracemalloc.start()
        index(folder)
        most[number] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (most[MANY] - most[FEW]) / (MANY - FEW) <= 1024


def test_what_a_host_costs_does_not_depend_on_the_number_of_users(folders: dict[int, Path]) -> None:
    accounts = [account(f"first.last{each}", ssh_keys=[key(f"first.last{each}@pc")]) for each in range(200)]
    result = gathered(*accounts)
    taken = {}
    for number, folder in folders.items():
        facts, path = HostFacts("h", (), ""), str(folder / "index.sqlite")
        taken[number] = seconds(lambda: judge_host(facts, result, path, str(folder)))  # noqa: B023
    assert taken[MANY] <= taken[FEW] * 3 + 0.05
