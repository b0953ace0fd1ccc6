# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Reads the index of a host audit: the settings, and the users behind a name, a login or an e-mail address."""

from __future__ import annotations

import json
import os
import sqlite3
import typing as t

from ._audit_subject import Record, is_enabled
from ._errors import InvalidOption, printable
from ._host_index import VERSION, identity_of, plain
from ._host_settings import Settings, restored

_BY_NAME = """
SELECT n.place, u.id, u.login, u.name, u.status, u.last_login, u.uid, u.in_group
FROM names n LEFT JOIN users u ON u.id = n.user WHERE n.name = ? ORDER BY 1, 2
"""
_BY_LOGIN = """
SELECT u.id, u.login, u.name, u.status, u.last_login, u.uid, u.in_group FROM users u WHERE u.folded = ? ORDER BY 1
"""
_BY_EMAIL = """
SELECT u.id, u.login, u.name, u.status, u.last_login, u.uid, u.in_group
FROM emails e JOIN users u ON u.id = e.user WHERE e.email = ? ORDER BY 1
"""
_MAKE_IT = "Write it with host_account_index."


class Identity(t.NamedTuple):
    """A user of Okta, as far as a host audit needs one."""

    id: str
    login: str
    name: str
    status: str
    last_login: str
    uid: str
    in_group: int | None

    @property
    def enabled(self) -> bool | None:
        """Whether the user can sign in to Okta; None when that can't be told from the status."""
        return is_enabled(self.status)


class Found(t.NamedTuple):
    """Who a name leads to, by the first rule that has it. ``rule`` is empty when none has."""

    rule: str
    users: tuple[Identity, ...]


class Index:
    """An open index. Use it as a context. Raises `InvalidOption` when the file is none."""

    def __init__(self, path: str) -> None:
        place = os.path.realpath(os.path.expanduser(path))
        try:
            with open(place, "rb"):
                pass
            self._connection = sqlite3.connect(f"file:{_quoted(place)}?mode=ro&immutable=1", uri=True)
            content = str(self._connection.execute("SELECT content FROM about").fetchone()[0])
            self.about: Record = json.loads(content)
            if self.about["version"] != VERSION:
                raise ValueError
            self.settings: Settings = restored(self.about["settings"])
        except OSError as error:
            reason = printable(error.strerror or type(error).__name__)
            raise InvalidOption(f"index {printable(path)} can't be read: {reason}.", _MAKE_IT) from None
        except (sqlite3.Error, ValueError, KeyError, TypeError):
            raise InvalidOption(f"index {printable(path)} is no index of users.", _MAKE_IT) from None
        self.identity = identity_of(content)
        self._rules = self.settings.mapping.rules()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._connection.close()

    def by_name(self, name: str) -> Found:
        """The users behind the name of an account."""
        rows = self._connection.execute(_BY_NAME, (plain(name),)).fetchall()
        if not rows:
            return Found("", ())
        first = rows[0][0]
        return Found(
            self._rules[first], tuple(Identity(*row[1:]) for row in rows if row[0] == first and row[1] is not None)
        )

    def by_address(self, address: str) -> tuple[Identity, ...]:
        """The users with a login, or else an e-mail address, without regard to case."""
        key = plain(address.casefold())
        rows = self._connection.execute(_BY_LOGIN, (key,)).fetchall()
        rows = rows or self._connection.execute(_BY_EMAIL, (key,)).fetchall()
        return tuple(Identity(*row) for row in rows)


def _quoted(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
