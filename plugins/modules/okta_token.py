#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: okta_token
short_description: Get or revoke a short-lived Okta access token
version_added: "1.0.0"
description:
  - Signs a client assertion with the private key of an API Services app (C(private_key_jwt), RFC 7523), and gets a
    scoped access token for it from the authorization server of the Okta org. The token lives for one hour.
  - Most playbooks need no task of their own for a token, because the other modules of this collection get one when they
    have O(client_id) and a private key. This module is for sharing a token between tasks, for calling Okta with other
    modules, and for revoking a token when the work is done.
  - The result of a task that gets a token is censored in all output, callbacks and job events, while C(register) holds
    it. A failure stays readable.
author:
  - The idops.okta authors (@idops)
extends_documentation_fragment:
  - idops.okta._okta
  - idops.okta._attributes
options:
  state:
    description:
      - With V(present), a new token is got, in check mode too, because later tasks that only read need one.
      - With V(absent), O(access_token) is revoked. That needs O(client_id) and the private key of the app that the
        token is from. Okta agrees as well when the token is unknown or has expired.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    support: full
    details: A token is got in check mode too. None is revoked.
  diff_mode:
    support: none
  idempotent:
    support: none
    details: Each run with O(state=present) gets another token, and reports no change.
notes:
  - Register the result, and keep the token out of C(set_fact), C(set_stats) and C(debug), because what they are given
    is printed, and kept in the fact cache or among the artifacts of a job.
  - Do not run this module in a C(loop). Ansible-core 2.16, 2.17 and 2.18 hand the result of a loop to callbacks
    uncensored. The default output and AWX do not show it, but other callbacks such as C(junit) do.
seealso:
  - module: idops.okta.okta_users_info
"""

EXAMPLES = r"""
- name: Get a token; OKTA_ORG_URL, OKTA_CLIENT_ID and OKTA_PRIVATE_KEY_FILE are set in the environment
  idops.okta.okta_token:
    scopes: [okta.users.read, okta.groups.read]
  register: okta

- name: Share one token among tasks, and revoke it when they are done
  module_defaults:
    group/idops.okta.okta:
      access_token: "{{ okta.access_token }}"
      dpop_key: "{{ okta.dpop_key | default(omit) }}"
  block:
    - name: List the users that are locked out
      idops.okta.okta_users_info:
        statuses: [LOCKED_OUT]
      register: locked_out
  always:
    - name: Revoke the token
      idops.okta.okta_token:
        state: absent
"""

RETURN = r"""
access_token:
  description: The token. It is a secret.
  returned: success and O(state=present)
  type: str
  sample: eyJraWQiOiJ...
token_type:
  description: V(DPoP) for a token that is bound to RV(dpop_key), and V(Bearer) for one that is not.
  returned: success and O(state=present)
  type: str
  sample: DPoP
expires_in:
  description: Seconds that the token lives for, from when Okta made it.
  returned: success and O(state=present)
  type: int
  sample: 3600
expires_at:
  description: When the token ends, in UTC.
  returned: success and O(state=present)
  type: str
  sample: "2026-01-31T12:00:00Z"
scopes:
  description: The scopes that Okta granted.
  returned: success and O(state=present)
  type: list
  elements: str
  sample: [okta.users.read]
org_url:
  description: The org that the token is for.
  returned: success
  type: str
  sample: https://acme.okta.com
client_id:
  description: The client ID of the app that the token is for.
  returned: success
  type: str
  sample: 0oa1gjh63g214q0Hq0g4
dpop_key:
  description: The private JWK that the token is bound to. It was made for this token, and is a secret.
  returned: success and O(state=present), when the token is bound
  type: dict
  sample: {kty: EC, crv: P-256, x: f83OJ3D2xF..., y: x_FEzRu9m3..., d: jpsQnnGQmL...}
"""

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._connection import needed_credentials, open_transports
from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption, OktaError
from ansible_collections.idops.okta.plugins.module_utils._masking import mask_forms, unmask_public_words
from ansible_collections.idops.okta.plugins.module_utils._options import SHARED_OPTIONS, Options, read_options
from ansible_collections.idops.okta.plugins.module_utils._token import request_token, revoke_token

DEFAULT_SCOPES = ("okta.users.read",)


def present(module: AnsibleModule, options: Options) -> dict[str, t.Any]:
    """Get a token."""
    credentials = needed_credentials(options, module.warn)
    token = request_token(open_transports(options)[0], options.org_url, credentials, options.scopes, options.dpop)
    return {**token.result(), "org_url": options.org_url, "client_id": credentials.client_id, "changed": False}


def absent(module: AnsibleModule, options: Options) -> dict[str, t.Any]:
    """Revoke a token."""
    credentials = needed_credentials(options, module.warn)
    if options.access_token is None:
        raise InvalidOption("There is no token to revoke.", "Set access_token.")
    if not module.check_mode:
        revoke_token(open_transports(options)[0], options.org_url, credentials, options.access_token)
    return {"org_url": options.org_url, "client_id": credentials.client_id, "changed": True}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **SHARED_OPTIONS,
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    unmask_public_words(module.no_log_values, module.params)
    try:
        options = read_options(module.params, DEFAULT_SCOPES, os.environ)
        result = present(module, options) if module.params["state"] == "present" else absent(module, options)
    except OktaError as error:
        mask_forms(module.no_log_values, module.params, os.environ)
        module.fail_json(**error.result())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
