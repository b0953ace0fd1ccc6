# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users that an audit must find in an org of known truth, and those that it must not: one day or one word away.

Times are days before the org's now; a plant with `created` is among the newest users, one without is older than these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .factors import (
    AUTHENTICATOR,
    CALL,
    HARDWARE,
    MAIL,
    NUMBERS,
    PUSH,
    QUESTION,
    SECURITY_KEY,
    TEXT,
    Factor,
)

STRONG = (PUSH, NUMBERS, SECURITY_KEY)
OLD = -1
"""A date that is left as a clean user's is."""
ABSENT = object()
"""In a profile: the attribute is not there."""


@dataclass(frozen=True)
class Days:
    """In a profile: the date so many days before now."""

    ago: int
    time: str = ""


@dataclass(frozen=True)
class Plant:
    name: str
    checks: tuple[str, ...] = ()
    """The checks that must find it; what follows from `created` and `roles` alone goes without saying."""
    status: str = "ACTIVE"
    created: int | None = None
    activated: int | None = OLD
    changed: int | None = OLD
    login: int | None = OLD
    password: int | None = OLD
    """None is a null."""
    provider: str = "OKTA"
    profile: Mapping[str, Any] = field(default_factory=dict)
    manager: str | None = None
    """The plant that `managerId` points to, or an id that nobody has."""
    factors: tuple[Factor, ...] = STRONG
    roles: tuple[str, ...] = ()
    through: str | None = None
    token: str | None = None
    """The name of an API token that the user owns."""


def _signing_in() -> list[Plant]:
    inactive, never = ("user_inactive",), ("user_never_signed_in",)
    return [
        Plant("last sign-in 91 days ago", inactive, login=91),
        Plant("last sign-in 89 days ago", login=89),
        Plant("last sign-in 150 days ago", inactive, login=150),
        Plant("PASSWORD_EXPIRED is enabled", inactive, "PASSWORD_EXPIRED", changed=10, login=91),
        Plant("LOCKED_OUT is enabled", inactive, "LOCKED_OUT", changed=3, login=120),
        Plant("RECOVERY is enabled", inactive, "RECOVERY", changed=5, login=95),
        Plant("PROVISIONED is enabled", inactive, "PROVISIONED", changed=5, login=95, password=None),
        Plant("SUSPENDED is not enabled", (), "SUSPENDED", changed=80, login=150, password=None),
        Plant("a status nobody knows", (), "ACTIVATING", changed=4, login=3),
        Plant("never signed in, created 120 days ago", (*inactive, *never), created=120, login=None),
        Plant("never signed in, created 31 days ago", never, created=31, login=None),
        Plant("never signed in, created 29 days ago", created=29, login=None),
        Plant("never signed in, activated 10 days ago", created=60, activated=10, changed=10, login=None),
        Plant("never signed in, no date of activation", never, created=40, activated=None, login=None),
        Plant("never signed in, PASSWORD_EXPIRED", never, "PASSWORD_EXPIRED", created=50, changed=12, login=None),
        Plant("never signed in, SUSPENDED", (), "SUSPENDED", created=100, changed=50, login=None, password=None),
        Plant("never signed in, PROVISIONED 20 days ago", (), "PROVISIONED", created=20, login=None, password=None),
        Plant("never signed in, DEPROVISIONED", (), "DEPROVISIONED", changed=120, login=None),
        Plant("signed in once, 40 days ago", created=45, login=40),
        Plant("ACTIVE without a date of activation", activated=None, changed=None),
    ]


def _staying() -> list[Plant]:
    staged, recovery = ("user_staged_stale",), ("user_recovery_stale",)
    suspended, gone = ("user_suspended_stale",), ("user_deprovisioned_recent",)
    return [
        Plant("STAGED for 31 days", staged, "STAGED", created=31),
        Plant("STAGED for 29 days", (), "STAGED", created=29),
        Plant("STAGED for 150 days", staged, "STAGED", created=150),
        Plant("PROVISIONED again for 31 days", staged, "PROVISIONED", changed=31, login=60, password=None),
        Plant("PROVISIONED again for 29 days", (), "PROVISIONED", changed=29, login=60, password=None),
        Plant("LOCKED_OUT for 8 days", ("user_locked_out",), "LOCKED_OUT", changed=8, login=9),
        Plant("LOCKED_OUT for 6 days", (), "LOCKED_OUT", changed=6, login=7),
        Plant("RECOVERY for 31 days", recovery, "RECOVERY", changed=31, login=35),
        Plant("RECOVERY for 29 days", (), "RECOVERY", changed=29, login=35),
        Plant("PASSWORD_EXPIRED for 31 days", recovery, "PASSWORD_EXPIRED", changed=31, login=35),
        Plant("PASSWORD_EXPIRED for 29 days", (), "PASSWORD_EXPIRED", changed=29, login=35),
        Plant("SUSPENDED for 91 days", suspended, "SUSPENDED", changed=91, login=92, password=None),
        Plant("SUSPENDED for 89 days", (), "SUSPENDED", changed=89, login=90, password=None),
        Plant(
            "left yesterday",
            (*gone, "api_token_owner"),
            "DEPROVISIONED",
            changed=1,
            login=2,
            token="Left behind",
        ),
        Plant("left 89 days ago", gone, "DEPROVISIONED", changed=89, login=95),
        Plant("left 91 days ago", (), "DEPROVISIONED", changed=91, login=95, profile={"endDate": Days(91)}),
        Plant("joined yesterday", created=1),
        Plant("joined 89 days ago", created=89),
        Plant("joined 91 days ago", created=91),
    ]


