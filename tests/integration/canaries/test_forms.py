# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The search finds what is planted, in every form: a canary suite that can't fail proves nothing."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus, urlencode

import pytest
from integration.canaries.forms import PIECE, Canary, Search

KEY = textwrap.dedent("""\
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
    MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
    NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ
    qgtzJ6GR3eqoYSW9b9UMvkBpZODSctWSNGj3P7jRFDO5VoTwCQAWbFnOjDfH5Ulg
    """)
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwb2FjYW5hcnkiLCJqdGkiOiJBVC4xMjM0NTY3ODkwIn0.c2lnbmF0dXJlLW9mLWEtdG9rZW4_-w"
PASSPHRASE = "can't & won't/say+it=this time"
SECRETS = {"key": KEY, "token": TOKEN, "passphrase": PASSPHRASE}


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


TREATMENTS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in the middle of a line": lambda text: f'before="{text}"; after',
    "URL-encoded": lambda text: quote(text, safe=""),
    "URL-encoded, lower case": lambda text: quote(text, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "URL-encoded as in a form": quote_plus,
    "in a form": lambda text: urlencode({"grant_type": "client_credentials", "client_assertion": text, "scope": "x"}),
    "URL-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "base64": base64_of,
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64, one byte in": lambda text: base64_of(f"x{text}x"),
    "base64, two bytes in": lambda text: base64_of(f"xx{text}xxx"),
    "base64 of a header": lambda text: base64_of(f"Authorization: Bearer {text}\r\nAccept: */*\r\n"),
    "base64url, two bytes in": lambda text: base64.urlsafe_b64encode(f"xx{text}".encode()).decode(),
    "base64 in lines": lambda text: base64.encodebytes(f"x{text}".encode()).decode(),
    "base64 of a form": lambda text: base64_of(urlencode({"client_assertion": text})),
    "base64 of JSON": lambda text: base64_of(json.dumps({"x": text})),
    "base64 of base64": lambda text: base64_of(base64_of(text)),
    "JSON": lambda text: json.dumps({"x": text}),
    "JSON in JSON": lambda text: json.dumps({"stdout": json.dumps({"x": text})}),
    "repr": lambda text: repr([text]),
    "HTML": lambda text: f"<pre>{html.escape(text)}</pre>",
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "newlines lost": lambda text: "".join(text.splitlines()),
    "newlines made blanks": lambda text: " ".join(text.splitlines()),
    "newlines escaped": lambda text: text.replace("\n", "\\n"),
    "lines joined from the last to the first": lambda text: "".join(reversed(text.splitlines())),
    "backwards": lambda text: text[::-1],
    "the last line": lambda text: text.splitlines()[-1],
    "the middle": lambda text: text[len(text) // 3 : len(text) // 3 + PIECE + 8] if len(text) > 60 else text,
    "wrapped for a terminal": lambda text: "\n".join(textwrap.wrap(f"[WARNING]: it is {text} and so on", 79)),
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_every_form_is_found(treatment: str, secret: str) -> None:
    text = TREATMENTS[treatment](SECRETS[secret])
    found = Search([Canary(*pair) for pair in SECRETS.items()]).in_text(f"An answer\n\n{text}\n\nThat is all.\n")
    assert {finding.canary for finding in found} == {secret}


@pytest.mark.parametrize("line", KEY.splitlines())
def test_every_line_of_a_key_is_found_by_itself(line: str) -> None:
    assert Search([Canary("key", KEY)]).in_text(f"| {line} |")


@pytest.mark.parametrize("start", range(0, len(TOKEN) * 8, 37))
def test_a_part_of_a_long_secret_is_found_wherever_it_begins(start: int) -> None:
    secret = "".join(chr(ord("!") + (index * index + index // 94) % 94) for index in range(len(TOKEN) * 9))
    assert Search([Canary("it", secret)]).in_text(f"cut {secret[start : start + 2 * PIECE]} short")


def test_an_unknown_secret_is_found_by_its_shape() -> None:
    nothing_known = Search([])
    assert nothing_known.in_text(f"Authorization: Bearer {TOKEN}")
    assert nothing_known.in_text(f"-----BEGIN PRIVATE KEY-----\n{KEY}")
    assert nothing_known.in_text(json.dumps(json.dumps(f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}")))
    assert nothing_known.in_text(json.dumps({"kty": "EC", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}))
    assert nothing_known.in_text(json.dumps(str({"d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})))


def test_what_is_no_secret_is_not_found() -> None:
    search = Search([Canary(*pair) for pair in SECRETS.items()])
    assert not search.in_text(
        "The private key begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----. "
        "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER 2026-01-31T12:00:00Z okta.users.read 0oa1gjh63g214q0Hq0g4 eyJraWQiOiJ..."
    )


def test_files_are_searched_their_names_and_what_is_packed_in_them(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("args.json", json.dumps({"x": TOKEN}))
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "deep" / "deeper" / ".hidden").write_text(KEY)
    (tmp_path / "payload.bin").write_bytes(packed.getvalue())
    (tmp_path / "old.log.gz").write_bytes(gzip.compress(base64_of(TOKEN).encode()))
    (tmp_path / "wide").write_bytes(b"\xff\xfe" + PASSPHRASE.encode("utf-16-le"))
    (tmp_path / TOKEN[-40:]).mkdir()
    (tmp_path / "innocent").write_text("nothing")
    found = Search([Canary(*pair) for pair in SECRETS.items()]).in_files(tmp_path)
    assert set(found) == {"deep/deeper/.hidden", "payload.bin", "old.log.gz", "wide", TOKEN[-40:]}


def test_a_canary_must_be_long_enough_to_be_told_from_other_words() -> None:
    with pytest.raises(AssertionError, match="too short"):
        Search([Canary("short", "swordfish")])
