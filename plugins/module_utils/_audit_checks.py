# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What a check of the user audit is, and all of them in the order of the report."""

from __future__ import annotations

import re
import typing as t

SEVERITIES = ("critical", "high", "medium", "low", "info")
SCHEMA_VERSION = "1.0"
KIND = "user_audit"


class Check(t.NamedTuple):
    """One row of the table of checks.

    ``title`` and ``description`` name settings that are numbers in braces: see `worded`.
    ``settings`` are its own settings with their defaults. ``on`` is whether it is on when a user says nothing; None is
    for one that is on as soon as what it needs is there: the setting named by ``wants``, or its inputs.
    ``needs`` are the attributes of users it reads, ``inputs`` what has to be read beside the users, and ``evidence``
    tells that it lists people for a sample or a review: being listed is no fault.
    """

    id: str
    title: str
    description: str
    severity: str
    references: tuple[str, ...]
    remedy: str
    settings: t.Mapping[str, t.Any]
    on: bool | None = True
    caveat: str = ""
    needs: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    wants: str = ""
    evidence: bool = False
    of_users: bool = True


class Input(t.NamedTuple):
    """What privilege checks read beside the users: how it is called in a report, and the scope that allows it."""

    noun: str
    scope: str


INPUTS = {
    "admins": Input("Admin roles", "okta.roles.read"),
    "factors": Input("Factors", "okta.users.read"),
    "api_tokens": Input("API tokens", "okta.apiTokens.read"),
    "policies": Input("Policies of the type USER_LIFECYCLE", "okta.policies.read"),
    "deactivations": Input("Deactivations in the System Log", "okta.logs.read"),
}


def worded(text: str, settings: t.Mapping[str, t.Any]) -> str:
    """The title or description of a check, with the numbers that hold: "for {days} days" becomes "for 90 days"."""
    for name, value in settings.items():
        if isinstance(value, int):
            text = text.replace(f"{{{name}}}", str(value))
    return re.sub(r"\b1 (day|hour|user|super admin)s\b", r"1 \1", text)


# The place of a severity in a report: critical ones come first.
RANKS = {severity: number for number, severity in enumerate(SEVERITIES)}
