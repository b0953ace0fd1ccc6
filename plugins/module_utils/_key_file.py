# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Reading a private key's file."""

from __future__ import annotations

import os
import stat

from ._errors import InvalidKey, printable

_LARGEST = 1024 * 1024


def read_key_file(path: str) -> tuple[str, list[str]]:
    """The text of a key file, and warnings about it.

    ``path`` may begin with ``~``. Raises `InvalidKey` when there is no such file, when it can't be read, or when it
    isn't text. A file that others than its owner may read draws a warning with its mode.
    """
    place = os.path.expanduser(path)
    shown = printable(place)
    try:
        with open(place, "rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise InvalidKey(
            f"There is no private key file {shown}.", "Set private_key_path to a file that exists."
        ) from None
    except IsADirectoryError:
        raise InvalidKey(f"The private key file {shown} is a folder.", "Name the file in it.") from None
    except PermissionError:
        remedy = "Let the user that runs the task read it, and nobody else (mode 0600)."
        raise InvalidKey(f"The private key file {shown} can't be read: permission denied.", remedy) from None
    except (OSError, ValueError):
        raise InvalidKey(
            f"The private key file {shown} can't be read.", "Look at the path and the file system."
        ) from None
    if len(content) > _LARGEST:
        raise InvalidKey(f"The private key file {shown} is larger than 1 MiB.", "Name the key's own file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        remedy = "Convert it to PEM: openssl pkey -inform DER -in FILE -out FILE.pem."
        raise InvalidKey(f"The private key file {shown} is not text.", remedy) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        others = f"The private key file {shown} has mode {mode:04o}: others than its owner have access to it."
        return text, [f"{others} Set it to 0600 (chmod 0600)."]
    return text, []
