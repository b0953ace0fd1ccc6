# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The population: a file with one user of Okta a line, read twice, and only if it is whole."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import typing as t

from ._audit_files import unreadable
from ._audit_subject import Record, User, order_key
from ._errors import OktaError

_READ_AGAIN = "Write the population again with okta_users_info and its options dest and include_deprovisioned."
_PLACE = struct.Struct(">QI")  # where a line begins, and how long it is
_decode = json.JSONDecoder().raw_decode


class DamagedPopulation(OktaError):
    """The file of users isn't what was written: cut off, doubled, or of another length. ``line`` says where."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(f"The population is damaged: {what}.", _READ_AGAIN, fields={"line": line})


class IncompletePopulation(OktaError):
    """Not all users of the org are in the file: what an audit of it says isn't evidence."""


class Population:
    """An open file of users, in any order. Use it as a context; read it with `first_reading`, then with `users`."""

    def __init__(self, path: str) -> None:
        self.sha256 = ""
        self.count = 0
        self._order: list[bytes] = []
        try:
            self._file: t.BinaryIO = open(os.path.expanduser(path), "rb")  # noqa: SIM115  # closed with this context
        except OSError as error:
            raise unreadable("population", path, error) from None

    def __enter__(self) -> Population:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()

    def first_reading(self) -> t.Iterator[User]:
        """All users as they stand in the file, with `count` and `sha256` at the end. Raises `DamagedPopulation`."""
        digest = hashlib.sha256()
        ids: set[str] = set()
        place = 0
        for number, line in enumerate(self._file, start=1):
            digest.update(line)
            user = _user(line, number)
            if user.id in ids:
                raise DamagedPopulation(f"line {number} has an id that an earlier line has too", number)
            ids.add(user.id)
            self._order.append(order_key(user.login, user.id) + _PLACE.pack(place, len(line)))
            place += len(line)
            yield user
        self._order.sort()
        self.sha256, self.count = digest.hexdigest(), len(ids)

    def users(self) -> t.Iterator[User]:
        """All users once more, in the order of their logins."""
        descriptor = self._file.fileno()
        for entry in self._order:
            place, length = _PLACE.unpack_from(entry, len(entry) - _PLACE.size)
            try:
                yield User(_decode(os.pread(descriptor, length, place).decode().strip())[0])
            except (ValueError, TypeError, KeyError, AttributeError):
                raise DamagedPopulation("it was changed while it was read", 0) from None


def _user(line: bytes, number: int) -> User:
    if not line.endswith(b"\n"):
        raise DamagedPopulation(f"line {number}, the last one, is cut off", number)
    try:
        text = line.decode().strip()
        record, end = _decode(text)
    except (ValueError, RecursionError):
        raise DamagedPopulation(f"line {number} is no JSON", number) from None
    if not isinstance(record, dict) or end != len(text):
        raise DamagedPopulation(f"line {number} is no user", number)
    identity = record.get("id")
    if not isinstance(identity, str) or not identity.strip():
        raise DamagedPopulation(f"line {number} has no id", number)
    return User(record)


def check_whole(population: Population, said: Record, complete: bool | None, *, require_complete: bool) -> bool:
    """Compare what was read with what was written, and with what the audit requires. Gives whether it is complete.

    ``said`` is what the provenance tells of the population. Raises `DamagedPopulation` and `IncompletePopulation`.
    """
    count, sha256 = said.get("count"), said.get("sha256")
    if isinstance(count, int) and count != population.count:
        raise DamagedPopulation(
            f"it has {population.count} lines, and {count} users were written", min(population.count, count) + 1
        )
    if isinstance(sha256, str) and sha256 and sha256.lower() != population.sha256:
        raise DamagedPopulation("its SHA-256 is not the one it was written with", population.count)
    if complete is None and isinstance(said.get("complete"), bool):
        complete = said["complete"]
    if require_complete and complete is None:
        raise IncompletePopulation(
            "Nothing says whether the population is complete.",
            "Set complete to what okta_users_info returned as complete, or require_complete to false.",
        )
    if require_complete and not complete:
        raise IncompletePopulation(
            "The population is not complete, and an audit of some users is no evidence.",
            "Read all users, without limit, or set require_complete to false.",
        )
    if require_complete and not population.count:
        raise IncompletePopulation(
            "The population is empty, and no org has no users.",
            "The app most likely lacks an admin role (Read-only Administrator will do).",
        )
    return bool(complete)
