# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m benchmark` (with tests/ on PYTHONPATH), or `python tests/benchmark`."""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # started as a folder, which then is what sys.path begins with
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmark.command_line import main

sys.exit(main(sys.argv[1:]))
