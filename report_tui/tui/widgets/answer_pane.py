"""One question on the screen: heading, prompt, editor and the line of truth, one below the other.

Owns the editors: one for each question that was visited, made at the first visit, so that undo, cursor and scroll
survive a switch. It shows what it is given and never asks a session.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from report_tui.tui.view_models.report import AnswerView
from report_tui.tui.widgets.answer_editor import AnswerEditor, editor_id
from report_tui.tui.widgets.answer_heading import AnswerHeading
from report_tui.tui.widgets.prompt_pane import PromptPane
from report_tui.tui.widgets.truth_panel import TruthPanel


class AnswerPane(Vertical):
    """Shows one question and holds the editors of all that were visited."""

    def compose(self) -> ComposeResult:
        """Heading, prompt, editors, line of truth."""
        yield AnswerHeading(id="heading")
        yield PromptPane(id="prompt")
        yield ContentSwitcher(id="editors")
        yield TruthPanel(id="truth")

    @property
    def editors(self) -> tuple[AnswerEditor, ...]:
        """The editors of all questions that were visited."""
        return tuple(self.query(AnswerEditor))

    def editor(self, number: int) -> AnswerEditor | None:
        """The editor of question `number`; None where it was not visited yet."""
        return next((editor for editor in self.editors if editor.question == number), None)

    def open(self, number: int, text: str, limits: str) -> AnswerEditor:
        """Bring the editor of question `number` to the front; the first time it is made, with this text."""
        switcher = self.query_one("#editors", ContentSwitcher)
        editor = self.editor(number)
        if editor is None:
            hint = f"Write your answer here{f' ({limits})' if limits else ''}."
            editor = AnswerEditor(number, text, hint)
            switcher.mount(editor)
        switcher.current = editor_id(number)
        return editor

    def show(self, view: AnswerView) -> None:
        """Draw what differs around the editor."""
        self.query_one(AnswerHeading).show(view)
        self.query_one(PromptPane).show(view.prompt)
        self.query_one(TruthPanel).show(view)

    def fold_prompt(self) -> None:
        """Fold the prompt to one line, or unfold it."""
        pane = self.query_one(PromptPane)
        pane.folded = not pane.folded
