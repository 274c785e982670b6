"""The list of questions, grouped by section. Shows the rows it is given, be they all questions or some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from report_tui.tui.view_models.report import ListRow
from report_tui.tui.widgets.row_list import RowList, fitted


class QuestionList(RowList[ListRow]):
    """Sections and questions with a cursor on one question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # The screen's, but not among its own: there the key would have two actions, and Textual would lose both as soon
        # as one of them is given another key.
        Binding(
            "escape",
            "screen.unfilter",
            "show all",
            id="list-unfilter",
            priority=True,
            tooltip="Show all questions again",
        )
    ]

    @dataclass
    class Selected(Message):
        """Somebody clicked a question, to edit its answer."""

        list: QuestionList
        question: int

        @property
        def control(self) -> QuestionList:
            """The list."""
            return self.list

    @dataclass
    class Mistyped(Message):
        """Somebody types where nothing can be written; once for each stay in the list."""

        list: QuestionList

        @property
        def control(self) -> QuestionList:
            """The list."""
            return self.list

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._told = False

    def on_focus(self) -> None:
        """Whoever comes back may have forgotten."""
        self._told = False

    def on_key(self, event: events.Key) -> None:
        """A sign that no key of ours has is the start of a text that somebody takes to be in an answer."""
        if event.is_printable and not self._told and event.key not in self.screen.active_bindings:
            self._told = True
            self.post_message(self.Mistyped(self))

    def clicked(self, number: int) -> None:
        """A click opens the question's editor."""
        self.post_message(self.Selected(self, number))

    def strip_of(self, row: ListRow, width: int, base: Style) -> Strip:
        """A section in quiet capitals; a question with its status, title and what is missing."""
        if row.id is None:
            return Strip([Segment(fitted(f" {row.title.upper()}", width), base + self.part("section"))], width)
        colour = base + self.part(row.colour)
        head = f"{row.glyph} {row.id:>2}  "
        tail = f" {row.missing} " if row.missing else " "
        room = max(0, width - 1 - cell_len(head) - cell_len(tail) - 1)
        return Strip(
            [
                self.cursor_mark(row, base),
                Segment(head, colour),
                Segment(fitted(row.title, room), base),
                Segment(tail, colour),
                Segment("●" if row.unsaved else " ", base + self.part("accent")),
            ],
        ).adjust_cell_length(width, base)
