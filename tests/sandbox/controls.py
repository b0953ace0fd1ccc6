# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's own endpoints, under `/_sandbox/`: what tests turn and read. None of it is Okta's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from .apps import registered_app
from .exchange import org_of
from .known_truth import KnownTruth
from .truth import PARAMETERS


async def register_app(request: Request) -> Response:
    org = org_of(request)
    registration = {"jwks": org.default_jwks, **await _json(request)}
    app = registered_app(registration)
    org.apps[app.client_id] = app
    return _done()


async def change_settings(request: Request) -> Response:
    org_of(request).change_settings(await _json(request))
    return _done()


async def restore_settings(request: Request) -> Response:
    org_of(request).restore_settings()
    return _done()


async def inject_fault(request: Request) -> Response:
    org_of(request).faults.inject(await _json(request))
    return _done()


async def list_faults(request: Request) -> Response:
    return JSONResponse(org_of(request).faults.report())


async def clear_faults(request: Request) -> Response:
    org_of(request).faults.clear()
    return _done()


async def read_journal(request: Request) -> Response:
    return Response(orjson.dumps(org_of(request).journal.entries()), media_type="application/json")


async def reset(request: Request) -> Response:
    org_of(request).reset()
    return _done()


async def read_tokens(request: Request) -> Response:
    return JSONResponse(org_of(request).tokens.values())


async def expire_tokens(request: Request) -> Response:
    org_of(request).tokens.expire_all()
    return _done()


async def read_users(request: Request) -> Response:
    """All users, one JSON object a line, in id order."""
    directory = org_of(request).directory

    def lines() -> Iterator[bytes]:
        for start in range(0, len(directory), 500):
            stop = min(start + 500, len(directory))
            yield b"".join(orjson.dumps(directory.record(index)) + b"\n" for index in range(start, stop))

    return StreamingResponse(lines(), media_type="application/jsonl")


async def change_user(request: Request) -> Response:
    wanted = str(request.path_params["id_or_login"])
    return JSONResponse(org_of(request).directory.change(wanted, await _json(request)))


async def read_truth(request: Request) -> Response:
    population = org_of(request).directory.population
    if not isinstance(population, KnownTruth):
        raise ValueError("the org was not started with known_truth")
    return JSONResponse({"fail": population.truth(), "parameters": PARAMETERS, "plants": population.names()})


async def say_what_is_wrong(request: Request, error: Exception) -> Response:
    """For the tests that use the controls; elsewhere a ValueError is a fault of the sandbox."""
    if not request.url.path.startswith("/_sandbox/"):
        raise error
    return JSONResponse({"sandbox": str(error)}, 400)


ROUTES = [
    Route("/_sandbox/apps", register_app, methods=["POST"]),
    Route("/_sandbox/settings", change_settings, methods=["POST"]),
    Route("/_sandbox/settings", restore_settings, methods=["DELETE"]),
    Route("/_sandbox/faults", inject_fault, methods=["POST"]),
    Route("/_sandbox/faults", list_faults, methods=["GET"]),
    Route("/_sandbox/faults", clear_faults, methods=["DELETE"]),
    Route("/_sandbox/journal", read_journal, methods=["GET"]),
    Route("/_sandbox/reset", reset, methods=["POST"]),
    Route("/_sandbox/tokens", read_tokens, methods=["GET"]),
    Route("/_sandbox/tokens/expire", expire_tokens, methods=["POST"]),
    Route("/_sandbox/truth", read_truth, methods=["GET"]),
    Route("/_sandbox/users", read_users, methods=["GET"]),
    Route("/_sandbox/users/{id_or_login}", change_user, methods=["POST"]),
]


async def _json(request: Request) -> dict[str, Any]:
    content = orjson.loads(await request.body())
    if not isinstance(content, dict):
        raise ValueError("a JSON object is due")
    return content


def _done() -> Response:
    return Response(b"{}", media_type="application/json")
