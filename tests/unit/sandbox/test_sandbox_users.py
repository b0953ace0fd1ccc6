# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of the org."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import RunningOrg
from sandbox.directory import Directory
from sandbox.fields import parse_fields
from sandbox.okta_errors import ApiError
from sandbox.users import MAX_USERS, Population

STATUSES = {
    "STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "LOCKED_OUT", "PASSWORD_EXPIRED", "SUSPENDED", "DEPROVISIONED",
    "ACTIVATING",
}  # fmt: skip


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return list(Directory(Population(3000, 150, seed=1)))


def test_so_many_are_deprovisioned(records: list[dict[str, Any]]) -> None:
    assert len(records) == 3150
    assert sum(user["status"] == "DEPROVISIONED" for user in records) == 150
    assert {user["status"] for user in records} == STATUSES


def test_ids_are_in_order_in_every_collation_and_logins_unique(records: list[dict[str, Any]]) -> None:
    ids = [user["id"] for user in records]
    assert ids == sorted(ids) == sorted(ids, key=str.lower)
    assert all(len(user_id) == 20 and user_id.startswith("00u") for user_id in ids)
    assert len({user["profile"]["login"].lower() for user in records}) == len(records)


def test_dates_follow_each_other(records: list[dict[str, Any]]) -> None:
    assert [user["created"] for user in records] == sorted(user["created"] for user in records)
    for user in records:
        order = [user["created"], user["activated"], user["statusChanged"], user["lastUpdated"]]
        known = [moment for moment in order if moment]
        assert known == sorted(known)
        assert max([*known, user["lastLogin"] or ""]) <= "2026-11-01T12:00:00.000Z"
        assert all(moment.endswith(".000Z") for moment in known)


def test_one_seed_is_one_org(records: list[dict[str, Any]]) -> None:
    assert list(Directory(Population(3000, 150, seed=1))) == records
    assert list(Directory(Population(3000, 150, seed=2))) != records


def test_the_awkward_ones_are_there_even_in_a_small_org() -> None:
    users = [user for user in Directory(Population(22, 3, seed=9)) if user["status"] != "DEPROVISIONED"]
    assert users[0]["status"] == "ACTIVE"
    assert users[0]["activated"] is None
    assert "recovery_question" in users[0]["credentials"]
    assert users[1]["lastLogin"] is None
    assert set(users[2]["profile"]) == {"firstName", "lastName", "login", "email"}
    assert users[3]["profile"]["secondEmail"] == ""
    assert users[4]["profile"]["secondEmail"] is None
    assert users[5]["status"] == "ACTIVATING"
    assert not users[6]["profile"]["firstName"].isascii()
    assert "{{" in users[8]["profile"]["title"]
    assert "<script>" in users[9]["profile"]["displayName"]
    assert users[10]["profile"]["title"].startswith("=cmd|")
    assert "\x00" in users[11]["profile"]["title"]
    assert {user["status"] for user in users} >= STATUSES - {"DEPROVISIONED"}


@given(st.integers(0, MAX_USERS - 1000), st.integers(0, 1000), st.data())
def test_ranks_ids_and_indices_agree(users: int, deprovisioned: int, data: st.DataObject) -> None:
    population = Population(users, deprovisioned, seed=3)
    if users:
        rank = data.draw(st.integers(0, users - 1))
        index = population.index_of_rank(rank)
        assert not population.is_deprovisioned(index)
        assert population.rank_from(index) == rank
    if population.total:
        index = data.draw(st.integers(0, population.total - 1))
        assert population.index_of_id(population.id_of(index)) == index
        assert population.rank_from(index + 1) - population.rank_from(index) == (not population.is_deprovisioned(index))


def test_found_by_id_login_or_short_name() -> None:
    directory = Directory(Population(60, 5, seed=4))
    for index, user in enumerate(directory):
        login = user["profile"]["login"]
        assert directory.find(user["id"]) == directory.find(login) == directory.find(login.upper()) == index
        short = login.partition("@")[0]
        assert directory.find(short) == (None if short == "sam.taylor" else index)
    for unknown in ("", "00u", "nobody", "ada.lovelace.999@acme.example", "00u" + "z" * 17, "ünknown.²@acme.example"):
        assert directory.find(unknown) is None


def test_a_user_can_be_changed(org: RunningOrg) -> None:
    user = org.users()[30]
    changed = org.change_user(user["id"], lastLogin=None, profile={"login": "new.name@acme.example", "note": "x"})
    assert changed["profile"]["firstName"] == user["profile"]["firstName"]
    assert org.users()[30] == changed
    with pytest.raises(ValueError, match="fixed when the org starts"):
        org.change_user("new.name@acme.example", status="DEPROVISIONED")
    org.change_user(user["id"], lastLogin=user["lastLogin"], profile={"login": user["profile"]["login"]})


def test_fields() -> None:
    user = {"id": "1", "status": "ACTIVE", "created": "c", "profile": {"login": "l", "city": "x"}}
    assert parse_fields("status").of(user) == {"id": "1", "status": "ACTIVE"}
    assert parse_fields("id,profile:(login,none)").of(user) == {"id": "1", "profile": {"login": "l"}}
    assert parse_fields("profile,created").of(user) == {"id": "1", "created": "c", "profile": user["profile"]}


@pytest.mark.parametrize(
    "text", ["", ",", "id,", "profile:(", "profile:()", "profile:(a,)", "status:(a)", "profile:(a:(b))", "a b", "a,,b"]
)
def test_malformed_fields(text: str) -> None:
    with pytest.raises(ApiError):
        parse_fields(text)
