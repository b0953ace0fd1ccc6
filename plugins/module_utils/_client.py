# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Authorised GET requests to one org, and lists read page by page."""

from __future__ import annotations

import re
import typing as t

from ._challenge import challenge_parameters
from ._dpop import proof
from ._errors import UnexpectedAnswer
from ._http import Request, Response
from ._links import next_target, path_and_query, with_parameter
from ._token import MOST_NONCES, Token
from ._token_source import TokenSource
from ._transport import Transport

Record = dict[str, t.Any]

_IDENTITY = re.compile(r"[\x21-\x7e]{1,255}")


class Client:
    """Authorised requests to ``org_url``'s API. The token goes to ``org_url``'s origin alone."""

    def __init__(self, transport: Transport, org_url: str, tokens: TokenSource) -> None:
        self.transport = transport
        self._org_url = org_url
        self._tokens = tokens
        self._nonce: str | None = None

    def get(self, target: str, *, bucket: str, content_type: str | None = None) -> Response:
        """The answer (200) to a GET of ``target``, a path with its query.

        A token that Okta no longer takes is renewed once, where there are credentials for it. Raises `RequestRefused`
        for a refusal.
        """
        token = self._tokens.current()
        answer = self._send(target, bucket, content_type, token)
        if answer.status == 401 and _says_expired(answer):
            other = self._tokens.instead_of(token)
            if other is not None:
                answer = self._send(target, bucket, content_type, other)
        if answer.status != 200:
            from ._api_errors import api_refusal

            raise api_refusal(answer)
        return answer

    def pages(
        self,
        target: str,
        *,
        bucket: str,
        content_type: str | None = None,
        kept: t.Mapping[str, str] | None = None,
        member: str | None = None,
    ) -> t.Iterator[Page]:
        """The pages of a list, from ``target`` to the one that names no next.

        Neither a short page nor an empty one ends a list: Okta sends such pages in the middle. ``kept`` are query
        parameters that a link must go on carrying. With ``member``, a page is an object with the records in that
        member and the link to the next page in its ``_links``, as ``/api/v1/iam`` has it. Raises what `get` raises, and
        `UnexpectedAnswer`.
        """
        seen = {target}
        following: str | None = target
        while following is not None:
            answer = self.get(following, bucket=bucket, content_type=content_type)
            records = _records(answer, member)
            following = _next_in_body(answer) if member else next_target(answer.headers.getlist("Link"))
            for name, value in (kept or {}).items():
                following = with_parameter(following, name, value) if following else None
            if following in seen:
                raise UnexpectedAnswer(
                    "The list runs in a circle: the link to the next page leads to one that was read before.",
                    "Run the task again; if it stays, tell Okta's support.",
                    request_id=answer.request_id,
                )
            if following:
                seen.add(following)
            yield Page(records, is_last=following is None)

    def _send(self, target: str, bucket: str, content_type: str | None, token: Token) -> Response:
        url = self._org_url + target

        def build(previous: Response | None) -> Request:
            self._keep_nonce(previous)
            headers = {"Accept": "application/json", "Authorization": f"{token.token_type} {token.access_token}"}
            if content_type:
                headers["Content-Type"] = content_type
            if token.proof_key:
                now = self.transport.clock.time()
                headers["DPoP"] = proof(
                    token.proof_key, "GET", url, now, nonce=self._nonce, access_token=token.access_token
                )
            return Request("GET", url, headers)

        answer = self.transport.send(build, bucket)
        self._keep_nonce(answer)
        challenges = 0
        while token.proof_key and _asks_for_nonce(answer) and challenges < MOST_NONCES:
            challenges += 1
            answer = self.transport.send(build, bucket)
            self._keep_nonce(answer)
        return answer

    def _keep_nonce(self, answer: Response | None) -> None:
        # RFC 9449 section 8.2: any answer can carry the nonce to use from then on.
        self._nonce = (answer.headers.get("DPoP-Nonce") if answer else None) or self._nonce


class Page(t.NamedTuple):
    """One page of a list, records as Okta sent them."""

    records: list[Record]
    is_last: bool


def _asks_for_nonce(answer: Response) -> bool:
    if answer.status not in (400, 401) or not answer.headers.get("DPoP-Nonce"):
        return False
    reason = challenge_parameters(answer.headers.get("WWW-Authenticate")).get("error")
    return "use_dpop_nonce" in (reason, answer.json_object().get("error"))


def _says_expired(answer: Response) -> bool:
    # 401 is also what a feature that is not enabled gets (E0000015): a new token is no help there.
    reason = challenge_parameters(answer.headers.get("WWW-Authenticate")).get("error")
    return answer.json_object().get("errorCode") == "E0000011" or reason == "invalid_token"


def identity_of(record: Record) -> str:
    """The ``id`` of a record. Raises `UnexpectedAnswer` when it has none that Okta could have given it."""
    identity = record.get("id")
    if not isinstance(identity, str) or not _IDENTITY.fullmatch(identity):
        raise UnexpectedAnswer("Okta sent a record without a valid id.", "A proxy may have answered in Okta's place.")
    return identity


def record_in(answer: Response) -> Record:
    """The one record that an answer holds. Raises `UnexpectedAnswer` when it holds something else."""
    parsed = answer.json()
    if not isinstance(parsed, dict):
        raise UnexpectedAnswer(
            f"The answer is JSON, but not an object: {answer.describe()}.",
            "A proxy or a gateway may have answered in Okta's place.",
            status=answer.status,
            request_id=answer.request_id,
        )
    identity_of(parsed)
    return parsed


def _records(answer: Response, member: str | None) -> list[Record]:
    parsed = answer.json()
    if member:
        parsed = parsed.get(member) if isinstance(parsed, dict) else None
    if not isinstance(parsed, list) or not all(isinstance(record, dict) for record in parsed):
        raise UnexpectedAnswer(
            f"The answer is JSON, but not a list of objects: {answer.describe()}.",
            "A proxy or a gateway may have answered in Okta's place.",
            status=answer.status,
            request_id=answer.request_id,
        )
    return parsed


def _next_in_body(answer: Response) -> str | None:
    links = answer.json_object().get("_links")
    if not isinstance(links, dict) or "next" not in links:
        return None
    target = links["next"].get("href") if isinstance(links["next"], dict) else None
    return path_and_query(target if isinstance(target, str) else "")
