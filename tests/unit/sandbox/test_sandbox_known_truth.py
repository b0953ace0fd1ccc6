# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org of known truth: what is said to be found is what the checks, written down here once more, do find."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import RunningOrg, start
from sandbox.directory import Directory
from sandbox.known_truth import FEWEST_DEPROVISIONED, FEWEST_USERS, KnownTruth
from sandbox.plants import PLANTS
from sandbox.reference_client import ReferenceClient
from sandbox.truth import PARAMETERS
from sandbox.users import timestamp

User = dict[str, Any]
DISABLED = {"STAGED", "SUSPENDED", "DEPROVISIONED"}
GENERIC = re.compile(r"(admin|root|guest|shared|test|svc[-_.].*)@", re.IGNORECASE)


class Oracle:
    """The checks as the README words them, over everything there is to know."""

    def __init__(self, population: KnownTruth) -> None:
        self.population = population
        directory = Directory(population)
        estate = population.estate(directory)
        self.users = list(directory)
        self.by_id = {user["id"]: user for user in self.users}
        index_of = {user["id"]: index for index, user in enumerate(self.users)}
        self.factors = {
            user_id: {factor.type for factor in estate.factors(index) if factor.status == "ACTIVE"}
            for user_id, index in index_of.items()
        }
        self.roles = {user_id: estate.roles.types(index) for user_id, index in index_of.items()}
        self.owners = {population.id_of(token.owner) for token in estate.api_tokens}
        enabled = [user for user in self.users if self.enabled(user)]
        self.emails = Counter(user["profile"]["email"].lower() for user in enabled)
        self.numbers = Counter(user["profile"].get("employeeNumber") for user in enabled)
        self.heirs = {user["id"] for user in enabled}

    def found(self, check: str) -> list[str]:
        holds: Callable[[User], bool] = getattr(self, check)
        return sorted(user["id"] for user in self.users if holds(user))

    def enabled(self, user: User) -> bool:
        return user["status"] not in DISABLED

    def days(self, moment: str) -> float:
        return (self.population.now - datetime.fromisoformat(moment).timestamp()) / 86400

    def idle(self, user: User) -> float:
        return self.days(user["lastLogin"] or user["created"])

    def user_inactive(self, user: User) -> bool:
        return self.enabled(user) and self.idle(user) > 90

    def user_never_signed_in(self, user: User) -> bool:
        return (
            self.enabled(user)
            and user["lastLogin"] is None
            and self.days(user["activated"] or user["created"]) > 30
        )  # fmt: skip

    def stays(self, user: User, days: int, *statuses: str) -> bool:
        return user["status"] in statuses and self.days(user["statusChanged"] or user["created"]) > days

    def user_staged_stale(self, user: User) -> bool:
        return self.stays(user, 30, "STAGED", "PROVISIONED")

    def user_locked_out(self, user: User) -> bool:
        return self.stays(user, 7, "LOCKED_OUT")

    def user_recovery_stale(self, user: User) -> bool:
        return self.stays(user, 30, "RECOVERY", "PASSWORD_EXPIRED")

    def user_suspended_stale(self, user: User) -> bool:
        return self.stays(user, 90, "SUSPENDED")

    def user_deprovisioned_recent(self, user: User) -> bool:
        return user["status"] == "DEPROVISIONED" and self.days(user["statusChanged"]) < 90

    def user_created_recent(self, user: User) -> bool:
        return self.days(user["created"]) < 90

    def user_end_date_passed(self, user: User) -> bool:
        ending = str(user["profile"].get("endDate"))[:10]
        today = datetime.fromtimestamp(self.population.now).astimezone().date().isoformat()
        return self.enabled(user) and ending[:1].isdigit() and ending < today

    def user_temporary_expired(self, user: User) -> bool:
        return user["profile"].get("userType") in ("Contractor", "Temporary") and self.days(user["created"]) > 180

    def user_external_domain(self, user: User) -> bool:
        domains = {user["profile"][name].rpartition("@")[2].lower() for name in ("login", "email")}
        return domains != {"acme.example"}

    def user_generic_name(self, user: User) -> bool:
        return GENERIC.match(user["profile"]["login"]) is not None

    def user_duplicate_identity(self, user: User) -> bool:
        profile = user["profile"]
        number = profile.get("employeeNumber")
        twice = self.emails[profile["email"].lower()] > 1 or (bool(number) and self.numbers[number] > 1)
        return self.enabled(user) and twice

    def user_missing_attributes(self, user: User) -> bool:
        return not all(user["profile"].get(name) for name in ("department", "manager"))

    def user_manager_invalid(self, user: User) -> bool:
        manager = user["profile"].get("managerId")
        return bool(manager) and manager not in self.heirs

    def user_password_age(self, user: User) -> bool:
        own = user["credentials"]["provider"]["type"] == "OKTA"
        return own and user["passwordChanged"] is not None and self.days(user["passwordChanged"]) > 90

    def user_externally_mastered(self, user: User) -> bool:
        return user["credentials"]["provider"]["type"] in ("ACTIVE_DIRECTORY", "LDAP", "FEDERATION")

    def admin_inventory(self, user: User) -> bool:
        return bool(self.roles[user["id"]])

    def admin_too_many_super(self, user: User) -> bool:
        return "SUPER_ADMIN" in self.roles[user["id"]]

    def admin_inactive(self, user: User) -> bool:
        return self.admin_inventory(user) and self.idle(user) > 30

    def admin_not_enabled(self, user: User) -> bool:
        return self.admin_inventory(user) and not self.enabled(user)

    def admin_no_strong_mfa(self, user: User) -> bool:
        return self.admin_inventory(user) and not self.factors[user["id"]] & {"webauthn", "u2f", "signed_nonce"}

    def user_no_mfa(self, user: User) -> bool:
        return self.enabled(user) and not self.factors[user["id"]]

    def user_weak_mfa_only(self, user: User) -> bool:
        factors = self.factors[user["id"]]
        return self.enabled(user) and bool(factors) and factors <= {"sms", "call", "email", "question"}

    def api_token_owner(self, user: User) -> bool:
        return user["id"] in self.owners and (not self.enabled(user) or self.admin_too_many_super(user))

    def inactivity_automation(self, user: User) -> bool:
        return False


