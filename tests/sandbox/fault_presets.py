# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults that have a name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from inspect import signature
from typing import TYPE_CHECKING, Any

import orjson

from . import answers
from .answers import Answer
from .exchange import Exchange
from .okta_errors import error_object
from .rate_limits import rate_limit_headers

if TYPE_CHECKING:
    from .org import Org

_RATE_HEADERS = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset")
_CODES = {
    400: "E0000001", 401: "E0000011", 403: "E0000006", 404: "E0000008", 405: "E0000022", 429: "E0000047",
    500: "E0000009", 503: "E0000010",
}  # fmt: skip
_OAUTH = {400: "invalid_request", 401: "invalid_client", 403: "access_denied"}


@dataclass(frozen=True)
class Struck:
    """The request a fault strikes, and the answer it would have had."""

    answer: Answer
    org: Org
    exchange: Exchange
    path: str

    def error(self, status: int, code: str | None = None) -> Answer:
        """An answer in the shape the endpoint uses for this status."""
        if self.path.startswith("/oauth2/") and status in _OAUTH:
            body: dict[str, object] = {"error": _OAUTH[status], "error_description": "The sandbox was told to refuse."}
        else:
            body = error_object(code or _CODES.get(status, "E0000009"))
        answer = replace(self.answer.without("link", "www-authenticate", "dpop-nonce"), status=status)
        return answer.holding(orjson.dumps(body))

    def html(self, status: int, title: str) -> Answer:
        body = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
        answer = replace(self.answer.without("link", *_RATE_HEADERS), status=status)
        return answer.holding(body.encode(), "text/html")

    def content(self) -> Any:
        """The JSON of the answer; None where it is something else."""
        try:
            return orjson.loads(self.answer.body)
        except ValueError:
            return None

    def next_link(self, change: Callable[[str], str]) -> Answer:
        """The answer with another URL in `next`, wherever it is; as it was if there is no `next`."""
        content = self.content()
        if isinstance(content, dict) and "next" in content.get("_links", {}):
            following = content["_links"]["next"]
            following["href"] = change(following["href"])
            return self.answer.holding(orjson.dumps(content))
        headers = []
        for name, value in self.answer.headers:
            found = re.search(r'<([^<>]*)>; rel="next"', value) if name == "link" else None
            headers.append((name, value.replace(found[1], change(found[1]), 1) if found else value))
        return replace(self.answer, headers=tuple(headers))


def bad_request(struck: Struck) -> Answer:
    return struck.error(400)


def expired_token(struck: Struck) -> Answer:
    """401, and the token is no good any more."""
    if struck.exchange.token is not None:
        struck.exchange.token.expires_at = 0.0
    return struck.error(401)


def forbidden(struck: Struck) -> Answer:
    return struck.error(403)


def not_found(struck: Struck) -> Answer:
    return struck.error(404, "E0000007")


def odd_not_found(struck: Struck) -> Answer:
    """A 404 that is not in Okta's shape."""
    answer = replace(struck.answer.without("link", *_RATE_HEADERS), status=404)
    return answer.holding(b'{"status":404,"message":"Resource not found"}')


def feature_not_enabled(struck: Struck) -> Answer:
    """401 E0000015, which is not about the token."""
    return struck.error(401, "E0000015")


def rate_limited(struck: Struck, reset_in: float = 2, limit: int = 600) -> Answer:
    answer = struck.error(429)
    for name, value in rate_limit_headers(limit, 0, struck.org.now() + reset_in):
        answer = answer.having(name, value)
    return answer


def concurrency_limited(struck: Struck, reset_in: float = 60) -> Answer:
    """429 with limit 0 and remaining 0: too many at once, the reset is a suggestion."""
    return rate_limited(struck, reset_in, limit=0)


def rate_limited_without_headers(struck: Struck) -> Answer:
    return struck.error(429).without(*_RATE_HEADERS)


def internal_error(struck: Struck) -> Answer:
    return struck.error(500)


def bad_gateway(struck: Struck) -> Answer:
    return struck.html(502, "502 Bad Gateway")


def unavailable(struck: Struck) -> Answer:
    return struck.error(503)


def gateway_timeout(struck: Struck) -> Answer:
    return struck.html(504, "504 Gateway Time-out")


