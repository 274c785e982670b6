"""The figures of a folder, a line each, with a last line that brings another one in.

Owns which columns there is room for; what stands in them is given. It never has the focus: the keys are the screen's,
since letters typed in front of it belong to the filter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from report_tui.tui.view_models.figures import FigureRow
from report_tui.tui.widgets.row_list import RowList, fitted

LEAST_NAME = 12
"""Cells that a name keeps, whatever else there is to say."""
GAP = 2
MARKS = {"broken": ("▣", "warning"), "odd": ("!", "accent"), "untracked": ("+", "muted"), "": (" ", "muted")}
"""In front of a name: pages do not show it, something is odd, git does not know it yet."""


@dataclass(frozen=True, slots=True)
class _Column:
    """The text of each row, to the right of the names."""

    texts: tuple[str, ...]
    to_the_right: bool = True

    @property
    def width(self) -> int:
        """Cells with the gap in front; none where nothing is said."""
        widest = max(map(cell_len, self.texts), default=0)
        return widest + GAP if widest else 0


class FigureList(RowList[FigureRow], can_focus=False):
    """Name, pixels, bytes, when it changed, where it is used; as much of it as fits."""

    @dataclass
    class Moved(Message):
        """The cursor came to another figure."""

        list: FigureList
        id: int

        @property
        def control(self) -> FigureList:
            """The list."""
            return self.list

    @dataclass
    class Chosen(Message):
        """Somebody clicked a line."""

        list: FigureList
        id: int

        @property
        def control(self) -> FigureList:
            """The list."""
            return self.list

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._columns: list[_Column] = []
        self._places: dict[int, int] = {}

    def show(self, rows: Sequence[FigureRow]) -> None:
        """Show these figures."""
        before = self._columns
        self._fit(rows)
        super().show(rows)
        if [column.width for column in before] != [column.width for column in self._columns]:
            self.refresh()

    def on_resize(self) -> None:
        """Other columns may fit now."""
        self._fit(self._rows)
        super().on_resize()

    def row(self, id: int | None) -> FigureRow | None:  # noqa: A002 - as in the rows
        """The row with that id, if it is shown."""
        return next((row for row in self._rows if row.id == id), None)

    def cursor_came(self, number: int) -> None:
        """Whoever shows the figure wants to know."""
        self.post_message(self.Moved(self, number))

    def clicked(self, number: int) -> None:
        """A click is for whoever opened the list."""
        self.post_message(self.Chosen(self, number))

    def _fit(self, rows: Sequence[FigureRow]) -> None:
        """The columns that fit beside the names, by what is asked first: where it is used, its size, its age."""
        figures = [row for row in rows if row.path]
        self._places = {row.id: place for place, row in enumerate(figures)}
        used, pixels, size, changed = (
            _Column(tuple(row.used for row in figures), to_the_right=False),
            _Column(tuple(row.pixels for row in figures)),
            _Column(tuple(row.size for row in figures)),
            _Column(tuple(row.changed for row in figures)),
        )
        wanted = max((cell_len(row.name) for row in figures), default=0)
        room = self.size.width - 4 - max(LEAST_NAME, min(wanted, self.size.width // 2))
        kept = []
        for column in (used, pixels, size, changed):
            if column.width <= room:
                kept.append(column)
                room -= column.width
        self._columns = [column for column in (pixels, size, changed, used) if column in kept]

    def strip_of(self, row: FigureRow, width: int, base: Style) -> Strip:
        """One figure, or what brings one in."""
        cursor = self.cursor_mark(row, base)
        if not row.path:
            text = fitted(f"+ {row.name}", width - 1)
            return Strip([cursor, Segment(text, base + self.part("accent"))]).adjust_cell_length(width, base)
        kind = "broken" if row.broken else "odd" if row.problems else "untracked" if row.tracked is False else ""
        glyph, colour = MARKS[kind]
        place = self._places.get(row.id, 0)
        quiet = base + self.part("muted")
        columns = []
        for column in self._columns:
            text = column.texts[place] if place < len(column.texts) else ""
            space = " " * max(0, column.width - GAP - cell_len(text))
            shown = f"{space}{text}" if column.to_the_right else f"{text}{space}"
            columns.append(Segment(f"{' ' * GAP}{shown}", quiet))
        beside = sum(segment.cell_length for segment in columns)
        name = Segment(fitted(row.name, max(1, width - 4 - beside)), base)
        parts = [cursor, Segment(f"{glyph} ", base + self.part(colour)), name, *columns]
        return Strip(parts).adjust_cell_length(width, base)
