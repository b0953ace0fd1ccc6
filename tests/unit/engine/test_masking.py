# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_masking`: what Ansible is to mask beside the values of `no_log` options, and what it must not."""

from __future__ import annotations

import base64
import json
import typing as t
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.idops.okta.plugins.module_utils._masking import (
    mask_forms,
    public_words,
    secret_forms,
    unmask_public_words,
)
from ansible_collections.idops.okta.tests.unit.engine import keys

SECRETS = ("private_key", "private_key_passphrase", "access_token", "dpop_key")
NOTHING = dict.fromkeys((*SECRETS, "private_key_path"))
SECRET = "a secret/with+more=than 16"


def masked(environ: t.Mapping[str, str] | None = None, **params: t.Any) -> set[str]:
    found: set[str] = set()
    mask_forms(found, {**NOTHING, **params}, environ or {})
    return found


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_forms_of_a_secret(form: str) -> None:
    assert form in secret_forms([SECRET])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\\n"])
def test_each_line_of_a_key(newline: str) -> None:
    text = keys.pem(keys.rsa_key())
    forms = secret_forms([text.replace("\n", newline)])
    for line in text.splitlines()[1:-2]:
        assert line in forms
        assert base64.b64encode(line.encode()).decode() in forms
    assert "-----BEGIN PRIVATE KEY-----" not in forms


@pytest.mark.parametrize("wrap", [lambda jwk: jwk, lambda jwk: {"keys": [jwk]}])
def test_each_private_member_of_a_jwk(wrap: t.Callable[[object], object]) -> None:
    jwk = keys.private_jwk(keys.rsa_key(), kid="a-kid-that-is-rather-long")
    forms = secret_forms([json.dumps(wrap(jwk))])
    assert {jwk[name] for name in ("d", "p", "q", "dp", "dq", "qi")} <= forms
    assert not {jwk["n"], jwk["e"], jwk["kty"], jwk["kid"]} & forms


@pytest.mark.parametrize("secret", [None, "", "short", " \n", "fifteen letters"])
def test_what_is_short_is_left_to_ansible(secret: str | None) -> None:
    """Masking a short word would tear holes into a message."""
    assert {form for form in secret_forms([secret]) if len(form) < 16} == set()


@pytest.mark.parametrize("option", SECRETS)
def test_every_secret_option_is_masked(option: str) -> None:
    assert SECRET in masked({}, **{option: SECRET})


@pytest.mark.parametrize("variable", ["OKTA_PRIVATE_KEY", "OKTA_CLIENT_PRIVATEKEY"])
def test_a_key_in_the_environment_is_masked(variable: str) -> None:
    assert SECRET in masked({variable: SECRET})


@pytest.mark.parametrize("option", ["private_key", "dpop_key"])
def test_a_jwk_as_a_dictionary_is_masked(option: str) -> None:
    jwk = keys.private_jwk(keys.ec_key())
    found = masked(**{option: jwk})
    assert jwk["d"] in found
    assert quote(jwk["d"], safe="") in found


@pytest.mark.parametrize(
    ("environ", "params"),
    [
        ({}, {"private_key": 12345}),
        ({}, {"dpop_key": True}),
        ({}, {"private_key": 1.5}),
        ({}, {"private_key": "[" * 100_000}),
        ({}, {"private_key": '{"d": "\\ud800 and sixteen more"}'}),
        ({"OKTA_PRIVATE_KEY": "\udce9 and sixteen more letters"}, {}),
        ({"OKTA_CLIENT_PRIVATEKEY": "\ud800 and sixteen more letters"}, {}),
    ],
)
def test_what_no_key_is_masked_all_the_same(environ: dict[str, str], params: dict[str, t.Any]) -> None:
    """A failure is being reported: it must not end in another one."""
    masked(environ, **params)


def test_the_public_words_of_a_jwk() -> None:
    jwk = keys.private_jwk(keys.rsa_key(), kid="kid-1", key_ops=["sign"], more={"note": "word", "d": "secret"})
    words = public_words({"keys": [jwk]})
    assert words == {jwk["n"], jwk["e"], "RSA", "kid-1", "sign", "word"}
    assert public_words(json.dumps(jwk)) == words


@pytest.mark.parametrize("text", ["abc", "", "[" * 100_000, "5", None])
def test_what_is_no_jwk_has_no_public_words(text: str | None) -> None:
    assert public_words(text) == set()


def test_public_words_are_taken_out_of_what_ansible_masks() -> None:
    jwk = keys.private_jwk(keys.ec_key(), kid="kid-1")
    found = {*jwk.values(), "passphrase"}
    unmask_public_words(found, {"private_key": jwk, "dpop_key": None})
    assert found == {jwk["d"], "passphrase"}


def test_text_is_not_unmasked() -> None:
    found = {"EC", "text"}
    unmask_public_words(found, {"private_key": '{"kty": "EC"}', "dpop_key": None})
    assert found == {"EC", "text"}


A_PATH, A_KEY = "/etc/acme/okta/private-key.pem", "-----BEGIN PRIVATE KEY-----\nQk9EWSB3aXRoIGEgc2VjcmV0\n-----END"


@pytest.mark.parametrize("as_option", [True, False])
def test_a_key_in_the_place_of_its_path_is_masked_and_a_path_is_not(as_option: bool) -> None:
    def found(value: str) -> set[str]:
        return masked(private_key_path=value) if as_option else masked({"OKTA_PRIVATE_KEY_FILE": value})

    assert "Qk9EWSB3aXRoIGEgc2VjcmV0" in found(A_KEY)
    assert found(A_PATH) == set()


@pytest.mark.parametrize(("value", "stays"), [(A_KEY, True), (A_PATH, False)])
def test_a_path_is_shown(value: str, stays: bool) -> None:
    found = {value}
    unmask_public_words(found, {**NOTHING, "private_key_path": value})
    assert (found == {value}) == stays
