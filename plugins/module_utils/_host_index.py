# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The index of a host audit: an SQLite file in which a host's account names lead to the users of Okta behind them.

It is written once, and read for each host with a few look-ups, however many users there are.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import typing as t

from ._audit_files import folder_of, sha256_of, unreadable, unwritable
from ._audit_population import Population, check_whole
from ._audit_provenance import Provenance, digest
from ._audit_settings import tune
from ._audit_subject import Record, User, display_name, text
from ._audit_survey import Survey
from ._errors import InvalidOption, printable
from ._host_exemptions import read_host_exemptions
from ._host_settings import Settings

VERSION = 1
_TABLES = """
CREATE TABLE about (content TEXT NOT NULL);
CREATE TABLE users (
    id TEXT PRIMARY KEY, login TEXT NOT NULL, folded TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
    last_login TEXT NOT NULL, uid TEXT NOT NULL, in_group INTEGER
) WITHOUT ROWID;
CREATE TABLE names (name TEXT NOT NULL, place INTEGER NOT NULL, user TEXT);
CREATE TABLE emails (email TEXT NOT NULL, user TEXT NOT NULL);
"""
_INDEXES = """
CREATE INDEX users_by_login ON users (folded);
CREATE INDEX names_by_name ON names (name, place);
CREATE INDEX emails_by_email ON emails (email);
"""
_BATCH = 5000
_OFF = {"user_duplicate_identity": False, "user_manager_invalid": False}


class Built(t.NamedTuple):
    """What came of it: the counts that a task returns."""

    counts: Record
    sha256: str


def build(
    settings: Settings, population: str, members: str | None, complete: bool | None, whole: bool, path: str
) -> Built:
    """Write the index of the users in a file to a new file at ``path``.

    ``members`` is the file with the groups, ``complete`` says whether the users are all there are, and ``whole``
    whether they have to be. Raises `OktaError`, and `OSError` when the file can't be written.
    """
    provenance = Provenance(settings.provenance)
    exemptions = read_host_exemptions(settings.exemptions, settings.checks, settings.now)
    required = settings.checks["host_priv_not_in_group"].settings["groups"]
    in_group = _members(members, required) if members and required else None
    with Population(population) as users:
        survey = Survey(settings.now, tune("none", _OFF), provenance.fields, set(), exemptions.owners())
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
            connection.execute("BEGIN")
            names = _write(connection, users, survey, settings, in_group)
            is_complete = check_whole(users, provenance.population, complete, require_complete=whole)
            counted = survey.report()
            about = {
                "version": VERSION,
                "settings": settings.given,
                "population": {
                    "count": users.count,
                    "complete": is_complete,
                    "by_status": counted["by_status"],
                    "sha256": users.sha256,
                },
                "survey": counted,
                "owner_states": survey.owner_states,
                "exemptions_sha256": digest(settings.exemptions),
                "groups_read": in_group is not None,
            }
            content = json.dumps(about, sort_keys=True)
            connection.execute("INSERT INTO about VALUES (?)", (content,))
            connection.execute("COMMIT")
            connection.executescript(_INDEXES)
            ambiguous = connection.execute(_AMBIGUOUS).fetchone()[0]
        except sqlite3.Error as error:
            raise OSError(0, f"SQLite says: {error}") from None
        finally:
            connection.close()
    counts = {"users": users.count, "by_status": counted["by_status"], "names": names, "ambiguous": ambiguous}
    return Built({**counts, "complete": is_complete}, sha256_of(path))


# Names to which the first rule that has them leads several users.
_AMBIGUOUS = """
SELECT count(*) FROM (
    SELECT 1 FROM (SELECT name, min(place) AS place FROM names GROUP BY name) AS first
    JOIN names USING (name, place) GROUP BY name HAVING count(DISTINCT user) > 1
)
"""


