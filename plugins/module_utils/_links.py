# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Where a list goes on: ``Link`` headers (RFC 8288), read for ``rel="next"``."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import parse_qsl, quote, urlsplit

from ._errors import UnexpectedAnswer

_CUT_OFF = "Run the task again; if it stays, look at what stands between this machine and Okta."
_QUOTED = r'"(?:[^"\\]|\\.)*"'
# One link: <target> and its parameters. A target may hold commas; what is quoted may hold anything.
_LINK = re.compile(rf'<([^<>]*)>((?:\s*;\s*[^\s=;,"<]+(?:\s*=\s*(?:{_QUOTED}|[^\s;,"<]+))?)*)')
_PARAMETER = re.compile(rf';\s*([^\s=;,"<]+)\s*=\s*({_QUOTED}|[^\s;,"<]+)')


def next_target(links: t.Sequence[str]) -> str | None:
    """Path and query of the next page, or None on the last page.

    ``links`` are the values of all ``Link`` headers, in any order, one link or several in each. Scheme and host of
    the target are dropped: Okta can name its Admin Console's host there, and the token must go to the org alone.
    Raises `UnexpectedAnswer` when a header can't be read, for what it says could be that the list goes on, and when
    the target is not a path from the root of a host.
    """
    for value in links:
        if _LINK.sub("", value).strip(", \t"):
            raise UnexpectedAnswer("The Link header of the answer can't be read.", _CUT_OFF)
        for target, parameters in _LINK.findall(value):
            relations = [text for name, text in _PARAMETER.findall(parameters) if name.lower() == "rel"]
            # RFC 8288 section 3.3: of several, the first counts; it can name several relations.
            if relations and "next" in relations[0].strip('"').lower().split():
                return path_and_query(target)
    return None


def path_and_query(target: str) -> str:
    """Path and query of a link's target. Raises `UnexpectedAnswer` when it has none to follow."""
    try:
        parts = urlsplit(target.strip())
    except ValueError:
        parts = urlsplit("")
    if not parts.path.startswith("/") or not parts.query:
        raise UnexpectedAnswer("The link to the next page can't be followed: it has no path and query.", _CUT_OFF)
    return f"{parts.path}?{parts.query}"


def with_parameter(target: str, name: str, value: str | None) -> str:
    """``target`` with a query parameter added, unless it has it already or there is none to add."""
    query = urlsplit(target).query
    if value is None or name in dict(parse_qsl(query, keep_blank_values=True)):
        return target
    return f"{target}{'&' if query else '?'}{quote(name, safe='')}={quote(value, safe='')}"
