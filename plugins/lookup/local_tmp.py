# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: local_tmp
short_description: The folder of temporary files that Ansible removes when it ends
version_added: "1.0.0"
author:
  - The idops.okta authors (@idops)
description:
  - Returns the folder on the control node that this run of Ansible has for its temporary files. Nobody else can read
    it, no other run has the same, and it is removed when Ansible ends, also when a play has failed.
  - The lookup C(ansible.builtin.config) can't say it in all versions of ansible-core, for newer ones make
    another folder each time.
  - The role P(idops.okta.host_account_audit#role) uses it.
options: {}
"""

EXAMPLES = r"""
- name: Make a folder that is gone when Ansible ends
  ansible.builtin.tempfile:
    state: directory
    path: "{{ lookup('idops.okta.local_tmp') }}"
  delegate_to: localhost
"""

RETURN = r"""
_raw:
  description: The path of the folder.
  type: list
  elements: path
"""

import typing as t

from ansible import constants
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    """Says what only the running process knows."""

    def run(
        self,
        terms: list[t.Any],  # noqa: ARG002  # as Ansible calls it
        variables: dict[str, t.Any] | None = None,  # noqa: ARG002
        **kwargs: t.Any,  # noqa: ARG002
    ) -> list[str]:
        """The path, as the only element."""
        path: str = constants.DEFAULT_LOCAL_TMP  # type: ignore[attr-defined]  # made when it is loaded
        return [path]