def _write(
    connection: sqlite3.Connection, users: Population, survey: Survey, settings: Settings, in_group: set[str] | None
) -> int:
    mapping = settings.mapping
    wanted: dict[str, list[str]] = {}
    for account, login in mapping.username_map.items():
        wanted.setdefault(login.casefold(), []).append(account)
    found: set[str] = set()
    rows: list[tuple[t.Any, ...]] = []
    names: list[tuple[str, int, str | None]] = []
    emails: list[tuple[str, str]] = []

    def flush() -> None:
        connection.executemany("INSERT INTO users VALUES (?,?,?,?,?,?,?,?)", rows)
        connection.executemany("INSERT INTO names VALUES (?,?,?)", names)
        connection.executemany("INSERT INTO emails VALUES (?,?)", emails)
        for batch in (rows, names, emails):
            del batch[:]

    for user in users.first_reading():
        survey.add(user)
        identity, folded = plain(user.id), plain(user.login.casefold())
        rows.append((identity, plain(user.login), folded, *_about(user, mapping.uid_attribute), _in(user, in_group)))
        names += [(plain(name), place, identity) for name, place in mapping.names(user).items()]
        for account in wanted.get(user.login.casefold(), ()):
            names.append((plain(account), 0, identity))
            found.add(account)
        email = plain(text(user.profile.get("email")).casefold())
        if email and email != folded:
            emails.append((email, identity))
        if len(rows) >= _BATCH:
            flush()
    # The map is the user's own word: a login that isn't there leads to nobody, not to another rule.
    names += [(plain(account), 0, None) for account in mapping.username_map if account not in found]
    flush()
    return int(connection.execute("SELECT count(DISTINCT name) FROM names").fetchone()[0])


def _about(user: User, uid_attribute: str) -> tuple[str, str, str, str]:
    last = text(user.record.get("lastLogin"))
    uid = text(user.profile.get(uid_attribute)) if uid_attribute else ""
    return plain(display_name(user.profile)), plain(user.status), plain(last), plain(uid)


def _in(user: User, in_group: set[str] | None) -> int | None:
    return None if in_group is None else int(user.id in in_group)


def plain(value: str) -> str:
    """Text that SQLite takes: without halves of surrogate pairs."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _members(path: str, required: t.Sequence[str]) -> set[str]:
    """The ids of users in any of the groups, each named by name or id. Raises `InvalidOption`."""
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            content = json.load(file)
    except OSError as error:
        raise unreadable("group_members", path, error) from None
    except (ValueError, RecursionError):
        raise InvalidOption(f"group_members {printable(path)} is no JSON.", _AS_RETURNED) from None
    groups = content.get("groups") if isinstance(content, dict) else content
    by_name: dict[str, set[str]] = {}
    for group in groups if isinstance(groups, list) else [None]:
        if not isinstance(group, dict) or not isinstance(group.get("members"), list):
            raise InvalidOption(f"group_members {printable(path)} has a group without members.", _AS_RETURNED)
        profile = group.get("profile")
        name = text(profile.get("name")) if isinstance(profile, dict) else ""
        ids = {text(member.get("id")) for member in group["members"] if isinstance(member, dict)}
        for key in {name, text(group.get("id"))} - {""}:
            by_name.setdefault(key, set()).update(ids)
    missing = [name for name in required if name not in by_name]
    if missing:
        raise InvalidOption(
            f"group_members {printable(path)} lacks the group {printable(missing[0], 60)}, which is required.",
            "Read it with okta_groups_info, and its members.",
        )
    return {identity for name in required for identity in by_name[name]}


_AS_RETURNED = "Write what okta_groups_info returns as groups, with members."


def write_index(
    settings: Settings,
    params: t.Mapping[str, t.Any],
    *,
    check_mode: bool,
    spare: str,
) -> Record:
    """Build the index in a folder of its own and move it to its place; in check mode, throw it away.

    ``spare`` is a folder for check mode. Gives what a task returns. Raises `OktaError`.
    """
    place = os.path.realpath(os.path.expanduser(params["dest"]))
    if os.path.isdir(place):
        raise InvalidOption(f"dest is a folder: {printable(place)}.", "Name a file.")
    parent = folder_of(os.path.dirname(place))
    try:
        if not check_mode:
            os.makedirs(parent, mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=spare if check_mode else parent, prefix=".index-") as folder:
            path = os.path.join(folder, "index.sqlite")
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            built = build(
                settings,
                params["population"],
                params.get("group_members"),
                params.get("complete"),
                params["require_complete"],
                path,
            )
            changed = not os.path.isfile(place) or sha256_of(place) != built.sha256
            if not check_mode:
                os.replace(path, place)
    except OSError as error:
        raise unwritable(place, error) from None
    return {**built.counts, "path": place, "sha256": built.sha256, "changed": changed}


def identity_of(content: str) -> str:
    """What tells one index from another: by what it was made from, and by which settings."""
    return hashlib.sha256(content.encode()).hexdigest()