def _ending() -> list[Plant]:
    ended, temporary = ("user_end_date_passed",), ("user_temporary_expired",)
    return [
        Plant("contract ended yesterday", ended, profile={"endDate": Days(1)}),
        Plant("contract ended long ago, date and time", ended, profile={"endDate": Days(300, "T00:00:00.000Z")}),
        Plant("contract ended, PASSWORD_EXPIRED", ended, "PASSWORD_EXPIRED", changed=5, profile={"endDate": Days(9)}),
        Plant("contract ends tomorrow", profile={"endDate": Days(-1)}),
        Plant("contract ended, SUSPENDED", (), "SUSPENDED", changed=5, profile={"endDate": Days(6)}),
        Plant("contract ends nobody knows when", profile={"endDate": "tbd"}),
        Plant("contract without end", profile={"endDate": None}),
        Plant("contractor for 181 days", temporary, created=181, profile={"userType": "Contractor"}),
        Plant("contractor for 179 days", created=179, profile={"userType": "Contractor"}),
        Plant("temporary for 199 days", temporary, created=199, profile={"userType": "Temporary"}),
        Plant("looks after contractors", created=195, profile={"userType": "Contractor Relations"}),
    ]


def _identities() -> list[Plant]:
    external, generic = ("user_external_domain",), ("user_generic_name",)
    duplicate, invalid = ("user_duplicate_identity",), ("user_manager_invalid",)
    missing = ("user_missing_attributes",)
    plants = [
        Plant("login of a partner", external, profile={"login": "iris.lind@partner.example"}),
        Plant("mail of a partner", external, profile={"email": "noor.haddad@partner.example"}),
        Plant("login of a look-alike", external, profile={"login": "leo.braun@notacme.example"}),
        Plant("own domain in capitals", profile={"login": "ELSA.HOLM@ACME.EXAMPLE"}),
        Plant("second mail elsewhere", profile={"secondEmail": "me@home.example"}),
        Plant("mail of its own", duplicate, profile={"email": "shared.box@acme.example"}),
        Plant("mail of another", duplicate, profile={"email": "shared.box@acme.example"}),
        Plant("mail in lower case", duplicate, profile={"email": "one.person@acme.example"}),
        Plant("mail in mixed case", duplicate, profile={"email": "One.Person@acme.example"}),
        Plant("number of its own", duplicate, profile={"employeeNumber": "E-4711"}),
        Plant("number of another", duplicate, profile={"employeeNumber": "E-4711"}),
        Plant("mail of one that is SUSPENDED", profile={"email": "moved.on@acme.example"}),
        Plant("SUSPENDED with that mail", (), "SUSPENDED", changed=20, profile={"email": "moved.on@acme.example"}),
        Plant("number of one that left", profile={"employeeNumber": "E-0815"}),
        Plant("left with that number", (), "DEPROVISIONED", changed=140, profile={"employeeNumber": "E-0815"}),
        Plant("number empty", profile={"employeeNumber": ""}),
        Plant("number empty too", profile={"employeeNumber": ""}),
        Plant("number null", profile={"employeeNumber": None}),
        Plant("number absent", profile={"employeeNumber": ABSENT}),
        Plant("no department", missing, profile={"department": ABSENT}),
        Plant("department empty", missing, profile={"department": ""}),
        Plant("manager null", missing, profile={"manager": None}),
        Plant("neither department nor manager", missing, profile={"department": None, "manager": ABSENT}),
        Plant("no title", profile={"title": ABSENT, "city": ABSENT, "costCenter": ABSENT}),
        Plant("managed by one that left", invalid, manager="left yesterday"),
        Plant("managed by one that is SUSPENDED", invalid, manager="SUSPENDED for 89 days"),
        Plant("managed by nobody there ever was", invalid, manager="00u0nobody0was0here0"),
        Plant("managed by one that is LOCKED_OUT", manager="LOCKED_OUT for 6 days"),
        Plant("managed, nobody says by whom", profile={"managerId": ABSENT}),
        Plant("markup in a name", profile={"displayName": "<script>alert(1)</script>", "title": "{{ 7 * 7 }}"}),
        Plant("a formula in a title", profile={"title": "=cmd|' /C calc'!A0", "department": "+1+1"}),
        Plant("letters beyond ASCII", profile={"login": "zoë.ångström@acme.example", "displayName": "Zoë 美咲"}),
    ]
    for name in ("admin", "test", "svc-backup", "shared", "guest", "root"):
        plants.append(Plant(f"login {name}", generic, profile={"login": f"{name}@acme.example"}))
    for name in ("adminda.okafor", "testa.moretti", "svcek.jan", "sharedova.eva", "guestin.amelie", "rootes.hugh"):
        plants.append(Plant(f"login {name}", profile={"login": f"{name}@acme.example"}))
    return plants


