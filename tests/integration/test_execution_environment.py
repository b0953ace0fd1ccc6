# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-builder finds what the collection needs, in what a user installs, and writes down an image that has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from integration.guides import EXAMPLES

ROOT = Path(__file__).resolve().parents[2]
DEFINITION = "extensions/awx/execution-environment.yml"


def run(*command: str | Path, cwd: Path) -> str:
    """What a command says; a failure if it fails."""
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "HOME": str(cwd),
        "LC_ALL": "C.UTF-8",
    }
    ended = subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    run("ansible-galaxy", "collection", "build", ROOT, "--output-path", folder, cwd=folder)
    (tarball,) = folder.glob("idops-okta-*.tar.gz")
    return tarball


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    """A folder with nothing but the installed collection in it."""
    place = built.parent / "installed"
    run("ansible-galaxy", "collection", "install", built, "--offline", "-p", place, cwd=built.parent)
    return place


def test_what_is_found_in_the_installed_collection(installed: Path) -> None:
    said = yaml.safe_load(run("ansible-builder", "introspect", installed, "--sanitize", cwd=installed))
    wanted = [
        line for line in (ROOT / "meta/ee-requirements.txt").read_text("utf-8").splitlines() if line[:1] not in "#"
    ]
    found = {line.partition("#")[0].strip(): line for line in said["python"]}
    assert set(found) == set(wanted)
    assert all("idops.okta" in line for line in found.values())
    assert not said.get("system")


def test_the_kit_is_in_the_installed_collection(installed: Path) -> None:
    kit = installed / "ansible_collections" / "idops" / "okta" / "extensions" / "awx"
    files = {str(file.relative_to(kit)): file.read_bytes() for file in kit.rglob("*") if file.is_file()}
    own = ROOT / "extensions" / "awx"
    assert files == {str(file.relative_to(own)): file.read_bytes() for file in own.rglob("*") if file.is_file()}
    assert "credential_types/okta.yml" in files


def test_the_image_that_is_written_down(built: Path, installed: Path, tmp_path: Path) -> None:
    """As the guide has it for a collection that comes as a file, and of what the kit has otherwise."""
    kit = yaml.safe_load((installed / "ansible_collections" / "idops" / "okta" / DEFINITION).read_text("utf-8"))
    text = next(each.text for each in EXAMPLES if "additional_build_steps:" in each.text)
    definition = yaml.safe_load(text)
    own = dict(definition["dependencies"])
    assert {**own, "galaxy": kit["dependencies"]["galaxy"]} == {
        name: value for name, value in kit["dependencies"].items() if name != "system"
    }
    shutil.copy(built, tmp_path / "idops-okta.tar.gz")
    (tmp_path / "execution-environment.yml").write_text(text, encoding="utf-8")
    run("ansible-builder", "create", "--output-filename", "Containerfile", cwd=tmp_path)
    context = tmp_path / "context"
    containerfile = (context / "Containerfile").read_text(encoding="utf-8")
    galaxy = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert galaxy["collections"] == definition["dependencies"]["galaxy"]["collections"]
    assert (context / "_build" / "collections" / "idops-okta.tar.gz").read_bytes() == built.read_bytes()
    copied, installs = (
        containerfile.index(text) for text in ("COPY _build/collections", "ansible-galaxy collection install")
    )
    assert copied < installs
    assert definition["images"]["base_image"]["name"] in containerfile
    assert definition["dependencies"]["ansible_core"]["package_pip"] in containerfile


def test_the_image_of_the_kit(installed: Path, tmp_path: Path) -> None:
    shutil.copy(installed / "ansible_collections" / "idops" / "okta" / DEFINITION, tmp_path)
    run("ansible-builder", "create", "--output-filename", "Containerfile", cwd=tmp_path)
    galaxy = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert galaxy["collections"] == [{"name": "idops.okta"}]
    assert "openssh-clients" in (tmp_path / "context" / "_build" / "bindep.txt").read_text(encoding="utf-8")
