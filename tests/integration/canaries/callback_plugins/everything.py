# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes all that callbacks are told to the file $EVERYTHING, one JSON object a line, as a nosy callback could."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: everything
type: notification
short_description: All that callbacks are told, for tests
description: Writes it to a file.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "everything"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._write("start", task.get_name(), {"args": task.args, "action": task.action})

    def v2_runner_on_ok(self, result: Any) -> None:
        self._result_of("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._result_of("failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._result_of("unreachable", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._result_of("skipped", result)

    def v2_runner_retry(self, result: Any) -> None:
        self._result_of("retry", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._result_of("item ok", result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._result_of("item failed", result)

    def v2_runner_item_on_skipped(self, result: Any) -> None:
        self._result_of("item skipped", result)

    def v2_runner_on_async_poll(self, result: Any) -> None:
        self._result_of("async poll", result)

    def v2_runner_on_async_ok(self, result: Any) -> None:
        self._result_of("async ok", result)

    def v2_runner_on_async_failed(self, result: Any) -> None:
        self._result_of("async failed", result)

    def v2_on_file_diff(self, result: Any) -> None:
        self._result_of("diff", result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._write("stats", "", stats.custom)

    def _result_of(self, event: str, result: Any) -> None:
        arguments = {"arguments": result._task_fields["args"]} if "EVERYTHING_AND_ARGUMENTS" in os.environ else {}
        self._write(event, result._task.get_name(), {"result": result._result, **arguments})

    @staticmethod
    def _write(event: str, task: str, told: Any) -> None:
        line = json.dumps({"event": event, "task": task, "told": told}, default=str)
        with Path(os.environ["EVERYTHING"]).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
