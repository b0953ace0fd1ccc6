# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of the org as endpoints see them: by index, by id, by login, with what a test changed about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .users import Population, Record


class Directory:
    """A population, and the records that tests changed laid over it."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.changed: dict[int, Record] = {}
        self.version = 0
        """Grows with every change, so that what was cached before it is not used again."""
        self.in_order_of_creation = True
        """Whether ids rise with `created`, as they do until a test changes when a user was created."""

    def __len__(self) -> int:
        return self.population.total

    def record(self, index: int) -> Record:
        return self.changed.get(index) or self.population.record(index)

    def __iter__(self) -> Iterator[Record]:
        return map(self.record, range(len(self)))

    def find(self, id_or_login: str) -> int | None:
        """The index of the user with this id, this login in any case, or this short name if only one has it."""
        index = self.population.index_of_id(id_or_login)
        if index is not None:
            return index
        wanted = id_or_login.casefold()
        found = {index for index in self._candidates(wanted) if _answers_to(self.record(index), wanted)}
        return found.pop() if len(found) == 1 else None

    def change(self, id_or_login: str, changes: Record) -> Record:
        """Changes top-level attributes of a user; `profile` is merged, and None in it stays a null."""
        index = self.find(id_or_login)
        if index is None:
            raise ValueError(f"no user {id_or_login!r}")
        record = self.record(index)
        if "id" in changes:
            raise ValueError("an id can't be changed")
        if (changes.get("status", record["status"]) == "DEPROVISIONED") != (record["status"] == "DEPROVISIONED"):
            raise ValueError("how many users are DEPROVISIONED is fixed when the org starts")
        merged: dict[str, Any] = {**record, **changes}
        merged["profile"] = {**record["profile"], **changes.get("profile", {})}
        self.changed[index] = merged
        self.in_order_of_creation &= merged["created"] == record["created"]
        self.version += 1
        return merged

    def _candidates(self, login: str) -> Iterator[int]:
        yield from self.changed
        index = self.population.index_in_login(login)
        if index is not None:
            yield index
        for own_login, own_index in self.population.own_logins().items():
            if login in (own_login, own_login.partition("@")[0]):
                yield own_index


def _answers_to(record: Record, wanted: str) -> bool:
    login = str(record["profile"]["login"]).casefold()
    return wanted in (login, login.partition("@")[0])
