# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org that everybody lists, and how fast it is itself."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from urllib.parse import urlsplit

from sandbox import RunningOrg, start
from sandbox.reference_client import ReferenceClient

NEW_STATUS = "ACTIVATING"
"""A status that Okta's documentation doesn't list. The sandbox has one user in it, as real orgs may any day."""


@contextmanager
def org_of(users: int, *, tls: bool) -> Iterator[BenchmarkedOrg]:
    """An org with so many users and 5 % more that are DEPROVISIONED, which a plain list leaves out."""
    with start(users=users, deprovisioned=users // 20, tls=tls) as org:
        benchmarked = BenchmarkedOrg(org)
        benchmarked.settle()
        yield benchmarked


class BenchmarkedOrg:
    """A running org whose pages are rendered before anybody is measured."""

    def __init__(self, org: RunningOrg) -> None:
        self.org = org
        self._odd_user: str | None = None

    def settle(self) -> None:
        """Gives the one user in an unlisted status a listed one: okta 3 could not be timed at all otherwise."""
        first = ReferenceClient(self.org)
        page = first.get("/api/v1/users", first.token()).json
        self._odd_user = next((user["id"] for user in page if user["status"] == NEW_STATUS), None)
        self.new_status(False)

    def new_status(self, wanted: bool) -> None:
        if self._odd_user is not None:
            self.org.change_user(self._odd_user, status=NEW_STATUS if wanted else "ACTIVE", transitioningToStatus=None)

    def ids(self) -> set[str]:
        """The users a complete list has."""
        return {user["id"] for user in self.org.users() if user["status"] != "DEPROVISIONED"}

    def page_seconds(self) -> list[float]:
        """How long each page takes, asked for over one plain socket, by a client that does next to nothing."""
        token = ReferenceClient(self.org).token()
        parts = urlsplit(self.org.url)
        path: str | None = "/api/v1/users?limit=200"
        taken: list[float] = []
        with self._connected() as connection, connection.makefile("rb", 1 << 18) as stream:
            while path:
                began = time.perf_counter()
                asked = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"
                connection.sendall(asked.encode("ascii"))
                head = b"".join(iter(stream.readline, b"\r\n")).decode("latin-1")
                length = re.search(r"(?im)^content-length: *(\d+)", head)
                if not head.startswith("HTTP/1.1 200") or length is None:
                    raise RuntimeError(f"the sandbox org doesn't answer with a page: {head.splitlines()[:1]}")
                stream.read(int(length[1]))
                taken.append(time.perf_counter() - began)
                following = re.search(r'(?im)^link: *<https?://[^/]*([^>]*)>; rel="next"', head)
                path = following[1] if following else None
        return taken

    def warm(self) -> float:
        """Has every page rendered and kept, as far as the sandbox keeps pages; seconds a page takes from then on."""
        self.page_seconds()
        return median(self.page_seconds())

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        parts = urlsplit(self.org.url)
        assert parts.hostname
        assert parts.port
        with socket.create_connection((parts.hostname, parts.port)) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.org.ca_path is None:
                yield plain
                return
            context = ssl.create_default_context(cafile=self.org.ca_path)
            with context.wrap_socket(plain, server_hostname=parts.hostname) as encrypted:
                yield encrypted
