# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.idops.okta.plugins.module_utils._host_remediation_steps import steps_to_reopen

DOCUMENTATION = r"""
name: reopening_steps
short_description: What to do on a host to undo what a rollback file records
version_added: "1.0.0"
author:
  - The idops.okta authors (@idops)
description:
  - Compares what a rollback file of M(idops.okta.host_account_remediation) records of a host with what is on it now,
    and says how each account becomes what it was.
  - What somebody has changed since is left as it is.
  - The role P(idops.okta.host_account_audit#role) uses it. It reads and changes nothing.
positional: read
options:
  _input:
    description: The accounts of the rollback file that are on this host.
    type: list
    elements: dict
    required: true
  read:
    description: What M(idops.okta.host_accounts_info) has returned on the host.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what a rollback would do on this host
  ansible.builtin.debug:
    msg: "{{ recorded.hosts[inventory_hostname] | idops.okta.reopening_steps(accounts) }}"
  vars:
    recorded: "{{ lookup('ansible.builtin.file', 'rollback.json') | from_json }}"
"""

RETURN = r"""
_value:
  description:
    - V(steps) has what to do with each account, and V(left_alone) the accounts that are left alone, with the
      V(reason).
    - A step has V(account), V(uid), and as far as they are to be changed, V(expires) in seconds since 1970, where V(-1)
      is never, V(lock), and V(shell). V(moves) has the V(src) and V(dest) of files to be renamed.
  type: dict
"""


def reopening_steps(recorded: list[dict[str, t.Any]], read: dict[str, t.Any]) -> dict[str, t.Any]:
    """The steps for a host."""
    return steps_to_reopen(recorded, read)._asdict()


class FilterModule:
    """What Ansible asks for the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter by its name."""
        return {"reopening_steps": reopening_steps}
