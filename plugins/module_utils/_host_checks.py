# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The checks of the host audit, in the order of the report, and what presets of standards set."""

from __future__ import annotations

import typing as t

from ._audit_check_table import PROFILE_AND_EXEMPTION_CHECKS
from ._audit_checks import Check

KIND = "host_account_audit"
TITLE = "Host account audit"

_DELETED = "A user whom Okta has deleted is no longer in its list, so that the account looks like one without a user."
_ROOT = "The account root is nobody's own and is left out: who may use it shows in sudo and in its keys."
_SUDO = "Rules of sudo that come from LDAP or SSSD are not seen."


def _check(name: str, title: str, text: str, severity: str, references: str, remedy: str, **more: t.Any) -> Check:
    settings = more.pop("settings", {})
    return Check(name, title, text, severity, tuple(references.split("; ")), remedy, settings, of_users=False, **more)


_OF_ACCOUNTS = (
    _check(
        "host_deprovisioned",
        "Usable account of a deprovisioned Okta user",
        "Lists accounts that can be used and belong to a user who is DEPROVISIONED in Okta.",
        "critical",
        "PCI 8.2.5; AC-2(3)(b); CC6.2",
        "Expire the account, end its sessions, and remove its keys.",
        caveat="With a shell that lets nobody in, the severity is low: a key still opens forwarding and file transfer.",
    ),
    _check(
        "host_suspended",
        "Usable account of a suspended or staged Okta user",
        "Lists accounts that can be used and belong to a user who is SUSPENDED in Okta, or STAGED.",
        "high",
        "AC-2(3)(c)",
        "Expire the account for as long as the user is suspended.",
        caveat="With a shell that lets nobody in, the severity is low.",
    ),
    _check(
        "host_orphan",
        "Usable account without an Okta user",
        "Lists accounts that can be used and are matched with no user of Okta.",
        "high",
        "AC-2(3)(b); RHEL-09-411095 (V-258058); V-281199; CIS 5.1",
        "Find the owner. Then remove the account, map it to a user, or exempt it as a service account.",
        caveat=f"{_DELETED} {_ROOT} With a shell that lets nobody in, the severity is low.",
    ),
    _check(
        "host_priv_without_okta",
        "Privileged account that no enabled Okta user stands behind",
        "Lists accounts with uid 0, a rule of sudo or a privileged group, without an enabled user.",
        "critical",
        "AC-6(7); PCI 7.2.4; ISO A.8.2",
        "Take the privilege away, or put the account on record as an exemption with an owner.",
        caveat=f"{_SUDO} {_DELETED} {_ROOT}",
    ),
    _check(
        "host_priv_not_in_group",
        "Privileged account of a user outside the required Okta groups",
        "Lists privileged accounts of enabled users who are in none of the groups.",
        "medium",
        "AC-6; ISO A.8.2",
        "Add the user to a group by the process for that, or take the privilege away.",
        settings={"groups": []},
        on=None,
        wants="groups",
        caveat=_SUDO,
    ),
    _check(
        "host_key_of_leaver",
        "SSH keys on an account of a disabled Okta user",
        "Lists accounts that have SSH keys, are not expired, and belong to a user who is disabled in Okta. A locked "
        "password does not keep the key from working.",
        "high",
        "PCI 8.2.5",
        "Remove the keys, and expire the account.",
        caveat="Keys that a program hands to sshd (AuthorizedKeysCommand) are not seen.",
    ),
    _check(
        "host_shared_key_comment",
        "Key of a disabled Okta user on an account of somebody else",
        "Lists accounts with an SSH key the comment of which names a disabled user whose account it is not.",
        "medium",
        "PCI 8.2.2",
        "Remove the key, and see who else has access to the account.",
        caveat="A comment is no proof: anybody can write anything there. Only a login, or an "
        "exact account name, counts.",
    ),
    _check(
        "host_nopasswd_orphan",
        "sudo without a password for an account that no enabled Okta user stands behind",
        "Lists accounts with a NOPASSWD rule of sudo, the user of which is not enabled or not there.",
        "high",
        "AC-6(7)",
        "Remove the rule.",
        caveat=f"{_SUDO} {_DELETED}",
    ),
    _check(
        "host_uid0_extra",
        "Second account with uid 0",
        "Lists accounts other than root that have the uid 0.",
        "critical",
        "Host STIGs; AC-6",
        "Give the account a uid of its own.",
    ),
    _check(
        "host_empty_password",
        "Account with an empty password",
        "Lists accounts that anybody can use without a password.",
        "critical",
        "Host STIGs; IA-5",
        "Lock the password.",
    ),
    _check(
        "host_inactive",
        "Account that an active Okta user has not used for {days} days",
        "Lists accounts that can be used, the user of which is enabled, without a login on the host for more than the "
        "days.",
        "low",
        "PCI 8.2.6; AC-2(3)(d)",
        "Remove the account from hosts on which it is not needed.",
        settings={"days": 90},
        caveat="Hosts record logins with a terminal. What uses a key for other things can go unseen.",
    ),
    _check(
        "host_mapping_ambiguous",
        "Account that several Okta users could be behind",
        "Lists accounts the name of which belongs to several users, or to a user with another uid.",
        "medium",
        "PCI 8.2.1",
        "Map the account to one user with username_map, or name an attribute that holds the account name.",
    ),
    _check(
        "host_service_interactive",
        "Service account with a login shell and no owner",
        "Lists accounts with a uid of the system's range that can be used, have a shell to work in, and have no user.",
        "medium",
        "PCI 7.2.5.1; PCI 8.6.1",
        "Give it a shell such as nologin, or put it on record as an exemption of the type service with an owner.",
        caveat=_ROOT,
    ),
    _check(
        "host_not_assessed",
        "Host that could not be looked at",
        "Lists hosts in scope that were not reached, or could not be read.",
        "info",
        "Completeness (IPE)",
        "Make the host reachable and allow to become root, and run the audit again.",
    ),
)
_OF_EXEMPTIONS = tuple(row for row in PROFILE_AND_EXEMPTION_CHECKS if row.id.startswith("exemption_"))
CHECKS = (*_OF_ACCOUNTS, *_OF_EXEMPTIONS)
ACCOUNT_CHECKS = tuple(row.id for row in _OF_ACCOUNTS if row.id != "host_not_assessed")


def _inactive(days: int) -> dict[str, dict[str, t.Any]]:
    return {"host_inactive": {"days": days}}


PRESETS: dict[str, dict[str, dict[str, t.Any]]] = {
    "none": {},
    "pci": _inactive(90),
    "stig": _inactive(35),
    "cis": _inactive(45),
    "fedramp_moderate": _inactive(90),
    "fedramp_high": _inactive(35),
}
