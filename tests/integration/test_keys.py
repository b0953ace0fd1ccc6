# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every form in which a private key can be given, and what is said of those that won't do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID
from integration.journals import TOKEN, asked
from integration.module_runs import Modules
from integration.playbooks import Player, task
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from sandbox import RunningOrg

PASSPHRASE = "correct horse battery staple"
CLIENT_ID = "0oaevery0key0form00"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def pem(key: Key, form: PrivateFormat, passphrase: str | None = None) -> str:
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, encryption).decode()


def jwk(key: Key, kid: str) -> dict[str, Any]:
    members = (
        RSAAlgorithm.to_jwk(key, as_dict=True)
        if isinstance(key, rsa.RSAPrivateKey)
        else ECAlgorithm.to_jwk(key, as_dict=True)
    )
    return {**members, "kid": kid, "use": "sig"}


class Keys:
    """A key of each kind, all registered with one app, by the name of the kind."""

    def __init__(self) -> None:
        curves = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.ec = {name: ec.generate_private_key(curve) for name, curve in curves.items()}

    def all(self) -> dict[str, Key]:
        return {"rsa": self.rsa, **self.ec}

    def private_set(self) -> dict[str, Any]:
        return {"keys": [jwk(key, kid) for kid, key in self.all().items()]}

    def public_set(self) -> dict[str, Any]:
        return {"keys": [public(jwk(key, kid)) for kid, key in self.all().items()]}


def public(private: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in private.items() if name not in ("d", "p", "q", "dp", "dq", "qi")}


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys()


def given_forms(keys: Keys, folder: Path) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """Each form: a name, options, and environment variables."""
    pkcs8 = pem(keys.rsa, PrivateFormat.PKCS8)
    pkcs1 = pem(keys.rsa, PrivateFormat.TraditionalOpenSSL)
    yield "PKCS#8, RSA", {"private_key": pkcs8, "key_id": "rsa"}, {}
    yield "PKCS#1, RSA", {"private_key": pkcs1, "key_id": "rsa"}, {}
    for curve, key in keys.ec.items():
        yield f"SEC1, {curve}", {"private_key": pem(key, PrivateFormat.TraditionalOpenSSL), "key_id": curve}, {}
        yield f"PKCS#8, {curve}", {"private_key": pem(key, PrivateFormat.PKCS8), "key_id": curve}, {}
    encrypted = pem(keys.rsa, PrivateFormat.PKCS8, PASSPHRASE)
    passphrase = {"private_key_passphrase": PASSPHRASE}
    yield "encrypted", {"private_key": encrypted, "key_id": "rsa", **passphrase}, {}
    yield (
        "encrypted, passphrase in the environment",
        {"private_key": encrypted, "key_id": "rsa"},
        {"OKTA_PRIVATE_KEY_PASSPHRASE": PASSPHRASE},
    )
    yield "escaped newlines", {"private_key": pkcs8.replace("\n", "\\n"), "key_id": "rsa"}, {}
    yield "CRLF", {"private_key": pkcs8.replace("\n", "\r\n"), "key_id": "rsa"}, {}
    yield "no last newline", {"private_key": pkcs8.strip(), "key_id": "rsa"}, {}
    yield "in the environment", {"key_id": "rsa"}, {"OKTA_PRIVATE_KEY": pkcs8}
    yield "in the SDKs' environment", {}, {"OKTA_CLIENT_PRIVATEKEY": pkcs1, "OKTA_CLIENT_KID": "rsa"}
    file = folder / "key.pem"
    file.write_text(pkcs8)
    file.chmod(0o600)
    yield "a file", {"private_key_path": str(file), "key_id": "rsa"}, {}
    yield "a file in the environment", {"key_id": "rsa"}, {"OKTA_PRIVATE_KEY_FILE": str(file)}
    yield "a JWK as text", {"private_key": json.dumps(jwk(keys.rsa, "rsa"))}, {}
    yield "a JWK as a dictionary", {"private_key": jwk(keys.ec["p384"], "p384")}, {}
    every = keys.private_set()
    yield "a JWK Set as text", {"private_key": json.dumps(every), "key_id": "p521"}, {}
    yield "a JWK Set as a dictionary", {"private_key": every, "key_id": "rsa"}, {}
    stored = folder / "key.json"
    stored.write_text(json.dumps(every, indent=2))
    stored.chmod(0o600)
    yield "a JWK Set in a file", {"private_key_path": str(stored), "key_id": "p256"}, {}


