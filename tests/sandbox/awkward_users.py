# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users that break things in real orgs, by rank among those that are not DEPROVISIONED."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Change = Callable[[dict[str, Any]], None]


def _profile(**attributes: Any) -> Change:
    def change(user: dict[str, Any]) -> None:
        user["profile"].update(attributes)

    return change


def _login(login: str, **attributes: Any) -> Change:
    def change(user: dict[str, Any]) -> None:
        user["profile"].update(attributes, login=login, email=login)
        user["credentials"]["emails"][0]["value"] = login

    return change


def _status(status: str) -> Change:
    def change(user: dict[str, Any]) -> None:
        user["status"] = status
        if status in ("STAGED", "PROVISIONED"):
            user.update(lastLogin=None, passwordChanged=None)
        if status == "STAGED":
            user.update(activated=None, statusChanged=None)
        else:
            user["activated"] = user["activated"] or user["created"]
            user["statusChanged"] = user["statusChanged"] or user["created"]

    return change


def _first_admin(user: dict[str, Any]) -> None:
    """The account an org is made with is ACTIVE and was never activated."""
    user.update(status="ACTIVE", activated=None, lastLogin=user["lastLogin"] or user["lastUpdated"])
    user["passwordChanged"] = user["passwordChanged"] or user["created"]
    user["credentials"] = {
        "password": {},
        "emails": user["credentials"]["emails"],
        "recovery_question": {"question": "Who's a major player in the cowboy scene?"},
        "provider": {"type": "OKTA", "name": "OKTA"},
    }


def _never_signed_in(user: dict[str, Any]) -> None:
    _status("ACTIVE")(user)
    user["lastLogin"] = None


def _bare(user: dict[str, Any]) -> None:
    """Only what the schema demands; everything else is absent, not null."""
    user["profile"] = {name: user["profile"][name] for name in ("firstName", "lastName", "login", "email")}


def _unknown_status(user: dict[str, Any]) -> None:
    user.update(status="ACTIVATING", transitioningToStatus="ACTIVE", lastLogin=None)


def _recovery_question(user: dict[str, Any]) -> None:
    user["credentials"]["recovery_question"] = {"question": "What is the food you least liked as a child?"}
    user["credentials"]["emails"].append({"value": "me@home.example", "status": "VERIFIED", "type": "SECONDARY"})


AWKWARD: dict[int, Change] = {
    0: _first_admin,
    1: _never_signed_in,
    2: _bare,
    3: _profile(secondEmail=""),
    4: _profile(secondEmail=None, mobilePhone=None, manager=None),
    5: _unknown_status,
    6: _login(
        "zoë.ångström@acme.example",
        firstName="Zoë 美咲", lastName="Ångström-Дарья", displayName="Zoë 美咲 Ångström-Дарья",
    ),
    7: _recovery_question,
    8: _profile(title="{{ lookup('pipe', 'id') }}", department="{% for x in range(9) %}{{ x }}{% endfor %}"),
    9: _profile(displayName="<script>alert(1)</script>", title='"><img src=x onerror=alert(1)>'),
    10: _profile(title="=cmd|' /C calc'!A0", department="@SUM(1+1)*cmd|' /C calc'!A0", costCenter="-2+3", city="+1-1"),
    11: _profile(title="line\r\nbreak\ttab\x07bell\x1b[31mred\x00nul", displayName="\u202egnp.exe\u200b\u2028end"),
    12: _login("sam.taylor@acme.example", firstName="Sam", lastName="Taylor", displayName="Sam Taylor"),
    13: _login("sam.taylor@partner.example", firstName="Sam", lastName="Taylor", displayName="Sam Taylor"),
    14: _login("o'brien+test@acme.example", lastName="O'Brien"),
    15: _status("LOCKED_OUT"),
    16: _status("SUSPENDED"),
    17: _status("PASSWORD_EXPIRED"),
    18: _status("RECOVERY"),
    19: _status("STAGED"),
    20: _status("PROVISIONED"),
    21: _profile(entitlements=[], level=None, contractor=False, nickName="  padded  ", userType="Contractor"),
}  # fmt: skip
"""12 and 13 share a short name, so that neither can be fetched by it; 14's login has to be percent-encoded."""

OWN_LOGINS: dict[str, int] = {
    "zoë.ångström@acme.example": 6,
    "sam.taylor@acme.example": 12,
    "sam.taylor@partner.example": 13,
    "o'brien+test@acme.example": 14,
}
"""Logins that carry no index, with the ranks they belong to."""
