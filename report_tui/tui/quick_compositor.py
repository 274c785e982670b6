"""A compositor that asks each widget for the rows that are painted, and for no others.

Owns nothing but that: Textual asks every widget that has a place on the screen for all of its rows, whatever is painted
of them. For one letter, or one blink of the cursor, that is every line of every pane. Textual is pinned; neither method
is public.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class QuickCompositor(Compositor):
    """Textual's compositor; it paints the same."""

    _runs: tuple[Region, ...] = ()
    """The rows that are painted, as wide as what is painted anywhere; rows next to each other together."""

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
