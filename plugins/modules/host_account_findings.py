#!/usr/bin/python
# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_account_findings
short_description: Judge the accounts of a host by the users of an Okta org
version_added: "1.0.0"
description:
  - Looks up what M(idops.okta.host_accounts_info) has read on a host in the index that M(idops.okta.host_account_index)
    has written, judges each account by the checks of the host audit, and writes what came of it to one file for the
    host. M(idops.okta.host_account_report) makes the report of all hosts from these files.
  - It runs on the controller, and nothing is sent to the host. The cost does not depend on the number of users.
  - Accounts are judged that are for people by their uid, have the uid 0, have SSH keys, or can be used by somebody. The
    account nobody is left out.
  - What could not be read on the host is reported as unknown, and is never taken for fine. A host that was not reached
    or could not be read is recorded as not assessed, with the reason, and is no failure of the task.
author:
  - The idops.okta authors (@idops)
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the
      controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  bypass_host_loop:
    description: Forces a 'global' task that does not execute per host.
    support: none
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
    support: full
    details: The file in the work folder is written in check mode too, for the report is made from it. Nothing else is.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: full
options:
  index:
    description:
      - The path of the index that M(idops.okta.host_account_index) has written, on the controller.
    type: path
    required: true
  accounts_result:
    description:
      - What a task with M(idops.okta.host_accounts_info) has registered. It can have failed, have been skipped, or not
        have reached the host.
      - If it is not set, the host is recorded as not assessed.
    type: raw
  dest:
    description:
      - The work folder of the audit, on the controller. The file goes into V(hosts) in it.
    type: path
    required: true
notes:
  - Set C(no_log) on the task, for what it is given has names and logins, and a controller may store it.
seealso:
  - module: idops.okta.host_accounts_info
  - module: idops.okta.host_account_index
  - module: idops.okta.host_account_report
"""

EXAMPLES = r"""
- name: List the accounts of the host
  idops.okta.host_accounts_info:
  become: true
  register: gathered
  ignore_errors: true
  ignore_unreachable: true
  no_log: true

- name: Judge them by the users of the org
  idops.okta.host_account_findings:
    index: /var/lib/audit/work/index.sqlite
    accounts_result: "{{ gathered }}"
    dest: /var/lib/audit/work
  no_log: true
"""

RETURN = r"""
assessed:
  description: Whether the accounts of the host could be judged.
  returned: success
  type: bool
  sample: true
reason:
  description: Why they could not. It is empty where they could.
  returned: success
  type: str
  sample: 'The host was not reached: Connection timed out.'
accounts:
  description: How many accounts the host has.
  returned: success
  type: int
  sample: 31
judged:
  description: How many of them are judged.
  returned: success
  type: int
  sample: 4
fail:
  description: How many times a check fails, before exemptions.
  returned: success
  type: int
  sample: 2
unknown:
  description: How many times a check can't tell.
  returned: success
  type: int
  sample: 0
"""
