"""A list of lines with a cursor on one entry: what the lists of questions and of boxes have in common.

Owns cursor, mouse and scrolling; what a line looks like is its subclass's. Drawn line by line: a count that changes at
every key repaints one line, and nothing else moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Row(Protocol):
    """One line: a title where `id` is None, else (a part of) the entry with that number."""

    @property
    def id(self) -> int | None:
        """Its entry's number, the same for all lines of one entry."""
        ...


Line = TypeVar("Line", bound=Row)


class RowList(ScrollView, Generic[Line], can_focus=True):
    """Titles and entries with a cursor on one entry."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--section",
        "row-list--chosen",
        "row-list--hover",
        "row-list--success",
        "row-list--warning",
        "row-list--error",
        "row-list--accent",
        "row-list--muted",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that they are done in the order typed together with the keys that move the focus.
        Binding("up", "move(-1)", "one up", id="list-up", show=False, priority=True, tooltip="The entry above"),
        Binding("down", "move(1)", "one down", id="list-down", show=False, priority=True, tooltip="The entry below"),
        Binding(
            "pageup", "move(-10)", "ten up", id="list-page-up", show=False, priority=True, tooltip="Ten entries up"
        ),
        Binding(
            "pagedown",
            "move(10)",
            "ten down",
            id="list-page-down",
            show=False,
            priority=True,
            tooltip="Ten entries down",
        ),
        Binding(
            "home", "move(-9999)", "the first", id="list-start", show=False, priority=True, tooltip="The first entry"
        ),
        Binding("end", "move(9999)", "the last", id="list-end", show=False, priority=True, tooltip="The last entry"),
    ]

    # Without a repaint: that would be all lines, where two have changed.
    current: reactive[int | None] = reactive(None, repaint=False)
    """Number of the entry under the cursor; it may be one that is not shown just now."""
    hovered: reactive[int | None] = reactive(None, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._rows: tuple[Line, ...] = ()

    # What a subclass says

    def strip_of(self, row: Line, width: int, base: Style) -> Strip:
        """How one line looks, in exactly `width` cells."""
        raise NotImplementedError

    def clicked(self, number: int) -> None:
        """Somebody clicked an entry; the cursor is there already."""

    # What a screen asks

    @property
    def numbers(self) -> tuple[int, ...]:
        """The entries shown, in their order."""
        return tuple(dict.fromkeys(row.id for row in self._rows if row.id is not None))

    def show(self, rows: Sequence[Line]) -> None:
        """Show these rows; only lines that differ are drawn again."""
        new = tuple(rows)
        old, self._rows = self._rows, new
        if len(old) != len(new):
            self.virtual_size = Size(self.size.width, len(new))
            self.refresh()
            self._keep_in_view()
            return
        for y, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                self.refresh_line(y)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """No rule asks for a list's focus: to go through all of them would cost as much as a layout."""

    def watch_current(self, old: int | None, new: int | None) -> None:
        """Repaint the lines concerned; whoever shows the entry watches `current` as well."""
        self._refresh_entries(old, new)
        self._keep_in_view()

    def watch_hovered(self, old: int | None, new: int | None) -> None:
        """Repaint what the mouse left and what it came to."""
        self._refresh_entries(old, new)

    def action_move(self, step: int) -> None:
        """Move the cursor by so many entries, stopping at the ends; one that is not shown comes in from the end."""
        numbers = self.numbers
        if not numbers:
            return
        if self.current in numbers:
            step += numbers.index(self.current)
        elif step < 0:
            step += len(numbers)
        else:
            step -= 1
        self.current = numbers[max(0, min(step, len(numbers) - 1))]

    # Mouse and drawing

    def on_click(self, event: events.Click) -> None:
        """A click chooses an entry."""
        row = self._row_at(event.y)
        if row is not None and row.id is not None:
            self.current = row.id
            self.clicked(row.id)

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

    _base_style = Style()
    """The list's own colours, under all others."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the list."""
        self._base_style = self.rich_style  # once, since it is added up over all ancestors
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the list, for `render_lines`."""
        width = self.size.width
        index = y + self.scroll_offset.y
        base = self._base_style
        if index >= len(self._rows):
            return Strip.blank(width, base)
        row = self._rows[index]
        if row.id is not None and row.id == self.current:
            base += self.part("chosen")
            if self.has_focus:
                base += Style(bold=True)
        elif row.id is not None and row.id == self.hovered:
            base += self.part("hover")
        return self.strip_of(row, width, base)

    def part(self, name: str) -> Style:
        """The style of one of the component classes: `muted`, `success`, ..."""
        return self.get_component_rich_style(f"row-list--{name}", partial=True)

    def cursor_mark(self, row: Line, base: Style) -> Segment:
        """The bar at the left end of the entry under the cursor."""
        here = row.id is not None and row.id == self.current
        return Segment("▌" if here else " ", base + self.part("accent"))

    def _refresh_entries(self, *numbers: int | None) -> None:
        for number in numbers:
            for y in self._lines_of(number):
                self.refresh_line(y)

    def _keep_in_view(self) -> None:
        """Scroll to the cursor; the title comes into view with the first entry below it."""
        lines = self._lines_of(self.current)
        if lines and self.size.height:
            top = lines[0] - 1 if lines[0] > 0 and self._rows[lines[0] - 1].id is None else lines[0]
            self.scroll_to_region(Region(0, top, 1, lines[-1] - top + 1), animate=False, force=True)

    def _row_at(self, y: int) -> Line | None:
        index = y + self.scroll_offset.y
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def _lines_of(self, number: int | None) -> list[int]:
        return [y for y, row in enumerate(self._rows) if number is not None and row.id == number]


def fitted(text: str, width: int) -> str:
    """The text in exactly `width` cells, with an ellipsis where something was cut."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(0, width - 1)) + "…"[:width]
