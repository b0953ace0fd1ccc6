# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes `ansible_collections.idops.okta` and `sandbox` importable from a plain clone, in a folder of any name.

Ansible insists on a folder .../ansible_collections/idops/okta. A temporary one that points at this clone does for the
tests in this process and for the ansible-playbook processes that they start. In this process, Ansible's own import
hook serves it from the start: it would take over anyway as soon as a test loads a plugin, and cannot share the
package with Python's ordinary import.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

ROOT = Path(__file__).resolve().parent

_tree = tempfile.TemporaryDirectory(prefix="idops-okta-")  # removed when the process ends
_link = Path(_tree.name, "ansible_collections", "idops", "okta")
_link.parent.mkdir(parents=True)
_link.symlink_to(ROOT, target_is_directory=True)

os.environ["ANSIBLE_COLLECTIONS_PATH"] = _tree.name
_AnsibleCollectionFinder(paths=[_tree.name])._install()
sys.path.insert(0, str(ROOT / "tests"))

# `make test` is for every change, and takes a minute. What is here takes minutes, and is run by `make thorough`.
THOROUGH = (
    "tests/integration/canaries/",
    "tests/integration/test_awx.py",
    "tests/integration/test_delivery.py",
    "tests/integration/test_dpop.py",
    "tests/integration/test_environment.py",
    "tests/integration/test_examples.py",
    "tests/integration/test_execution_environment.py",
    "tests/integration/test_faults.py",
    "tests/integration/test_files.py",
    "tests/integration/test_host_account_",
    "tests/integration/test_host_accounts.py",
    "tests/integration/test_privileges.py",
    "tests/integration/test_report",
    "tests/integration/test_user_audit.py",
    "tests/unit/sandbox/",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that take long, so that `-m thorough` and `-m "not thorough"` tell them apart."""
    for item in items:
        if item.nodeid.startswith(THOROUGH):
            item.add_marker(pytest.mark.thorough)
