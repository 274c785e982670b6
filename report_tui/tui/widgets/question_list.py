"""The list of questions, grouped by section. Owns the cursor in it; shows rows and never a report.

Drawn line by line: a count that changes at every key repaints one line, and nothing else moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from report_tui.tui.view_models.report import ListRow


class QuestionList(ScrollView, can_focus=True):
    """Sections and questions with a cursor on one question."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "question-list--section",
        "question-list--chosen",
        "question-list--hover",
        "question-list--success",
        "question-list--warning",
        "question-list--error",
        "question-list--accent",
        "question-list--muted",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that they are done in the order typed together with the keys that move the focus.
        Binding("up", "move(-1)", "one question up", id="list-up", show=False, priority=True),
        Binding("down", "move(1)", "one question down", id="list-down", show=False, priority=True),
        Binding("pageup", "move(-10)", "ten questions up", id="list-page-up", show=False, priority=True),
        Binding("pagedown", "move(10)", "ten questions down", id="list-page-down", show=False, priority=True),
        Binding("home", "move(-9999)", "the first question", id="list-start", show=False, priority=True),
        Binding("end", "move(9999)", "the last question", id="list-end", show=False, priority=True),
    ]

    current: reactive[int | None] = reactive(None)
    """Number of the question under the cursor."""
    hovered: reactive[int | None] = reactive(None)

    @dataclass
    class Highlighted(Message):
        """The cursor came to another question."""

        list: QuestionList
        question: int

        @property
        def control(self) -> QuestionList:
            """The list."""
            return self.list

    @dataclass
    class Selected(Message):
        """Somebody clicked a question, to edit its answer."""

        list: QuestionList
        question: int

        @property
        def control(self) -> QuestionList:
            """The list."""
            return self.list

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._rows: tuple[ListRow, ...] = ()

    def show(self, rows: Sequence[ListRow]) -> None:
        """Show these rows; only lines that differ are drawn again."""
        new = tuple(rows)
        old, self._rows = self._rows, new
        if len(old) != len(new):
            self.virtual_size = Size(self.size.width, len(new))
            self.refresh()
            return
        for y, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                self.refresh_line(y)

    def watch_current(self, old: int | None, new: int | None) -> None:
        """Repaint the two lines concerned and tell whoever shows the question."""
        for number in (old, new):
            y = self._line_of(number)
            if y is not None:
                self.refresh_line(y)
        self._keep_in_view()
        if self._line_of(new) is not None and new is not None:
            self.post_message(self.Highlighted(self, new))

    def watch_hovered(self, old: int | None, new: int | None) -> None:
        """Repaint the line that the mouse left and the one it came to."""
        for number in (old, new):
            y = self._line_of(number)
            if y is not None:
                self.refresh_line(y)

    def action_move(self, step: int) -> None:
        """Move the cursor by so many questions, stopping at the ends."""
        numbers = [row.id for row in self._rows if row.id is not None]
        if not numbers:
            return
        here = numbers.index(self.current) if self.current in numbers else 0
        self.current = numbers[max(0, min(here + step, len(numbers) - 1))]

    def on_click(self, event: events.Click) -> None:
        """A click chooses a question and opens its editor."""
        row = self._row_at(event.y)
        if row is not None and row.id is not None:
            self.current = row.id
            self.post_message(self.Selected(self, row.id))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show that the line under the mouse can be clicked."""
        row = self._row_at(event.y)
        self.hovered = row.id if row else None

    def on_leave(self) -> None:
        """The mouse went elsewhere."""
        self.hovered = None

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.refresh()
        self._keep_in_view()

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width = self.size.width
        index = y + self.scroll_offset.y
        base = self.rich_style
        if index >= len(self._rows):
            return Strip.blank(width, base)
        row = self._rows[index]
        if row.id is None:
            style = base + self.get_component_rich_style("question-list--section", partial=True)
            return Strip([Segment(_fitted(f" {row.title.upper()}", width), style)], width)
        if row.id == self.current:
            base += self.get_component_rich_style("question-list--chosen", partial=True)
            if self.has_focus:
                base += Style(bold=True)
        elif row.id == self.hovered:
            base += self.get_component_rich_style("question-list--hover", partial=True)
        return self._question_strip(row, width, base)

    def _question_strip(self, row: ListRow, width: int, base: Style) -> Strip:
        colour = base + self.get_component_rich_style(f"question-list--{row.colour}", partial=True)
        mark = self.get_component_rich_style("question-list--accent", partial=True)
        bar = "▌" if row.id == self.current else " "
        head = f"{row.glyph} {row.id:>2}  "
        tail = f" {row.count} " if row.count else " "
        room = max(0, width - 1 - cell_len(head) - cell_len(tail) - 1)
        return Strip(
            [
                Segment(bar, base + mark),
                Segment(head, colour),
                Segment(_fitted(row.title, room), base),
                Segment(tail, colour),
                Segment("●" if row.unsaved else " ", base + mark),
            ],
        ).adjust_cell_length(width, base)

    def _keep_in_view(self) -> None:
        """Scroll to the cursor; the section's title comes into view with its first question."""
        y = self._line_of(self.current)
        if y is not None and self.size.height:
            top = y - 1 if y > 0 and self._rows[y - 1].id is None else y
            self.scroll_to_region(Region(0, top, 1, y - top + 1), animate=False, force=True)

    def _row_at(self, y: int) -> ListRow | None:
        index = y + self.scroll_offset.y
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def _line_of(self, number: int | None) -> int | None:
        return next((y for y, row in enumerate(self._rows) if number is not None and row.id == number), None)


def _fitted(text: str, width: int) -> str:
    """The text in exactly `width` cells, with an ellipsis where something was cut."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(0, width - 1)) + "…"[:width]
