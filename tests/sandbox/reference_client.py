# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The least that a client of the org has to do: for the sandbox's own tests, and to try it by hand."""

from __future__ import annotations

import http.client
import json
import secrets
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64encode

from .apps import ALGORITHMS, SigningKey
from .assertions import ASSERTION_TYPE
from .running import RunningOrg
from .signed_jwt import REGISTRY


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def link(self, relation: str) -> str | None:
        """The path and query of a `Link`, whether the header came in one instance or several."""
        for part in ", ".join(self.headers.get_all("link", [])).split(", <"):
            url, _end, rest = part.removeprefix("<").partition(">")
            if f'rel="{relation}"' in rest:
                split = urlsplit(url)
                return f"{split.path}?{split.query}"
        return None


class ReferenceClient:
    """Signs, asks, and hands back what came; it retries nothing and keeps no connection."""

    def __init__(self, org: RunningOrg, client_id: str | None = None, key: SigningKey | None = None) -> None:
        self.org = org
        self.client_id = client_id or org.client_id
        self.key: SigningKey = key or RSAKey.import_key(org.private_key)
        self.proof_key = ECKey.generate_key("P-256")
        self.nonce: str | None = None
        self.timeout = 10.0

    def assertion(self, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A fresh assertion; a claim or header parameter given as None is left out."""
        now = time.time()
        defaults = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.org.url + "/oauth2/v1/token",
            "iat": int(now) - 30,
            "exp": int(now) + 300,
            "jti": secrets.token_urlsafe(),
        }
        return sign({"alg": "RS256", "kid": self.org.key_id, **(header or {})}, {**defaults, **claims}, self.key)

    def proof(
        self, method: str, path: str, token: str | None = None, header: Mapping[str, Any] | None = None, **claims: Any
    ) -> str:
        """A fresh DPoP proof for a path without query, with `ath` when there is a token."""
        jwk = self.proof_key.as_dict(private=False)
        defaults: dict[str, Any] = {
            "htm": method,
            "htu": self.org.url + path,
            "iat": int(time.time()),
            "jti": secrets.token_urlsafe(),
            "nonce": self.nonce,
            "ath": token and urlsafe_b64encode(sha256(token.encode()).digest()).decode(),
        }
        proof_header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk, **(header or {})}
        return sign(proof_header, {**defaults, **claims}, self.proof_key)

    def token_reply(self, *, assertion: str | None = None, proof: str | None = None, **form: Any) -> Reply:
        """One token request; a form field given as None is left out."""
        fields = {
            "grant_type": "client_credentials",
            "scope": "okta.users.read",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
            **form,
        }
        headers = {"content-type": "application/x-www-form-urlencoded", **({"dpop": proof} if proof else {})}
        body = urlencode({name: value for name, value in fields.items() if value is not None})
        return self.request("POST", "/oauth2/v1/token", headers, body)

    def token(self, scope: str = "okta.users.read") -> str:
        """An access token; with DPoP where the org demands it."""
        reply = self.token_reply(scope=scope)
        if reply.status == 400 and reply.json["error"] == "invalid_dpop_proof":
            reply = self.token_reply(scope=scope, proof=self.proof("POST", "/oauth2/v1/token"))
            self.nonce = reply.headers["dpop-nonce"] or self.nonce
            if reply.status == 400:
                reply = self.token_reply(scope=scope, proof=self.proof("POST", "/oauth2/v1/token"))
        if reply.status != 200:
            raise RuntimeError(f"no token: {reply.status} {reply.json}")
        return str(reply.json["access_token"])

    def get(self, path: str, token: str, headers: Mapping[str, str] | None = None, **query: str) -> Reply:
        """A Bearer request."""
        target = f"{path}?{urlencode(query)}" if query else path
        return self.request("GET", target, {"authorization": f"Bearer {token}", **(headers or {})})

    def get_with_proof(self, path: str, token: str, proof: str | None = None) -> Reply:
        """A DPoP request."""
        proof = proof or self.proof("GET", path.partition("?")[0], token)
        return self.request("GET", path, {"authorization": f"DPoP {token}", "dpop": proof})

    def pages(self, token: str, **query: str) -> Iterator[Reply]:
        """A walk along `next`."""
        target: str | None = f"/api/v1/users?{urlencode(query)}"
        while target is not None:
            reply = self.get(target, token)
            yield reply
            target = reply.link("next")

    def request(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: str | None = None
    ) -> Reply:
        split = urlsplit(self.org.url)
        connection = http.client.HTTPConnection(split.netloc, timeout=self.timeout)
        if self.org.ca_path is not None:
            context = ssl.create_default_context(cafile=self.org.ca_path)
            connection = http.client.HTTPSConnection(split.netloc, timeout=self.timeout, context=context)
        try:
            connection.request(method, target, body, dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()


def sign(header: Mapping[str, Any], claims: Mapping[str, Any], key: SigningKey) -> str:
    """A compact JWT; what is None is left out of header and claims."""
    kept_header = {name: value for name, value in header.items() if value is not None}
    kept_claims = {name: value for name, value in claims.items() if value is not None}
    return jws.serialize_compact(kept_header, json.dumps(kept_claims), key, ALGORITHMS, REGISTRY)
