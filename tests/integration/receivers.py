# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where reports are sent to: a store that takes files by PUT over TLS, and a server that takes mail."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme


@dataclass
class Put:
    """A file that was sent."""

    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass
class Store:
    """A store that runs. ``received`` is what was sent to it, also what it has refused."""

    url: str
    ca_path: Path
    received: list[Put] = field(default_factory=list)


@contextmanager
def store(place: Path, answers: Mapping[str, Sequence[int]] | None = None) -> Iterator[Store]:
    """A store until the block is left. ``answers``, by the name of a file, are statuses in their order."""
    authority = trustme.CA()
    ca_path = place / "store-ca.pem"
    authority.cert_pem.write_to_path(str(ca_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    left = {name: list(statuses) for name, statuses in (answers or {}).items()}
    received: list[Put] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(Put(self.path, dict(self.headers.items()), body))
            statuses = left.get(self.path.rpartition("/")[2], [])
            status = statuses.pop(0) if statuses else 201
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "https://elsewhere.example" + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with _serving(server):
        yield Store(f"https://127.0.0.1:{server.server_address[1]}/audits", ca_path, received)


@dataclass
class Post:
    """A mail server that runs, and what it was given."""

    port: int
    received: list[Message]


@contextmanager
def post() -> Iterator[Post]:
    """A mail server until the block is left. It takes all that it is given, in clear, and sends nothing on."""
    received: list[Message] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline():
                command = line.decode("ascii").strip().upper()
                if command == "DATA":
                    self._say("354 go on")
                    received.append(message_from_bytes(b"".join(iter(self.rfile.readline, b".\r\n"))))
                self._say("221 bye" if command == "QUIT" else "250 fine")
                if command == "QUIT":
                    return

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    with _serving(server):
        yield Post(server.server_address[1], received)


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[None]:
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
