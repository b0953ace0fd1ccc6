# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tries, licenses and publishes the collection agrees with what there is, and says no when it should."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools import cores, molecule_scenarios, release_check

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in (ROOT / ".github/workflows").glob("*.yml")}


def steps() -> list[dict[str, Any]]:
    return [step for workflow in WORKFLOWS.values() for job in workflow["jobs"].values() for step in job["steps"]]


def test_the_workflows_try_every_core_with_each_of_its_pythons() -> None:
    matrix = WORKFLOWS["ci"]["jobs"]["cores"]["strategy"]["matrix"]["include"]
    pairs = {(each["core"], each["python"]) for each in matrix}
    assert pairs == {(core, version) for core in cores.CORES for version in cores.pythons(core)}


def test_the_cores_are_those_that_are_promised() -> None:
    guide = (ROOT / "docs/docsite/rst/guide_support.rst").read_text("utf-8")
    oldest, *_between, newest = cores.CORES
    assert f"     - {oldest} to {newest}\n" in guide
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text("utf-8"))
    assert runtime["requires_ansible"] == f">={oldest}.0"
    for library in (ROOT / "meta/ee-requirements.txt").read_text("utf-8").splitlines():
        if not library.startswith("#"):
            name, version = library.split(">=")
            assert f"   * - {name}\n     - {version} or newer\n" in guide


def test_the_workflows_use_nothing_but_what_is_githubs_own_and_what_make_has() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    used = [step["uses"] for step in steps() if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", each) for each in used), used
    goals = [goal for step in steps() for goal in re.findall(r"\bmake ([a-z-]+)", step.get("run", ""))]
    assert {"cores", "artifact", "release-check"} <= set(goals)
    assert all(re.search(rf"^{goal}:", makefile, re.MULTILINE) for goal in goals)


def test_cores_by_name() -> None:
    assert [core for core, _versions in cores.chosen([])] == list(cores.CORES)
    assert cores.chosen(["oldest", "2.20/3.13"]) == [("2.16", cores.pythons("2.16")), ("2.20", ["3.13"])]
    for wrong in ("2.15", "2.20/3.11", "new"):
        with pytest.raises(ValueError, match="known are"):
            cores.chosen([wrong])


def test_a_python_that_is_not_here_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "find_python", lambda _version: None)
    (result,) = cores.try_core("2.18", ["3.11", "3.12"], [])
    assert result.outcome.startswith("FAILED")
    assert result.python == "3.11 or 3.12"


def outcome(task: str, *, run: int, play: str = "Audit", came: str = "ok", changed: bool = False) -> dict[str, Any]:
    return {"task": task, "run": run, "play": play, "outcome": came, "result": {"changed": changed}}


def green() -> list[dict[str, Any]]:
    plays = [outcome(f"{number}", run=run, changed=run == 1) for run in (1, 2) for number in range(4)]
    checks = molecule_scenarios.tasks_of(molecule_scenarios.SHARED / "user_audit" / "verify.yml")
    return plays + [outcome(name, run=3, play="Verify") for name in checks]


def test_a_scenario_of_which_all_ran_is_green() -> None:
    assert molecule_scenarios.complaints("user_audit", green()) == []


@pytest.mark.parametrize(
    ("outcomes", "complaint"),
    [
        ([], "it did not run"),
        (green()[:-1], "it did not run"),
        ([*green()[:-1], {**green()[-1], "outcome": "skipped"}], "skipped"),
        (green()[4:], "ran 1 times"),
        ([each for each in green() if each["task"] != "3" and each["task"] != "2"], "no more than 2 tasks"),
        ([{**each, "result": {"changed": each["play"] != "Verify"}} for each in green()], "the second run changed"),
    ],
)
def test_a_scenario_of_which_something_is_missing_is_not_green(outcomes: list[dict[str, Any]], complaint: str) -> None:
    assert complaint in "; ".join(molecule_scenarios.complaints("user_audit", outcomes))


def test_every_scenario_has_plays_on_localhost() -> None:
    """With hosts of an inventory that is empty, Molecule calls green what has not run."""
    assert {"quickstart", "user_audit"} <= set(molecule_scenarios.names())
    for name in molecule_scenarios.names():
        for step in ("converge", "verify"):
            plays = yaml.safe_load((molecule_scenarios.SHARED / name / f"{step}.yml").read_text("utf-8"))
            for play in plays:
                assert play.get("hosts") == "localhost" or play["ansible.builtin.import_playbook"].startswith(
                    "idops.okta."
                )


def test_the_licence_is_there_in_both_places() -> None:
    """LICENSE is where Galaxy and people look, LICENSES where REUSE does."""
    assert (ROOT / "LICENSE").read_bytes() == (ROOT / "LICENSES" / "GPL-3.0-or-later.txt").read_bytes()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The places where a version stands, as they are after a release."""
    for folder in ("changelogs/fragments", "plugins/module_utils"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "changelogs/fragments/.keep").touch()
    (tmp_path / "galaxy.yml").write_text("version: 1.2.3\n")
    (tmp_path / "plugins/module_utils/_version.py").write_text('VERSION = "1.2.3"\n')
    (tmp_path / "changelogs/changelog.yaml").write_text("releases:\n  1.2.3: {}\n")
    (tmp_path / "CHANGELOG.md").write_text("## v1\\.2\\.3\n")
    (tmp_path / "CHANGELOG.rst").write_text("v1.2.3\n======\n")
    return tmp_path


def test_what_a_tag_promises(clone: Path) -> None:
    assert release_check.problems(clone, "v1.2.3") == []


@pytest.mark.parametrize(
    ("tag", "file", "content", "problem"),
    [
        ("1.2.3", "galaxy.yml", "version: 1.2.3\n", "not a version"),
        ("v1.2.3", "galaxy.yml", "version: 1.2.2\n", "galaxy.yml has the version 1.2.2"),
        ("v1.2.3", "plugins/module_utils/_version.py", 'VERSION = "1.2.4"\n', "has the version 1.2.4"),
        ("v1.2.3", "changelogs/changelog.yaml", "releases: {}\n", "has no release 1.2.3"),
        ("v1.2.3", "changelogs/fragments/new.yml", "bugfixes: []\n", "new.yml"),
        ("v1.2.3", "CHANGELOG.md", "## v1\\.2\\.2\n", "CHANGELOG.md does not speak"),
    ],
)
def test_what_a_tag_does_not_promise(clone: Path, tag: str, file: str, content: str, problem: str) -> None:
    (clone / file).write_text(content)
    assert problem in "; ".join(release_check.problems(clone, tag))
