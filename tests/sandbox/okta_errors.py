# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Okta's two shapes of errors: the API's error object, and OAuth's two members."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

import orjson
from starlette.responses import Response

CODES: dict[str, tuple[int, str]] = {
    "E0000001": (400, "Api validation failed"),
    "E0000003": (400, "The request body was not well-formed."),
    "E0000005": (403, "Invalid session"),
    "E0000006": (403, "You do not have permission to perform the requested action"),
    "E0000007": (404, "Not found: Resource not found"),
    "E0000008": (404, "The requested path was not found"),
    "E0000009": (500, "Internal Server Error"),
    "E0000010": (503, "Service is in read only mode"),
    "E0000011": (401, "Invalid token provided"),
    "E0000015": (401, "You do not have permission to access the feature you are requesting"),
    "E0000022": (405, "The endpoint does not support the provided HTTP method"),
    "E0000029": (400, "Invalid paging request."),
    "E0000030": (
        400,
        (
            "Bad request. Invalid date. Dates must be of the form yyyy-MM-dd'T'HH:mm:ss.SSSZZ, "
            "e.g. 2013-01-01T12:00:00.000-07:00."
        ),
    ),
    "E0000031": (400, "Invalid search criteria."),
    "E0000033": (400, "Bad request. Can't specify a search query and filter in the same request."),
    "E0000047": (429, "API call exceeded rate limit due to too many requests."),
}


class ApiError(Exception):
    """Refuses a request in the shape of the management API."""

    def __init__(
        self, code: str, summary: str = "", causes: Iterable[str] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.causes, self.headers = code, tuple(causes), dict(headers or {})
        self.status, default = CODES[code]
        self.summary = summary or default

    def response(self) -> Response:
        body = error_object(self.code, self.summary, self.causes)
        return Response(orjson.dumps(body), self.status, self.headers, "application/json")


class OAuthError(Exception):
    """Refuses a request in OAuth's shape, as the token endpoint does."""

    def __init__(self, status: int, error: str, description: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.status, self.error, self.description, self.headers = status, error, description, dict(headers or {})

    def response(self) -> Response:
        body = {"error": self.error, "error_description": self.description}
        return Response(orjson.dumps(body), self.status, self.headers, "application/json")


class ProofChallenge(Exception):
    """Refuses a DPoP proof: what is wrong is in `www-authenticate` alone; what the body holds is unknown."""

    def __init__(self, challenge: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(challenge)
        self.status = status
        self.headers = {"www-authenticate": challenge, **(headers or {})}

    def response(self) -> Response:
        return Response(b"", self.status, self.headers)


def error_object(code: str, summary: str = "", causes: Iterable[str] = ()) -> dict[str, object]:
    return {
        "errorCode": code,
        "errorSummary": summary or CODES[code][1],
        "errorLink": code,
        "errorId": "oae" + secrets.token_urlsafe(16),
        "errorCauses": [{"errorSummary": cause} for cause in causes],
    }
