"""The ways in which a chosen figure can be brought in, one line each. Owns their looks, and enter and click on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from report_tui.tui.view_models.figure_offer import Way
from report_tui.tui.widgets.row_list import RowList, fitted


class WayList(RowList[Way]):
    """As it is, or a smaller copy."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # The screen's, and at once: what is typed behind them is for whatever comes next.
        Binding(
            "enter",
            "screen.bring",
            "bring it in",
            id="bring-in",
            priority=True,
            tooltip="Copy it into the figures folder",
        ),
        Binding("escape", "screen.back", "back", id="bring-other", priority=True, tooltip="Choose another file"),
    ]

    @dataclass
    class Taken(Message):
        """Somebody wants the figure in this way."""

        list: WayList
        number: int

        @property
        def control(self) -> WayList:
            """The list."""
            return self.list

    def clicked(self, number: int) -> None:
        """A click is what enter is."""
        self.post_message(self.Taken(self, number))

    def strip_of(self, row: Way, width: int, base: Style) -> Strip:
        """What is done, and how large the figure is then."""
        text = f"{row.text}  "
        room = max(0, width - 3 - cell_len(text))
        return Strip(
            [
                self.cursor_mark(row, base),
                Segment("  ", base),
                Segment(text, base + self.part("accent")),
                Segment(fitted(row.note, room), base + self.part("muted")),
            ]
        ).adjust_cell_length(width, base)
