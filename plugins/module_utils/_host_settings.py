# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The settings of a host audit, checked all at once before anything is read on a host."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone

from ._audit_comparison import read_previous
from ._audit_dates import NoDate, milliseconds, read_now
from ._audit_provenance import Provenance
from ._audit_settings import Tuned, tune
from ._audit_subject import Record, text
from ._errors import InvalidOption
from ._host_checks import CHECKS, KIND, PRESETS
from ._host_exemptions import read_host_exemptions
from ._host_mapping import Mapping, read_mapping

_IN_GROUP = "host_priv_not_in_group"
DEFAULT_PRIVILEGED_GROUPS = ("sudo", "wheel", "admin", "sft-admin")


@dataclass(frozen=True)
class Settings:
    """What holds for the whole audit. ``given`` is all of it as plain JSON, for the index to keep."""

    now: int
    checks: dict[str, Tuned]
    mapping: Mapping
    privileged_groups: frozenset[str]
    worst_status_wins: bool
    exemptions: list[t.Any]
    provenance: Record
    given: Record

    @property
    def enabled(self) -> set[str]:
        """The checks that are on."""
        return {name for name, tuned in self.checks.items() if tuned.enabled}


def read_settings(params: t.Mapping[str, t.Any], now: datetime) -> Settings:
    """Check the options of the index. Raises `InvalidOption`."""
    try:
        moment = milliseconds(read_now(params.get("now"), lambda: now))
    except NoDate:
        raise InvalidOption("now is no date.", "Write one such as 2026-01-31T12:00:00Z.") from None
    names = ("preset", "checks", "exemptions", "provenance", "privileged_groups", "required_groups")
    mapped = ("username_map", "username_attributes", "username_transforms", "username_template", "uid_attribute")
    given = {name: params.get(name) for name in (*names, *mapped, "email_local_part", "worst_status_wins")}
    settings = restored({**given, "now": moment})
    provenance = Provenance(settings.provenance)
    read_host_exemptions(settings.exemptions, settings.checks, moment)
    if params.get("previous_report"):
        read_previous(params["previous_report"], provenance.org_url, KIND)
    if settings.checks[_IN_GROUP].enabled and not params.get("group_members"):
        raise InvalidOption(
            "required_groups is set without group_members, so that nobody can be told to be in a group.",
            "Write what okta_groups_info returns as groups, with members, to a file, and name it in group_members.",
        )
    return settings


def restored(given: Record) -> Settings:
    """The settings, from what an index keeps of them. Raises `InvalidOption`."""
    own, required = dict(given.get("checks") or {}), list(given.get("required_groups") or ())
    said = own.get(_IN_GROUP, {})
    if required and (said is None or said is True or isinstance(said, dict)):
        own[_IN_GROUP] = {"groups": required, **(said if isinstance(said, dict) else {})}
    checks = tune(given.get("preset") or "none", own, CHECKS, PRESETS)
    privileged = given.get("privileged_groups")
    return Settings(
        given["now"],
        checks,
        read_mapping(given),
        frozenset(text(name) for name in (DEFAULT_PRIVILEGED_GROUPS if privileged is None else privileged)),
        bool(given.get("worst_status_wins")),
        list(given.get("exemptions") or ()),
        dict(given.get("provenance") or {}),
        given,
    )


def clock() -> datetime:
    """The time, UTC."""
    return datetime.now(timezone.utc)
