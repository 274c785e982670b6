"""A screen that tells every widget its size when it changes, and paints no more than what changed.

Owns what Textual's screen does too little and too much of. Too little: it tells its size to a widget that its map of
the screen did not hold before. Between a change and its layout the map is already the new one as soon as anybody asks
for a widget's region, as the focus and a text's cursor do. The widget would then never be told, and stay blank. Too
much: it paints the whole screen again for another focus, and asks for the rows of all panes for a single one.
"""

from __future__ import annotations

from typing import TypeVar

from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from report_tui.tui.quick_compositor import QuickCompositor

Result = TypeVar("Result")


class ToldScreen(Screen[Result]):
    """For screens whose parts are shown and hidden."""

    # As in Textual, but without a repaint: the two widgets concerned repaint themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    _laid_out = None
    """The map of the last layout. Like the rest of it here not public; Textual is pinned."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = QuickCompositor()

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        is_whole = not scroll or bool(self._layout_widgets)
        if is_whole and self._laid_out is not None:
            self._compositor._full_map = self._laid_out
        super()._refresh_layout(size, scroll)
        if is_whole:
            self._laid_out = self._compositor._full_map
