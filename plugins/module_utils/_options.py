# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The options that all modules share, and what they come to once blanks and environment variables are sorted out.

The argspec has its description in ``plugins/doc_fragments/_okta.py``; a test keeps the two alike.
"""

from __future__ import annotations

import json
import os
import re
import typing as t
from dataclasses import dataclass, field

from ansible.module_utils.common.parameters import env_fallback

from ._errors import InvalidOption
from ._org_url import normalize_org_url


def non_empty_env(*names: str) -> str:
    """The first of the environment variables that isn't blank. AWX sets those of empty inputs to nothing."""
    return t.cast(str, env_fallback(*[name for name in names if os.environ.get(name, "").strip()]))


MOST_WORKERS = 8
KEY_ENVIRONMENT = {
    "private_key": ("OKTA_PRIVATE_KEY", "OKTA_CLIENT_PRIVATEKEY"),
    "private_key_path": ("OKTA_PRIVATE_KEY_FILE",),
}

SHARED_OPTIONS: dict[str, dict[str, t.Any]] = {
    "org_url": {"type": "str", "fallback": (non_empty_env, ["OKTA_ORG_URL", "OKTA_CLIENT_ORGURL"])},
    "client_id": {"type": "str", "fallback": (non_empty_env, ["OKTA_CLIENT_ID", "OKTA_CLIENT_CLIENTID"])},
    # These two exclude each other, and what is set in the playbook wins over the environment: see _key_source.
    "private_key": {"type": "raw", "no_log": True},
    # Not a secret, but a key that was put here by mistake is: see _masking.unmask_public_words.
    "private_key_path": {"type": "path", "no_log": True},
    "private_key_passphrase": {
        "type": "str",
        "no_log": True,
        "fallback": (non_empty_env, ["OKTA_PRIVATE_KEY_PASSPHRASE"]),
    },
    "key_id": {"type": "str", "no_log": False, "fallback": (non_empty_env, ["OKTA_KEY_ID", "OKTA_CLIENT_KID"])},
    "scopes": {"type": "list", "elements": "str", "fallback": (non_empty_env, ["OKTA_SCOPES", "OKTA_CLIENT_SCOPES"])},
    "access_token": {"type": "str", "no_log": True, "fallback": (non_empty_env, ["OKTA_ACCESS_TOKEN"])},
    "dpop_key": {"type": "raw", "no_log": True},
    "dpop": {
        "type": "str",
        "choices": ["auto", "required", "off"],
        "default": "auto",
        "fallback": (non_empty_env, ["OKTA_DPOP"]),
    },
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path", "fallback": (non_empty_env, ["OKTA_CA_PATH"])},
    "timeout": {"type": "int", "default": 30, "fallback": (non_empty_env, ["OKTA_TIMEOUT"])},
    "max_wait": {"type": "int", "default": 900, "fallback": (non_empty_env, ["OKTA_MAX_WAIT"])},
    "rate_limit_reserve": {"type": "int", "default": 10, "fallback": (non_empty_env, ["OKTA_RATE_LIMIT_RESERVE"])},
}


@dataclass(frozen=True)
class Options:
    """The shared options, checked. Whatever was blank is None; seconds are seconds."""

    org_url: str
    client_id: str | None
    private_key: str | None = field(repr=False)
    private_key_path: str | None
    private_key_passphrase: str | None = field(repr=False)
    key_id: str | None
    scopes: tuple[str, ...]
    access_token: str | None = field(repr=False)
    dpop_key: str | None = field(repr=False)
    dpop: str
    validate_certs: bool
    ca_path: str | None
    timeout: int
    max_wait: int
    rate_limit_reserve: int


