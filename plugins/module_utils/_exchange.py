# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The only door to the network: one request out, one whole answer in."""

from __future__ import annotations

import queue
import threading
import typing as t
from urllib.parse import urlsplit

from ._errors import UnexpectedAnswer, Unreachable
from ._http import Request, Response
from ._version import VERSION

if t.TYPE_CHECKING:
    import requests

_CHUNK = 64 * 1024


class Exchange:
    """``verify`` is what TLS certificates are checked against: True for the usual authorities, a path to a bundle, or
    False. ``timeout`` is in seconds: for a connection, and then for the whole of an answer. The connection is kept."""

    def __init__(self, *, verify: bool | str, timeout: float) -> None:
        self._verify = verify
        self._timeout = timeout
        self._session: requests.Session | None = None

    def answer(self, request: Request) -> Response:
        """The answer to a request, whatever its status. Raises `Unreachable`, and `UnexpectedAnswer` for a redirect."""
        host = urlsplit(request.url).netloc
        answer = self._within_time(request, host)
        if 300 <= answer.status < 400:
            raise UnexpectedAnswer(
                f"{host} answered with a redirect. None is followed: the token goes to org_url alone.",
                "Check org_url: it must be the org's own address, and no proxy may ask for a login.",
                status=answer.status,
                request_id=answer.request_id,
            )
        return answer

    def _within_time(self, request: Request, host: str) -> Response:
        """The thread bounds what no timeout of a socket can: a slow resolver, headers or a body that drip in."""
        session = self._session or _new_session(self._verify)
        self._session = None  # kept only when all went well
        outcome: queue.SimpleQueue[Response | Exception] = queue.SimpleQueue()
        threading.Thread(target=self._hand_over, args=(session, request, outcome), daemon=True).start()
        try:
            answer = outcome.get(timeout=2 * self._timeout + 1)
        except queue.Empty:
            raise Unreachable(
                f"The answer of {host} did not end within {2 * self._timeout:g} seconds.",
                "Raise timeout if the org or the network is that slow.",
                transient=True,
            ) from None
        if isinstance(answer, Exception):
            from ._network_errors import explain

            raise explain(answer, host, self._timeout) from None
        self._session = session
        return answer

    def _hand_over(self, session: requests.Session, request: Request, outcome: queue.SimpleQueue[t.Any]) -> None:
        try:
            outcome.put(self._transfer(session, request))
        except Exception as error:  # for the thread that waits, which sorts it
            outcome.put(error)

    def _transfer(self, session: requests.Session, request: Request) -> Response:
        from requests.utils import get_environ_proxies

        with session.request(
            request.method,
            request.url,
            data=request.body,
            headers=dict(request.headers),
            proxies=get_environ_proxies(request.url, no_proxy=None),
            verify=self._verify,
            timeout=self._timeout,
            allow_redirects=False,
            stream=True,
        ) as answer:
            body = b"".join(answer.iter_content(_CHUNK))
            length = answer.headers.get("Content-Length", "")
            if length.isdigit() and answer.raw.tell() < int(length):
                raise EOFError
            return Response(answer.status_code, answer.raw.headers, body)


def _new_session(verify: bool | str) -> requests.Session:
    from http.cookiejar import DefaultCookiePolicy

    import requests
    import urllib3

    if verify is False:
        # The user has switched the check off, and knows. A module must print nothing but its result.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    session = requests.Session()
    # With trust_env, requests reads ~/.netrc over our Authorization, and lets REQUESTS_CA_BUNDLE replace ca_path.
    session.trust_env = False
    session.headers["User-Agent"] = f"idops.okta/{VERSION}"
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session
