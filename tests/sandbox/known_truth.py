# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An org of which it is known what an audit must find: plants, and users that no check has anything to say about."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from .api_tokens import ApiToken
from .directory import Directory
from .estate import AUTOMATIONS, Estate
from .factors import Factor
from .groups import ordinary_groups
from .plants import ABSENT, OLD, PLANTS, STRONG, Days, Plant
from .roles import Appointment, Roles
from .truth import PARAMETERS
from .users import DEFAULT_NOW, DEFAULT_TYPE_ID, DEPARTMENTS, Population, Record, credentials_of, profile_of, timestamp

FEWEST_USERS, FEWEST_DEPROVISIONED = 200, 10

_DAY = 86400
_SPAN, _NEWEST = 6 * 365, 200
"""Days: users are older than the latter, but for the newest plants."""
_STATUSES = (*["ACTIVE"] * 236, *["SUSPENDED"] * 7, *["PASSWORD_EXPIRED"] * 6, *["RECOVERY"] * 4, *["PROVISIONED"] * 3)
_LEFT = [plant for plant in PLANTS if plant.status == "DEPROVISIONED"]
_NEW = sorted((plant for plant in PLANTS if plant.created is not None), key=lambda plant: -(plant.created or 0))
_OLDER = [plant for plant in PLANTS if plant.created is None and plant.status != "DEPROVISIONED"]
_HEADS = 1 + len(DEPARTMENTS)
"""Who the others are managed by: ACTIVE, at the first ranks."""
_PROVIDER_NAMES = {"ACTIVE_DIRECTORY": "corp.acme.example", "LDAP": "ldap.acme.example"}


