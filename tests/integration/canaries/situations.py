# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The situations in which secrets are searched for: tasks, how each must end, and the secrets that they are given."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from integration.canaries.forms import PIECE, Canary
from integration.canaries.servers import Listener
from integration.canaries.stage import Stage
from integration.playbooks import Task, task
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from sandbox import RunningOrg

PRIVATE_MEMBERS = ("d", "p", "q", "dp", "dq", "qi")
KEYS_APP = "0oacanarykeys000001"
WRONG_APP = "0oacanarywrong00001"
# Every module that talks to Okta, beside the two that all is tried with, and what else it wants to be told.
OTHER_MODULES: dict[str, dict[str, Any]] = {
    path.stem: {"everyone": True} if path.stem == "okta_factors_info" else {}
    for path in sorted((Path(__file__).resolve().parents[3] / "plugins" / "modules").glob("okta_*.py"))
    if path.stem not in ("okta_token", "okta_users_info")
}
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Situation(NamedTuple):
    """A task, how it must end, and what must be in its `msg`."""

    task: Task
    ends: str = "ok"
    says: str = ""

    @property
    def name(self) -> str:
        name: str = self.task["name"]
        return name


class Given:
    """Everything secret that a run is given, as variables of the playbook and as files."""

    def __init__(self, org: RunningOrg, stage: Stage) -> None:
        self.org = org
        self.passphrase = f"canary/passphrase+{secrets.token_urlsafe(18)}&more=é"
        own = load_pem_private_key(org.private_key.encode(), None)
        assert isinstance(own, rsa.RSAPrivateKey)
        other = rsa.generate_private_key(65537, 2048)
        curve = ec.generate_private_key(ec.SECP256R1())
        locked = ec.generate_private_key(ec.SECP384R1())
        pems = {
            "the app's key": org.private_key,
            "the app's key, PKCS#1": _pem(own, PrivateFormat.TraditionalOpenSSL),
            "another key": _pem(other),
            "the EC key": _pem(curve),
            "the locked key": _pem(locked),
            "the locked key, encrypted": _pem(locked, passphrase=self.passphrase),
            "the damaged key": _damaged(org.private_key),
        }
        jwks = {"the RSA JWK": _jwk(other, "canary-rsa"), "the EC JWK": _jwk(curve, "canary-ec")}
        org.register_app(KEYS_APP, jwks={"keys": [*jwks.values(), _jwk(locked, "canary-locked")]}, dpop_bound=True)
        org.register_app(WRONG_APP, jwks=[{**_jwk(other, org.key_id)}])
        self.canaries = [
            Canary("the passphrase", self.passphrase),
            Canary("the wrong passphrase", "not-the-passphrase-but-a-secret"),
            Canary("an opaque token", "00canaryOpaqueToken/with+signs=and_no.dots~"),
        ]
        for name, pem in pems.items():
            body = "\n".join(line for line in pem.splitlines() if len(line) >= PIECE and not line.startswith("-----"))
            self.canaries.append(Canary(name, body))
        for name, jwk in jwks.items():
            self.canaries += [Canary(f"{member} of {name}", jwk[member]) for member in PRIVATE_MEMBERS if member in jwk]
        public = own.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        self.variables: dict[str, Any] = {
            "pem": pems["the app's key"],
            "pem_escaped": pems["the app's key, PKCS#1"].replace("\n", "\\n"),
            "pem_in_one_line": " ".join(pems["the app's key"].split("\n")),
            "other_pem": pems["another key"],
            "locked_pem": pems["the locked key, encrypted"],
            "damaged_pem": pems["the damaged key"],
            "cut_pem": pems["the app's key"][:800],
            "public_pem": public,
            "jwk": jwks["the EC JWK"],
            "jwk_text": json.dumps(jwks["the RSA JWK"]),
            "damaged_jwk": {**jwks["the RSA JWK"], "d": jwks["the RSA JWK"]["d"][:-4]},
            "jwk_set": {"keys": list(jwks.values())},
            "passphrase": self.passphrase,
            "wrong_passphrase": "not-the-passphrase-but-a-secret",
            "opaque": "00canaryOpaqueToken/with+signs=and_no.dots~",
            "proof_key_file": str(stage.inputs / "proof_key"),
        }
        self.files = {
            "locked": stage.secret_file("locked.pem", pems["the locked key, encrypted"]),
            "open to all": stage.secret_file("open.pem", pems["the app's key"], 0o644),
            "damaged": stage.secret_file("damaged.pem", pems["the damaged key"]),
            "JWK": stage.secret_file("key.jwk", json.dumps(jwks["the EC JWK"])),
        }
        self._proof_key_file = stage.inputs / "proof_key"
        self.environment = {
            **{name: value for name, value in org.environment().items() if name != "OKTA_PRIVATE_KEY_FILE"},
            "OKTA_PRIVATE_KEY": org.private_key,
        }

    def seen(self, listeners: Mapping[str, Listener]) -> list[Canary]:
        """What was given, and the secrets that came up since: tokens, assertions, proofs, the registered proof key."""
        found = list(self.canaries)
        if self._proof_key_file.exists():
            found.append(Canary("d of dpop_key", self._proof_key_file.read_text(encoding="utf-8")))
        jwts = dict.fromkeys(self.org.tokens(), "a token")
        for entry in self.org.journal():
            jwts |= dict.fromkeys(entry["headers"].get("dpop", []), "a proof")
            jwts |= {entry["form"]["client_assertion"]: "an assertion"} if "client_assertion" in entry["form"] else {}
        for listener in listeners.values():
            for request in listener.received:
                for text in request.secrets:
                    if text.startswith("eyJ"):
                        jwts.setdefault(text, "what was sent")
        # The header of a JWT is no secret: it is the same in all of them.
        parts = [(name, text.partition(".")[2]) for text, name in jwts.items()]
        return found + [Canary(f"{name} ({number})", part) for number, (name, part) in enumerate(parts)]


