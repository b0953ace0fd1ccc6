# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`okta_groups_info`, from its arguments to its JSON."""

from __future__ import annotations

import typing as t

import pytest
import yaml

from ansible_collections.idops.okta.plugins.modules import okta_groups_info
from ansible_collections.idops.okta.tests.unit.engine.support import ORG, Step, links, script
from ansible_collections.idops.okta.tests.unit.modules.support import result_of, run
from ansible_collections.idops.okta.tests.unit.modules.test_documentation import called, compare, documented

GROUPS = f"{ORG}/api/v1/groups"
GIVEN = {"org_url": ORG, "access_token": "eyJraWQiOiJhYmMifQ.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"}
ID = "00g1emaKYZTWRYYRRTSK"
OTHER_ID = "00g0emaKYZTWRYYRRTSK"
NOT_FOUND = {"errorCode": "E0000007", "errorSummary": "Not found: Resource not found: x (UserGroup)"}


def group(identity: str = ID, name: str = "Everyone") -> dict[str, t.Any]:
    return {"id": identity, "profile": {"name": name}}


def listed(*groups: dict[str, t.Any], query: str = "limit=200", **given: t.Any) -> Step:
    return Step(f"GET {GROUPS}?{query}", body=list(groups), **given)


def named(name: str, *groups: dict[str, t.Any]) -> Step:
    return listed(*groups, query=f"search=profile.name%20eq%20%22{name}%22&limit=200")


def one(identity: str = ID, **given: t.Any) -> Step:
    return Step(f"GET {GROUPS}/{identity}", **{"body": group(identity), **given})


def members(identity: str = ID, *ids: str, **given: t.Any) -> Step:
    return Step(f"GET {GROUPS}/{identity}/users?limit=200", **{"body": [{"id": name} for name in ids], **given})


