# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on hosts, with Python 3.6 or newer and nothing but the standard library.
"""The files and programs of a host: the only place of the host audit that reads any.

Much of what is read belongs to users of the host, and it is read as root. So nothing but regular files of a modest size
is opened, nothing on a network file system is touched, since that can hang, and no program runs without a timeout.
"""

import errno
import os
import re
import stat
import subprocess
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

LONGEST_RUN = 20  # seconds
MOST_BYTES = 16 * 1024 * 1024
MOST_LINKS = 40
PROGRAM_FOLDERS = ("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin")
REMOTE_FILE_SYSTEMS = frozenset(
    [
        *("9p", "afs", "autofs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre"),
        *("ncpfs", "nfs", "nfs4", "panfs", "smb3", "smbfs"),
    ]
)


class Unreadable(Exception):
    """A file or program that did not give what was asked of it; the text says why and holds nothing of its content."""


class Absent(Unreadable):
    """The same, since there is none."""


class Finished(NamedTuple):
    """A program that has ended: its exit code, and what it wrote to standard output."""

    rc: int
    output: str


def run_program(arguments: Sequence[str]) -> Finished:
    """Run a program without a shell, in the C locale and UTC.

    Raises Unreadable where it could not be started, or took too long.
    """
    environment = {"PATH": ":".join(PROGRAM_FOLDERS), "LC_ALL": "C", "LANGUAGE": "C", "TZ": "UTC0"}
    try:
        # run_command has no time limit, and this is no module.  pylint: disable=ansible-bad-function
        process = subprocess.Popen(
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
        )
    except OSError as error:
        raise Unreadable("%s could not be started: %s" % (arguments[0], os.strerror(error.errno or 0))) from None
    with process:
        try:
            output = process.communicate(timeout=LONGEST_RUN)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            raise Unreadable("%s took longer than %s seconds" % (arguments[0], LONGEST_RUN)) from None
    return Finished(process.returncode, output.decode("utf-8", "replace"))


class Place(NamedTuple):
    """Where a path leads to: a path without symbolic links, and whether one was followed on the way."""

    path: str
    linked: bool


class Host:
    """The files below `root`, which is "/" but in tests, and the programs of the host.

    `run` starts a program (see run_program), and `nodename` is the host's own name.
    """

    def __init__(
        self, root: str = "/", run: Callable[[Sequence[str]], Finished] = run_program, nodename: Optional[str] = None
    ) -> None:
        self.root = root.rstrip("/")
        self._run = run
        self.nodename = os.uname().nodename if nodename is None else nodename
        self._mounts = self._read_mounts()

    def program(self, name: str) -> Optional[str]:
        """The path of a program of the host, or None."""
        for folder in PROGRAM_FOLDERS:
            if os.path.exists(self.root + folder + "/" + name):
                return folder + "/" + name
        return None

    def run(self, arguments: Sequence[str]) -> Finished:
        """Run a program of the host. Raises Unreadable."""
        return self._run(arguments)

    def locate(self, path: str) -> Place:
        """Follow the symbolic links of an absolute path, asking nothing of a network file system. Raises Unreadable."""
        todo = [part for part in path.split("/") if part not in ("", ".")][::-1]
        done: List[str] = []
        links = 0
        while todo:
            part = todo.pop()
            if part == "..":
                done = done[:-1]
                continue
            here = "/" + "/".join([*done, part])
            self._refuse_remote(here)
            try:
                is_link = stat.S_ISLNK(os.lstat(self.root + here).st_mode)
                target = os.readlink(self.root + here) if is_link else ""
            except (OSError, ValueError) as error:
                raise _named(path, error) from None
            if not is_link:
                done.append(part)
                continue
            links += 1
            if links > MOST_LINKS:
                raise Unreadable("%s: too many symbolic links" % path)
            if target.startswith("/"):
                done = []
            todo += [step for step in target.split("/") if step not in ("", ".")][::-1]
        return Place("/" + "/".join(done), links > 0)

    def owner(self, path: str) -> int:
        """The uid that a file or folder belongs to. Raises Unreadable."""
        try:
            return os.lstat(self.root + self.locate(path).path).st_uid
        except OSError as error:
            raise _named(path, error) from None

    def open(self, path: str, owners: Optional[Tuple[int, ...]] = None) -> int:
        """A descriptor of a regular file, to be closed by the caller. Raises Unreadable.

        Behind a symbolic link, it has to belong to one of `owners`, if these are given.
        """
        place = self.locate(path)
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            found = os.lstat(self.root + place.path)
            if not stat.S_ISREG(found.st_mode):  # opening a device can do something
                raise Unreadable("%s: it is not a regular file" % path)
            descriptor = os.open(self.root + place.path, flags)
        except OSError as error:
            raise _named(path, error) from None
        opened = os.fstat(descriptor)
        problem = ""
        if not stat.S_ISREG(opened.st_mode):
            problem = "it is not a regular file"
        elif owners is not None and place.linked and opened.st_uid not in owners:
            problem = "it is behind a symbolic link, and belongs to somebody else"
        if problem:
            os.close(descriptor)
            raise Unreadable("%s: %s" % (path, problem))
        return descriptor

    def read(self, path: str, most: int = MOST_BYTES, owners: Optional[Tuple[int, ...]] = None) -> str:
        """The text of a regular file, of at most `most` bytes. Raises Unreadable, or Absent where there is none."""
        with os.fdopen(self.open(path, owners), "rb") as file:
            try:
                content = file.read(most + 1)
            except OSError as error:
                raise _named(path, error) from None
        if len(content) > most:
            raise Unreadable("%s: it is larger than %s bytes" % (path, most))
        return content.decode("utf-8", "replace")

    def names_in(self, folder: str) -> List[str]:
        """The names in a folder, in order; none where there is no such folder."""
        try:
            return sorted(os.listdir(self.root + self.locate(folder).path))
        except (OSError, Unreadable):
            return []

    def _refuse_remote(self, path: str) -> None:
        for point, kind in self._mounts.items():
            if path == point or path.startswith(point + "/"):
                raise Unreadable("%s: it is on a network file system (%s), which could hang" % (point, kind))

    def _read_mounts(self) -> Dict[str, str]:
        """The network file systems of the host, each by where it is mounted."""
        try:
            with open(self.root + "/proc/self/mounts", "rb") as file:
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return {}
        found = {}
        for line in lines:
            fields = line.split(" ")
            if len(fields) < 3 or fields[1] == "/":
                continue
            point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), fields[1])
            if fields[2] in REMOTE_FILE_SYSTEMS or fields[2].startswith("fuse."):
                found[point] = fields[2]
        return found


def _named(path: str, error: Exception) -> Unreadable:
    """The error with the path that was asked for, and not with the one that it happened at."""
    number = error.errno if isinstance(error, OSError) else None
    kind = Absent if number in (errno.ENOENT, errno.ENOTDIR) else Unreadable
    return kind("%s: %s" % (path, os.strerror(number) if number else "no such path"))