@pytest.fixture(scope="module", params=[(200, 10, 1), (260, 12, 7), (2000, 300, 3)], ids=str)
def oracle(request: pytest.FixtureRequest) -> Oracle:
    return Oracle(KnownTruth(*request.param))


@pytest.mark.parametrize("check", PARAMETERS)
def test_the_truth_is_what_is_found(oracle: Oracle, check: str) -> None:
    truth, names = oracle.population.truth()[check], oracle.population.names()
    found = oracle.found(check)
    assert {names.get(user_id, user_id) for user_id in found} == {names[user_id] for user_id in truth}
    assert found == truth
    assert truth or check == "inactivity_automation"


def test_clean_users_are_clean_for_the_strictest_presets_too(oracle: Oracle) -> None:
    planted = oracle.population.names()
    for user in oracle.users:
        if user["id"] in planted or user["status"] == "DEPROVISIONED":
            continue
        assert user["status"] != "LOCKED_OUT"
        assert oracle.idle(user) < 30
        assert user["passwordChanged"] is None or oracle.days(user["passwordChanged"]) < 60
        if user["status"] != "ACTIVE":
            assert oracle.days(user["statusChanged"]) < 30
        assert oracle.days(user["created"]) > 199


def test_every_plant_is_there_once(oracle: Oracle) -> None:
    names = oracle.population.names()
    assert sorted(names.values()) == sorted(plant.name for plant in PLANTS)
    assert {check for plant in PLANTS for check in plant.checks} <= set(PARAMETERS)
    for user_id, name in names.items():
        plant = next(plant for plant in PLANTS if plant.name == name)
        assert oracle.by_id[user_id]["status"] == plant.status


