# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # The options must match SHARED_OPTIONS in plugins/module_utils/_options.py; a test checks that they do.
    DOCUMENTATION = r"""
options:
  org_url:
    description:
      - The address of the Okta org, such as V(https://acme.okta.com), or one of its custom domains.
      - It must be the org itself, without a path. The host of the Admin Console (V(-admin)) is refused.
      - Only V(https://) is taken, and V(http://) for hosts on the loopback interface alone.
      - If it is not set, the environment variables E(OKTA_ORG_URL) and E(OKTA_CLIENT_ORGURL) are used, in this order.
        Here as for all options, a variable that is empty or blank counts as not set.
      - Required in one of these forms.
    type: str
  client_id:
    description:
      - The client ID of the API Services app that the token is for.
      - If it is not set, the environment variables E(OKTA_CLIENT_ID) and E(OKTA_CLIENT_CLIENTID) are used.
      - Required unless O(access_token) is set.
    type: str
  private_key:
    description:
      - The text of the app's private key. It signs the client assertion that Okta gives the token for.
      - Taken are PEM in the formats PKCS#1, PKCS#8 and SEC1, encrypted PKCS#8 with O(private_key_passphrase), a JWK,
        and a JWK Set, in which O(key_id) names the key.
      - RSA keys need 2048 bits or more. EC keys can be on the curves P-256, P-384 and P-521.
      - Newlines that were escaped (C(\\n)), doubled (CRLF) or lost on the way are repaired.
      - If neither it nor O(private_key_path) is set, the environment variables E(OKTA_PRIVATE_KEY) and
        E(OKTA_CLIENT_PRIVATEKEY) are used.
      - A JWK can be given as JSON text or as a dictionary.
      - Mutually exclusive with O(private_key_path).
    type: raw
  private_key_path:
    description:
      - The path of a file that holds the private key, in one of the forms of O(private_key).
      - The file is read on the host that the task runs on. It should belong to the user that runs the task, with the
        mode V(0600); a file that others have access to draws a warning. An empty file counts as not set.
      - If neither it nor O(private_key) is set, the environment variable E(OKTA_PRIVATE_KEY_FILE) is used.
      - Mutually exclusive with O(private_key).
    type: path
  private_key_passphrase:
    description:
      - The passphrase of an encrypted private key.
      - If it is not set, the environment variable E(OKTA_PRIVATE_KEY_PASSPHRASE) is used.
    type: str
  key_id:
    description:
      - The ID (C(kid)) under which the public key is registered with the app. It chooses the key in a JWK Set.
      - A JWK that has a C(kid) needs none. A PEM key needs it as soon as the app has several keys.
      - If it is not set, the environment variables E(OKTA_KEY_ID) and E(OKTA_CLIENT_KID) are used.
    type: str
  scopes:
    description:
      - The scopes to ask for. Each must be granted to the app on its tab I(Okta API Scopes).
      - An item can hold several scopes, separated by blanks or commas.
      - If it is not set, the environment variables E(OKTA_SCOPES) and E(OKTA_CLIENT_SCOPES) are used, and without
        these V(okta.users.read), which is the least that listing users needs.
    type: list
    elements: str
  access_token:
    description:
      - A token that was got earlier, such as RV(idops.okta.okta_token#module:access_token). No other is asked for then.
      - If O(client_id) and a private key are there as well, it is renewed when it has expired.
      - If it is not set, the environment variable E(OKTA_ACCESS_TOKEN) is used.
    type: str
  dpop_key:
    description:
      - The private JWK that a DPoP-bound O(access_token) belongs to, such as
        RV(idops.okta.okta_token#module:dpop_key).
    type: raw
  dpop:
    description:
      - Whether tokens are asked for with a proof of possession (DPoP, RFC 9449).
      - With V(auto), a proof is sent, and the token is bound to it where the app asks for that.
      - With V(required), a token that is not bound is refused.
      - With V(off), no proof is sent. Apps that require DPoP refuse that, and new apps do so by default.
      - If it is not set, the environment variable E(OKTA_DPOP) is used.
    type: str
    choices: [auto, required, 'off']
    default: auto
  validate_certs:
    description:
      - Whether the TLS certificate of the org is checked. Switch it off in a laboratory alone, for without the check
        anyone on the way can read the token.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder of CA certificates in PEM. They are the only ones trusted, for tokens and for the API alike.
      - If it is not set, the environment variable E(OKTA_CA_PATH) is used, then E(REQUESTS_CA_BUNDLE),
        E(CURL_CA_BUNDLE) and E(SSL_CERT_FILE), then the authorities that come with the Python library requests.
      - A proxy is taken from the environment variables E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY).
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and then for an answer to arrive as a whole.
      - If it is not set, the environment variable E(OKTA_TIMEOUT) is used.
    type: int
    default: 30
  max_wait:
    description:
      - The most seconds that the task may spend between requests in all, waiting for rate limits and before it tries
        again. It fails rather than wait longer.
      - If it is not set, the environment variable E(OKTA_MAX_WAIT) is used.
    type: int
    default: 900
  rate_limit_reserve:
    description:
      - The share of each of Okta's rate limits, in per cent, that is left to other clients. The task waits for the next
        window rather than use it.
      - If it is not set, the environment variable E(OKTA_RATE_LIMIT_RESERVE) is used.
    type: int
    default: 10
requirements:
  - requests >= 2.28
  - PyJWT >= 2.6
  - cryptography >= 39
"""
