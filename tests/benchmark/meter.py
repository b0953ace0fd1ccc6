# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one command and measures it: a process of its own, and a small one.

    python -I -S meter.py SECONDS MEASURED STDIN STDOUT STDERR COMMAND...

A process inherits the peak memory of the one that started it, so nothing big may start what is measured. CPU is that of
the command and of all its descendants; peak memory is that of the largest of these processes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType


def main(arguments: list[str]) -> None:
    seconds, measured, stdin, stdout, stderr, *command = arguments
    with open(stdin, "rb") as given, open(stdout, "wb") as said, open(stderr, "wb") as complained:  # noqa: PTH123
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=given, stdout=said, stderr=complained, start_new_session=True)
        signal.signal(signal.SIGALRM, _stop)
        signal.alarm(int(seconds))
        try:
            _pid, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(status)
    with open(measured, "w", encoding="ascii") as file:  # noqa: PTH123
        file.write(f"{code} {wall:.6f} {used.ru_utime + used.ru_stime:.6f} {used.ru_maxrss}")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (TimeoutError, KeyboardInterrupt):
        sys.exit(1)
