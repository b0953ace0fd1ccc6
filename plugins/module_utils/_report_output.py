# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Files that appear as a whole, readable by nobody else, and are left alone when they are right already."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
import typing as t

_CHUNK = 1024 * 1024
_MODE = 0o600


class Output(t.NamedTuple):
    """A file of an audit: where it is, its bytes and their SHA-256, and whether it was changed."""

    path: str
    size: int
    sha256: str
    changed: bool

    def result(self) -> dict[str, t.Any]:
        """What a module returns of it."""
        return {"path": self.path, "size": self.size, "sha256": self.sha256}


def publish(path: str, chunks: t.Iterable[bytes], *, write: bool) -> Output:
    """Put the file that ``chunks`` make in its place, with the mode 0600.

    Without ``write``, only find out what would change. Raises `OSError` when the folder can't be written to.
    """
    there = found(path)
    fresh = path
    digest, size = hashlib.sha256(), 0
    with contextlib.ExitStack() as undo:
        file = None
        if write:
            descriptor, fresh = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".okta-audit-")
            undo.callback(_remove, fresh)
            file = undo.enter_context(os.fdopen(descriptor, "wb"))  # mkstemp's mode is 0600 already
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            if file:
                file.write(chunk)
        same = there is not None and there.sha256 == digest.hexdigest()
        changed = not same or stat.S_IMODE(os.stat(path).st_mode) != _MODE
        if file and changed:
            file.flush()
            os.fsync(file.fileno())
            os.replace(fresh, path)
    return Output(path, size, digest.hexdigest(), changed)


def found(path: str) -> Output | None:
    """A file that is there, or None."""
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in read(path):
            digest.update(chunk)
            size += len(chunk)
    except FileNotFoundError:
        return None
    return Output(path, size, digest.hexdigest(), False)


def read(path: str) -> t.Iterator[bytes]:
    """The bytes of a file, piece by piece."""
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def manifest(head: t.Mapping[str, t.Any], outputs: t.Iterable[Output]) -> bytes:
    """A list of an audit's files, with the size and SHA-256 of each, and of what audit they are."""
    provenance = head.get("provenance")
    known = provenance if isinstance(provenance, dict) else {}
    content = {
        "schema_version": "1.0",
        "kind": head.get("kind"),
        "title": head.get("title"),
        "org_url": known.get("org_url"),
        "generated_at": head.get("generated_at"),
        "collection_version": known.get("collection_version"),
        "files": [
            {"name": os.path.basename(output.path), "size": output.size, "sha256": output.sha256}
            for output in sorted(outputs, key=lambda output: output.path)
        ],
    }
    return json.dumps(content, indent=2).encode() + b"\n"


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):  # it is in its place
        os.unlink(path)
