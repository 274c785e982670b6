"""The versions of a report, the newest first, each in two lines: when, and why it was kept and what differs."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from report_tui.tui.view_models.history import HistoryRow
from report_tui.tui.widgets.row_list import RowList, fitted


class VersionLine(NamedTuple):
    """One of a version's two lines."""

    id: int | None
    row: HistoryRow
    first: bool


class VersionList(RowList[VersionLine]):
    """Versions with a cursor on one."""

    def show_versions(self, rows: tuple[HistoryRow, ...]) -> None:
        """Show these; the cursor stays on its version, or comes to the newest."""
        self.show([VersionLine(row.id, row, first) for row in rows for first in (True, False)])
        if rows and self.current not in self.numbers:
            self.current = rows[0].id

    def strip_of(self, row: VersionLine, width: int, base: Style) -> Strip:
        """When it was kept, in words and by the clock; below that why, and what differs."""
        shown, muted = row.row.version, base + self.part("muted")
        room = width - 2
        if row.first:
            clock = f"  {shown.moment} "
            left = fitted(shown.ago, max(0, room - cell_len(clock)))
            parts = [Segment(left, base if row.row.differs else muted), Segment(clock, muted)]
        else:
            colour = "warning" if row.row.problem else "accent" if row.row.differs else "muted"
            why = f"{shown.why}: " if shown.what else shown.why
            why = fitted(why, min(cell_len(why), room))
            parts = [Segment(why, muted), Segment(fitted(shown.what, room - cell_len(why)), base + self.part(colour))]
        return Strip([self.cursor_mark(row, base), *parts]).adjust_cell_length(width, base)
