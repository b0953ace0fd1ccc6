# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The rest of the checks of users, those of exemptions and of privileges, and the table of them all."""

from __future__ import annotations

from ._audit_checks import Check
from ._audit_user_checks import USER_CHECKS

ADMINS_BY_GROUP = (
    "Okta doesn't say whether its list of admins has those that hold a role through a group alone. "
    "Look at the roles of groups in the Admin Console as well."
)
FACTORS_AS_SHOWN = (
    "Okta shows the factors that its policies allow, evaluated for the network zone of the app that asks: "
    "a user can have more than is shown."
)
STRONG_FACTORS = ["webauthn", "u2f", "signed_nonce", "smart_card", "smart_card_idp"]
WEAK_FACTORS = ["sms", "call", "email", "question"]

PROFILE_AND_EXEMPTION_CHECKS = (
    Check(
        "user_manager_invalid",
        "Enabled account whose manager is no enabled user",
        "Lists enabled accounts the manager of which is not an enabled user, by ID, login or employee number.",
        "low",
        ("PCI 7.2.4",),
        "Name a manager who is there, so that somebody can acknowledge the access.",
        {"attribute": "managerId"},
        on=False,
        needs=("status",),
    ),
    Check(
        "user_password_age",
        "Password older than {days} days",
        "Lists enabled accounts with a password in Okta that was set more than {days} days ago.",
        "low",
        ("V-273201", "PCI 8.3.9 (only if single factor)"),
        "Have the password changed, or set a maximum age in the password policy.",
        {"days": 90},
        on=False,
        caveat="NIST SP 800-63B advises against regular password changes, so that this check is off by default.",
        needs=("status", "passwordChanged", "credentials"),
    ),
    Check(
        "user_externally_mastered",
        "Account that signs in through another directory",
        "Lists enabled accounts that sign in through a directory or an identity provider outside Okta.",
        "info",
        ("V-273188 N/A clause",),
        "Show that the directory disables unused accounts, for Okta doesn't.",
        {"providers": ["ACTIVE_DIRECTORY", "LDAP", "FEDERATION"]},
        caveat="This is a list for evidence, not of failures.",
        needs=("status", "credentials"),
        evidence=True,
    ),
    Check(
        "exemption_expired",
        "Exemption that has expired",
        "Lists exemptions that have expired and therefore exempt nobody.",
        "medium",
        ("V-273188 (emergency accounts)", "PCI 8.2.2"),
        "Renew the exemption with a new approval, or remove it.",
        {},
        of_users=False,
    ),
    Check(
        "exemption_owner_disabled",
        "Exemption whose owner is disabled or unknown",
        "Lists exemptions the owner of which is no enabled user of the org.",
        "medium",
        ("AC-2", "PCI 8.2.2"),
        "Name an owner who is there to answer for the exemption, or remove it.",
        {},
        needs=("status", "profile.login"),
        of_users=False,
    ),
)

PRIVILEGE_CHECKS = (
    Check(
        "admin_inventory",
        "Everybody who holds an admin role",
        "Lists everybody who holds an admin role, with the roles and how they were granted.",
        "info",
        ("PCI 7.2.4", "ISO A.8.2", "AC-6(7)"),
        "Have each role confirmed by its owner at every review.",
        {},
        caveat=f"This is a list for evidence, not of failures. {ADMINS_BY_GROUP}",
        inputs=("admins",),
        evidence=True,
    ),
    Check(
        "admin_too_many_super",
        "More than {most} super admins",
        "Fails when more than {most} users hold the role of Super Administrator.",
        "medium",
        ("AC-6(5)",),
        "Replace the role by narrower ones wherever it isn't needed.",
        {"most": 5},
        caveat=ADMINS_BY_GROUP,
        inputs=("admins",),
        of_users=False,
    ),
    Check(
        "admin_inactive",
        "Admin without a sign-in for {days} days",
        "Lists enabled admins without a sign-in for more than {days} days, counted from the creation where "
        "there has never been one.",
        "high",
        ("AC-2(3)", "PCI 8.2.6"),
        "Take the role away from the account, and deactivate it if it isn't needed.",
        {"days": 30},
        caveat=ADMINS_BY_GROUP,
        needs=("status", "lastLogin", "created"),
        inputs=("admins",),
    ),
    Check(
        "admin_not_enabled",
        "Disabled account that still holds an admin role",
        "Lists disabled accounts that hold an admin role, which is theirs again once they are enabled.",
        "medium",
        ("AC-6(7)",),
        "Take the role away from the account.",
        {},
        caveat=ADMINS_BY_GROUP,
        needs=("status",),
        inputs=("admins",),
    ),
    Check(
        "admin_no_strong_mfa",
        "Admin without a phishing-resistant factor",
        "Lists enabled admins without an active factor that resists phishing.",
        "high",
        ("IA-2(1)", "V-273190/1 (intent)"),
        "Have the admin enrol FastPass, a security key or a smart card, and require it in the policy.",
        {"factors": STRONG_FACTORS},
        caveat=FACTORS_AS_SHOWN,
        needs=("status",),
        inputs=("admins", "factors"),
    ),
    Check(
        "user_no_mfa",
        "Enabled account without a second factor",
        "Lists enabled accounts, of those whose factors were read, without an active factor beside the password.",
        "high",
        ("PCI 8.4.x", "IA-2(1),(2)", "CIS 6.3-6.5"),
        "Have the person enrol a factor, and require one in the policy.",
        {},
        on=False,
        caveat=FACTORS_AS_SHOWN,
        needs=("status",),
        inputs=("factors",),
    ),
    Check(
        "user_weak_mfa_only",
        "Enabled account with weak factors only",
        "Lists enabled accounts, of those whose factors were read, with none but factors that are easy to take over.",
        "medium",
        ("IA-2(6)",),
        "Have the person enrol a stronger factor.",
        {"factors": WEAK_FACTORS},
        on=False,
        caveat=f"Which factors are weak is a local policy: state it. {FACTORS_AS_SHOWN}",
        needs=("status",),
        inputs=("factors",),
    ),
    Check(
        "api_token_owner",
        "API token of a disabled user or a super admin",
        "Lists API tokens that belong to a disabled user or to a super admin.",
        "high",
        ("V-279690",),
        "Revoke the token, and use an OAuth service app, or an account of its own with a narrow role.",
        {},
        on=None,
        needs=("status",),
        inputs=("api_tokens",),
        of_users=False,
    ),
    Check(
        "inactivity_automation",
        "No automation that disables unused accounts",
        "Fails when no active automation of the org disables users after {days} days without a sign-in, or sooner.",
        "medium",
        ("V-273188",),
        "Add an automation in the Admin Console, under Workflow > Automations.",
        {"days": 90},
        on=None,
        caveat="Verify that the groups of the automation cover every user; Prowler checks the org's policies in full.",
        inputs=("policies",),
        of_users=False,
    ),
    Check(
        "leaver_lag",
        "Leaver who was deactivated late",
        "Lists accounts that were deactivated more than {hours} hours after the end date in the attribute "
        "that you name.",
        "high",
        ("PCI 8.2.5", "AC-2(3)"),
        "Deactivate leavers from the HR system, on the day they leave.",
        {"attribute": "", "hours": 24},
        on=None,
        caveat="The System Log goes back 90 days; a date without a time is taken to end at midnight UTC.",
        needs=("status",),
        inputs=("deactivations",),
        wants="attribute",
    ),
)

CHECKS = (*USER_CHECKS, *PROFILE_AND_EXEMPTION_CHECKS, *PRIVILEGE_CHECKS)
