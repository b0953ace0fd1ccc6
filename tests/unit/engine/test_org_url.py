# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_org_url`: the one form of an org's address."""

from __future__ import annotations

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.plugins.module_utils._org_url import is_loopback, normalize_org_url


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://acme.okta.com", "https://acme.okta.com"),
        (" \thttps://acme.okta.com\n", "https://acme.okta.com"),
        ("https://acme.okta.com/", "https://acme.okta.com"),
        ("https://acme.okta.com///", "https://acme.okta.com"),
        ("HTTPS://Acme.OKTA.com", "https://acme.okta.com"),
        ("https://acme.okta.com:443", "https://acme.okta.com"),
        ("https://acme.okta.com.", "https://acme.okta.com"),
        ("https://acme.oktapreview.com", "https://acme.oktapreview.com"),
        ("https://id.acme.example:8443/", "https://id.acme.example:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        # Words that only look like one of the mistakes.
        ("https://acme-administration.okta.com", "https://acme-administration.okta.com"),
        ("https://acme-admin.example.com", "https://acme-admin.example.com"),
        ("https://192.0.2.7", "https://192.0.2.7"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
    ],
)
def test_an_org(given: str, wanted: str) -> None:
    assert normalize_org_url(given) == wanted
    assert normalize_org_url(wanted) == wanted


MISTAKES = {
    "": "is not set",
    " \n": "is not set",
    "https://{yourOktaDomain}": "placeholder",
    "https://<your-org>.okta.com": "placeholder",
    "https://$OKTA_DOMAIN": "placeholder",
    "https://yourOktaDomain": "placeholder",
    "acme.okta.com": "no scheme",
    "https://acme.okta.com:https": "not a URL",
    "https://[::1": "not a URL",
    "https://jane:hunter2@acme.okta.com": "user name or a password",
    "https://acme.okta.com?x=1": "query or a fragment",
    "https://acme.okta.com/#/tab": "query or a fragment",
    "https://acme.okta.com?": "query or a fragment",
    "https://": "no valid host name",
    "https:///api": "no valid host name",
    "https://acme okta.com": "no valid host name",
    "https://-acme.okta.com": "no valid host name",
    f"https://{'a' * 64}.okta.com": "no valid host name",
    "ftp://acme.okta.com": "scheme 'ftp'",
    "http://acme.okta.com": "Use https://",
    "http://192.0.2.7": "Use https://",
    "http://localhost.example.com": "Use https://",
    "https://acme-admin.okta.com": "Use the org's own: https://acme.okta.com",
    "https://Acme-Admin.OktaPreview.com/admin/users": "Use the org's own: https://acme.oktapreview.com",
    "https://acme.okta.com/oauth2/default": "authorization server (/oauth2/default)",
    "https://acme.okta.com/oauth2/v1/token": "authorization server",
    "https://localhost:8443/oauth2/default": "Use the org itself, https://localhost:8443:",
    "http://[::1]:8080/api/v1": "Cut it off: http://[::1]:8080.",
    "https://acme.okta.com/api/v1": "path (/api/v1). Cut it off: https://acme.okta.com",
}


@pytest.mark.parametrize(("given", "words"), MISTAKES.items())
def test_each_mistake_has_its_message(given: str, words: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        normalize_org_url(given)
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("acme.okta.com", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_is_loopback(host: str, wanted: bool) -> None:
    assert is_loopback(host) is wanted
