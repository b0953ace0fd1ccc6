# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org as a process: sockets, certificate, files, and an end with its parent."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import trustme
import uvicorn

from .app import application
from .founding import CLIENT_ID, DPOP_CLIENT_ID, KEY_ID, USERS_CLIENT_ID, Foundation, found
from .socket_protocol import TransportProtocol

HOST = "localhost"


@dataclass(frozen=True)
class Serving:
    """How and where the org is served."""

    foundation: Foundation = field(default_factory=Foundation)
    port: int = 0
    tls: bool = True
    certificate_name: str | None = None
    directory: Path | None = None
    parent: int | None = None
    """The process to end with; the one that started this one, unless told."""


class _Server(uvicorn.Server):
    """Says when it is ready; stops on a signal, and when its parent is gone."""

    def __init__(self, config: uvicorn.Config, url: str, parent: int) -> None:
        super().__init__(config)
        self._url, self._parent = url, parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"sandbox org ready at {self._url}", flush=True)

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or os.getppid() != self._parent

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's own raises the signal again at the end, before anything can be cleaned up."""

        def stop(_signal: int, _frame: FrameType | None) -> None:
            self.should_exit = True

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, stop)
        yield


def serve(serving: Serving) -> None:
    """Serves until it is told to stop, then removes every file it made."""
    org, private_key = found(serving.foundation)
    sockets = _listening(serving.port)
    port = sockets[0].getsockname()[1]
    url = f"{'https' if serving.tls else 'http'}://{HOST}:{port}"
    config = uvicorn.Config(
        application(org),
        http=TransportProtocol,
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=0,
        timeout_keep_alive=3600,
        ws="none",
    )
    config.load()
    with _files(serving, url, private_key, config):
        _Server(config, url, serving.parent or os.getppid()).run(sockets)


@contextmanager
def _files(serving: Serving, url: str, private_key: str, config: uvicorn.Config) -> Iterator[None]:
    """What a client needs, in a directory; all of it is removed at the end, the directory if it was made here."""
    directory = serving.directory or Path(tempfile.gettempdir(), f"sandbox-org-{os.getpid()}-{os.urandom(4).hex()}")
    made = not directory.exists()
    if made:
        directory.mkdir(mode=0o700, parents=True)
    key_path, ca_path, org_path = directory / "private_key.pem", directory / "ca.pem", directory / "org.json"
    try:
        _write(key_path, private_key, 0o600)
        if serving.tls:
            config.ssl, authority = _certificate(serving.certificate_name)
            _write(ca_path, authority, 0o644)
        description = {
            "org_url": url,
            "client_id": CLIENT_ID,
            "dpop_client_id": DPOP_CLIENT_ID,
            "users_client_id": USERS_CLIENT_ID,
            "key_id": KEY_ID,
            "private_key_path": str(key_path),
            "ca_path": str(ca_path) if serving.tls else None,
            "users": serving.foundation.users,
            "deprovisioned": serving.foundation.deprovisioned,
            "seed": serving.foundation.seed,
            "known_truth": serving.foundation.known_truth,
            "now": serving.foundation.now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "pid": os.getpid(),
        }
        _write(org_path, json.dumps(description, indent=2) + "\n", 0o644)
        yield
    finally:
        for path in (key_path, ca_path, org_path):
            path.unlink(missing_ok=True)
        if made:
            directory.rmdir()


def _certificate(name: str | None) -> tuple[ssl.SSLContext, str]:
    """A server context, and the PEM of the authority made for it; for another name, if a test wants it wrong."""
    authority = trustme.CA(organization_name="idops.okta sandbox org")
    certificate = authority.issue_cert(*([name] if name else [HOST, "127.0.0.1", "::1"]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context, authority.cert_pem.bytes().decode("ascii")


def _listening(port: int) -> list[socket.socket]:
    """One socket on 127.0.0.1 and, where there is IPv6, one on ::1 with the same port."""
    first = socket.create_server(("127.0.0.1", port), backlog=512)
    sockets = [first]
    with suppress(OSError):  # no IPv6 on loopback, or the port is taken there: `localhost` is reached by IPv4
        sockets.append(socket.create_server(("::1", first.getsockname()[1]), family=socket.AF_INET6, backlog=512))
    return sockets


def _write(path: Path, text: str, mode: int) -> None:
    """Created with its mode, so that a private key is never readable for others, not for a moment."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
