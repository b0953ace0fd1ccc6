# Copyright: (c) 2026, the idops.okta authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# This module util is PRIVATE to the collection: it can change, or go, in any release.
"""Dates as Okta and HR systems write them, in milliseconds since the epoch (UTC)."""

from __future__ import annotations

import re
import typing as t
from datetime import date, datetime, timezone
from functools import lru_cache

DAY = 86_400_000
HOUR = 3_600_000
_EPOCH = date(1970, 1, 1).toordinal()
_DATE = re.compile(r"(\d{4})(-?)(\d\d)\2(\d\d)", re.ASCII)
_TIME = re.compile(r"[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:([Zz])|([+-])(\d\d):?(\d\d))?", re.ASCII)


class NoDate(ValueError):
    """The value is there, and is no date."""


def milliseconds(now: datetime) -> int:
    """An aware datetime as milliseconds since the epoch."""
    utc = now.astimezone(timezone.utc)
    clock = ((utc.hour * 60 + utc.minute) * 60 + utc.second) * 1000 + utc.microsecond // 1000
    return (utc.toordinal() - _EPOCH) * DAY + clock


def moment(value: object) -> int | None:
    """A date and time. None when there is none; what has no zone is UTC. Raises `NoDate`."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise NoDate
    return _midnight(value[:10]) + _time_of_day(value[10:])


def last_moment(value: object) -> int | None:
    """The last moment that an end date covers: all of the day when it has no time. Raises `NoDate`."""
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        return _midnight(value.strip()) + DAY - 1
    return moment(value.strip() if isinstance(value, str) else value)


def written(when: int) -> str:
    """Milliseconds as `2026-01-31T12:00:00Z`."""
    days, rest = divmod(when // 1000, DAY // 1000)
    return _day_written(days) + _time_written(rest)


def whole_days(duration: int) -> int:
    """How many days have gone by in full."""
    return duration // DAY


def read_now(text: str | None, clock: t.Callable[[], datetime]) -> datetime:
    """The moment that an audit is made for: what ``text`` says, or else what the clock says, to the second.

    Raises `NoDate`.
    """
    if not text:
        return clock().replace(microsecond=0)
    when = moment(text)
    if when is None or when < 0:
        raise NoDate
    try:
        return datetime.fromtimestamp(when // 1000, timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise NoDate from None


# Of the dates of a large org, days and times of the day repeat: to look them up is quicker than to work them out.


@lru_cache(maxsize=50_000)
def _midnight(day: str) -> int:
    found = _DATE.fullmatch(day)
    if not found:
        raise NoDate
    try:
        return (date(int(found[1]), int(found[3]), int(found[4])).toordinal() - _EPOCH) * DAY
    except ValueError:
        raise NoDate from None


@lru_cache(maxsize=100_000)
def _time_of_day(time: str) -> int:
    found = _TIME.fullmatch(time)
    if not found:
        raise NoDate
    hour, minute, second, fraction, _utc, sign, zone_hours, zone_minutes = found.groups()
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    if hours > 24 or minutes > 59 or seconds > 60 or (hours == 24 and (minutes or seconds)):
        raise NoDate
    offset = (int(zone_hours) * 60 + int(zone_minutes)) * (-1 if sign == "-" else 1) if sign else 0
    milli = int((fraction or "0").ljust(3, "0")[:3])
    return ((hours * 60 + minutes - offset) * 60 + seconds) * 1000 + milli


@lru_cache(maxsize=50_000)
def _day_written(days: int) -> str:
    return date.fromordinal(min(max(days + _EPOCH, 1), date.max.toordinal())).isoformat()


@lru_cache(maxsize=100_000)
def _time_written(seconds: int) -> str:
    return f"T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"
