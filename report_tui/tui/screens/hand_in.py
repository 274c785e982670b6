"""What the course will see: the lines of `report-tui handin`, to read, and the remote asked when somebody wants it.

Owns the layout and the reading. It asks nothing of git itself: the `Panel` that it is given does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from report_tui.tui.keys import prior
from report_tui.tui.view_models.hand_in import HandInLine, HandInView
from report_tui.tui.widgets.key_bar import KeyBar

MOST_TEXT = 100
"""Cells: longer lines are hard to read."""
_READ = Binding.Group("read")


class Panel(Protocol):
    """What the screen asks of the flow behind it."""

    def view(self) -> HandInView:
        """What is known now."""

    def look(self) -> None:
        """Ask git anew, and show what it says then."""

    def fetch(self) -> None:
        """Ask the remote, and show anew what is known then."""


class HandInScreen(Screen[None]):
    """What the course will see, line by line."""

    CSS_PATH = "../hand_in.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        prior("f,f5", "fetch", "ask the remote", "hand-in-fetch", "Fetch the branch that the course reads; asks git"),
        prior("r", "look", "look again", "hand-in-look", "Look again: somebody may have committed or pushed meanwhile"),
        prior("escape", "close", "back", "hand-in-back", "Back to where you were"),
        prior("alt+p", "close", "back", "hand-in", "What the course will see: what is pushed; again: back", show=False),
        prior("up", "scroll(-1)", "up", "hand-in-up", "Read up", group=_READ),
        prior("down", "scroll(1)", "down", "hand-in-down", "Read down", group=_READ),
        prior("pageup", "page(-1)", "page up", "hand-in-page-up", "A page up", show=False),
        prior("pagedown,space", "page(1)", "page down", "hand-in-page-down", "A page down", show=False),
    ]

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._is_there = False
        """Whether all its parts are: what git says may come before."""

    def compose(self) -> ComposeResult:
        """A line that sums up, the lines, the keys."""
        yield Static(id="hand-in-title")
        with VerticalScroll(id="hand-in-body", can_focus=False):
            yield Static(id="hand-in-text")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show what is known already."""
        self._is_there = True
        self.show()

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self.show()

    def show(self) -> None:
        """Show what is known now."""
        if not self._is_there or not self.size.width:
            return
        view = self._panel.view()
        self.query_one("#hand-in-title", Static).update(_title(view))
        room = min(MOST_TEXT, self.size.width - 3)
        text = Content("\n").join(line for one in view.lines for line in _lines(one, room))
        self.query_one("#hand-in-text", Static).update(text)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The remote is asked by one at a time."""
        if action == "fetch":
            return not self._panel.view().is_fetching
        return super().check_action(action, parameters)

    def action_look(self) -> None:
        """Ask git anew."""
        self._panel.look()

    def action_fetch(self) -> None:
        """Ask the remote."""
        self._panel.fetch()
        self.show()

    def action_scroll(self, lines: int) -> None:
        """Read on by lines."""
        self._body.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Read on by pages; a line of the last one stays in sight."""
        self._body.scroll_relative(y=pages * max(1, self._body.size.height - 1), animate=False)

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    @property
    def _body(self) -> VerticalScroll:
        return self.query_one("#hand-in-body", VerticalScroll)


def _title(view: HandInView) -> Content:
    now = " · asking the remote …" if view.is_fetching else " · looking …" if view.is_looking else ""
    return Content.assemble((" What the course will see", "bold"), f"  {view.summary}", (now, "$muted"))


def _lines(one: HandInLine, room: int) -> Iterator[Content]:
    """A question's answer, its details and the way out, wrapped below its sign."""
    if one.loud:
        yield Content.assemble((f"{one.glyph} ", f"${one.colour}"), (" NOT PUSHED ", "bold $background on $error"))
    sign = Content("  ") if one.loud else Content.styled(f"{one.glyph} ", f"${one.colour}")
    style = f"bold ${one.colour}" if one.loud else "$foreground"
    yield from _hanging(sign, Content.styled(one.text, style), room)
    for detail in one.details:
        yield from _hanging(Content("    "), Content.styled(detail, "$muted"), room)
    if one.way_out:
        yield from _hanging(Content.styled("    → ", "$accent"), Content(one.way_out), room)


def _hanging(start: Content, text: Content, room: int) -> Iterator[Content]:
    indent = start.cell_length
    for index, row in enumerate(text.wrap(max(10, room - indent))):
        yield Content.assemble(start if index == 0 else " " * indent, row)
