#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: okta_api_tokens_info
short_description: List the API tokens of an Okta org
version_added: "1.0.0"
description:
  - Lists the API tokens (SSWS) of an Okta org, with who made each and when it was last used. Their values are not among
    what Okta returns.
  - The list is complete, or the task fails.
  - It needs the scope C(okta.apiTokens.read).
author:
  - The idops.okta authors (@idops)
extends_documentation_fragment:
  - idops.okta._okta
  - idops.okta._attributes
  - idops.okta._attributes.info_module
seealso:
  - module: idops.okta.okta_admins_info
"""

EXAMPLES = r"""
- name: List the API tokens of the org
  idops.okta.okta_api_tokens_info:
  register: api_tokens
"""

RETURN = r"""
api_tokens:
  description: The API tokens, as Okta sends them, ordered by ID.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 00Tabcdefg1234567890
      name: HR import
      userId: 00ub0oNGTSWTBKOLGLNR
      clientName: Okta API
      created: "2025-11-09T20:38:10.000Z"
      lastUpdated: "2026-01-31T12:00:00.000Z"
      expiresAt: "2026-03-02T12:00:00.000Z"
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
from ansible_collections.idops.okta.plugins.module_utils._lists import each_once, read_list
from ansible_collections.idops.okta.plugins.module_utils._masking import mask_forms, unmask_public_words
from ansible_collections.idops.okta.plugins.module_utils._options import SHARED_OPTIONS, read_options
from ansible_collections.idops.okta.plugins.module_utils._transport import traffic

DEFAULT_SCOPES = ("okta.apiTokens.read",)
API_TOKENS_PATH = "/api/v1/api-tokens"
OPTIONS: dict[str, dict[str, t.Any]] = {}


def run(module: AnsibleModule) -> dict[str, t.Any]:
    """List the API tokens."""
    options = read_options(module.params, DEFAULT_SCOPES, os.environ)
    clients = open_clients(options, warn=module.warn, protect=module.no_log_values.add)
    records = each_once(read_list(clients[0], API_TOKENS_PATH, noun="API tokens", bucket="/api/v1"))
    return {"api_tokens": records, "count": len(records), **traffic([client.transport for client in clients])}


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