def _pem(key: Key, form: PrivateFormat = PrivateFormat.PKCS8, passphrase: str | None = None) -> str:
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, lock).decode()


def _jwk(key: Key, kid: str) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
    else:
        jwk = ECAlgorithm.to_jwk(key, as_dict=True)
    return {**jwk, "kid": kid, "use": "sig"}


def _damaged(pem: str) -> str:
    """With one character changed, in the DER that says how long everything is."""
    lines = pem.splitlines(keepends=True)
    lines[1] = lines[1][:10] + ("A" if lines[1][10] != "A" else "B") + lines[1][11:]
    return "".join(lines)


HANDED_ON = {"access_token": "{{ okta.access_token }}"}
BOUND = {"access_token": "{{ bound.access_token }}", "dpop_key": "{{ bound.dpop_key }}"}


def tokens_to_hand_on(org: RunningOrg) -> list[Situation]:
    """Tokens that later tasks use: a bearer one, and one that is bound."""
    return [
        Situation(task("Get a token", "okta_token", register="okta")),
        Situation(task("Get a bound token", "okta_token", {"client_id": org.dpop_client_id}, register="bound")),
        Situation(
            task(
                "Tell the test the proof key",
                "ansible.builtin.copy",
                {"content": "{{ bound.dpop_key.d }}", "dest": "{{ proof_key_file }}"},
                no_log=True,
                diff=False,
            )
        ),
    ]


