# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Which users to ask Okta for, and how (https://developer.okta.com/docs/reference/user-query/)."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ._errors import InvalidOption, printable
from ._options import check_text, checked_workers

LARGEST_PAGE = 200
# The plain list leaves DEPROVISIONED users out, a filter doesn't; and unlike search it is not behind the times.
_EVERYONE = 'lastUpdated ge "1970-01-01T00:00:00.000Z"'
_OMIT_CREDENTIALS = "application/json; okta-response=omitCredentials,omitCredentialsLinks"
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*")


@dataclass(frozen=True)
class Selection:
    """Which users to list, and what of each. See the options of `okta_users_info`."""

    search: str | None = None
    filter: str | None = None
    q: str | None = None
    statuses: tuple[str, ...] = ()
    include_deprovisioned: bool = False
    fields: tuple[str, ...] = ()
    omit_credentials: bool = True
    sort_by: str | None = None
    sort_order: str | None = None
    page_size: int = LARGEST_PAGE
    limit: int | None = None

    @property
    def is_unfiltered(self) -> bool:
        """Whether every user is asked for. No org has none."""
        return not (self.search or self.filter or self.q or self.statuses)

    @property
    def content_type(self) -> str | None:
        """The header by which Okta is told to leave credentials out. A GET has no content; that is Okta's way."""
        return _OMIT_CREDENTIALS if self.omit_credentials else None


def read_selection(params: t.Mapping[str, t.Any]) -> Selection:
    """The selection in the options of `okta_users_info`. Blank ones count as not set. Raises `InvalidOption`."""
    check_text(params)
    _check_together(params)
    page_size, limit = params["page_size"], params["limit"]
    if not 1 <= page_size <= LARGEST_PAGE:
        raise InvalidOption(f"page_size is {page_size}.", f"Set it to a number from 1 to {LARGEST_PAGE}.")
    if limit is not None and limit < 1:
        raise InvalidOption(f"limit is {limit}.", "Set it to 1 or more, or leave it out for all users.")
    fields = tuple(name.strip() for name in params["fields"] or () if name.strip())
    if params["omit_credentials"] and any(name.partition(".")[0] == "credentials" for name in fields):
        raise InvalidOption("fields asks for credentials, and omit_credentials leaves them out.", "Set it to false.")
    selection = Selection(
        **{
            name: params[name] if (params[name] or "").strip() else None
            for name in ("search", "filter", "q", "sort_by")
        },
        statuses=tuple(dict.fromkeys(name.strip().upper() for name in params["statuses"] or () if name.strip())),
        include_deprovisioned=params["include_deprovisioned"],
        fields=fields,
        omit_credentials=params["omit_credentials"],
        sort_order=params["sort_order"],
        page_size=page_size,
        limit=limit,
    )
    users_query(selection)  # what can't go together is said before any request
    return selection


def _check_together(params: t.Mapping[str, t.Any]) -> None:
    given = {name for name in ("search", "filter", "q") if (params[name] or "").strip()}
    if params["user"] is not None:
        given.add("user")
    if len(given) > 1:
        raise InvalidOption(f"{' and '.join(sorted(given))} are both set.", "Set one of search, filter, q and user.")
    for name in ("statuses", "include_deprovisioned", "limit", "sort_by", "dest"):
        if "user" in given and params[name]:
            raise InvalidOption(f"user and {name} can't go together.", "user fetches single users, in any status.")
    workers = checked_workers(params["workers"])
    reasons = {
        "q": "Okta gives one page for q, and there is nothing to share out",
        "filter": "users are shared out by when they were created, which Okta's filter doesn't know",
        "limit": "which users come first is not settled when several workers read at once",
        "sort_by": "each worker has its users sorted by when they were created",
        "user": "single users are fetched one by one",
    }
    for name, reason in reasons.items():
        if workers > 1 and params[name]:
            raise InvalidOption(f"workers and {name} can't go together: {reason}.", "Leave workers at 1.")


