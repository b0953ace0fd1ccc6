# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Short lists: read as a whole, one after another or side by side."""

from __future__ import annotations

import queue
import threading
import typing as t
from urllib.parse import quote, urlencode

from ._client import Client, Record, identity_of
from ._errors import IncompleteListing, NotFound, OktaError

Item = t.TypeVar("Item")
Outcome = t.TypeVar("Outcome")


def read_list(
    client: Client,
    path: str,
    *,
    noun: str,
    bucket: str,
    query: t.Mapping[str, str] | None = None,
    member: str | None = None,
) -> list[Record]:
    """All records of a list, as Okta sends them. ``noun`` names them in messages; for ``member`` see `Client.pages`.

    Raises `IncompleteListing` when a page can't be had.
    """
    records: list[Record] = []
    pages = 0
    target = f"{path}?{urlencode(query, quote_via=quote, safe='')}" if query else path
    try:
        for page in client.pages(target, bucket=bucket, member=member):
            records += page.records
            pages += 1
    except NotFound:
        raise  # the list itself doesn't exist
    except OktaError as error:
        raise IncompleteListing(error, read=len(records), pages_read=pages, noun=noun) from None
    return records


def each_once(records: t.Iterable[Record]) -> list[Record]:
    """The records ordered by ``id``, each once: one that moves while pages are read can come on two of them."""
    return [record for _id, record in sorted({identity_of(record): record for record in records}.items())]


def for_each(
    clients: t.Sequence[Client], items: t.Iterable[Item], read: t.Callable[[Client, Item], Outcome]
) -> list[Outcome]:
    """What ``read`` gives for each item, in their order; the clients share the work. The first failure ends it all."""
    waiting: queue.SimpleQueue[tuple[int, Item]] = queue.SimpleQueue()
    for numbered in enumerate(items):
        waiting.put(numbered)
    outcomes: dict[int, Outcome] = {}
    failures: list[Exception] = []

    def work(client: Client) -> None:
        while not failures:
            try:
                number, item = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                outcomes[number] = read(client, item)
            except Exception as error:  # raised again below, by the thread that waits
                failures.append(error)

    threads = [threading.Thread(target=work, args=(client,), daemon=True) for client in clients[1:]]
    for thread in threads:
        thread.start()
    work(clients[0])
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [outcomes[number] for number in sorted(outcomes)]
