#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_account_index
short_description: Index the users of an Okta org by the names of their accounts on hosts
version_added: "1.0.0"
description:
  - Begins an audit of the accounts on hosts. It checks all settings of the audit, finds out which account names belong
    to which user of Okta, and writes both to an index, an SQLite file.
  - M(idops.okta.host_account_findings) looks up the accounts of each host there, and M(idops.okta.host_account_report)
    makes the report. The users are therefore no argument of a task and no fact, however many there are.
  - It reads files and does not talk to Okta. The users come from M(idops.okta.okta_users_info) with its option
    O(ignore:dest).
  - Names are matched exactly, by rules in the order O(username_map), O(username_attributes), O(username_template),
    O(username_transforms), and the e-mail address. The first rule that leads from an account to a user wins. Logins
    count without regard to case, and names of accounts as they are. Nothing is guessed.
author:
  - The idops.okta authors (@idops)
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
    support: full
    details: Everything is checked and counted. No file is written.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: partial
    details: With the same O(now), the same input gives the same bytes. Without it, the index has the time of the run.
options:
  population:
    description:
      - The file of users that M(idops.okta.okta_users_info) has written as V(jsonl), one user a line. It needs leavers,
        and the attributes V(status), V(lastLogin), V(profile.login) and those that the mapping names.
    type: path
    required: true
  complete:
    description:
      - Whether the file has every user of the org. Set it to what M(idops.okta.okta_users_info) has returned as
        RV(ignore:complete).
      - If it is not set, what O(provenance) says of the population holds.
    type: bool
  require_complete:
    description:
      - Whether to fail when the population is not known to be complete, or is empty. Users who are missing would make
        accounts look as if they belonged to nobody.
    type: bool
    default: true
  provenance:
    description:
      - Where the audit comes from, with the same keys as in M(idops.okta.user_audit_findings). It must not hold a
        secret.
    type: dict
    default: {}
  now:
    description:
      - The moment that the audit is made for, such as V(2026-01-31T12:00:00Z). If it is not set, it is the time of the
        run.
    type: str
  preset:
    description:
      - Thresholds of a standard for V(host_inactive). V(pci) and V(fedramp_moderate) allow 90 days without a login,
        V(stig) and V(fedramp_high) 35, and V(cis) 45.
      - What O(checks) says wins over the preset.
    type: str
    choices: [none, pci, stig, cis, fedramp_moderate, fedramp_high]
    default: none
  checks:
    description:
      - Settings of checks, by the name of the check. A name that does not exist fails the task and names those that do.
      - Every check has V(enabled) and V(severity). V(host_inactive) has V(days), and V(host_priv_not_in_group) has
        V(groups).
      - V(true) and V(false) in place of the settings switch a check on and off.
    type: dict
    default: {}
  exemptions:
    description:
      - Which accounts checks may find, and why. The first one in the list that matches a finding holds.
      - V(match) says which accounts an exemption is for. Its keys are V(account), V(account_regex), V(login) of the
        user behind the account, V(hosts), a list of names or patterns such as V(db*), and V(groups) of the inventory.
        With several keys, all have to agree.
      - V(check), V(reason), V(ticket), V(owner) and V(expires) are as in M(idops.okta.user_audit_findings).
      - V(type) is V(service), V(breakglass) or V(vendor), and is there for the report.
      - One that has expired exempts nobody. That is a finding, and so is an owner that is no enabled user.
    type: list
    elements: dict
    default: []
  username_map:
    description:
      - The login of the user behind an account, by the name of the account. A login that no user has leads to nobody.
    type: dict
    default: {}
  username_attributes:
    description:
      - Attributes of the profile that hold the name of the account, in the order in which they count.
    type: list
    elements: str
    default: []
  username_template:
    description:
      - A format that makes the name of the account from attributes of the profile, such as V({firstName[0]}{lastName}).
        A number in brackets takes one character. The name is in lower case, and a user who lacks one of the attributes
        has none.
      - This is no Jinja.
    type: str
    default: ''
  username_transforms:
    description:
      - How the name of the account is made from what stands before the V(@) in the login, in the order in which they
        count.
      - V(as_is) takes it as it is, and all others in lower case. V(dot_to_underscore) makes V(ada_lovelace) of
        V(ada.lovelace), V(strip_dots) V(adalovelace), and V(first_initial_last) V(alovelace). V(strip_plus_tag) makes
        V(ada) of V(ada+test).
    type: list
    elements: str
    default: [as_is, lower, strip_plus_tag, dot_to_underscore]
  uid_attribute:
    description:
      - An attribute of the profile that holds the uid. An account of the same name with another uid is taken for
        somebody else's, which V(host_mapping_ambiguous) reports.
    type: str
    default: ''
  email_local_part:
    description:
      - Whether what stands before the V(@) in the e-mail address is a name of an account too, in the case in which
        it is written.
    type: bool
    default: false
  worst_status_wins:
    description:
      - Whether an account that could belong to several users is judged as that of the one with the worst status. If
        not, a check that comes out differently for them is unknown. V(host_mapping_ambiguous) reports it in both cases.
    type: bool
    default: false
  privileged_groups:
    description:
      - The groups on hosts that make an account privileged, besides the uid 0 and rules of sudo.
    type: list
    elements: str
    default: [sudo, wheel, admin, sft-admin]
  required_groups:
    description:
      - Groups of Okta, by name or ID. A user with a privileged account has to be in one of them, which
        V(host_priv_not_in_group) checks. It needs O(group_members).
    type: list
    elements: str
    default: []
  group_members:
    description:
      - A JSON file of what M(idops.okta.okta_groups_info) returns as RV(ignore:groups) with members, or of all that it
        returns.
    type: path
  previous_report:
    description:
      - The report of an earlier audit of hosts, which M(idops.okta.host_account_report) is to compare with. It is read
        here to fail early when it is none.
    type: path
  dest:
    description:
      - The file for the index. It appears as a whole, with the mode V(0600). A folder that is not there is made with
        the mode V(0700).
      - It has the names, logins and statuses of all users. Remove it after the audit.
    type: path
    required: true
