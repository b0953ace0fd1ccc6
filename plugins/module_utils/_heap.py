# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""One heap for all threads, so that memory stays flat however long they run."""

from __future__ import annotations

from contextlib import suppress

_M_ARENA_MAX = -8  # of glibc's <malloc.h>


def share_one_heap() -> None:
    """Have all threads allocate from one heap, where the C library can be told to; elsewhere, do nothing.

    glibc gives each thread a heap of its own, and each of them grows for as long as pages of users come and go. Python
    lets one thread run at a time, so that none waits for another's allocation. To be called before threads are started.
    """
    with suppress(ImportError, OSError, AttributeError, TypeError):
        import ctypes

        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
