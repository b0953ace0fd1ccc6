# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The org as a process: how fast it starts and answers, and that nothing is left of it."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox import start
from sandbox.reference_client import ReferenceClient

TESTS = Path(__file__).parents[2]


def environment(temporary: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(TESTS), "TMPDIR": str(temporary)}


def completed(command: list[str], temporary: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, env=environment(temporary), capture_output=True, text=True, timeout=30)


def gone(pid: int, seconds: float = 10) -> bool:
    """Whether the process ends within so many seconds; one that nobody has waited for yet has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_large_org_starts_and_answers_at_once() -> None:
    started = time.monotonic()
    with start(users=1_000_000, deprovisioned=50_000) as org:
        assert time.monotonic() - started < 5
        client = ReferenceClient(org)
        token = client.token()
        asked = time.monotonic()
        pages = [client.get("/api/v1/users", token, limit="200").json for _request in range(10)]
        assert time.monotonic() - asked < 2
        assert {len(page) for page in pages} == {200}


def test_files_and_environment() -> None:
    with start(users=3) as org:
        directory = Path(org.directory)
        assert {path.name for path in directory.iterdir()} == {"ca.pem", "private_key.pem", "org.json"}
        assert directory.stat().st_mode & 0o777 == 0o700
        assert Path(org.private_key_path).stat().st_mode & 0o777 == 0o600
        assert json.loads((directory / "org.json").read_text())["org_url"] == org.url
        assert set(org.environment()) == {
            "OKTA_ORG_URL", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY_FILE", "OKTA_KEY_ID", "OKTA_CA_PATH",
        }  # fmt: skip
    assert not directory.exists()
    assert gone(org.pid, 1)


def test_a_directory_of_ones_own_is_kept_and_emptied(tmp_path: Path) -> None:
    with start(users=3, directory=str(tmp_path), tls=False) as org:
        assert org.directory == str(tmp_path)
        assert org.ca_path is None
        assert org.url.startswith("http://")
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_for_another_name() -> None:
    with start(users=3, certificate_name="other.example.com") as org:
        with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
            ReferenceClient(org).token()
        assert len(org.users()) == 15


def test_what_is_wrong_with_the_options_is_said(tmp_path: Path) -> None:
    for arguments, text in (
        (["--setting", "speed=1"], "unknown setting 'speed'"),
        (["--users", "-1"], "can't be negative"),
        (["--known-truth", "--users", "100"], "takes 200 users and 10 that are DEPROVISIONED"),
        (["--fault", '{"action":"x"}'], "unknown preset"),
    ):
        command = [sys.executable, "-m", "sandbox", "serve", *arguments]
        result = completed(command, tmp_path)
        assert result.returncode == 2
        assert text in result.stderr
        assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_run_hands_over_credentials_and_exit_code(tmp_path: Path) -> None:
    script = "import os; print(os.environ['OKTA_ORG_URL'], open(os.environ['OKTA_CA_PATH']).read()); exit(7)"
    command = [sys.executable, "-m", "sandbox", "run", "--users", "5", "--", sys.executable, "-c", script]
    result = completed(command, tmp_path)
    assert result.returncode == 7
    assert result.stdout.startswith("https://localhost:")
    assert "BEGIN CERTIFICATE" in result.stdout
    assert len(result.stderr.splitlines()) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_run_passes_signals_on(tmp_path: Path, number: signal.Signals) -> None:
    script = (
        "import signal, sys, time\n"
        f"signal.signal({number.value}, lambda *_: sys.exit(42))\n"
        "print('running', flush=True)\n"
        "time.sleep(30)\n"
    )
    command = [sys.executable, "-m", "sandbox", "run", "--users", "5", "--", sys.executable, "-c", script]
    with subprocess.Popen(
        command, env=environment(tmp_path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"running\n"
        process.send_signal(number)
        assert process.wait(10) == 42
    assert list(tmp_path.iterdir()) == []


def test_the_org_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import os, signal\n"
        "from sandbox import start\n"
        "with start(users=5) as org:\n"
        "    print(org.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", script]
    result = completed(command, tmp_path)
    assert gone(int(result.stdout))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "sandbox", "serve", "--users", "5"]
    with subprocess.Popen(command, env=environment(tmp_path), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"sandbox org ready at https://localhost:")
        process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stdout.read() == b""
    assert list(tmp_path.iterdir()) == []
