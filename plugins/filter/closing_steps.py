# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.idops.okta.plugins.module_utils._host_remediation_steps import steps_to_close

DOCUMENTATION = r"""
name: closing_steps
short_description: What to do on a host to close the accounts of a plan
version_added: "1.0.0"
author:
  - The idops.okta authors (@idops)
description:
  - Compares the accounts that M(idops.okta.host_account_remediation) has planned to close with what is on the host now,
    and says what to do with each.
  - An account that has changed since, or must not be touched, is left alone, with the reason.
  - The role P(idops.okta.host_account_audit#role) uses it. It reads and changes nothing.
positional: read, never, nologin
options:
  _input:
    description: The accounts of the plan that are on this host.
    type: list
    elements: dict
    required: true
  read:
    description: What M(idops.okta.host_accounts_info) has returned on the host.
    type: dict
    required: true
  never:
    description: Names and uids of accounts that are never touched.
    type: list
    elements: raw
    required: true
  nologin:
    description: The shell for accounts that nobody is to sign in to.
    type: str
    default: /usr/sbin/nologin
"""

EXAMPLES = r"""
- name: Show what would be done on this host
  ansible.builtin.debug:
    msg: "{{ mine | idops.okta.closing_steps(accounts, ['root', 0]) }}"
  vars:
    mine: "{{ plan.accounts | selectattr('host', 'eq', inventory_hostname) | list }}"
"""

RETURN = r"""
_value:
  description:
    - V(steps) has what to do with each account, and V(left_alone) the accounts that are left alone, with the V(reason).
    - A step has V(account), V(uid), V(actions), and as far as they are to be changed, V(expires) in seconds since
      1970, V(lock), and V(shell). V(moves) has the V(src) and V(dest) of files to be renamed, and V(end_sessions)
      whether to end sessions.
  type: dict
"""


def closing_steps(
    planned: list[dict[str, t.Any]], read: dict[str, t.Any], never: list[t.Any], nologin: str = "/usr/sbin/nologin"
) -> dict[str, t.Any]:
    """The steps for a host."""
    return steps_to_close(planned, read, never, nologin)._asdict()


class FilterModule:
    """What Ansible asks for the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter by its name."""
        return {"closing_steps": closing_steps}
