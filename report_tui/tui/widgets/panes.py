"""List, answer and preview side by side, as many of them as there is room for.

Owns which of them are seen and which one had the focus last; what they show is handed down through it. The preview is
there from the beginning, and loads its libraries when it is first seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from report_tui.tui.layout import Pane, has_room_for_preview, panes, shows_preview_unasked
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.answer_pane import AnswerPane
from report_tui.tui.widgets.filter_box import FilterBox
from report_tui.tui.widgets.preview import Mode, Preview
from report_tui.tui.widgets.question_list import QuestionList

if TYPE_CHECKING:
    from report_tui.tui.view_models.preview import PreviewSource

_BY_ID = {pane.value: pane for pane in Pane}


class Panes(Horizontal):
    """The body of the main screen."""

    def __init__(self, first: AnswerEditor, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._first = first
        self._last = Pane.LIST
        self._wanted: bool | None = None
        """Whether a preview was asked for; until somebody says so, the terminal's width decides."""

    def compose(self) -> ComposeResult:
        """List, answer, and the preview, which loads its libraries when it is first seen."""
        self.lay_out()  # before there are children, which would all be styled a second time
        with Vertical(id=Pane.LIST.value):
            yield FilterBox(id="filter")
            yield QuestionList(id="questions")
        yield AnswerPane(self._first, id=Pane.ANSWER.value)
        yield Preview(id=Pane.PREVIEW.value)

    @property
    def questions(self) -> QuestionList:
        """The list."""
        return self.query_one(QuestionList)

    @property
    def filter(self) -> FilterBox:
        """The line above the list."""
        return self.query_one(FilterBox)

    @property
    def answer(self) -> AnswerPane:
        """The answer's column."""
        return self.query_one(AnswerPane)

    @property
    def focused(self) -> Pane:
        """The pane that has the focus, or had it last."""
        here = self.screen.focused
        for node in here.ancestors_with_self if here is not None else ():
            if node.id in _BY_ID:
                self._last = _BY_ID[node.id]
        return self._last

    @property
    def shows_preview(self) -> bool:
        """Whether the preview can be seen."""
        return Pane.PREVIEW in self._shown()

    @property
    def wants_preview(self) -> bool:
        """Whether a preview is to be shown where there is room for it."""
        return shows_preview_unasked(*self.app.size) if self._wanted is None else self._wanted

    def _shown(self) -> frozenset[Pane]:
        return panes(*self.app.size, self.focused, preview=self.wants_preview)

    def lay_out(self) -> None:
        """Show what this size and this focus have room for."""
        shown = self._shown()
        for pane in Pane:
            self.set_class(pane not in shown, f"-no-{pane.value}")

    def turn_preview(self) -> None:
        """GitHub's page, then the course's, then none; the focus goes along where there is room for nothing else."""
        preview = self.query_one(Preview)
        if not self.shows_preview:
            self._wanted, preview.mode = True, Mode.GITHUB
        elif preview.mode is Mode.GITHUB:
            self._wanted, preview.mode = True, Mode.COURSE
        else:
            self._wanted = False
        if self._wanted and not has_room_for_preview(*self.app.size):
            self._last = Pane.PREVIEW
            self.screen.set_focus(preview.text)
        self.lay_out()

    def show_preview(self, source: PreviewSource) -> None:
        """Show an answer's pages."""
        self.query_one(Preview).show(source)
