# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on old hosts runs with Python 3.6: all of it compiles there, and the probe does its work."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COLLECTION = "ansible_collections/idops/okta/plugins"
FILES = [ROOT / "plugins/modules/host_accounts_info.py", *sorted(ROOT.glob("plugins/module_utils/_host_probe*.py"))]
PROGRAM = """
import datetime, json, sys
for file in sys.argv[3:]:
    with open(file, "rb") as source:
        compile(source.read(), file, "exec")
sys.path.insert(0, sys.argv[1])
from ansible_collections.idops.okta.plugins.module_utils._host_probe import gather
from ansible_collections.idops.okta.plugins.module_utils._host_probe_files import Host
result = gather(Host(sys.argv[2], nodename="old"), ["nologin"], datetime.date(2026, 2, 1))
print(json.dumps([sys.version_info[:2], [account["name"] for account in result["accounts"]]]))
"""


def python36() -> str | None:
    """A Python 3.6 that starts: on PATH, or one that pyenv keeps."""
    kept = sorted((Path.home() / ".pyenv/versions").glob("3.6.*/bin/python3.6"))
    for python in filter(None, [*map(str, kept), shutil.which("python3.6")]):
        if subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0:
            return python
    return None


def test_python_3_6_runs_it(tmp_path: Path) -> None:
    python = python36()
    if python is None:
        pytest.skip("there is no Python 3.6 on this machine")
    utils = tmp_path / "c" / COLLECTION / "module_utils"
    utils.mkdir(parents=True)
    for file in FILES[1:]:
        shutil.copy(file, utils)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n")
    command = [python, "-c", PROGRAM, str(tmp_path / "c"), str(tmp_path), *map(str, FILES)]
    finished = subprocess.run(command, check=False, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == [[3, 6], ["ann", "root"]]


def test_there_is_something_to_run() -> None:
    assert len(FILES) > 8
    for file in FILES:
        words = [line.split() for line in file.read_text().splitlines() if line.startswith(("import ", "from "))]
        assert not {line[1].partition(".")[0] for line in words} & {"requests", "jwt", "cryptography"}
