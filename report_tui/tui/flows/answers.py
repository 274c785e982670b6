"""What goes on between the session and its editors: which question is shown, what is typed, what comes from elsewhere.

Owns the question that is shown and the order of these steps. It changes the session only, and shows by way of `Panes`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from textual.timer import Timer

from report_tui.session import Session
from report_tui.storage import sitting
from report_tui.tui.later import once
from report_tui.tui.view_models import report as view_models
from report_tui.tui.view_models.filtering import filtered
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.panes import Panes

BROWSE_DELAY = 0.06
"""Seconds from one question shown while browsing to the next, so that holding an arrow key stays quick."""


class Answers:
    """The editors of one session."""

    def __init__(self, session: Session, draw: Callable[[], None]) -> None:
        """Args: the session, and what draws the whole screen anew."""
        self._session = session
        self._draw = draw
        self._browse: Timer | None = None
        """Runs while the last move of the cursor was only just now."""
        place = sitting.load(session.path)
        self.left_at = place if place is not None and self.is_there(place.question) else None
        """Where the student left off, if that is still in the file."""
        self.shown: int | None = None
        """Number of the question that is shown."""
        self.draws_figures = True
        """Whether the preview draws them, or only names them."""
        # With the first editor in it, so that the first picture is the whole one.
        self.panes = Panes(self._new_editor(self._first().question), id="body")

    def _first(self) -> sitting.Place:
        return self.left_at or sitting.Place(self._session.report.questions[0].id, 0, 0)

    def is_there(self, number: int) -> bool:
        """Whether the file on disk still has this question."""
        return any(question.id == number for question in self._session.report.questions)

    # Going from question to question

    def begin(self) -> None:
        """Show the question where the student left off, with the list in front."""
        here = self._first()
        self.panes.questions.current = here.question
        self._show(here.question).place(here.row, here.column)
        self.panes.screen.set_focus(self.panes.questions)

    def edit(self, number: int) -> None:
        """Open a question's editor, where the file has that question."""
        if not self.is_there(number):
            return
        self._stop_browsing()
        # At once, not by a message: the next key is already on its way.
        editor = self._show(number)
        self.panes.questions.current = number
        self.panes.screen.set_focus(editor)

    def place_in(self, number: int, row: int, column: int = 0) -> None:
        """Put the cursor of an editor that was opened before on a 1-based row, behind so many characters of it."""
        editor = self.panes.answer.editor(number)
        if editor is not None:
            editor.place(row - 1, column)

    def highlighted(self, number: int | None) -> None:
        """The list's cursor came to a question: show it, but not every one that it only passes."""
        is_alone = self._browse is None
        self._stop_browsing()
        if number is None or number == self.shown or not self.is_there(number):
            return
        self._browse = once(self.panes, BROWSE_DELAY, self._browsed)
        if is_alone:
            self._show(number)

    def _browsed(self) -> None:
        self._browse = None
        number = self.panes.questions.current
        if number is not None and number != self.shown and self.is_there(number):
            self._show(number)

    def _stop_browsing(self) -> None:
        if self._browse is not None:
            self._browse.stop()
            self._browse = None

    def place(self) -> sitting.Place | None:
        """Where the student is; None where no editor is shown."""
        editor = self.panes.answer.editor(self.shown) if self.shown is not None else None
        return None if editor is None else sitting.Place(editor.question, *editor.cursor_location)

    # Text

    def take_in(self, editor: AnswerEditor) -> bool:
        """Tell the session what was typed, if anything was; an editor that nobody touched says nothing."""
        text = editor.answer
        if text == editor.known:
            return False
        self._session.edit(editor.question, text)
        editor.known = text  # at last: a signal asks for what is not known
        return True

    def take_in_all(self) -> None:
        """Tell the session what was typed up to this moment, also where its message is still on its way."""
        for editor in self.panes.answer.editors:
            self.take_in(editor)

    def bring(self, number: int, text: str, *, afresh: bool = False) -> None:
        """Show a text in a question's editor, if it was opened before: a step to undo, or afresh, without any."""
        editor = self.panes.answer.editor(number)
        if editor is not None:
            editor.bring(text)
            if afresh:
                editor.history.clear()

    async def make_editors(self, numbers: Collection[int]) -> None:
        """Have an editor for each of these questions that is in the file, so that what comes into it can be undone."""
        there = [number for number in numbers if self.is_there(number)]
        await self.panes.answer.add(
            [self._new_editor(number) for number in there if self.panes.answer.editor(number) is None]
        )

    def bring_all(self, moved: Mapping[int, int], new: Collection[int]) -> None:
        """Show in every editor what the session holds now, and leave a question that is gone.

        Args:
            moved: of each question or text that has another number now that number before and now.
            new: questions under whose numbers the file had other ones, and whose answers are as it has them.
        """
        self._stop_browsing()
        place, others = self.place(), {*moved, *moved.values(), *new}
        for editor in self.panes.answer.editors:
            if self.is_there(editor.question):
                editor.bring(self._session.text(editor.question))
                if editor.question in others:
                    editor.history.clear()  # a step back would bring another question's text
        if place is not None and place.question in moved:
            self._go_along(place, moved[place.question])
        self._leave_what_is_gone()

    def _go_along(self, place: sitting.Place, number: int) -> None:
        """Whoever is in a question that has another number now stays in it; what he types is for no other one."""
        was_typing = isinstance(self.panes.screen.focused, AnswerEditor)
        if was_typing:
            self.panes.screen.set_focus(self.panes.questions)
        if self.is_there(number):
            self.panes.questions.current = number
            editor = self._show(number)
            editor.place(place.row, place.column)
            if was_typing:
                self.panes.screen.set_focus(editor)

    def _leave_what_is_gone(self) -> None:
        """Go to another question where the one shown is no longer in the file and holds nothing unsaved."""
        number = self.shown
        if number is None or self.is_there(number) or number in self._session.held:
            return
        first = self._session.report.questions[0].id
        self._show(first)
        self.panes.questions.current = first
        self.panes.screen.set_focus(self.panes.questions)

    # Showing

    def _show(self, number: int) -> AnswerEditor:
        """Show the prompt, the editor and the findings of a question that is in the file; returns the editor."""
        self.shown = number
        editor = self.panes.answer.editor(number) or self._new_editor(number)
        self.panes.answer.open(editor)
        if isinstance(self.panes.screen.focused, AnswerEditor):
            # Textual would give the focus of the one that is hidden now to any other editor, also an older one.
            self.panes.screen.set_focus(editor)
        self._draw()
        return editor

    def _new_editor(self, number: int) -> AnswerEditor:
        limits = view_models.answer(self._session, number).limits
        hint = f"Write your answer here{f' ({limits})' if limits else ''}."
        return AnswerEditor(number, self._session.text(number), hint)

    def draw(self) -> None:
        """Hand down what there is to show in list, answer and preview."""
        self.draw_list()
        if self.shown is not None:
            self.panes.answer.show(view_models.answer(self._session, self.shown))
            self.draw_preview()

    def draw_list(self) -> None:
        """Hand down the questions, or those that the filter leaves."""
        rows, box = view_models.rows(self._session), self.panes.filter
        if box.text.strip():
            texts = {row.id: self._session.text(row.id) for row in rows if row.id is not None}
            left = filtered(rows, texts, box.text)
            rows = left.rows
            box.show(left.said, found=bool(left.matches))
        self.panes.questions.show(rows)

    def draw_preview(self) -> None:
        """Hand down the answer's pages, where they can be seen."""
        if self.shown is not None and self.panes.shows_preview:
            from report_tui.tui.view_models.preview import preview_source

            self.panes.show_preview(preview_source(self._session, self.shown, draws=self.draws_figures))
