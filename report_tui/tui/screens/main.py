"""The main screen: list, prompt, editor and the line of truth around one session.

Owns the flow between them: widgets tell it what happened, it changes the session and hands new view models down.
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
from report_tui.storage import files, sitting, watch
from report_tui.storage.rules import RulesError
from report_tui.tui import view_models
from report_tui.tui.dialogs import questions as ask
from report_tui.tui.widgets.answer_editor import AnswerEditor, editor_id
from report_tui.tui.widgets.answer_heading import AnswerHeading
from report_tui.tui.widgets.key_bar import KeyBar
from report_tui.tui.widgets.prompt_pane import PromptPane
from report_tui.tui.widgets.question_list import QuestionList
from report_tui.tui.widgets.report_header import ReportHeader
from report_tui.tui.widgets.report_problem import ReportProblem
from report_tui.tui.widgets.truth_panel import TruthPanel

SAVE_ATTEMPTS = 3
"""Somebody may change the file while we ask; after so many times the student is told."""
BROWSE_DELAY = 0.06
"""Seconds the cursor rests on a question before its editor is made, so that holding an arrow key stays quick."""


class MainScreen(Screen[int]):
    """Edit one report; dismissed with the exit code."""

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
        self._shown: int | None = None
        self._browse: Timer | None = None
        # A save, a quit and a change on disk may each ask something; the next one waits until that is answered.
        self._one_at_a_time = asyncio.Lock()
        self._disk_problem: Exception | None = None

    def compose(self) -> ComposeResult:
        """Header, list and answer side by side, keys."""
        yield ReportHeader(id="header")
        yield ReportProblem(id="problem")
        with Horizontal(id="body"):
            yield QuestionList(id="questions")
            with Vertical(id="answer"):
                yield AnswerHeading(id="heading")
                yield PromptPane(id="prompt")
                yield ContentSwitcher(id="editors")
                yield TruthPanel(id="truth")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Open where the student left off."""
        self._refresh()
        place = sitting.load(self._session.path)
        numbers = [question.id for question in self._session.report.questions]
        here = place.question if place and place.question in numbers else numbers[0]
        self.query_one(QuestionList).current = here
        self._show(here)
        if place and place.question == here:
            self._editor(here).place(place.row, place.column)
        self.set_focus(self.query_one(QuestionList))
        self._work_watch()

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
            self._refresh()

    @on(AnswerEditor.PasteCleaned)
    def _paste_cleaned(self, event: AnswerEditor.PasteCleaned) -> None:
        characters = "1 control character was" if event.count == 1 else f"{event.count} control characters were"
        self._say(f"{characters} taken out of the paste.")

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
            self._say("No problems left.")

    def fold_prompt(self) -> None:
        """Fold the prompt to one line, or unfold it."""
        pane = self.query_one(PromptPane)
        pane.folded = not pane.folded

    def show_findings(self) -> None:
        """Show all findings of this question in full."""
        if self._shown is not None and self._is_there(self._shown):
            found = view_models.answer(self._session, self._shown).findings
            self.app.push_screen(ask.findings(self._title(self._shown), found))

    def show_report_findings(self) -> None:
        """Show all that is wrong with the file as a whole."""
        self.app.push_screen(ask.findings("The whole report", view_models.report_findings(self._session)))

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
        async with self._one_at_a_time:
            await self._save()

    @work(group="disk")
    async def _work_quit(self) -> None:
        async with self._one_at_a_time:
            if await self._may_quit():
                self._remember_place()
                self.app.exit(0)

    async def _may_quit(self) -> bool:
        self.take_in_editors()
        if not self._session.dirty:
            return True
        names = [self._title(number) for number in self._session.unsaved]
        answer = await self.app.push_screen_wait(ask.quit_with_unsaved(names, self._reasons()))
        return answer == "drop" or (answer == "save" and await self._save())

    async def _save(self) -> bool:
        """Save; returns whether everything is on disk now."""
        session = self._session
        self.take_in_editors()
        try:
            count = await self._write()
        except (files.StorageError, RulesError) as error:
            self._trouble(error)
            return False
        self._disk_problem = None
        self._refresh()
        if session.held:
            self._say(f"{'Saved all but' if count else 'Not saved:'} {'; '.join(self._reasons())}.", "warning")
            return False
        self._say(f"Saved {count} answer{'' if count == 1 else 's'}." if count > 0 else "Nothing to save.")
        return True

    async def _write(self) -> int:
        """Merge with what is on disk, ask what has to be asked, write; returns the number of answers written.

        Raises:
            files.StorageError: it could not be read or written, or changed again each time while we asked.
        """
        for attempt in range(SAVE_ATTEMPTS):
            if self._session.changed_on_disk():
                self._take_changes()
            await self._decide()
            count = len(self._session.unsaved) - len(self._session.held)
            try:
                self._session.save()
            except files.ChangedOnDisk:
                if attempt + 1 == SAVE_ATTEMPTS:
                    raise
            else:
                break
        return count

    async def _decide(self) -> None:
        """Ask for each answer that was changed here and on disk which one to keep; escape leaves it undecided."""
        for number in sorted(self._session.undecided):
            theirs = self._session.theirs(number)
            dialog = ask.changed_on_both_sides(self._title(number), self._session.text(number), theirs)
            answer = await self.app.push_screen_wait(dialog)
            if answer in ("mine", "theirs"):
                self._session.decide(number, mine=answer == "mine")
                self._bring(number)

    def _reasons(self) -> list[str]:
        return [f"{self._title(number)}: {held.rejection.reason}" for number, held in self._session.held.items()]

    # Changes on disk

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
        """Take over what changed on disk, and look at the figures again."""
        async with self._one_at_a_time:
            self.take_in_editors()
            try:
                if self._session.changed_on_disk():
                    self._take_changes()
                else:
                    self._session.refresh_figures()
            except (files.StorageError, RulesError) as error:
                self._trouble(error)
                return
            # Why a save failed is not answered by a look at the file.
            if isinstance(self._disk_problem, files.CannotRead):
                self._disk_problem = None
                self._say(f"{self._session.path.name} is back.")
            self._refresh()

    def _take_changes(self) -> None:
        """Read the file anew and name what came with it; raises what `Session.reload` raises."""
        result = self._session.reload()
        if self._browse is not None:
            self._browse.stop()
        for editor in self.query(AnswerEditor):
            self._bring(editor.question)
        self._leave_what_is_gone()
        said = []
        if result.taken:
            said.append(f"Changed on disk, taken over: {self._titles(result.taken)}.")
        if result.collided:
            said.append(f"Changed by you and on disk: {self._titles(result.collided)}. Save (F2) to choose.")
        if said:
            self._say(" ".join(said), "warning" if result.collided else "information")

    def _trouble(self, error: Exception) -> None:
        """Say what is wrong with the disk, and keep saying it until it is mended."""
        self._disk_problem = error
        self._refresh()
        self._say(view_models.disk_problem(error), "error")

    def _bring(self, number: int) -> None:
        """Show an answer as the session has it now, if its editor is there and its question still is."""
        if self._is_there(number):
            for editor in self.query(f"#{editor_id(number)}").results(AnswerEditor):
                editor.bring(self._session.text(number))

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
            limits = view_models.answer(self._session, number).limits
            hint = f"Write your answer here{f' ({limits})' if limits else ''}."
            switcher.mount(AnswerEditor(number, self._session.text(number), hint))
        switcher.current = editor_id(number)
        self._refresh()

    def _editor(self, number: int) -> AnswerEditor:
        return self.query_one(f"#{editor_id(number)}", AnswerEditor)

    def _refresh(self) -> None:
        """Hand down what there is to show; each widget draws again only what differs."""
        session = self._session
        if not self.query(ReportProblem):
            return  # the app is on its way out, and a look at the disk came back late
        self.query_one(ReportProblem).show(view_models.report_problems(session, self._disk_problem))
        self.query_one(QuestionList).show(view_models.rows(session))
        self.query_one(ReportHeader).show(view_models.header(session, self._disk_problem))
        if self._shown is not None:
            view = view_models.answer(session, self._shown)
            self.query_one(AnswerHeading).show(view)
            self.query_one(PromptPane).show(view.prompt)
            self.query_one(TruthPanel).show(view)

    def _is_there(self, number: int) -> bool:
        """Whether the file on disk still has this question."""
        return any(question.id == number for question in self._session.report.questions)

    def _title(self, number: int) -> str:
        if not self._is_there(number):
            return f"question {number}"
        return f"{number} {view_models.result_of(self._session, number).title}"

    def _titles(self, numbers: tuple[int, ...]) -> str:
        """Their titles; from the fifth on, how many more."""
        more = f" and {len(numbers) - 4} more" if len(numbers) > 4 else ""
        return ", ".join(self._title(number) for number in numbers[:4]) + more

    def _say(self, text: str, severity: SeverityLevel = "information") -> None:
        # One at a time: a pile of them would hide what is being written.
        self.app.clear_notifications()
        self.notify(text, severity=severity, markup=False)

    def _remember_place(self) -> None:
        if self._shown is not None:
            row, column = self._editor(self._shown).cursor_location
            sitting.store(self._session.path, sitting.Place(self._shown, row, column))
