"""The line for the path of a figure, typed or pasted. Owns the input; where a path leads is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from report_tui.core.figure_names import dropped_path
from report_tui.tui.in_order import InOrder

CHOOSE = Binding.Group("choose")


class PathLine(InOrder):
    """An input that a dropped file fills, whose empty line leads to the folder above, and that moves a cursor below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "take", id="bring-take", tooltip="Open the folder, or see what becomes of the file"),
        Binding(
            "backspace",
            "delete_left",
            "folder above",
            id="bring-backspace",
            show=False,
            tooltip="Delete to the left; in an empty line: to the folder above",
        ),
        Binding(
            "left",
            "cursor_left",
            "folder above",
            id="bring-left",
            show=False,
            tooltip="Go to the left; in an empty line: to the folder above",
        ),
        Binding("up", "move(-1)", "up", id="bring-up", tooltip="The line above", group=CHOOSE),
        Binding("down", "move(1)", "down", id="bring-down", tooltip="The line below", group=CHOOSE),
        Binding("pageup", "move(-10)", "ten up", id="bring-page-up", show=False, tooltip="Ten lines up"),
        Binding("pagedown", "move(10)", "ten down", id="bring-page-down", show=False, tooltip="Ten lines down"),
        # Here, since an input has a text of its own for it.
        Binding(
            "ctrl+v",
            "screen.clipboard",
            "clipboard",
            id="bring-ctrl-v",
            show=False,
            tooltip="The picture in the clipboard",
        ),
    ]

    @dataclass
    class Dropped(Message):
        """A whole path was pasted, as terminals do with a file that is dropped on them; the line holds it now."""

        line: PathLine

        @property
        def control(self) -> PathLine:
            """The line."""
            return self.line

    @dataclass
    class WentUp(Message):
        """The folder above is wanted."""

        line: PathLine

        @property
        def control(self) -> PathLine:
            """The line."""
            return self.line

    @dataclass
    class Moved(Message):
        """The cursor below is to move by so many lines."""

        line: PathLine
        step: int

        @property
        def control(self) -> PathLine:
            """The line."""
            return self.line

    def on_paste(self, event: events.Paste) -> None:
        """A whole path takes the place of what was typed; anything else is inserted."""
        event.stop()
        event.prevent_default()
        self.take_in(event.text)

    def take_in(self, pasted: str) -> None:
        """Insert a pasted text; a whole path takes the place of what was typed."""
        if dropped_path(pasted) is None:
            self.insert_text_at_cursor("".join(pasted.splitlines()[:1]))
            return
        self.value = pasted.strip()
        self.cursor_position = len(self.value)
        self.post_message(self.Dropped(self))

    def action_move(self, step: int) -> None:
        """Say that the cursor below is to move; whoever hears it has heard of the letters before it."""
        self.post_message(self.Moved(self, step))

    def action_delete_left(self) -> None:
        """Delete a letter, or go up."""
        if self.value:
            super().action_delete_left()
        else:
            self.post_message(self.WentUp(self))

    def action_cursor_left(self, select: bool = False) -> None:
        """Go left, or up."""
        if self.value:
            super().action_cursor_left(select)
        else:
            self.post_message(self.WentUp(self))
