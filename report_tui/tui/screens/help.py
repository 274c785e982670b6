"""The help: every key that works on the screen below, and what the signs in the list mean. Owns its layout alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from report_tui.tui.keys import prior
from report_tui.tui.view_models.help import KeyGroup, KeyRow, Sign
from report_tui.tui.widgets.key_bar import KeyBar

WIDEST_KEYS = 22
"""Cells; more keys of one action go on in the next line."""
READ = Binding.Group("read")


class HelpScreen(ModalScreen[None]):
    """Shows keys and signs; goes back to whatever had the focus."""

    CSS_PATH = "../help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority: all are done in the order they were pressed, and none after the help is closed.
        prior("escape,q", "close", "back", "help-close", "Close the help"),
        # As the key that opens it: what it does here is to close.
        prior("f1", "close", "back", "help", "What the keys do here; again: back", show=False),
        prior("up", "scroll(-1)", "up", "help-up", "Read up", group=READ),
        prior("down", "scroll(1)", "down", "help-down", "Read down", group=READ),
        prior("pageup", "page(-1)", "page up", "help-page-up", "A page up", show=False),
        prior("pagedown,space", "page(1)", "page down", "help-page-down", "A page down", show=False),
        prior("home", "to_start", "start", "help-start", "To the start", show=False),
        prior("end", "to_end", "end", "help-end", "To the end", show=False),
    ]

    def __init__(self, groups: Sequence[KeyGroup], signs: Sequence[Sign]) -> None:
        super().__init__()
        self._groups = tuple(groups)
        self._signs = tuple(signs)

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        yield Static(Content.styled(" Help: what the keys do here", "bold"), id="help-title")
        with VerticalScroll(id="help-body", can_focus=False):
            yield HelpText(self._groups, self._signs)
        yield KeyBar(id="help-keys")

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Read on by lines."""
        self._body.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Read on by pages; a line of the last one stays in sight."""
        self._body.scroll_relative(y=pages * max(1, self._body.size.height - 1), animate=False)

    def action_to_start(self) -> None:
        """To the first line."""
        self._body.scroll_home(animate=False)

    def action_to_end(self) -> None:
        """To the last line."""
        self._body.scroll_end(animate=False)

    @property
    def _body(self) -> VerticalScroll:
        return self.query_one("#help-body", VerticalScroll)


class HelpText(Static):
    """Keys in one column, what they do in another."""

    def __init__(self, groups: tuple[KeyGroup, ...], signs: tuple[Sign, ...]) -> None:
        super().__init__(id="help-text")
        self._groups = groups
        self._signs = signs

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        width = self.size.width
        keys = max((len(_joined(row.keys)) for group in self._groups for row in group.rows), default=0)
        column = min(keys, WIDEST_KEYS, width // 3)
        lines: list[Content] = []
        for group in self._groups:
            lines += [_title(group.title), *(line for row in group.rows for line in _lines(row, column, width)), _EMPTY]
        lines += [_title("Signs in the list"), *(_sign(sign) for sign in self._signs)]
        self.update(Content("\n").join(lines))


_EMPTY = Content("")


def _title(text: str) -> Content:
    return Content.styled(text.upper(), "$muted")


def _lines(row: KeyRow, column: int, width: int) -> Iterator[Content]:
    """What an action does beside its keys, each in as many lines as it takes."""
    left = [Content.styled(keys, "$accent") for keys in _fitted(row.keys, column)]
    right = Content(row.text).wrap(max(10, width - column - 3))
    for index in range(max(len(left), len(right))):
        keys = left[index] if index < len(left) else _EMPTY
        text = right[index] if index < len(right) else _EMPTY
        yield Content.assemble(" ", keys.pad_right(max(0, column - keys.cell_length)), "  ", text)


def _fitted(keys: tuple[str, ...], column: int) -> list[str]:
    """The keys of an action in lines of at most so many cells, but at least a key each."""
    lines = [keys[0]]
    for key in keys[1:]:
        longer = _joined((lines[-1], key))
        if len(longer) <= column:
            lines[-1] = longer
        else:
            lines.append(key)
    return lines


def _joined(keys: Sequence[str]) -> str:
    return "  ".join(keys)


def _sign(sign: Sign) -> Content:
    return Content.assemble(" ", (sign.glyph, f"${sign.colour}"), "  ", sign.text)
