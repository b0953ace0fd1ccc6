# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""What the network library raised, in words for the user. Its own words are never used: they quote URLs and proxies."""

from __future__ import annotations

import errno
import socket
import ssl
import typing as t

from ._errors import Unreachable, printable

# OpenSSL's X509_V_ERR_* for a chain that ends in no known authority, a name that differs, and dates (verify(1)).
_UNKNOWN_AUTHORITY = (2, 18, 19, 20, 21)
_OTHER_NAME = (62, 64)
_DATES = (9, 10)
_CUT_OFF = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL)


def explain(error: Exception, host: str, timeout: float) -> Unreachable:
    """The failure of one attempt to reach ``host``, with whether another attempt can help."""
    import requests

    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate(cause, host)
    if isinstance(error, requests.exceptions.ProxyError):
        remedy = "Check HTTPS_PROXY and NO_PROXY in the environment of the task, and the proxy's credentials."
        return Unreachable(f"The proxy on the way to {host} refused or failed.", remedy, transient=True)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        remedy = "Check org_url and the firewall, or raise timeout."
        return Unreachable(f"No connection to {host} within {timeout:g} seconds (timed out).", remedy, transient=True)
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            remedy = "Check the spelling of org_url, and the resolver of the machine that runs the task."
            again = cause.errno == socket.EAI_AGAIN
            return Unreachable(f"The name {host} could not be resolved (DNS).", remedy, transient=again)
        if isinstance(cause, ConnectionRefusedError):
            remedy = "Check org_url, its port, and the firewall."
            return Unreachable(f"{host} refused the connection.", remedy, transient=True)
        if isinstance(cause, OSError) and cause.errno in _NO_ROUTE:
            remedy = "Check the network of the machine that runs the task, and HTTPS_PROXY."
            return Unreachable(f"There is no route to {host}.", remedy, transient=True)
    if any(isinstance(cause, (TimeoutError, socket.timeout)) for cause in causes) or isinstance(
        error, requests.Timeout
    ):
        remedy = "Raise timeout if the org or the network is that slow."
        return Unreachable(f"{host} sent nothing for {timeout:g} seconds (timed out).", remedy, transient=True)
    if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, _CUT_OFF) for cause in causes):
        remedy = "Check org_url, that ca_path (if set) holds certificates in PEM, and what stands on the way."
        return Unreachable(f"No TLS connection to {host} could be made.", remedy, transient=False)
    if any(isinstance(cause, (EOFError, ConnectionError, *_CUT_OFF)) or _is_broken_read(cause) for cause in causes):
        remedy = "Run the task again; if it stays, look at the proxy or firewall on the way."
        return Unreachable(f"The connection to {host} broke off before the answer was whole.", remedy, transient=True)
    kind = type(error).__name__
    return Unreachable(
        f"The request to {host} could not be made ({kind}).", "Check org_url and the proxy.", transient=False
    )


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> Unreachable:
    code = getattr(error, "verify_code", None)
    if code in _OTHER_NAME:
        why = "it is made out to another name"
        remedy = "Check org_url: a custom domain needs its own certificate."
    elif code in _DATES:
        why = "it has expired or is not valid yet"
        remedy = "Check this machine's clock, and the certificate."
    elif code in _UNKNOWN_AUTHORITY:
        why = "its authority (CA) is not known here"
        remedy = "If a proxy inspects TLS, or the CA is your own, set ca_path to its certificate."
    else:
        why = printable(str(getattr(error, "verify_message", "")) or "it could not be verified", 120)
        remedy = "Look at the certificate, or set ca_path to the CA it comes from."
    return Unreachable(f"The TLS certificate of {host} was refused: {why}.", remedy, transient=False)


def _is_broken_read(error: BaseException) -> bool:
    import http.client

    import requests

    broken = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)
    return isinstance(error, (*broken, requests.exceptions.ConnectionError, http.client.HTTPException))


def _causes(error: BaseException | None) -> t.Iterator[BaseException]:
    """The error and all it came from: requests and urllib3 wrap theirs in arguments as well as in causes."""
    seen: set[int] = set()
    waiting: list[t.Any] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
