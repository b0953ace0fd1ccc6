# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One command, measured by the meter."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

METER = Path(__file__).with_name("meter.py")


@dataclass(frozen=True)
class Command:
    """What to run; `job` is what it reads as JSON from stdin."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    job: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """`code` is None if it took too long and was ended."""

    code: int | None
    wall: float
    cpu: float
    rss_mb: float
    stdout: Path
    stderr: Path

    def last_words(self) -> str:
        """What a failed command said last, in one line: its exception, if there was one."""
        if self.code is None:
            return "ended: it took too long"
        lines = [line.strip() for line in self.stderr.read_text("utf-8", "replace").splitlines() if line.strip()]
        raised = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
        return [f"exit code {self.code}", *lines, *raised][-1][:300]


def measure(command: Command, place: Path, seconds: float) -> Measured:
    """Runs the command in `place`, which its output stays in."""
    given, measured = place / "stdin", place / "measured"
    said, complained = place / "stdout", place / "stderr"
    given.write_text(json.dumps(command.job), encoding="utf-8")
    measured.unlink(missing_ok=True)
    files = [str(path) for path in (measured, given, said, complained)]
    meter = subprocess.Popen(
        [sys.executable, "-I", "-S", str(METER), str(int(seconds)), *files, *command.arguments],
        cwd=place,
        env=dict(command.environment),
        start_new_session=True,  # a Ctrl-C at the terminal is for this process, which passes it on
    )
    try:
        meter.wait()
    except BaseException:
        meter.send_signal(signal.SIGINT)
        meter.wait()
        raise
    if not measured.exists():
        return Measured(None, seconds, 0.0, 0.0, said, complained)
    code, wall, cpu, kilobytes = measured.read_text("ascii").split()
    return Measured(int(code), float(wall), float(cpu), int(kilobytes) / 1024, said, complained)
