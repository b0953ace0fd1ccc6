# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""How to walk an org's users: with one cursor, or side by side over the time in which they were created.

Either way each page is handed on as soon as it is there, and the walk is finished, or it fails.
"""

from __future__ import annotations

import threading
import typing as t
from dataclasses import replace
from urllib.parse import quote, urlencode

from ._client import Client, Page, Record, identity_of
from ._errors import IncompleteListing, OktaError, UnexpectedAnswer
from ._read_ahead import one_ahead
from ._user_query import LARGEST_PAGE, Selection, everyone_as_search, project, projects_here, selects_here, users_query

USERS_PATH = "/api/v1/users"

Keep = t.Callable[[list[Record]], None]


class Walk(t.NamedTuple):
    """A finished walk. ``query`` is what Okta was asked for; ``complete`` is False only when ``limit`` cut it."""

    query: str
    users: int
    pages: int
    complete: bool

    def result(self) -> dict[str, t.Any]:
        """As `okta_users_info` returns it."""
        return {"query": self.query, "count": self.users, "complete": self.complete, "pages": self.pages}


def walk_users(clients: t.Sequence[Client], selection: Selection, keep: Keep) -> Walk:
    """Hand the users that ``selection`` names to ``keep``, page by page, as Okta sends them.

    With several clients, each walks a share of its own, and ``keep`` is called by one at a time. Raises
    `IncompleteListing` when a page can't be had: what was read until then is no result.
    """
    if len(clients) > 1:
        return _walk_side_by_side(clients, selection, keep)
    query = _shown(users_query(selection))
    users = pages = 0
    fetched = _pages(clients[0], selection)
    if selection.limit is None:  # otherwise a page could be asked for that is not needed
        fetched = one_ahead(fetched)
    try:
        for page in fetched:
            records = _selected_here(page.records, selection)
            room = len(records) if selection.limit is None else selection.limit - users
            keep(records[:room])
            users += len(records[:room])
            pages += 1
            # Okta gives no further page for q, and doesn't say whether there would be more.
            cut_short = selection.q is not None and page.is_last and len(page.records) >= LARGEST_PAGE
            if users == selection.limit:
                return Walk(query, users, pages, page.is_last and len(records) <= room and not cut_short)
            if cut_short:
                raise UnexpectedAnswer(
                    f"q found {len(page.records)} users or more, and Okta gives no further page for q.",
                    "Use search, which is paged, or a longer q.",
                )
    except OktaError as error:
        raise IncompleteListing(error, read=users, pages_read=pages) from None
    return Walk(query, users, pages, True)


def _pages(client: Client, selection: Selection) -> t.Iterator[Page]:
    query = users_query(selection)
    for page in client.pages(
        f"{USERS_PATH}?{urlencode(query, quote_via=quote, safe='')}",
        bucket=USERS_PATH,
        content_type=selection.content_type,
        kept={"fields": query["fields"]} if "fields" in query else None,
    ):
        for record in page.records:
            identity_of(record)  # what is no list of users ends the walk before another page is asked for
        yield page


def _selected_here(records: list[Record], selection: Selection) -> list[Record]:
    if selects_here(selection):
        records = [record for record in records if record.get("status") in selection.statuses]
    if projects_here(selection):
        records = [project(record, selection.fields) for record in records]
    return records


def _walk_side_by_side(clients: t.Sequence[Client], selection: Selection, keep: Keep) -> Walk:
    from ._created_spans import CreatedSpans

    spans = CreatedSpans(int(clients[0].transport.clock.time() * 1000))
    search = everyone_as_search(selection)
    asked = bool(selection.fields) and "created" not in selection.fields
    fields = (*selection.fields, "created") if asked else selection.fields
    by_creation = replace(selection, statuses=(), fields=fields, sort_by="created", sort_order="asc")
    lock = threading.Lock()
    failures: list[Exception] = []
    users = pages = 0

    def hand_on(records: list[Record]) -> None:
        nonlocal users, pages
        if asked:
            for record in records:
                record.pop("created", None)
        with lock:
            keep(records)
            pages += 1
            users += len(records)

    def work(client: Client) -> None:
        try:
            while (span := spans.take()) is not None:
                for page in _pages(client, replace(by_creation, search=_within(search, span.start, span.end))):
                    records, ended = spans.advance(span, page.records)
                    hand_on(_selected_here(records, by_creation))
                    if ended:
                        break
                spans.finish(span)
        except Exception as error:  # raised again by the thread that waits for all
            failures.append(error)
            spans.stop()

    threads = [threading.Thread(target=work, args=(client,), daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures and isinstance(failures[0], OktaError):
        raise IncompleteListing(failures[0], read=users, pages_read=pages)
    if failures:
        raise failures[0]
    whole = users_query(replace(by_creation, search=_within(search, 0, None)))
    return Walk(_shown(whole), users, pages, True)


def _shown(query: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in query.items())


def _within(search: str, start: int, end: int | None) -> str:
    from ._created_spans import okta_time

    bounds = f'created ge "{okta_time(start)}"'
    if end is not None:
        bounds += f' and created lt "{okta_time(end)}"'
    return f"({search}) and {bounds}" if search else bounds
