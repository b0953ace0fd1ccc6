# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Who holds an admin role, and which.

https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentAUser/
"""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from ._client import Client, Record, identity_of, record_in
from ._lists import for_each, read_list
from ._user_walk import USERS_PATH

ASSIGNEES_PATH = "/api/v1/iam/assignees/users"
_PAGE = "200"


def list_admins(clients: t.Sequence[Client], *, with_profile: bool) -> list[Record]:
    """The users with an admin role: ``id``, ``roles`` as Okta sends them, and with ``with_profile`` the ``user``.

    One list and one or two calls for each admin, however many users the org has. Ordered by ``id``. Raises `OktaError`.
    """
    assignees = read_list(
        clients[0], ASSIGNEES_PATH, noun="admins", bucket="/api/v1", query={"limit": _PAGE}, member="value"
    )
    ids = sorted({identity_of(assignee) for assignee in assignees})

    def read(client: Client, identity: str) -> Record:
        path = f"{USERS_PATH}/{quote(identity, safe='')}"
        admin: Record = {
            "id": identity,
            "roles": read_list(client, f"{path}/roles", noun=f"roles of {identity}", bucket=USERS_PATH),
        }
        if with_profile:
            admin["user"] = record_in(client.get(path, bucket=f"{USERS_PATH}/{{id}}"))
        return admin

    return for_each(clients, ids, read)
