"""The small file browser: what is offered, and the folders and pictures of one folder.

Owns how its lines look and what a click does. It never has the focus: the path above it takes the keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from report_tui.tui.view_models.places import Mark, PlaceRow, shortened
from report_tui.tui.widgets.row_list import RowList, fitted

SIZE, AGE, GAP = 8, 14, 2
"""Cells of the columns behind a name."""
LEAST_NAME = 24
"""Cells; where a name gets less, its age is left out."""
MOST_NAME = 56


class PlaceList(RowList[PlaceRow], can_focus=False):
    """Lines with a cursor on what enter takes."""

    @dataclass
    class Chosen(Message):
        """Somebody clicked a line."""

        list: PlaceList
        number: int

        @property
        def control(self) -> PlaceList:
            """The list."""
            return self.list

    def clicked(self, number: int) -> None:
        """A click is what enter is."""
        self.post_message(self.Chosen(self, number))

    def strip_of(self, row: PlaceRow, width: int, base: Style) -> Strip:
        """A name, and behind it size and age."""
        muted = base + self.part("muted")
        if row.id is None:
            style = base + self.part("warning") if row.mark is Mark.PROBLEM else muted
            return Strip([Segment(fitted(f" {row.name}", width), style)])
        room = width - 4
        if row.mark is Mark.OFFER:
            note = f"  {row.note} "
            name = fitted(row.name, max(0, room - cell_len(note)))
            parts = [Segment(name, base + self.part("accent")), Segment(note, muted)]
        elif row.mark is Mark.FOLDER:
            parts = [Segment(shortened(row.name, room), base)]
        else:
            size, age = f"{row.size:>{SIZE}}", f"{row.note:>{AGE + GAP}}"
            if room - SIZE - AGE - GAP < LEAST_NAME:
                age = ""
            room = min(MOST_NAME, room - len(size) - len(age))
            name = fitted(shortened(row.name, room), room)
            parts = [Segment(name, base), Segment(size + age, muted)]
        return Strip([self.cursor_mark(row, base), Segment("  ", base), *parts]).adjust_cell_length(width, base)
