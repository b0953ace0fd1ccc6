# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be changed about the org while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Behaviour that tests turn; the defaults are Okta's."""

    clock_offset: float = 0.0
    """Seconds the org's clock is ahead: `Date`, `exp` and `iat` checks, rate-limit resets follow it."""
    token_lifetime: int = 3600
    rate_limits: Mapping[str, int] = field(default_factory=dict)
    """Requests per window and app, by bucket; buckets not named are as good as unlimited."""
    rate_window: float = 60.0
    concurrency_limit: int | None = None
    """API requests answered at the same time; one more draws a 429 of the concurrency kind."""
    latency_ms: float = 0.0
    nonce_required: bool = True
    """The token endpoint asks for a nonce in DPoP proofs."""
    api_nonce_required: bool = False
    api_nonce_status: int = 400
    nonce_grace: bool = True
    """A nonce that was rotated out is still accepted."""
    page_size_cap: int | None = None
    """Pages are no longer than this, whatever `limit` asks for."""
    link_order: str = "self,next"
    link_style: str = "separate"
    link_host: str | None = None
    """A host (`org-admin.example.com`) or an origin (`https://127.0.0.1:4443`) for links; default: the one asked."""
    link_raw_commas: bool = False
    """Commas in `Link` URLs are left as they are."""
    drop_fields_from_next: bool = False
    assignees_by_groups: bool = True
    """The list of admins has those too that hold a role through a group alone; whether Okta's has is unknown."""

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """A copy with these changes; ValueError names what is wrong with them."""
        known = {item.name: str(item.type) for item in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"unknown setting {name!r}; known are {', '.join(sorted(known))} and rotate_nonce")
            if not _fits(value, known[name]):
                raise ValueError(f"setting {name!r} takes {known[name]}, not {value!r}")
            if name in _CHOICES and value not in _CHOICES[name]:
                raise ValueError(f"setting {name!r} takes one of {_CHOICES[name]}, not {value!r}")
        return replace(self, **changes)


_CHOICES: dict[str, tuple[object, ...]] = {
    "link_order": ("self,next", "next,self"),
    "link_style": ("separate", "joined"),
    "api_nonce_status": (400, 401),
}


def _fits(value: object, annotation: str) -> bool:
    """Whether a JSON value fits one of the annotations used above."""
    for part in annotation.split(" | "):
        if part == "None" and value is None:
            return True
        if part == "bool" and isinstance(value, bool):
            return True
        if part == "str" and isinstance(value, str):
            return True
        if part == "int" and isinstance(value, int) and not isinstance(value, bool):
            return True
        if part == "float" and isinstance(value, (int, float)) and not isinstance(value, bool):
            return True
        if part.startswith("Mapping") and isinstance(value, Mapping):
            return True
    return False
