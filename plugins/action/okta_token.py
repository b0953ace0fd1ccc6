# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible.release import __version__

# Before 2.19, ansible-core drops the warnings of a result together with all else that is censored.
_WARNINGS_ARE_CENSORED = tuple(int(number) for number in __version__.split(".")[:2]) < (2, 19)


class ActionModule(ActionBase):
    """Runs the module and has a result with a token censored: no callback shows it, while ``register`` holds it.

    A module can't do that: Ansible takes the marker out of what a module returns. A failure stays readable. ``async``
    is refused, for it would write the result to a file.
    """

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module of the same name where the task runs."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        result.update(self._execute_module(task_vars=task_vars))
        if "access_token" in result:
            if _WARNINGS_ARE_CENSORED:
                for warning in result.get("warnings", []):
                    self._display.warning(warning)
            result["_ansible_no_log"] = True
        return result
