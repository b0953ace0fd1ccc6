# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What can go wrong, each with what a user can do about it.

Every failure below ``plugins/modules/`` is raised as one of these; a module turns it into ``fail_json`` arguments with
`OktaError.result`. No text here may be built from a request's body or headers, from key text, or from the words of a
parser or of the network library: any of them can hold a secret, in a form that Ansible's masking doesn't know.
"""

from __future__ import annotations

import re
import typing as t

_NOT_PRINTED = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
_TOKEN_LIKE = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*)*")
_RUN = re.compile(r"[A-Za-z0-9+/_=%~-]{24,}")
# Words, and paths made of words and Okta's ids, such as /api/v1/users/00ub0oNGTSWTBKOLGLNR/factors.
_PLAIN = r"(?:[a-z_=~-]*[0-9]{0,2}|[A-Z_=~-]*|00[a-z][A-Za-z0-9]{17})"
_PLAIN_WORDS = re.compile(rf"{_PLAIN}(?:/{_PLAIN})*")
_IDENTIFIER = re.compile(r"(?!eyJ)[A-Za-z0-9@_-]{1,40}")
_MOST_READ = 64 * 1024


def printable(text: str, longest: int = 400) -> str:
    """Text of the user's own (a path, a host, a name) made fit for one line: control characters become blanks.

    What looks like a token is left out, for it can have got into the wrong option.
    """
    flat = _TOKEN_LIKE.sub("[left out]", _NOT_PRINTED.sub(" ", text[:_MOST_READ])).strip()
    return flat if len(flat) <= longest else flat[:longest] + "…"


def words(value: object, longest: int = 400) -> str:
    """Words of an answer, fit for one line of a message; empty when there are none.

    A server, or what stands in front of it, can echo a request in any encoding: every run of characters that is as
    long as a piece of a token or a key, and isn't plain words, is left out.
    """
    if not isinstance(value, str):
        return ""
    flat = _NOT_PRINTED.sub(" ", value[:_MOST_READ])
    kept = _RUN.sub(lambda run: run[0] if _PLAIN_WORDS.fullmatch(run[0]) else "[left out]", flat)
    return printable(kept, longest)


def identifier(value: object) -> str | None:
    """An error code or a request id in an answer, if it looks like one."""
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else None


class OktaError(Exception):
    """Base of all failures that are reported to a user.

    ``message`` says what was seen, ``remedy`` what to do. ``status`` is the HTTP status, ``error_code`` Okta's code
    (``E0000006``) or the OAuth error (``invalid_client``), ``request_id`` what Okta's support asks for; ``fields`` are
    further return values of the failed task.
    """

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        status: int | None = None,
        error_code: str | None = None,
        request_id: str | None = None,
        fields: t.Mapping[str, t.Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.status = status
        self.error_code = error_code
        self.request_id = request_id
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        reference = [
            f"HTTP {self.status}" if self.status is not None else "",
            self.error_code or "",
            f"Okta request id {self.request_id}" if self.request_id else "",
        ]
        shown = ", ".join(part for part in reference if part)
        return " ".join(part for part in (self.message, self.remedy, f"({shown})" if shown else "") if part)

    def result(self) -> dict[str, t.Any]:
        """Arguments for ``fail_json``: ``msg`` with everything, and its parts for playbooks that branch on them."""
        parts = {"status": self.status, "error_code": self.error_code, "request_id": self.request_id}
        return {"msg": str(self), **{name: part for name, part in parts.items() if part is not None}, **self.fields}


class InvalidOption(OktaError):
    """An option, or the environment variable that stands in for it, can't be used as it is."""


class LibraryMissing(OktaError):
    """A Python library is missing or too old for this collection."""


class InvalidKey(OktaError):
    """The private key, or the proof key, can't be used."""


class Unreachable(OktaError):
    """No answer arrived, or not all of it. ``transient`` tells whether trying again can help."""

    def __init__(self, message: str, remedy: str = "", *, transient: bool) -> None:
        super().__init__(message, remedy)
        self.transient = transient


class UnexpectedAnswer(OktaError):
    """An answer arrived that isn't what Okta sends: a redirect, a page of a proxy, JSON cut off or of another shape."""


class WaitTooLong(OktaError):
    """To go on, the task would have to wait longer than ``max_wait`` allows."""


class TokenRefused(OktaError):
    """The token endpoint refused the client, its assertion, its proof or its scopes."""


class RequestRefused(OktaError):
    """The API refused a request."""


class NotFound(RequestRefused):
    """The API doesn't know the resource that was asked for."""


class IncompleteListing(OktaError):
    """A list of ``noun`` broke off. What had been read is counted and thrown away: a short list is never a result."""

    def __init__(self, cause: OktaError, *, read: int, pages_read: int, noun: str = "users") -> None:
        pages = f"{pages_read} page{'' if pages_read == 1 else 's'}"
        had = f"{read} {noun} on {pages} had been read" if pages_read else f"no {noun} had been read"
        super().__init__(
            f"The list of {noun} could not be completed: {had} when page {pages_read + 1} failed. {cause.message}",
            cause.remedy,
            status=cause.status,
            error_code=cause.error_code,
            request_id=cause.request_id,
            fields={**cause.fields, f"{_key(noun)}_read": read, "pages_read": pages_read},
        )


def _key(noun: str) -> str:
    """The name of a return value for ``noun``, which can be "API tokens", or "roles of 00ub0oNGTSWTBKOLGLNR"."""
    return noun.partition(" of ")[0].lower().replace(" ", "_")
