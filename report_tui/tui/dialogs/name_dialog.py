"""A question that is answered with a name, judged while it is typed.

Owns the field and what is said below it. What a name becomes, and whether it can be had, is asked of whoever opened it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from report_tui.tui.dialogs.choice import Question
from report_tui.tui.widgets.key_bar import KeyBar


class NameInput(Input):
    """The field; enter takes the name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "rename", id="name-take", tooltip="Take this name, in the form shown below it")
    ]


class NameDialog(Question):
    """Asks for a name; returns the path that it stands for, or None for escape."""

    CSS_PATH = "../name.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "back", id="name-back", tooltip="Leave the name as it is"),
    ]

    FIELD: ClassVar[type[NameInput]] = NameInput
    LONGEST: ClassVar[int] = 200
    """Characters that are typed at most: a name is shorter."""

    def __init__(self, title: str, name: str, propose: Callable[[str], tuple[str, str]]) -> None:
        """Args: the question, the name to begin with, and what makes of a typed name its path and what is wrong."""
        super().__init__()
        self._title = title
        self._name_before = name
        self._propose = propose

    def compose(self) -> ComposeResult:
        """Title, field, what becomes of it, the keys."""
        with Vertical(id="name-dialog"):
            yield Static(Content.styled(self._title, "bold"), id="name-title")
            yield self.FIELD(self._name_before, compact=True, max_length=self.LONGEST, id="name-input")
            yield Static(id="name-said")
        yield KeyBar(id="keys")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        path, problem = self._propose(event.value)
        if not problem:
            said = Content.assemble(("→ ", "$success"), path)
        elif event.value == self._name_before:  # nobody has done anything wrong yet
            said = Content.styled(problem, "$muted")
        else:
            said = Content.styled(f"✗ {problem}", "$warning")
        self.query_one("#name-said", Static).update(said)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        path, problem = self._propose(event.value)
        if not problem:
            self.dismiss(path)

    def action_cancel(self) -> None:
        """Leave without a name."""
        self.dismiss(None)
