#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: okta_users_info
short_description: List the users of an Okta org
version_added: "1.0.0"
description:
  - Lists the users of an Okta org, all pages of them, and returns them as Okta sends them.
  - The list is complete, or the task fails and says how far it got. A short list is never returned as a success.
  - B(Users in the status) V(DEPROVISIONED) B(are left out by Okta unless they are asked for.) See
    O(include_deprovisioned).
  - With O(dest), the users are streamed to a file instead. That is for large orgs.
  - Without O(access_token), the module gets a token of its own for the scope C(okta.users.read). The app needs an admin
    role as well, and I(Read-only Administrator) will do.
author:
  - The idops.okta authors (@idops)
extends_documentation_fragment:
  - idops.okta._okta
  - idops.okta._attributes
attributes:
  check_mode:
    support: full
    details: The users are read. No file is written.
  diff_mode:
    support: full
    details: For O(dest), the diff has the number of users before and after, and no user.
  idempotent:
    support: full
options:
  search:
    description:
      - An expression in Okta's search grammar, such as V(profile.department eq "Engineering" and created gt
        "2026-01-01T00:00:00.000Z").
      - It is passed on as it is. It also finds users in the status V(DEPROVISIONED).
      - Okta's search index can be some seconds behind. Only O(filter), O(user) and the plain list see every change at
        once.
      - O(search), O(filter), O(q) and O(user) are mutually exclusive.
    type: str
  filter:
    description:
      - An expression in Okta's filter grammar, over V(status), V(lastUpdated), V(id), and V(login), V(email),
        V(firstName) and V(lastName) of the profile.
      - It is passed on as it is. Values are compared case-sensitively. It also finds users in the status
        V(DEPROVISIONED).
      - O(search), O(filter), O(q) and O(user) are mutually exclusive.
    type: str
  q:
    description:
      - The beginning of a first name, last name or email address.
      - Okta gives one page at the most for it, and leaves out users in the status V(DEPROVISIONED). The task fails when
        that page is full, because more users could match.
      - O(search), O(filter), O(q) and O(user) are mutually exclusive.
    type: str
  user:
    description:
      - IDs or logins of users to fetch one by one, in this order, whatever their status. The task fails when one of
        them does not exist, and names it.
      - O(search), O(filter), O(q) and O(user) are mutually exclusive, and O(user) also excludes O(statuses), O(limit),
        O(sort_by), O(dest) and O(include_deprovisioned).
    type: list
    elements: str
  statuses:
    description:
      - Only users in one of these statuses, such as V(ACTIVE) or V(LOCKED_OUT). Any name that Okta knows can be given.
      - Naming V(DEPROVISIONED) is enough to get these users. O(include_deprovisioned) is not needed.
    type: list
    elements: str
  include_deprovisioned:
    description:
      - Whether the list of all users has those in the status V(DEPROVISIONED) too. By Okta's own rule it has not.
      - O(search), O(filter) and O(statuses) find such users whatever this option says, and O(q) never does.
      - Users that were deleted are in no list.
    type: bool
    default: false
  fields:
    description:
      - The attributes to return of each user, such as V(status) or V(profile.login). Okta leaves out the others itself,
        which makes pages smaller and faster. The V(id) is always returned.
      - The members of V(profile) are chosen by Okta itself. Of other objects, such as V(credentials.provider), Okta
        sends the whole, and the module leaves out the rest.
    type: list
    elements: str
  omit_credentials:
    description:
      - Whether Okta is to leave out the attribute V(credentials), which holds recovery questions and further addresses.
    type: bool
    default: true
  sort_by:
    description:
      - The attribute to sort by, such as V(profile.lastName). Only what O(search) finds can be sorted.
    type: str
  sort_order:
    description:
      - The direction of O(sort_by).
    type: str
    choices: [asc, desc]
    default: asc
  page_size:
    description:
      - How many users to ask for with one request, from 1 to 200. Fewer help only where Okta takes too long for a page.
    type: int
    default: 200
  limit:
    description:
      - The most users to return. If it is not set, all are returned.
    type: int
  workers:
    description:
      - How many workers read side by side, from 1 to 8. More than one pay off when pages are slow to come and there are
        more than some thousand users.
      - Workers share out the users by when they were created, by means of O(search), which can be some seconds behind.
        A user that was created a moment ago may be missing. Every user that the search index knows is listed once, in
        the same order as with one worker.
      - More than one worker cannot be combined with O(q), O(filter), O(limit), O(sort_by) or O(user).
      - When Okta has too many requests at once, the task goes on with fewer workers.
    type: int
    default: 1
  dest:
    description:
      - A file to write the users to, instead of returning them. Pages are streamed, so that the memory needed does not
        grow with the number of users.
      - The file appears as a whole, with the mode V(0600), or not at all. What was there before stays until then.
      - The users are ordered by V(id), or as O(sort_by) says, and nothing is written when the content is the same.
    type: path
  dest_format:
    description:
      - The format of O(dest). With V(jsonl), each line is a user as Okta sends it, with its attributes in alphabetical
        order.
      - With V(csv), the columns are those of O(fields), or else the ID, the status, all dates, and login, email and
        name. Cells that a spreadsheet would take for a formula begin with an apostrophe.
    type: str
    choices: [jsonl, csv]
    default: jsonl
