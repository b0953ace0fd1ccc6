# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test sanity on a copy of this clone, and believes a green result only with proof.

    .venv-lint/sanity/bin/python tests/tools/sanity.py HOME

ansible-test wants a real folder .../ansible_collections/idops/okta, and takes its list of files from git: in a folder
that git ignores it finds none, skips every test, and exits 0. So the copy lies outside the clone, in a repository of
its own; a planted fault must be found first; and every test that ansible-test knows must report that it ran.
HOME is where ansible-test keeps its environments, so that the next run is quicker.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import ansible_test

ROOT = Path(__file__).resolve().parents[2]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

# Tests that may find nothing to look at, each with the kind of file it is for.
NEEDS = {"empty-init": "plugins/**/__init__.py", "pslint": "**/*.ps1", "shellcheck": "**/*.sh"}
# Tests of older cores for what has to run with Python 2, which tests/config.yml says of nothing here.
FOR_PYTHON_2 = {"future-import-boilerplate", "metaclass-boilerplate"}

# ansible-test fetches pip's bootstrap script by itself from outside the package index. This one does the same with the
# pip that comes with Python, so that a machine with nothing but a package index will do.
GET_PIP = """
import pathlib, runpy, sys, ensurepip
sys.path.insert(0, str(next((pathlib.Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))))
sys.argv = ["pip", "install", *[a for a in sys.argv[1:] if a not in ("--no-setuptools", "--no-wheel")]]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def copy_clone(to: Path) -> None:
    """What git tracks, and what is new and not ignored, as it is now."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    for name in {os.fsdecode(name) for name in listing.stdout.split(b"\0") if name}:
        source, target = ROOT / name, to / name
        if source.is_symlink() or source.is_file():  # a file that is deleted and not committed yet is listed too
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    subprocess.run(["git", "init", "--quiet"], cwd=to, check=True)


def seed_pip(home: Path) -> None:
    """Put GET_PIP where this ansible-test keeps pip's bootstrap script."""
    source = Path(ansible_test.__path__[0], "_internal", "python_requirements.py").read_text(encoding="utf-8")
    versions = set(re.findall(r"""\bpip['"]?\s*[=:]\s*['"]([\d.]+)['"]""", source))
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in versions:
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP, encoding="utf-8")


class AnsibleTest:
    """`ansible-test sanity` in a copy of the clone, with a home of its own."""

    def __init__(self, copy: Path, home: Path) -> None:
        self.copy = copy
        # Version managers put stand-ins for Pythons that are not there on PATH, and ansible-test trips over them.
        path = [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder).name != "shims"]
        self.environment = os.environ | {
            "HOME": str(home),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), *path]),
        }

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["ansible-test", "sanity", "--color", "no", *arguments]
        return subprocess.run(command, cwd=self.copy, env=self.environment, check=False, text=True, capture_output=True)


def check_that_faults_are_found(sanity: AnsibleTest) -> str | None:
    """Plant a fault, and expect it to be found: else ansible-test doesn't see the files."""
    planted = sanity.copy / "plugins" / "module_utils" / "_planted.py"
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text('"""A curly quote: \N{LEFT DOUBLE QUOTATION MARK}."""\n', encoding="utf-8")
    try:
        run = sanity("--local", "--python", PYTHON, "--test", "no-smart-quotes")
    finally:
        planted.unlink()
    if run.returncode == 0 or f"module_utils/{planted.name}:1" not in run.stdout + run.stderr:
        return f"ansible-test did not find a planted fault:\n{run.stdout}{run.stderr}"
    return None


def unproven(sanity: AnsibleTest, listed: list[str]) -> list[str]:
    """The tests of which no report says that they ran, each with the reason."""
    reports = sanity.copy / "tests" / "output" / "junit"
    problems = []
    for name in listed:
        patterns = f"ansible-test-sanity-{name}.xml", f"ansible-test-sanity-{name}-python-*.xml"
        found = [file for pattern in patterns for file in reports.glob(pattern)]
        skipped = [element.get("message", "") for file in found for element in ET.parse(file).iter("skipped")]
        if not found:
            problems.append(f"{name}: it did not report")
        elif skipped and name not in FOR_PYTHON_2 and (name not in NEEDS or any(sanity.copy.glob(NEEDS[name]))):
            reason = "; ".join(filter(None, skipped)) or "as if there were nothing to look at"
            problems.append(f"{name}: skipped, {reason}")
    return problems


def check(sanity: AnsibleTest) -> list[str]:
    ignored = [file.name for file in (sanity.copy / "tests" / "sanity").glob("ignore*") if file.read_text().strip()]
    if ignored:
        return [f"tests/sanity/{name} hides faults: mend them instead" for name in ignored]
    listed = sanity("--local", "--python", PYTHON, "--list-tests").stdout.split()
    if len(listed) < 20:
        return [f"ansible-test lists only {len(listed)} tests: {listed}"]
    if (blind := check_that_faults_are_found(sanity)) is not None:
        return [blind]
    run = sanity("--local", "--python", PYTHON, "--junit")
    lines = (run.stdout + run.stderr).splitlines()
    problems = [line for line in lines if line.startswith(("ERROR", "FATAL")) or ("WARNING" in line and "kip" in line)]
    problems += unproven(sanity, listed)
    if run.returncode or problems:
        return [*(problems or lines), f"ansible-test sanity: exit code {run.returncode}"]
    print(f"ansible-test sanity: {len(listed)} tests ran on Python {PYTHON} and found nothing")
    return []


def main(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    seed_pip(home)
    with tempfile.TemporaryDirectory(prefix="idops-okta-sanity-") as folder:
        copy = Path(folder).resolve() / "ansible_collections" / "idops" / "okta"
        copy.mkdir(parents=True)
        copy_clone(copy)
        problems = check(AnsibleTest(copy, home))
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main(ROOT / sys.argv[1])
