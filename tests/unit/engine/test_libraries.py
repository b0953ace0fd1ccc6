# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_libraries`: a library that is missing or too old is named, with where it was looked for."""

from __future__ import annotations

import importlib
import sys
import types

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import LibraryMissing
from ansible_collections.idops.okta.plugins.module_utils._libraries import MINIMUM_VERSIONS, require


def install(monkeypatch: pytest.MonkeyPatch, version: str | None, place: str | None = "/opt/lib/jwt.py") -> None:
    library = types.ModuleType("jwt")
    library.__file__ = place
    if version is not None:
        library.__dict__["__version__"] = version
    monkeypatch.setattr(importlib, "import_module", lambda name: {"jwt": library}[name])


def test_what_is_installed_here_will_do() -> None:
    require(*MINIMUM_VERSIONS)


@pytest.mark.parametrize("version", ["2.6", "2.6.0", "2.10.1", "3.0", "2.6.0+local.1", "2.6.1rc1", "10"])
def test_new_enough(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    install(monkeypatch, version)
    require("PyJWT")


@pytest.mark.parametrize("version", ["2.5", "2.5.99", "1.7.1", "0.2.6"])
def test_too_old(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    install(monkeypatch, version)
    with pytest.raises(LibraryMissing) as caught:
        require("PyJWT")
    message = str(caught.value)
    assert f"PyJWT>=2.6 is needed, and PyJWT {version} was found in /opt/lib/jwt.py." in message
    assert f"{sys.executable} -m pip install 'PyJWT>=2.6'" in message
    assert "ansible_python_interpreter" in message


@pytest.mark.parametrize("version", [None, "", "unknown"])
def test_a_library_without_a_version(monkeypatch: pytest.MonkeyPatch, version: str | None) -> None:
    """A folder of that name, for example."""
    install(monkeypatch, version, place=None)
    with pytest.raises(LibraryMissing, match="was found in an unknown place"):
        require("PyJWT")


@pytest.mark.parametrize("name", MINIMUM_VERSIONS)
def test_missing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def refuse(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(LibraryMissing) as caught:
        require(name)
    assert f"{name}>={MINIMUM_VERSIONS[name]} is missing from {sys.executable}" in str(caught.value)
    assert "pip install" in caught.value.remedy
