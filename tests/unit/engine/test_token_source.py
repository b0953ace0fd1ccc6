# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_token_source`: one token for all workers, renewed once for all of them."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import TokenRefused
from ansible_collections.idops.okta.plugins.module_utils._token import Token
from ansible_collections.idops.okta.plugins.module_utils._token_source import TokenSource
from ansible_collections.idops.okta.tests.unit.engine.support import FakeClock


def token(name: str, renew_at: float | None = None) -> Token:
    return Token(name, "Bearer", renew_at=renew_at)


class Grants:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Token:
        self.count += 1
        return token(f"t-{self.count + 1}", renew_at=9999.0)


def test_a_token_is_used_until_it_is_due() -> None:
    clock, grants = FakeClock(), Grants()
    source = TokenSource(token("t-1", clock.ticks + 60), grants, clock)
    clock.pass_by(59.9)
    assert source.current().access_token == "t-1"
    clock.pass_by(0.1)
    assert [source.current().access_token for dummy in range(3)] == ["t-2"] * 3
    assert grants.count == 1


@pytest.mark.parametrize("renew_at", [None, 0.0])
def test_without_credentials_it_stays(renew_at: float | None) -> None:
    given = token("t-1", renew_at)
    source = TokenSource(given, None, FakeClock())
    assert source.current() is given
    assert source.instead_of(given) is None


def test_a_token_of_unknown_age_is_kept_until_okta_refuses_it() -> None:
    grants = Grants()
    given = token("t-1")
    source = TokenSource(given, grants, FakeClock())
    assert source.current() is given
    assert source.instead_of(given) is source.current()
    assert grants.count == 1


def test_workers_that_are_refused_at_once_share_one_renewal() -> None:
    grants = Grants()
    given = token("t-1")
    source = TokenSource(given, grants, FakeClock())
    found: list[Token | None] = []
    threads = [threading.Thread(target=lambda: found.append(source.instead_of(given))) for dummy in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert grants.count == 1
    assert {each.access_token for each in found if each} == {"t-2"}
    assert len(found) == 8


def test_a_renewal_that_fails_leaves_nothing_locked() -> None:
    def refuse() -> Token:
        raise TokenRefused("no")

    given = token("t-1", 0.0)
    source = TokenSource(given, refuse, FakeClock())
    for _dummy in range(2):
        with pytest.raises(TokenRefused):
            source.current()
        with pytest.raises(TokenRefused):
            source.instead_of(given)
