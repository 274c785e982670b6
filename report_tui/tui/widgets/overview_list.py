"""The questions of the overview: status, title, counts, and a bar of the words against their limits.

Owns the columns; the bars' geometry comes from the view model, on one scale for all questions.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Static

from report_tui.tui.view_models.overview import BarCells, OverviewRow, OverviewView, axis, bar_cells
from report_tui.tui.widgets.row_list import RowList, fitted

HEAD = 7
"""Cursor, glyph, number and the blanks between them."""
WORDS = 5
FIGURES = 5
LEAST_TITLE, LEAST_BAR, MOST_BAR = 14, 16, 64
GAP = 2


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide each column is; `bar` is 0 where there is no room for one."""

    title: int
    bar: int

    @property
    def end(self) -> int:
        """Where the last column ends."""
        return HEAD + self.title + WORDS + GAP + FIGURES + GAP + self.bar


def columns(width: int, longest: int, *, bars: bool) -> Columns:
    """Divide `width` cells; the bars get what the titles (the longest has `longest` cells) do not need.

    Where there is no room for bars that say anything, there are none.
    """
    room = width - 2 - HEAD - WORDS - FIGURES - 2 * GAP
    bar = max(LEAST_BAR, min(MOST_BAR, room - max(longest, LEAST_TITLE)))
    if not bars or room - bar < LEAST_TITLE:
        return Columns(max(0, min(room, max(longest, LEAST_TITLE))), 0)
    return Columns(min(room - bar, longest), bar)


class OverviewAxis(Static):
    """The line above the list: what the columns are, and the scale of the bars."""

    def show(self, divided: Columns, top: int) -> None:
        """Name the columns."""
        counts = f"{'words':>{WORDS}}{'':{GAP}}{'fig':<{FIGURES}}{'':{GAP}}"
        scale = axis(top, divided.bar) if divided.bar else ""
        self.update(Content(f"{'':{HEAD + divided.title}}{counts}{scale}"))


class OverviewList(RowList[OverviewRow]):
    """Sections with how many answers are ready, and their questions."""

    @dataclass
    class Selected(Message):
        """Somebody clicked a question, to edit its answer."""

        list: OverviewList
        question: int

        @property
        def control(self) -> OverviewList:
            """The list."""
            return self.list

    @dataclass
    class Divided(Message):
        """The columns came out in another way than before."""

        list: OverviewList
        columns: Columns
        top: int

        @property
        def control(self) -> OverviewList:
            """The list."""
            return self.list

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._columns = Columns(0, 0)
        self._top = 0
        self._longest = 0

    def show_view(self, view: OverviewView) -> None:
        """Show the rows of this view on its scale."""
        longest = max((cell_len(_with_note(row)) for row in view.rows if row.id is not None), default=0)
        if (view.top, longest) != (self._top, self._longest):
            self._top, self._longest = view.top, longest
            self._divide()
        self.show(view.rows)

    def on_resize(self) -> None:
        """Divide the new width."""
        self._divide()
        super().on_resize()

    def clicked(self, number: int) -> None:
        """A click is a choice."""
        self.post_message(self.Selected(self, number))

    def _divide(self) -> None:
        self._columns = columns(self.size.width, self._longest, bars=self._top > 0)
        self.post_message(self.Divided(self, self._columns, self._top))
        self.refresh()

    def strip_of(self, row: OverviewRow, width: int, base: Style) -> Strip:
        """A section with its count, or a question with its counts and bar."""
        muted = base + self.part("muted")
        if row.id is None:
            title = f" {row.title.upper()}"
            room = max(0, self._columns.end - cell_len(row.ready) - 2)
            name = fitted(title, min(cell_len(title), room))
            text = f"{name}  {row.ready}" if cell_len(name) + cell_len(row.ready) + 2 <= width else name
            return Strip([Segment(text, base + self.part("section"))]).adjust_cell_length(width, base)
        colour = base + self.part(row.colour)
        words = f"{row.words or '-':>{WORDS}}"
        segments = [
            self.cursor_mark(row, base),
            Segment(f"{row.glyph} {row.id:>2}  ", colour),
            *self._title(row, base, colour),
            Segment(f"{words}{'':{GAP}}", base if row.words_good else colour),
            Segment(f"{row.figures:<{FIGURES}}{'':{GAP}}", base if row.figures_good else colour),
            *self._bar(row, base, colour, muted),
            Segment(" ●" if row.unsaved else "", base + self.part("accent")),
        ]
        return Strip(segments).adjust_cell_length(width, base)

    def _title(self, row: OverviewRow, base: Style, colour: Style) -> list[Segment]:
        """The title, and right of it what is wrong with its figures: where both have no room, that stays."""
        width = self._columns.title
        note = f"  {row.note}" if row.note else ""
        room = width - cell_len(note)
        if room < LEAST_TITLE // 2:
            return [Segment(fitted(row.title, width), base)]
        return [Segment(fitted(row.title, room), base), Segment(note, colour)]

    def _bar(self, row: OverviewRow, base: Style, colour: Style, muted: Style) -> list[Segment]:
        width = self._columns.bar
        if not width or row.words_allowed is None:
            return [Segment(" " * width, base)]
        cells = bar_cells(row.words, row.words_allowed, self._top, width)
        drawn = drawn_bar(cells, width)
        return [Segment(drawn[: cells.filled], colour), Segment(drawn[cells.filled :], muted)]


def _with_note(row: OverviewRow) -> str:
    return f"{row.title}  {row.note}" if row.note else row.title


def drawn_bar(cells: BarCells, width: int) -> str:
    """The bar as text: `━━━├━━──┤`; `»` at its end where it goes on beyond the scale."""
    end = width if cells.high is None else cells.high
    line = ["━" if x < cells.filled else "─" if cells.low < x < end else " " for x in range(width)]
    line[cells.low] = "├"
    if cells.high is not None:
        line[cells.high] = "┤"
    if cells.beyond:
        line[-1] = "»"
    return "".join(line)