class KnownTruth(Population):
    """Plants lie all over the org, and those with a date of creation at its end, for users come in order of it."""

    def __init__(self, users: int, deprovisioned: int, seed: int, now: datetime = DEFAULT_NOW) -> None:
        if users < FEWEST_USERS or deprovisioned < FEWEST_DEPROVISIONED:
            fewest = f"{FEWEST_USERS} users and {FEWEST_DEPROVISIONED} that are DEPROVISIONED"
            raise ValueError(f"an org of known truth takes {fewest} at least")
        super().__init__(users, deprovisioned, seed, now, newest=len(_NEW))
        self.planted: dict[int, Plant] = {}
        stride = (users - len(_NEW) - _HEADS) // len(_OLDER)
        for position, plant in enumerate(_OLDER):
            self.planted[self.index_of_rank(_HEADS + position * stride)] = plant
        for position, plant in enumerate(_LEFT):
            self.planted[self.deprovisioned_index(position * (deprovisioned // len(_LEFT)))] = plant
        for position, plant in enumerate(_NEW):
            self.planted[self.mixed + position] = plant

    def truth(self) -> dict[str, list[str]]:
        """By check, the ids of the users it must find, in order."""
        found: dict[str, set[int]] = {check: set() for check in PARAMETERS}
        for index, plant in self.planted.items():
            for check in plant.checks:
                found[check].add(index)
            if plant.created is not None and plant.created < PARAMETERS["user_created_recent"]["days"]:
                found["user_created_recent"].add(index)
            if plant.roles:
                found["admin_inventory"].add(index)
            if "SUPER_ADMIN" in plant.roles:
                found["admin_too_many_super"].add(index)
        return {check: sorted(map(self.id_of, indices)) for check, indices in found.items()}

    def names(self) -> dict[str, str]:
        """What each plant is, by id."""
        return {self.id_of(index): plant.name for index, plant in self.planted.items()}

    def record(self, index: int) -> Record:
        dice = self._dice(index)
        created = self._created(index, dice)
        plant = self.planted.get(index)
        if self.is_deprovisioned(index):
            status = "DEPROVISIONED"
        elif plant is not None or self.rank_from(index) < _HEADS:
            status = "ACTIVE" if plant is None else plant.status
        else:
            status = _STATUSES[dice[5]]
        profile = self._profile(index, dice)
        record: Record = {
            "id": self.id_of(index),
            "status": status,
            "created": timestamp(created),
            **self._dates(status, created if index >= self.mixed else created + dice[4] * 900, dice),
            "lastUpdated": timestamp(self._updated(created, dice)),
            "type": {"id": DEFAULT_TYPE_ID},
            "profile": profile,
            "credentials": {**credentials_of(profile["email"], dice), "provider": {"type": "OKTA", "name": "OKTA"}},
        }
        if plant is not None:
            self._apply(plant, record)
        return record

    def own_logins(self) -> dict[str, int]:
        return self._own_logins

    def factors(self, index: int) -> tuple[Factor, ...]:
        """Everyone has strong ones, but for plants and those that can't sign in."""
        plant = self.planted.get(index)
        if plant is not None:
            return plant.factors if plant.status != "STAGED" else ()
        return () if self.is_deprovisioned(index) else STRONG

    def estate(self, directory: Directory) -> Estate:
        appointments = [
            Appointment(index, role, plant.through) for index, plant in self.planted.items() for role in plant.roles
        ]
        tokens = [ApiToken(plant.token, index, 200) for index, plant in sorted(self.planted.items()) if plant.token]
        by_group = sorted(appointment.holder for appointment in appointments if appointment.through == "it-admins")
        linux_admins = {*map(self.index_of_rank, range(8)), *(token.owner for token in tokens)}
        groups = ordinary_groups(directory, sorted(linux_admins), by_group)
        return Estate(groups, Roles(self, groups, appointments), self.factors, tokens, AUTOMATIONS)

    def _created(self, index: int, dice: bytes) -> int:
        if index >= self.mixed:
            return self.now - (_NEW[index - self.mixed].created or 0) * _DAY
        step = (_SPAN - _NEWEST) * _DAY // self.mixed
        return self.now - _SPAN * _DAY + index * step + dice[0] * step // 256

    def _updated(self, created: int, dice: bytes) -> int:
        """During the last day: after everything else that happened to a user."""
        return max(created, self.now - int.from_bytes(dice[1:3], "big"))

    def _dates(self, status: str, activated: int, dice: bytes) -> dict[str, str | None]:
        """Of a user that no check finds: in use, with a new password, or in a state that nobody should stay in for
        long, and not for long."""
        changed = activated
        signed_in = max(activated, self.now - int.from_bytes(dice[9:11], "big") * 31)
        password: int | None = max(activated, self.now - (30 + dice[7] % 25) * _DAY)
        if status == "DEPROVISIONED":
            changed = self.now - (120 + dice[8] % 60) * _DAY
            signed_in, password = max(activated, changed - dice[9] * 3600), None
        elif status != "ACTIVE":
            changed = max(activated, self.now - (1 + dice[8] % 20) * _DAY)
            signed_in = max(activated, changed - dice[9] * 1000)
        if status in ("STAGED", "PROVISIONED"):
            password = None
        if status == "STAGED":
            return dict.fromkeys(("activated", "statusChanged", "lastLogin", "passwordChanged"))
        moments = {"activated": activated, "statusChanged": changed, "lastLogin": signed_in}
        dates: dict[str, str | None] = {name: timestamp(moment) for name, moment in moments.items()}
        return {**dates, "passwordChanged": None if password is None else timestamp(password)}

    def _profile(self, index: int, dice: bytes) -> dict[str, Any]:
        profile = profile_of(index, dice)
        rank = None if self.is_deprovisioned(index) else self.rank_from(index)
        profile.update(contractor=False, userType="Employee")
        if rank == 0:
            return {**profile, "manager": "The board"}
        if rank is not None and rank < _HEADS:
            profile["department"] = DEPARTMENTS[rank - 1]
        head = 0 if rank is not None and rank < _HEADS else 1 + DEPARTMENTS.index(profile["department"])
        name, user_id = self._heads[head]
        return {**profile, "manager": name, "managerId": user_id}

    def _apply(self, plant: Plant, record: Record) -> None:
        for name, days in (
            ("activated", plant.activated),
            ("statusChanged", plant.changed),
            ("lastLogin", plant.login),
            ("passwordChanged", plant.password),
        ):
            if days != OLD:
                record[name] = None if days is None else timestamp(self.now - days * _DAY)
        profile, credentials = record["profile"], record["credentials"]
        for name, value in plant.profile.items():
            if value is ABSENT:
                profile.pop(name, None)
            elif isinstance(value, Days):
                profile[name] = timestamp(self.now - value.ago * _DAY)[:10] + value.time
            else:
                profile[name] = value
        if "login" in plant.profile and "email" not in plant.profile:
            profile["email"] = profile["login"]
        credentials["emails"][0]["value"] = profile["email"]
        credentials["provider"] = {"type": plant.provider, "name": _PROVIDER_NAMES.get(plant.provider, plant.provider)}
        if plant.manager is not None:
            profile["managerId"] = self._ids.get(plant.manager, plant.manager)

    @cached_property
    def _heads(self) -> list[tuple[str, str]]:
        indices = [self.index_of_rank(rank) for rank in range(_HEADS)]
        return [(profile_of(index, self._dice(index))["displayName"], self.id_of(index)) for index in indices]

    @cached_property
    def _ids(self) -> dict[str, str]:
        return {plant.name: self.id_of(index) for index, plant in self.planted.items()}

    @cached_property
    def _own_logins(self) -> dict[str, int]:
        planted = self.planted.items()
        return {plant.profile["login"].casefold(): index for index, plant in planted if "login" in plant.profile}