seealso:
  - module: idops.okta.okta_token
  - name: Okta's documentation on listing users
    description: Grammar of search and filter, attributes, and statuses.
    link: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/listUsers
"""

EXAMPLES = r"""
- name: List all users; OKTA_ORG_URL, OKTA_CLIENT_ID and OKTA_PRIVATE_KEY_FILE are set in the environment
  idops.okta.okta_users_info:
  register: everyone

- name: List who is locked out, with no more than is needed of each
  idops.okta.okta_users_info:
    statuses: [LOCKED_OUT]
    fields: [status, statusChanged, profile.login]
  register: locked_out

- name: Find the engineers, in alphabetical order
  idops.okta.okta_users_info:
    search: profile.department eq "Engineering" and status eq "ACTIVE"
    sort_by: profile.lastName
  register: engineers

- name: List every account, leavers too
  idops.okta.okta_users_info:
    include_deprovisioned: true
    fields: [status, created, lastLogin, profile.login]
  register: population

- name: Write the users of a large org to a file, with four workers
  idops.okta.okta_users_info:
    workers: 4
    fields: [status, lastLogin, profile.login]
    dest: "{{ lookup('ansible.builtin.env', 'HOME') }}/users.jsonl"

- name: Look up two people
  idops.okta.okta_users_info:
    user: "{{ everyone.users[:2] | map(attribute='profile.login') | list }}"
  register: people
"""

RETURN = r"""
users:
  description:
    - The users, as Okta sends them, with the names of attributes untouched.
    - They are ordered by V(id), as O(sort_by) says, or as O(user) names them.
  returned: success and O(dest) is not set
  type: list
  elements: dict
  sample:
    - id: 00ub0oNGTSWTBKOLGLNR
      status: ACTIVE
      created: "2025-06-24T16:39:18.000Z"
      lastLogin:
      profile: {login: isaac.brock@example.com, firstName: Isaac, lastName: Brock}
count:
  description: How many users there are in RV(users) or in the file.
  returned: success
  type: int
  sample: 1234
complete:
  description: Whether the list has every user that was asked for. It is V(false) only when O(limit) cut it.
  returned: success
  type: bool
  sample: true
org_url:
  description: The org that the users are from.
  returned: success
  type: str
  sample: https://acme.okta.com
query:
  description: What Okta was asked for, as the parameters of its list of users. It is empty with O(user).
  returned: success
  type: str
  sample: filter=status eq "LOCKED_OUT"&limit=200
pages:
  description: How many pages of users were read.
  returned: success
  type: int
  sample: 7
requests:
  description: How many HTTP requests the task made, those for a token and those tried again included.
  returned: success
  type: int
  sample: 8
waited_seconds:
  description: Seconds that the task spent waiting for rate limits and before it tried again.
  returned: success
  type: float
  sample: 0.0
