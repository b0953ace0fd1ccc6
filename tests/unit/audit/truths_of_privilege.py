# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Truths of the checks that look at privileges."""

from __future__ import annotations

from ansible_collections.idops.okta.tests.unit.audit.support import admin, ago, factors, user
from ansible_collections.idops.okta.tests.unit.audit.truth import Truth, named

ADMINS = {"admins": [admin(f"adm.{name}@acme.example", "ORG_ADMIN") for name in "abcdef"]}
PRIVILEGE_TRUTHS: dict[str, Truth] = {
    "admin_inventory": Truth(
        fail=named("adm", a={}, b={"status": "SUSPENDED"}),
        unknown=named("adm", c={}),
        neither=[user(), *named("adm", d={})],
        inputs={
            "admins": [
                admin("adm.a@acme.example", "ORG_ADMIN"),
                admin("adm.b@acme.example", "APP_ADMIN", granted="GROUP"),
                admin("adm.c@acme.example"),
                admin("adm.d@acme.example", "ORG_ADMIN", status="INACTIVE"),
            ]
        },
    ),
    "admin_inactive": Truth(
        fail=named("adm", a={"lastLogin": ago(31)}, b={"lastLogin": None}),
        passes=named("adm", c={"lastLogin": ago(30)}),
        unknown=named("adm", d={"lastLogin": "?"}, e={"status": "ACTIVATING"}),
        neither=[*named("adm", f={"lastLogin": ago(900), "status": "SUSPENDED"}), user(lastLogin=ago(60))],
        inputs=ADMINS,
    ),
    "admin_not_enabled": Truth(
        fail=named("adm", a={"status": "SUSPENDED"}, b={"status": "DEPROVISIONED"}, c={"status": "STAGED"}),
        passes=named("adm", d={"status": "LOCKED_OUT"}, e={}),
        unknown=named("adm", f={"status": "ACTIVATING"}),
        neither=[user(status="SUSPENDED")],
        inputs=ADMINS,
    ),
    "admin_no_strong_mfa": Truth(
        fail=named("adm", a={}, b={}),
        passes=named("adm", c={}),
        unknown=named("adm", d={}, e={}),
        neither=[*named("adm", f={"status": "SUSPENDED"}), user()],
        inputs={
            **ADMINS,
            "factors": {
                "00u-adm.a@acme.example": factors("sms", "push", "token:software:totp"),
                "00u-adm.b@acme.example": factors("webauthn", status="PENDING_ACTIVATION"),
                "00u-adm.c@acme.example": factors("sms", "signed_nonce"),
                "00u-adm.d@acme.example": {"error": "timeout"},
            },
        },
    ),
    "user_no_mfa": Truth(
        fail=named("mfa", a={}, b={}),
        passes=named("mfa", c={}),
        unknown=named("mfa", d={}),
        neither=[*named("mfa", e={"status": "SUSPENDED"}), user()],
        inputs={
            "factors": [
                {"id": "00u-mfa.a@acme.example", "factors": []},
                {"id": "00u-mfa.b@acme.example", "factors": factors("password")},
                {"id": "00u-mfa.c@acme.example", "factors": factors("question")},
                {"id": "00u-mfa.d@acme.example", "factors": None},
                {"id": "00u-mfa.e@acme.example", "factors": []},
            ]
        },
    ),
    "user_weak_mfa_only": Truth(
        fail=named("mfa", a={}, b={}),
        passes=named("mfa", c={}, d={}),
        unknown=named("mfa", e={}),
        neither=[*named("mfa", f={}), user()],
        inputs={
            "factors": {
                "00u-mfa.a@acme.example": factors("sms", "call"),
                "00u-mfa.b@acme.example": [*factors("email", "question"), *factors("webauthn", status="EXPIRED")],
                "00u-mfa.c@acme.example": factors("sms", "push"),
                "00u-mfa.d@acme.example": factors("never_heard_of"),
                "00u-mfa.e@acme.example": "no",
                "00u-mfa.f@acme.example": [],
            }
        },
    ),
    "leaver_lag": Truth(
        fail=named(
            "left",
            a={"status": "DEPROVISIONED", "profile": {"end": "2026-01-10"}},
            b={"status": "DEPROVISIONED", "profile": {"end": "2026-01-11T11:59:59.999Z"}},
        ),
        passes=named(
            "left",
            c={"status": "DEPROVISIONED", "profile": {"end": "2026-01-11T12:00:00Z"}},
            d={"status": "DEPROVISIONED", "profile": {"end": "2026-02-01"}},
        ),
        unknown=named(
            "left",
            e={"status": "DEPROVISIONED", "profile": {"end": "soon"}},
            f={"status": "DEPROVISIONED"},
            g={"status": "DEPROVISIONED", "profile": {"end": "2026-01-10"}},
        ),
        neither=[
            user(),
            *named("left", h={"profile": {"end": "2020-01-01"}}),
            user("unlogged@acme.example", status="DEPROVISIONED", profile={"end": "2020-01-01"}),
        ],
        settings={"attribute": "end"},
        inputs={
            "deactivations": [
                {
                    "eventType": "user.lifecycle.deactivate",
                    "published": "2026-01-12T12:00:00.000Z" if name != "g" else "?",
                    "outcome": {"result": "SUCCESS"},
                    "target": [{"type": "User", "id": f"00u-left.{name}@acme.example"}, "x"],
                }
                for name in "abcdefgh"
            ]
            + [
                {"eventType": "user.session.start", "target": None},
                {
                    "eventType": "user.lifecycle.deactivate",
                    "published": ago(0),
                    "outcome": {"result": "FAILURE"},
                    "target": [{"type": "User", "id": "00u-left.c@acme.example"}],
                },
            ]
        },
    ),
}