def read_options(
    params: t.Mapping[str, t.Any], default_scopes: t.Sequence[str], environ: t.Mapping[str, str]
) -> Options:
    """The shared options among a module's parameters. Raises `InvalidOption`."""
    check_text(params)
    private_key, private_key_path = _key_source(params, environ)
    access_token = _text(params["access_token"])
    if access_token and re.search(r"[^\x21-\x7e]", access_token):
        raise InvalidOption("access_token is not a token: it holds blanks or other characters that none has.")
    for name, least, most in (("timeout", 1, 3600), ("max_wait", 0, 86400), ("rate_limit_reserve", 0, 90)):
        if not least <= params[name] <= most:
            raise InvalidOption(f"{name} is {params[name]}.", f"Set it to a number from {least} to {most}.")
    return Options(
        org_url=normalize_org_url(params["org_url"] or ""),
        client_id=_text(params["client_id"]),
        private_key=private_key,
        private_key_path=private_key_path,
        private_key_passphrase=params["private_key_passphrase"] or None,
        key_id=_text(params["key_id"]),
        scopes=split_scopes(params["scopes"] or ()) or tuple(default_scopes),
        access_token=access_token,
        dpop_key=_json_text(params, "dpop_key"),
        dpop=params["dpop"],
        validate_certs=params["validate_certs"],
        ca_path=_text(params["ca_path"]),
        timeout=params["timeout"],
        max_wait=params["max_wait"],
        rate_limit_reserve=params["rate_limit_reserve"],
    )


def checked_workers(workers: int) -> int:
    """The option ``workers`` of the modules that have it. Raises `InvalidOption` out of bounds."""
    if not 1 <= workers <= MOST_WORKERS:
        raise InvalidOption(f"workers is {workers}.", f"Set it to a number from 1 to {MOST_WORKERS}.")
    return workers


def split_scopes(given: t.Iterable[str]) -> tuple[str, ...]:
    """The scopes in a list the items of which may hold several, apart by blanks or commas. Each comes once."""
    return tuple(dict.fromkeys(scope for item in given for scope in re.split(r"[\s,]+", item) if scope))


def check_text(params: t.Mapping[str, t.Any]) -> None:
    """Raise `InvalidOption` for half of a surrogate pair, which a broken variable can hold: it can't be sent."""
    for name, value in params.items():
        if name not in ("private_key", "dpop_key"):
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and re.search("[\ud800-\udfff]", text):
                    raise InvalidOption(f"{name} is not valid text in UTF-8.", "Look at its encoding.")


def _key_source(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> tuple[str | None, str | None]:
    given = {"private_key": _json_text(params, "private_key"), "private_key_path": _text(params["private_key_path"])}
    if all(given.values()):
        raise InvalidOption("private_key and private_key_path are both set.", "Set one; the other can be ''.")
    if not any(given.values()):
        given = {
            name: next((text for variable in variables if (text := _text(environ.get(variable)))), None)
            for name, variables in KEY_ENVIRONMENT.items()
        }
        if all(given.values()):
            raise InvalidOption(
                "The environment holds both a private key (OKTA_PRIVATE_KEY, OKTA_CLIENT_PRIVATEKEY) and the path of "
                "one (OKTA_PRIVATE_KEY_FILE).",
                "Unset one of them, or set private_key or private_key_path in the playbook.",
            )
    if given["private_key_path"] and holds_key(given["private_key_path"]):
        raise InvalidOption(
            "private_key_path holds a key instead of the path of one.",
            "Set private_key to the key, or OKTA_PRIVATE_KEY in the environment.",
        )
    return given["private_key"], given["private_key_path"]


def holds_key(path: str) -> bool:
    """Whether something that should be a path looks like the text of a key."""
    return "\n" in path or "-----BEGIN" in path or path.lstrip().startswith(("{", "["))


def _json_text(params: t.Mapping[str, t.Any], name: str) -> str | None:
    """A text option that may hold JSON, which templates of ansible-core before 2.19 turn into a dictionary."""
    value = params[name]
    if isinstance(value, (dict, list)):
        return json.dumps(value) if value else None
    if value is not None and not isinstance(value, str):
        raise InvalidOption(f"{name} is neither text nor a JSON object.")
    return _text(value)


def _text(value: str | None) -> str | None:
    return (value or "").strip() or None
