"""A question with a few answers, each with a key of its own. Every way out goes through `dismiss`."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

from report_tui.tui.widgets.key_bar import KeyBar
from report_tui.tui.widgets.line_rows import Line, LineRows

TYPING_GUARD = 0.6
"""Seconds in which a letter is taken for a part of a sentence, and no choice."""
CHOOSE = Binding.Group("choose")
READ = Binding.Group("read on")


class Choice(NamedTuple):
    """One answer: its key (empty for none), what the button says, and what the dialog returns for it."""

    key: str
    label: str
    result: str


class _Window(Container):
    """As high as what is in it, where there is room; where there is not, its grid takes it from the text alone."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The rows of all children, with the blank ones between."""
        heights = (child.get_content_height(container, viewport, width) for child in self.children)
        return sum(heights) + sum(child.styles.margin.height for child in self.children)


class _ChoiceButton(Button):
    """One choice; enter takes the one that has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "press", "take", id="dialog-take", tooltip="Take the choice that is lit")
    ]


class Question(ModalScreen[str | None]):
    """Waits for an answer; what would have to wait as well, such as a save, is not offered meanwhile."""

    _given: str | None = None

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Go with this answer, unless it has one already: a key may wait in front of a question that was withdrawn."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def withdraw(self, answer: str) -> None:
        """Nobody has to be asked any more: it goes with this answer, or as soon as it would be in sight."""
        self._given = answer
        self.dismiss(answer)

    def on_screen_resume(self) -> None:
        """Go, where it was withdrawn before it could be seen, or below another screen."""
        if self._given is not None:
            self.dismiss(self._given)


class ChoiceDialog(Question):
    """Asks; returns the result of the choice, or None for escape."""

    CSS_PATH = "../choice.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "back", id="dialog-back", tooltip="Leave without a choice"),
        Binding("up", "app.focus_previous", "up", id="dialog-up", tooltip="The choice above", group=CHOOSE),
        Binding("down", "app.focus_next", "down", id="dialog-down", tooltip="The choice below", group=CHOOSE),
        Binding("pageup", "read(-1)", "read up", id="dialog-page-up", tooltip="Read up", group=READ),
        Binding("pagedown", "read(1)", "read down", id="dialog-page-down", tooltip="Read down", group=READ),
    ]

    def __init__(
        self, title: str, body: Content | Sequence[Line], choices: Sequence[Choice], *, interrupts: bool = False
    ) -> None:
        """Made by whoever asks.

        Args:
            title: its first line.
            body: the text; lines are wrapped each behind its margin.
            choices: at least one; the first has the focus.
            interrupts: whether it comes while somebody may go on typing below it, as behind a save.
        """
        super().__init__()
        self._title = title
        self._body = body
        self._choices = tuple(choices)
        self._interrupts = interrupts
        self._shown = math.inf

    def compose(self) -> ComposeResult:
        """Title, text, a column of buttons of which the first has the focus, and the keys."""
        with _Window(id="dialog"):
            yield Static(Content.styled(self._title, "bold"), id="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield self.body()
            with Vertical(id="dialog-choices"):
                for choice in self._choices:
                    label = Content.assemble((choice.key or " ", "bold"), "  ", choice.label)
                    yield _ChoiceButton(label, id=f"choice-{choice.result}", compact=True)
        # Over the one of the screen below, whose keys do nothing now.
        yield KeyBar(id="keys")

    def body(self) -> Widget:
        """What stands between title and choices."""
        if isinstance(self._body, Content):
            return Static(self._body, id="dialog-text")
        return LineRows(self._body, id="dialog-text")

    def on_mount(self) -> None:
        """From here on somebody can see what the letters mean."""
        self._shown = time.monotonic()

    def on_resize(self) -> None:
        """Offer the keys that there are at this size, as soon as it is known how much of the text there is room for."""
        self.call_after_refresh(self.refresh_bindings)

    @property
    def _listens(self) -> bool:
        return time.monotonic() - self._shown >= TYPING_GUARD

    def is_in_the_way(self, event: events.Key | events.Paste) -> bool:
        """Whether this was typed for the editor below, before anybody can have seen the question."""
        is_text = isinstance(event, events.Paste) or event.is_printable or event.key in ("enter", "backspace", "delete")
        below = self.app.screen_stack[-2].focused
        return self._interrupts and not self._listens and is_text and isinstance(below, TextArea | Input)

    def on_key(self, event: events.Key) -> None:
        """A choice's own key takes it, unless it was typed for the editor that stood here a moment ago."""
        for choice in self._choices:
            if event.key == choice.key and self._listens:
                event.stop()
                self.dismiss(choice.result)

    @on(Button.Pressed)
    def _take(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss((event.button.id or "").removeprefix("choice-"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Reading on is offered where there is more than can be seen."""
        if action == "read":
            return self._text.max_scroll_y > 0
        return super().check_action(action, parameters)

    def action_read(self, direction: int) -> None:
        """Read on by a window of a text that is longer; a line of the last one stays in sight."""
        self._text.scroll_relative(y=direction * max(1, self._text.size.height - 1), animate=False)

    @property
    def _text(self) -> VerticalScroll:
        return self.query_one("#dialog-body", VerticalScroll)

    def action_cancel(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)
