# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_network_errors`: what requests and urllib3 raise, in words for the user."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
import typing as t

import pytest
import requests
import urllib3

from ansible_collections.idops.okta.plugins.module_utils._network_errors import explain

HOST = "acme.okta.com"
URL = "https://jane:hunter2@proxy.example:3128/?token=eyJhbGciOiJSUzI1NiJ9"
POOL = t.cast(t.Any, None)


def raised_from(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def raised_during(error: Exception, context: BaseException) -> Exception:
    error.__context__ = context
    return error


def connecting(cause: BaseException) -> Exception:
    """As requests wraps what urllib3 2 raises when it can't connect."""
    new = raised_from(urllib3.exceptions.NewConnectionError(POOL, f"Failed: {URL}"), cause)
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(POOL, URL, new))


def tls(cause: ssl.SSLError) -> Exception:
    reason = raised_during(urllib3.exceptions.SSLError(cause), cause)
    return requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(POOL, URL, reason))


def refused_certificate(code: int, message: str = "words of OpenSSL") -> Exception:
    error = ssl.SSLCertVerificationError(1, f"[SSL: CERTIFICATE_VERIFY_FAILED] {URL}")
    error.verify_code, error.verify_message = code, message
    return tls(error)


def protocol(text: str, cause: BaseException) -> Exception:
    return urllib3.exceptions.ProtocolError(f"{text} {URL}", cause)


DNS = "could not be resolved (DNS)"
REFUSED = "refused the connection"
ROUTE = "There is no route to"
BROKE = "broke off before the answer was whole"
SILENT = "sent nothing for 7 seconds (timed out)"
SLOW = "No connection to acme.okta.com within 7 seconds (timed out)"
NO_TLS = "No TLS connection to acme.okta.com could be made"

CASES: dict[str, tuple[Exception, str, bool]] = {
    "unknown name": (connecting(socket.gaierror(socket.EAI_NONAME, "unknown")), DNS, False),
    "resolver busy": (connecting(socket.gaierror(socket.EAI_AGAIN, "again")), DNS, True),
    "name, urllib3 1": (
        requests.ConnectionError(
            urllib3.exceptions.MaxRetryError(
                POOL,
                URL,
                raised_during(
                    urllib3.exceptions.NewConnectionError(POOL, "x"), socket.gaierror(socket.EAI_NONAME, "unknown")
                ),
            )
        ),
        DNS,
        False,
    ),
    "refused": (connecting(ConnectionRefusedError(errno.ECONNREFUSED, "refused")), REFUSED, True),
    "no network": (connecting(OSError(errno.ENETUNREACH, "unreachable")), ROUTE, True),
    "no host": (connecting(OSError(errno.EHOSTUNREACH, "unreachable")), ROUTE, True),
    "connecting takes too long": (requests.ConnectTimeout(f"timeout {URL}"), SLOW, True),
    "reading takes too long": (requests.ReadTimeout(f"timeout {URL}"), SILENT, True),
    "the body takes too long": (
        requests.ConnectionError(
            raised_from(urllib3.exceptions.ReadTimeoutError(POOL, URL, "x"), TimeoutError("timed out"))
        ),
        SILENT,
        True,
    ),
    "the kernel gives up": (connecting(TimeoutError(errno.ETIMEDOUT, "timed out")), SILENT, True),
    "reset": (
        requests.ConnectionError(protocol("aborted", ConnectionResetError(errno.ECONNRESET, "reset"))),
        BROKE,
        True,
    ),
    "closed at once": (
        requests.ConnectionError(protocol("aborted", http.client.RemoteDisconnected("without response"))),
        BROKE,
        True,
    ),
    "broken pipe": (requests.ConnectionError(protocol("aborted", BrokenPipeError(errno.EPIPE, "pipe"))), BROKE, True),
    "cut off": (
        requests.exceptions.ChunkedEncodingError(protocol("broken", urllib3.exceptions.IncompleteRead(5, 9))),
        BROKE,
        True,
    ),
    "shorter than it says": (EOFError(), BROKE, True),
    "gzip cut off": (requests.exceptions.ContentDecodingError(urllib3.exceptions.DecodeError("x")), BROKE, True),
    "not HTTP": (requests.ConnectionError(protocol("aborted", http.client.BadStatusLine(URL))), BROKE, True),
    "unknown authority": (refused_certificate(20), "its authority (CA) is not known here", False),
    "self-signed": (refused_certificate(18), "its authority (CA) is not known here", False),
    "self-signed in the chain": (refused_certificate(19), "its authority (CA) is not known here", False),
    "other name": (refused_certificate(62), "it is made out to another name", False),
    "other address": (refused_certificate(64), "it is made out to another name", False),
    "expired": (refused_certificate(10), "it has expired or is not valid yet", False),
    "not valid yet": (refused_certificate(9), "it has expired or is not valid yet", False),
    "another fault": (refused_certificate(26, "unsupported purpose"), "refused: unsupported purpose", False),
    "a fault without words": (refused_certificate(26, ""), "it could not be verified", False),
    "no common version": (tls(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]")), NO_TLS, False),
    "no certificate in ca_path": (requests.exceptions.SSLError(ssl.SSLError(136, "[X509]")), NO_TLS, False),
    "TLS cut off": (tls(ssl.SSLEOFError(8, "EOF occurred in violation of protocol")), BROKE, True),
    "proxy refuses": (
        requests.exceptions.ProxyError(
            urllib3.exceptions.MaxRetryError(
                POOL, URL, urllib3.exceptions.ProxyError(URL, OSError("Tunnel connection failed: 403 Forbidden"))
            )
        ),
        "The proxy on the way to acme.okta.com refused or failed",
        True,
    ),
    "bad URL": (requests.exceptions.InvalidURL(URL), "could not be made (InvalidURL)", False),
    "bad proxy": (requests.exceptions.InvalidProxyURL(URL), "could not be made (InvalidProxyURL)", False),
    "anything": (RuntimeError(URL), "could not be made (RuntimeError)", False),
}


@pytest.mark.parametrize(("error", "words", "transient"), CASES.values(), ids=CASES)
def test_each_failure_has_its_words(error: Exception, words: str, transient: bool) -> None:
    found = explain(error, HOST, 7)
    assert words in str(found)
    assert HOST in str(found)
    assert found.remedy
    assert found.transient is transient
    for secret in ("hunter2", "eyJ", "proxy.example"):
        assert secret not in str(found)


def test_a_certificate_of_the_proxy_is_one_of_the_way() -> None:
    error = raised_during(requests.exceptions.ProxyError("x"), ssl.SSLCertVerificationError(1, "x"))
    assert "certificate" in str(explain(error, HOST, 7))


def test_causes_that_run_in_a_circle() -> None:
    first, second = requests.ConnectionError("a"), ConnectionResetError("b")
    first.__cause__, second.__cause__ = second, first
    assert explain(first, HOST, 7).transient
