# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox org in a process of its own, and a handle on it for tests."""

from __future__ import annotations

import http.client
import json
import os
import select
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote, urlsplit

START_TIMEOUT = 60


class RunningOrg:
    """What `start()` yields. Paths are strings, as modules and environments want them."""

    def __init__(self, directory: str) -> None:
        description = json.loads(Path(directory, "org.json").read_text(encoding="utf-8"))
        self.directory = directory
        self.url: str = description["org_url"]
        self.client_id: str = description["client_id"]
        self.dpop_client_id: str = description["dpop_client_id"]
        self.users_client_id: str = description["users_client_id"]
        self.key_id: str = description["key_id"]
        self.private_key_path: str = description["private_key_path"]
        self.private_key: str = Path(self.private_key_path).read_text(encoding="ascii")
        self.ca_path: str | None = description["ca_path"]
        self.now: str = description["now"]
        self.pid: int = description["pid"]
        self._controls = _connection(self.url, self.ca_path)
        self._one_at_a_time = Lock()

    def environment(self, client_id: str | None = None) -> dict[str, str]:
        """The variables that the collection reads its credentials from."""
        variables = {
            "OKTA_ORG_URL": self.url,
            "OKTA_CLIENT_ID": client_id or self.client_id,
            "OKTA_PRIVATE_KEY_FILE": self.private_key_path,
            "OKTA_KEY_ID": self.key_id,
        }
        return {**variables, "OKTA_CA_PATH": self.ca_path} if self.ca_path else variables

    def register_app(
        self,
        client_id: str,
        *,
        jwks: object = None,
        grants: Sequence[str] = ("okta.users.read",),
        admin_role: bool | str = True,
        dpop_bound: bool = False,
        auth_method: str = "private_key_jwt",
        network_zone_allowed: bool = True,
    ) -> None:
        """Registers an app, or replaces one. Without `jwks` it has the default app's key."""
        registration = {
            "client_id": client_id,
            "grants": list(grants),
            "admin_role": admin_role,
            "dpop_bound": dpop_bound,
            "auth_method": auth_method,
            "network_zone_allowed": network_zone_allowed,
        }
        self._control("POST", "apps", registration if jwks is None else {**registration, "jwks": jwks})

    def settings(self, **changes: object) -> None:
        """Changes `Settings` while the org runs; `rotate_nonce=True` rotates the DPoP nonce once."""
        self._control("POST", "settings", changes)

    def restore_settings(self) -> None:
        """Back to the settings the org was started with."""
        self._control("DELETE", "settings")

    def inject(self, fault: str | Mapping[str, Any], times: int | None = 1, **match: object) -> None:
        """A whole fault (see `faults`), or an action with what it matches: `inject("html", path="/api/*", page=2)`."""
        if isinstance(fault, str) or "action" not in fault:
            fault = {"match": match, "times": times, "action": fault}
        self._control("POST", "faults", fault)

    def faults(self) -> list[dict[str, Any]]:
        """The faults injected, with how many requests each has `seen` and `struck`."""
        found: list[dict[str, Any]] = self._control("GET", "faults")
        return found

    def clear_faults(self) -> None:
        self._control("DELETE", "faults")

    def journal(self) -> list[dict[str, Any]]:
        """The requests seen; `headers` maps lower-case names to lists of values. The README has all keys."""
        entries: list[dict[str, Any]] = self._control("GET", "journal")
        return entries

    def reset(self) -> None:
        """Clears journal, faults, used `jti`s and rate-limit windows."""
        self._control("POST", "reset")

    def tokens(self) -> list[str]:
        """All access tokens issued."""
        values: list[str] = self._control("GET", "tokens")
        return values

    def expire_tokens(self) -> None:
        self._control("POST", "tokens/expire")

    def users(self) -> list[dict[str, Any]]:
        """The truth: all users, DEPROVISIONED ones included, in id order, without `_links`."""
        return [json.loads(line) for line in self._request("GET", "users").splitlines()]

    def change_user(self, id_or_login: str, **changes: object) -> dict[str, Any]:
        """Changes attributes of a user (`profile` is merged) and returns the user."""
        user: dict[str, Any] = self._control("POST", f"users/{quote(id_or_login, safe='')}", changes)
        return user

    def truth(self) -> dict[str, list[str]]:
        """By check, the ids of the users that an audit must find, in order; of an org of known truth."""
        found: dict[str, list[str]] = self._control("GET", "truth")["fail"]
        return found

    def truth_parameters(self) -> dict[str, dict[str, Any]]:
        """By check, what it has to be set to."""
        parameters: dict[str, dict[str, Any]] = self._control("GET", "truth")["parameters"]
        return parameters

    def plants(self) -> dict[str, str]:
        """By id, what a planted user is: to read a test's failure by."""
        names: dict[str, str] = self._control("GET", "truth")["plants"]
        return names

    def close(self) -> None:
        """Gives up the connection to the controls; the next call makes another."""
        self._controls.close()

    def _control(self, method: str, name: str, content: object = None) -> Any:
        return json.loads(self._request(method, name, content))

    def _request(self, method: str, name: str, content: object = None) -> bytes:
        with self._one_at_a_time:
            try:
                self._controls.request(method, f"/_sandbox/{name}", json.dumps(content))
                response = self._controls.getresponse()
                body = response.read()
            except BaseException:
                self._controls.close()
                raise
        if response.status != 200:
            raise ValueError(f"the sandbox refused {method} {name}: {body.decode('utf-8', 'replace')}")
        return body


