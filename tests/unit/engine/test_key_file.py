# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`_key_file`: a private key's file, and what can be the matter with it."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest

from ansible_collections.idops.okta.plugins.module_utils._errors import InvalidKey
from ansible_collections.idops.okta.plugins.module_utils._key_file import read_key_file

TEXT = "-----BEGIN PRIVATE KEY-----\n"


def key_file(folder: Path, content: bytes = TEXT.encode(), mode: int = 0o600) -> Path:
    file = folder / "key.pem"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def refusal(path: Path | str) -> InvalidKey:
    with pytest.raises(InvalidKey) as caught:
        read_key_file(str(path))
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_of_its_owner_alone(tmp_path: Path, mode: int) -> None:
    assert read_key_file(str(key_file(tmp_path, mode=mode))) == (TEXT, [])


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601, 0o777])
def test_a_file_that_others_have_access_to(tmp_path: Path, mode: int) -> None:
    file = key_file(tmp_path, mode=mode)
    text, warnings = read_key_file(str(file))
    assert text == TEXT
    assert len(warnings) == 1
    assert str(file) in warnings[0]
    assert f"mode {mode:04o}" in warnings[0]
    assert "0600" in warnings[0]


def test_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    key_file(tmp_path)
    assert read_key_file("~/key.pem") == (TEXT, [])


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert read_key_file(str(key_file(tmp_path, b"\xef\xbb\xbfabc")))[0] == "abc"


def test_an_empty_file_is_read_as_one(tmp_path: Path) -> None:
    assert read_key_file(str(key_file(tmp_path, b""))) == ("", [])


def test_no_such_file(tmp_path: Path) -> None:
    assert f"There is no private key file {tmp_path}/none" in str(refusal(tmp_path / "none"))


def test_a_folder(tmp_path: Path) -> None:
    assert f"{tmp_path} is a folder" in str(refusal(tmp_path))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(builtins, "open", refuse)  # for root, no mode forbids anything
    message = str(refusal(tmp_path / "key.pem"))
    assert "permission denied" in message
    assert "0600" in message


@pytest.mark.parametrize("path", ["key.pem/below", "key\0.pem", "x" * 300])
def test_a_path_that_is_none(tmp_path: Path, path: str) -> None:
    key_file(tmp_path)
    assert "can't be read" in str(refusal(f"{tmp_path}/{path}"))


def test_a_key_in_der(tmp_path: Path) -> None:
    message = str(refusal(key_file(tmp_path, b"\x30\x82\x04\xa4secret-bytes")))
    assert "is not text" in message
    assert "openssl pkey -inform DER" in message
    assert "secret-bytes" not in message


def test_a_file_of_a_mebibyte_is_the_largest(tmp_path: Path) -> None:
    assert len(read_key_file(str(key_file(tmp_path, b"x" * 2**20)))[0]) == 2**20
    assert "larger than 1 MiB" in str(refusal(key_file(tmp_path, b"x" * (2**20 + 1))))


def test_a_path_is_shown_on_one_line(tmp_path: Path) -> None:
    assert "\n" not in str(refusal(f"{tmp_path}/a\nb"))
