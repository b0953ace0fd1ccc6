# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on managed hosts, with Python 3.6 too.
"""A managed host as a probe sees it: files that are read with care, and programs that end in time."""

import os
import stat
import subprocess
from typing import Dict, Iterable, List, Optional, Tuple

_MOST_BYTES = 32 * 1024 * 1024
_MOST_SECONDS = 60
# Where programs for administrators are, whatever the PATH of the user that Ansible signs in as.
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Unreadable(Exception):
    """A file or the answer of a program can't be had; the text says why, and holds nothing of what was read."""


class Host:
    """The host that this runs on. ``root`` is the folder that stands for / ; programs are of the real one."""

    def __init__(self, root: str = "/") -> None:
        self._root = root
        self.name = os.uname().nodename
        self.machine = os.uname().machine

    def path(self, path: str) -> str:
        """Where a file of the host is."""
        return path if self._root == "/" else os.path.join(self._root, path.lstrip("/"))

    def content(self, path: str, most: int = _MOST_BYTES) -> bytes:
        """The bytes of a regular file. Nothing else is opened to be read: no device, no pipe. Raises `Unreadable`."""
        try:
            if not stat.S_ISREG(os.stat(self.path(path)).st_mode):
                raise Unreadable("It is no regular file.")
            # Somebody may have put a pipe in its place by now, which O_NONBLOCK doesn't wait for.
            descriptor = os.open(self.path(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode) or status.st_size > most:
                    raise Unreadable("It is no regular file, or larger than {0} bytes.".format(most))
                return file.read(most + 1)[:most]
        except OSError as error:
            raise Unreadable("{0}.".format(error.strerror or type(error).__name__)) from None

    def text(self, path: str, most: int = _MOST_BYTES) -> str:
        """The same as text. Bytes that are no UTF-8 are replaced."""
        return self.content(path, most).decode("utf-8", "replace")

    def exists(self, path: str) -> bool:
        """Whether there is something under a path."""
        return os.path.exists(self.path(path))

    def owner(self, path: str) -> Optional[int]:
        """The UID that owns a file or a folder, or None when there is none or it can't be told."""
        try:
            return os.stat(self.path(path)).st_uid
        except OSError:
            return None

    def listing(self, path: str) -> List[str]:
        """The names in a folder, in order; none when it can't be read."""
        try:
            return sorted(os.listdir(self.path(path)))
        except OSError:
            return []

    def program(self, name: str) -> Optional[str]:
        """Where a program is, or None."""
        for folder in _PATH.split(":"):
            place = os.path.join(folder, name)
            if os.access(place, os.X_OK):
                return place
        return None

    def answer(self, command: Iterable[str]) -> str:
        """What a program prints, in no language but C's. Raises `Unreadable` when it isn't there, fails or hangs."""
        name, *arguments = command
        place = self.program(name)
        if place is None:
            raise Unreadable("There is no {0}.".format(name))
        code, printed = run([place, *arguments], {"PATH": _PATH, "LC_ALL": "C", "TZ": "UTC"})
        if code is None:
            raise Unreadable("{0} did not end within {1} seconds.".format(name, _MOST_SECONDS))
        if code:
            raise Unreadable("{0} has failed with the code {1}.".format(name, code))
        return printed


def run(command: List[str], environment: Dict[str, str]) -> Tuple[Optional[int], str]:
    """The exit code of a program and what it has printed; no code when it had to be ended. Raises `Unreadable`."""
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
    except OSError as error:
        raise Unreadable("{0}.".format(error.strerror or type(error).__name__)) from None
    try:
        printed, _nothing = process.communicate(timeout=_MOST_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None, ""
    return process.returncode, printed.decode("utf-8", "replace")
