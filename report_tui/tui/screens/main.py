"""The main screen: list, prompt, editor and the line of truth around one session.

Owns the flow between them: widgets tell it what happened, it changes the session and hands new view models down.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
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
from report_tui.tui.widgets.truth_panel import TruthPanel

BROWSE_DELAY = 0.06
"""Seconds the cursor rests on a question before its editor is made, so that holding an arrow key stays quick."""


class MainScreen(Screen[int]):
    """Edit one report; dismissed with the exit code."""

    BINDINGS: ClassVar[list[BindingType]] = [
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

    def compose(self) -> ComposeResult:
        """Header, list and answer side by side, keys."""
        yield ReportHeader(id="header")
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
        self._refresh_list()
        place = sitting.load(self._session.path)
        numbers = [question.id for question in self._session.report.questions]
        here = place.question if place and place.question in numbers else numbers[0]
        self.query_one(QuestionList).current = here
        self._show(here)
        if place and place.question == here:
            self._editor(here).place(place.row, place.column)
        self.query_one(QuestionList).focus()
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
        if event.text != self._session.text(event.question):
            self._session.edit(event.question, event.text)
            self._refresh(event.question)

    @on(AnswerEditor.Left)
    def _editor_left(self) -> None:
        self.query_one(QuestionList).focus()

    @on(AnswerEditor.PasteCleaned)
    def _paste_cleaned(self, event: AnswerEditor.PasteCleaned) -> None:
        self._say(f"{event.count} control characters were taken out of the paste.")

    def on_descendant_focus(self) -> None:
        """On a narrow terminal the focus decides whether list or editor is seen."""
        self.set_class(isinstance(self.focused, AnswerEditor), "-editing")

    # Actions

    def action_problem(self, step: int) -> None:
        """Edit the next (1) or previous (-1) question with a problem, round and round."""
        numbers = [question.id for question in self._session.report.questions]
        problems = set(view_models.problems(self._session))
        here = numbers.index(self._shown) if self._shown in numbers else 0
        around = (
            numbers[here + 1 :] + numbers[: here + 1] if step > 0 else [*numbers[:here][::-1], *numbers[here:][::-1]]
        )
        target = next((number for number in around if number in problems), None)
        if target is None:
            self._say("No problems left.")
            return
        self._edit(target)

    def fold_prompt(self) -> None:
        """Fold the prompt to one line, or unfold it."""
        pane = self.query_one(PromptPane)
        pane.folded = not pane.folded

    def action_save(self) -> None:
        """Write what can be written and say what could not."""
        self._work_save()

    def action_quit(self) -> None:
        """Leave; asks when something is unsaved."""
        self._work_quit()

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
        if not self._session.dirty:
            return True
        names = [self._title(number) for number in self._session.unsaved]
        held = [str(held.rejection) for held in self._session.held.values()]
        answer = await self.app.push_screen_wait(ask.quit_with_unsaved(names, held))
        return answer == "drop" or (answer == "save" and await self._save())

    async def _save(self) -> bool:
        """Save; returns whether everything is on disk now."""
        session = self._session
        try:
            if session.changed_on_disk() and not await self._take_changes():
                return False
            count = len(session.unsaved) - len(session.held)
            session.save()
        except (files.CannotSave, files.CannotRead, files.ChangedOnDisk, RulesError) as error:
            self._say(str(error), severity="error")
            return False
        finally:
            self._refresh_list()
        if session.held:
            kept = "; ".join(f"{self._title(number)}: {held.rejection.reason}" for number, held in session.held.items())
            self._say(f"Saved all but {kept}.", severity="warning")
            return False
        self._say(f"Saved {count} answer{'' if count == 1 else 's'}." if count > 0 else "Nothing to save.")
        return True

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
            try:
                if self._session.changed_on_disk():
                    await self._take_changes()
                else:
                    self._session.refresh_figures()
                    self._refresh_list()
            except (files.CannotRead, RulesError) as error:
                self._say(str(error), severity="error")

    async def _take_changes(self) -> bool:
        """Read the file anew; returns whether nothing is left undecided."""
        mine = {number: self._session.text(number) for number in self._session.unsaved}
        result = self._session.reload()
        for editor in self.query(AnswerEditor):
            if editor.question not in mine and self._is_there(editor.question):
                editor.bring(self._session.text(editor.question))
        self._refresh_list()
        if result.taken:
            self._say(f"Changed on disk, taken over: {', '.join(self._title(number) for number in result.taken)}.")
        decided = True
        for number in result.collided:
            dialog = ask.changed_on_both_sides(self._title(number), mine[number], self._session.theirs(number))
            answer = await self.app.push_screen_wait(dialog)
            if answer == "theirs":
                self._session.edit(number, self._session.theirs(number))
                for editor in self.query(f"#{editor_id(number)}").results(AnswerEditor):
                    editor.bring(self._session.text(number))
            decided = decided and answer is not None
        self._refresh_list()
        return decided

    # Showing

    def _edit(self, number: int) -> None:
        if self._browse is not None:
            self._browse.stop()
        self.query_one(QuestionList).current = number
        self._show(number)
        self._editor(number).focus()

    def _show(self, number: int) -> None:
        """Show one question's prompt, editor and findings."""
        self._shown = number
        switcher = self.query_one("#editors", ContentSwitcher)
        if not switcher.query(f"#{editor_id(number)}"):
            view = view_models.answer(self._session, number)
            hint = f"Write your answer here{f' ({view.limits})' if view.limits else ''}."
            switcher.mount(AnswerEditor(number, self._session.text(number), hint))
        switcher.current = editor_id(number)
        self._refresh(number)

    def _editor(self, number: int) -> AnswerEditor:
        return self.query_one(f"#{editor_id(number)}", AnswerEditor)

    def _refresh(self, number: int) -> None:
        self._refresh_list()
        if number == self._shown and self._is_there(number):
            view = view_models.answer(self._session, number)
            self.query_one(AnswerHeading).show(view)
            self.query_one(PromptPane).show(view.prompt)
            self.query_one(TruthPanel).show(view)

    def _refresh_list(self) -> None:
        self.query_one(QuestionList).show(view_models.rows(self._session))
        self.query_one(ReportHeader).show(view_models.header(self._session))
        if self._shown is not None and self._is_there(self._shown):
            self.query_one(TruthPanel).show(view_models.answer(self._session, self._shown))

    def _is_there(self, number: int) -> bool:
        """Whether the file on disk still has this question."""
        return any(question.id == number for question in self._session.report.questions)

    def _title(self, number: int) -> str:
        if not self._is_there(number):
            return f"question {number}"
        return f"{number} {view_models.result_of(self._session, number).title}"

    def _say(self, text: str, severity: str = "information") -> None:
        self.notify(text, severity=severity, markup=False)  # type: ignore[arg-type]

    def _remember_place(self) -> None:
        if self._shown is not None:
            row, column = self._editor(self._shown).cursor_location
            sitting.store(self._session.path, sitting.Place(self._shown, row, column))
