# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The checks that the list of users is enough for, and those of the exemptions."""

from __future__ import annotations

from ._audit_checks import Check

LAZY_STATUS = (
    "Okta changes a status at a sign-in or a lifecycle event and doesn't sweep through users in between: "
    "it is valid as of the last such event."
)
SIGN_IN_IS_OKTAS = (
    "The last sign-in is the one to Okta. Users of delegated or agentless sign-in and accounts that only call the API "
    "can look unused; exclude them by login or provider."
)
DELETED = "Users that were deleted are in no list; only the System Log has them, for 90 days."
GENERIC = (
    r"^(?:admin|administrator|root|superuser|test|tester|testing|demo|guest|shared|generic|temp|tmp|dummy|sample|user"
    r"|service|svc|system|sysadmin|support|helpdesk|info|office|reception|training|trainee|kiosk|scanner|printer"
    r"|no-?reply|backup|batch|monitoring|nobody|anonymous|breakglass|break-glass|emergency)[._+-]?[0-9]*(?:@|$)",
    r"^(?:test|demo|svc|service|shared|temp|tmp|generic|kiosk)[._+-]",
    r"[._+-](?:test|demo|svc|shared|generic)[0-9]*(?:@|$)",
)

USER_CHECKS = (
    Check(
        "user_inactive",
        "Enabled account without a sign-in for {days} days",
        "Lists enabled accounts without a sign-in for more than {days} days, counted from the creation where "
        "there has never been one.",
        "medium",
        ("PCI 8.2.6", "AC-2(3)(d)", "CIS 5.3", "V-273188", "ISO A.5.18", "CC6.3"),
        "Ask the manager whether the account is still needed, and suspend or deactivate it if not.",
        {"days": 90, "admin_severity": "high"},
        caveat=SIGN_IN_IS_OKTAS,
        needs=("status", "lastLogin", "created"),
    ),
    Check(
        "user_never_signed_in",
        "Activated account that was never used",
        "Lists enabled accounts that nobody has signed in to since they were activated more than {days} days ago.",
        "medium",
        ("AC-2(3)(d)", "PCI 8.2.6"),
        "Find out whether the person has started, and deactivate the account if not.",
        {"days": 30},
        caveat=SIGN_IN_IS_OKTAS,
        needs=("status", "lastLogin", "created"),
    ),
    Check(
        "user_staged_stale",
        "Account that has waited for activation for {days} days",
        "Lists STAGED and PROVISIONED accounts that have been waiting for more than {days} days to be "
        "activated, or taken up.",
        "low",
        ("AC-2", "ISO A.5.16"),
        "Activate the account or deactivate it, and send a new activation link if the person still needs one.",
        {"days": 30},
        caveat=LAZY_STATUS,
        needs=("status", "created"),
    ),
    Check(
        "user_locked_out",
        "Account that is locked out",
        "Lists accounts that are LOCKED_OUT; those locked out for more than {days} days have the higher severity.",
        "info",
        ("AC-7", "CC6.1"),
        "Find out whether the person or somebody else failed to sign in, and unlock or deactivate the account.",
        {"days": 7, "stale_severity": "low"},
        caveat=LAZY_STATUS,
        needs=("status", "statusChanged"),
    ),
    Check(
        "user_recovery_stale",
        "Password expired or in recovery for {days} days",
        "Lists accounts that have been in PASSWORD_EXPIRED or RECOVERY for more than {days} days.",
        "low",
        ("AC-2(3)",),
        "Ask whether the account is still needed, and deactivate it if not.",
        {"days": 30},
        caveat=LAZY_STATUS,
        needs=("status", "statusChanged"),
    ),
    Check(
        "user_suspended_stale",
        "Account that has been suspended for {days} days",
        "Lists accounts that have been SUSPENDED for more than {days} days without being deactivated.",
        "low",
        ("ISO A.5.18",),
        "Deactivate the account, or put on record until when the person is away.",
        {"days": 90},
        caveat="A suspended user keeps groups and apps, and gets them back when unsuspended. PCI 8.2.6 is met.",
        needs=("status", "statusChanged"),
    ),
    Check(
        "user_deprovisioned_recent",
        "Leavers of the last {days} days",
        "Lists the accounts that were deactivated within the last {days} days, so that leavers can be sampled.",
        "info",
        ("PCI 8.2.5", "CC6.2", "AC-2(3) 24 h"),
        "Compare a sample with the list of leavers of the HR department.",
        {"days": 90},
        caveat=f"This is a list for evidence, not of failures. {DELETED}",
        needs=("status", "statusChanged"),
        evidence=True,
    ),
    Check(
        "user_created_recent",
        "Joiners of the last {days} days",
        "Lists the accounts that were created within the last {days} days, so that approvals can be sampled.",
        "info",
        ("CC6.2",),
        "Compare a sample with the requests and approvals on record.",
        {"days": 90},
        caveat=f"This is a list for evidence, not of failures. {DELETED}",
        needs=("created",),
        evidence=True,
    ),
    Check(
        "user_end_date_passed",
        "Enabled account after its end date",
        "Lists enabled accounts the end date of which, in the attribute of the profile that you name, has passed.",
        "high",
        ("AC-2(3)(a)", "PCI 8.2.5"),
        "Deactivate the account, or correct the end date where it comes from.",
        {"attribute": ""},
        on=None,
        needs=("status",),
        wants="attribute",
    ),
    Check(
        "user_temporary_expired",
        "Temporary account older than {days} days",
        "Lists enabled accounts of contractors and temporary staff that were created more than {days} days ago.",
        "medium",
        ("AC-2(2)", "PCI 8.2.7"),
        "Have the sponsor renew the engagement on record, or deactivate the account.",
        {"attribute": "userType", "types": ["Contractor", "Temporary", "Vendor"], "days": 365},
        on=False,
        caveat="The attribute userType of the profile is free text, and is not the user type that Okta knows.",
        needs=("status", "created"),
    ),
    Check(
        "user_external_domain",
        "Enabled account in a domain that is not yours",
        "Lists enabled accounts with a login or an email address in a domain that you have not named as your own.",
        "medium",
        ("PCI 7.2.4", "PCI 8.2.7", "IA-8"),
        "Confirm with a sponsor that the third party still needs access, or deactivate the account.",
        {"domains": []},
        on=None,
        needs=("status", "profile.login"),
        wants="domains",
    ),
    Check(
        "user_generic_name",
        "Enabled account with a generic or shared name",
        "Lists enabled accounts with a login that names a role or a purpose instead of a person.",
        "medium",
        ("PCI 8.2.2", "CIS 5.1"),
        "Replace the account by personal ones, or put its owner and reason on record as an exemption.",
        {"patterns": list(GENERIC)},
        needs=("status", "profile.login"),
    ),
    Check(
        "user_duplicate_identity",
        "Several enabled accounts of one identity",
        "Lists enabled accounts that share an email address or an employee number, without regard to case.",
        "medium",
        ("PCI 8.2.1", "IA-4"),
        "Keep one account a person, and put separate admin accounts on record as exemptions.",
        {"attributes": ["email", "employeeNumber"]},
        needs=("status",),
    ),
    Check(
        "user_missing_attributes",
        "Enabled account that does not say whose it is",
        "Lists enabled accounts that lack an attribute which says whose they are.",
        "low",
        ("CIS 5.1", "ISO A.5.16"),
        "Fill the attributes where the profile comes from.",
        {"attributes": ["department", "manager"]},
        needs=("status",),
    ),
)