def test_all_groups(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [listed(group(ID), headers=links(next=f"{GROUPS}?after=x")), listed(group(OTHER_ID), query="after=x")]
    with script(*steps):
        outcome = run(okta_groups_info, capsys, **GIVEN)
    assert result_of(outcome) == {
        "groups": [group(OTHER_ID), group(ID)],
        "count": 2,
        "requests": 2,
        "waited_seconds": 0.0,
        "rate_limit": None,
        "changed": False,
    }


@pytest.mark.parametrize("how", ["search", "filter"])
def test_groups_that_an_expression_finds(capsys: pytest.CaptureFixture[str], how: str) -> None:
    with script(listed(group(), query=f"{how}=type%20eq%20%22OKTA_GROUP%22&limit=200")):
        assert run(okta_groups_info, capsys, **{how: 'type eq "OKTA_GROUP"'}, **GIVEN).result["count"] == 1


def test_groups_by_id_and_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with script(one(), named("Linux%20%5C%22root%5C%22", group(OTHER_ID), group("00g2"))):
        result = run(okta_groups_info, capsys, group=[ID, 'Linux "root"'], **GIVEN).result
    assert [found["id"] for found in result["groups"]] == [ID, OTHER_ID, "00g2"]


def test_groups_that_do_not_exist_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with script(named("nobody"), one(status=404, body=NOT_FOUND), named("Everyone", group())):
        result = run(okta_groups_info, capsys, group=["nobody", ID, "Everyone"], **GIVEN).result
    assert result["failed"]
    assert result["unknown_groups"] == ["nobody", ID]
    assert f"'nobody', '{ID}'" in result["msg"]


@pytest.mark.parametrize("workers", [1, 2])
def test_groups_with_their_members(capsys: pytest.CaptureFixture[str], workers: int) -> None:
    with script(listed(group()), members(ID, "00u2", "00u1")):
        result = run(okta_groups_info, capsys, members=True, workers=workers, **GIVEN).result
    assert result["groups"] == [{**group(), "members": [{"id": "00u1"}, {"id": "00u2"}]}]


def test_what_comes_twice_is_there_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Groups and members move between pages while they are read."""
    more = links(next=f"{GROUPS}?after=x"), links(next=f"{GROUPS}/{ID}/users?after=x")
    steps = [
        listed(group(), headers=more[0]),
        listed(group(), query="after=x"),
        members(ID, "00u1", headers=more[1]),
        Step(f"GET {GROUPS}/{ID}/users?after=x", body=[{"id": "00u1"}]),
    ]
    with script(*steps):
        result = run(okta_groups_info, capsys, members=True, **GIVEN).result
    assert result["groups"] == [{**group(), "members": [{"id": "00u1"}]}]


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ({}, [listed(status=403)]),
        ({}, [Step(f"GET {GROUPS}?limit=200", body=b"<html>")]),
        ({}, [listed({"said": "x"})]),
        ({"group": [ID]}, [one(status=403)]),
        ({"group": [ID]}, [one(body=b"<html>")]),
        ({"group": [ID]}, [one(body=b'{"id": "x"')]),
        ({"group": [ID]}, [one(body=[])]),
        ({"group": [ID]}, [one(body={})]),
        ({"members": True}, [listed(group()), members(status=403)]),
        ({"members": True}, [listed(group()), members(body=[{"said": "x"}])]),
    ],
)
def test_whatever_fails_fails_it_all(
    capsys: pytest.CaptureFixture[str], given: dict[str, t.Any], steps: list[Step]
) -> None:
    with script(*steps):
        outcome = run(okta_groups_info, capsys, **given, **GIVEN)
    assert not outcome.ok
    assert "groups" not in outcome.result


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"group": ["x"], "search": "y"}, "group"),
        ({"group": ["x"], "filter": "y"}, "group"),
        ({"search": "x", "filter": "y"}, "search"),
        ({"group": [""]}, "group holds an empty name"),
        ({"workers": 9}, "workers is 9"),
    ],
)
def test_what_is_refused_before_any_request(
    capsys: pytest.CaptureFixture[str], given: dict[str, t.Any], words: str
) -> None:
    with script():
        outcome = run(okta_groups_info, capsys, **given, **GIVEN)
    assert not outcome.ok
    assert words in outcome.result["msg"]


def test_blank_expressions_are_not_set(capsys: pytest.CaptureFixture[str]) -> None:
    """A survey of AWX sends all of its fields."""
    with script(listed(group())):
        assert run(okta_groups_info, capsys, search="", filter=" ", **GIVEN).ok


@pytest.mark.parametrize("check_mode", [False, True])
def test_check_mode_reads_as_ever(capsys: pytest.CaptureFixture[str], check_mode: bool) -> None:
    with script(listed(group())):
        result = run(okta_groups_info, capsys, _ansible_check_mode=check_mode, **GIVEN).result
    assert (result["count"], result["changed"]) == (1, False)


def test_a_name_that_several_groups_have(capsys: pytest.CaptureFixture[str]) -> None:
    twins = [group(ID, "linux-admins"), group(OTHER_ID, "linux-admins")]
    with script(named("linux-admins", *twins), members(OTHER_ID, "00u1"), members(ID, "00u1", "00u2")):
        result = run(okta_groups_info, capsys, group=["linux-admins"], members=True, **GIVEN).result
    assert [(found["id"], len(found["members"])) for found in result["groups"]] == [(OTHER_ID, 1), (ID, 2)]


def test_no_groups_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with script():
        assert run(okta_groups_info, capsys, group=[], members=True, **GIVEN).result["groups"] == []


def test_what_comes_from_the_org_is_data(capsys: pytest.CaptureFixture[str]) -> None:
    odd = {"id": ID, "profile": {"name": "{{ lookup('pipe', 'id') }}", "description": "<script>\u2028\ud800"}}
    with script(listed(odd)):
        assert run(okta_groups_info, capsys, **GIVEN).result["groups"] == [odd]


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ({"body": {"errorCode": "E0000006"}}, "Assign the app an admin role"),
        (
            {
                "body": {},
                "headers": [("WWW-Authenticate", 'Bearer error="insufficient_scope", scope="okta.groups.read"')],
            },
            "The token lacks okta.groups.read: grant it on the app's tab 'Okta API Scopes'",
        ),
    ],
)
def test_a_refusal_says_what_to_do(capsys: pytest.CaptureFixture[str], refusal: dict[str, t.Any], words: str) -> None:
    with script(Step(f"GET {GROUPS}?limit=200", 403, **refusal)):
        outcome = run(okta_groups_info, capsys, **GIVEN)
    assert words in outcome.result["msg"]
    assert "groups_read" in outcome.result
    assert GIVEN["access_token"] not in outcome.printed


def test_what_is_taken_is_what_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = called("okta_groups_info", monkeypatch)
    compare(arguments["argument_spec"], documented("okta_groups_info"))
    assert arguments["supports_check_mode"] is True


def test_what_is_returned_is_what_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with script(listed(group())):
        result = result_of(run(okta_groups_info, capsys, **GIVEN))
    assert set(result) - {"changed"} == set(yaml.safe_load(okta_groups_info.RETURN))
