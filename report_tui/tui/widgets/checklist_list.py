"""The boxes of a checklist, grouped.

Owns how their wording is wrapped; it ticks nothing and only says what was clicked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from report_tui.tui.view_models.checklist import ChecklistRow, ChecklistView
from report_tui.tui.widgets.row_list import RowList, fitted

NOTE = "counts as not done"
BRACKETS = 5
"""Cells of the widest box that is one, `[(X)]`: kept free for each, so that no wording moves when one is ticked."""
MOST_TEXT = 100
"""Cells: longer lines are hard to read."""
LEAST_TEXT = 8


@dataclass(frozen=True, slots=True)
class BoxLine:
    """One line of a group's title or of a box, which may have several."""

    id: int | None
    row: ChecklistRow
    text: str
    first: bool = True
    note: str = ""


class ChecklistList(RowList[BoxLine]):
    """Groups with how many of their boxes are done, and the boxes."""

    @dataclass
    class Clicked(Message):
        """Somebody clicked a box; `line` is its line in the file."""

        list: ChecklistList
        line: int

        @property
        def control(self) -> ChecklistList:
            """The list."""
            return self.list

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._view: ChecklistView | None = None

    def show_view(self, view: ChecklistView) -> None:
        """Show these boxes."""
        self._view = view
        self._wrap()

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self._wrap()
        super().on_resize()

    def clicked(self, number: int) -> None:
        """A click is for whoever ticks."""
        self.post_message(self.Clicked(self, number))

    def _wrap(self) -> None:
        if self._view is None or not self.size.width:
            return
        room = max(LEAST_TEXT, min(MOST_TEXT, self.size.width - BRACKETS - 4))
        self.show([line for row in self._view.rows for line in _lines(row, room)])

    def strip_of(self, row: BoxLine, width: int, base: Style) -> Strip:
        """A group with its count, or a line of a box."""
        shown, muted = row.row, base + self.part("muted")
        if row.id is None:
            tail = f"  {shown.count}"
            title = f" {shown.text.upper()}"
            title = fitted(title, min(cell_len(title), max(0, width - cell_len(tail))))
            return Strip([Segment(title + tail, base + self.part("section"))]).adjust_cell_length(width, base)
        colour = base + self.part("success" if shown.done else "warning" if shown.odd else "muted")
        box = f"[{shown.state}]" if row.first else ""
        return Strip(
            [
                self.cursor_mark(row, base),
                Segment(fitted(box, BRACKETS), colour),
                Segment("● " if row.first and shown.unsaved else "  ", base + self.part("accent")),
                Segment(row.text, muted if shown.done else base),
                Segment(row.note, muted),
            ]
        ).adjust_cell_length(width, base)


def _lines(row: ChecklistRow, room: int) -> Iterator[BoxLine]:
    """A row as lines of at most `room` cells."""
    if row.id is None:
        yield BoxLine(None, row, row.text)
        return
    parts = [part.plain.rstrip() for part in Content(row.text).wrap(room)] or [""]
    notes = [""] * len(parts)
    if row.odd and cell_len(parts[-1]) + 2 + len(NOTE) <= room:
        notes[-1] = f"  {NOTE}"
    elif row.odd:
        parts.append("")
        notes.append(NOTE)
    for index, (part, note) in enumerate(zip(parts, notes, strict=True)):
        yield BoxLine(row.id, row, part, first=index == 0, note=note)
