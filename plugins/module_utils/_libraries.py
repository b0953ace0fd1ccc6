# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""The Python libraries that the modules import, and the oldest versions that will do."""

from __future__ import annotations

import importlib
import re
import sys

from ._errors import LibraryMissing

MINIMUM_VERSIONS = {"requests": "2.28", "PyJWT": "2.6", "cryptography": "39"}
_IMPORT_NAMES = {"PyJWT": "jwt"}


def require(*names: str) -> None:
    """Make sure that the libraries can be imported in the version that is needed.

    ``names`` are names on PyPI, keys of `MINIMUM_VERSIONS`. Raises `LibraryMissing` with the interpreter that was
    looked in and, where a library is too old, with the version and the place it was found in.
    """
    for name in names:
        wanted = f"{name}>={MINIMUM_VERSIONS[name]}"
        remedy = f"Install it there: {sys.executable} -m pip install '{wanted}'. To run the task with another "
        remedy += "interpreter, set ansible_python_interpreter."
        try:
            library = importlib.import_module(_IMPORT_NAMES.get(name, name))
        except ImportError:
            raise LibraryMissing(f"The Python library {wanted} is missing from {sys.executable}.", remedy) from None
        found = str(getattr(library, "__version__", ""))
        if _numbers(found) < _numbers(MINIMUM_VERSIONS[name]):
            place = getattr(library, "__file__", None) or "an unknown place"
            raise LibraryMissing(
                f"{wanted} is needed, and {name} {found or '(no version)'} was found in {place}.", remedy
            )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version.split("+", maxsplit=1)[0])[:3])
