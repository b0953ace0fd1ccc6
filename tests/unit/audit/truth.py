# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a truth is: users planted for a check, and what it has to say of each."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

from ansible_collections.idops.okta.tests.unit.audit.support import Record, ago, user


class Truth(t.NamedTuple):
    """Users by what a check has to say of them: those in ``neither`` are nothing to it, or pass."""

    fail: t.Sequence[Record] = ()
    passes: t.Sequence[Record] = ()
    unknown: t.Sequence[Record] = ()
    neither: t.Sequence[Record] = ()
    settings: t.Mapping[str, t.Any] = MappingProxyType({})
    inputs: t.Mapping[str, t.Any] = MappingProxyType({})


def named(base: str, **variants: t.Any) -> list[Record]:
    """Users that differ from one that no check finds, each with a login of its own."""
    return [user(f"{base}.{name}@acme.example", **changes) for name, changes in variants.items()]


SINCE = "statusChanged"
DISABLED = ("SUSPENDED", "DEPROVISIONED", "STAGED")
OFF = [user(f"off.{status.lower()}@acme.example", status=status, lastLogin=ago(900)) for status in DISABLED]
NEW_STATUS = user("new.status@acme.example", status="ACTIVATING", lastLogin=ago(900))
NO_STATUS = user("no.status@acme.example", absent=["status"])
