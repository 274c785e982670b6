"""A screen for parts that are shown and hidden: each is told its size, and no more is painted than what changed.

Owns only that: how it is laid out and painted is its compositor's.
"""

from __future__ import annotations

from typing import TypeVar

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from report_tui.tui.compositor import ToldCompositor

Result = TypeVar("Result")


class ToldScreen(Screen[Result]):
    """A screen whose parts come and go."""

    # As in Textual, but without a repaint: the two widgets concerned repaint themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        self._compositor = ToldCompositor()
