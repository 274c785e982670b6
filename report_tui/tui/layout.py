"""Which panes are on the screen, by the terminal's size, by what has the focus, and by whether a preview is wanted.

Owns the three layouts (wide, normal, narrow). Pure: the screen asks it and shows what it says.
"""

from __future__ import annotations

from enum import Enum

BESIDE_LIST = 80
"""Columns from which list and answer stand side by side."""
BESIDE_PREVIEW = 110
"""Columns from which the preview stands beside the editor, in the list's place."""
ALL_THREE = 160
"""Columns from which there is room for all three."""
TALL_ENOUGH = 20
"""Rows below which one pane at a time is shown, however wide."""


class Pane(Enum):
    """The parts of the main screen."""

    LIST = "list"
    ANSWER = "answer"
    PREVIEW = "preview"


def is_narrow(width: int, height: int) -> bool:
    """Whether there is room for one pane only."""
    return width < BESIDE_LIST or height < TALL_ENOUGH


def has_room_for_preview(width: int, height: int) -> bool:
    """Whether the preview can be read while the answer is being typed."""
    return width >= BESIDE_PREVIEW and not is_narrow(width, height)


def shows_preview_unasked(width: int, height: int) -> bool:
    """Whether there is so much room that the preview is there from the beginning."""
    return width >= ALL_THREE and not is_narrow(width, height)


def panes(width: int, height: int, focus: Pane, *, preview: bool) -> frozenset[Pane]:
    """The panes to show in a terminal of `width` columns and `height` rows.

    Args:
        width: columns.
        height: rows.
        focus: the pane that takes the keys; it is always among those shown.
        preview: whether a preview is wanted.
    """
    if is_narrow(width, height):
        return frozenset({focus})
    if not preview:
        return frozenset({Pane.LIST, Pane.ANSWER, focus})
    if width >= ALL_THREE:
        return frozenset(Pane)
    if focus is Pane.LIST:
        return frozenset({Pane.LIST, Pane.PREVIEW})
    if has_room_for_preview(width, height):
        return frozenset({Pane.ANSWER, Pane.PREVIEW})
    return frozenset({Pane.PREVIEW}) if focus is Pane.PREVIEW else frozenset({Pane.LIST, Pane.ANSWER})