def successes(given: Given) -> list[Situation]:
    """Everything that goes well."""
    org, files = given.org, given.files
    keys = {"client_id": KEYS_APP}

    def get(name: str, options: Mapping[str, Any] | None = None, **keywords: Any) -> Situation:
        return Situation(task(name, "okta_token", options, **keywords))

    def users(name: str, options: Mapping[str, Any] | None = None, **keywords: Any) -> Situation:
        return Situation(task(name, "okta_users_info", options, **keywords))

    def debug(name: str, options: Mapping[str, Any], **keywords: Any) -> Situation:
        return Situation(task(name, "ansible.builtin.debug", options, **keywords))

    return [
        *tokens_to_hand_on(org),
        get("A token that nobody keeps"),
        get("A token in check mode", check_mode=True, register="checked"),
        get("A token with a key as text", {"private_key": "{{ pem }}"}),
        get("A token with newlines escaped", {"private_key": "{{ pem_escaped }}"}),
        get("A token with newlines lost", {"private_key": "{{ pem_in_one_line }}"}),
        get(
            "A token with an encrypted key",
            {
                **keys,
                "key_id": "canary-locked",
                "private_key": "{{ locked_pem }}",
                "private_key_passphrase": "{{ passphrase }}",
            },
        ),
        get(
            "A token with an encrypted key from a file",
            {
                **keys,
                "key_id": "canary-locked",
                "private_key_path": files["locked"],
                "private_key_passphrase": "{{ passphrase }}",
            },
        ),
        get("A token with a key file open to all", {"private_key_path": files["open to all"]}),
        get("A token with a JWK", {**keys, "key_id": "canary-ec", "private_key": "{{ jwk }}"}),
        get("A token with a JWK as text", {**keys, "key_id": "canary-rsa", "private_key": "{{ jwk_text }}"}),
        get("A token with a JWK from a file", {**keys, "key_id": "canary-ec", "private_key_path": files["JWK"]}),
        get("A token with a JWK Set", {**keys, "key_id": "canary-rsa", "private_key": "{{ jwk_set }}"}),
        get("A token with retries", until="again.attempts > 1", retries=3, delay=0, register="again"),
        Situation(
            task("A token that is called a failure", "okta_token", ignore_errors=True, failed_when=True), "failed"
        ),
        get("A token from elsewhere", delegate_to="localhost", run_once=True, changed_when=True, notify=[]),
        debug("Show when it ends", {"var": "okta.expires_at"}),
        debug(
            "Show scopes and kind",
            {"msg": "{{ okta.scopes | join(' ') }} {{ bound.token_type }} {{ bound.expires_in }}"},
        ),
        Situation(
            task("Keep when it ends", "ansible.builtin.set_fact", {"ends": "{{ okta.expires_at }}", "cacheable": True})
        ),
        Situation(task("Count", "ansible.builtin.set_stats", {"data": {"okta_scopes": "{{ okta.scopes }}"}})),
        users("Users with a token of their own", register="users"),
        users("Users with a bound token of their own", {"client_id": org.dpop_client_id}),
        debug("Show how many", {"var": "users.count"}),
        debug("Show all of them", {"var": "users"}),
        users("Users with a token handed on", HANDED_ON),
        users("Users with a bound token handed on", BOUND),
        users(
            "Users by a template", {**BOUND, "user": "{{ users.users[:2] | map(attribute='profile.login') | list }}"}
        ),
        Situation(
            {
                "name": "By module_defaults",
                "module_defaults": {"group/idops.okta.okta": BOUND},
                "block": [
                    task("Users by module_defaults", "okta_users_info", {"statuses": ["ACTIVE"]}),
                    task("Users in a loop", "okta_users_info", {"q": "{{ item }}"}, loop=["a", "b"]),
                    task(
                        "Users in a loop, labelled",
                        "okta_users_info",
                        {"q": "{{ item }}"},
                        loop=["a"],
                        loop_control={"label": "l"},
                    ),
                    task("Users in the background", "okta_users_info", {"limit": 1}, **{"async": 30, "poll": 1}),
                ],
            },
        ),
        get("Revocation in check mode", {"state": "absent", **HANDED_ON}, check_mode=True),
        get("Revocation", {"state": "absent", **HANDED_ON}),
        get("Revocation of a bound token", {"state": "absent", "client_id": org.dpop_client_id, **BOUND}),
    ]


def refusals(given: Given, evil: Mapping[str, Listener]) -> list[Situation]:
    """Everything that goes wrong, and what must be said of it."""
    return [
        *tokens_to_hand_on(given.org),
        *[*_keys_that_wont_do(given), *_options_that_wont_do(given)],
        *[*_refusing_org(given.org), *_echoes(evil)],
    ]


def fails(name: str, module: str, options: Mapping[str, Any], says: str, **keywords: Any) -> Situation:
    return Situation(task(name, module, {"max_wait": 0, **options}, ignore_errors=True, **keywords), "failed", says)


