# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_ordered_file`: whatever order records come in, the file is in order, whole, and its owner's alone."""

from __future__ import annotations

import hashlib
import os
import random
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils import _ordered_file
from ansible_collections.idops.okta.plugins.module_utils._ordered_file import Contents, OrderedFile
from ansible_collections.idops.okta.tests.unit.engine.support import files

Records = t.Sequence[tuple[str, bytes]]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ordered_file, "_BATCH_RECORDS", 3)
    monkeypatch.setattr(_ordered_file, "_READ_AHEAD", 5)


def write(folder: Path, records: Records, header: bytes = b"") -> tuple[bytes, Contents]:
    place = folder / "users"
    with OrderedFile(str(folder), header) as file:
        for key, record in records:
            file.add(key, record)
        contents = file.finish()
        assert not place.exists()
        file.replace(str(place))
    assert files(folder) == ["users"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    written = place.read_bytes()
    place.unlink()
    return written, contents


def lines(*keys: str) -> Records:
    return [(key, f"{key}\n".encode()) for key in keys]


@pytest.mark.parametrize(
    "keys",
    [[], ["a"], list("abcdefgh"), list("hgfedcba"), list("abcxyzdefuvwghi"), list("cbafedihg"), ["b", "a", "ü", "b2"]],
)
@pytest.mark.parametrize("header", [b"", b"header\n"])
def test_in_order(tmp_path: Path, keys: list[str], header: bytes) -> None:
    written, contents = write(tmp_path, lines(*keys), header)
    assert written == header + b"".join(f"{key}\n".encode() for key in sorted(keys))
    assert contents == Contents(len(written), len(keys), hashlib.sha256(written).hexdigest())


def test_any_order(tmp_path: Path) -> None:
    shuffled = random.Random(7)
    records = [(f"{number:03d}", os.urandom(shuffled.randrange(20)) + b"\n") for number in range(100)]
    wanted = b"".join(record for dummy, record in records)
    for _dummy in range(20):
        shuffled.shuffle(records)
        written, contents = write(tmp_path, records)
        assert written == wanted
        assert contents.records == 100


@pytest.mark.parametrize("between", [0, 1, 2, 3, 7])
def test_of_records_with_the_same_key_the_last_one_stays(tmp_path: Path, between: int) -> None:
    filler = lines(*[f"c{number}" for number in range(between)])
    records = [*lines("a", "b"), *filler, ("b", b"newer\n"), *filler, ("b", b"newest\n")]
    written, contents = write(tmp_path, records)
    assert written.split(b"\n")[:2] == [b"a", b"newest"]
    assert b"newer\n" not in written
    assert contents.records == 2 + between


def test_a_batch_is_written_when_it_is_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ordered_file, "_BATCH_BYTES", 10)
    monkeypatch.setattr(_ordered_file, "_BATCH_RECORDS", 1000)
    written, contents = write(tmp_path, [("b", b"x" * 20), ("a", b"y")])
    assert written == b"y" + b"x" * 20
    assert contents.records == 2


def test_nothing_is_left_when_it_is_not_wanted(tmp_path: Path) -> None:
    with OrderedFile(str(tmp_path)) as file:
        file.add("a", b"1")
        file.finish()
    assert files(tmp_path) == []


@pytest.mark.parametrize("keys", ["abcd", "dcba"])
def test_nothing_is_left_after_a_failure(tmp_path: Path, keys: str) -> None:
    def fail() -> None:
        with OrderedFile(str(tmp_path)) as file:
            for key, record in lines(*keys):
                file.add(key, record)
            file.finish()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert files(tmp_path) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    def merge() -> None:
        with OrderedFile(str(tmp_path)) as file:
            for key, record in lines(*"dcba"):
                file.add(key, record)
            monkeypatch.setattr(file, "_write_one", fail)
            file.finish()

    with pytest.raises(OSError, match="No space left"):
        merge()
    assert files(tmp_path) == []


def test_a_temporary_file_that_was_cut_off_is_noticed(tmp_path: Path) -> None:
    def cut() -> None:
        with OrderedFile(str(tmp_path)) as file:
            for key, record in lines(*"dcba"):
                file.add(key, record)
            file._flush()
            file._records.flush()
            os.truncate(file._path, 1)
            file.finish()

    with pytest.raises(EOFError):
        cut()
    assert files(tmp_path) == []


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        OrderedFile(str(tmp_path / "none"))
