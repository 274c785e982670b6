"""A question with a few answers, each with a key of its own. Every way out goes through `dismiss`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

TYPING_GUARD = 0.6
"""Seconds in which a letter is taken for the end of a sentence, and no choice."""


class Choice(NamedTuple):
    """One answer: its key (empty for none), what the button says, and what the dialog returns for it."""

    key: str
    label: str
    result: str


class ChoiceDialog(ModalScreen[str | None]):
    """Asks; returns the result of the choice, or None for escape."""

    CSS_PATH = "../choice.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "back", id="dialog-back", tooltip="Leave without a choice"),
        Binding("up", "app.focus_previous", "up", id="dialog-up", show=False, tooltip="The choice above"),
        Binding("down", "app.focus_next", "down", id="dialog-down", show=False, tooltip="The choice below"),
        Binding("pageup", "scroll(-1)", "read up", id="dialog-page-up", show=False, tooltip="Read up"),
        Binding("pagedown", "scroll(1)", "read down", id="dialog-page-down", show=False, tooltip="Read down"),
    ]

    def __init__(self, title: str, body: Content, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._body = body
        self._choices = tuple(choices)
        self._listening = False

    def compose(self) -> ComposeResult:
        """Title, text and a column of buttons; the first one has the focus."""
        with Vertical(id="dialog"):
            yield Static(Content.styled(self._title, "bold"), id="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield Static(self._body)
            with Vertical(id="dialog-choices"):
                for choice in self._choices:
                    label = Content.assemble((choice.key or " ", "bold"), "  ", choice.label)
                    yield Button(label, id=f"choice-{choice.result}", compact=True)

    def on_mount(self) -> None:
        """Listen to letters only when somebody can have seen what they mean."""
        self.set_timer(TYPING_GUARD, self._listen)

    def _listen(self) -> None:
        self._listening = True

    def on_key(self, event: events.Key) -> None:
        """A choice's own key takes it, unless it was typed for the editor that stood here a moment ago."""
        for choice in self._choices:
            if event.key == choice.key and self._listening:
                event.stop()
                self.dismiss(choice.result)

    @on(Button.Pressed)
    def _take(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss((event.button.id or "").removeprefix("choice-"))

    def action_scroll(self, direction: int) -> None:
        """Read on in a text that is longer than its window."""
        self.query_one("#dialog-body").scroll_relative(y=direction * 8, animate=False)

    def action_cancel(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)
