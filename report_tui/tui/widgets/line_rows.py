"""Lines behind a margin that says whose they are: what wraps stands under its line's text, not under the margin.

Owns how lines become rows at a width. What they say, and in which colours, is decided by whoever makes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget


class Line(NamedTuple):
    """A line with what stands in front of it."""

    margin: Content
    text: Content
    quiet: bool = False
    """It stands there for orientation only: its beginning is enough."""


def wrapped(line: Line, width: int) -> Sequence[Content]:
    """The rows that a line takes at a width in cells; at least one."""
    margin = line.margin.cell_length
    room = max(1, width - margin)
    shown = [line.text.truncate(room, ellipsis=True)] if line.quiet else line.text.wrap(room) or [Content()]
    margins = [line.margin, *[Content(" " * margin)] * len(shown)]
    return [Content.assemble(before, piece) for before, piece in zip(margins, shown, strict=False)]


class Rows(Widget):
    """As many rows as it takes to show something at this width."""

    DEFAULT_CSS = "Rows { height: auto; width: 100%; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._drawn: tuple[int, list[Content]] = (0, [])

    def drawn(self, width: int) -> Iterable[Content]:
        """The rows at a width in cells."""
        raise NotImplementedError

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """How many rows there are."""
        return len(self._rows_at(width))

    def render(self) -> RenderResult:
        """The rows."""
        return Content("\n").join(self._rows_at(self.content_size.width))

    def _rows_at(self, width: int) -> list[Content]:
        if self._drawn[0] != width:
            self._drawn = (width, [row.truncate(width, pad=True) for row in self.drawn(width)])
        return self._drawn[1]


class LineRows(Rows):
    """Shows lines, one below the other."""

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._lines = tuple(lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines instead."""
        self._lines = tuple(lines)
        self._drawn = (0, [])
        self.refresh(layout=True)

    def drawn(self, width: int) -> Iterable[Content]:
        """The lines, wrapped."""
        return [row for line in self._lines for row in wrapped(line, width)]
