# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and, when it exits 0, still asks for words that show that it had something to look at.

python tests/tools/says.py REGEX COMMAND [ARGUMENT ...]
"""

from __future__ import annotations

import re
import subprocess
import sys


def main(wanted: str, command: list[str]) -> int:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        said = []
        for line in process.stdout or ():
            said.append(line)
            print(line, end="", flush=True)
    if process.returncode == 0 and not re.search(wanted, "".join(said)):
        print(f"{command[0]} exited 0 without saying anything like {wanted!r}: did it look at nothing?")
        return 1
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
