"""A screen that tells every widget its size when it changes, whoever asked where a widget stands in the meantime.

Owns nothing but that: Textual tells its size to a widget that its map of the screen did not hold before. Between a
change and its layout the map is already the new one as soon as anybody asks for a widget's region, as the focus, a
text's cursor and even the first step of the layout do. The widget would then never be told, and stay blank.
"""

from __future__ import annotations

from typing import TypeVar

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

Result = TypeVar("Result")


class ToldScreen(Screen[Result]):
    """For screens whose parts are shown and hidden."""

    # Textual's own repaints the whole screen whenever the focus moves; the two widgets concerned repaint themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        self._compositor = _LayoutCompositor()


class _LayoutCompositor(Compositor):
    """Compares each layout with the one before, whatever was measured since. Not public; Textual is pinned."""

    _laid_out: CompositorMap | None = None

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        if self._laid_out is not None:
            self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        return result
