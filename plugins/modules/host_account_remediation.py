#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_account_remediation
short_description: Plan which accounts on hosts to close after an audit
version_added: "1.0.0"
description:
  - Chooses, from the report of an audit of hosts, the accounts to close, and records what they are like in a rollback
    file. It changes no account itself. The role P(idops.okta.host_account_audit#role) acts on the plan.
  - Only findings that fail count, of the checks that O(checks) names. An account that is exempt, that is matched with
    more than one user, or that has a uid below UID_MIN of its host is left alone, and so is V(root).
  - It refuses, and then no account is touched at all, when the list of users is not complete or much shorter than
    before, when more accounts would be closed than the limits allow, and when there is no change reference.
  - It reads files on the control node and does not talk to Okta.
author:
  - The idops.okta authors (@idops)
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
    support: full
    details: The plan is returned. No rollback file is written.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: none
    details: The second time, it fails, for a rollback file is never written over.
options:
  report:
    description:
      - The C(report.json) that M(idops.okta.host_account_report) has written.
    type: path
    required: true
  hosts:
    description:
      - The folder that M(idops.okta.host_account_findings) has written what it read on each host to.
    type: path
    required: true
  previous_report:
    description:
      - The C(report.json) of an earlier audit, for O(most_shrink_percent). Without it, nothing is compared.
    type: path
  checks:
    description:
      - The checks the findings of which are acted on.
    type: list
    elements: str
    choices:
      - host_deprovisioned
      - host_suspended
      - host_orphan
      - host_priv_without_okta
      - host_key_of_leaver
      - host_nopasswd_orphan
      - host_inactive
    default: [host_deprovisioned]
  actions:
    description:
      - What to do with an account. V(expire) lets it expire, V(lock_password) locks its password, V(nologin) gives it a
        shell that lets nobody in, V(move_authorized_keys) renames its files of SSH keys, and V(end_sessions) ends its
        sessions.
      - Only those that would change something about an account are planned for it.
    type: list
    elements: str
    choices: [expire, lock_password, nologin, move_authorized_keys, end_sessions]
    default: [expire, lock_password]
  never:
    description:
      - Names of accounts that are never touched.
    type: list
    elements: str
    default: [root]
  most_per_host:
    description:
      - Refuse when more accounts than this would be closed on one host.
    type: int
    default: 5
  most_percent:
    description:
      - Refuse when more than this share of all accounts on all hosts that were assessed would be closed.
    type: float
    default: 20
  min_population:
    description:
      - Refuse when the org has fewer users than this.
    type: int
    default: 1
  most_shrink_percent:
    description:
      - Refuse when the org has lost more than this share of the users that it had in O(previous_report).
    type: float
    default: 20
  change_ref:
    description:
      - The ticket or approval that allows the change. It is recorded in the rollback file. Without one, the task fails.
    type: str
    required: true
  rollback_file:
    description:
      - Where to record what each account is like, before any is touched. The file has the mode V(0600). If it is there
        already, the task fails.
      - It is not written when there is no account to close.
    type: path
    required: true
seealso:
  - module: idops.okta.host_account_report
  - plugin: idops.okta.closing_steps
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Plan to close the accounts of leavers, at most two on each host
  idops.okta.host_account_remediation:
    report: "{{ ansible_user_dir }}/host-account-audit/report.json"
    hosts: "{{ ansible_user_dir }}/host-account-audit-work/hosts"
    most_per_host: 2
    change_ref: CHG-1042
    rollback_file: "{{ ansible_user_dir }}/CHG-1042-rollback.json"
  register: plan

- name: Show the plan
  ansible.builtin.debug:
    msg: "{{ plan.accounts }}"
"""

RETURN = r"""
accounts:
  description: The accounts to close, ordered by host and name.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: The name of the host in the inventory.
      type: str
      sample: web1
    account:
      description: The name of the account.
      type: str
      sample: eve
    uid:
      description: The uid that the account had when it was read.
      type: int
      sample: 1004
    checks:
      description: The checks that have found it.
      type: list
      elements: str
      sample: [host_deprovisioned]
    actions:
      description: What to do with it.
      type: list
      elements: str
      sample: [expire, lock_password]
    before:
      description: What the account was like, as far as an action can change it.
      type: dict
      sample: {expires: null, password: set, shell: /bin/bash, key_files: []}
left_alone:
  description: The accounts that a check has found and that are not touched, with the reason.
  returned: success
  type: list
  elements: dict
  sample: [{host: web1, account: backup, reason: It is exempt.}]
assessed:
  description: How many accounts were assessed on all hosts.
  returned: success
  type: int
  sample: 240
rollback_file:
  description:
    - The path of the rollback file; V(null) when there is no account to close. In check mode, nothing is there.
  returned: success
  type: str
  sample: /home/ada/CHG-1042-rollback.json
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError
from ansible_collections.idops.okta.plugins.module_utils._host_remediation import ACTIONS, CHECKS, Limits
from ansible_collections.idops.okta.plugins.module_utils._host_remediation_files import planned, write_record

OPTIONS: dict[str, dict[str, t.Any]] = {
    "report": {"type": "path", "required": True},
    "hosts": {"type": "path", "required": True},
    "previous_report": {"type": "path"},
    "checks": {"type": "list", "elements": "str", "choices": list(CHECKS), "default": ["host_deprovisioned"]},
    "actions": {"type": "list", "elements": "str", "choices": list(ACTIONS), "default": ["expire", "lock_password"]},
    "never": {"type": "list", "elements": "str", "default": ["root"]},
    "most_per_host": {"type": "int", "default": 5},
    "most_percent": {"type": "float", "default": 20},
    "min_population": {"type": "int", "default": 1},
    "most_shrink_percent": {"type": "float", "default": 20},
    "change_ref": {"type": "str", "required": True},
    "rollback_file": {"type": "path", "required": True},
}


def run(params: t.Mapping[str, t.Any], *, write: bool) -> dict[str, t.Any]:
    """Plan, and put on record what is to be changed."""
    limits = Limits(**{name: params[name] for name in Limits._fields})
    plan, record = planned(params, limits)
    if plan.accounts and write:
        write_record(params["rollback_file"], record)
    return {
        "changed": bool(plan.accounts),
        "accounts": [{key: value for key, value in each.items() if key != "login"} for each in plan.accounts],
        "left_alone": plan.left_alone,
        "assessed": plan.assessed,
        "rollback_file": params["rollback_file"] if plan.accounts else None,
    }


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    try:
        result = run(module.params, write=not module.check_mode)
    except OktaError as error:
        module.fail_json(**error.result())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
