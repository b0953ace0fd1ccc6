# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a user is shown: with links, without what the caller asked to leave out, as JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass

import orjson
from starlette.requests import Request

from .fields import Fields, parse_fields
from .users import Record

_OPTION = re.compile(r'okta-response\s*=\s*("[^"]*"|[^;]*)', re.IGNORECASE)

_LIFECYCLE: dict[str, tuple[str, ...]] = {
    "STAGED": ("activate", "deactivate"),
    "PROVISIONED": ("reactivate", "deactivate", "resetPassword"),
    "ACTIVE": ("suspend", "resetPassword", "expirePassword", "resetFactors", "deactivate"),
    "RECOVERY": ("reactivate", "resetPassword", "suspend", "deactivate"),
    "LOCKED_OUT": ("unlock", "resetPassword", "deactivate"),
    "PASSWORD_EXPIRED": ("suspend", "resetPassword", "expirePassword", "deactivate"),
    "SUSPENDED": ("unsuspend", "resetPassword", "deactivate"),
    "DEPROVISIONED": ("activate", "delete"),
}
_CREDENTIAL_LINKS = ("changePassword", "changeRecoveryQuestion", "forgotPassword", "resetPassword", "expirePassword")


@dataclass(frozen=True)
class View:
    """What a request wants to see of users; equal requests make equal views."""

    base: str
    omissions: frozenset[str] = frozenset()
    fields: Fields | None = None

    def listed(self, record: Record) -> bytes:
        """A user in a listing: `_links` has `self` alone."""
        return self._shown(record, {"self": {"href": f"{self.base}/api/v1/users/{record['id']}"}})

    def single(self, record: Record) -> bytes:
        """A user fetched alone, with the links its status allows."""
        own = f"{self.base}/api/v1/users/{record['id']}"
        names = [*_LIFECYCLE.get(record["status"], ()), "changePassword", "changeRecoveryQuestion", "forgotPassword"]
        if "omitCredentialsLinks" in self.omissions:
            names = [name for name in names if name not in _CREDENTIAL_LINKS]
        links: Record = {"self": {"href": own}}
        for name in names:
            links[name] = {"href": f"{own}/{name}", "method": "POST"}
        return self._shown(record, links)

    def _shown(self, record: Record, links: Record) -> bytes:
        if self.fields is not None:
            return orjson.dumps(self.fields.of({**record, "_links": links}))
        shown = {**record, "_links": links}
        if "omitCredentials" in self.omissions:
            shown.pop("credentials", None)
        if "omitTransitioningToStatus" in self.omissions:
            shown.pop("transitioningToStatus", None)
        return orjson.dumps(shown)


def view_for(request: Request, base: str, fields: str | None = None) -> View:
    """Reads `okta-response` from Content-Type; names it doesn't know are ignored, as Okta does."""
    option = _OPTION.search(request.headers.get("content-type", ""))
    names = option[1].strip('"').split(",") if option else []
    omissions = frozenset(name.strip() for name in names)
    return View(base, omissions, parse_fields(fields) if fields is not None else None)
