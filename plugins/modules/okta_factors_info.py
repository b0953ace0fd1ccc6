#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: okta_factors_info
short_description: List which factors Okta users have enrolled
version_added: "1.0.0"
description:
  - Lists the factors (MFA) that users of an Okta org have enrolled.
  - Okta has no list of all factors, so that it takes one call for each user, out of the same rate limit as lists of
    users. At 300 calls a minute, 1,000 users take more than three minutes. Choose users or a group first.
  - The list is complete, or the task fails.
  - It needs the scope C(okta.users.read), and C(okta.groups.read) for O(group).
author:
  - The idops.okta authors (@idops)
extends_documentation_fragment:
  - idops.okta._okta
  - idops.okta._attributes
  - idops.okta._attributes.info_module
options:
  user:
    description:
      - IDs or logins of users. The task fails when one of them does not exist, and names it.
      - Exactly one of O(user), O(group) and O(everyone) is required.
    type: list
    elements: str
  group:
    description:
      - IDs or names of groups the members of which to look at.
      - Exactly one of O(user), O(group) and O(everyone) is required.
    type: list
    elements: str
  everyone:
    description:
      - Look at all users of the org but those in the status V(DEPROVISIONED).
      - Exactly one of O(user), O(group) and O(everyone) is required.
    type: bool
  workers:
    description:
      - How many workers read side by side, from 1 to 8. They share one token and one pace.
    type: int
    default: 1
notes:
  - Okta returns the factors that its policies allow, and evaluates them for the network zone of the app instead of that
    of the user. A user can have enrolled more than is shown.
seealso:
  - module: idops.okta.okta_admins_info
"""

EXAMPLES = r"""
- name: List the admins of the org
  idops.okta.okta_admins_info:
    profile: false
  register: admins

- name: List the factors of the admins
  idops.okta.okta_factors_info:
    user: "{{ admins.admins | map(attribute='id') | list }}"
  register: enrolled

- name: Name those without any
  ansible.builtin.debug:
    msg: "{{ enrolled.users | selectattr('factors', 'eq', []) | map(attribute='login') | list }}"
"""

RETURN = r"""
users:
  description: The users, ordered by ID.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the user.
      type: str
      sample: 00ub0oNGTSWTBKOLGLNR
    login:
      description: The login of the user.
      type: str
      sample: isaac.brock@example.com
    factors:
      description:
        - The factors, as Okta sends them, but for V(_embedded), which can hold secrets.
        - It is V(null) for a user that was deleted in the meantime.
      type: list
      elements: dict
      sample: [{id: fuf1mkhQyS9zK1gGd0g4, factorType: webauthn, provider: FIDO, status: ACTIVE}]
count:
  description: How many there are in the list.
  returned: success
  type: int
  sample: 12
requests:
  description: How many HTTP requests the task made, those for a token and those tried again included.
  returned: success
  type: int
  sample: 14
waited_seconds:
  description: Seconds that the task spent waiting for rate limits and before it tried again.
  returned: success
  type: float
  sample: 0.0
rate_limit:
  description: What Okta last said of its rate limit, with the keys V(limit), V(remaining) and V(reset), or V(null).
  returned: success
  type: dict
  sample: {limit: 300, remaining: 286, reset: 1769860800}
"""

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._client import Client, Record
from ansible_collections.idops.okta.plugins.module_utils._connection import open_clients
from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption, OktaError
from ansible_collections.idops.okta.plugins.module_utils._factors import list_factors
from ansible_collections.idops.okta.plugins.module_utils._groups import find_groups, list_members
from ansible_collections.idops.okta.plugins.module_utils._lists import each_once
from ansible_collections.idops.okta.plugins.module_utils._masking import mask_forms, unmask_public_words
from ansible_collections.idops.okta.plugins.module_utils._options import SHARED_OPTIONS, checked_workers, read_options
from ansible_collections.idops.okta.plugins.module_utils._transport import traffic
from ansible_collections.idops.okta.plugins.module_utils._user_query import Selection
from ansible_collections.idops.okta.plugins.module_utils._users import find_users, list_users

DEFAULT_SCOPES = ("okta.users.read",)
GROUP_SCOPES = ("okta.users.read", "okta.groups.read")
OPTIONS = {
    "user": {"type": "list", "elements": "str"},
    "group": {"type": "list", "elements": "str"},
    "everyone": {"type": "bool"},
    "workers": {"type": "int", "default": 1},
}


def users_to_look_at(params: dict[str, t.Any], client: Client) -> list[Record]:
    """The users that the options name, each once, ordered by id."""
    selection = Selection(fields=("id", "profile.login"))
    if params["user"] is not None:
        users = find_users(client, params["user"], selection)
    elif params["group"] is not None:
        users = [user for group in find_groups(client, params["group"]) for user in list_members(client, group)]
    elif not params["everyone"]:
        raise InvalidOption("everyone is false, and neither user nor group is set.", "Set one of the three.")
    else:
        users, _walk = list_users([client], selection)
    return each_once(users)


def run(module: AnsibleModule) -> dict[str, t.Any]:
    """List the factors."""
    params = module.params
    options = read_options(params, GROUP_SCOPES if params["group"] else DEFAULT_SCOPES, os.environ)
    workers = checked_workers(params["workers"])
    clients = open_clients(options, workers, warn=module.warn, protect=module.no_log_values.add)
    users = list_factors(clients, users_to_look_at(params, clients[0]))
    return {"users": users, "count": len(users), **traffic([client.transport for client in clients])}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={**SHARED_OPTIONS, **OPTIONS},
        mutually_exclusive=[("user", "group", "everyone")],
        required_one_of=[("user", "group", "everyone")],
        supports_check_mode=True,
    )
    unmask_public_words(module.no_log_values, module.params)
    try:
        result = run(module)
    except OktaError as error:
        mask_forms(module.no_log_values, module.params, os.environ)
        module.fail_json(**error.result())
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
