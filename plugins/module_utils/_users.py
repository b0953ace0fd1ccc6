# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The users of an org, as a list in memory, as a file, or one by one."""

from __future__ import annotations

import hashlib
import os
import typing as t
from dataclasses import replace
from urllib.parse import quote

from ._client import Client, Record, identity_of, record_in
from ._errors import InvalidOption, NotFound, printable
from ._options import check_text
from ._user_query import Selection, project
from ._user_walk import USERS_PATH, Walk, walk_users

ONE_USER_BUCKET = "/api/v1/users/{id}"
_NAME_A_FILE = "Name a file in a folder that exists and that the user of the task may write to."


def list_users(clients: t.Sequence[Client], selection: Selection) -> tuple[list[Record], Walk]:
    """The users that ``selection`` names, as Okta sends them, each once: by ``id``, or in the order of ``sort_by``."""
    users: dict[str, Record] = {}

    def keep(records: list[Record]) -> None:
        users.update((identity_of(record), record) for record in records)

    walk = walk_users(clients, selection, keep)
    ordered = list(users.values()) if selection.sort_by else [user for _id, user in sorted(users.items())]
    return ordered, walk._replace(users=len(ordered))


class SavedUsers(t.NamedTuple):
    """A file of users. ``changed`` tells whether its content differs from what was there before. ``diff`` has numbers
    for Ansible's diff mode, and no user."""

    path: str
    size: int
    checksum: str
    changed: bool
    diff: dict[str, str] | None

    def result(self) -> dict[str, t.Any]:
        """As `okta_users_info` returns it."""
        return {name: value for name, value in self._asdict().items() if value is not None}


def save_users(
    clients: t.Sequence[Client],
    selection: Selection,
    destination: str,
    file_format: str,
    scratch: str | None = None,
    with_diff: bool = False,
) -> tuple[SavedUsers, Walk]:
    """Stream the users to a file, in the order of `list_users`. It appears whole or not at all.

    ``file_format`` is ``jsonl`` or ``csv``. With ``scratch``, a folder for temporary files, nothing is written to
    ``destination``. Raises what `walk_users` raises, and `InvalidOption` when the place can't be written to.
    """
    from ._ordered_file import OrderedFile
    from ._user_rows import DEFAULT_COLUMNS, columns, count_rows, csv_header, csv_line, json_line

    place = os.path.realpath(os.path.expanduser(destination))
    if os.path.isdir(place):
        raise InvalidOption(f"dest is a folder: {printable(place)}.", _NAME_A_FILE)
    if not os.path.isdir(os.path.dirname(place)):
        raise InvalidOption(f"There is no folder for dest, {printable(place)}.", _NAME_A_FILE)
    if file_format == "csv" and not selection.fields:
        selection = replace(selection, fields=DEFAULT_COLUMNS)
    names = columns(selection.fields)
    before = count_rows(place, file_format) if with_diff else None
    number = 0
    try:
        with OrderedFile(scratch or os.path.dirname(place), csv_header(names) if file_format == "csv" else b"") as file:

            def keep(records: list[Record]) -> None:
                nonlocal number
                for record in records:
                    number += 1
                    key = f"{number:016d}" if selection.sort_by else identity_of(record)
                    file.add(key, csv_line(record, names) if file_format == "csv" else json_line(record))

            walk = walk_users(clients, selection, keep)
            contents = file.finish()
            changed = checksum_of(place) != contents.checksum
            if scratch is None and changed:
                file.replace(place)
            elif scratch is None:
                os.chmod(place, 0o600)
    except OSError as error:
        reason = printable(error.strerror or type(error).__name__)
        raise InvalidOption(f"dest {printable(place)} can't be written: {reason}.", _NAME_A_FILE) from None
    diff = _diff(place, before, contents.records) if with_diff else None
    return SavedUsers(place, contents.size, contents.checksum, changed, diff), walk._replace(users=contents.records)


def _diff(place: str, before: int | None, after: int) -> dict[str, str]:
    was = "" if before is None else f"{before} users\n"
    return {"before": was, "after": f"{after} users\n", "before_header": place, "after_header": place}


def checksum_of(path: str) -> str | None:
    """The SHA-256 of a file, or None when there is none."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while chunk := file.read(1024 * 1024):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def find_users(client: Client, names: t.Sequence[str], selection: Selection) -> list[Record]:
    """Single users by id or login, in the order of ``names``. Raises `NotFound` with the names Okta doesn't know."""
    users = []
    unknown: list[NotFound] = []
    for name, segment in [(name, _path_segment(name)) for name in names]:
        found = _find_user(client, name, segment, selection)
        if isinstance(found, NotFound):
            unknown.append(found)
        else:
            users.append(project(found, selection.fields))
    if unknown:
        shown = ", ".join(repr(error.message) for error in unknown)
        raise NotFound(
            f"Okta knows no user with the id or login {shown}.",
            "Check the spelling; a login is often an email address. A deleted user is gone for good.",
            status=404,
            error_code="E0000007",
            request_id=unknown[0].request_id,
            fields={"unknown_users": [error.message for error in unknown]},
        )
    return users


def _find_user(client: Client, name: str, segment: str, selection: Selection) -> Record | NotFound:
    target = f"{USERS_PATH}/{segment}"
    try:
        answer = client.get(target, bucket=ONE_USER_BUCKET, content_type=selection.content_type)
    except NotFound as error:
        return NotFound(printable(name, 120), request_id=error.request_id)
    return record_in(answer)


def _path_segment(name: str) -> str:
    check_text({"user": name})
    if not name.strip():
        raise InvalidOption("user holds an empty name.", "Take it out of the list.")
    if "/" in name or name in (".", ".."):
        raise InvalidOption(f"Okta finds no user by the login {printable(name, 120)!r}.", "Use the user's id.")
    return quote(name, safe="")