def _credentials() -> list[Plant]:
    aged, mastered = ("user_password_age",), ("user_externally_mastered",)
    pending = Factor("push", status="PENDING_ACTIVATION")
    no_mfa, weak = ("user_no_mfa",), ("user_weak_mfa_only",)
    return [
        Plant("password of 91 days", aged, password=91),
        Plant("password of 89 days", password=89),
        Plant("password of 150 days, ACTIVE_DIRECTORY", mastered, password=150, provider="ACTIVE_DIRECTORY"),
        Plant("password of 150 days, SOCIAL", password=150, provider="SOCIAL"),
        Plant("password never set", password=None),
        Plant("mastered by LDAP", mastered, provider="LDAP"),
        Plant("mastered by FEDERATION", mastered, provider="FEDERATION"),
        Plant("came by IMPORT", provider="IMPORT"),
        Plant("no factor", no_mfa, factors=()),
        Plant("factor not activated yet", no_mfa, factors=(pending,)),
        Plant("no factor, LOCKED_OUT", no_mfa, "LOCKED_OUT", changed=2, factors=()),
        Plant("no factor, SUSPENDED", (), "SUSPENDED", changed=5, factors=()),
        Plant("sms alone", weak, factors=(TEXT,)),
        Plant("sms, call, mail and question", weak, factors=(TEXT, CALL, MAIL, QUESTION)),
        Plant("question alone", weak, factors=(QUESTION,)),
        Plant("sms, and push not activated yet", weak, factors=(TEXT, pending)),
        Plant("sms alone, SUSPENDED", (), "SUSPENDED", changed=5, factors=(TEXT,)),
        Plant("push alone", factors=(PUSH,)),
        Plant("codes of another app", factors=(AUTHENTICATOR,)),
        Plant("hardware token", factors=(HARDWARE,)),
        Plant("sms and security key", factors=(TEXT, SECURITY_KEY)),
    ]


def _privileges() -> list[Plant]:
    idle, disabled, soft = ("admin_inactive",), ("admin_not_enabled",), ("admin_no_strong_mfa",)
    owner, pending = ("api_token_owner",), Factor("webauthn", "FIDO", "PENDING_ACTIVATION")
    plants = [Plant(f"super admin {number}", roles=("SUPER_ADMIN",)) for number in range(1, 5)]
    plants += [
        Plant("super admin with an API token", owner, roles=("SUPER_ADMIN",), token="Terraform"),
        Plant("super admin, last sign-in 31 days ago", idle, login=31, roles=("SUPER_ADMIN",)),
        Plant("super admin, push and codes", soft, factors=(PUSH, NUMBERS), roles=("SUPER_ADMIN", "REPORT_ADMIN")),
        Plant("admin, last sign-in 29 days ago", login=29, roles=("READ_ONLY_ADMIN",), token="Reports"),
        Plant("admin, last sign-in 91 days ago", (*idle, "user_inactive"), login=91, roles=("APP_ADMIN",)),
        Plant("admin, never signed in", (*idle, "user_never_signed_in"), created=45, login=None, roles=("ORG_ADMIN",)),
        Plant("admin, SUSPENDED", disabled, "SUSPENDED", changed=10, login=12, roles=("ORG_ADMIN",)),
        Plant(
            "admin, DEPROVISIONED", (*disabled, "user_deprovisioned_recent"), "DEPROVISIONED", changed=20, login=25,
            roles=("HELP_DESK_ADMIN",),
        ),
        Plant("admin, LOCKED_OUT", (), "LOCKED_OUT", changed=2, login=3, roles=("USER_ADMIN",)),
        Plant("admin, no factor", (*soft, "user_no_mfa"), factors=(), roles=("USER_ADMIN",)),
        Plant("admin, sms alone", (*soft, "user_weak_mfa_only"), factors=(TEXT,), roles=("APP_ADMIN",)),
        Plant("admin, security key not activated yet", soft, factors=(PUSH, pending), roles=("APP_ADMIN",)),
        Plant("admin, security key alone", factors=(SECURITY_KEY,), roles=("API_ACCESS_MANAGEMENT_ADMIN",)),
        Plant("admin by a custom role", roles=("CUSTOM",)),
        Plant("admin by a group", roles=("HELP_DESK_ADMIN",), through="it-admins"),
        Plant("admin by a group, push alone", soft, factors=(PUSH,), roles=("HELP_DESK_ADMIN",), through="it-admins"),
        Plant("API token of one that is SUSPENDED", owner, "SUSPENDED", changed=30, token="Forgotten"),
        Plant("API token of one that is LOCKED_OUT", (), "LOCKED_OUT", changed=1, login=2, token="Wiki sync"),
        Plant("API token of one like all others", token="Inventory"),
    ]  # fmt: skip
    return plants


PLANTS: tuple[Plant, ...] = (
    *_signing_in(), *_staying(), *_ending(), *_identities(), *_credentials(), *_privileges(),
)  # fmt: skip
