# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Private keys in PEM (RFC 7468), repaired and loaded."""

from __future__ import annotations

import re
import textwrap

from ._errors import InvalidKey

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_LABELS = ("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")
_MAKE_ONE = "Give the private key in PEM (BEGIN PRIVATE KEY), or as a JWK."
_OTHER_LABELS = {
    "PUBLIC KEY": ("is a public key", "Give the private key that belongs to it."),
    "RSA PUBLIC KEY": ("is a public key", "Give the private key that belongs to it."),
    "CERTIFICATE": ("is a certificate", "Give the private key that belongs to it."),
    "CERTIFICATE REQUEST": ("is a certificate request", "Give the private key that belongs to it."),
    "OPENSSH PRIVATE KEY": ("is in OpenSSH's own format", "Convert a copy of it: ssh-keygen -p -m PKCS8 -f COPY."),
    "DSA PRIVATE KEY": ("is a DSA key", "Okta takes RSA and EC keys."),
    "EC PARAMETERS": ("holds only the parameters of a curve", _MAKE_ONE),
}


def load_pem(text: str, passphrase: str | None) -> object:
    """The first private key in ``text``, decrypted with ``passphrase`` where it is encrypted.

    What comes before and after it (a certificate, curve parameters) is passed over. Whether the numbers of an RSA key
    belong together is left to the caller: a signature shows it in a tenth of the time. Raises `InvalidKey`.
    """
    label, body = _private_block(repair(text))
    encrypted = label == "ENCRYPTED PRIVATE KEY" or "Proc-Type:" in body
    if encrypted and not passphrase:
        raise InvalidKey("The private key is encrypted.", "Set private_key_passphrase.")
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    block = f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"
    password = (passphrase or "").encode() if encrypted else None
    try:
        return load_pem_private_key(block.encode(), password, unsafe_skip_rsa_key_validation=True)
    except Exception:  # the parser's own words could quote the key
        if encrypted:
            remedy = "Check private_key_passphrase, and that the key was copied whole."
            raise InvalidKey("The private key can't be decrypted: the passphrase is wrong.", remedy) from None
        raise InvalidKey(f"The private key ({label}) is damaged, or of a kind that is not known.", _MAKE_ONE) from None


def repair(text: str) -> str:
    r"""PEM with what forms and environment variables do to newlines undone: ``\n`` as two characters, and CRLF."""
    return text.replace("\\r", "").replace("\\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def _private_block(text: str) -> tuple[str, str]:
    labels = []
    for label, body in _BLOCK.findall(text):
        if label in _LABELS:
            return label, _wrap(body)
        labels.append(label)
    for label in labels:
        if label in _OTHER_LABELS:
            what, remedy = _OTHER_LABELS[label]
            raise InvalidKey(f"What was given as the private key {what}.", remedy)
    if "-----BEGIN" in text:
        remedy = "Copy it whole, from -----BEGIN to the end of the line with -----END."
        raise InvalidKey("The private key has no end, or no private key is in it.", remedy)
    raise InvalidKey("The private key is neither PEM nor JSON.", _MAKE_ONE)


def _wrap(body: str) -> str:
    """The lines of a block. A body without headers is wrapped anew, for lost newlines turn it into one long line."""
    if ":" in body:
        head, _blank, content = "\n".join(line.strip() for line in body.strip().split("\n")).partition("\n\n")
        return f"{head}\n\n{content}"
    return "\n".join(textwrap.wrap("".join(body.split()), 64))