# What Ansible has a hand in: templates, dictionaries, the environment of a task, files.
WITH_ANSIBLE = {
    *("PKCS#8, RSA", "escaped newlines", "CRLF", "in the environment", "a file", "encrypted"),
    *("a JWK as text", "a JWK as a dictionary", "a JWK Set as a dictionary"),
}


def test_every_form_of_key(modules: Modules, org: RunningOrg, keys: Keys, tmp_path: Path) -> None:
    org.register_app(CLIENT_ID, jwks=keys.public_set())
    forms = list(given_forms(keys, tmp_path))
    for name, options, variables in forms:
        run = modules("okta_token", options, {**connection(org), **variables})
        assert run.result["token_type"] == "Bearer", name
        assert_nothing_of(keys, run.stdout)

    assert [entry["status"] for entry in asked(org.journal(), TOKEN)] == [200] * len(forms)


def test_keys_on_a_playbook(play: Player, org: RunningOrg, keys: Keys, tmp_path: Path) -> None:
    org.register_app(CLIENT_ID, jwks=keys.public_set())
    forms = [form for form in given_forms(keys, tmp_path) if form[0] in WITH_ANSIBLE]
    given = {"given_jwk": jwk(keys.ec["p256"], "p256"), "given_set": json.dumps(keys.private_set())}
    run = play(
        [
            *(task(name, "okta_token", options, environment=variables) for name, options, variables in forms),
            task("A JWK from a template", "okta_token", {"private_key": "{{ given_jwk }}"}, vars=given),
            task("As text", "okta_token", {"private_key": "{{ given_jwk | to_json }}"}, vars=given),
            task("A JWK Set", "okta_token", {"private_key": "{{ given_set }}", "key_id": "p384"}, vars=given),
        ],
        connection(org),
        "-vv",
    )

    assert {run[name]["changed"] for name in WITH_ANSIBLE} == {False}
    assert [entry["status"] for entry in asked(org.journal(), TOKEN)] == [200] * (len(WITH_ANSIBLE) + 3)
    assert_nothing_of(keys, run.stdout + run.stderr)


def connection(org: RunningOrg) -> dict[str, str]:
    """All but a key."""
    return {"OKTA_ORG_URL": org.url, "OKTA_CA_PATH": str(org.ca_path), "OKTA_CLIENT_ID": CLIENT_ID}


