# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An org with some of everything, its audit with all that can be given, and the schema of reports."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from jsonschema import Draft202012Validator

from ansible_collections.idops.okta.tests.unit.audit.support import BOSS, Outcome, admin, ago, audit, factors, user

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/audit-report-1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

USERS = [
    BOSS,
    user("b@acme.example", lastLogin=ago(100)),
    user("a@acme.example", lastLogin=ago(100), profile={"department": None}),
    user("Z@acme.example", lastLogin=ago(100)),
    user("idle.admin@acme.example", lastLogin=ago(200)),
    user("new@acme.example", status="BRAND_NEW"),
    user("odd\ud800@acme.example", lastLogin="?", profile={"firstName": "=1+1", "lastName": "\x00<b>"}),
    user("gone@acme.example", status="DEPROVISIONED", statusChanged=ago(3)),
    user("exempt@acme.example", lastLogin=ago(100)),
]
EXEMPTIONS = [
    {
        "match": {"login": "exempt@acme.example"},
        "reason": "r",
        "owner": "grace.hopper@acme.example",
        "expires": "2026-06-30",
    },
    {"match": {"login": "x"}, "check": ["user_inactive"], "reason": "r", "owner": "nobody", "expires": "2020-01-01"},
]
INPUTS = {
    "admins": [admin("idle.admin@acme.example", "SUPER_ADMIN"), admin("away@acme.example", "ORG_ADMIN")],
    "factors": {"00u-idle.admin@acme.example": factors("sms"), "00u-b@acme.example": None},
    "api_tokens": [{"id": "00T1", "name": "import", "userId": "00u-gone@acme.example"}],
    "policies": [],
    "deactivations": [],
}


def full(**changes: t.Any) -> Outcome:
    """The audit of USERS, unless ``changes`` say otherwise."""
    return audit(changes.pop("users", USERS), **{"exemptions": EXEMPTIONS, "inputs": dict(INPUTS), **changes})
