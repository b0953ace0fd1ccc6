# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Truths of the checks that look at the profile."""

from __future__ import annotations

from ansible_collections.idops.okta.tests.unit.audit.support import BOSS, ago, user
from ansible_collections.idops.okta.tests.unit.audit.truth import NEW_STATUS, NO_STATUS, Truth, named

PROFILE_TRUTHS: dict[str, Truth] = {
    "user_end_date_passed": Truth(
        fail=named(
            "end",
            a={"profile": {"endDate": "2026-01-30"}},
            b={"profile": {"endDate": "2026-01-31T11:59:59Z"}},
            c={"profile": {"endDate": "20251231"}},
            d={"profile": {"endDate": "2026-01-31T13:59:59+02:00"}},
        ),
        passes=named(
            "stay",
            a={"profile": {"endDate": "2026-01-31"}},
            b={"profile": {"endDate": "2026-01-31T12:00:00Z"}},
            c={"profile": {"endDate": None}},
            d={},
            e={"profile": {"endDate": " "}},
        ),
        unknown=[
            NEW_STATUS,
            *named("odd", a={"profile": {"endDate": "31.12.2025"}}, b={"profile": {"endDate": 20251231}}),
        ],
        neither=[user("gone@acme.example", status="DEPROVISIONED", profile={"endDate": "2020-01-01"})],
        settings={"attribute": "profile.endDate"},
    ),
    "user_temporary_expired": Truth(
        fail=named(
            "temp",
            a={"profile": {"userType": "contractor"}, "created": ago(366)},
            b={"profile": {"userType": "Vendor"}, "created": ago(365, seconds=1)},
        ),
        passes=named("temp.new", a={"profile": {"userType": "Contractor"}, "created": ago(365)}),
        unknown=named(
            "odd",
            a={"profile": {"userType": "Contractor"}, "created": None},
            b={"profile": {"userType": "Contractor"}, "status": "ACTIVATING"},
        ),
        neither=[
            user(),
            *named(
                "staff",
                a={"profile": {"userType": "Employee"}},
                b={"profile": {"userType": ["Vendor"]}},
                c={"profile": {"userType": "Vendor"}, "status": "SUSPENDED"},
            ),
        ],
        settings={"enabled": True},
    ),
    "user_external_domain": Truth(
        fail=[
            user("eve@partner.example"),
            user("mallory@evil-acme.example"),
            *named("own", a={"profile": {"email": "me@home.example"}}),
            user("x@sub.acme.example"),
        ],
        passes=[
            user(),
            user("ADA@ACME.EXAMPLE"),
            user("short", profile={"email": "short@acme.example"}),
            user("y@deep.corp.example"),
        ],
        unknown=[NEW_STATUS, user("nowhere", profile={"email": None})],
        neither=[user("gone@partner.example", status="DEPROVISIONED")],
        settings={"domains": ["acme.example", "*.corp.example"]},
    ),
    "user_generic_name": Truth(
        fail=[
            user(login)
            for login in (
                "admin@acme.example",
                "Administrator",
                "test3@acme.example",
                "svc-backup@acme.example",
                "no-reply@acme.example",
                "payroll.test@acme.example",
                "root",
                "kiosk_2@acme.example",
            )
        ],
        passes=[
            user(login)
            for login in (
                "adminah.smith@acme.example",
                "tester.jones@acme.example",
                "roots@acme.example",
                "ada@admin.example",
                "servicio@acme.example",
                "contest@acme.example",
            )
        ],
        unknown=[NEW_STATUS, user("x", profile={"login": None})],
        neither=[user("guest@acme.example", status="SUSPENDED")],
    ),
    "user_duplicate_identity": Truth(
        fail=[
            user("a1@acme.example", profile={"email": "Same@acme.example"}),
            user("a2@acme.example", profile={"email": "same@ACME.example"}),
            user("b1@acme.example", profile={"employeeNumber": "e7"}),
            user("b2@acme.example", profile={"employeeNumber": " E7 "}),
            user("c1@acme.example", profile={"employeeNumber": 77}),
            user("c2@acme.example", profile={"employeeNumber": "77"}),
        ],
        passes=[
            user("lone@acme.example", profile={"email": "lone@acme.example"}),
            user("blank1@acme.example", profile={"employeeNumber": ""}),
            user("blank2@acme.example", profile={"employeeNumber": ""}),
        ],
        unknown=[NEW_STATUS, user("bare@acme.example", profile={"email": None, "employeeNumber": None})],
        neither=[user("ex@acme.example", status="DEPROVISIONED", profile={"email": "lone@acme.example"})],
    ),
    "user_missing_attributes": Truth(
        fail=named(
            "lack",
            a={"profile": {"department": None}},
            b={"profile": {"manager": "  "}},
            c={"profile": {"manager": []}},
        ),
        passes=[user(), *named("odd", a={"profile": {"department": 0}})],
        unknown=[NEW_STATUS, NO_STATUS],
        neither=[user("gone@acme.example", status="SUSPENDED", profile={"department": None})],
    ),
    "user_manager_invalid": Truth(
        fail=named(
            "orphan",
            a={"profile": {"managerId": "nobody@acme.example"}},
            b={"profile": {"managerId": "00u-left@acme.example"}},
        ),
        passes=[
            BOSS,
            *named(
                "led",
                a={"profile": {"managerId": "00u-grace.hopper@acme.example"}},
                b={"profile": {"managerId": "GRACE.HOPPER@acme.example"}},
                c={"profile": {"managerId": "N-grace.hopper@acme.example"}},
            ),
        ],
        unknown=[NEW_STATUS, *named("odd", a={"profile": {"managerId": "new.status@acme.example"}})],
        neither=[user("left@acme.example", status="DEPROVISIONED"), *named("free", a={"profile": {"managerId": ""}})],
        settings={"enabled": True},
    ),
}
