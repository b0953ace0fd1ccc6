# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Refusals of the token endpoint, with what to do about each.

It answers with OAuth's errors (RFC 6749 section 5.2), and with Okta's own error object when its rate limit is used
up. The texts are Okta's: https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/.
"""

from __future__ import annotations

import typing as t

from ._errors import TokenRefused, identifier, printable, words
from ._http import Response
from ._rate_limits import read_date

# A difference between the two clocks that is worth naming, in seconds: Date has whole ones, and answers take time.
_CLOCKS_DIFFER = 20

_CLOCK = "Correct this machine's clock (NTP)."
_ADDRESS = "Set org_url to the address that the org itself answers on, without a proxy's name."
_REPEATED = "Something on the way repeats requests: look at proxies and gateways."
_CREDENTIALS = "Check client_id and key_id, that the app is active, and that its public key is registered."
_METHOD = "Set the app's client authentication to 'Public key / Private key' (an API Services app)."
_DPOP = "The app requires DPoP: leave dpop at 'auto', or untick the app's DPoP box."
# For each OAuth error: words in its description, and what to do. The first that fits counts.
_REMEDIES = {
    "invalid_client": {
        "kid is invalid": "Set key_id to the id (kid) of the public key that is registered with the app.",
        "signature": "The registered public key is not the one that belongs to this private key: register it.",
        "audience": _ADDRESS,
        "too far into the future": _CLOCK,
        "expired": _CLOCK,
        "already been used": _REPEATED,
        "jwkset": "Register the public key with the app: General > Client Credentials > Public keys.",
        "client_id": "Check client_id, and that the app is active in this org.",
        "private_key_jwt": _METHOD,
        "": _CREDENTIALS,
    },
    "invalid_scope": {
        "": "Grant the scope on the app's tab 'Okta API Scopes' (a super admin can), or ask for others.",
    },
    "invalid_dpop_proof": {"missing": _DPOP, "htu": _ADDRESS, "already been used": _REPEATED, "": _CLOCK},
    "use_dpop_nonce": {"": _DPOP},
    "access_denied": {
        "network zone": "Add this machine's address to the network zones that the app allows.",
        "": "Look at the app's policy and network zones in the Admin Console.",
    },
    "unauthorized_client": {
        "private_key_jwt": _METHOD,
        "": "Let the app use the grant type 'Client Credentials' (an API Services app).",
    },
    "unsupported_grant_type": {"": "Check that org_url is an Okta org, and the app an API Services app."},
}


def token_refusal(
    answer: Response, scopes: t.Sequence[str], now: float, failed: str = "Okta gave no token"
) -> TokenRefused:
    """What a refusal of the token endpoint means; ``now`` is this machine's time in seconds since the epoch.

    ``failed`` says what could not be done.
    """
    body = answer.json_object()
    code, seen = identifier(body.get("error")), words(body.get("error_description"))
    if not code:
        code, seen = identifier(body.get("errorCode")), words(body.get("errorSummary"))
    remedy = _remedy(code or "", seen, answer.status)
    clocks = _clocks(answer, now)
    if clocks and remedy in (_CLOCK, _CREDENTIALS):
        remedy = f"{clocks} {_CLOCK} Okta refuses what is expired, or issued in its future."
    told = f": {seen.rstrip('.')}." if seen else f" ({answer.describe()})."
    asked = f" Asked for: {', '.join(printable(scope, 100) for scope in scopes)}." if code == "invalid_scope" else ""
    tried = f" It was tried {answer.attempts} times." if answer.attempts > 1 and answer.status >= 500 else ""
    return TokenRefused(
        f"{failed}{told}{asked}{tried}",
        remedy,
        status=answer.status,
        error_code=code,
        request_id=answer.request_id,
    )


def _remedy(code: str, seen: str, status: int) -> str:
    # Which error comes with an app of the wrong kind is not documented; the words are.
    rows = _REMEDIES.get(code, {"private_key_jwt": _METHOD})
    return next((remedy for words, remedy in rows.items() if words in seen.lower()), _by_status(status))


def _by_status(status: int) -> str:
    if status >= 500:
        return "Run the task again; if it stays, look at https://status.okta.com."
    if status == 404:
        return "Check that org_url is an Okta org."
    return "Check org_url and the app's settings."


def _clocks(answer: Response, now: float) -> str:
    date = read_date(answer.headers)
    if date is None or abs(now - date) < _CLOCKS_DIFFER:
        return ""
    return f"This machine's clock is {abs(now - date):.0f} seconds {'ahead of' if now > date else 'behind'} Okta's."