def everyone_as_search(selection: Selection) -> str:
    """What ``selection`` names, as one expression in Okta's search grammar, which has no "not equal"."""
    parts = [f"({selection.search})"] if selection.search else []
    if selection.statuses:
        parts.append(f"({_statuses(selection)})")
    elif not selection.search and not selection.include_deprovisioned:
        parts.append('(status lt "DEPROVISIONED" or status gt "DEPROVISIONED")')
    return " and ".join(parts)


def users_query(selection: Selection) -> dict[str, str]:
    """The query parameters of the first page. Raises `InvalidOption` for what can't go together."""
    search, filtered = selection.search, selection.filter
    statuses = _statuses(selection)
    if statuses and search:
        search = f"({search}) and ({statuses})"
    elif statuses and not (filtered or selection.q):
        filtered = statuses
    elif selection.include_deprovisioned and selection.is_unfiltered:
        filtered = _EVERYONE
    elif selection.include_deprovisioned and selection.q:
        raise InvalidOption("Okta leaves DEPROVISIONED users out of q.", "Use search with include_deprovisioned.")
    if selection.sort_by and not search:
        raise InvalidOption("Okta sorts what search finds, and nothing else.", "Use sort_by together with search.")
    query = {"q": selection.q, "filter": filtered, "search": search, "sortBy": selection.sort_by}
    query["sortOrder"] = selection.sort_order if selection.sort_by else None
    query["fields"] = fields_parameter(_asked_fields(selection))
    query["limit"] = str(_page_size(selection))
    return {name: value for name, value in query.items() if value}


def fields_parameter(fields: t.Sequence[str]) -> str | None:
    """Names such as ``profile.login`` in the form of Okta's ``fields`` parameter. Raises `InvalidOption`.

    Only the members of ``profile`` can be chosen one by one; of any other object the whole is asked for.
    """
    top: dict[str, None] = {}
    profile: dict[str, None] = {}
    for name in fields:
        if not _FIELD.fullmatch(name):
            raise InvalidOption(
                f"fields holds {printable(name, 60)!r}.", "Write names such as status or profile.login."
            )
        first, _dot, rest = name.partition(".")
        if first == "profile" and rest:
            profile[rest] = None
        else:
            top[first] = None
    if profile and "profile" not in top:
        top[f"profile:({','.join(profile)})"] = None
    return ",".join({"id": None, **top}) if top else None


def project(user: dict[str, t.Any], fields: t.Sequence[str]) -> dict[str, t.Any]:
    """What ``fields`` leaves of a user. The server does the same for lists, but for members of other objects."""
    if not fields:
        return user
    kept: dict[str, t.Any] = {}
    for name in ("id", *fields):
        source, target = user, kept
        *objects, last = name.split(".")
        for member in objects:
            if not isinstance(source.get(member), dict) or target.get(member) is source[member]:
                break  # there is none, or the whole of it is kept already
            source, target = source[member], target.setdefault(member, {})
        else:
            if last in source:
                target[last] = source[last]
    return kept


def projects_here(selection: Selection) -> bool:
    """Whether ``fields`` asks for members of an object that Okta sends as a whole, such as credentials.provider."""
    return any("." in name and not name.startswith("profile.") for name in selection.fields)


def selects_here(selection: Selection) -> bool:
    """Whether statuses are picked out of the answer: beside filter and q, Okta can't be asked for them."""
    return bool(selection.statuses and (selection.filter or selection.q))


def _page_size(selection: Selection) -> int:
    if selection.q:
        return LARGEST_PAGE  # its one page is the whole result
    if selection.limit is None or selects_here(selection):
        return selection.page_size
    return min(selection.page_size, selection.limit)


def _asked_fields(selection: Selection) -> tuple[str, ...]:
    return (*selection.fields, "status") if selection.fields and selects_here(selection) else selection.fields


def _statuses(selection: Selection) -> str:
    return " or ".join(f'status eq "{_escaped(status)}"' for status in selection.statuses)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
