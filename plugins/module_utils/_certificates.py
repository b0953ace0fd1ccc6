# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What TLS certificates are checked against."""

from __future__ import annotations

import os
import typing as t

from ._errors import InvalidOption, printable

_ENVIRONMENT = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def certificate_check(validate_certs: bool, ca_path: str | None, environ: t.Mapping[str, str]) -> bool | str:
    """False for no check, the path of a bundle (a file or a folder), or True for the authorities of requests.

    ``ca_path`` counts first, then the bundle that the environment names. Raises `InvalidOption` when what is named
    doesn't exist.
    """
    if not validate_certs:
        return False
    named = [("ca_path", ca_path or ""), *((name, environ.get(name, "")) for name in _ENVIRONMENT)]
    for name, path in named:
        if path:
            place = os.path.expanduser(path)
            if not os.path.exists(place):
                remedy = "Name a file or folder of CA certificates in PEM."
                raise InvalidOption(f"{name} names {printable(place)}, which does not exist.", remedy)
            return place
    return True
