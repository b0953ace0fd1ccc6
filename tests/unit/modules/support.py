# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module in this process, as Ansible runs it on a host: arguments in, JSON out."""

from __future__ import annotations

import json
import typing as t
from contextlib import contextmanager
from types import ModuleType
from unittest import mock

import pytest
from ansible.module_utils import basic


@contextmanager
def _patched_arguments(arguments: dict[str, t.Any]) -> t.Iterator[None]:
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:  # ansible-core before 2.18
        encoded = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", encoded):
            yield
    else:
        with patch_module_args(arguments):
            yield


class Outcome(t.NamedTuple):
    """What a module said: its result, and all that it printed."""

    result: dict[str, t.Any]
    printed: str
    ok: bool
    warnings: list[str]


def run(module: ModuleType, capsys: pytest.CaptureFixture[str], **arguments: t.Any) -> Outcome:
    """Run ``module``. Its own JSON is the only thing that it may print."""
    warnings: list[str] = []
    capsys.readouterr()
    given = {"_ansible_remote_tmp": "/tmp", "_ansible_keep_remote_files": False, **arguments}
    # Beside a controller, as here, ansible-core 2.19 would show warnings by itself.
    warn = mock.patch.object(basic.AnsibleModule, "warn", lambda self, warning, **more: warnings.append(warning))
    with _patched_arguments(given), warn, pytest.raises(SystemExit) as ended:
        module.main()
    printed = capsys.readouterr()
    assert printed.err == ""
    result = json.loads(printed.out)
    assert result.get("failed", False) == (ended.value.code != 0)
    return Outcome(result, printed.out, ended.value.code == 0, warnings)


def result_of(outcome: Outcome) -> dict[str, t.Any]:
    """The result without what Ansible adds."""
    return {name: value for name, value in outcome.result.items() if name not in ("invocation", "warnings", "failed")}
