# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""How a check judges the exemptions themselves: pure, and after all users are known."""

from __future__ import annotations

import typing as t

from ._audit_exemptions import Exemption, Exemptions
from ._audit_lifecycle_rules import PASSED, Hit, Verdict
from ._audit_settings import Tuned
from ._audit_subject import Subject, Unknown


def exemption_verdicts(
    assessed: t.Mapping[str, Tuned], owner_states: t.Mapping[str, bool | None], exemptions: Exemptions
) -> t.Iterator[tuple[Tuned, Subject, Verdict]]:
    """What each check of exemptions that can be made says of each of them.

    ``owner_states`` tells of each owner who is a user whether it is enabled.
    """
    for exemption in exemptions.entries:
        if "exemption_expired" in assessed:
            yield assessed["exemption_expired"], exemption.subject, _expired(exemption)
        if "exemption_owner_disabled" in assessed:
            yield assessed["exemption_owner_disabled"], exemption.subject, _owner_disabled(exemption, owner_states)


def _expired(exemption: Exemption) -> Verdict:
    if not exemption.expired:
        return PASSED
    entry = exemption.entry
    evidence = {"match": entry["match"], "check": entry["check"], "expires": entry["expires"]}
    return Hit(
        f"Entry {exemption.number} of the exemptions has expired, and exempts nobody.",
        {**evidence, "matched": exemption.matched},
    )


def _owner_disabled(exemption: Exemption, states: t.Mapping[str, bool | None]) -> Verdict:
    owner = exemption.entry["owner"]
    if owner.casefold() not in states:
        return Hit(
            f"The owner of entry {exemption.number} of the exemptions is no user of the org.",
            {"owner": owner, "owner_enabled": None},
        )
    enabled = states[owner.casefold()]
    if enabled is None:
        return Unknown("Whether the owner is enabled can't be told from the owner's status.")
    if enabled:
        return PASSED
    return Hit(
        f"The owner of entry {exemption.number} of the exemptions is disabled.",
        {"owner": owner, "owner_enabled": False},
    )
