# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the canaries on every ansible-core that the collection supports, each with the Python that belongs to it.

    python tests/integration/canaries/every_core.py            all of them, one after the other
    python tests/integration/canaries/every_core.py 2.16 2.21  these
    python tests/integration/canaries/every_core.py -- -k loop  what follows is for pytest

The environments are .venv-cores/<version>, made when first needed. A core whose Python isn't here is a failure, not a
skip: name another with PYTHON312=/path/to/python3.12 in the environment.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
PLACE = ROOT / ".venv-cores"
FILES = (
    "requirements-test.txt",
    "requirements-demo.txt",
    "meta/ee-requirements.txt",
    "tests/sandbox/requirements.txt",
    "tests/unit/requirements.txt",
)
# The Pythons that a control node of each core can have: the first that is here is taken.
CORES = {
    "2.16": ("3.11", "3.12", "3.10"),
    "2.17": ("3.11", "3.12", "3.10"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.13", "3.12"),
}
OLDEST_PYTHON = (3, 11)  # of the tests themselves


class Result(NamedTuple):
    core: str
    python: str
    outcome: str
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return self.outcome.startswith("passed")


def find_python(version: str) -> str | None:
    """A Python of this minor version: as the environment names it, on PATH, or among those of pyenv."""
    named = os.environ.get(f"PYTHON{version.replace('.', '')}")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [named, shutil.which(f"python{version}"), sys.executable]
    candidates += [str(path / "bin" / "python") for path in sorted(pyenv.glob(f"{version}.*"), reverse=True)]
    for candidate in filter(None, candidates):
        asked = [candidate, "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"]
        try:  # a shim of pyenv's is there for versions too that it hasn't got
            said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
        except (OSError, subprocess.SubprocessError):
            continue
        if said == version:
            return candidate
    return None


def environment(core: str, python: str) -> Path:
    """The Python of an environment with this core. Raises CalledProcessError when pip can't make it."""
    folder = PLACE / core
    content = "\n".join([core, python, *((ROOT / name).read_text(encoding="utf-8") for name in FILES)])
    wanted = hashlib.sha256(content.encode()).hexdigest()
    stamp = folder / "canaries.stamp"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input"]
        wanted_packages = [f"ansible-core=={core}.*", "-r", str(ROOT / "requirements-test.txt")]
        subprocess.run([*pip, "install", *wanted_packages], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return folder / "bin" / "python"


def run(core: str, arguments: list[str]) -> Result:
    """The canaries on one core."""
    pythons = [version for version in CORES[core] if tuple(map(int, version.split("."))) >= OLDEST_PYTHON]
    found = {version: path for version in pythons if (path := find_python(version))}
    if not found:
        return Result(core, " or ".join(pythons), "FAILED: none of these Pythons is here")
    version, path = next(iter(found.items()))
    try:
        python = environment(core, path)
    except subprocess.CalledProcessError as error:
        return Result(core, version, f"FAILED to install ({error.cmd[-1]})")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "OKTA_", "PYTHON"))}
    own["PATH"] = os.pathsep.join([str(python.parent), own["PATH"]])
    own["ANSIBLE_HOME"] = str(PLACE / core / "ansible")
    start = time.monotonic()
    command = [str(python), "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", str(Path(__file__).parent), *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=own, check=False, stdout=subprocess.PIPE, text=True)
    seconds = time.monotonic() - start
    print(ended.stdout, flush=True)
    counts = re.findall(r"^=* *(\d+ (?:passed|failed|error|skipped|deselected).*?) in ", ended.stdout, re.MULTILINE)
    shown = counts[-1] if counts else f"exit code {ended.returncode}"
    # If nothing ran, or something was skipped, that is no success.
    passed = ended.returncode == 0 and re.match(r"[1-9]\d* passed", shown) and "skipped" not in shown
    return Result(core, version, f"passed ({shown})" if passed else f"FAILED ({shown})", seconds)


def main(given: list[str]) -> int:
    where = given.index("--") if "--" in given else len(given)
    cores, arguments = given[:where] or list(CORES), given[where + 1 :]
    unknown = [core for core in cores if core not in CORES]
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; known are {', '.join(CORES)}")
    results = []
    for core in cores:
        print(f"=== ansible-core {core}", flush=True)
        results.append(run(core, arguments))
    print(f"{'core':6} {'python':16} {'seconds':>7}  result")
    for result in results:
        print(f"{result.core:6} {result.python:16} {result.seconds:7.0f}  {result.outcome}")
    passed = sum(result.passed for result in results)
    print(f"{passed} passed, {len(results) - passed} failed")
    return 0 if passed == len(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
