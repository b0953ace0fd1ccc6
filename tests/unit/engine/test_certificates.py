# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_certificates`: what TLS certificates are checked against."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils._certificates import certificate_check
from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    (tmp_path / "ca.pem").touch()
    return str(tmp_path / "ca.pem")


def test_the_usual_authorities() -> None:
    assert certificate_check(True, None, {}) is True
    assert certificate_check(True, "", dict.fromkeys(VARIABLES, "")) is True


def test_no_check(bundle: str) -> None:
    assert certificate_check(False, bundle, {"SSL_CERT_FILE": "/none"}) is False


def test_a_bundle_or_a_folder(bundle: str) -> None:
    assert certificate_check(True, bundle, {}) == bundle
    assert certificate_check(True, str(Path(bundle).parent), {}) == str(Path(bundle).parent)


def test_ca_path_wins_over_the_environment(bundle: str) -> None:
    assert certificate_check(True, bundle, dict.fromkeys(VARIABLES, "/none")) == bundle


@pytest.mark.parametrize("number", range(3))
def test_the_first_variable_wins(bundle: str, number: int) -> None:
    environ = {**dict.fromkeys(VARIABLES[number + 1 :], "/none"), VARIABLES[number]: bundle}
    assert certificate_check(True, None, environ) == bundle


def test_the_home_folder(bundle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(Path(bundle).parent))
    assert certificate_check(True, "~/ca.pem", {}) == bundle


@pytest.mark.parametrize("name", ["ca_path", *VARIABLES])
def test_a_bundle_that_does_not_exist_is_named(name: str) -> None:
    ca_path, environ = ("/no/ca.pem", {}) if name == "ca_path" else (None, {name: "/no/ca.pem"})
    with pytest.raises(InvalidOption, match=f"{name} names /no/ca.pem, which does not exist"):
        certificate_check(True, ca_path, environ)