def _keys_that_wont_do(given: Given) -> list[Situation]:
    keys = {"client_id": KEYS_APP, "key_id": "canary-locked"}
    locked = {**keys, "private_key": "{{ locked_pem }}"}
    wrong = {"private_key_passphrase": "{{ wrong_passphrase }}"}
    return [
        fails("Wrong passphrase", "okta_token", {**locked, **wrong}, "passphrase is wrong"),
        fails(
            "Wrong passphrase for a file",
            "okta_token",
            {**keys, **wrong, "private_key_path": given.files["locked"]},
            "passphrase is wrong",
        ),
        fails("Damaged key", "okta_token", {"private_key": "{{ damaged_pem }}"}, "is damaged"),
        fails("Damaged key file", "okta_users_info", {"private_key_path": given.files["damaged"]}, "is damaged"),
        fails("Damaged JWK", "okta_token", {"private_key": "{{ damaged_jwk }}"}, "."),
        fails("Half a key", "okta_token", {"private_key": "{{ cut_pem }}"}, "has no end"),
        fails("Public key", "okta_token", {"private_key": "{{ public_pem }}"}, "is a public key"),
        fails("Wrong kid", "okta_token", {"key_id": "no-such-kid"}, "kid"),
        fails("Key of another app", "okta_users_info", {"private_key": "{{ other_pem }}"}, "signature"),
        fails(
            "No such key in the set", "okta_token", {"private_key": "{{ jwk_set }}", "key_id": "none"}, "holds no key"
        ),
        fails("A list for a key", "okta_token", {"private_key": ["{{ pem }}"]}, "."),
        fails("A list of lines for a key", "okta_token", {"private_key": "{{ pem.splitlines() }}"}, "."),
        fails("A number for a key", "okta_token", {"private_key": 42}, "."),
        fails("A dictionary for a key", "okta_users_info", {"private_key": {"pem": "{{ pem }}"}}, "."),
        fails("A key for its path", "okta_token", {"private_key_path": "{{ pem }}"}, "holds a key"),
        fails("A JWK for its path", "okta_users_info", {"private_key_path": "{{ jwk_text }}"}, "holds a key"),
        fails("A key and its path", "okta_token", {"private_key": "{{ pem }}", "private_key_path": "x"}, "both set"),
    ]


def _options_that_wont_do(given: Given) -> list[Situation]:
    bound = {"client_id": given.org.dpop_client_id, **BOUND}
    return [
        fails(
            "A list for a passphrase",
            "okta_token",
            {"private_key_passphrase": ["{{ passphrase }}"], "max_wait": "abc"},
            "max_wait",
        ),
        fails(
            "A dictionary for a passphrase",
            "okta_token",
            {"private_key_passphrase": {"is": "{{ passphrase }}"}, "timeout": 0},
            "timeout",
        ),
        fails(
            "A list for a token",
            "okta_users_info",
            {"access_token": ["{{ okta.access_token }}"], "client_id": WRONG_APP},
            ".",
        ),
        fails("A dictionary for a token", "okta_users_info", {"access_token": "{{ bound }}"}, "."),
        fails(
            "Bearer before a token",
            "okta_users_info",
            {"access_token": "Bearer {{ okta.access_token }}"},
            "is not a token",
        ),
        fails(
            "Wrong type beside secrets",
            "okta_users_info",
            {**bound, "private_key": "{{ pem }}", "max_wait": "abc"},
            "max_wait",
        ),
        fails(
            "Wrong choice beside secrets",
            "okta_users_info",
            {**bound, "private_key": "{{ jwk }}", "dpop": "never"},
            "dpop",
        ),
        fails(
            "Too much beside secrets",
            "okta_users_info",
            {**bound, "q": "a", "search": "b"},
            "mutually exclusive|both set",
        ),
        fails("Unknown option beside secrets", "okta_users_info", {**bound, "privat_key": "x"}, "privat_key"),
        fails(
            "Bad org beside secrets",
            "okta_token",
            {"private_key": "{{ jwk }}", "org_url": "{{ 'https://' }}"},
            "org_url",
        ),
        fails(
            "A bound token without its key",
            "okta_users_info",
            {"access_token": "{{ bound.access_token }}"},
            "dpop_key is not set",
        ),
        fails("A list for a proof key", "okta_users_info", {**bound, "dpop_key": ["{{ bound.dpop_key }}"]}, "dpop_key"),
        fails("Text for a proof key", "okta_users_info", {**bound, "dpop_key": "{{ bound.dpop_key.d }}"}, "dpop_key"),
        fails(
            "A damaged proof key",
            "okta_users_info",
            {**bound, "dpop_key": "{{ bound.dpop_key | combine({'x': 'AAAA'}) }}"},
            "dpop_key",
        ),
        fails("Another proof key", "okta_users_info", {**bound, "dpop_key": "{{ jwk }}"}, "bound to another key"),
        fails("Nothing to revoke", "okta_token", {"state": "absent"}, "no token to revoke"),
        fails("Misspelt template", "okta_users_info", {"access_token": "{{ okta.acces_token }}"}, "acces_token"),
        fails("Misspelt filter", "okta_users_info", {"access_token": "{{ okta.access_token | int + okta }}"}, "."),
        fails("In the background", "okta_token", {}, "async", **{"async": 30, "poll": 1}),
        Situation(
            {
                "name": "A rescue",
                "block": [
                    task(
                        "To be rescued",
                        "okta_users_info",
                        {**HANDED_ON, "private_key": "{{ pem }}", "q": "a", "search": "b"},
                    )
                ],
                "rescue": [
                    task("Show what failed", "ansible.builtin.debug", {"var": "ansible_failed_result"}),
                    task("Show which failed", "ansible.builtin.debug", {"var": "ansible_failed_task.name"}),
                ],
            }
        ),
    ]


