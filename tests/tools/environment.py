# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a virtual environment that holds what the given requirement files ask for, or does nothing if it is there.

    python3 tests/tools/environment.py .venv requirements-demo.txt [more.txt ...]

The environment is trusted only by its stamp, which is written last: an install that failed or was interrupted leaves
none, and the next call starts anew. The stamp remembers the interpreter and the folder, which make it start anew too
when they have changed, and the content of every requirement file: what is new there is installed on top.

Ansible finds the collection in DIR/collections, which points back at this clone, whatever the clone's folder is called.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STAMP = "idops-okta.stamp"


def fingerprints(files: list[Path]) -> dict[str, str]:
    """The files and those that they include with `-r`, each with the hash of its content."""
    found: dict[str, str] = {}
    queue = list(files)
    while queue:
        file = queue.pop()
        text = file.read_text(encoding="utf-8")
        found[os.path.relpath(file, ROOT)] = hashlib.sha256(text.encode()).hexdigest()
        for line in text.splitlines():
            if line.startswith("-r "):
                queue.append(file.parent / line.removeprefix("-r ").strip())
    return found


def remembered(directory: Path) -> dict[str, str]:
    """What the environment's stamp says is in it; nothing if the stamp is missing, or speaks of another place."""
    try:
        stamp = json.loads((directory / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    same = stamp.get("python") == sys.version and stamp.get("place") == str(directory)
    files: dict[str, str] = stamp["files"] if same else {}
    return files


def install(directory: Path, files: list[Path], *, anew: bool) -> None:
    if anew:
        if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
            sys.exit(
                f"{sys.executable} cannot make virtual environments: its venv or ensurepip module is missing.\n"
                "Debian and Ubuntu: apt install python3-venv. Or name another Python: make PYTHON=/path/to/python3 ..."
            )
        shutil.rmtree(directory, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        link = directory / "collections" / "ansible_collections" / "idops" / "okta"
        link.parent.mkdir(parents=True)
        link.symlink_to(os.path.relpath(ROOT, link.parent))
    requirements = [argument for file in files for argument in ("-r", str(file))]
    pip = [str(directory / "bin" / "python"), "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, "install", *requirements], check=True)


@contextlib.contextmanager
def alone(directory: Path) -> Iterator[None]:
    """One at a time: a second call waits for the first."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with directory.with_name(directory.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure(directory: Path, files: list[Path]) -> None:
    wanted = fingerprints(files)
    with alone(directory):
        there = remembered(directory)
        if wanted.items() <= there.items():
            return
        shown = os.path.relpath(directory, ROOT)
        named = ", ".join(os.path.relpath(file, ROOT) for file in files)
        print(f"{'Adding to' if there else 'Making'} {shown} ({named})", flush=True)
        start = time.monotonic()
        (directory / STAMP).unlink(missing_ok=True)
        install(directory, files, anew=not there)
        stamp = {"python": sys.version, "place": str(directory), "files": there | wanted}
        half = directory / (STAMP + ".new")
        half.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
        half.replace(directory / STAMP)
        print(f"{shown} is ready ({time.monotonic() - start:.0f} s)", flush=True)


def main(arguments: list[str]) -> None:
    if len(arguments) < 2:
        sys.exit(__doc__)
    directory, *files = (ROOT / argument for argument in arguments)
    try:
        ensure(directory, files)
    except FileNotFoundError as error:
        sys.exit(f"{error.filename}: no such file")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{directory.name} could not be made; the reason is above (exit code {error.returncode})")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])