seealso:
  - module: idops.okta.okta_users_info
  - module: idops.okta.host_account_findings
  - module: idops.okta.host_account_report
"""

EXAMPLES = r"""
- name: Write all users to a file
  idops.okta.okta_users_info:
    include_deprovisioned: true
    dest: /var/lib/audit/work/population.jsonl
  register: population

- name: Index them by the names of accounts
  idops.okta.host_account_index:
    population: "{{ population.path }}"
    complete: "{{ population.complete }}"
    username_map: {deploy: grace.hopper@acme.example}
    username_attributes: [unixUserName]
    exemptions:
      - match: {account: backup, hosts: ['db*']}
        type: service
        reason: Nightly backup
        owner: grace.hopper@acme.example
        expires: "2026-12-31"
    dest: /var/lib/audit/work/index.sqlite
  register: index
"""

RETURN = r"""
users:
  description: How many users there are.
  returned: success
  type: int
  sample: 1073
by_status:
  description: How many there are in each status.
  returned: success
  type: dict
  sample: {ACTIVE: 1007, DEPROVISIONED: 66}
names:
  description: How many names of accounts lead to somebody.
  returned: success
  type: int
  sample: 2140
ambiguous:
  description: How many of them lead to several users.
  returned: success
  type: int
  sample: 3
complete:
  description: Whether the index has every user of the org.
  returned: success
  type: bool
  sample: true
path:
  description: The path of the index. In check mode, nothing is there.
  returned: success
  type: str
  sample: /var/lib/audit/work/index.sqlite
sha256:
  description: The SHA-256 of the index.
  returned: success
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
line:
  description: The line of O(population) that is damaged.
  returned: failure, when the population is damaged
  type: int
  sample: 1024
"""

import gc
import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError
from ansible_collections.idops.okta.plugins.module_utils._host_checks import PRESETS
from ansible_collections.idops.okta.plugins.module_utils._host_index import write_index
from ansible_collections.idops.okta.plugins.module_utils._host_mapping import DEFAULT_TRANSFORMS
from ansible_collections.idops.okta.plugins.module_utils._host_settings import (
    DEFAULT_PRIVILEGED_GROUPS,
    clock,
    read_settings,
)

OPTIONS: dict[str, dict[str, t.Any]] = {
    "population": {"type": "path", "required": True},
    "complete": {"type": "bool"},
    "require_complete": {"type": "bool", "default": True},
    "provenance": {"type": "dict", "default": {}},
    "now": {"type": "str"},
    "preset": {"type": "str", "choices": list(PRESETS), "default": "none"},
    "checks": {"type": "dict", "default": {}},
    "exemptions": {"type": "list", "elements": "dict", "default": []},
    "username_map": {"type": "dict", "default": {}},
    "username_attributes": {"type": "list", "elements": "str", "default": []},
    "username_template": {"type": "str", "default": ""},
    "username_transforms": {"type": "list", "elements": "str", "default": list(DEFAULT_TRANSFORMS)},
    "uid_attribute": {"type": "str", "default": ""},
    "email_local_part": {"type": "bool", "default": False},
    "worst_status_wins": {"type": "bool", "default": False},
    "privileged_groups": {"type": "list", "elements": "str", "default": list(DEFAULT_PRIVILEGED_GROUPS)},
    "required_groups": {"type": "list", "elements": "str", "default": []},
    "group_members": {"type": "path"},
    "previous_report": {"type": "path"},
    "dest": {"type": "path", "required": True},
}


def run(module: AnsibleModule) -> dict[str, t.Any]:
    """Check the settings, and write the index."""
    params = {**module.params, "provenance": {**module.params["provenance"]}}
    params["provenance"].setdefault("ansible_version", getattr(module, "ansible_version", None))
    settings = read_settings(params, clock())
    spare = module.tmpdir if module.check_mode else ""  # only to ask for it makes one, which Ansible warns of
    return write_index(settings, params, check_mode=module.check_mode, spare=spare)


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    os.umask(0o077)
    gc.disable()  # an index makes no cycles, and to look for them takes time
    try:
        result = run(module)
    except OktaError as error:
        module.fail_json(**error.result())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
