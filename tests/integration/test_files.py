# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users as files, and workers: the same bytes whoever reads, the old file or the whole new one, and a pace that uses
what Okta allows without drawing a refusal."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from integration.journals import USERS, asked, grants
from integration.module_runs import Modules, World
from integration.playbooks import Player, task

from sandbox import RunningOrg, start
from sandbox.reference_client import ReferenceClient
from sandbox.settings import Settings

Record = dict[str, Any]
THERE, GONE = 900, 40
FIELDS = ["status", "profile.title", "profile.login", "created", "profile.costCenter", "profile.entitlements"]
SMALL = {"fields": ["status"], "page_size": 20}
PAGES = 45  # of SMALL
REAL = World(skip_waits=False)


@pytest.fixture(scope="module")
def _skewed() -> Iterator[RunningOrg]:
    """An org in which two thirds of the users were imported within a minute, fifty of them in the same second."""
    with start(users=THERE, deprovisioned=GONE, seed=5) as org:
        for number, user in enumerate(org.users()[200:800]):
            second = 0 if number < 50 else number // 10
            org.change_user(user["id"], created=f"2026-03-02T08:00:{second % 60:02}.{number % 1000:03}Z")
        yield org


@pytest.fixture
def skewed(_skewed: RunningOrg) -> RunningOrg:
    _skewed.reset()
    _skewed.clear_faults()
    _skewed.settings(**vars(Settings()))
    return _skewed


def users_of(file: Path) -> list[Record]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]  # text would end lines at U+2028 as well


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """For files, and nothing else."""
    place = tmp_path / "files"
    place.mkdir()
    return place


# --- Workers ---------------------------------------------------------------------------------------------------------


def test_the_same_file_whoever_reads(play: Player, skewed: RunningOrg, folder: Path) -> None:
    """One and eight workers through playbooks: each user of a skewed org once, in the order of ids."""
    skewed.settings(latency_ms=2)
    run = play(
        [
            task(
                f"{file_format} {workers}",
                "okta_users_info",
                {"workers": workers, "dest": f"{folder}/{workers}.{file_format}", "dest_format": file_format, **more},
            )
            for file_format, more in (("jsonl", {"page_size": 50}), ("csv", {"fields": FIELDS, "page_size": 50}))
            for workers in (1, 8)
        ],
        skewed.environment(),
    )

    truth = {user["id"]: user for user in skewed.users() if user["status"] != "DEPROVISIONED"}
    users = users_of(folder / "1.jsonl")
    assert [user["id"] for user in users] == list(truth)
    for user in users:
        kept = {name: value for name, value in user.items() if name != "_links"}
        assert kept == {name: value for name, value in truth[user["id"]].items() if name != "credentials"}
    for file_format in ("jsonl", "csv"):
        content = (folder / f"1.{file_format}").read_bytes()
        assert (folder / f"8.{file_format}").read_bytes() == content
        for workers in (1, 8):
            told = run[f"{file_format} {workers}"]
            assert (told["count"], told["complete"], told["changed"]) == (THERE, True, True)
            assert (told["size"], told["checksum"]) == (len(content), hashlib.sha256(content).hexdigest())
            assert told["path"] == f"{folder}/{workers}.{file_format}"
            assert "users" not in told
    assert names(folder) == ["1.csv", "1.jsonl", "8.csv", "8.jsonl"]
    assert {mode(file) for file in folder.iterdir()} == {0o600}
    assert grants(skewed.journal()) == 4


@pytest.mark.parametrize(
    "options", [{}, {"include_deprovisioned": True}, {"statuses": ["LOCKED_OUT", "DEPROVISIONED"]}]
)
def test_any_number_of_workers(modules: Modules, skewed: RunningOrg, folder: Path, options: dict[str, Any]) -> None:
    skewed.settings(latency_ms=2)
    wanted = options.get("statuses")
    expected = [
        user["id"]
        for user in skewed.users()
        if (user["status"] in wanted if wanted else options or user["status"] != "DEPROVISIONED")
    ]
    for workers in (1, 2, 4, 8):
        given = {**SMALL, **options, "workers": workers, "dest": f"{folder}/{workers}"}
        result = modules("okta_users_info", given, skewed.environment()).result
        assert (result["count"], result["complete"]) == (len(expected), True)
        assert [user["id"] for user in users_of(folder / str(workers))] == expected
    assert len({(folder / name).read_bytes() for name in names(folder)}) == 1