def _connection(url: str, ca_path: str | None) -> http.client.HTTPConnection:
    """Straight to the org: no proxy, and the certificate's name doesn't matter. It connects with its first request."""
    port = urlsplit(url).port
    if ca_path is None:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    context = ssl.create_default_context(cafile=ca_path)
    context.check_hostname = False
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=120, context=context)


@contextmanager
def start(
    users: int = 250,
    deprovisioned: int = 12,
    seed: int = 7,
    tls: bool = True,
    latency_ms: float = 0,
    *,
    port: int = 0,
    now: datetime | str | None = None,
    known_truth: bool = False,
    directory: str | None = None,
    certificate_name: str | None = None,
    **settings: object,
) -> Iterator[RunningOrg]:
    """Runs an org until the block is left; `settings` are those of `Settings`."""
    arguments = ["--users", str(users), "--deprovisioned", str(deprovisioned), "--seed", str(seed), "--port", str(port)]
    arguments += [] if tls else ["--http"]
    arguments += ["--now", now.isoformat() if isinstance(now, datetime) else now] if now else []
    arguments += ["--known-truth"] if known_truth else []
    arguments += ["--certificate-name", certificate_name] if certificate_name else []
    for name, value in {"latency_ms": latency_ms, **settings}.items():
        arguments += ["--setting", f"{name}={json.dumps(value)}"]
    with served(arguments, directory) as org:
        yield org


@contextmanager
def served(arguments: list[str], directory: str | None = None) -> Iterator[RunningOrg]:
    """An org from the arguments of `serve`, in a process that ends with the block, and with this process."""
    own = directory is None
    place = directory or str(Path(tempfile.gettempdir(), f"sandbox-org-{os.getpid()}-{os.urandom(6).hex()}"))
    command = [sys.executable, "-m", "sandbox", "serve", *arguments, "--directory", place, "--parent", str(os.getpid())]
    paths = [str(Path(__file__).parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C at the terminal is for the parent, which ends the org in its own time
    )
    try:
        _wait_until_ready(process)
        with closing(RunningOrg(place)) as org:
            yield org
    finally:
        _stop(process)
        if own:
            shutil.rmtree(place, ignore_errors=True)  # the org does it itself, unless it was killed


def _wait_until_ready(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    readable, _writable, _exceptional = select.select([process.stdout], [], [], START_TIMEOUT)
    line = process.stdout.readline() if readable else b""
    if not line.startswith(b"sandbox org ready"):
        raise RuntimeError("the sandbox org did not start; its reason is on stderr")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