def unusable(keys: Keys, folder: Path) -> Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """What won't do: a name, options, and what the failure must say."""
    public_pem = keys.rsa.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    yield "public", {"private_key": public_pem}, ("is a public key", "Give the private key that belongs to it.")
    yield (
        "public JWK",
        {"private_key": public(jwk(keys.ec["p256"], "p256"))},
        ("The JWK is a public key.", "it has the member 'd'"),
    )
    yield "certificate", {"private_key": certificate(keys.rsa)}, ("is a certificate",)
    encrypted = pem(keys.rsa, PrivateFormat.PKCS8, PASSPHRASE)
    yield (
        "wrong passphrase",
        {"private_key": encrypted, "private_key_passphrase": "something else"},
        ("the passphrase is wrong", "Check private_key_passphrase"),
    )
    yield "no passphrase", {"private_key": encrypted}, ("is encrypted", "Set private_key_passphrase.")
    short = pem(rsa.generate_private_key(65537, 1024), PrivateFormat.PKCS8)  # which is the point
    yield "short", {"private_key": short}, ("has 1024 bits", "RSA keys of 2048 bits or more")
    yield "no such file", {"private_key_path": str(folder / "nowhere.pem")}, ("no private key file", "nowhere.pem")
    yield "folder", {"private_key_path": str(folder)}, ("is a folder",)
    every = keys.private_set()
    yield (
        "unknown key_id",
        {"private_key": every, "key_id": "other"},
        ("no key with the key_id 'other'", "p256, p384, p521, rsa"),
    )
    yield "no key_id", {"private_key": every}, ("holds 4 keys", "Choose one by key_id", "p256, p384, p521, rsa")
    lines = pem(keys.rsa, PrivateFormat.PKCS8).splitlines(keepends=True)
    yield "cut off", {"private_key": "".join(lines[:-3])}, ("has no end",)
    yield "a line lost", {"private_key": "".join([*lines[:4], *lines[5:]])}, ("is damaged",)
    yield "no key at all", {"private_key": "hunter2hunter2hunter2"}, ("neither PEM nor JSON",)
    curve = pem(ec.generate_private_key(ec.SECP256K1()), PrivateFormat.PKCS8)
    yield "another curve", {"private_key": curve}, ("is on the curve secp256k1",)
    empty = folder / "empty.pem"
    empty.touch(0o600)
    yield "empty file", {"private_key_path": str(empty)}, ("The private key file is empty.",)
    yield "no key", {}, ("There is no private key.", "OKTA_PRIVATE_KEY_FILE")


def test_every_unusable_key_has_a_message_of_its_own(
    modules: Modules, org: RunningOrg, keys: Keys, tmp_path: Path
) -> None:
    messages = set()
    for name, options, words in unusable(keys, tmp_path):
        run = modules("okta_token", options, connection(org))
        message = run.result["msg"]
        assert not [word for word in words if word not in message], f"{name}: {message}"
        assert message not in messages, name
        messages.add(message)
        assert_nothing_of(keys, run.stdout)
        assert "hunter2" not in run.stdout
    assert not org.journal()


def test_an_unusable_key_on_a_playbook(play: Player, org: RunningOrg, keys: Keys, tmp_path: Path) -> None:
    cases = {name: options for name, options, _words in unusable(keys, tmp_path) if name in ("short", "a line lost")}
    tasks = [task(name, "okta_token", options, ignore_errors=True) for name, options in cases.items()]
    run = play(tasks, connection(org), "-vvv")

    assert "has 1024 bits" in run.failure("short")["msg"]
    assert "is damaged" in run.failure("a line lost")["msg"]
    assert_nothing_of(keys, run.stdout + run.stderr)


def test_a_key_file_that_others_can_read_draws_a_warning(play: Player, org: RunningOrg, tmp_path: Path) -> None:
    file = tmp_path / "open.pem"
    file.write_text(org.private_key)
    file.chmod(0o644)

    play(
        [task("Get", "okta_token", {"private_key_path": str(file)})],
        org.environment(),
        warnings=["open.pem has mode 0644: others than its owner have access to it. Set it to 0600"],
    )


def certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    moments = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC))
    built = builder.not_valid_before(moments[0]).not_valid_after(moments[1]).sign(key, SHA256())
    return built.public_bytes(Encoding.PEM).decode()


def assert_nothing_of(keys: Keys, output: str) -> None:
    """Of no key there is a line of PEM or a private member of a JWK in the output, nor two lines run together."""
    pieces = {PASSPHRASE}
    for kid, key in keys.all().items():
        lines = pem(key, PrivateFormat.PKCS8).splitlines()[1:-1]
        pieces |= {line for line in lines if len(line) >= 16}
        pieces |= {first[-20:] + second[:20] for first, second in pairwise(lines)}
        pieces |= {str(jwk(key, kid)[name]) for name in ("d", "p", "q", "dp", "dq", "qi") if name in jwk(key, kid)}
    assert not [piece for piece in pieces if piece in output]
