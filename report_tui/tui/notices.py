"""Notices: how long each is there, and how much of a long one is shown. Pure; the app shows them over its first row."""

from __future__ import annotations

from textual.content import Content
from textual.notifications import SeverityLevel

SECONDS: dict[SeverityLevel, float] = {"information": 3, "warning": 6, "error": 6}
ROWS = 2
"""More would lie over what is being read or written."""
FRAME = 3
"""Cells of the bar and the blanks beside a notice."""


def fitted(text: str, width: int) -> str:
    """As much of a text as a terminal of `width` columns has room for, with an ellipsis where something is left out."""
    room = max(1, width - FRAME)
    rows = Content(text).wrap(room)
    if len(rows) <= ROWS:
        return text
    last = Content(" ").join(row.rstrip() for row in rows[ROWS - 1 :])
    return "\n".join([*(row.plain.rstrip() for row in rows[: ROWS - 1]), last.truncate(room, ellipsis=True).plain])
