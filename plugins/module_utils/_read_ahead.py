# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Has the next page fetched while one is dealt with, so that the network never waits for us."""

from __future__ import annotations

import queue
import threading
import typing as t

Item = t.TypeVar("Item")


class _Raised(t.NamedTuple):
    error: Exception


def one_ahead(items: t.Iterator[Item]) -> t.Iterator[Item]:
    """What ``items`` yields, in the same order; the next one is got by a thread while the caller has one.

    Never more than one is ahead. What ``items`` raises is raised when its turn comes, after all items before it.
    """
    end = object()
    ready: queue.SimpleQueue[t.Any] = queue.SimpleQueue()

    def get() -> None:
        try:
            ready.put(next(items, end))
        except Exception as error:  # raised again where it is waited for
            ready.put(_Raised(error))

    def begin() -> None:
        threading.Thread(target=get, daemon=True).start()

    begin()
    while (item := ready.get()) is not end:
        if isinstance(item, _Raised):
            raise item.error
        begin()
        yield item
