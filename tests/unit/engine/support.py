# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the engine share: an org that answers by script, a clock that is told what to say, options."""

from __future__ import annotations

import json
import os
import re
import typing as t
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

import responses
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from requests import PreparedRequest
from responses.registries import OrderedRegistry
from urllib3._collections import HTTPHeaderDict  # urllib3 1.26 has it nowhere else

from ansible_collections.idops.okta.plugins.module_utils._client import Client
from ansible_collections.idops.okta.plugins.module_utils._clock import Clock
from ansible_collections.idops.okta.plugins.module_utils._exchange import Exchange
from ansible_collections.idops.okta.plugins.module_utils._http import Response
from ansible_collections.idops.okta.plugins.module_utils._options import SHARED_OPTIONS, Options, read_options
from ansible_collections.idops.okta.plugins.module_utils._pace import Pace
from ansible_collections.idops.okta.plugins.module_utils._token import Token
from ansible_collections.idops.okta.plugins.module_utils._token_source import TokenSource
from ansible_collections.idops.okta.plugins.module_utils._transport import Transport

ORG = "https://acme.okta.com"
TOKEN_URL = f"{ORG}/oauth2/v1/token"
REVOKE_URL = f"{ORG}/oauth2/v1/revoke"
USERS_URL = f"{ORG}/api/v1/users"
CLIENT_ID = "0oa1gjh63g214q0Hq0g4"
SCOPE = "okta.users.read"
NOW = 1_770_000_000.0
Pairs = t.Sequence[tuple[str, str]]


class FakeClock(Clock):
    """A clock that passes only while something waits. ``slept`` holds each wait."""

    def __init__(self, jitter: float = 0.5) -> None:
        self.now = NOW
        self.ticks = 1000.0
        self.slept: list[float] = []
        self._jitter = jitter

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_by(seconds)

    def jitter(self) -> float:
        return self._jitter

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        self.ticks += seconds


def make_transport(*, max_wait: float = 900, reserve: int = 0, clock: Clock | None = None) -> Transport:
    clock = clock or FakeClock()
    return Transport(Exchange(verify=True, timeout=30), Pace(reserve, clock), max_wait=max_wait, clock=clock)


def make_client(token: Token, renew: t.Callable[[], Token] | None = None, **transport: t.Any) -> Client:
    way = make_transport(**transport)
    return Client(way, ORG, TokenSource(token, renew, way.clock))


def fake_clock(way: Transport | Client) -> FakeClock:
    clock = way.transport.clock if isinstance(way, Client) else way.clock
    assert isinstance(clock, FakeClock)
    return clock


def slept(way: Transport | Client) -> list[float]:
    return [round(seconds, 3) for seconds in fake_clock(way).slept]


@dataclass(frozen=True)
class Step:
    """One request that must come, with its exact URL, and what it is answered with, or fails with."""

    call: str
    status: int = 200
    body: t.Any = field(default_factory=dict)
    headers: Pairs = ()
    error: Exception | None = None

    def answer(self, request: PreparedRequest) -> tuple[int, list[tuple[str, str]], bytes]:
        if self.error:
            raise self.error
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return self.status, list(self.headers), b"" if self.status in (204, 304) else body


@contextmanager
def script(*steps: Step) -> t.Iterator[list[PreparedRequest]]:
    """Answers requests by ``steps``: these, in this order, all of them and no other. Yields what was sent."""
    sent: list[PreparedRequest] = []

    def keep(step: Step, request: PreparedRequest) -> tuple[int, list[tuple[str, str]], bytes]:
        sent.append(request)
        return step.answer(request)

    with responses.RequestsMock(registry=OrderedRegistry, assert_all_requests_are_fired=True) as mock:
        for step in steps:
            method = step.call.partition(" ")[0]
            mock.add(responses.CallbackResponse(method, re.compile(""), partial(keep, step), content_type=None))
        yield sent
        calls = [f"{call.request.method} {call.request.url}" for call in mock.calls]
    assert calls == [step.call for step in steps]


def form(request: PreparedRequest) -> dict[str, str]:
    """The fields of a form. Each must be there once."""
    assert isinstance(request.body, (bytes, str))
    text = request.body.decode() if isinstance(request.body, bytes) else request.body
    fields = parse_qs(text, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in fields.values())
    return {name: values[0] for name, values in fields.items()}


def http_date(seconds: float = NOW) -> tuple[str, str]:
    return "Date", formatdate(seconds, usegmt=True)


def rate(limit: int, remaining: int, reset: float) -> list[tuple[str, str]]:
    return [
        ("X-Rate-Limit-Limit", str(limit)),
        ("X-Rate-Limit-Remaining", str(remaining)),
        ("X-Rate-Limit-Reset", str(int(reset))),
    ]


def links(**targets: str) -> list[tuple[str, str]]:
    return [("Link", f'<{target}>; rel="{rel}"') for rel, target in targets.items()]


def response(status: int = 200, body: t.Any = None, headers: Pairs = (), attempts: int = 1) -> Response:
    """An answer as the transport hands it on."""
    found = HTTPHeaderDict()
    for name, value in headers:
        found.add(name, value)
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    return Response(status, t.cast(t.Any, found), content, attempts)


def make_options(**given: t.Any) -> Options:
    """Options as a module gets them: through Ansible's own validation, and with the environment as it is."""
    validated = ArgumentSpecValidator(SHARED_OPTIONS).validate(given)
    assert not validated.error_messages, validated.error_messages
    return read_options(validated.validated_parameters, (SCOPE,), os.environ)


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def holds_fragment(text: str, secret: str, length: int = 8) -> bool:
    """Whether ``text`` holds ``length`` characters of ``secret`` in a row."""
    return any(secret[start : start + length] in text for start in range(len(secret) - length + 1))
