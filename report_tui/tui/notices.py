"""Notices: how long each is there, and how much of a long one is shown. Pure.

The app shows them over its first row; one that would lie over the cursor stands above the keys instead.
"""

from __future__ import annotations

from textual.content import Content
from textual.notifications import SeverityLevel

SECONDS: dict[SeverityLevel, float] = {"information": 3, "warning": 6, "error": 6}
ROWS = 2
"""More would lie over what is being read or written."""
SHARE = 3
"""Of the screen's rows a warning may take one in so many: it may name a file that keeps what was typed."""
FRAME = 3
"""Cells of the bar and the blanks beside a notice."""


def fitted(text: str, width: int, height: int, severity: SeverityLevel = "information") -> str:
    """As much of a text as there is room for, with an ellipsis where something is left out.

    Args:
        text: what is said.
        width: columns of the terminal.
        height: its rows.
        severity: what goes by in a moment gets less room than what somebody must read.
    """
    room = _room(width)
    most = ROWS if severity == "information" else max(ROWS, height // SHARE)
    lines = Content(text).wrap(room)
    if len(lines) <= most:
        return text
    last = Content(" ").join(line.rstrip() for line in lines[most - 1 :])
    return "\n".join([*(line.plain.rstrip() for line in lines[: most - 1]), last.truncate(room, ellipsis=True).plain])


def rows(text: str, width: int) -> int:
    """How many rows a text takes that `fitted` made for so many columns."""
    return len(Content(text).wrap(_room(width)))


def _room(width: int) -> int:
    return max(1, width - FRAME)