def test_dates_are_in_order(oracle: Oracle) -> None:
    population, users = oracle.population, oracle.users
    assert [user["created"] for user in users] == sorted(user["created"] for user in users)
    for index, user in enumerate(users):
        order = [user["created"], user["activated"], user["statusChanged"], user["lastUpdated"]]
        known = [moment for moment in order if moment]
        assert known == sorted(known)
        others = [moment for moment in (user["lastLogin"], user["passwordChanged"]) if moment]
        assert all(user["created"] <= moment <= timestamp(population.now) for moment in others)
        assert datetime.fromisoformat(user["created"]).timestamp() == population.created_at(index)
        assert datetime.fromisoformat(user["lastUpdated"]).timestamp() == population.last_updated_at(index)
    assert sum(user["status"] == "DEPROVISIONED" for user in users) == population.deprovisioned


def test_logins_are_unique_and_found(oracle: Oracle) -> None:
    logins = {user["profile"]["login"].casefold() for user in oracle.users}
    assert len(logins) == len(oracle.users)
    directory = Directory(oracle.population)
    for login in ("admin@acme.example", "Elsa.Holm@acme.example", "iris.lind@partner.example"):
        index = directory.find(login)
        assert index is not None
        assert directory.record(index)["profile"]["login"].casefold() == login.casefold()


@given(st.integers(FEWEST_USERS, 10**6), st.integers(FEWEST_DEPROVISIONED, 10**5), st.data())
def test_ranks_and_indices_agree(users: int, deprovisioned: int, data: st.DataObject) -> None:
    population = KnownTruth(users, deprovisioned, seed=3)
    assert len(population.planted) == len(PLANTS)
    rank = data.draw(st.integers(0, users - 1))
    index = population.index_of_rank(rank)
    assert not population.is_deprovisioned(index)
    assert population.rank_from(index) == rank
    gone = population.deprovisioned_index(data.draw(st.integers(0, deprovisioned - 1)))
    assert population.is_deprovisioned(gone)
    index = data.draw(st.integers(0, population.total - 1))
    assert population.rank_from(index + 1) - population.rank_from(index) == (not population.is_deprovisioned(index))


@pytest.mark.parametrize(("users", "deprovisioned"), [(FEWEST_USERS - 1, 50), (500, FEWEST_DEPROVISIONED - 1)])
def test_too_few_users_for_a_truth(users: int, deprovisioned: int) -> None:
    with pytest.raises(ValueError, match="takes 200 users and 10"):
        KnownTruth(users, deprovisioned, seed=1)


def test_a_large_org_of_known_truth_starts_at_once_and_is_complete() -> None:
    started = time.monotonic()
    with start(users=100_000, deprovisioned=5000, known_truth=True) as org:
        assert time.monotonic() - started < 5
        asked = time.monotonic()
        truth = org.truth()
        assert time.monotonic() - asked < 2
        assert truth.keys() == org.truth_parameters().keys() == PARAMETERS.keys()
        client = ReferenceClient(org)
        token = client.token()
        names = org.plants()
        for user_id in truth["user_inactive"]:
            shown = client.get(f"/api/v1/users/{user_id}", token).json
            assert shown["status"] in ("ACTIVE", "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY", "PROVISIONED")
            assert user_id in names
        recent = client.get("/api/v1/users", token, search='created gt "2026-08-03T12:00:00.000Z"').json
        assert sorted(user["id"] for user in recent) == truth["user_created_recent"]


def test_what_holds_at_any_now() -> None:
    later = KnownTruth(200, 10, 7, datetime.fromisoformat("2027-03-28T03:15:00+00:00"))
    oracle = Oracle(later)
    assert {check: oracle.found(check) for check in PARAMETERS} == later.truth()
    assert later.truth() == KnownTruth(200, 10, 7).truth()


def test_an_ordinary_org_has_no_known_truth(org: RunningOrg) -> None:
    with pytest.raises(ValueError, match="not started with known_truth"):
        org.truth()
