# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""A file that is written in batches, ends up in order, and appears as a whole or not at all.

Memory stays flat however many records there are: what arrives out of order is kept on the disk in ordered runs, which
are merged in the end.
"""

from __future__ import annotations

import hashlib
import heapq
import os
import struct
import tempfile
import typing as t

# A batch is put in order before it is written; larger ones make fewer runs of records that arrive in no order.
_BATCH_RECORDS = 4096
_BATCH_BYTES = 4 * 1024 * 1024
_READ_AHEAD = 16 * 1024
_ENTRY = struct.Struct(">HI")  # length of the key, length of the record

Entry = tuple[bytes, bytes]


class Contents(t.NamedTuple):
    """What a finished file holds: bytes, records, and the SHA-256 of the bytes."""

    size: int
    records: int
    checksum: str


class OrderedFile:
    """Collects records, each with a key, into a file in ``folder`` that nobody else can read (mode 0600).

    ``header`` comes before the first record. Use it as a context: what was not moved to its place by `replace` is
    removed at the end. Raises `OSError` when the folder can't be written to.
    """

    def __init__(self, folder: str, header: bytes = b"") -> None:
        self._folder = folder
        self._header = header
        self._batch: dict[bytes, bytes] = {}
        self._batch_bytes = 0
        self._path = ""
        self._records = self._temporary()
        self._index = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed with this context
        self._digest = hashlib.sha256(header)
        self._count = 0
        self._last_key: bytes | None = None
        self._runs: list[_Run] = []
        self._records.write(header)

    def __enter__(self) -> OrderedFile:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._records.close()
        self._index.close()
        if self._path:
            os.unlink(self._path)

    def add(self, key: str, record: bytes) -> None:
        """Take in a record. Of records with the same key, the last one stays."""
        self._batch[key.encode()] = record
        self._batch_bytes += len(record)
        if len(self._batch) >= _BATCH_RECORDS or self._batch_bytes >= _BATCH_BYTES:
            self._flush()

    def finish(self) -> Contents:
        """Bring the records into order. Nothing can be added afterwards."""
        self._flush()
        if len(self._runs) > 1:
            self._merge()
        self._records.flush()
        return Contents(self._records.tell(), self._count, self._digest.hexdigest())

    def replace(self, destination: str) -> None:
        """Move the finished file to its place, at one stroke."""
        os.fsync(self._records.fileno())
        os.replace(self._path, destination)
        self._path = ""

    def _temporary(self) -> t.IO[bytes]:
        descriptor, self._path = tempfile.mkstemp(dir=self._folder, prefix=".okta-users-")
        return os.fdopen(descriptor, "w+b")

    def _flush(self) -> None:
        ordered = sorted(self._batch.items())
        self._batch, self._batch_bytes = {}, 0
        if not ordered:
            return
        if self._last_key is None or ordered[0][0] <= self._last_key:
            self._runs.append(_Run(self._records.tell(), self._index.tell()))
        self._last_key = ordered[-1][0]
        self._runs[-1].count += len(ordered)
        self._append(record for _key, record in ordered)
        self._index.write(b"".join(_ENTRY.pack(len(key), len(record)) + key for key, record in ordered))
        self._count += len(ordered)

    def _append(self, records: t.Iterable[bytes]) -> None:
        block = b"".join(records)
        self._digest.update(block)
        self._records.write(block)

    def _merge(self) -> None:
        self._index.flush()
        self._records.flush()
        unordered, path = self._records, self._path
        runs = [self._read(run, number, unordered.fileno()) for number, run in enumerate(self._runs)]
        self._digest, self._count = hashlib.sha256(self._header), 0
        self._records = self._temporary()
        try:
            self._records.write(self._header)
            pending: Entry | None = None
            for key, _number, record in heapq.merge(*runs):
                if pending is not None and pending[0] != key:
                    self._write_one(pending[1])
                pending = (key, record)
            if pending is not None:
                self._write_one(pending[1])
        finally:
            unordered.close()
            os.unlink(path)

    def _write_one(self, record: bytes) -> None:
        self._append((record,))
        self._count += 1

    def _read(self, run: _Run, number: int, records: int) -> t.Iterator[tuple[bytes, int, bytes]]:
        entries = _Reader(self._index.fileno(), run.index_start)
        contents = _Reader(records, run.start)
        for _entry in range(run.count):
            key_length, length = _ENTRY.unpack(entries.take(_ENTRY.size))
            yield entries.take(key_length), number, contents.take(length)


class _Run:
    """Records in order, one after another from ``start`` in the file and from ``index_start`` in its index."""

    def __init__(self, start: int, index_start: int) -> None:
        self.start = start
        self.index_start = index_start
        self.count = 0


class _Reader:
    """Reads a file from a position on, ahead of what is asked for, without moving anyone else's position."""

    def __init__(self, descriptor: int, position: int) -> None:
        self._descriptor = descriptor
        self._position = position
        self._ahead = b""
        self._taken = 0

    def take(self, length: int) -> bytes:
        if len(self._ahead) - self._taken < length:
            self._ahead = self._ahead[self._taken :]
            self._taken = 0
            while len(self._ahead) < length:
                chunk = os.pread(self._descriptor, max(_READ_AHEAD, length), self._position)
                if not chunk:
                    raise EOFError("a temporary file was cut off")
                self._ahead += chunk
                self._position += len(chunk)
        self._taken += length
        return self._ahead[self._taken - length : self._taken]
