# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The groups of the org, and who is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .conditions import Condition, filtering_groups, searching_groups
from .directory import Directory
from .lookup import Cache
from .matches import Listed, Matches, Scan
from .users import DEPARTMENTS, Record, timestamp

_DAY = 86400


@dataclass(frozen=True)
class Group:
    """`members` are the indices of users, or a condition that they meet."""

    id: str
    name: str
    description: str | None
    type: str
    members: Sequence[int] | Condition
    created: int
    source: str | None = None
    """The app that an APP_GROUP comes from."""

    def shown(self, base: str) -> Record:
        own = f"{base}/api/v1/groups/{self.id}"
        directory = self.source is not None
        profile: Record = {"name": self.name, "description": self.description}
        links: Record = {
            "logo": [
                {"name": size, "href": f"{base}/img/logos/groups/okta-{size}.png", "type": "image/png"}
                for size in ("medium", "large")
            ],
            "users": {"href": f"{own}/users"},
            "apps": {"href": f"{own}/apps"},
        }
        if directory:
            profile.update(
                groupType="Security",
                samAccountName=self.name,
                groupScope="Global",
                dn=f"CN={self.name},OU=Groups,DC=corp,DC=acme,DC=example",
                windowsDomainQualifiedName=f"CORP\\{self.name}",
            )
            links["source"] = {"href": f"{base}/api/v1/apps/{self.source}"}
        return {
            "id": self.id,
            "created": timestamp(self.created),
            "lastUpdated": timestamp(self.created + 3 * _DAY),
            "lastMembershipUpdated": timestamp(self.created + 40 * _DAY),
            "objectClass": ["okta:windows_security_principal" if directory else "okta:user_group"],
            "type": self.type,
            "profile": profile,
            "_links": links,
        }

    def searched(self) -> Record:
        """What expressions see: also `source.id`."""
        return {**self.shown(""), "source": {"id": self.source}}


class Groups:
    """In order of ids; Okta's own order is unknown."""

    def __init__(self, directory: Directory, groups: Sequence[Group]) -> None:
        self._directory = directory
        self._groups = sorted(groups, key=lambda group: group.id)
        self._members: Cache[Matches] = Cache(16)

    def __getitem__(self, position: int) -> Group:
        return self._groups[position]

    def find(self, group_id: str) -> Group | None:
        return next((group for group in self._groups if group.id == group_id), None)

    def named(self, name: str, kind: str = "OKTA_GROUP") -> Group:
        return next(group for group in self._groups if (group.name, group.type) == (name, kind))

    def matching(self, search: str | None, filter_text: str | None, q: str | None) -> Listed:
        """`q`: names that begin so, one page of them."""
        condition: Condition | None = None
        if search is not None:
            condition = searching_groups(search)
        elif filter_text is not None:
            condition = filtering_groups(filter_text)
        elif q is not None:
            beginning = q.casefold()
            return self._listed(lambda group: group["profile"]["name"].casefold().startswith(beginning), paged=False)
        return self._listed(condition or (lambda group: True))

    def members(self, group: Group) -> Matches:
        """Users that are DEPROVISIONED or SUSPENDED stay members; whether Okta's list shows the former is unknown."""
        directory, members = self._directory, group.members
        if callable(members):
            key = (group.id, directory.version)
            return self._members.get(key, lambda: Scan(directory, range(len(directory)), members))
        return Scan(directory, members, lambda user: True)

    def _listed(self, condition: Condition, paged: bool = True) -> Listed:
        found = [position for position, group in enumerate(self._groups) if condition(group.searched())]
        return Listed(found, [self._groups[position].id for position in found], paged)


def ordinary_groups(directory: Directory, linux_admins: Sequence[int], it_admins: Sequence[int]) -> Groups:
    """Everyone, the departments, and what every org has too many of. Two groups are named linux-admins."""
    population = directory.population
    drawn: list[Group] = []

    def add(
        name: str, members: Sequence[int] | Condition, kind: str = "OKTA_GROUP", description: str | None = None
    ) -> None:
        roll = population.roll(len(drawn), b"groups")
        source = "0oasandboxadapp0001" if kind == "APP_GROUP" else None
        created = population.now - (400 + roll[0] * 4) * _DAY
        drawn.append(Group("00g" + population.letters(roll[1:18]), name, description, kind, members, created, source))

    add("Everyone", lambda user: True, "BUILT_IN", "All users in your organization")
    for department in DEPARTMENTS:
        add(department, _in_department(department), description=f"All of {department}")
    add("linux-admins", linux_admins, description="May use sudo on the fleet")
    add("linux-admins", linux_admins[::2], "APP_GROUP", "Imported from the directory")
    add("it-admins", it_admins, description="Hold their admin roles by being in here")
    add("contractors", lambda user: user["profile"].get("contractor") is True)
    add('quoted "name", and a comma', linux_admins[:1])
    add("empty", ())
    return Groups(directory, drawn)


def _in_department(department: str) -> Condition:
    return lambda user: user["profile"].get("department") == department
