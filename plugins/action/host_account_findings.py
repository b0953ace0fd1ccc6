# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError
from ansible_collections.idops.okta.plugins.module_utils._host_judgement import HostFacts, judge_host, system_of

OPTIONS: dict[str, dict[str, t.Any]] = {
    "index": {"type": "path", "required": True},
    "accounts_result": {"type": "raw"},
    "dest": {"type": "path", "required": True},
}


class ActionModule(ActionBase):
    """Judges what was gathered on a host, on the controller: no connection is made, and nothing is sent to the host."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Look the accounts up in the index, and write what came of it into the work folder."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        known = task_vars or {}
        validate: t.Any = self.validate_argument_spec  # which has no types
        _validation, options = validate(OPTIONS)
        host = str(known.get("inventory_hostname") or "")
        groups = tuple(str(name) for name in known.get("group_names") or ())
        try:
            counts = judge_host(
                HostFacts(host, groups, system_of(known)),
                options["accounts_result"],
                options["index"],
                options["dest"],
            )
        except OktaError as error:
            raise AnsibleActionFail(str(error)) from None
        return {**result, **counts, "changed": False}
