# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds secrets in text, whatever was done to them on the way: encoded, cut into lines, joined, embedded, cut short.

A secret is looked for by its pieces: every run of `PIECE` characters of every form of it. So a part of a secret is
found as well as the whole, wherever it was cut, and in whatever order its lines come. What is shorter is no canary.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus

PIECE = 16
# Pieces of a long secret begin further apart: a run of PIECE + _STRIDE - 1 characters of it is found for sure.
_LONG = 600
_STRIDE = 6
# What looks like a secret is one, even if it is none of those that are known: nothing else in a run has these shapes.
_SHAPES = {
    "a JWT": re.compile(r"eyJ[\w-]{16,}\.[\w-]{16,}"),
    "a private member of a JWK": re.compile(r"""\\?["']d\\?["']\s*:\s*\\?["'][\w-]{40,}"""),
    "a private key in PEM": re.compile(r"PRIVATE KEY-----(?:\s|\\+[rn])*[A-Za-z0-9+/]{16}"),
}


class Canary(NamedTuple):
    """A secret that is nowhere but in the test at hand, and what to call it."""

    name: str
    text: str


class Finding(NamedTuple):
    canary: str
    form: str
    around: str

    def __str__(self) -> str:
        return f"{self.canary} ({self.form}): …{self.around}…"


class Search:
    """Looks for all of some canaries at once, and for what looks like a secret."""

    def __init__(self, canaries: Iterable[Canary], *, piece: int = PIECE, shapes: bool = True) -> None:
        self._length = piece
        self._shapes = _SHAPES if shapes else {}
        self._pieces: dict[str, tuple[str, str]] = {}
        for canary in canaries:
            assert len(canary.text) >= piece, f"{canary.name} is too short to be searched for"
            for form, text in forms(canary.text):
                for part in _pieces(text, piece):
                    self._pieces.setdefault(part, (canary.name, form))

    def in_text(self, text: str) -> list[Finding]:
        """What is found, each canary once."""
        found: dict[str, Finding] = {}
        pieces, length = self._pieces, self._length
        for run in set(re.findall(rf"\S{{{length},}}", text)):
            for start in range(len(run) - length + 1):
                piece = run[start : start + length]
                if piece in pieces and pieces[piece][0] not in found:
                    found[pieces[piece][0]] = Finding(*pieces[piece], _around(text, piece))
        for shape, pattern in self._shapes.items():
            match = pattern.search(text)
            if match and not found:
                found[shape] = Finding(shape, "by its shape", _around(text, match[0]))
        return list(found.values())

    def in_files(self, folder: Path) -> dict[str, list[Finding]]:
        """What is found in the files below a folder and in their names, archives looked into, by the file's path."""
        found = {}
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            text = "\n".join(contents(path.read_bytes())) if path.is_file() and not path.is_symlink() else ""
            findings = self.in_text(f"{name}\n{text}")
            if findings:
                found[name] = findings
        return found


def forms(text: str) -> Iterator[tuple[str, str]]:
    """A text in every form that it is looked for in, with a name for each."""
    for inner, written in _writings(text):
        named = f"{inner}, then " if inner else ""
        yield inner or "raw", written
        content = written.encode()
        for alphabet, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            for offset in range(3):
                yield f"{named}{alphabet}", _embedded(content, offset, encode)
        yield f"{named}hex", content.hex()
        yield f"{named}hex", content.hex().upper()
    for inside in range(3):
        once = _embedded(text.encode(), inside, base64.b64encode)
        for offset in range(3):
            yield "base64 of base64", _embedded(once.encode(), offset, base64.b64encode)
    yield "backwards", text[::-1]


def contents(data: bytes) -> Iterator[str]:
    """The text in a file, and in the files of the archive that it may be."""
    yield data.decode("utf-8", "replace")
    if b"\0" in data[1:4096]:
        for encoding in ("utf-16-le", "utf-16-be"):
            yield data.decode(encoding, "replace")
    if data.startswith(b"\x1f\x8b"):
        yield from contents(gzip.decompress(data))
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from contents(archive.read(name))


def _writings(text: str) -> Iterator[tuple[str, str]]:
    """Ways to write a text down that leave most of it as it is. Those that change nothing are left out."""
    seen = set()
    for name, written in (
        ("", text),
        ("JSON", json.dumps(text)[1:-1]),
        ("JSON in JSON", json.dumps(json.dumps(text))[1:-1]),
        ("repr", repr(text)[1:-1]),
        ("URL-encoded", quote(text, safe="")),
        ("URL-encoded", re.sub(r"%..", lambda found: found[0].lower(), quote(text, safe=""))),
        ("URL-encoded", quote_plus(text)),
        ("URL-encoded twice", quote(quote(text, safe=""), safe="")),
        ("HTML", html.escape(text)),
        ("without newlines", "".join(text.split())),
    ):
        if written not in seen:
            seen.add(written)
            yield name, written


def _embedded(content: bytes, offset: int, encode: Callable[[bytes], bytes]) -> str:
    """What base64 makes of a content after `offset` other bytes: the characters that depend on nothing else."""
    encoded = encode(bytes(offset) + content).decode()
    first = -(-offset * 8 // 6)
    last = (offset + len(content)) * 8 // 6
    return encoded[first:last]


def _pieces(text: str, length: int) -> Iterator[str]:
    stride = 1 if len(text) < _LONG else _STRIDE
    for run in text.split():
        yield from (run[start : start + length] for start in range(0, len(run) - length + 1, stride))
        if len(run) >= length:
            yield run[-length:]


def _around(text: str, piece: str) -> str:
    start = text.index(piece)
    return " ".join(text[max(0, start - 160) : start + 120].split())
