# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong, once, in the middle of a list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .org import BenchmarkedOrg

NEW_STATUS = "new status"
FAULTS = {"500": "internal_error", "502": "bad_gateway", "503": "unavailable", NEW_STATUS: None}
"""502 is HTML, as a proxy in front of Okta sends it. The last one is no fault of Okta's: a user in a status that
Okta's documentation doesn't list yet."""
USERS = 2_000
STRUCK = 5
"""The number of the request for a page that a fault strikes, of ten."""


@contextmanager
def afflicted(org: BenchmarkedOrg, fault: str | None) -> Iterator[None]:
    """The org with its counters at zero and, while the block lasts, with this fault."""
    org.org.reset()
    if fault is None:
        yield
    elif fault == NEW_STATUS:
        org.new_status(True)
        yield
        org.new_status(False)
    else:
        org.org.inject({"match": {"path": "/api/v1/users", "nth": STRUCK}, "times": 1, "action": FAULTS[fault]})
        yield


def has_struck(org: BenchmarkedOrg, fault: str | None) -> bool:
    """Whether what the peer did counts: it got as far as the fault."""
    return fault in (None, NEW_STATUS) or bool(org.org.faults()[0]["struck"])
