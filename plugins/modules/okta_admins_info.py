#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: okta_admins_info
short_description: List who holds an admin role in an Okta org
version_added: "1.0.0"
description:
  - Lists the users of an Okta org that hold an admin role, with the roles of each. It takes one list and one or two
    calls for each admin, however many users the org has.
  - The list is complete, or the task fails.
  - It needs the scope C(okta.roles.read), and C(okta.users.read) for the profiles.
author:
  - The idops.okta authors (@idops)
extends_documentation_fragment:
  - idops.okta._okta
  - idops.okta._attributes
  - idops.okta._attributes.info_module
options:
  profile:
    description:
      - Whether to fetch the user of each admin as well, for names and status.
    type: bool
    default: true
  workers:
    description:
      - How many workers read side by side, from 1 to 8. They share one token and one pace.
    type: int
    default: 1
notes:
  - Okta does not say whether the list of admins has those that hold a role through a group alone. To be sure, look at
    the roles of groups in the Admin Console.
seealso:
  - module: idops.okta.okta_users_info
"""

EXAMPLES = r"""
- name: List the admins of the org
  idops.okta.okta_admins_info:
  register: admins

- name: Name the super admins
  ansible.builtin.debug:
    msg: "{{ item.user.profile.login }}"
  loop: "{{ admins.admins }}"
  when: "'SUPER_ADMIN' in item.roles | map(attribute='type')"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
admins:
  description: The users with an admin role, ordered by ID.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the user.
      type: str
      sample: 00ub0oNGTSWTBKOLGLNR
    roles:
      description: The roles, as Okta sends them.
      type: list
      elements: dict
      sample: [{type: SUPER_ADMIN, label: Super Administrator, status: ACTIVE, assignmentType: USER}]
    user:
      description: The user, as Okta sends it. It is there when O(profile) is V(true).
      type: dict
      sample: {id: 00ub0oNGTSWTBKOLGLNR, status: ACTIVE, profile: {login: isaac.brock@example.com}}
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

from ansible_collections.idops.okta.plugins.module_utils._admins import list_admins
from ansible_collections.idops.okta.plugins.module_utils._connection import open_clients
from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError
from ansible_collections.idops.okta.plugins.module_utils._masking import mask_forms, unmask_public_words
from ansible_collections.idops.okta.plugins.module_utils._options import SHARED_OPTIONS, checked_workers, read_options
from ansible_collections.idops.okta.plugins.module_utils._transport import traffic

DEFAULT_SCOPES = ("okta.roles.read",)
PROFILE_SCOPES = ("okta.roles.read", "okta.users.read")
OPTIONS = {"profile": {"type": "bool", "default": True}, "workers": {"type": "int", "default": 1}}


def run(module: AnsibleModule) -> dict[str, t.Any]:
    """List the admins."""
    profile = module.params["profile"]
    options = read_options(module.params, PROFILE_SCOPES if profile else DEFAULT_SCOPES, os.environ)
    workers = checked_workers(module.params["workers"])
    clients = open_clients(options, workers, warn=module.warn, protect=module.no_log_values.add)
    admins = list_admins(clients, with_profile=profile)
    return {"admins": admins, "count": len(admins), **traffic([client.transport for client in clients])}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec={**SHARED_OPTIONS, **OPTIONS}, supports_check_mode=True)
    unmask_public_words(module.no_log_values, module.params)
    try:
        result = run(module)
    except OktaError as error:
        mask_forms(module.no_log_values, module.params, os.environ)
        module.fail_json(**error.result())
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
