# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `Link` header, as Okta writes it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from .settings import Settings


def link_headers(
    base: str, path: str, query: Mapping[str, str], cursor: str | None, settings: Settings
) -> list[tuple[str, str]]:
    """One header instance a relation: `self`, and `next` if there is a cursor.

    The query is encoded anew, in order of names, with `+` for blanks; what Okta doesn't know is not in it.
    """
    origin = link_origin(base, settings)
    safe = "," if settings.link_raw_commas else ""
    links = {"self": _link(origin + path, query, safe, "self")}
    if cursor is not None:
        following = {name: value for name, value in query.items() if name != "after"}
        if settings.drop_fields_from_next:
            following.pop("fields", None)
        links["next"] = _link(origin + path, {**following, "after": cursor}, safe, "next")
    values = [links[relation] for relation in settings.link_order.split(",") if relation in links]
    return [("link", ", ".join(values))] if settings.link_style == "joined" else [("link", value) for value in values]


def _link(url: str, query: Mapping[str, str], safe: str, relation: str) -> str:
    return f'<{link_url(url, query, safe)}>; rel="{relation}"'


def link_url(url: str, query: Mapping[str, str], safe: str = "") -> str:
    """A URL with its query in order of names."""
    encoded = urlencode(sorted(query.items()), safe=safe)
    return f"{url}?{encoded}" if encoded else url


def link_origin(base: str, settings: Settings) -> str:
    """The origin that links lead to: the one asked, unless the settings say another."""
    host = settings.link_host
    if host is None or "://" in host:
        return host or base
    return f"{base.partition('://')[0]}://{host}"
