# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs modules, each in a fork of a process that has all of their libraries imported: a tenth of a second each.

    python module_server.py SOCKET COLLECTIONS_PATH

A module runs as Ansible runs it on a host: its arguments are JSON, its result is JSON on stdout, and nothing of
Ansible but module_utils is there. What a request can change about the world around it: see `module_runs.World`.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import socketserver
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

Request = dict[str, Any]


class Moments:
    """Counts events from 1, and tells whether one is among those that something was asked for."""

    def __init__(self, wanted: dict[str, Any] | None) -> None:
        self._wanted = wanted
        self.count = 0

    def includes(self, number: int) -> bool:
        wanted = self._wanted
        if wanted is None or number < wanted["at"]:
            return False
        return wanted["times"] is None or number < wanted["at"] + wanted["times"]


def change_connections(wanted: dict[str, Any] | None) -> None:
    """Some connections go to another address, or find that the name of the host can't be resolved."""
    from urllib3.util import connection

    connect, moments = connection.create_connection, Moments(wanted)

    def create_connection(address: tuple[str, int], *arguments: Any, **keywords: Any) -> socket.socket:
        moments.count += 1
        if wanted and moments.includes(moments.count):
            if "unresolved" in wanted:
                raise socket.gaierror(wanted["unresolved"], "as the test wants it")
            address = tuple(wanted["to"])
        return connect(address, *arguments, **keywords)

    connection.create_connection = create_connection


def change_clock(skew: dict[str, Any] | None, waits: list[float], skip_waits: bool) -> None:
    """The clock is wrong while some requests are sent and their answers read; waits are noted, and skipped."""
    from ansible_collections.idops.okta.plugins.module_utils._clock import Clock
    from ansible_collections.idops.okta.plugins.module_utils._transport import Transport

    send, moments = Transport.send, Moments(skew)

    def counted(*arguments: Any, **keywords: Any) -> Any:
        moments.count += 1
        return send(*arguments, **keywords)

    def now(_clock: Clock) -> float:
        return time.time() + (skew["seconds"] if skew and moments.includes(moments.count) else 0)

    def monotonic(_clock: Clock) -> float:
        return time.monotonic() + (sum(waits) if skip_waits else 0)

    def sleep(_clock: Clock, seconds: float) -> None:
        waits.append(seconds)
        if not skip_waits:
            time.sleep(seconds)

    Transport.send = counted
    Clock.time, Clock.monotonic, Clock.sleep = now, monotonic, sleep


def run(request: Request) -> None:
    """Run the module in this process, and note how long it waited between requests. Exits as the module does."""
    from ansible.module_utils import basic

    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    waits: list[float] = []
    change_connections(request["connections"])
    change_clock(request["skew"], waits, request["skip_waits"])
    arguments = {**request["options"], "_ansible_check_mode": request["check_mode"]}
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    basic._ANSIBLE_PROFILE = "legacy"  # of ansible-core 2.19 and newer
    module = importlib.import_module(f"ansible_collections.idops.okta.plugins.modules.{request['module']}")
    try:
        module.main()
    finally:
        Path(request["waits"]).write_text(json.dumps(waits), encoding="utf-8")


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        request = json.loads(self.rfile.readline())
        with tempfile.TemporaryDirectory() as folder:
            names = [str(Path(folder, name)) for name in ("stdout", "stderr", "waits")]
            request["waits"] = names[2]
            started = time.monotonic()
            child = os.fork()
            if child == 0:
                become(request, names)
            _child, status = os.waitpid(child, 0)
            elapsed = time.monotonic() - started
            texts = [read(name) for name in names]
        reply = {"rc": os.waitstatus_to_exitcode(status), "stdout": texts[0], "stderr": texts[1], "elapsed": elapsed}
        self.wfile.write(json.dumps({**reply, "waits": json.loads(texts[2] or "[]")}).encode())


def become(request: Request, names: list[str]) -> None:
    """The process of the module: never returns."""
    code = 1
    try:
        for descriptor, name in ((1, names[0]), (2, names[1])):
            file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(file, descriptor)
        run(request)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def read(name: str) -> str:
    file = Path(name)
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


class Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    parent = os.getppid()
    request_queue_size = 128  # a matrix of faults has as many modules wait at once, on a machine that may be busy

    def service_actions(self) -> None:
        super().service_actions()
        if os.getppid() != self.parent:
            os._exit(0)


def main(address: str, collections: str) -> None:
    sys.path.insert(0, collections)
    names = ("ansible.module_utils.basic", "requests", "jwt", "cryptography.hazmat.primitives.asymmetric.ec")
    modules = ("okta_token", "okta_users_info")
    for name in (*names, *(f"ansible_collections.idops.okta.plugins.modules.{module}" for module in modules)):
        importlib.import_module(name)
    with Server(address, Handler) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
