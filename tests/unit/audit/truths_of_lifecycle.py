# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Truths of the checks that look at status, dates and credentials."""

from __future__ import annotations

from ansible_collections.idops.okta.tests.unit.audit.support import ago, user
from ansible_collections.idops.okta.tests.unit.audit.truth import NEW_STATUS, NO_STATUS, OFF, SINCE, Truth, named

LIFECYCLE_TRUTHS: dict[str, Truth] = {
    "user_inactive": Truth(
        fail=named(
            "idle",
            a={"lastLogin": ago(91)},
            b={"lastLogin": ago(90, seconds=1)},
            c={"lastLogin": None, "created": ago(91)},
            d={"absent": ["lastLogin"], "created": ago(90, seconds=1)},
            e={"lastLogin": ago(100), "status": "LOCKED_OUT"},
            f={"lastLogin": ago(100), "status": "PASSWORD_EXPIRED"},
            g={"lastLogin": ago(100), "status": "RECOVERY"},
            h={"lastLogin": None, "status": "PROVISIONED"},
            i={"lastLogin": None, "created": None, "activated": ago(91)},
        ),
        passes=named(
            "busy",
            a={"lastLogin": ago(90)},
            b={"lastLogin": None, "created": ago(90)},
            c={"lastLogin": ago(-1)},
            d={"lastLogin": ago(89, hours=23), "created": None},
        ),
        unknown=[
            NEW_STATUS,
            NO_STATUS,
            *named(
                "odd",
                a={"lastLogin": "yesterday"},
                b={"lastLogin": None, "created": None, "activated": None},
                c={"lastLogin": 1700000000},
                d={"lastLogin": None, "created": "2025-02-30T00:00:00.000Z"},
            ),
        ],
        neither=OFF,
    ),
    "user_never_signed_in": Truth(
        fail=named(
            "never",
            a={"lastLogin": None, "activated": ago(30, seconds=1)},
            b={"lastLogin": None, "activated": None, "created": ago(31)},
        ),
        passes=named(
            "soon",
            a={"lastLogin": None, "activated": ago(30)},
            b={"lastLogin": ago(700)},
            c={"lastLogin": None, "activated": ago(2), "created": ago(300)},
        ),
        unknown=[NEW_STATUS | {"lastLogin": None}, *named("odd", a={"lastLogin": "", "activated": "?"})],
        neither=OFF,
    ),
    "user_staged_stale": Truth(
        fail=named(
            "wait",
            a={"status": "STAGED", SINCE: ago(31)},
            b={"status": "PROVISIONED", SINCE: ago(30, seconds=1)},
            c={"status": "STAGED", SINCE: None, "created": ago(40)},
        ),
        passes=named("fresh", a={"status": "STAGED", SINCE: ago(30)}, b={"status": "PROVISIONED", SINCE: ago(1)}),
        unknown=[NO_STATUS, *named("odd", a={"status": "STAGED", SINCE: None, "created": None})],
        neither=[NEW_STATUS, user(statusChanged=ago(900))],
    ),
    "user_locked_out": Truth(
        fail=named("lock", a={"status": "LOCKED_OUT", SINCE: ago(0)}, b={"status": "LOCKED_OUT", SINCE: ago(8)}),
        unknown=[NO_STATUS, *named("odd", a={"status": "LOCKED_OUT", SINCE: None})],
        neither=[user(), NEW_STATUS],
    ),
    "user_recovery_stale": Truth(
        fail=named("rec", a={"status": "RECOVERY", SINCE: ago(31)}, b={"status": "PASSWORD_EXPIRED", SINCE: ago(31)}),
        passes=named("rec.soon", a={"status": "RECOVERY", SINCE: ago(30)}),
        unknown=[NO_STATUS, *named("odd", a={"status": "RECOVERY", SINCE: "no"})],
        neither=[user(), NEW_STATUS],
    ),
    "user_suspended_stale": Truth(
        fail=named("susp", a={"status": "SUSPENDED", SINCE: ago(90, seconds=1)}),
        passes=named("susp.soon", a={"status": "SUSPENDED", SINCE: ago(90)}),
        unknown=[NO_STATUS, *named("odd", a={"status": "SUSPENDED", SINCE: None})],
        neither=[user(), user("gone@acme.example", status="DEPROVISIONED")],
    ),
    "user_deprovisioned_recent": Truth(
        fail=named("left", a={"status": "DEPROVISIONED", SINCE: ago(90)}, b={"status": "DEPROVISIONED", SINCE: ago(0)}),
        passes=named("left.long", a={"status": "DEPROVISIONED", SINCE: ago(90, seconds=1)}),
        unknown=[NO_STATUS, *named("odd", a={"status": "DEPROVISIONED", SINCE: None})],
        neither=[user(), user("susp@acme.example", status="SUSPENDED", statusChanged=ago(1))],
    ),
    "user_created_recent": Truth(
        fail=named("join", a={"created": ago(90)}, b={"created": ago(3), "status": "DEPROVISIONED"}),
        passes=named("old", a={"created": ago(90, seconds=1)}),
        unknown=named("odd", a={"created": None}, b={"created": "2026-13-01T00:00:00.000Z"}),
    ),
    "user_password_age": Truth(
        fail=named("stale", a={"passwordChanged": ago(91)}, b={"passwordChanged": ago(90, seconds=1)}),
        passes=named("fresh", a={"passwordChanged": ago(90)}),
        unknown=[
            NEW_STATUS,
            *named("odd", a={"passwordChanged": None}, b={"credentials": {}}, c={"passwordChanged": "?"}),
        ],
        neither=[
            *OFF,
            *named(
                "ad",
                a={"passwordChanged": ago(900), "credentials": {"provider": {"type": "LDAP"}}},
                b={"passwordChanged": None, "status": "PROVISIONED"},
            ),
        ],
        settings={"enabled": True},
    ),
    "user_externally_mastered": Truth(
        fail=named(
            "ext",
            **{
                name.lower(): {"credentials": {"provider": {"type": name}}}
                for name in ("ACTIVE_DIRECTORY", "LDAP", "FEDERATION")
            },
        ),
        passes=[user(), *named("imp", a={"credentials": {"provider": {"type": "IMPORT"}}})],
        unknown=[NEW_STATUS, *named("odd", a={"credentials": None}, b={"credentials": {"provider": "LDAP"}})],
        neither=OFF,
    ),
}
