# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks of an org of known truth are, and what they are set to."""

from __future__ import annotations

from typing import Any

PARAMETERS: dict[str, dict[str, Any]] = {
    "user_inactive": {"days": 90},
    "user_never_signed_in": {"days": 30},
    "user_staged_stale": {"days": 30},
    "user_locked_out": {"days": 7},
    "user_recovery_stale": {"days": 30},
    "user_suspended_stale": {"days": 90},
    "user_deprovisioned_recent": {"days": 90},
    "user_created_recent": {"days": 90},
    "user_end_date_passed": {"attribute": "endDate"},
    "user_temporary_expired": {"attribute": "userType", "values": ["Contractor", "Temporary"], "days": 180},
    "user_external_domain": {"domains": ["acme.example"]},
    "user_generic_name": {},
    "user_duplicate_identity": {"attributes": ["email", "employeeNumber"]},
    "user_missing_attributes": {"attributes": ["department", "manager"]},
    "user_manager_invalid": {"attribute": "managerId"},
    "user_password_age": {"days": 90},
    "user_externally_mastered": {"providers": ["ACTIVE_DIRECTORY", "FEDERATION", "LDAP"]},
    "admin_inventory": {},
    "admin_too_many_super": {"most": 5},
    "admin_inactive": {"days": 30},
    "admin_not_enabled": {},
    "admin_no_strong_mfa": {},
    "user_no_mfa": {},
    "user_weak_mfa_only": {},
    "api_token_owner": {},
    "inactivity_automation": {"days": 90},
}
"""The checks, in the words of the README; those that are off by default are set so that they find something."""
