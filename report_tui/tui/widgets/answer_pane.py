"""One question on the screen: heading, prompt, editor, what to find in it, and the line of truth, one below the other.

Owns the editors: one for each question that was visited, made at the first visit, so that undo, cursor and scroll
survive a switch. It shows what it is given and never asks a session.
"""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from report_tui.tui.view_models.report import AnswerView
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.answer_heading import AnswerHeading
from report_tui.tui.widgets.find_bar import FindBar
from report_tui.tui.widgets.prompt_pane import PromptPane
from report_tui.tui.widgets.truth_panel import TruthPanel


class AnswerPane(Vertical):
    """Shows one question and holds the editors of all that were visited."""

    def __init__(self, first: AnswerEditor, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._first = first

    def compose(self) -> ComposeResult:
        """Heading, prompt, editors, find bar, line of truth."""
        yield AnswerHeading(id="heading")
        yield PromptPane(id="prompt")
        with ContentSwitcher(id="editors", initial=self._first.id):
            yield self._first
        yield FindBar(id="find")
        yield TruthPanel(id="truth")

    @property
    def editors(self) -> tuple[AnswerEditor, ...]:
        """The editors of all questions that were visited."""
        return tuple(self.query(AnswerEditor))

    def editor(self, number: int) -> AnswerEditor | None:
        """The editor of question `number`; None where it was not visited yet."""
        return next((editor for editor in self.editors if editor.question == number), None)

    @property
    def current(self) -> AnswerEditor | None:
        """The editor that is in front."""
        editor = self.query_one("#editors", ContentSwitcher).visible_content
        return editor if isinstance(editor, AnswerEditor) else None

    def open(self, editor: AnswerEditor) -> None:
        """Bring an editor to the front, be it new or one of those that are here."""
        switcher = self.query_one("#editors", ContentSwitcher)
        if editor is not self.current:
            self._stop_finding()
        if editor not in self.editors:
            switcher.mount(editor)
        switcher.current = editor.id

    def show(self, view: AnswerView) -> None:
        """Draw what differs around the editor."""
        self.query_one(AnswerHeading).show(view)
        self.query_one(PromptPane).show(view.prompt)
        self.query_one(TruthPanel).show(view)

    def show_fixable(self, codes: frozenset[str]) -> None:
        """Show which of the findings have a fix."""
        self.query_one(TruthPanel).show_fixable(codes)

    def fold_prompt(self) -> None:
        """Fold the prompt to one line, or unfold it."""
        pane = self.query_one(PromptPane)
        pane.folded = not pane.folded

    # Finding in the editor that is in front

    def find(self) -> None:
        """Ask what to find; first of all what is selected."""
        if self.current is not None:
            self.query_one(FindBar).open(self.current.selected_text.partition("\n")[0])

    @on(AnswerEditor.Found)
    def _found(self, event: AnswerEditor.Found) -> None:
        event.stop()
        self.query_one(FindBar).show(event.place, event.count, event.replaced)

    @on(FindBar.Sought)
    def _sought(self, event: FindBar.Sought) -> None:
        if self.current is not None:
            self.current.find(event.query)

    @on(FindBar.Stepped)
    def _stepped(self, event: FindBar.Stepped) -> None:
        if self.current is not None:
            self.current.go_to_match(event.step)

    @on(FindBar.Replaced)
    def _replaced(self, event: FindBar.Replaced) -> None:
        if self.current is not None and event.everywhere:
            self.current.replace_all(event.by)
        elif self.current is not None:
            self.current.replace_match(event.by)

    @on(FindBar.Closed)
    def _find_closed(self) -> None:
        self._stop_finding()
        if self.current is not None:
            self.screen.set_focus(self.current)

    def _stop_finding(self) -> None:
        self.query_one(FindBar).display = False
        for editor in self.editors:
            editor.stop_finding()
