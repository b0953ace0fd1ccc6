# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from .peers import HERE


def described() -> dict[str, object]:
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "begun": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "requirements": pinned(),
    }


def pinned() -> dict[str, list[str]]:
    """What each environment was asked to hold, to the version."""
    files = sorted((HERE / "requirements").glob("*.txt"))
    return {
        file.stem: [line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
        for file in files
    }


def _first(file: str, name: str) -> str | None:
    if not Path(file).exists():
        return None
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)
