# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as it is published: built, and installed into an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "ANSIBLE_", "COVERAGE_", "OKTA_", "PYTHON"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What the command says; a failure if it fails. The caller's settings don't reach it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    kept["ANSIBLE_HOME"] = str(cwd / ".ansible")
    ended = subprocess.run(
        command,
        cwd=cwd,
        env=kept | environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def install(folder: Path) -> Path:
    """Where the collection was installed, in ``folder``, from the file that `ansible-galaxy collection build` made."""
    run("ansible-galaxy", "collection", "build", ROOT, "--output-path", folder, cwd=folder)
    (built,) = folder.glob("idops-okta-*.tar.gz")
    run("ansible-galaxy", "collection", "install", built, "--offline", "-p", folder / "collections", cwd=folder)
    return folder / "collections"
