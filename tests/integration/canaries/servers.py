# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers on loopback that no org should be: ones that tell a client its own secrets, and one that only listens."""

from __future__ import annotations

import base64
import http.client
import json
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, quote, urlsplit


class Received(NamedTuple):
    """A request, as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str | None:
        return next((value for own, value in self.headers if own.lower() == name.lower()), None)

    @property
    def secrets(self) -> list[str]:
        """What in it is nobody else's business: assertion, token to revoke, proof, token."""
        form = parse_qs(self.body)
        found = form.get("client_assertion", []) + form.get("token", [])
        found += [value for value in (self.header("DPoP"), self.header("Authorization")) if value]
        return [value.rpartition(" ")[2] for value in found]

    @property
    def whole(self) -> str:
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return f"{self.method} {self.target} HTTP/1.1\r\n{head}\r\n{self.body}"


class Answer(NamedTuple):
    status: int = 200
    headers: Mapping[str, str] = {}
    body: str = ""
    raw: bytes | None = None
    """What is sent in place of an answer in HTTP."""


Behaviour = Callable[[Received], Answer]


class Listener(NamedTuple):
    """A server that runs, and what it has received."""

    url: str
    received: list[Received]


@contextmanager
def listening(behaviour: Behaviour) -> Iterator[Listener]:
    """A server on a port of its own, until the block is left."""
    received: list[Received] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("latin-1")
            request = Received(self.command, self.path, list(self.headers.items()), body)
            received.append(request)
            answer = behaviour(request)
            self.close_connection = True
            if answer.raw is not None:
                self.wfile.write(answer.raw)
                return
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(content)), "Connection": "close", **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = handle_any  # noqa: N815  # http.server's names

        def do_CONNECT(self) -> None:
            received.append(Received(self.command, self.path, list(self.headers.items()), ""))
            answer = behaviour(received[-1])
            self.close_connection = True
            if answer.status == 200:
                self.send_response(200)
                self.end_headers()
                self._tunnel(self.path)
            else:
                self.send_response(answer.status, answer.body)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()

        def _tunnel(self, target: str) -> None:
            host, _dummy, port = target.rpartition(":")
            with socket.create_connection((host, int(port))) as other:
                while True:
                    for ready in select.select([self.connection, other], [], [])[0]:
                        data = ready.recv(65536)
                        if not data:
                            return
                        (other if ready is self.connection else self.connection).sendall(data)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Listener(f"http://127.0.0.1:{server.server_address[1]}", received)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def forwarding(request: Received) -> Answer:
    """What a plain HTTP proxy does: the request goes on without the headers that are the proxy's."""
    if request.method == "CONNECT":
        return Answer(200)
    url = urlsplit(request.target)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=20)
    kept = {name: value for name, value in request.headers if not name.lower().startswith(("proxy-", "connection"))}
    try:
        connection.request(request.method, f"{url.path}?{url.query}" if url.query else url.path, request.body, kept)
        answer = connection.getresponse()
        headers = {name: value for name, value in answer.getheaders() if name.lower() != "connection"}
        return Answer(answer.status, headers, answer.read().decode())
    finally:
        connection.close()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _each(encode: Callable[[str], str]) -> Callable[[Received], str]:
    return lambda request: " ".join(encode(secret) for secret in request.secrets)


def _lines_of(width: int) -> Callable[[str], str]:
    return lambda text: "\n".join(text[start : start + width] for start in range(0, len(text), width))


ECHOES: dict[str, Callable[[Received], str]] = {
    "raw": _each(str),
    "after a word": _each(lambda secret: f"Bearer {secret}."),
    "quoted": _each(repr),
    "the whole request": lambda request: request.whole,
    "the whole request URL-encoded": lambda request: quote(request.whole, safe=""),
    "URL-encoded": _each(lambda secret: quote(secret, safe="").replace("-", "%2D").replace(".", "%2E")),
    "base64": _each(_base64),
    "base64 of the header": _each(lambda secret: _base64(f"Authorization: Bearer {secret}\r\n")),
    "base64 in lines": _each(lambda secret: base64.encodebytes(secret.encode()).decode()),
    "base64 of the body in lines": lambda request: base64.encodebytes(
        (request.body or request.whole).encode()
    ).decode(),
    "hex": _each(lambda secret: secret.encode().hex()),
    "hex in lines": _each(lambda secret: _lines_of(64)(secret.encode().hex())),
    "in lines": _each(_lines_of(64)),
    "the parts one by one": _each(lambda secret: " ".join(secret.split("."))),
    "backwards": _each(lambda secret: secret[::-1]),
    "the first words": _each(lambda secret: secret[:60]),
    "the last words": _each(lambda secret: secret[-60:]),
}
"""Ways in which a server can tell a client what it sent."""


