# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules by themselves, without ansible-playbook: for tables of hundreds of cases."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SERVER = Path(__file__).with_name("module_server.py")


@dataclass(frozen=True)
class World:
    """What is wrong with the world around a module.

    ``connections``: those from the one with the number ``at`` on, ``times`` of them or, with None, all, go ``to``
    another address, or find the host ``unresolved`` (an EAI_* number). ``skew``: the clock is so many ``seconds`` ahead
    from when the request with the number ``at`` is made, retries and all, until ``times`` further ones are.
    ``skip_waits``: time passes by itself when the module waits.
    """

    connections: Mapping[str, Any] | None = None
    skew: Mapping[str, Any] | None = None
    skip_waits: bool = True


@dataclass
class ModuleRun:
    """A module that is over. ``waits`` are the pauses it made, ``elapsed`` its seconds by the wall."""

    rc: int
    stdout: str
    stderr: str
    elapsed: float
    waits: list[float] = field(default_factory=list)

    @property
    def result(self) -> dict[str, Any]:
        """What it returned; all of what it printed is that."""
        told = f"rc {self.rc}\n{self.stdout}\n{self.stderr}"
        assert not self.stderr, told
        assert "\n" not in self.stdout.strip(), told
        result: dict[str, Any] = json.loads(self.stdout)
        assert result.get("failed", False) == (self.rc != 0), told
        return result


class Modules:
    """Runs modules: `modules("okta_token", {...}, environment)`."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __call__(
        self,
        module: str,
        options: Mapping[str, Any],
        environment: Mapping[str, str] | None = None,
        world: World | None = None,
        *,
        check_mode: bool = False,
    ) -> ModuleRun:
        world = world or World()
        request = {
            "module": module,
            "options": dict(options),
            "environment": {"LC_ALL": "C.UTF-8", **(environment or {})},
            "folder": tempfile.gettempdir(),
            "check_mode": check_mode,
            **vars(world),
        }
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(120)
            connection.connect(self._address)
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as file:
                return ModuleRun(**json.loads(file.read()))


@contextmanager
def serve_modules() -> Iterator[Modules]:
    """The means to run modules, as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="modules-") as folder:
        address = str(Path(folder, "socket"))
        command = [sys.executable, str(SERVER), address, os.environ["ANSIBLE_COLLECTIONS_PATH"]]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            try:
                assert process.stdout.readline() == b"ready\n"
                yield Modules(address)
            finally:
                process.terminate()
