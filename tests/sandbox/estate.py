# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the org has besides users and apps: groups, roles, factors, API tokens, automations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .api_tokens import ApiToken
from .directory import Directory
from .factors import Enrolled, ordinary_factors
from .groups import Groups, ordinary_groups
from .policies import Automation
from .roles import Appointment, Roles


@dataclass(frozen=True)
class Estate:
    groups: Groups
    roles: Roles
    factors: Enrolled
    api_tokens: Sequence[ApiToken]
    automations: Sequence[Automation]


AUTOMATIONS = (
    Automation("Suspend after 90 days", 90),
    Automation("Deactivate after 30 days", 30, status="INACTIVE", target="DEPROVISIONED"),
    Automation("Not finished", 60, status="INACTIVE", target=None),
)
_APPOINTED = {
    "SUPER_ADMIN": (0, 3, 4, 6, 7, 23),
    "USER_ADMIN": (1,),
    "ORG_ADMIN": (16,),
    "READ_ONLY_ADMIN": (12,),
    "REPORT_ADMIN": (12,),
    "APP_ADMIN": (14,),
    "CUSTOM": (21,),
}
"""Roles, by rank: 1 has never signed in, 16 is SUSPENDED."""
_IN_IT_ADMINS = (9, 10, 14, 24, 25)
_IN_LINUX_ADMINS = (2, 5, 8, 11, 14, 16, 19, 22, 26, 27, 28, 29)


def ordinary_estate(directory: Directory) -> Estate:
    """Of an org of any size: who is not in it holds nothing."""
    population = directory.population

    def of(ranks: Sequence[int]) -> list[int]:
        return [population.index_of_rank(rank) for rank in ranks if rank < population.users]

    leavers = [population.deprovisioned_index(0)] if population.deprovisioned else []
    it_admins = of(_IN_IT_ADMINS)
    groups = ordinary_groups(directory, sorted(of(_IN_LINUX_ADMINS) + leavers), it_admins)
    appointments = [Appointment(index, kind) for kind, ranks in _APPOINTED.items() for index in of(ranks)]
    appointments += [Appointment(index, "HELP_DESK_ADMIN", "it-admins") for index in it_admins]
    appointments += [Appointment(index, "ORG_ADMIN") for index in leavers]
    tokens = [ApiToken("Old provisioning script", index, 800) for index in leavers]
    tokens += [ApiToken("Terraform", index, 300) for index in of((0,))]
    tokens += [ApiToken("Wiki sync", index, 45, "Okta LDAP Agent", ("nzosandboxZone10d7",)) for index in of((22,))]
    tokens += [ApiToken("Reports", index, 12) for index in of((12,))]
    roles = Roles(population, groups, appointments)
    return Estate(groups, roles, ordinary_factors(directory), tokens, AUTOMATIONS)