def _refusal(said: str, status: int = 400) -> Answer:
    """Both of Okta's shapes at once."""
    body = {
        "error": "invalid_request",
        "error_description": said,
        "errorCode": "E0000001",
        "errorSummary": said,
        "errorCauses": [{"errorSummary": said}],
    }
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(body))


def _in_one_line(said: str) -> str:
    return " ".join(said.split())


def _everywhere(said: str) -> Answer:
    codes = {"error": said, "errorCode": said, "error_description": said, "errorSummary": said, "errorId": said}
    return Answer(401, {"Content-Type": "application/json"}, json.dumps(codes))


def _in_headers(said: str) -> Answer:
    line = _in_one_line(said)
    rate = ("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset", "Retry-After", "Date")
    others = ("X-Okta-Request-Id", "Content-Type", "DPoP-Nonce", "Link", "Server", "Set-Cookie", "Location")
    names = (*rate, *others)
    return Answer(403, dict.fromkeys(names, line), "")


def _in_challenge(said: str) -> Answer:
    line = _in_one_line(said).replace('"', "'")
    parts = f'error="{line}", error_description="{line}", scope="{line}", resource_metadata="{line}"'
    return Answer(401, {"WWW-Authenticate": f"DPoP {parts}"}, "")


def _in_scope_challenge(said: str) -> Answer:
    line = _in_one_line(said).replace('"', "'")
    return Answer(403, {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{line}"'}, "")


def _granted(said: str) -> Answer:
    body = {"access_token": "opaque-but-not-long", "token_type": "Bearer", "expires_in": 3600, "scope": said}
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(body))


PLACES: dict[str, Callable[[str], Answer]] = {
    "error": _refusal,
    "429": lambda said: _refusal(said, 429),
    "503": lambda said: _refusal(said, 503),
    "every member": _everywhere,
    "headers": _in_headers,
    "challenge": _in_challenge,
    "scope challenge": _in_scope_challenge,
    "scope": _granted,
    "HTML": lambda said: Answer(403, {"Content-Type": "text/html"}, f"<html><body><pre>{said}</pre></body></html>"),
    "HTML 500": lambda said: Answer(500, {"Content-Type": "text/html"}, f"<html><body><pre>{said}</pre></body></html>"),
    "HTML 200": lambda said: Answer(200, {"Content-Type": "text/html"}, f"<html><body><pre>{said}</pre></body></html>"),
    "JSON cut off": lambda said: Answer(200, {"Content-Type": "application/json"}, json.dumps([{"said": said}])[:-9]),
    "JSON of another shape": lambda said: Answer(200, {"Content-Type": "application/json"}, json.dumps({"said": said})),
    "redirect": lambda said: Answer(302, {"Location": f"https://other.example.com/?t={quote(said)}"}),
    "no HTTP": lambda said: Answer(raw=f"{_in_one_line(said)}\r\n\r\n".encode()),
    "status line": lambda said: Answer(raw=f"HTTP/1.1 400 {_in_one_line(said)}\r\nContent-Length: 0\r\n\r\n".encode()),
    "bad chunk": lambda said: Answer(
        raw=f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{_in_one_line(said)}\r\n".encode()
    ),
    "bad header": lambda said: Answer(raw=f"HTTP/1.1 200 OK\r\n{_in_one_line(said)}\r\n\r\n".encode()),
    "bad length": lambda said: Answer(raw=f"HTTP/1.1 200 OK\r\nContent-Length: {_in_one_line(said)}\r\n\r\n".encode()),
    "bad encoding": lambda said: Answer(
        raw=f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n{said}".encode()
    ),
}
"""Places in an answer where it can be told."""


def echoing(echo: str, place: str) -> Behaviour:
    return lambda request: PLACES[place](ECHOES[echo](request))