def _refusing_org(org: RunningOrg) -> list[Situation]:
    """Faults of the sandbox org, each for an app of its own."""
    found = []
    cases: list[tuple[str, str, Any, str, str]] = [
        ("Token: 401", "/oauth2/*", {"status": 401}, "okta_token", "invalid_client"),
        ("Token: 403", "/oauth2/*", "forbidden", "okta_token", "403"),
        ("Token: 429", "/oauth2/*", "rate_limited", "okta_users_info", "rate limit"),
        ("Token: 500", "/oauth2/*", "internal_error", "okta_token", "500"),
        ("Token: HTML", "/oauth2/*", "html", "okta_token", "not valid JSON"),
        ("Token: reset", "/oauth2/*", "reset_before_answer", "okta_users_info", "broke off"),
        ("Token: redirect", "/oauth2/*", "redirect", "okta_token", "redirect"),
        ("Users: 401", "/api/*", "expired_token", "okta_users_info", "expired"),
        ("Users: 403", "/api/*", "forbidden", "okta_users_info", "403"),
        ("Users: 429", "/api/*", "rate_limited", "okta_users_info", "rate limit"),
        ("Users: 500", "/api/*", "internal_error", "okta_users_info", "500"),
        ("Users: half", "/api/*", "truncated_json", "okta_users_info", "not valid JSON"),
        ("Users: an object", "/api/*", "json_object", "okta_users_info", "not a list"),
        ("Users: reset", "/api/*", "reset_in_body", "okta_users_info", "broke off"),
        ("Users: timeout", "/api/*", "hang", "okta_users_info", "1 second"),
    ]
    for number, (name, path, action, module, says) in enumerate(cases):
        client_id = f"0oacanaryfault{number:05}"
        org.register_app(client_id, dpop_bound=number % 2 == 1)
        org.inject(action, None, path=path, client_id=client_id)
        found.append(fails(name, module, {"client_id": client_id, "timeout": 1 if "timeout" in name else 10}, says))
    found.append(fails("Another CA", "okta_token", {"ca_path": "{{ other_ca }}"}, "certificate"))
    found.append(
        fails("Nobody there", "okta_users_info", {**BOUND, "org_url": "https://localhost:9"}, "refused the connection")
    )
    return found


def _echoes(evil: Mapping[str, Listener]) -> list[Situation]:
    """Servers that tell what they were told; see `servers`."""
    found = []
    for name, listener in evil.items():
        where = {"org_url": listener.url}
        found.append(fails(f"{name}, for a token", "okta_token", where, "."))
        found.append(fails(f"{name}, for users", "okta_users_info", {**where, **BOUND}, "."))
    where = {"org_url": next(iter(evil.values())).url}
    for module, needed in OTHER_MODULES.items():
        found.append(fails(f"An echo for {module}", module, {**where, **BOUND, **needed}, "."))
    opaque = {**where, "access_token": "{{ opaque }}"}
    found.append(fails("An echo of what is revoked", "okta_token", {**opaque, "state": "absent"}, "."))
    found.append(fails("An echo of an opaque token", "okta_users_info", opaque, "."))
    found.append(fails("An echo in a loop", "okta_users_info", {**opaque, "q": "{{ item }}"}, ".", loop=["a", "b"]))
    found.append(fails("An echo tried again", "okta_users_info", opaque, ".", until=False, retries=1, delay=0))
    return found
