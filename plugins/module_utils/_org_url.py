# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The address of an org, as people write it, made into the one form that is compared, signed and sent."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from ._errors import InvalidOption, printable

# Okta's own domains (https://developer.okta.com/docs/concepts/okta-organizations/). Only to catch the Admin Console's
# host: any other domain can be an org's custom domain.
_OKTA_DOMAINS = ("okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil", "okta-miltest.com")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*\.?")
_EXAMPLE = "It looks like https://acme.okta.com, or like your custom domain."


def normalize_org_url(text: str) -> str:
    """The origin of an org: ``https://host`` or ``https://host:port``, in lower case.

    Blanks around it and slashes at its end are dropped. Raises `InvalidOption` for everything that isn't an org: each
    mistake that people make has a message of its own. What is refused is shown without a user name or password.
    """
    address = text.strip()
    if not address:
        raise InvalidOption("org_url is not set.", f"Set it, or the environment variable OKTA_ORG_URL. {_EXAMPLE}")
    if re.search(r"[{}<>$]", address) or "yourOktaDomain" in address:
        raise InvalidOption("org_url still holds a placeholder.", f"Put your org's address in its place. {_EXAMPLE}")
    if "://" not in address:
        raise InvalidOption("org_url has no scheme.", f"It must begin with https://. {_EXAMPLE}")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise InvalidOption("org_url is not a URL.", _EXAMPLE) from None
    if "@" in parts.netloc:
        raise InvalidOption("org_url holds a user name or a password.", f"Take it out. {_EXAMPLE}")
    if parts.query or parts.fragment or address.rstrip("/").endswith(("?", "#")):
        raise InvalidOption("org_url has a query or a fragment.", f"Cut it off at the host. {_EXAMPLE}")
    host = _ascii_host(parts.hostname or "")
    if parts.scheme.lower() not in ("https", "http"):
        raise InvalidOption(f"org_url has the scheme {printable(parts.scheme, 20)!r}.", "Use https://.")
    if parts.scheme.lower() == "http" and not is_loopback(host):
        raise InvalidOption(f"org_url is http://{host}.", "Use https://: a token must not cross a network in clear.")
    shown_host = f"[{host}]" if ":" in host else host
    default_port = {"https": 443, "http": 80}[parts.scheme.lower()]
    origin = f"{parts.scheme.lower()}://{shown_host}" + (f":{port}" if port not in (None, default_port) else "")
    _refuse_other_places(host, parts.path.strip("/"), origin)
    return origin


def is_loopback(host: str) -> bool:
    """Whether a host name or address (IPv6 without brackets) is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _ascii_host(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        ascii_host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        ascii_host = ""
    if not _HOST.fullmatch(ascii_host):
        raise InvalidOption("org_url has no valid host name.", _EXAMPLE)
    return ascii_host.rstrip(".")


def _refuse_other_places(host: str, path: str, origin: str) -> None:
    label, _dot, domain = host.partition(".")
    if label.endswith("-admin") and domain in _OKTA_DOMAINS:
        org = f"https://{label[: -len('-admin')]}.{domain}"
        raise InvalidOption(f"org_url is the Admin Console's host, {host}.", f"Use the org's own: {org}.")
    if path.startswith("oauth2"):
        raise InvalidOption(
            f"org_url names an authorization server (/{printable(path, 60)}).",
            f"Use the org itself, {origin}: only its own authorization server grants okta.* scopes.",
        )
    if path:
        raise InvalidOption(f"org_url has a path (/{printable(path, 60)}).", f"Cut it off: {origin}.")
