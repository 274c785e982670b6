"""The moment until which a report may be handed in, as rules and `--at` name it.

Owns the one form in which it is written, with its offset from UTC, so that it means the same on every machine. It asks
no clock: what has passed is for the caller to say.
"""

from __future__ import annotations

import re
from typing import NamedTuple

EXAMPLE = "2026-01-23 12:00 +01:00"
_FORM = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2}) ?(Z|[+-][0-9]{2}:[0-9]{2})?")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_FURTHEST = 14 * _HOUR
"""No place's clock is further from UTC."""


class Deadline(NamedTuple):
    """A moment; the last one that still counts."""

    text: str
    """As it is shown: `2026-01-23 12:00 +01:00`."""
    seconds: int
    """Since 1970, in UTC."""


class DeadlineError(ValueError):
    """No such moment; the text says what is wrong, to be read behind `deadline`."""


def parse(text: str) -> Deadline:
    """The moment that a text names.

    Raises:
        DeadlineError: it names none, or has no offset.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise DeadlineError(f"must be a day, a time and the offset from UTC, such as '{EXAMPLE}'")
    if found[6] is None:
        raise DeadlineError(f"needs the offset from UTC behind the time, such as '{EXAMPLE}'")
    year, month, day, hour, minute = (int(found[group]) for group in range(1, 6))
    if not (1970 <= year and 1 <= month <= 12 and 1 <= day <= _days_of(year, month)):
        raise DeadlineError(f"names a day that is in no calendar: {text[:10]}")
    if not (hour < 24 and minute < 60):
        raise DeadlineError(f"names a time that is on no clock: {text[11:16]}; the last of a day is 23:59")
    offset = _offset(found[6])
    if offset is None:
        raise DeadlineError(f"names an offset that no place has: {found[6]}")
    seconds = _days_before(year, month, day) * _DAY + hour * _HOUR + minute * _MINUTE - offset
    return Deadline(f"{text[:10]} {text[11:16]} {'UTC' if found[6] == 'Z' else found[6]}", seconds)


def _offset(text: str) -> int | None:
    if text == "Z":
        return 0
    hours, minutes = int(text[1:3]), int(text[4:6])
    seconds = hours * _HOUR + minutes * _MINUTE
    if minutes >= 60 or seconds > _FURTHEST:
        return None
    return -seconds if text.startswith("-") else seconds


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_of(year: int, month: int) -> int:
    return 29 if month == 2 and _is_leap(year) else _DAYS[month - 1]


def _days_before(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to this one."""
    past = year - 1
    leap_days = past // 4 - past // 100 + past // 400 - (1969 // 4 - 1969 // 100 + 1969 // 400)
    return (year - 1970) * 365 + leap_days + sum(_days_of(year, earlier) for earlier in range(1, month)) + day - 1
