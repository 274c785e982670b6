"""One question on the screen: heading, prompt, editor, what to find in it, and the line of truth, one below the other.

Owns the editors: one for each question that was visited, made at the first visit, so that undo, cursor and scroll
survive a switch. It shows what it is given and never asks a session.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from report_tui.tui.view_models.report import AnswerView
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.answer_heading import AnswerHeading
from report_tui.tui.widgets.prompt_pane import PromptPane
from report_tui.tui.widgets.truth_panel import TruthPanel

if TYPE_CHECKING:
    from report_tui.tui.widgets.find_bar import FindBar


class AnswerPane(Vertical):
    """Shows one question and holds the editors of all that were visited."""

    def __init__(self, first: AnswerEditor, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._first = first
        # At hand, since it is slow to look for by its name.
        self._switcher = ContentSwitcher(id="editors", initial=first.id)
        self._bar: FindBar | None = None
        """Made when something is first looked for: its classes are two hundredths of the start."""

    def compose(self) -> ComposeResult:
        """Heading, prompt, editors, line of truth."""
        yield AnswerHeading(id="heading")
        yield PromptPane(id="prompt")
        with self._switcher:
            yield self._first
        yield TruthPanel(id="truth")

    @property
    def editors(self) -> tuple[AnswerEditor, ...]:
        """The editors of all questions that were visited."""
        return tuple(child for child in self._switcher.children if isinstance(child, AnswerEditor))

    def editor(self, number: int) -> AnswerEditor | None:
        """The editor of question `number`; None where it was not visited yet."""
        return next((editor for editor in self.editors if editor.question == number), None)

    @property
    def current(self) -> AnswerEditor | None:
        """The editor that is in front."""
        editor = self._switcher.visible_content
        return editor if isinstance(editor, AnswerEditor) else None

    def open(self, editor: AnswerEditor) -> None:
        """Bring an editor to the front, be it new or one of those that are here."""
        if editor is not self.current:
            self._stop_finding()
        if editor not in self.editors:
            self._switcher.mount(editor)
            if self.current is not None:
                editor.take_place_of(self.current)
        self._switcher.current = editor.id

    async def add(self, editors: Sequence[AnswerEditor]) -> None:
        """Take editors in behind the one that is in front."""
        for editor in editors:
            editor.display = False
        await self._switcher.mount_all(editors)
        if self.current is not None:
            for editor in editors:
                editor.take_place_of(self.current)

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

    # Finding in the editor that is in front; the bar's messages are known by name, since its module is loaded late

    def find(self) -> None:
        """Ask what to find; first of all what is selected."""
        if self.current is not None:
            bar = self._bar or self._make_bar()
            bar.open(self.current.selected_text.partition("\n")[0])

    def _make_bar(self) -> FindBar:
        from report_tui.tui.widgets.find_bar import FindBar

        self._bar = FindBar(id="find")
        self.mount(self._bar, before="#truth")
        return self._bar

    @on(AnswerEditor.Found)
    def _found(self, event: AnswerEditor.Found) -> None:
        event.stop()
        if self._bar is not None:
            self._bar.show(event.place, event.count, event.replaced)

    def on_find_bar_sought(self, event: FindBar.Sought) -> None:
        """Mark the matches."""
        if self.current is not None:
            self.current.find(event.query)

    def on_find_bar_stepped(self, event: FindBar.Stepped) -> None:
        """Go to another match."""
        if self.current is not None:
            self.current.go_to_match(event.step)

    def on_find_bar_replaced(self, event: FindBar.Replaced) -> None:
        """Replace one match or all."""
        if self.current is not None and event.everywhere:
            self.current.replace_all(event.by)
        elif self.current is not None:
            self.current.replace_match(event.by)

    def on_find_bar_closed(self) -> None:
        """Back to the answer."""
        self._stop_finding()
        if self.current is not None:
            self.screen.set_focus(self.current)

    def _stop_finding(self) -> None:
        if self._bar is None:
            return  # nothing was looked for yet
        self._bar.display = False
        for editor in self.editors:
            editor.stop_finding()
