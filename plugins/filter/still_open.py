# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.idops.okta.plugins.module_utils._host_remediation_steps import not_closed

DOCUMENTATION = r"""
name: still_open
short_description: Which accounts are not closed although the steps were taken
version_added: "1.0.0"
author:
  - The idops.okta authors (@idops)
description:
  - Compares the steps that P(idops.okta.closing_steps#filter) has given with what is on the host after they were taken.
  - The role P(idops.okta.host_account_audit#role) uses it. It reads and changes nothing.
positional: read
options:
  _input:
    description: The steps that were taken.
    type: list
    elements: dict
    required: true
  read:
    description: What M(idops.okta.host_accounts_info) has returned on the host afterwards.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: See that all are closed
  ansible.builtin.assert:
    that: closing.steps | idops.okta.still_open(accounts) == []
"""

RETURN = r"""
_value:
  description: The names of the accounts that still are as they were, wholly or in part.
  type: list
  elements: str
"""


def still_open(steps: list[dict[str, t.Any]], read: dict[str, t.Any]) -> list[str]:
    """The names of accounts."""
    return not_closed(steps, read)


class FilterModule:
    """What Ansible asks for the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter by its name."""
        return {"still_open": still_open}
