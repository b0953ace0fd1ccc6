# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tasks on a host that is a folder of this machine (see hosts.py): local connections, but behind chroot."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase
from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = """
    name: folder_host
    short_description: run tasks behind chroot
    description: For tests alone. The host is the folder that ansible_host names.
    options:
      remote_addr:
        description: The folder.
        vars: [{name: ansible_host}]
      pipelining:
        description: Whether modules are sent to the Python of the host without a file.
        type: bool
        default: true
        ini: [{section: connection, key: pipelining}]
        env: [{name: ANSIBLE_PIPELINING}]
        vars: [{name: ansible_pipelining}]
      become_success_timeout:
        description: The local connection that this one is made of asks for it, from ansible-core 2.19 on.
        type: int
        default: 60
      become_strip_preamble:
        description: So it does for this.
        type: bool
        default: true
    extends_documentation_fragment: [connection_pipelining]
"""
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class Connection(LocalConnection):
    """A connection to the host in a folder. One that is down has no /etc/passwd there."""

    transport = "folder_host"
    has_pipelining = True

    def _connect(self) -> Connection:
        self.folder = Path(self.get_option("remote_addr"))
        if not (self.folder / "etc" / "passwd").is_file():
            raise AnsibleConnectionFailure(f"There is no route to the host in {self.folder}")
        super()._connect()
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> Any:
        ConnectionBase.exec_command(self, cmd, in_data=in_data, sudoable=sudoable)
        self._connect()
        chroot = shutil.which("chroot", path=PATH) or "chroot"
        inside = shlex.join([chroot, str(self.folder), "/bin/sh", "-c", f"export PATH={PATH} && cd /root && {cmd}"])
        return super().exec_command(inside, in_data=in_data, sudoable=sudoable)

    def put_file(self, in_path: str, out_path: str) -> None:
        self._connect()
        shutil.copyfile(in_path, self._inside(out_path))

    def fetch_file(self, in_path: str, out_path: str) -> None:
        self._connect()
        shutil.copyfile(self._inside(in_path), out_path)

    def _inside(self, path: str) -> str:
        return str(self.folder / path.lstrip("/"))
