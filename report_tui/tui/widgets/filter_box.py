"""The line above the question list in which a filter is typed. Owns the input; what matches is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from report_tui.tui.in_order import InOrder
from report_tui.tui.keys import active, short


class _Line(InOrder):
    """The input; enter says where it leads."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "to the list", id="filter-list", tooltip="To the questions that match")
    ]


class FilterBox(Horizontal):
    """One line, there only while a filter is in use."""

    DEFAULT_CSS = """
    FilterBox { height: 1; padding-left: 1; background: $panel; display: none; }
    FilterBox > #filter-name { width: auto; padding-right: 1; color: $accent; }
    FilterBox > #filter-input { width: 1fr; background: $panel; color: $foreground; }
    FilterBox > #filter-input:focus { background: $panel; background-tint: $panel 0%; }
    FilterBox > #filter-input > .input--placeholder { color: $muted; }
    FilterBox > #filter-count { width: auto; padding: 0 1; color: $muted; }
    FilterBox > #filter-count.-none { color: $warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        # Without priority: they come after the letters that were typed before them.
        Binding("down", "leave", "to the list", id="filter-down", show=False, tooltip="To the questions that match"),
        Binding("escape", "clear", "clear filter", id="filter-clear", tooltip="Show all questions again"),
    ]

    @dataclass
    class Changed(Message):
        """Another filter was typed; an empty one lets every question through."""

        box: FilterBox
        text: str

        @property
        def control(self) -> FilterBox:
            """The box."""
            return self.box

    @dataclass
    class Left(Message):
        """Somebody wants to go on in the list; `cleared` where the filter was given up with that."""

        box: FilterBox
        cleared: bool

        @property
        def control(self) -> FilterBox:
            """The box."""
            return self.box

    @property
    def text(self) -> str:
        """What is typed; empty where no filter is in use."""
        return self.query_one(Input).value if self.children else ""

    def open(self) -> None:
        """Show the box and type in it; what stood in it stays."""
        if not self.children:
            self._fill()
        self.display = True
        # Not the input's own `focus`, which waits: the letters that were typed right behind the key are for it.
        self.screen.set_focus(self.query_one(Input))

    def _fill(self) -> None:
        """Its key, the input, how many match; the first picture does not wait for them."""
        self.mount(
            Static(self._key(), id="filter-name", markup=False),
            # No select_on_focus: whoever comes back to narrow a filter goes on where it ends.
            _Line(placeholder="word, number, status", compact=True, select_on_focus=False, id="filter-input"),
            Static(id="filter-count"),
        )

    def _key(self) -> str:
        """The key that opened it, as it is set now."""
        return next((short(names[0]) for found, names in active(self.screen) if found.binding.id == "filter"), "")

    def clear(self) -> None:
        """Take the filter away, and the box with it."""
        self.query_one(Input).value = ""
        self.display = False

    def show(self, said: str, *, found: bool) -> None:
        """Say how many questions match; an empty text says nothing."""
        count = self.query_one("#filter-count", Static)
        count.update(Content(said))
        count.set_class(not found, "-none")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if not event.value.strip():
            self.show("", found=True)
        self.post_message(self.Changed(self, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_leave()

    def action_leave(self) -> None:
        """On to the list; without a filter the box goes."""
        if not self.text.strip():
            self.clear()
        self.post_message(self.Left(self, cleared=False))

    def action_clear(self) -> None:
        """Give the filter up."""
        self.clear()
        self.post_message(self.Left(self, cleared=True))