rate_limit:
  description: What Okta last said of the rate limit of this list. It is V(null) when Okta said nothing.
  returned: success
  type: dict
  contains:
    limit:
      description: Requests that the app has in a window, which is about a minute long.
      type: int
      sample: 300
    remaining:
      description: Requests that were left in the window.
      type: int
      sample: 293
    reset:
      description: When the window ends, in seconds since the epoch.
      type: int
      sample: 1769860800
path:
  description: The file that the users were written to.
  returned: success and O(dest) is set
  type: str
  sample: /var/lib/audit/users.jsonl
size:
  description: The size of the file in bytes.
  returned: success and O(dest) is set
  type: int
  sample: 1014221
checksum:
  description: The SHA-256 of the file.
  returned: success and O(dest) is set
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
users_read:
  description: How many users had been read when the list broke off.
  returned: failure, when the list broke off
  type: int
  sample: 600
pages_read:
  description: How many pages had been read when the list broke off.
  returned: failure, when the list broke off
  type: int
  sample: 3
unknown_users:
  description: What was asked for with O(user) and is not known to Okta.
  returned: failure, when a user does not exist
  type: list
  elements: str
  sample: [nobody@example.com]
"""

import os
import tempfile
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._connection import open_clients
from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError
from ansible_collections.idops.okta.plugins.module_utils._masking import mask_forms, unmask_public_words
from ansible_collections.idops.okta.plugins.module_utils._options import SHARED_OPTIONS, read_options
from ansible_collections.idops.okta.plugins.module_utils._transport import traffic
from ansible_collections.idops.okta.plugins.module_utils._user_query import read_selection
from ansible_collections.idops.okta.plugins.module_utils._user_walk import Walk
from ansible_collections.idops.okta.plugins.module_utils._users import find_users, list_users, save_users

DEFAULT_SCOPES = ("okta.users.read",)
OPTIONS = {
    "search": {"type": "str"},
    "filter": {"type": "str"},
    "q": {"type": "str"},
    "user": {"type": "list", "elements": "str"},
    "statuses": {"type": "list", "elements": "str"},
    "include_deprovisioned": {"type": "bool", "default": False},
    "fields": {"type": "list", "elements": "str"},
    "omit_credentials": {"type": "bool", "default": True},
    "sort_by": {"type": "str"},
    "sort_order": {"type": "str", "choices": ["asc", "desc"], "default": "asc"},
    "page_size": {"type": "int", "default": 200},
    "limit": {"type": "int"},
    "workers": {"type": "int", "default": 1},
    "dest": {"type": "path"},
    "dest_format": {"type": "str", "choices": ["jsonl", "csv"], "default": "jsonl"},
}
NOBODY = (
    "The list of all users is empty, and no org has none: the app most likely lacks an admin role. "
    "Assign it one (Read-only Administrator will do) on its tab 'Admin roles' in the Admin Console."
)


def run(module: AnsibleModule) -> dict[str, t.Any]:
    """List the users into memory or into a file, or fetch those that are named."""
    params = module.params
    options = read_options(params, DEFAULT_SCOPES, os.environ)
    selection = read_selection(params)
    clients = open_clients(options, params["workers"], warn=module.warn, protect=module.no_log_values.add)
    if params["user"] is not None:
        users = find_users(clients[0], params["user"], selection)
        walk = Walk("", len(users), 0, True)
        result: dict[str, t.Any] = {"users": users, "changed": False}
    elif params["dest"] is None:
        users, walk = list_users(clients, selection)
        result = {"users": users, "changed": False}
    else:
        scratch = tempfile.gettempdir() if module.check_mode else None
        saved, walk = save_users(clients, selection, params["dest"], params["dest_format"], scratch, module._diff)
        result = saved.result()
    if selection.is_unfiltered and params["user"] is None and not walk.users:
        module.warn(NOBODY)
    return {
        "org_url": options.org_url,
        **walk.result(),
        **traffic([client.transport for client in clients]),
        **result,
    }


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec={**SHARED_OPTIONS, **OPTIONS}, supports_check_mode=True)
    unmask_public_words(module.no_log_values, module.params)
    try:
        result = run(module)
    except OktaError as error:
        mask_forms(module.no_log_values, module.params, os.environ)
        module.fail_json(**error.result())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
