# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands before all endpoints: delay, headers every answer has, faults, the journal."""

from __future__ import annotations

import asyncio
import secrets
import traceback
from email.utils import formatdate

from starlette.types import ASGIApp, Receive, Scope, Send

from . import exchange as exchanges
from .answers import Answer, Connection, answered
from .exchange import Exchange
from .okta_errors import ApiError
from .org import Org
from .rate_limits import rate_limit_headers

CONTROLS = "/_sandbox/"


class Front:
    """ASGI middleware. The sandbox's own controls pass it untouched."""

    def __init__(self, app: ASGIApp, org: Org) -> None:
        self._app, self._org = app, org
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROLS):
            await self._app(scope, receive, send)
            return
        self._in_flight += 1
        try:
            answer = await self._answer(scope, receive)
            await answer.delivery(answer, Connection(scope, receive, send))
        finally:
            self._in_flight -= 1

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        org = self._org
        exchange = scope[exchanges.KEY] = Exchange()
        if org.settings.latency_ms:
            await asyncio.sleep(org.settings.latency_ms / 1000)
        if self._is_one_too_many(scope):
            too_many = ApiError("E0000047", headers=dict(rate_limit_headers(0, 0, org.now() + 60)))
            answer = await answered(too_many.response(), scope, receive)
        else:
            try:
                answer = await answered(self._app, scope, receive)
            except Exception:
                traceback.print_exc()  # a mistake in the sandbox must not pass for a fault of the org
                raise
        answer = self._completed(answer, exchange)
        method, path, query = scope["method"], scope["path"], scope["query_string"].decode("latin-1")
        faulty = org.faults.applied(org, answer, exchange, method=method, path=path, query=query)
        answer = faulty or answer
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        org.journal.add(
            {
                "method": method,
                "path": scope["raw_path"].decode("latin-1"),
                "query": query,
                "headers": headers,
                "form": exchange.form,
                "status": answer.status,
                "client_id": exchange.client_id,
                "page": exchange.page,
                "fault": faulty is not None,
                "at": org.now(),
            }
        )
        return answer

    def _is_one_too_many(self, scope: Scope) -> bool:
        limit = self._org.settings.concurrency_limit
        return limit is not None and self._in_flight > limit and scope["path"].startswith("/api/")

    def _completed(self, answer: Answer, exchange: Exchange) -> Answer:
        common = (
            ("date", formatdate(self._org.now(), usegmt=True)),
            ("server", "nginx"),
            ("x-okta-request-id", secrets.token_urlsafe(18)),
            ("set-cookie", f"JSESSIONID={secrets.token_hex(16).upper()}; Path=/; Secure; HttpOnly"),
        )
        known = {name for name, _value in answer.headers}
        written = tuple(pair for pair in exchange.headers if pair[0] not in known)
        cached = () if "cache-control" in known else (("cache-control", "no-cache, no-store"),)
        return Answer(answer.status, (*common, *cached, *written, *answer.headers), answer.body)
