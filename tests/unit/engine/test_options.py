# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_options`: what the shared options come to, through Ansible's own validation."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidOption
from ansible_collections.idops.okta.plugins.module_utils._options import SHARED_OPTIONS, checked_workers, split_scopes
from ansible_collections.idops.okta.tests.unit.engine.support import ORG, SCOPE, make_options

FROM_ENVIRONMENT: dict[str, tuple[list[str], str, t.Any]] = {
    "org_url": (["OKTA_ORG_URL", "OKTA_CLIENT_ORGURL"], ORG, ORG),
    "client_id": (["OKTA_CLIENT_ID", "OKTA_CLIENT_CLIENTID"], "0oa1", "0oa1"),
    "private_key": (["OKTA_PRIVATE_KEY", "OKTA_CLIENT_PRIVATEKEY"], "a key", "a key"),
    "private_key_path": (["OKTA_PRIVATE_KEY_FILE"], "/k.pem", "/k.pem"),
    "private_key_passphrase": (["OKTA_PRIVATE_KEY_PASSPHRASE"], " with blanks ", " with blanks "),
    "key_id": (["OKTA_KEY_ID", "OKTA_CLIENT_KID"], "kid-1", "kid-1"),
    "scopes": (["OKTA_SCOPES", "OKTA_CLIENT_SCOPES"], "a b,c", ("a", "b", "c")),
    "access_token": (["OKTA_ACCESS_TOKEN"], "eyJ.x.y", "eyJ.x.y"),
    "dpop": (["OKTA_DPOP"], "required", "required"),
    "ca_path": (["OKTA_CA_PATH"], "/ca.pem", "/ca.pem"),
    "timeout": (["OKTA_TIMEOUT"], "7", 7),
    "max_wait": (["OKTA_MAX_WAIT"], "0", 0),
    "rate_limit_reserve": (["OKTA_RATE_LIMIT_RESERVE"], "90", 90),
}
VARIABLES = [
    (option, variable) for option, (variables, dummy, dummy) in FROM_ENVIRONMENT.items() for variable in variables
]
PAIRS = [(option, variables) for option, (variables, dummy, dummy) in FROM_ENVIRONMENT.items() if len(variables) == 2]
WITHOUT_URL: dict[str, t.Any] = {"org_url": ORG}


def given(option: str) -> dict[str, t.Any]:
    return {} if option == "org_url" else WITHOUT_URL


def test_the_defaults() -> None:
    options = make_options(org_url=ORG)
    unset = {name: value for name, value in vars(options).items() if value is None}
    assert set(unset) == {
        *("client_id", "private_key", "private_key_path", "private_key_passphrase", "key_id", "access_token"),
        *("dpop_key", "ca_path"),
    }
    assert (options.scopes, options.dpop, options.validate_certs) == ((SCOPE,), "auto", True)
    assert (options.timeout, options.max_wait, options.rate_limit_reserve) == (30, 900, 10)


def test_every_option_with_a_variable_is_tested() -> None:
    with_fallback = {name for name, spec in SHARED_OPTIONS.items() if "fallback" in spec}
    assert with_fallback | {"private_key", "private_key_path"} == set(FROM_ENVIRONMENT)


@pytest.mark.parametrize(("option", "variable"), VARIABLES)
def test_a_variable_stands_in_for_an_option(monkeypatch: pytest.MonkeyPatch, option: str, variable: str) -> None:
    _dummy, text, wanted = FROM_ENVIRONMENT[option]
    monkeypatch.setenv(variable, text)
    assert getattr(make_options(**given(option)), option) == wanted


@pytest.mark.parametrize(("option", "variables"), PAIRS)
def test_the_first_variable_wins(monkeypatch: pytest.MonkeyPatch, option: str, variables: list[str]) -> None:
    _dummy, text, wanted = FROM_ENVIRONMENT[option]
    monkeypatch.setenv(variables[0], text)
    monkeypatch.setenv(variables[1], "https://other.okta.com")
    assert getattr(make_options(**given(option)), option) == wanted


@pytest.mark.parametrize(("option", "variables"), PAIRS)
@pytest.mark.parametrize("blank", ["", " \n"])
def test_a_blank_variable_counts_as_unset(
    monkeypatch: pytest.MonkeyPatch, option: str, variables: list[str], blank: str
) -> None:
    _dummy, text, wanted = FROM_ENVIRONMENT[option]
    monkeypatch.setenv(variables[0], blank)
    monkeypatch.setenv(variables[1], text)
    assert getattr(make_options(**given(option)), option) == wanted
    monkeypatch.setenv(variables[1], blank)
    if option != "org_url":
        assert getattr(make_options(org_url=ORG), option) == ((SCOPE,) if option == "scopes" else None)


