# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is measured, and how each is started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import RunningOrg

from .measuring import Command

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
ENVIRONMENTS = ROOT / ".venv-benchmark"
MODULE = "ansible_collections.idops.okta.plugins.modules.okta_users_info"
FLOOR = "floor"
TO_MEMORY, TO_JSONL, WORKERS = "us-memory", "us-jsonl", "us-workers"


@dataclass(frozen=True)
class Errand:
    """One run: against which org, in which folder, whether the ids are wanted, and the module's further options."""

    org: RunningOrg
    place: Path
    with_ids: bool = False

    @property
    def ids_path(self) -> Path:
        return self.place / "ids"

    @property
    def users_path(self) -> Path:
        return self.place / "users.jsonl"

    def job(self) -> dict[str, Any]:
        job = {
            "org_url": self.org.url,
            "client_id": self.org.client_id,
            "private_key_path": self.org.private_key_path,
            "key_id": self.org.key_id,
        }
        return {**job, "ids_path": str(self.ids_path)} if self.with_ids else job


@dataclass(frozen=True)
class Peer:
    name: str
    label: str
    requirements: str
    """The file in requirements/, and the environment in .venv-benchmark/."""
    command: Callable[[Peer, Errand], Command]
    arguments: tuple[str, ...] = ()
    is_ours: bool = False
    most_users: int | None = None
    why_not: str = ""
    one_run_from: int | None = None
    """From so many users on, it is run but once."""
    only_faults: bool = False

    def runs(self, wanted: int, users: int) -> int:
        """How many runs it gets, when so many are wanted."""
        if self.most_users is not None and users > self.most_users:
            return 0
        return 1 if self.one_run_from is not None and users >= self.one_run_from else wanted

    def start(self, errand: Errand) -> Command:
        return self.command(self, errand)

    @property
    def bin(self) -> Path:
        return ENVIRONMENTS / self.requirements / "bin"

    def make_environment(self) -> None:
        """As the Makefile does for its own; does nothing if it is there."""
        tool, file = ROOT / "tests/tools/environment.py", HERE / "requirements" / f"{self.requirements}.txt"
        place = ENVIRONMENTS / self.requirements
        subprocess.run([sys.executable, tool, str(place.relative_to(ROOT)), str(file.relative_to(ROOT))], check=True)


def _variables(peer: Peer, errand: Errand) -> dict[str, str]:
    """A clean environment: none of the caller's Okta or Ansible settings, but the org's CA where libraries look."""
    variables = {
        "PATH": f"{peer.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(errand.place),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT / "tests"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
    }
    if errand.org.ca_path:
        return {**variables, "SSL_CERT_FILE": errand.org.ca_path, "REQUESTS_CA_BUNDLE": errand.org.ca_path}
    return {**variables, "OKTA_TESTING_TESTINGDISABLEHTTPSCHECK": "true"}


def _client(peer: Peer, errand: Errand) -> Command:
    name, *flags = peer.arguments
    arguments = [str(peer.bin / "python"), "-m", f"benchmark.clients.{name}", *flags]
    return Command(arguments, _variables(peer, errand), errand.job())


def _module(peer: Peer, errand: Errand) -> Command:
    """The module as a process, start-up included, the way ansible-core lets one be run by hand: options on stdin.

    Credentials are not left out, as they would be by default: every peer is to read the same bytes.
    """
    options: dict[str, object] = {**Errand(errand.org, errand.place).job(), "omit_credentials": False}
    if errand.org.ca_path:
        options["ca_path"] = errand.org.ca_path
    if "jsonl" in peer.arguments:
        options |= {"dest": str(errand.users_path), "dest_format": "jsonl"}
    if "workers" in peer.arguments:
        options["workers"] = 4
    variables = {**_variables(peer, errand), "PYTHONPATH": str(ENVIRONMENTS / peer.requirements / "collections")}
    command = [str(peer.bin / "python"), "-m", MODULE]
    return Command(command, variables, {"ANSIBLE_MODULE_ARGS": options})


def playbook(peer: Peer, errand: Errand, file: Path, values: Mapping[str, object]) -> Command:
    """A whole ansible-playbook; its extra variables come from stdin's file."""
    variables = {
        **_variables(peer, errand),
        "ANSIBLE_COLLECTIONS_PATH": str(ENVIRONMENTS / peer.requirements / "collections"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    command = [str(peer.bin / "ansible-playbook"), str(file), "-e", f"@{errand.place / 'stdin'}"]
    return Command(command, variables, values)


def _playbook(peer: Peer, errand: Errand) -> Command:
    values: dict[str, object] = {"job": Errand(errand.org, errand.place).job()}
    if errand.org.ca_path:
        values["ca_path"] = errand.org.ca_path
    if errand.with_ids:
        values["ids_path"] = str(errand.ids_path)
    if "jsonl" in peer.arguments:
        values["dest"] = str(errand.users_path)
    return playbook(peer, errand, HERE / "playbooks" / peer.arguments[0], values)


PEERS = (
    Peer(TO_MEMORY, "**us**, module, to memory", "ansible", _module, is_ours=True),
    Peer(TO_JSONL, "**us**, module, to JSONL", "ansible", _module, ("jsonl",), is_ours=True),
    Peer(WORKERS, "**us**, module, 4 workers, to JSONL", "ansible", _module, ("jsonl", "workers"), is_ours=True),
    Peer(FLOOR, "bare `requests` loop (the floor)", "bare-requests", _client, ("bare_requests",)),
    Peer("floor-jsonl", "bare `requests` loop, to JSONL", "bare-requests", _client, ("bare_requests_jsonl",)),
    Peer("okta-3", "`okta` 3.4.6, typed, `async with`", "okta-3", _client, ("okta_sdk_3",)),
    Peer(
        "okta-3-paginate-all", "`okta` 3.4.6, its `paginate_all`", "okta-3", _client,
        ("okta_sdk_3", "--paginate-all"), only_faults=True,
    ),
    Peer("okta-2", "`okta` 2.9.13, `async with`", "okta-2", _client, ("okta_sdk_2",)),
    Peer("dlt", "`dlt` 1.31.0 `RESTClient`", "dlt", _client, ("dlt_rest_client",)),
    Peer(
        "us-playbook", "**us**, whole playbook, registered", "ansible", _playbook,
        ("okta_users_info.yml",), is_ours=True,
    ),
    Peer(
        "us-playbook-jsonl", "**us**, whole playbook, to JSONL", "ansible", _playbook,
        ("okta_users_info.yml", "jsonl"), is_ours=True,
    ),
    Peer(
        "uri", "whole playbook with `ansible.builtin.uri`", "ansible", _playbook, ("uri.yml",),
        most_users=10_000, one_run_from=10_000, why_not="each page copies all users before it: hours",
    ),
)  # fmt: skip


def named(names: list[str]) -> list[Peer]:
    """The peers with these names, in the order of the table; ValueError names one that is none."""
    unknown = set(names) - {peer.name for peer in PEERS}
    if unknown:
        raise ValueError(f"no such peer: {', '.join(sorted(unknown))}; known are {', '.join(p.name for p in PEERS)}")
    return [peer for peer in PEERS if peer.name in names]
