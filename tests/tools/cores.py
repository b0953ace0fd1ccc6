# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test sanity, the unit tests and the integration tests on every ansible-core that is supported.

    python tests/tools/cores.py                      all of them, one after the other
    python tests/tools/cores.py 2.16 2.21            these
    python tests/tools/cores.py oldest newest        the same, by what they are
    python tests/tools/cores.py 2.18/3.12            on this Python, and no other
    python tests/tools/cores.py 2.16 -- -k proof     what follows is for pytest

Which Python goes with which core, and where it is looked for, is said in tests/integration/canaries/every_core.py,
which does the same with the canaries. A core whose Python isn't here is a failure, not a skip. The environments are
.venv-cores/<version>-tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from integration.canaries.every_core import CORES, OLDEST_PYTHON, PLACE, find_python  # noqa: E402

LONGEST = 1200  # seconds; a core takes three minutes on two processors
FAST = ("-n", "auto", "-m", "not thorough", "-p", "tests.tools.full_suite", "-p", "no:cacheprovider", "-q")


class Result(NamedTuple):
    """What came of one kind of tests on one core."""

    core: str
    python: str
    kind: str
    outcome: str
    seconds: float = 0.0


def pythons(core: str) -> list[str]:
    """The versions of Python that the tests can run on with a core, the one to prefer first."""
    return [version for version in CORES[core] if tuple(map(int, version.split("."))) >= OLDEST_PYTHON]


def chosen(asked: list[str]) -> list[tuple[str, list[str]]]:
    """The cores that were asked for, all if none were, each with the Pythons that will do.

    Raises ValueError for what is no core, or no Python of it.
    """
    known = list(CORES)
    names = {"oldest": known[0], "newest": known[-1]}
    found = []
    for each in asked or known:
        name, _slash, version = each.partition("/")
        core = names.get(name, name)
        if core not in CORES or version not in ("", *pythons(core)):
            there = ", ".join(f"{core} ({', '.join(pythons(core))})" for core in known)
            raise ValueError(f"unknown: {each}; known are oldest, newest, {there}")
        found.append((core, [version] if version else pythons(core)))
    return found


def python_for(versions: list[str]) -> tuple[str, str | None]:
    """The version and the path of the first Python that is here; without a path, the versions that were looked for."""
    for version in versions:
        if (path := find_python(version)) is not None:
            return version, path
    return " or ".join(versions), None


def environment(core: str, python: str) -> Path:
    """The Python of an environment with this core. Raises CalledProcessError when it can't be made."""
    PLACE.mkdir(exist_ok=True)
    wanted = PLACE / f"core-{core}.txt"
    wanted.write_text(f"-r ../requirements-test.txt\nansible-core=={core}.*\n", encoding="utf-8")
    folder = PLACE / f"{core}-tests"
    command = [python, str(ROOT / "tests" / "tools" / "environment.py"), str(folder), str(wanted)]
    subprocess.run(command, check=True)
    return folder / "bin" / "python"


def try_core(core: str, versions: list[str], arguments: list[str]) -> list[Result]:
    version, path = python_for(versions)
    if path is None:
        return [Result(core, version, "all", "FAILED: none of these Pythons is here")]
    try:
        python = environment(core, path)
    except subprocess.CalledProcessError:
        return [Result(core, version, "all", "FAILED: the environment could not be made")]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "OKTA_", "PYTHON"))}
    own["PATH"] = os.pathsep.join([str(python.parent), own["PATH"]])
    own["ANSIBLE_HOME"] = str(python.parents[1] / "ansible")
    kinds = {
        "sanity": ("tests/tools/sanity.py", str(PLACE.relative_to(ROOT) / "home")),
        "units, integration": ("-m", "pytest", *FAST, *arguments),
    }
    results = []
    for kind, command in kinds.items():
        print(f"=== ansible-core {core}, Python {version}: {kind}", flush=True)
        start = time.monotonic()
        try:
            code = subprocess.run([str(python), *command], cwd=ROOT, env=own, check=False, timeout=LONGEST).returncode
            outcome = "passed" if code == 0 else f"FAILED: exit code {code}"
        except subprocess.TimeoutExpired:
            outcome = f"FAILED: it took more than {LONGEST} seconds"
        results.append(Result(core, version, kind, outcome, time.monotonic() - start))
    return results


def main(given: list[str]) -> int:
    where = given.index("--") if "--" in given else len(given)
    try:
        cores = chosen(given[:where])
    except ValueError as error:
        sys.exit(str(error))
    results = [result for core, versions in cores for result in try_core(core, versions, given[where + 1 :])]
    print(f"{'core':6} {'python':14} {'what':18} {'seconds':>7}  result")
    for each in results:
        print(f"{each.core:6} {each.python:14} {each.kind:18} {each.seconds:7.0f}  {each.outcome}")
    return 0 if all(each.outcome == "passed" for each in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
