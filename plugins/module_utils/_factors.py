# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Which factors users have enrolled.

https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserFactor/
"""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from ._client import Client, Record, identity_of
from ._errors import NotFound
from ._lists import for_each, read_list
from ._user_walk import USERS_PATH


def list_factors(clients: t.Sequence[Client], users: t.Iterable[Record]) -> list[Record]:
    """For each user: ``id``, ``login`` and ``factors`` as Okta sends them, but for ``_embedded``.

    One call for each user; Okta has no list of all factors. ``factors`` is None for a user that was deleted meanwhile:
    that is unknown, which is not the same as none. Raises `OktaError`.
    """

    def read(client: Client, user: Record) -> Record:
        identity = identity_of(user)
        path = f"{USERS_PATH}/{quote(identity, safe='')}/factors"
        profile = user.get("profile")
        login = profile.get("login") if isinstance(profile, dict) else None
        factors: list[Record] | None
        try:
            factors = [
                _without_secrets(factor)
                for factor in read_list(client, path, noun=f"factors of {identity}", bucket=USERS_PATH)
            ]
        except NotFound:
            factors = None
        return {"id": identity, "login": login, "factors": factors}

    return for_each(clients, users, read)


def _without_secrets(factor: Record) -> Record:
    """A factor that is being enrolled carries the secret of its one-time passwords in ``_embedded.activation``."""
    return {name: value for name, value in factor.items() if name != "_embedded"}
