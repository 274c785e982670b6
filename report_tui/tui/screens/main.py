"""The main screen: list, prompt, editor and the line of truth around one session.

Owns the flow between them: widgets tell it what happened, it changes the session and hands new view models down. What
goes on between session and file is `disk`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import ContentSwitcher

from report_tui.session import Session
from report_tui.storage import sitting, watch
from report_tui.tui.dialogs import questions
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.disk import Disk
from report_tui.tui.view_models import report as view_models
from report_tui.tui.widgets.answer_editor import AnswerEditor, editor_id
from report_tui.tui.widgets.answer_heading import AnswerHeading
from report_tui.tui.widgets.key_bar import KeyBar
from report_tui.tui.widgets.prompt_pane import PromptPane
from report_tui.tui.widgets.question_list import QuestionList
from report_tui.tui.widgets.report_header import ReportHeader
from report_tui.tui.widgets.report_problem import ReportProblem
from report_tui.tui.widgets.truth_panel import TruthPanel

BROWSE_DELAY = 0.06
"""Seconds the cursor rests on a question before its editor is made, so that holding an arrow key stays quick."""


class MainScreen(Screen[None]):
    """Edit one report."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # All with priority: they are done in the app's own order, however many keys wait in front of a widget.
        Binding("enter", "edit", "edit", id="edit", priority=True, tooltip="Edit this answer"),
        Binding("escape", "leave", "list", id="list", priority=True, tooltip="Back to the list of questions"),
        Binding("f2,ctrl+s", "save", "save", id="save", priority=True, tooltip="Write all answers to the file"),
        Binding("f7", "problem(-1)", "previous", id="previous-problem", priority=True, tooltip="Previous problem"),
        Binding("f8", "problem(1)", "next problem", id="next-problem", priority=True, tooltip="Next problem"),
        Binding("f10,ctrl+q", "quit", "quit", id="quit", priority=True, tooltip="Leave; asks if anything is unsaved"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        place = sitting.load(session.path)
        numbers = [question.id for question in session.report.questions]
        self._place = place if place and place.question in numbers else sitting.Place(numbers[0], 0, 0)
        """Where the student left off."""
        self._shown: int | None = None
        self._browse: Timer | None = None
        self._disk = Disk(session, self)

    def compose(self) -> ComposeResult:
        """Header, list and answer side by side, keys."""
        yield ReportHeader(id="header")
        yield ReportProblem(id="problem")
        with Horizontal(id="body"):
            yield QuestionList(id="questions")
            with Vertical(id="answer"):
                yield AnswerHeading(id="heading")
                yield PromptPane(id="prompt")
                # With the first editor in it, so that the first picture is the whole one.
                first = self._place.question
                with ContentSwitcher(id="editors", initial=editor_id(first)):
                    yield self._new_editor(first)
                yield TruthPanel(id="truth")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Open where the student left off."""
        self.query_one(QuestionList).current = self._place.question
        self._show(self._place.question)
        self._editor(self._place.question).place(self._place.row, self._place.column)
        self.set_focus(self.query_one(QuestionList))
        # The watcher's library takes as long to load as the picture takes to paint.
        self.call_after_refresh(self._work_watch)

    # What happened in the widgets

    @on(QuestionList.Highlighted)
    def _question_highlighted(self, event: QuestionList.Highlighted) -> None:
        if self._browse is not None:
            self._browse.stop()
        if event.question != self._shown:
            self._browse = self.set_timer(BROWSE_DELAY, lambda: self._show(event.question))

    @on(QuestionList.Selected)
    def _question_selected(self, event: QuestionList.Selected) -> None:
        self._edit(event.question)

    @on(AnswerEditor.Typed)
    def _answer_typed(self, event: AnswerEditor.Typed) -> None:
        if self._take_in(event.editor):
            self.show_session()

    @on(AnswerEditor.PasteCleaned)
    def _paste_cleaned(self, event: AnswerEditor.PasteCleaned) -> None:
        characters = "1 control character was" if event.count == 1 else f"{event.count} control characters were"
        self.say(f"{characters} taken out of the paste.")

    @on(ReportProblem.Clicked)
    def _problem_clicked(self) -> None:
        self.show_report_findings()

    @on(TruthPanel.Clicked)
    def _truth_clicked(self) -> None:
        self.show_findings()

    def on_descendant_focus(self) -> None:
        """On a narrow terminal the focus decides whether list or editor is seen."""
        self.set_class(isinstance(self.focused, AnswerEditor), "-editing")

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter belongs to the list and escape to the editor; elsewhere they are the widget's own keys."""
        if action == "edit":
            return isinstance(self.focused, QuestionList)
        if action == "leave":
            return isinstance(self.focused, AnswerEditor)
        return super().check_action(action, parameters)

    def action_edit(self) -> None:
        """Edit the question under the cursor."""
        number = self.query_one(QuestionList).current
        if number is not None:
            self._edit(number)

    def action_leave(self) -> None:
        """Back to the list; the text stays as it is."""
        self.set_focus(self.query_one(QuestionList))

    def action_problem(self, step: int) -> None:
        """Edit the next (1) or previous (-1) question with a problem, round and round."""
        numbers = [question.id for question in self._session.report.questions]
        problems = set(view_models.problems(self._session))
        here = numbers.index(self._shown) if self._shown in numbers else 0
        around = (
            numbers[here + 1 :] + numbers[: here + 1] if step > 0 else [*numbers[:here][::-1], *numbers[here:][::-1]]
        )
        target = next((number for number in around if number in problems), None)
        if target is not None:
            self._edit(target)
        elif view_models.report_findings(self._session):
            self.show_report_findings()
        else:
            self.say("No problems left.")

    def fold_prompt(self) -> None:
        """Fold the prompt to one line, or unfold it."""
        pane = self.query_one(PromptPane)
        pane.folded = not pane.folded

    def show_findings(self) -> None:
        """Show all findings of this question in full."""
        if self._shown is not None and self._is_there(self._shown):
            found = view_models.answer(self._session, self._shown).findings
            self.app.push_screen(questions.findings(view_models.title(self._session, self._shown), found))

    def show_report_findings(self) -> None:
        """Show all that is wrong with the file as a whole."""
        self.app.push_screen(questions.findings("The whole report", view_models.report_findings(self._session)))

    def action_save(self) -> None:
        """Write what can be written and say what could not."""
        self._after_typing(self._work_save)

    def action_quit(self) -> None:
        """Leave; asks when something is unsaved."""
        self._after_typing(self._work_quit)

    def _after_typing(self, run: Callable[[], object]) -> None:
        """Run something once the focused widget has taken all keys and pastes that were sent before."""
        (self.focused or self).call_later(run)

    def take_in_editors(self) -> None:
        """What was typed up to this moment, also where its message is still on its way."""
        for editor in self.query(AnswerEditor):
            self._take_in(editor)

    def _take_in(self, editor: AnswerEditor) -> bool:
        """Tell the session what was typed, if anything was; an editor that nobody touched says nothing."""
        text = editor.answer
        if text == editor.known:
            return False
        editor.known = text
        self._session.edit(editor.question, text)
        return True

    @work(group="disk")
    async def _work_save(self) -> None:
        await self._disk.save()

    @work(group="disk")
    async def _work_quit(self) -> None:
        if await self._disk.may_quit():
            self._remember_place()
            self.app.exit(0)

    @work(exclusive=True, group="watch")
    async def _work_watch(self) -> None:
        stop = asyncio.Event()
        try:
            async for _ in watch.changes(self._session.path, stop, self._session.course.figures):
                self.look_at_the_disk()
        finally:
            stop.set()

    @work(group="disk")
    async def look_at_the_disk(self) -> None:
        """Take over what changed on disk."""
        await self._disk.look()

    # What the disk asks of its screen

    async def ask(self, dialog: ChoiceDialog) -> str | None:
        """Show a dialog and wait for its answer."""
        return await self.app.push_screen_wait(dialog)

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice, one at a time: a pile of them would hide what is being written."""
        self.app.clear_notifications()
        self.notify(text, severity=severity, markup=False)

    def bring_editors(self) -> None:
        """Show in every editor what the session holds now, and leave a question that is gone."""
        if self._browse is not None:
            self._browse.stop()
        for editor in self.query(AnswerEditor):
            if self._is_there(editor.question):
                editor.bring(self._session.text(editor.question))
        self._leave_what_is_gone()

    def _leave_what_is_gone(self) -> None:
        """Go to another question where the one shown is no longer in the file and holds nothing unsaved."""
        number = self._shown
        if number is None or self._is_there(number) or number in self._session.held:
            return
        first = self._session.report.questions[0].id
        self.query_one(QuestionList).current = first
        self._show(first)
        self.set_focus(self.query_one(QuestionList))

    # Showing

    def _edit(self, number: int) -> None:
        if not self._is_there(number):
            return
        if self._browse is not None:
            self._browse.stop()
        self.query_one(QuestionList).current = number
        self._show(number)
        # At once, not by a message: the next key is already on its way.
        self.set_focus(self._editor(number))

    def _show(self, number: int) -> None:
        """Show one question's prompt, editor and findings."""
        if not self._is_there(number):
            return
        self._shown = number
        switcher = self.query_one("#editors", ContentSwitcher)
        if not switcher.query(f"#{editor_id(number)}"):
            switcher.mount(self._new_editor(number))
        switcher.current = editor_id(number)
        self.show_session()

    def _new_editor(self, number: int) -> AnswerEditor:
        limits = view_models.answer(self._session, number).limits
        hint = f"Write your answer here{f' ({limits})' if limits else ''}."
        return AnswerEditor(number, self._session.text(number), hint)

    def _editor(self, number: int) -> AnswerEditor:
        return self.query_one(f"#{editor_id(number)}", AnswerEditor)

    def show_session(self) -> None:
        """Hand down what there is to show; each widget draws again only what differs."""
        session = self._session
        if not self.query(ReportProblem):
            return  # the app is on its way out, and a look at the disk came back late
        self.query_one(ReportProblem).show(view_models.report_problems(session, self._disk.trouble))
        self.query_one(QuestionList).show(view_models.rows(session))
        self.query_one(ReportHeader).show(view_models.header(session, self._disk.trouble))
        if self._shown is not None:
            view = view_models.answer(session, self._shown)
            self.query_one(AnswerHeading).show(view)
            self.query_one(PromptPane).show(view.prompt)
            self.query_one(TruthPanel).show(view)

    def _is_there(self, number: int) -> bool:
        """Whether the file on disk still has this question."""
        return any(question.id == number for question in self._session.report.questions)

    def _remember_place(self) -> None:
        if self._shown is not None:
            row, column = self._editor(self._shown).cursor_location
            sitting.store(self._session.path, sitting.Place(self._shown, row, column))
