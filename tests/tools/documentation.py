# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation as HTML, as Ansible's own site shows it, and fails for any warning.

    .venv-docs/bin/python tests/tools/documentation.py

Nothing is fetched: where pages of Ansible's own documentation are pointed to, `ELSEWHERE` says where they are. What it
doesn't name is an undefined label, which is a warning. The pages are in .venv-docs/html.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.prefix, "bin")
HTML = Path(sys.prefix, "html")
ANSIBLE = "https://docs.ansible.com/projects/ansible/devel/"
# The labels of Ansible's documentation that antsibull-docs and the guides point to.
ELSEWHERE = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
SETTINGS = """\
project = "idops.okta"
copyright = "the idops.okta authors"
version = release = {version!r}
title = html_title = html_short_title = "idops.okta {version}: an Ansible collection for Okta"
extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
intersphinx_mapping = {{"ansible": ({ansible!r}, {inventory!r})}}
intersphinx_disabled_reftypes = []
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
html_theme = "sphinx_ansible_theme"
html_theme_options = {{"show_extranav": False, "vcs_pageview_mode": "edit"}}
html_show_sphinx = False
html_use_index = False
html_copy_source = False
default_role = "any"
"""


def inventory() -> bytes:
    """`ELSEWHERE` in the format that Sphinx publishes its labels in."""
    lines = [f"{label} std:label -1 {place} {label}\n" for label, place in sorted(ELSEWHERE.items())]
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: devel\n"
    head += "# The remainder of this file is compressed using zlib.\n"
    return head.encode() + zlib.compress("".join(lines).encode())


def run(*command: str | Path, cwd: Path) -> None:
    settings = {"ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix, "collections")), "ANSIBLE_HOME": str(cwd / "ansible")}
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    subprocess.run([str(part) for part in command], cwd=cwd, env=os.environ | settings | {"PATH": path}, check=True)


def build(place: Path) -> None:
    """Raises CalledProcessError when a page can't be made, or is made with a warning."""
    pages = place / "rst"
    pages.mkdir(mode=0o755)
    (place / "ansible.inv").write_bytes(inventory())
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    settings = SETTINGS.format(version=version, ansible=ANSIBLE, inventory=str(place / "ansible.inv"))
    (place / "conf.py").write_text(settings, encoding="utf-8")
    run(
        "antsibull-docs",
        "collection",
        "--use-current",
        "--squash-hierarchy",
        "--dest-dir",
        pages,
        "idops.okta",
        cwd=place,
    )
    run("sphinx-build", "-q", "-W", "--keep-going", "-b", "html", "-c", place, pages, place / "html", cwd=place)
    written = list((place / "html").rglob("*.html"))
    modules = list((ROOT / "plugins" / "modules").glob("*.py"))
    guides = list((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
    missing = {f"{module.stem}_module" for module in modules} | {guide.stem for guide in guides}
    missing -= {page.stem for page in written}
    if missing:
        sys.exit(f"there is no page for {', '.join(sorted(missing))}")
    shutil.rmtree(HTML, ignore_errors=True)
    shutil.move(place / "html", HTML)
    print(f"{len(written)} pages, without a warning: {os.path.relpath(HTML / 'index.html', ROOT)}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="idops-okta-docs-") as place:
        try:
            build(Path(place))
        except subprocess.CalledProcessError as error:
            sys.exit(f"{Path(error.cmd[0]).name}: exit code {error.returncode}; the reason is above")


if __name__ == "__main__":
    main()
