"""Find and replace: two lines below an editor. Owns what is looked for and what is put there; it knows no text.

It says what was typed and pressed in messages, and is told in return how many matches there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label


class _Press(Label):
    """For the mouse: on the keyboard each of these is a key of the bar."""

    @dataclass
    class Pressed(Message):
        """It was clicked; the action is one of the bar's."""

        action: str

    def __init__(self, label: str, action: str, tooltip: str) -> None:
        super().__init__(Content(label))
        self._action = action
        self.tooltip = tooltip

    def on_click(self) -> None:
        """Say so."""
        self.post_message(self.Pressed(self._action))


class _Field(Input):
    """An input in which a letter with alt is a key and no letter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "submit",
            "next",
            id="find-enter",
            tooltip="The next match; in the field below, replace this one first",
        )
    ]

    def on_key(self, event: events.Key) -> None:
        """Leave it to the bar."""
        if event.key.startswith("alt+"):
            event.prevent_default()


class FindBar(Vertical):
    """Find and replace in one answer; hidden until it is opened."""

    DEFAULT_CSS = """
    FindBar { display: none; height: 3; border-top: solid $line; background: $background; }
    FindBar Horizontal { height: 1; }
    FindBar Label { width: 8; color: $muted; }
    FindBar #find-count { width: 15; padding: 0 1; text-align: right; }
    FindBar #find-count.-none { color: $warning; }
    FindBar _Field, FindBar _Field:focus { width: 1fr; padding: 0; background: $panel; }
    FindBar _Press { width: auto; padding: 0 1; color: $accent; }
    FindBar _Press:hover { background: $chosen; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "close", "done", id="find-close", tooltip="Back to the answer; the cursor stays at the match"
        ),
        Binding("down", "step(1)", "next match", id="find-next", show=False, tooltip="The next match"),
        Binding(
            "up,shift+enter",
            "step(-1)",
            "previous match",
            id="find-previous",
            show=False,
            tooltip="The previous match",
        ),
        # Many terminals send alt+enter as enter.
        Binding("alt+a,alt+enter", "replace(True)", "replace all", id="find-all", tooltip="Replace every match"),
        # With priority: the next letter is already on its way, and belongs to the other field.
        Binding(
            "tab,shift+tab",
            "other",
            "field",
            id="find-other",
            priority=True,
            tooltip="From what to find to what to put there, and back",
        ),
    ]

    @dataclass
    class Sought(Message):
        """Something else is looked for."""

        query: str

    @dataclass
    class Stepped(Message):
        """The next match (1) or the previous one (-1) is wanted."""

        step: int

    @dataclass
    class Replaced(Message):
        """The match, or every match, is to be replaced."""

        by: str
        everywhere: bool

    class Closed(Message):
        """Finding is over."""

    def open(self, query: str = "") -> None:
        """Show the bar and look for a query; where there is none, for what was looked for last."""
        if not self.children:
            self._fill()
        self.display = True
        field = self.query_one("#find-query", Input)
        if query:
            with self.prevent(Input.Changed):
                field.value = query
        self.screen.set_focus(field)
        field.action_select_all()
        self.post_message(self.Sought(field.value))

    def _fill(self) -> None:
        """What to find, and what to put there; a dozen widgets that the first picture does not wait for."""
        find, replace = Horizontal(), Horizontal()
        self.mount(find, replace)
        # At once and not composed: the next key is already on its way to the field.
        find.mount(
            Label("find"),
            _Field(id="find-query", compact=True, select_on_focus=False),
            Label(id="find-count"),
            _Press("↑", "step(-1)", "The previous match"),
            _Press("↓", "step(1)", "The next match"),
            _Press("×", "close", "Back to the answer"),
        )
        replace.mount(
            Label("replace"),
            _Field(id="find-by", compact=True, select_on_focus=False),
            _Press("⏎ this", "replace(False)", "Replace this match"),
            _Press("alt+a all", "replace(True)", "Replace every match"),
        )

    def show(self, place: int, count: int, replaced: int = 0) -> None:
        """Say how many matches there are, and which one is selected; after replacing them all, how many there were.

        Args:
            place: the match that is selected, from 1; 0 where none is.
            count: all matches.
            replaced: so many were just replaced.
        """
        label = self.query_one("#find-count", Label)
        sought = bool(self.query_one("#find-query", Input).value)
        label.set_class(sought and not count and not replaced, "-none")
        if replaced:
            found = f"{replaced} replaced"
        else:
            found = f"{place} of {count}" if place else f"{count} found" if count else "not found"
        label.update(Content(found if sought else ""))

    def action_close(self) -> None:
        """Hide the bar."""
        self.display = False
        self.post_message(self.Closed())

    def action_step(self, step: int) -> None:
        """Go to another match."""
        self.post_message(self.Stepped(step))

    def action_replace(self, everywhere: bool) -> None:
        """Replace one match or all."""
        self.post_message(self.Replaced(self.query_one("#find-by", Input).value, everywhere))

    def action_other(self) -> None:
        """From what to find to what to put there, and back."""
        query, by = self.query(Input)
        self.screen.set_focus(by if self.screen.focused is query else query)  # `has_focus` lags behind

    @on(Input.Changed, "#find-query")
    def _query_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Sought(event.value))

    @on(Input.Changed, "#find-by")
    def _by_changed(self, event: Input.Changed) -> None:
        event.stop()

    @on(_Press.Pressed)
    async def _pressed(self, event: _Press.Pressed) -> None:
        event.stop()
        await self.run_action(event.action)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "find-query":
            self.action_step(1)
        else:
            self.action_replace(False)