@pytest.mark.parametrize("variable", ["OKTA_TIMEOUT", "OKTA_MAX_WAIT", "OKTA_RATE_LIMIT_RESERVE", "OKTA_DPOP"])
def test_a_blank_variable_leaves_the_default(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "")
    options = make_options(org_url=ORG)
    assert (options.timeout, options.max_wait, options.rate_limit_reserve, options.dpop) == (30, 900, 10, "auto")


@pytest.mark.parametrize(
    ("option", "variable"), [(option, variable) for option, variable in VARIABLES if option != "private_key_path"]
)
def test_the_option_wins_over_the_variable(monkeypatch: pytest.MonkeyPatch, option: str, variable: str) -> None:
    _dummy, text, wanted = FROM_ENVIRONMENT[option]
    monkeypatch.setenv(variable, "https://other.okta.com")
    assert getattr(make_options(**{**given(option), option: text}), option) == wanted


def test_the_environment_has_no_say_in_whether_certificates_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKTA_VALIDATE_CERTS", "false")
    assert make_options(org_url=ORG).validate_certs is True
    assert make_options(org_url=ORG, validate_certs="no").validate_certs is False


@pytest.mark.parametrize(
    "option", ["client_id", "key_id", "access_token", "ca_path", "private_key", "private_key_path"]
)
@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_option_counts_as_unset(option: str, blank: str) -> None:
    assert getattr(make_options(org_url=ORG, **{option: blank}), option) is None


@pytest.mark.parametrize("option", ["client_id", "key_id", "access_token", "private_key", "private_key_path"])
def test_blanks_around_an_option_are_dropped(option: str) -> None:
    assert getattr(make_options(org_url=ORG, **{option: " x\n"}), option) == "x"


def test_blanks_around_the_path_in_the_environment_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKTA_PRIVATE_KEY_FILE", " /k.pem\n")
    assert make_options(org_url=ORG).private_key_path == "/k.pem"


def test_blanks_in_a_passphrase_are_kept() -> None:
    assert make_options(org_url=ORG, private_key_passphrase=" a b ").private_key_passphrase == " a b "
    assert make_options(org_url=ORG, private_key_passphrase="").private_key_passphrase is None


@pytest.mark.parametrize(
    ("option", "least", "most"), [("timeout", 1, 3600), ("max_wait", 0, 86400), ("rate_limit_reserve", 0, 90)]
)
def test_bounds(option: str, least: int, most: int) -> None:
    for inside in (least, most):
        assert getattr(make_options(org_url=ORG, **{option: inside}), option) == inside
    for outside in (least - 1, most + 1):
        with pytest.raises(InvalidOption, match=rf"{option} is {outside}\. Set it to a number from {least} to {most}"):
            make_options(org_url=ORG, **{option: outside})


def test_org_url_is_required() -> None:
    with pytest.raises(InvalidOption, match="org_url is not set"):
        make_options()


def test_org_url_is_normalised() -> None:
    assert make_options(org_url=" https://ACME.okta.com/ ").org_url == ORG


@pytest.mark.parametrize("token", ["two words", "eyJ\n.x", "eyJ…", "Bearer eyJ"])
def test_an_access_token_that_is_none(token: str) -> None:
    with pytest.raises(InvalidOption, match="access_token is not a token") as caught:
        make_options(org_url=ORG, access_token=token)
    assert token not in str(caught.value)


@pytest.mark.parametrize("dpop", ["auto", "required", "off"])
def test_dpop(dpop: str) -> None:
    assert make_options(org_url=ORG, dpop=dpop).dpop == dpop


@pytest.mark.parametrize("params", [{"dpop": "on"}, {"timeout": "soon"}, {"validate_certs": "perhaps"}])
def test_what_ansible_refuses(params: dict[str, str]) -> None:
    assert ArgumentSpecValidator(SHARED_OPTIONS).validate(params).error_messages


def test_two_keys_in_the_playbook() -> None:
    with pytest.raises(InvalidOption, match="private_key and private_key_path are both set"):
        make_options(org_url=ORG, private_key="a", private_key_path="/k")
    assert make_options(org_url=ORG, private_key="a", private_key_path=" ").private_key == "a"
    assert make_options(org_url=ORG, private_key="", private_key_path="/k").private_key_path == "/k"


