# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer on its way out, and the ways it can leave: whole, or as a bad network would let it."""

from __future__ import annotations

import asyncio
import http
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.types import Message, Receive, Scope, Send

TRANSPORT = "sandbox.transport"
"""The ASGI extension under which `socket_protocol` passes the connection's transport."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Connection:
    scope: Scope
    receive: Receive
    send: Send

    @property
    def transport(self) -> Any:
        return self.scope["extensions"][TRANSPORT]

    async def gone(self) -> None:
        """Returns when the client has closed its side."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


async def whole(answer: Answer, connection: Connection) -> None:
    """As it should be."""
    await connection.send(_start(answer))
    await connection.send({"type": "http.response.body", "body": answer.body})


Delivery = Callable[["Answer", Connection], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes
    delivery: Delivery = field(default=whole)

    def header(self, name: str) -> str | None:
        return next((value for own, value in self.headers if own == name), None)

    def without(self, *names: str) -> Answer:
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] not in names))

    def having(self, name: str, value: str) -> Answer:
        """With this header in place of any of the same name."""
        return replace(self, headers=(*self.without(name).headers, (name, value)))

    def holding(self, body: bytes, content_type: str = "application/json") -> Answer:
        """With another body, and the length that belongs to it."""
        answer = self.having("content-type", content_type).having("content-length", str(len(body)))
        return replace(answer, body=body)


async def answered(app: Callable[[Scope, Receive, Send], Awaitable[None]], scope: Scope, receive: Receive) -> Answer:
    """Runs an app and holds its answer back."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in messages[0]["headers"])
    return Answer(messages[0]["status"], headers, b"".join(message.get("body", b"") for message in messages[1:]))


def delayed(seconds: float, then: Delivery = whole) -> Delivery:
    async def deliver(answer: Answer, connection: Connection) -> None:
        await asyncio.sleep(seconds)
        await then(answer, connection)

    return deliver


def dripping(chunk: int, seconds: float) -> Delivery:
    """A few bytes of the body at a time, with a pause before each."""

    async def deliver(answer: Answer, connection: Connection) -> None:
        await connection.send(_start(answer))
        for start in range(0, len(answer.body), chunk):
            await asyncio.sleep(seconds)
            if connection.transport.is_closing():
                return
            part = answer.body[start : start + chunk]
            await connection.send({"type": "http.response.body", "body": part, "more_body": True})
        await connection.send({"type": "http.response.body", "body": b""})

    return deliver


async def hanging(answer: Answer, connection: Connection) -> None:
    """Nothing, for as long as the client waits."""
    await connection.gone()


async def closed_before(answer: Answer, connection: Connection) -> None:
    """The connection ends in good order, without an answer."""
    connection.transport.close()
    await connection.gone()


async def reset_before(answer: Answer, connection: Connection) -> None:
    """The connection is reset (a real RST) before the first byte."""
    await _reset(connection)


def reset_within(after: int) -> Delivery:
    """So many bytes of the body, then a reset."""

    async def deliver(answer: Answer, connection: Connection) -> None:
        connection.transport.write(_head(answer) + answer.body[:after])
        await asyncio.sleep(0.05)  # so that the part has left before the reset discards what has not
        await _reset(connection)

    return deliver


def misstated(difference: int) -> Delivery:
    """A Content-Length that is off by so many bytes; the connection is closed after what there is."""

    async def deliver(answer: Answer, connection: Connection) -> None:
        length = max(0, len(answer.body) + difference)
        wrong = answer.having("content-length", str(length)).having("connection", "close")
        connection.transport.write(_head(wrong) + answer.body)
        connection.transport.close()
        await connection.gone()

    return deliver


async def _reset(connection: Connection) -> None:
    duplicate = socket.socket(fileno=os.dup(connection.transport.get_extra_info("socket").fileno()))
    with duplicate:
        duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.transport.abort()
    await connection.gone()


def _start(answer: Answer) -> Message:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


def _head(answer: Answer) -> bytes:
    try:
        phrase = http.HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in answer.headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")
