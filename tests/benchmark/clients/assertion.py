# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client assertion that Okta's token endpoint wants, made with PyJWT: for the clients that don't make their own.

As a program (`python -m benchmark.clients.assertion < job`) it is the script of the playbook that uses uri.
"""

from __future__ import annotations

import time
import uuid

import jwt

from .job import SCOPE, Job, given

GRANT = {
    "grant_type": "client_credentials",
    "scope": SCOPE,
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
}


def token_url(job: Job) -> str:
    return f"{job.org_url}/oauth2/v1/token"


def assertion(job: Job) -> str:
    now = int(time.time())
    claims = {
        "iss": job.client_id,
        "sub": job.client_id,
        "aud": token_url(job),
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode(claims, job.private_key(), algorithm="RS256", headers={"kid": job.key_id})


def grant_form(job: Job) -> dict[str, str]:
    return {**GRANT, "client_assertion": assertion(job)}


if __name__ == "__main__":
    print(assertion(given()))
