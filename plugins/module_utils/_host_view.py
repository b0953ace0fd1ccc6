# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What the page of a host audit shows beside the findings: hosts by checks, and accounts by person."""

from __future__ import annotations

import typing as t

from ._audit_subject import Record, cut

_MOST_HOSTS = 500
_MOST_PEOPLE = 200


class Overview:
    """Counts what fails by host and check, and keeps which accounts of a person something fails for."""

    def __init__(self) -> None:
        self._cells: dict[str, dict[str, int]] = {}
        self._worst: dict[str, list[int]] = {}
        self._people: dict[str, Record] = {}

    def add(self, host: str, check: str, severity_rank: int) -> None:
        """One thing that fails on a host."""
        cells = self._cells.setdefault(host, {})
        cells[check] = cells.get(check, 0) + 1
        self._worst.setdefault(host, [0] * 5)[severity_rank] += 1

    def add_account(self, host: str, row: Record, checks: list[str], severity_ranks: list[int]) -> None:
        """An account with what fails for it."""
        user = row["user"] or {}
        person = self._people.setdefault(
            row["login"].casefold(),
            {
                "login": cut(row["login"]),
                "name": cut(user.get("name", "")),
                "status": cut(user.get("status", "")),
                "accounts": [],
                "worst": [0] * 5,
            },
        )
        person["accounts"].append({"host": host, "account": cut(row["name"]), "checks": checks})
        for rank in severity_ranks:
            person["worst"][rank] += 1

    def shown(self, table: t.Iterable[str]) -> Record:
        """The members of the view: ``table`` has all checks in their order."""
        seen = {check for cells in self._cells.values() for check in cells}
        checks = [check for check in table if check in seen]
        hosts = sorted(self._cells, key=lambda host: ([-number for number in self._worst[host]], host))
        rows = [
            {
                "host": host,
                "cells": [self._cells[host].get(check, 0) for check in checks],
                "total": sum(self._cells[host].values()),
            }
            for host in hosts[:_MOST_HOSTS]
        ]
        people = sorted(self._people.values(), key=lambda each: ([-number for number in each["worst"]], each["login"]))
        return {
            "matrix": {"checks": checks, "rows": rows, "more": len(hosts) - len(rows)},
            "people": [
                {name: person[name] for name in ("login", "name", "status", "accounts")}
                for person in people[:_MOST_PEOPLE]
            ],
            "people_more": max(len(people) - _MOST_PEOPLE, 0),
        }
