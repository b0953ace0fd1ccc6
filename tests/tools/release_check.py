# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says whether this clone is what a tag promises: the version in every place, and a changelog that is made.

python tests/tools/release_check.py v1.0.0
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def problems(root: Path, tag: str) -> list[str]:
    """What speaks against publishing the clone in ``root`` as the version that the tag names."""
    version = tag.removeprefix("v")
    if not re.fullmatch(r"v\d+\.\d+\.\d+(-[\w.]+)?", tag):
        return [f"the tag {tag!r} is not a version such as v1.0.0"]
    found = {
        "galaxy.yml": str(yaml.safe_load((root / "galaxy.yml").read_text("utf-8"))["version"]),
        "plugins/module_utils/_version.py": quoted(root / "plugins" / "module_utils" / "_version.py"),
    }
    wrong = [f"{place} has the version {there}" for place, there in found.items() if there != version]
    releases = yaml.safe_load((root / "changelogs" / "changelog.yaml").read_text("utf-8")).get("releases") or {}
    if version not in releases:
        wrong.append(f"changelogs/changelog.yaml has no release {version}")
    left = [path.name for path in (root / "changelogs" / "fragments").iterdir() if not path.name.startswith(".")]
    if left:
        wrong.append(f"there are fragments that no release has: {', '.join(sorted(left))}")
    for name in ("CHANGELOG.md", "CHANGELOG.rst"):
        file = root / name
        if not file.is_file() or f"v{version}" not in file.read_text("utf-8").replace("\\", ""):
            wrong.append(f"{name} does not speak of v{version}")
    return wrong


def quoted(file: Path) -> str:
    """The version that a Python file assigns."""
    match = re.search(r'^VERSION = "(.*)"$', file.read_text("utf-8"), re.MULTILINE)
    return match[1] if match else "none"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.exit(__doc__)
    wrong = problems(ROOT, arguments[0])
    print("\n".join(wrong) or f"{arguments[0]} can be published")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
