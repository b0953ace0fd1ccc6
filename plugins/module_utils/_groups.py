# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Groups and their members (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/)."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote

from ._client import Client, Record, identity_of, record_in
from ._errors import InvalidOption, NotFound, printable
from ._lists import each_once, read_list

GROUPS_PATH = "/api/v1/groups"
_GROUP_ID = re.compile(r"00g[A-Za-z0-9]{17}")
# What Okta recommends for both lists; larger pages are slow to make.
_PAGE = "200"


def list_groups(client: Client, *, search: str | None = None, filter_: str | None = None) -> list[Record]:
    """The groups that an expression finds, or all of them, ordered by ``id``. Raises `IncompleteListing`."""
    if _given(search) and _given(filter_):
        raise InvalidOption("search and filter are both set.", "Set one of group, search and filter.")
    query = {"search": _given(search), "filter": _given(filter_), "limit": _PAGE}
    query = {name: text for name, text in query.items() if text}
    groups = read_list(client, GROUPS_PATH, noun="groups", bucket=GROUPS_PATH, query=query)
    return each_once(groups)


def find_groups(client: Client, names: t.Sequence[str]) -> list[Record]:
    """The groups with these ids or names. Of a name that several groups have, all are found.

    Raises `NotFound` with the names that no group has.
    """
    found: list[Record] = []
    unknown = []
    for name in names:
        groups = _find_group(client, name)
        if not groups:
            unknown.append(printable(name, 120))
        found += groups
    if unknown:
        raise NotFound(
            f"Okta shows no group with the id or name {', '.join(repr(name) for name in unknown)}.",
            "Check the spelling, and that the app's admin role may see the group.",
            fields={"unknown_groups": unknown},
        )
    return list({identity_of(group): group for group in found}.values())


def list_members(client: Client, group: Record) -> list[Record]:
    """The users in a group, as Okta sends them, ordered by ``id``. Raises `IncompleteListing`."""
    path = f"{GROUPS_PATH}/{quote(identity_of(group), safe='')}/users"
    members = read_list(
        client, path, noun=f"members of {identity_of(group)}", bucket=GROUPS_PATH, query={"limit": _PAGE}
    )
    return each_once(members)


def _given(expression: str | None) -> str:
    return expression if expression and expression.strip() else ""


def _find_group(client: Client, name: str) -> list[Record]:
    if not name.strip():
        raise InvalidOption("group holds an empty name.", "Take it out of the list.")
    if not _GROUP_ID.fullmatch(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        # search ignores case, as do names of groups in Okta.
        return list_groups(client, search=f'profile.name eq "{escaped}"')
    try:
        return [record_in(client.get(f"{GROUPS_PATH}/{name}", bucket=f"{GROUPS_PATH}/{{id}}"))]
    except NotFound:
        return []
