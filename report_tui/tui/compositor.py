"""A compositor that tells every widget its size when it changes, and asks each for the rows that are painted only.

Owns what Textual's does too little and too much of. Too little: it tells its size to a widget that its map of the
screen did not hold before. Between a change and its layout the map is already the new one as soon as anybody asks for a
widget's region, as the focus, a text's cursor and even the first step of the layout do. The widget would then never be
told, and stay blank. Too much: it asks every widget that has a place on the screen for all of its rows, whatever is
painted of them. For one letter, or one blink of the cursor, that is every line of every pane. Textual is pinned; none
of these methods is public.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class ToldCompositor(Compositor):
    """Textual's compositor; it paints the same."""

    _laid_out: CompositorMap | None = None
    """The map of the last layout."""

    _runs: tuple[Region, ...] = ()
    """The rows that are painted, as wide as what is painted anywhere; rows next to each other together."""

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay out, and say what differs from the layout before, whatever was measured since."""
        if self._laid_out is not None:
            self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        return result

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        painted = [y for y in crop.line_range if is_rendered_line(y)]
        # Rows next to each other have the same distance to their places in the list.
        runs = [[y for _, y in run] for _, run in groupby(enumerate(painted), lambda pair: pair[1] - pair[0])]
        self._runs = tuple(Region(crop.x, run[0], crop.width, len(run)) for run in runs)
        return super()._render_chops(crop, is_rendered_line)

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            for run in self._runs:
                if run.overlaps(seen):
                    # All columns: a row is divided at the edges of the widgets, from its own edge on.
                    part = seen.intersection(Region(seen.x, run.y, seen.width, run.height))
                    yield region, part, widget.render_lines(part.translate(-region.offset))
