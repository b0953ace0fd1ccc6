# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user installs works by itself: the built collection, in an empty folder, with nothing of the clone near it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from integration.artifact import ROOT, install, run
from tools.molecule_scenarios import ORG, names, tasks_of

WORKS_WITH = {"meta", "plugins", "roles", "playbooks"}
PUBLISHED = WORKS_WITH | {"CHANGELOG.md", "CHANGELOG.rst", "CONTRIBUTING.md", "LICENSE", "LICENSES", "README.md"}
PUBLISHED |= {"FILES.json", "MANIFEST.json", "REUSE.toml", "changelogs", "docs", "extensions"}
SCENARIOS = ROOT / "tests" / "integration" / "scenarios"


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the collection was installed from the file that `ansible-galaxy collection build` made."""
    return install(tmp_path_factory.mktemp("artifact"))


def test_it_holds_what_a_user_needs_and_no_more(collections: Path) -> None:
    installed = collections / "ansible_collections" / "idops" / "okta"
    assert {entry.name for entry in installed.iterdir()} <= PUBLISHED
    for needed in (
        "README.md",
        "LICENSE",
        "LICENSES/GPL-3.0-or-later.txt",
        "meta/runtime.yml",
        "meta/execution-environment.yml",
        "meta/ee-requirements.txt",
    ):
        assert (installed / needed).is_file(), needed
    published = [Path(entry["name"]) for entry in json.loads((installed / "FILES.json").read_text())["files"]]
    assert not [path for path in published if path.name.startswith(".") or path.suffix == ".pyc"]


@pytest.fixture(scope="module")
def least(collections: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with no more of the collection than it must work with."""
    folder = tmp_path_factory.mktemp("least") / "collections"
    shutil.copytree(collections, folder)
    for entry in (folder / "ansible_collections" / "idops" / "okta").iterdir():
        if entry.name not in WORKS_WITH:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return folder


def play(installed: Path, place: Path, org: Sequence[str], *playbooks: str | Path) -> str:
    """What playbooks say that run with what is installed and nothing else, against a sandbox org."""
    return run(
        *(sys.executable, "-m", "sandbox", "run", *org, "--", "ansible-playbook", *playbooks),
        cwd=place,
        ANSIBLE_COLLECTIONS_PATH=str(installed),
        ANSIBLE_LOCALHOST_WARNING="false",
        PYTHONPATH=str(ROOT / "tests"),
        SCENARIO_PLACE=str(place),
    )


def test_the_main_job_runs_from_what_is_installed(least: Path, tmp_path: Path) -> None:
    said = play(least, tmp_path, ["--users", "1234", "--deprovisioned", "66"], "idops.okta.quickstart")
    assert re.search(r"\ball\s+1300\b", said), said
    assert re.search(r"\bDEPROVISIONED\s+66\b", said), said


@pytest.mark.parametrize("scenario", [name for name in names() if name != "quickstart"])
def test_a_scenario_runs_from_what_is_installed(least: Path, tmp_path: Path, scenario: str) -> None:
    """The audits, as Molecule runs them too, each with checks of what came of it."""
    said = play(least, tmp_path, ORG, SCENARIOS / scenario / "converge.yml", SCENARIOS / scenario / "verify.yml")
    for check in tasks_of(SCENARIOS / scenario / "verify.yml"):
        assert f"TASK [{check}]" in said
    assert re.search(r"^localhost +: ok=[1-9].* failed=0", said, re.MULTILINE), said
