#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: okta_groups_info
short_description: List the groups of an Okta org, and who is in them
version_added: "1.0.0"
description:
  - Lists the groups of an Okta org, all pages of them, and with O(members) the users in each.
  - The lists are complete, or the task fails.
  - It needs the scope C(okta.groups.read).
author:
  - The idops.okta authors (@idops)
extends_documentation_fragment:
  - idops.okta._okta
  - idops.okta._attributes
  - idops.okta._attributes.info_module
options:
  group:
    description:
      - IDs or names of groups. The task fails when there is no such group, and names it. Of a name that several groups
        have, all are returned.
      - O(group), O(search) and O(filter) are mutually exclusive.
    type: list
    elements: str
  search:
    description:
      - An expression in Okta's search grammar, such as V(type eq "OKTA_GROUP" and profile.name sw "linux-"). It is
        passed on as it is.
      - O(group), O(search) and O(filter) are mutually exclusive.
    type: str
  filter:
    description:
      - An expression in Okta's filter grammar, over V(id), V(type), V(lastUpdated) and V(lastMembershipUpdated). It is
        passed on as it is.
      - O(group), O(search) and O(filter) are mutually exclusive.
    type: str
  members:
    description:
      - Whether to list the users in each group too. That takes one call for each 200 of them.
    type: bool
    default: false
  workers:
    description:
      - How many workers read side by side, from 1 to 8. They share one token and one pace.
    type: int
    default: 1
seealso:
  - module: idops.okta.okta_users_info
"""

EXAMPLES = r"""
- name: List the groups of the org
  idops.okta.okta_groups_info:
  register: all_groups

- name: List who is in one of them
  idops.okta.okta_groups_info:
    group: ["{{ all_groups.groups[0].profile.name }}"]
    members: true
  register: first

- name: Name them
  ansible.builtin.debug:
    msg: "{{ first.groups[0].members | map(attribute='profile.login') | list }}"
"""

RETURN = r"""
groups:
  description: The groups, as Okta sends them, ordered by ID, or as O(group) names them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the group.
      type: str
      sample: 00g1emaKYZTWRYYRRTSK
    profile:
      description: Name and description.
      type: dict
      sample: {name: linux-admins, description: They hold sudo.}
    members:
      description: The users in the group, as Okta sends them, ordered by ID. It is there when O(members) is V(true).
      type: list
      elements: dict
      sample: [{id: 00ub0oNGTSWTBKOLGLNR, status: ACTIVE, profile: {login: isaac.brock@example.com}}]
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

from ansible_collections.idops.okta.plugins.module_utils._connection import open_clients
from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError
from ansible_collections.idops.okta.plugins.module_utils._groups import find_groups, list_groups, list_members
from ansible_collections.idops.okta.plugins.module_utils._lists import for_each
from ansible_collections.idops.okta.plugins.module_utils._masking import mask_forms, unmask_public_words
from ansible_collections.idops.okta.plugins.module_utils._options import SHARED_OPTIONS, checked_workers, read_options
from ansible_collections.idops.okta.plugins.module_utils._transport import traffic

DEFAULT_SCOPES = ("okta.groups.read",)
OPTIONS = {
    "group": {"type": "list", "elements": "str"},
    "search": {"type": "str"},
    "filter": {"type": "str"},
    "members": {"type": "bool", "default": False},
    "workers": {"type": "int", "default": 1},
}


def run(module: AnsibleModule) -> dict[str, t.Any]:
    """List the groups, and their members where they are asked for."""
    params = module.params
    options = read_options(params, DEFAULT_SCOPES, os.environ)
    workers = checked_workers(params["workers"])
    clients = open_clients(options, workers, warn=module.warn, protect=module.no_log_values.add)
    if params["group"] is not None:
        groups = find_groups(clients[0], params["group"])
    else:
        groups = list_groups(clients[0], search=params["search"], filter_=params["filter"])
    if params["members"]:
        members = for_each(clients, groups, list_members)
        groups = [{**group, "members": users} for group, users in zip(groups, members)]
    return {"groups": groups, "count": len(groups), **traffic([client.transport for client in clients])}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={**SHARED_OPTIONS, **OPTIONS},
        mutually_exclusive=[("group", "search"), ("group", "filter")],
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