@pytest.mark.parametrize("variable", ["OKTA_PRIVATE_KEY", "OKTA_CLIENT_PRIVATEKEY"])
def test_two_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "a key")
    monkeypatch.setenv("OKTA_PRIVATE_KEY_FILE", "/k")
    with pytest.raises(InvalidOption, match="The environment holds both a private key") as caught:
        make_options(org_url=ORG)
    assert "OKTA_PRIVATE_KEY_FILE" in str(caught.value)
    assert "a key" not in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value", "variable"),
    [("private_key", "mine", "OKTA_PRIVATE_KEY_FILE"), ("private_key_path", "/mine", "OKTA_PRIVATE_KEY")],
)
def test_a_key_in_the_playbook_wins_over_any_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, option: str, value: str, variable: str
) -> None:
    monkeypatch.setenv(variable, "/other")
    options = make_options(org_url=ORG, **{option: value})
    assert {options.private_key, options.private_key_path} == {value, None}


@pytest.mark.parametrize("option", ["private_key", "dpop_key"])
def test_a_jwk_may_be_a_dictionary(option: str) -> None:
    jwk = {"kty": "EC", "key_ops": ["sign"], "ext": True}
    assert json.loads(getattr(make_options(org_url=ORG, **{option: jwk}), option)) == jwk
    assert json.loads(getattr(make_options(org_url=ORG, **{option: json.dumps(jwk)}), option)) == jwk
    assert getattr(make_options(org_url=ORG, **{option: {}}), option) is None


@pytest.mark.parametrize("option", ["private_key", "dpop_key"])
@pytest.mark.parametrize("value", [12, True, 1.5])
def test_a_key_that_is_neither_text_nor_json(option: str, value: object) -> None:
    with pytest.raises(InvalidOption, match=f"{option} is neither text nor a JSON object"):
        make_options(org_url=ORG, **{option: value})


@pytest.mark.parametrize(
    ("items", "wanted"),
    [
        ([], ()),
        (["a"], ("a",)),
        (["a b", "c,d", " e ,f\n"], ("a", "b", "c", "d", "e", "f")),
        (["a a", "b,a"], ("a", "b")),
        (["", " , "], ()),
    ],
)
def test_split_scopes(items: list[str], wanted: tuple[str, ...]) -> None:
    assert split_scopes(items) == wanted


@pytest.mark.parametrize(
    ("scopes", "wanted"),
    [
        (["okta.users.read", "okta.groups.read"], ("okta.users.read", "okta.groups.read")),
        ("okta.users.read okta.groups.read", ("okta.users.read", "okta.groups.read")),
        ("okta.users.read,okta.groups.read", ("okta.users.read", "okta.groups.read")),
        ([], (SCOPE,)),
        ("", (SCOPE,)),
        ([" "], (SCOPE,)),
    ],
)
def test_scopes(scopes: object, wanted: tuple[str, ...]) -> None:
    assert make_options(org_url=ORG, scopes=scopes).scopes == wanted


def test_secrets_are_not_in_the_repr() -> None:
    secrets = {name: f"secret-{name}" for name in ("private_key", "private_key_passphrase", "access_token", "dpop_key")}
    shown = repr(make_options(org_url=ORG, **secrets))
    assert "client_id" in shown
    assert "secret-" not in shown


def test_what_is_secret_is_no_log() -> None:
    assert {name for name, spec in SHARED_OPTIONS.items() if spec.get("no_log")} == {
        *("private_key", "private_key_path", "private_key_passphrase", "access_token", "dpop_key"),
    }


@pytest.mark.parametrize("path", ["-----BEGIN PRIVATE KEY-----", "AAAA\nBBBB", ' {"kty": "EC"}', "[]"])
@pytest.mark.parametrize("as_option", [True, False])
def test_a_key_in_the_place_of_its_path(monkeypatch: pytest.MonkeyPatch, path: str, as_option: bool) -> None:
    if not as_option:
        monkeypatch.setenv("OKTA_PRIVATE_KEY_FILE", path)
    with pytest.raises(InvalidOption, match="private_key_path holds a key instead of the path of one") as caught:
        make_options(org_url=ORG, **({"private_key_path": path} if as_option else {}))
    assert path.strip() not in str(caught.value)


@pytest.mark.parametrize("option", ["client_id", "key_id", "scopes", "private_key_passphrase", "ca_path"])
def test_text_that_cannot_be_sent(option: str) -> None:
    """A variable of the environment can hold bytes that are no UTF-8, and JSON half a surrogate pair."""
    for text in ("caf\udce9", "\ud800"):
        with pytest.raises(InvalidOption, match=f"{option} is not valid text in UTF-8"):
            make_options(org_url=ORG, **{option: [text] if option == "scopes" else text})


@pytest.mark.parametrize("workers", [1, 8])
def test_workers(workers: int) -> None:
    assert checked_workers(workers) == workers


@pytest.mark.parametrize("workers", [0, 9, -1])
def test_workers_out_of_bounds(workers: int) -> None:
    with pytest.raises(InvalidOption, match=f"workers is {workers}. Set it to a number from 1 to 8"):
        checked_workers(workers)