def test_workers_share_the_work(modules: Modules, skewed: RunningOrg) -> None:
    """Eight workers have several requests on their way at once, and don't read much more than there is."""
    skewed.settings(latency_ms=60)
    elapsed = {}
    for workers in (1, 8):
        skewed.reset()
        run = modules("okta_users_info", {**SMALL, "workers": workers}, skewed.environment())
        assert run.result["count"] == THERE
        pages = [entry["at"] for entry in asked(skewed.journal(), USERS)]
        elapsed[workers] = pages[-1] - pages[0]
        assert PAGES <= len(pages) <= 2 * PAGES
    assert elapsed[8] < elapsed[1]


def test_too_many_at_once_makes_fewer_workers_and_no_failure(modules: Modules, skewed: RunningOrg) -> None:
    skewed.settings(concurrency_limit=2, latency_ms=10)
    run = modules("okta_users_info", {**SMALL, "workers": 8}, skewed.environment(), REAL)

    assert [user["id"] for user in run.result["users"]] == [
        user["id"] for user in skewed.users() if user["status"] != "DEPROVISIONED"
    ]
    statuses = [entry["status"] for entry in asked(skewed.journal(), USERS)]
    assert set(statuses) == {200, 429}
    assert statuses.count(429) <= 16  # at the start, when all of them set out
    assert 429 not in statuses[len(statuses) // 2 :]
    assert 0 < run.result["waited_seconds"] < 20


# --- The rate limit --------------------------------------------------------------------------------------------------


def windows(moments: list[float], length: float) -> list[tuple[int, float]]:
    """How many requests there were in each window, as the org counts them, and how much of it was left after the last.

    The first request starts a window.
    """
    found: list[tuple[int, float]] = []
    ends = 0.0
    for moment in moments:
        if moment >= ends:
            found.append((0, length))
            ends = moment + length
        found[-1] = (found[-1][0] + 1, ends - moment)
    return found


@pytest.mark.parametrize(("workers", "limit", "page_size"), [(1, 50, 9), (4, 100, 4)])
def test_windows_are_used_up_and_no_request_is_refused(
    modules: Modules, skewed: RunningOrg, workers: int, limit: int, page_size: int
) -> None:
    """On a machine that is too busy to use a window up, requests go on until it ends: that will do as well."""
    window = 2.0
    skewed.settings(rate_limits={USERS: limit}, rate_window=window)
    options = {"fields": ["status"], "page_size": page_size, "workers": workers, "max_wait": 60}
    run = modules("okta_users_info", {**options, "rate_limit_reserve": 10}, skewed.environment(), REAL)

    assert run.result["count"] == THERE
    requests = asked(skewed.journal(), USERS)
    assert {entry["status"] for entry in requests} == {200}
    used = windows([entry["at"] for entry in requests], window)
    usable = limit * 9 // 10
    assert len(used) >= 3
    assert max(count for count, dummy in used) <= usable, used
    assert not [count for count, left in used[:-1] if count < 0.95 * usable and left > 0.2], used
    assert 0 < run.result["waited_seconds"] < 3 * len(used)


@contextmanager
def noise(org: RunningOrg, pause: float) -> Iterator[None]:
    """Another client of the same app, which has the same bucket, and no manners."""
    client = ReferenceClient(org)
    token = client.token()
    over = threading.Event()

    def ask() -> None:
        while not over.wait(pause):
            client.get(USERS, token, limit="1")

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(10)


def test_a_noisy_neighbour_is_survived(modules: Modules, skewed: RunningOrg) -> None:
    skewed.settings(rate_limits={USERS: 20}, rate_window=1.0)
    options = {**SMALL, "workers": 2, "rate_limit_reserve": 0, "max_wait": 60}
    with noise(skewed, 0.02):
        run = modules("okta_users_info", options, skewed.environment(), REAL)

    assert (run.result["count"], run.result["complete"]) == (THERE, True)
    assert run.result["waited_seconds"] > 0
    agents = [(entry, "".join(entry["headers"].get("user-agent", []))) for entry in asked(skewed.journal(), USERS)]
    ours = [entry for entry, agent in agents if agent.startswith("idops.okta/")]
    assert sum(entry["status"] == 200 for entry in ours) == run.result["pages"]
    assert sum(entry["status"] == 429 for entry in ours) <= 2 * run.result["pages"]


# --- Files -----------------------------------------------------------------------------------------------------------


def test_changed_unchanged_and_check_mode(play: Player, skewed: RunningOrg, folder: Path) -> None:
    file = folder / "users.jsonl"
    write = {**SMALL, "page_size": 200, "dest": str(file)}
    # As any task leaves it that is not pipelined; the first one that makes it warns.
    (play.place / "home" / ".ansible" / "tmp").mkdir(parents=True)
    run = play(
        [
            task("Foresee", "okta_users_info", write, check_mode=True),
            task("Nothing yet", "ansible.builtin.stat", {"path": str(file)}),
            task("Write", "okta_users_info", write),
            task("Open it", "ansible.builtin.file", {"path": str(file), "mode": "0644"}),
            task("Again", "okta_users_info", {**write, "workers": 2}),
            task("Less", "okta_users_info", {**write, "statuses": ["ACTIVE"]}),
        ],
        skewed.environment(),
        "--diff",
    )

    active = sum(user["status"] == "ACTIVE" for user in skewed.users())
    assert run["Nothing yet"]["stat"]["exists"] is False
    for name, changed, before, after in (
        ("Foresee", True, "", f"{THERE} users\n"),
        ("Write", True, "", f"{THERE} users\n"),
        ("Again", False, f"{THERE} users\n", f"{THERE} users\n"),
        ("Less", True, f"{THERE} users\n", f"{active} users\n"),
    ):
        told = run[name]
        assert told["changed"] is changed, name
        assert (told["diff"]["before"], told["diff"]["after"]) == (before, after)
    assert run["Foresee"]["checksum"] == run["Write"]["checksum"] == run["Again"]["checksum"]
    assert run["Less"]["checksum"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert len(users_of(file)) == active
    assert mode(file) == 0o600
    assert names(folder) == ["users.jsonl"]
    people = [user["profile"]["login"] for user in skewed.users()]
    assert not [login for login in people if login in run.stdout + run.stderr]


def test_what_is_there_already_becomes_readable_for_its_owner_alone(
    modules: Modules, skewed: RunningOrg, folder: Path
) -> None:
    file = folder / "users.jsonl"
    options = {**SMALL, "dest": str(file)}
    assert modules("okta_users_info", options, skewed.environment()).result["changed"] is True
    written = file.stat().st_ino
    file.chmod(0o644)
    assert modules("okta_users_info", options, skewed.environment(), check_mode=True).result["changed"] is False
    assert mode(file) == 0o644
    assert modules("okta_users_info", options, skewed.environment()).result["changed"] is False
    assert (mode(file), file.stat().st_ino) == (0o600, written)


def test_a_list_that_breaks_off_leaves_the_old_file(play: Player, skewed: RunningOrg, folder: Path) -> None:
    file = folder / "users.jsonl"
    file.write_text('{"id": "old"}\n', encoding="utf-8")
    skewed.inject("html", times=None, path=USERS, page=3)
    write = {**SMALL, "dest": str(file)}
    run = play(
        [
            task("One", "okta_users_info", write, ignore_errors=True),
        ],
        skewed.environment(),
        "--diff",
    )

    assert "The list of users could not be completed" in run.failure("One")["msg"]
    assert "checksum" not in run.failure("One")
    assert (run.failure("One")["users_read"], run.failure("One")["pages_read"]) == (40, 2)
    assert file.read_text(encoding="utf-8") == '{"id": "old"}\n'
    assert names(folder) == ["users.jsonl"]


@pytest.mark.parametrize("preset", ["unavailable", "reset_in_body", "forbidden", "rate_limited", "truncated_json"])
@pytest.mark.parametrize("workers", [1, 4])
def test_no_fault_leaves_anything(
    modules: Modules, skewed: RunningOrg, folder: Path, preset: str, workers: int
) -> None:
    """Whatever ends the list, however many read it. The waits pass by themselves."""
    file = folder / "users.csv"
    file.write_text("old", encoding="utf-8")
    skewed.inject(preset, times=None, path=USERS, nth=3)
    options = {**SMALL, "dest": str(file), "dest_format": "csv", "workers": workers, "max_wait": 20}
    result = modules("okta_users_info", options, skewed.environment()).result

    assert result["failed"] is True
    assert "The list of users could not be completed" in result["msg"]
    assert file.read_text(encoding="utf-8") == "old"
    assert names(folder) == ["users.csv"]


ALONE = """
import importlib, sys
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = sys.stdin.buffer.read()
basic._ANSIBLE_PROFILE = "legacy"  # of ansible-core 2.19 and newer
importlib.import_module("ansible_collections.idops.okta.plugins.modules.okta_users_info").main()
"""


def begun(options: dict[str, Any], org: RunningOrg) -> subprocess.Popen[bytes]:
    """The module in a process of its own, which can be killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", ALONE],
        env={"PYTHONPATH": os.environ["ANSIBLE_COLLECTIONS_PATH"], "LC_ALL": "C.UTF-8", **org.environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode())
    process.stdin.close()
    return process


@pytest.mark.parametrize(("workers", "end"), [(1, signal.SIGKILL), (4, signal.SIGKILL), (1, signal.SIGTERM)])
def test_a_module_that_is_killed_leaves_the_old_file(
    modules: Modules, skewed: RunningOrg, folder: Path, workers: int, end: signal.Signals
) -> None:
    file = folder / "users.jsonl"
    file.write_text("old", encoding="utf-8")
    skewed.inject({"preset": "slow_drip", "chunk": 10, "seconds": 0.5}, times=None, path=USERS, nth=4)
    options = {**SMALL, "dest": str(file), "workers": workers}
    with begun(options, skewed) as process:
        deadline = time.monotonic() + 60
        while not any(entry["fault"] for entry in skewed.journal()):
            assert process.poll() is None, process.stdout and process.stdout.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(end)
        assert process.wait(10) == -end

    assert file.read_text(encoding="utf-8") == "old"
    left = [entry for entry in folder.iterdir() if entry != file]
    assert len(left) <= 1
    assert {mode(entry) for entry in left} <= {0o600}
    skewed.clear_faults()
    assert modules("okta_users_info", options, skewed.environment()).result["count"] == THERE
    assert len(users_of(file)) == THERE


# --- CSV -------------------------------------------------------------------------------------------------------------


def test_a_table_can_be_read_and_opened_without_harm(modules: Modules, skewed: RunningOrg, folder: Path) -> None:
    file = folder / "users.csv"
    options = {"fields": FIELDS, "dest": str(file), "dest_format": "csv", "workers": 2, "page_size": 100}
    assert modules("okta_users_info", options, skewed.environment()).result["count"] == THERE

    text = file.read_bytes().decode("utf-8")
    assert text.startswith("id," + ",".join(FIELDS) + "\r\n")
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    truth = [user for user in skewed.users() if user["status"] != "DEPROVISIONED"]
    assert [row["id"] for row in rows] == [user["id"] for user in truth]
    for row, user in zip(rows, truth, strict=True):
        assert list(row) == ["id", *FIELDS]
        for name in ("status", "created"):
            assert row[name] == user[name]
        for name in ("title", "login", "costCenter"):
            value = user["profile"].get(name) or ""
            guard = "'" if value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else ""
            assert row[f"profile.{name}"] == guard + value
        entitlements = user["profile"].get("entitlements")
        assert row["profile.entitlements"] == ("" if entitlements is None else json.dumps(entitlements))
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    formulas = [row for row in rows if row["profile.title"].startswith("'=cmd|")]
    assert [row["profile.costCenter"] for row in formulas] == ["'-2+3"]


def test_the_columns_of_a_table(modules: Modules, skewed: RunningOrg, folder: Path) -> None:
    file = folder / "users.csv"
    options = {"dest": str(file), "dest_format": "csv", "statuses": ["LOCKED_OUT"]}
    modules("okta_users_info", options, skewed.environment())
    assert file.read_text(encoding="utf-8").splitlines()[0] == (
        "id,status,created,activated,statusChanged,lastLogin,lastUpdated,passwordChanged,"
        "profile.login,profile.email,profile.firstName,profile.lastName"
    )
    modules("okta_users_info", {**options, "fields": ["profile.lastName", "id", "status"]}, skewed.environment())
    assert file.read_text(encoding="utf-8").splitlines()[0] == "id,profile.lastName,status"


def test_a_file_in_another_order(modules: Modules, skewed: RunningOrg, folder: Path) -> None:
    file = folder / "users.jsonl"
    search = {"search": 'status eq "ACTIVE"', "sort_by": "profile.lastName", "sort_order": "desc", "page_size": 50}
    listed = modules("okta_users_info", search, skewed.environment()).result["users"]
    modules("okta_users_info", {**search, "dest": str(file)}, skewed.environment())
    assert [user["id"] for user in users_of(file)] == [user["id"] for user in listed]
    assert [user["id"] for user in listed] != sorted(user["id"] for user in listed)
