# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The ``WWW-Authenticate`` header, in which Okta hides why it refused (RFC 9110 section 11.6.1)."""

from __future__ import annotations

import re

# name=token or name="quoted", where a quoted string may hold commas, blanks and escaped quotes.
_PARAMETER = re.compile(r'([A-Za-z0-9_-]{1,64})\s{0,9}=\s{0,9}(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


def challenge_parameters(header: str | None) -> dict[str, str]:
    """The parameters of a challenge (``error``, ``error_description``, ``scope``…), names in lower case.

    Where a name comes twice, the first counts. Anything that doesn't read as a parameter is passed over.
    """
    found: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall((header or "")[:8192]):
        found.setdefault(name.lower(), bare or re.sub(r"\\(.)", r"\1", quoted))
    return found
