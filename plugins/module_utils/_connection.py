# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""From options to a client: the key is read, the token got, and what doesn't fit together is said before that."""

from __future__ import annotations

import os
import typing as t
from functools import partial

from ._certificates import certificate_check
from ._client import Client
from ._clock import Clock
from ._dpop import ProofKey, bound_thumbprint
from ._errors import InvalidKey, InvalidOption, printable
from ._exchange import Exchange
from ._key_file import read_key_file
from ._keys import load_signing_key
from ._libraries import require
from ._options import Options
from ._pace import Pace
from ._token import Credentials, Token, request_token
from ._token_source import TokenSource
from ._transport import Transport

Notify = t.Callable[[str], None]


def open_transports(options: Options, workers: int = 1) -> list[Transport]:
    """Ways to an org, one for each worker; they share one pace. Raises `InvalidOption`, `LibraryMissing`."""
    require("requests")
    if workers > 1:
        from ._heap import share_one_heap

        share_one_heap()
    clock = Clock()
    pace = Pace(options.rate_limit_reserve, clock)
    verify = certificate_check(options.validate_certs, options.ca_path, os.environ)
    return [
        Transport(Exchange(verify=verify, timeout=options.timeout), pace, max_wait=options.max_wait, clock=clock)
        for _worker in range(workers)
    ]


def read_credentials(options: Options, warn: Notify) -> Credentials | None:
    """The app and its key, or None when one of them isn't given. Raises `InvalidKey`, `LibraryMissing`."""
    text = options.private_key
    if text is None and options.private_key_path is not None:
        text, warnings = read_key_file(options.private_key_path)
        for warning in warnings:
            warn(warning)
    if options.client_id is None or text is None or not text.strip():
        return None
    require("PyJWT", "cryptography")
    try:
        key = load_signing_key(text, options.private_key_passphrase, options.key_id)
    except InvalidKey as error:
        where = f" (Read from {printable(options.private_key_path)}.)" if options.private_key_path else ""
        raise InvalidKey(error.message + where, error.remedy) from None
    return Credentials(options.client_id, key)


def needed_credentials(options: Options, warn: Notify) -> Credentials:
    """As `read_credentials`, where nothing can be done without. Raises `InvalidOption` as well."""
    credentials = read_credentials(options, warn)
    if credentials is None:
        if options.client_id is None:
            raise InvalidOption("client_id is not set.", "Set it, or the environment variable OKTA_CLIENT_ID.")
        if options.private_key_path:
            raise InvalidOption("The private key file is empty.", "Put the app's private key into it.")
        raise InvalidOption(
            "There is no private key.",
            "Set private_key or private_key_path, or the environment variable OKTA_PRIVATE_KEY_FILE.",
        )
    return credentials


def open_clients(options: Options, workers: int = 1, *, warn: Notify, protect: Notify) -> list[Client]:
    """Clients, one for each worker, with one token: the one in ``options``, or else a new one that is renewed.

    ``warn`` is told what the user should know, ``protect`` each token, so that it is masked. Raises `OktaError`.
    """
    transports = open_transports(options, workers)
    if options.access_token is None:
        request = partial(_new_token, transports[0], options, needed_credentials(options, warn), protect)
        tokens = TokenSource(request(), request, transports[0].clock)
    else:
        token = given_token(options.access_token, options.dpop_key)
        credentials = read_credentials(options, warn)
        again = partial(_new_token, transports[0], options, credentials, protect) if credentials else None
        tokens = TokenSource(token, again, transports[0].clock)
    return [Client(transport, options.org_url, tokens) for transport in transports]


def _new_token(transport: Transport, options: Options, credentials: Credentials, protect: Notify) -> Token:
    token = request_token(transport, options.org_url, credentials, options.scopes, options.dpop)
    protect(token.access_token)
    return token


def given_token(access_token: str, dpop_key: str | None) -> Token:
    """A token that was got earlier. Raises `InvalidOption` or `InvalidKey` when it is bound to another key, or to one
    that wasn't given: no request made with it could succeed."""
    bound = bound_thumbprint(access_token)
    if dpop_key is None:
        if bound:
            raise InvalidOption(
                "access_token is DPoP-bound, and dpop_key is not set.",
                "Pass on dpop_key from the okta_token result that the token is from.",
            )
        return Token(access_token, "Bearer")
    require("PyJWT", "cryptography")
    proof_key = ProofKey.from_jwk(dpop_key)
    if bound and bound != proof_key.thumbprint():
        remedy = "Take access_token and dpop_key from the same okta_token result."
        raise InvalidKey("access_token is DPoP-bound to another key than dpop_key.", remedy)
    return Token(access_token, "DPoP", proof_key=proof_key)
