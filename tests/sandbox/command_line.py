# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m sandbox serve` and `python -m sandbox run -- COMMAND`."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from .running import served
from .users import DEFAULT_NOW

_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str]) -> int:
    arguments, command = _divided(list(arguments))
    options = _parser().parse_args(arguments)
    if options.action == "run":
        return _run(options, arguments[arguments.index("run") + 1 :], command)
    return _serve(options)


def _divided(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Options, and the command after `--`."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--users", type=int, default=250, help="users that are not DEPROVISIONED (default: 250)")
    shared.add_argument("--deprovisioned", type=int, default=12, help="users that are (default: 12)")
    shared.add_argument("--seed", type=int, default=7, help="one seed, one org (default: 7)")
    shared.add_argument("--now", type=_moment, default=DEFAULT_NOW, help="the moment the users' dates lead up to")
    shared.add_argument("--known-truth", action="store_true", help="users of whom it is known what an audit must find")
    shared.add_argument("--port", type=int, default=0, help="default: any that is free")
    shared.add_argument("--http", action="store_true", help="plain http, no certificate")
    shared.add_argument("--latency", type=float, metavar="MS", help="milliseconds before every answer")
    shared.add_argument("--directory", type=Path, help="where ca.pem, private_key.pem and org.json go")
    shared.add_argument("--certificate-name", help="a certificate for this name instead of localhost")
    shared.add_argument("--setting", action="append", type=_setting, default=[], metavar="NAME=JSON")
    shared.add_argument("--fault", action="append", type=json.loads, default=[], metavar="JSON")
    shared.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    parser = argparse.ArgumentParser(prog="sandbox", description="An Okta org to run against, on loopback.")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("serve", parents=[shared], help="serve until stopped")
    actions.add_parser("run", parents=[shared], help="run a command against an org: run [options] -- COMMAND")
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.now(UTC).replace(microsecond=0) if text == "now" else datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _setting(text: str) -> tuple[str, Any]:
    name, _equals, value = text.partition("=")
    return name, json.loads(value)


def _serve(options: argparse.Namespace) -> int:
    from .founding import Foundation  # here, because `run` has no use for the server and its libraries
    from .server import Serving, serve

    latency = {} if options.latency is None else {"latency_ms": options.latency}
    foundation = Foundation(
        users=options.users,
        deprovisioned=options.deprovisioned,
        seed=options.seed,
        now=options.now,
        known_truth=options.known_truth,
        settings={**dict(options.setting), **latency},
        faults=options.fault,
    )
    serving = Serving(
        foundation,
        port=options.port,
        tls=not options.http,
        certificate_name=options.certificate_name,
        directory=options.directory,
        parent=options.parent,
    )
    try:
        serve(serving)
    except (ValueError, OSError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    return 0


def _run(options: argparse.Namespace, org_arguments: list[str], command: list[str]) -> int:
    if not command:
        print("sandbox: run takes a command after --", file=sys.stderr)
        return 2
    directory = str(options.directory) if options.directory else None
    interruption = _Interruption()
    try:
        # What the command leaves in the temporary folder, if it is interrupted, goes with the org.
        with (
            tempfile.TemporaryDirectory(prefix="sandbox-run-", ignore_cleanup_errors=True) as temporary,
            served(org_arguments, directory) as org,
        ):
            print(
                f"sandbox: an org with {options.users} users (and {options.deprovisioned} deprovisioned) at {org.url}\n"
                f"sandbox: running {shlex.join(command).splitlines()[0]}",
                file=sys.stderr,
            )
            return interruption.run(command, {**os.environ, "TMPDIR": temporary, **org.environment()})
    except (RuntimeError, OSError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 128 + interruption.signals[-1]


class _Interruption:
    """Signals meant for the command: passed on to it while it runs, and the end of the run before that."""

    def __init__(self) -> None:
        self._command: subprocess.Popen[bytes] | None = None
        self._launching = False
        self.signals: list[int] = []
        for number in _FORWARDED:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves SIGHUP
                signal.signal(number, self._received)

    def run(self, command: list[str], environment: dict[str, str]) -> int:
        """The command's exit code; as a shell has it, 128 and the signal if one ended it."""
        self._launching = True
        self._command = subprocess.Popen(command, env=environment)
        for number in self.signals:
            self._command.send_signal(number)
        code = self._command.wait()
        return 128 - code if code < 0 else code

    def _received(self, number: int, _frame: FrameType | None) -> None:
        self.signals.append(number)
        if self._command is None:
            if not self._launching:
                raise KeyboardInterrupt
            return
        told_by_terminal = number == signal.SIGINT and _is_in_foreground() and self.signals.count(number) == 1
        if not told_by_terminal and self._command.poll() is None:
            self._command.send_signal(number)


def _is_in_foreground() -> bool:
    """Whether a Ctrl-C at the terminal has reached the command already."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
