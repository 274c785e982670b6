"""Sizes and ages as a person reads them."""

from __future__ import annotations

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def size(count: int) -> str:
    """Bytes in two or three digits: `820 B`, `61 kB`, `6.1 MB`."""
    if count < 1_000:
        return f"{count} B"
    for unit in ("kB", "MB", "GB"):
        count_in_unit = count / 1_000
        if count_in_unit < 9.95:
            return f"{count_in_unit:.1f} {unit}"
        if count_in_unit < 999.5 or unit == "GB":
            return f"{count_in_unit:,.0f} {unit}"
        count = round(count_in_unit)
    raise AssertionError("no unit is left")


def age(seconds: float) -> str:
    """How long ago something was: `just now`, `3 min ago`, `2 h ago`, `5 days ago`, `3 years ago`."""
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min ago"
    if seconds < _DAY:
        return f"{seconds // _HOUR:.0f} h ago"
    days = int(seconds // _DAY)
    if days < 730:
        return "1 day ago" if days == 1 else f"{days} days ago"
    return f"{days // 365} years ago"
