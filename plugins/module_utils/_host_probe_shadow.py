# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
# It runs on hosts, with Python 3.6 or newer and nothing but the standard library.
"""The text of /etc/shadow: what kind of password an account has, and when it expires; pure. No hash gets out."""

import datetime as dt
import re
from typing import Dict, List, NamedTuple, Optional, Tuple

EPOCH = dt.date(1970, 1, 1)
# crypt(5): $id$..., _ and 19 more (BSDi), or the 13 characters of DES
HASH = re.compile(r"\$[^$:]|_[./0-9A-Za-z]{19}\Z|[./0-9A-Za-z]{13}\Z")


class Secret(NamedTuple):
    """What may be said of a line of /etc/shadow: the kind of password, and days that dates are written as."""

    password: str
    password_changed: Optional[str]
    expires: Optional[str]
    expired: Optional[bool]


UNKNOWN = Secret("unknown", None, None, None)
NO_LINE = Secret("none", None, None, False)


def password_kind(field: str) -> str:
    """What a password field lets somebody do: "set", "empty", "locked" (a hash behind a mark), or "none"."""
    if not field:
        return "empty"
    if HASH.match(field):
        return "set"
    return "locked" if field[0] in "!*" and HASH.match(field.lstrip("!*")) else "none"


def parse_shadow(text: str, today: dt.date) -> Tuple[Dict[str, Secret], List[str]]:
    """What the lines say, by name, as of `today` (UTC), and notes on damaged ones.

    An account has expired from the day on that stands in its eighth field. Of a damaged line with a name that can be
    read, the account is in the result as unknown.
    """
    found: Dict[str, Secret] = {}
    notes = []
    for count, line in enumerate(text.split("\n"), start=1):
        fields = line.rstrip().split(":")
        if not line.strip() or line[0] in "#+-":
            continue
        if not fields[0]:
            notes.append("line %s: it is damaged" % count)
        elif fields[0] in found:
            notes.append("line %s: its name is that of a line before, which the system takes instead" % count)
        elif not 8 <= len(fields) <= 9:
            notes.append("line %s: it is damaged" % count)
            found[fields[0]] = UNKNOWN
        else:
            changed, changed_well = _date(fields[2])
            expires, expires_well = _date(fields[7])
            if not (changed_well and expires_well):
                notes.append("line %s: a date in it is damaged" % count)
            expired = expires is not None and expires <= today if expires_well else None
            changed = None if changed == EPOCH else changed  # 0: to be changed at the next sign-in
            found[fields[0]] = Secret(password_kind(fields[1]), _written(changed), _written(expires), expired)
    return found, notes


def _date(field: str) -> Tuple[Optional[dt.date], bool]:
    """Days since 1970 as a date, or None where there is none; and whether the field could be understood."""
    if not field.strip() or re.match(r"-[0-9]+\Z", field.strip()):
        return None, True
    try:
        return EPOCH + dt.timedelta(days=int(field.strip())), True
    except (ValueError, OverflowError):
        return None, False


def _written(date: Optional[dt.date]) -> Optional[str]:
    return None if date is None else date.isoformat()