def truncated_json(struck: Struck) -> Answer:
    """200, of the length it says, but the JSON stops in the middle."""
    return struck.answer.holding(struck.answer.body[: len(struck.answer.body) // 2])


def html(struck: Struck) -> Answer:
    return struck.html(200, "Sign in")


def json_object(struck: Struck) -> Answer:
    """200 and an object, where an array may be due."""
    return struck.answer.holding(b'{"unexpected":true}')


def json_array(struck: Struck) -> Answer:
    """200 and an array, where an object may be due."""
    return struck.answer.holding(b'["unexpected"]')


def empty_page(struck: Struck) -> Answer:
    """200 and nothing in the list, with the links left as they were."""
    content = struck.content()
    if isinstance(content, dict) and "value" in content:
        return struck.answer.holding(orjson.dumps({**content, "value": []}))
    return struck.answer.holding(b"[]")


def content_length_long(struck: Struck, by: int = 10) -> Answer:
    """Content-Length promises more than there is."""
    return replace(struck.answer, delivery=answers.misstated(by))


def content_length_short(struck: Struck, by: int = 10) -> Answer:
    """Content-Length promises less than there is."""
    return replace(struck.answer, delivery=answers.misstated(-by))


def close_before_answer(struck: Struck) -> Answer:
    return replace(struck.answer, delivery=answers.closed_before)


def reset_before_answer(struck: Struck) -> Answer:
    return replace(struck.answer, delivery=answers.reset_before)


def reset_in_body(struck: Struck, after: int | None = None) -> Answer:
    """A reset after so many bytes of the body, or half of it."""
    count = len(struck.answer.body) // 2 if after is None else after
    return replace(struck.answer, delivery=answers.reset_within(count))


def slow_drip(struck: Struck, chunk: int = 1, seconds: float = 0.5) -> Answer:
    """So many bytes of the body each so many seconds."""
    return replace(struck.answer, delivery=answers.dripping(chunk, seconds))


def hang(struck: Struck) -> Answer:
    """No answer, and the connection stays open."""
    return replace(struck.answer, delivery=answers.hanging)


def delay(struck: Struck, seconds: float = 1) -> Answer:
    return replace(struck.answer, delivery=answers.delayed(seconds))


def redirect(struck: Struck, location: str = "https://elsewhere.example.com/", status: int = 302) -> Answer:
    return replace(struck.answer.without("link"), status=status).holding(b"").having("location", location)


def repeat_cursor(struck: Struck, cursor: str | None = None) -> Answer:
    """`next` leads to this very page (by the cursor it was asked for with), or to a cursor of one's own."""
    links = [value for name, value in struck.answer.headers if name == "link"]
    own = next((found[1] for value in links if (found := re.search(r'<([^<>]*)>; rel="self"', value))), None)
    if cursor is None:
        return struck.next_link(lambda url: own or struck.exchange.own_url or url)
    return struck.next_link(lambda url: re.sub(r"after=[^&]*", f"after={cursor}", url))


def foreign_next(struck: Struck, origin: str = "https://elsewhere.example.com") -> Answer:
    """`next` leads to another origin."""
    return struck.next_link(lambda url: re.sub(r"^https?://[^/]*", origin, url))


def no_date(struck: Struck) -> Answer:
    return struck.answer.without("date")


PRESETS: dict[str, Callable[..., Answer]] = {
    preset.__name__: preset
    for preset in (
        bad_request, expired_token, forbidden, not_found, odd_not_found, feature_not_enabled, rate_limited,
        concurrency_limited, rate_limited_without_headers, internal_error, bad_gateway, unavailable, gateway_timeout,
        truncated_json, html, json_object, json_array, empty_page, content_length_long, content_length_short,
        close_before_answer, reset_before_answer, reset_in_body, slow_drip, hang, delay, redirect, repeat_cursor,
        foreign_next, no_date,
    )
}  # fmt: skip


def check_action(action: object) -> Mapping[str, Any]:
    """ValueError if the action of a fault is neither a preset with its parameters nor an answer."""
    if not isinstance(action, Mapping):
        raise ValueError("the action of a fault is a preset's name or an object")
    if "preset" not in action:
        if not action or set(action) - {"status", "headers", "body"}:
            raise ValueError("an action without preset has status, headers or body, and nothing else")
        return action
    preset = PRESETS.get(action["preset"])
    if preset is None:
        raise ValueError(f"unknown preset {action['preset']!r}; known are {', '.join(PRESETS)}")
    unknown = set(action) - {"preset"} - set(list(signature(preset).parameters)[1:])
    if unknown:
        raise ValueError(f"preset {action['preset']!r} doesn't take {', '.join(sorted(unknown))}")
    return action


def apply_action(action: Mapping[str, Any], answer: Answer, org: Org, exchange: Exchange, path: str) -> Answer:
    struck = Struck(answer, org, exchange, path)
    if "preset" in action:
        parameters = {name: value for name, value in action.items() if name != "preset"}
        return PRESETS[action["preset"]](struck, **parameters)
    if "status" in action and "body" not in action and action["status"] >= 400:
        answer = struck.error(action["status"])
    else:
        answer = replace(answer, status=action.get("status", answer.status))
    if "body" in action:
        body = action["body"]
        answer = answer.holding(body.encode() if isinstance(body, str) else json.dumps(body).encode())
    for name, value in action.get("headers", {}).items():
        answer = answer.without(name.lower()) if value is None else answer.having(name.lower(), str(value))
    return answer
