# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of `okta_token`: a token is censored, and everything else stays readable."""

from __future__ import annotations

import typing as t
from unittest import mock

import pytest
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.idops.okta.plugins.action import okta_token
from ansible_collections.idops.okta.plugins.action.okta_token import ActionModule

SHOWN: list[str] = []


def run(monkeypatch: pytest.MonkeyPatch, result: dict[str, t.Any], async_val: int = 0) -> dict[str, t.Any]:
    execute = mock.Mock(return_value=result)
    monkeypatch.setattr(ActionBase, "_execute_module", execute)
    task, connection = mock.MagicMock(async_val=async_val, check_mode=False), mock.MagicMock()
    connection._shell.tmpdir = "/tmp/x"
    action = ActionModule(task, connection, mock.MagicMock(), mock.MagicMock(), mock.MagicMock(), mock.MagicMock())
    SHOWN.clear()
    action._display = mock.Mock(warning=SHOWN.append)
    found = action.run(task_vars={"x": 1})
    execute.assert_called_once_with(task_vars={"x": 1})
    return found


@pytest.mark.parametrize("more", [{}, {"dpop_key": {"d": "secret"}}, {"warnings": ["mode 0644"]}])
def test_a_token_is_censored_and_still_there(monkeypatch: pytest.MonkeyPatch, more: dict[str, t.Any]) -> None:
    result = {"access_token": "eyJ", "changed": False, **more}
    assert run(monkeypatch, dict(result)) == {**result, "_ansible_no_log": True}


@pytest.mark.parametrize("censored", [True, False])
@pytest.mark.parametrize(("warnings", "succeeds"), [(["mode 0644", "b"], True), ([], True), (["mode 0644"], False)])
def test_a_warning_is_shown_once(
    monkeypatch: pytest.MonkeyPatch, censored: bool, warnings: list[str], succeeds: bool
) -> None:
    """Older cores drop the warnings of a result that is censored; newer ones show them by themselves."""
    monkeypatch.setattr(okta_token, "_WARNINGS_ARE_CENSORED", censored)
    run(monkeypatch, {**({"access_token": "eyJ"} if succeeds else {"failed": True}), "warnings": warnings})
    assert (warnings if censored and succeeds else []) == SHOWN


@pytest.mark.parametrize(
    "result",
    [
        {"failed": True, "msg": "Okta gave no token."},
        {"changed": True, "org_url": "https://acme.okta.com"},
        {"unreachable": True, "msg": "no host"},
        {"skipped": True},
    ],
)
def test_what_holds_no_token_stays_readable(monkeypatch: pytest.MonkeyPatch, result: dict[str, t.Any]) -> None:
    assert run(monkeypatch, dict(result)) == result


def test_the_result_is_written_to_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AnsibleActionFail, match="async"):
        run(monkeypatch, {"access_token": "eyJ"}, async_val=10)
