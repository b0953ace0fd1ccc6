# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On PYTHONPATH, it makes what a process sends to syslog a line of the file $CANARIES_SYSLOG."""

from __future__ import annotations

import os
import sys
import syslog

if "CANARIES_SYSLOG" in os.environ:

    def write(*arguments: object) -> None:
        with open(os.environ["CANARIES_SYSLOG"], "a", encoding="utf-8") as file:  # noqa: PTH123  # loads less
            file.write(f"{arguments[-1]}\n")

    syslog.syslog = write  # type: ignore[assignment]
    sys.modules["systemd.journal"] = None  # type: ignore[assignment]  # modules prefer the journal where they can
