# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds a Python 3.9, the oldest that modules run on, and compiles plugins/ with it.

python tests/tools/oldest_python.py           compile; where there is no Python 3.9, say that ruff has to do
python tests/tools/oldest_python.py --where   print the path of Python 3.9; nothing where there is none
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPILE = """
import pathlib, sys
files = sorted(pathlib.Path("plugins").rglob("*.py"))
for file in files:
    compile(file.read_bytes(), str(file), "exec")
print("Compiled", len(files), "files of plugins/ with Python", sys.version.split()[0])
sys.exit(not files)
"""


def find() -> str:
    """The path of a Python 3.9 that starts: one on PATH, or one that pyenv keeps."""
    version = "3.9"
    if shutil.which("pyenv"):
        known = subprocess.run(["pyenv", "whence", "python3.9"], check=False, capture_output=True, text=True)
        version = (known.stdout.split() or [version])[0]
    command = ["env", f"PYENV_VERSION={version}", "python3.9", "-c", "import sys; print(sys.executable)"]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def main(arguments: list[str]) -> int:
    python = find()
    if arguments == ["--where"]:
        print(python)
        return 0
    if not python:
        print("There is no Python 3.9 here: that plugins/ compile with it is left to ruff's word")
        return 0
    return subprocess.run([python, "-c", COMPILE], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
