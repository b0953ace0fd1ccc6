# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The troubleshooting guide has every message that a task can fail with, and none that there isn't any more.

When it fails: python tests/tools/messages.py --write
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tools import messages

from ansible_collections.idops.okta.plugins.module_utils._errors import OktaError
from ansible_collections.idops.okta.plugins.module_utils._org_url import normalize_org_url

TEXT = messages.GUIDE.read_text(encoding="utf-8")
FAILURES = """
REMEDY = "Mend it."

class Odd(Exception): ...

def check(name, number):
    if not name:
        raise InvalidOption("name is not set at all.", f"Set it. {REMEDY}")
    remedy = "Look twice."
    if number:
        raise InvalidOption(f"{name} is the number {number} and no name.", remedy) from None
    if name == "x":
        remedy = "Look elsewhere."
        raise InvalidOption("the name is really x", remedy)
    raise Odd("not one of ours at all")
"""


def test_the_tables_are_those_of_the_source() -> None:
    assert TEXT.partition(messages.BEGIN)[2] == messages.tables().partition(messages.BEGIN)[2]


def test_messages_are_read_from_source(tmp_path: Path) -> None:
    (tmp_path / "some.py").write_text(FAILURES)
    assert list(messages.messages_of(tmp_path / "some.py", {"InvalidOption"})) == [
        ("name is not set at all.", "Set it. Mend it."),
        ("… is the number … and no name.", "Look twice."),
        ("the name is really x", "Look elsewhere."),
    ]


def test_a_message_of_a_run_is_found_in_the_guide() -> None:
    with pytest.raises(OktaError) as caught:
        normalize_org_url("https://acme-admin.okta.com")
    found = [each for group in messages.by_group().values() for each in group]
    assert [each for each in found if re.fullmatch(re.escape(each.seen).replace("…", ".*"), caught.value.message)]
    assert len(found) > 100


def test_the_headings_by_hand_quote_messages_that_there_are() -> None:
    """What is quoted in a heading is the beginning of a message, an error code, or a word of Ansible's own."""
    by_hand = TEXT.partition(messages.BEGIN)[0]
    headings = re.findall(r"^(.*``.*)\n~+$", by_hand, re.MULTILINE)
    assert len(headings) > 10
    seen = [each.seen for group in messages.by_group().values() for each in group]
    known = {"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "Okta gave no token"}
    known |= set(messages.remedies("_token_errors.py")) | set(messages.remedies("_api_errors.py"))
    for quoted in re.findall(r"``(.+?)``", "\n".join(headings)):
        wanted = re.escape(quoted.replace("list of users", "list of …")).replace("…", ".*")
        assert quoted in known or any(re.match(wanted, each) for each in seen), quoted
