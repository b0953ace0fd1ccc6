# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin roles: who holds which, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .groups import Group, Groups
from .users import Population, Record, timestamp

LABELS = {
    "SUPER_ADMIN": "Super Organization Administrator",
    "ORG_ADMIN": "Organization Administrator",
    "APP_ADMIN": "Application Administrator",
    "USER_ADMIN": "Group Administrator",
    "HELP_DESK_ADMIN": "Help Desk Administrator",
    "READ_ONLY_ADMIN": "Read-Only Administrator",
    "REPORT_ADMIN": "Report Administrator",
    "API_ACCESS_MANAGEMENT_ADMIN": "API Access Management Administrator",
    "CUSTOM": "Workforce onboarding",
}
CUSTOM_ROLE, RESOURCE_SET = "cr0sandboxR0le1d7aBc", "iam0sandboxSet1d7aBc"


@dataclass(frozen=True)
class Appointment:
    """One user holds one role, `through` a group of that name or by himself."""

    holder: int
    type: str
    through: str | None = None


class Roles:
    def __init__(self, population: Population, groups: Groups, appointments: Sequence[Appointment]) -> None:
        self._population, self._groups = population, groups
        self._held: dict[int, list[Appointment]] = {}
        for appointment in sorted(appointments, key=lambda appointment: appointment.holder):
            self._held.setdefault(appointment.holder, []).append(appointment)

    def holders(self, by_groups: bool = True) -> list[int]:
        """In order of ids; without those that hold a role through a group alone, if they are not wanted."""
        return [holder for holder, held in self._held.items() if by_groups or any(not role.through for role in held)]

    def types(self, holder: int) -> list[str]:
        return [appointment.type for appointment in self._held.get(holder, ())]

    def of_user(self, holder: int, base: str) -> list[Record]:
        return [self._shown(appointment, base) for appointment in self._held.get(holder, ())]

    def of_group(self, group: Group, base: str) -> list[Record]:
        if group.type != "OKTA_GROUP":
            return []
        held = [role for roles in self._held.values() for role in roles if role.through == group.name]
        by_type = {appointment.type: appointment for appointment in held}
        return [self._shown(appointment, base) for _type, appointment in sorted(by_type.items())]

    def _shown(self, appointment: Appointment, base: str) -> Record:
        """Ids begin with `gra` where a group holds the role, and with `irb` where the role is a custom one."""
        population, through = self._population, appointment.through
        custom = appointment.type == "CUSTOM"
        if through is None:
            owner = f"users/{population.id_of(appointment.holder)}"
            roll = population.roll(appointment.holder, b"role-" + appointment.type[:9].encode())
        else:
            owner = f"groups/{self._groups.named(through).id}"
            roll = population.roll(0, b"role-" + appointment.type[:9].encode())
        own_id = ("irb" if custom else "gra" if through else "ra1") + population.letters(roll[:17])
        granted = timestamp(population.now - (30 + roll[17]) * 86400)
        role: Record = {
            "id": own_id,
            "label": LABELS[appointment.type],
            "type": appointment.type,
            "status": "ACTIVE",
            "created": granted,
            "lastUpdated": granted,
            "assignmentType": "GROUP" if through else "USER",
            "_links": {"assignee": {"href": f"{base}/api/v1/{owner}"}},
        }
        if custom:
            bound = f"{base}/api/v1/iam/resource-sets/{RESOURCE_SET}"
            role |= {"role": CUSTOM_ROLE, "resource-set": RESOURCE_SET}
            role["_links"] |= {
                "role": {"href": f"{base}/api/v1/iam/roles/{CUSTOM_ROLE}"},
                "resource-set": {"href": bound},
                "permissions": {"href": f"{base}/api/v1/iam/roles/{CUSTOM_ROLE}/permissions"},
                "member": {"href": f"{bound}/bindings/{CUSTOM_ROLE}/members/{own_id}"},
            }
        return role
