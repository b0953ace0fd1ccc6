# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that hold for all tests of the engine."""

from __future__ import annotations

import os

import pytest

READ_BY_THE_ENGINE = (
    ("OKTA_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NETRC"),
    ("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
)


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests don't see the Okta org, the proxies and the certificates of the machine that they run on."""
    names, proxies = READ_BY_THE_ENGINE
    for name in os.environ:
        if name.startswith(names) or name.lower() in proxies:
            monkeypatch.delenv(name)
