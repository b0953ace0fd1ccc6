# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_heap`: threads share a heap, where there is a way to say so."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils import _heap

COUNT_HEAPS = """
import ctypes, sys, threading
from pathlib import Path
source = Path(sys.argv[1])
if source.name:
    space = {}
    exec(source.read_text(), space)
    space["share_one_heap"]()
together = threading.Barrier(6)
def allocate():
    kept = [bytearray(5000) for dummy in range(100)]
    together.wait()
threads = [threading.Thread(target=allocate) for dummy in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.stderr.flush()
ctypes.CDLL(None).malloc_stats()
"""


def heaps(source: str) -> int:
    told = subprocess.run([sys.executable, "-c", COUNT_HEAPS, source], capture_output=True, text=True, check=True)
    return told.stderr.count("Arena ")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_stats"), reason="another C library than glibc")
def test_threads_share_one_heap() -> None:
    assert heaps("") > 1
    assert heaps(str(Path(_heap.__file__))) == 1


@pytest.mark.parametrize("error", [OSError, TypeError, AttributeError])
def test_a_library_that_cannot_be_told_is_left_alone(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def library(name: object) -> None:
        asked.append(name)
        raise error

    monkeypatch.setattr(ctypes, "CDLL", library)
    _heap.share_one_heap()
    assert asked == [None]
