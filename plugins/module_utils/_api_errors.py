# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Refusals of the API, with what to do about each.

Only the ``errorCode`` is stable (https://developer.okta.com/docs/reference/error-codes/); some reasons stand in the
``WWW-Authenticate`` header alone. What a proxy answers in Okta's place is described, never quoted.
"""

from __future__ import annotations

from ._challenge import challenge_parameters
from ._errors import NotFound, RequestRefused, identifier, printable, words
from ._http import Response

_CHECK_EXPRESSION = "Correct the expression: names as in profile.lastName, values in double quotes; and, or, ( )."
_AGAIN = "Run the task again; if it stays, look at https://status.okta.com."
_REMEDIES = {
    "E0000005": "This endpoint is not open to service apps in your org.",
    "E0000006": "Assign the app an admin role that may read this (Read-only Administrator will do): the app's tab "
    "'Admin roles'. The scope alone is not enough.",
    "E0000009": f"{_AGAIN} A smaller page_size helps where pages are slow to make.",
    "E0000010": "The org is in read-only mode for maintenance. Run the task again later.",
    "E0000011": "The token has expired, was revoked, or belongs to another org. Get a new one, or give the task "
    "client_id and the private key, so that it renews the token itself.",
    "E0000015": "The feature is not enabled in your org, or not part of its licence. The token is not the cause.",
    "E0000029": "The cursor of the list is no longer valid. Run the task again.",
    "E0000030": "Write dates as 2026-01-31T12:00:00.000Z.",
    "E0000031": _CHECK_EXPRESSION,
    "E0000033": "Give search or filter, not both.",
    "E0000047": "The rate limit is used up. Run the task when the org is less busy, or raise max_wait.",
    "E0000054": "The cursor of the list is no longer valid. Run the task again.",
    "E0000094": "Filter by status, lastUpdated, id, profile.login, profile.email, profile.firstName or "
    "profile.lastName; for anything else, use search.",
    "E0000100": _AGAIN,
    "E0000145": "Some profiles don't fit the current schema. List without search, or have the schema repaired.",
}


def api_refusal(answer: Response) -> RequestRefused:
    """The failure that an answer with a status of 400 or more is."""
    body = answer.json_object()
    challenge = challenge_parameters(answer.headers.get("WWW-Authenticate"))
    code = identifier(body.get("errorCode")) or ""
    seen = words(body.get("errorSummary")) or words(body.get("message"))
    causes = [words(cause.get("errorSummary")) for cause in _dictionaries(body.get("errorCauses"))]
    seen = printable("; ".join([seen, *(cause for cause in causes[:5] if cause)]).strip("; "), 800)
    remedy = _REMEDIES.get(code, "")
    reason = identifier(challenge.get("error"))
    if reason:
        seen = ". ".join(text.rstrip(".") for text in (seen, words(challenge.get("error_description"))) if text)
        remedy = _challenge_remedy(reason, challenge, seen) or remedy
        code = code or reason
    if not seen:
        seen = f"{answer.describe()}, and no error of Okta's in it"
        remedy = remedy or (_AGAIN if answer.status >= 500 else "A proxy may have answered in Okta's place.")
    tried = f" It was tried {answer.attempts} times." if answer.attempts > 1 and answer.status >= 500 else ""
    kind = NotFound if answer.status == 404 and code == "E0000007" else RequestRefused
    return kind(
        f"Okta refused the request: {seen.rstrip('.')}.{tried}",
        remedy or _by_status(answer.status),
        status=answer.status,
        error_code=code or None,
        request_id=answer.request_id,
    )


def _challenge_remedy(reason: str, challenge: dict[str, str], seen: str) -> str:
    if reason == "insufficient_scope":
        missing = words(challenge.get("scope")) or "the scope of this endpoint"
        return f"The token lacks {missing}: grant it on the app's tab 'Okta API Scopes', and ask for it with scopes."
    if reason == "invalid_token":
        return _REMEDIES["E0000011"]
    if reason == "invalid_dpop_proof" and "htu" in seen:
        return "Set org_url to the address that the org itself answers on."
    if reason == "invalid_dpop_proof" and "already been used" in seen:
        return "Something on the way repeats requests: look at proxies and gateways."
    if reason in ("invalid_dpop_proof", "use_dpop_nonce"):
        return (
            "Check this machine's clock (NTP), and that access_token and dpop_key come from the same okta_token result."
        )
    return ""


def _by_status(status: int) -> str:
    if status == 401:
        return _REMEDIES["E0000011"]
    if status == 403:
        return _REMEDIES["E0000006"]
    if status == 404:
        return "Check that org_url is an Okta org."
    return _AGAIN if status >= 500 else ""


def _dictionaries(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
