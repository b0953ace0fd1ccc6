# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The files of an audit: nobody else can read them, and each appears as a whole or not at all."""

from __future__ import annotations

import hashlib
import os
import typing as t

from ._errors import InvalidOption, printable

REPORT, REVIEW, VIEW = "report.json", "review.csv", "view.json"
NAMES = {"report": REPORT, "review": REVIEW, "view": VIEW}


def sha256_of(path: str) -> str:
    """The SHA-256 of a file. Raises `OSError`."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


def write_private(path: str, chunks: t.Iterable[bytes]) -> None:
    """Write a new file that nobody else can read. Raises `OSError`."""
    with private_file(path) as file:
        file.writelines(chunks)


def private_file(path: str) -> t.BinaryIO:
    """A new file that nobody else can read, open for writing. Raises `OSError`."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def make_folder(path: str) -> str:
    """The folder that reports go to, made if it isn't there, for nobody else to see. Raises `InvalidOption`."""
    place = folder_of(path)
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
    except OSError as error:
        raise unwritable(place, error) from None
    return place


def folder_of(path: str) -> str:
    """Where ``dest`` is. Raises `InvalidOption` when something else is there."""
    place = os.path.realpath(os.path.expanduser(path))
    if os.path.lexists(place) and not os.path.isdir(place):
        raise InvalidOption(f"dest is no folder: {printable(place)}.", "Name a folder, or one that can be made.")
    return place


def publish(made_in: str, place: str, *, check_mode: bool) -> tuple[bool, dict[str, str]]:
    """Move the files to their place where they differ from what is there; in check mode, only compare.

    Gives whether anything differs, and path and SHA-256 of each as return values. Raises `OSError`.
    """
    changed = False
    placed = {}
    for name, file in NAMES.items():
        made, target = os.path.join(made_in, file), os.path.join(place, file)
        sha256 = sha256_of(made)
        differs = not os.path.isfile(target) or sha256_of(target) != sha256
        if differs and not check_mode:
            os.replace(made, target)
        elif not check_mode:
            os.chmod(target, 0o600)
        changed = changed or differs
        placed[name], placed[f"{name}_sha256"] = target, sha256
    return changed, placed


def unreadable(option: str, path: str, error: OSError) -> InvalidOption:
    """What to raise when a file that an option names can't be read."""
    reason = printable(error.strerror or type(error).__name__)
    return InvalidOption(f"{option} {printable(path)} can't be read: {reason}.", "Name a file that can be read.")


def unwritable(path: str, error: OSError) -> InvalidOption:
    """What to raise when the folder of the reports can't be written to."""
    reason = printable(error.strerror or type(error).__name__)
    return InvalidOption(
        f"dest {printable(path)} can't be written: {reason}.", "Name a folder that the user of the task may write to."
    )
