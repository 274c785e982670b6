"""The main screen: list, answer and preview around one session.

Owns the flow between them: widgets tell it what happened, it changes the session and hands new view models down. What
goes on between session and file is `disk`'s, fixes are `fixing`'s, and the screens on top of this one are `covers`'.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.message import Message
from textual.notifications import SeverityLevel

from report_tui.render.clean import clean
from report_tui.session import Session
from report_tui.storage import editor_leftovers, watch
from report_tui.storage.settings import PICTURES, Problem
from report_tui.storage.waiting import beside
from report_tui.tui.flows.answers import Answers
from report_tui.tui.flows.covers import Covers
from report_tui.tui.flows.disk import Disk
from report_tui.tui.flows.keeping import Keeping
from report_tui.tui.flows.looking_up import LookingUp
from report_tui.tui.flows.turns import Turns
from report_tui.tui.keys import NEXT_PROBLEM, PREVIOUS_PROBLEM, named, prior
from report_tui.tui.layout import Pane, is_narrow
from report_tui.tui.told_screen import ToldScreen
from report_tui.tui.view_models import report as view_models
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.filter_box import FilterBox
from report_tui.tui.widgets.key_bar import KeyBar
from report_tui.tui.widgets.question_list import QuestionList
from report_tui.tui.widgets.report_header import ReportHeader
from report_tui.tui.widgets.report_problem import ReportProblem
from report_tui.tui.widgets.truth_panel import TruthPanel

if TYPE_CHECKING:
    from pathlib import Path

    from report_tui.core.carrying import Reloaded
    from report_tui.storage.drafts import LeftBehind
    from report_tui.tui.dialogs.choice import Question
    from report_tui.tui.flows.figures import Figures
    from report_tui.tui.flows.fixing import Fixing
    from report_tui.tui.flows.hand_in_page import HandIn
    from report_tui.tui.flows.history import HistoryFlow
    from report_tui.tui.flows.quitting import Quitting
    from report_tui.tui.screens.findings import FindingsScreen


Found = TypeVar("Found")


class MainScreen(ToldScreen[None]):
    """Edit one report."""

    class GivenUp(Message):
        """Somebody leaves without waiting for a disk that does not answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        prior("enter", "edit", "edit", "edit", "Edit this answer"),
        prior("escape", "leave", "list", "list", "Back to the list of questions"),
        prior("f3", "filter", "filter", "filter", "List only the questions that match"),
        prior("f4,ctrl+g", "insert_figure", "figure", "insert-figure", "Insert a figure; again: back"),
        prior("f5", "preview", "preview", "preview", "The answer as GitHub shows it, then as the course's page does"),
        prior("f6", "checklist", "checklist", "checklist", "The project checklist; again: back"),
        PREVIOUS_PROBLEM,
        NEXT_PROBLEM,
        prior("f9", "edit_outside", "$EDITOR", "edit-outside", "Edit this answer in your own editor"),
        prior("ctrl+l,f11", "findings", "findings", "findings", "All that is wrong, with the fixes; again: back"),
        prior("ctrl+n,alt+h", "history", "history", "history", "The history: versions that were kept; again: back"),
        prior("alt+p", "hand_in", "hand-in", "hand-in", "What the course will see: what is pushed; again: back"),
        prior("ctrl+f", "find", "find", "find", "Find and replace in this answer", show=False),
    ]

    def __init__(self, session: Session, keeping: Keeping) -> None:
        super().__init__()
        self._session = session
        self._keeping = keeping
        self._answers = Answers(session, self.show_session)
        self._panes = self._answers.panes
        self._turns = Turns(self.show_session)
        self._disk = Disk(session, self, self._turns)
        self._covers = Covers(session, self)
        self._fixing: Fixing | None = None
        """Made when it is first needed: what it loads is as much as all other screens together."""
        self._figures: Figures | None = None
        """Made when it is first needed, too."""
        self._said_failure = False
        """Whether it was said that the journal cannot be written."""
        self._history: HistoryFlow | None = None
        """Made when it is first needed, too."""
        self.settings_problems: tuple[Problem, ...] = ()
        """What is wrong with the settings; the findings panel lists it."""
        self.pictures = PICTURES[0]
        """How figures are drawn: one of `PICTURES`."""
        self._hand_in: HandIn | None = None
        """Made when it is first needed, too."""
        self.is_leaving = False
        """Whether somebody has left, and only the disk is waited for: no key does anything any more."""
        self._quitting: Quitting | None = None
        """Made when it is first needed, too."""

    def compose(self) -> ComposeResult:
        """Header, list and answer side by side, keys."""
        yield ReportHeader(id="header")
        yield ReportProblem(id="problem")
        yield self._panes
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Open where the student left off; where there is room for one pane only, begin with the overview."""
        self._session.look_up = LookingUp(self.look_at_the_disk).look_up
        self._answers.draws_figures = self.pictures != "off"
        self._answers.begin()
        self._panes.lay_out()
        # Not by a message: the list would be painted before it comes, and the answer a whole frame (16 ms) after that.
        self.watch(self._panes.questions, "current", self._answers.highlighted, init=False)
        if is_narrow(*self.app.size):
            self._covers.open_overview(self._answers.left_at.question if self._answers.left_at else None)
        left = self._keeping.begin(self, self._is_alike)
        written = editor_leftovers.told()
        if left or written:
            self._work_left(left, written)
        # The watcher's library takes as long to load as the picture takes to paint.
        self.call_after_refresh(self._work_watch)

    def _is_alike(self, base: bytes) -> bool:
        from report_tui import resuming  # here, since few sittings begin so

        return resuming.may_be(self._session, base)

    # What happened in the widgets

    @on(QuestionList.Selected)
    def _question_selected(self, event: QuestionList.Selected) -> None:
        self.edit_question(event.question)

    @on(QuestionList.Mistyped)
    def _list_mistyped(self) -> None:
        self.say("Enter edits this answer.")

    @on(FilterBox.Changed)
    def _filter_typed(self) -> None:
        self._answers.draw_list()

    @on(FilterBox.Left)
    def _filter_left(self) -> None:
        questions = self._panes.questions
        if questions.numbers and questions.current not in questions.numbers:
            questions.current = questions.numbers[0]
        self.set_focus(questions)

    @on(AnswerEditor.Typed)
    def _answer_typed(self, event: AnswerEditor.Typed) -> None:
        if self._answers.take_in(event.editor):
            self.show_session()

    @on(AnswerEditor.PasteCleaned)
    def _paste_cleaned(self, event: AnswerEditor.PasteCleaned) -> None:
        characters = "1 control character was" if event.count == 1 else f"{event.count} control characters were"
        self.say(f"{characters} taken out of the paste.")

    @on(AnswerEditor.PasteRefused)
    def _paste_refused(self, event: AnswerEditor.PasteRefused) -> None:
        self.say(f"Nothing was pasted: the answer would have {event.excess}, too many to be edited.", "warning")

    @on(AnswerEditor.TooLong)
    def _too_long(self) -> None:
        way = f"{self.key('edit-outside')} opens it in your own editor"
        self.say(f"This answer is too long to be edited here: {way}.", "warning")

    @on(AnswerEditor.PathPasted)
    def _path_pasted(self, event: AnswerEditor.PathPasted) -> None:
        self._work_offer(event)

    @on(Keeping.Told)
    def _journal_told(self) -> None:
        if self._keeping.failure and not self._said_failure:
            self._said_failure = True
            self.say(f"{view_models.not_kept(self._keeping.failure)}. Save ({self.key('save')}) often.", "warning")
        self.show_session()

    @on(ReportHeader.Clicked)
    def _header_clicked(self) -> None:
        self.action_overview()

    @on(ReportProblem.Clicked)
    @on(TruthPanel.Clicked)
    def _findings_clicked(self) -> None:
        self.action_findings()

    @on(TruthPanel.FigureWanted)
    async def _figure_clicked(self) -> None:
        await self.action_insert_figure()

    @on(TruthPanel.Rested)
    def _findings_rested(self) -> None:
        if self._answers.shown is not None:
            self._panes.answer.show_fixable(self.fixes().certain(self._answers.shown))

    def on_descendant_focus(self) -> None:
        """Where there is not room for everything, the focus decides what is seen."""
        self._panes.lay_out()

    def on_resize(self) -> None:
        """Another size may have room for more, or for less."""
        self._panes.lay_out()

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter belongs to the list, escape to the editor and to a filtered list; elsewhere they are the widget's."""
        if action == "edit":
            return isinstance(self.focused, QuestionList)
        if action == "leave":
            return isinstance(self.focused, AnswerEditor)
        if action == "unfilter":
            return isinstance(self.focused, QuestionList) and bool(self._panes.filter.text)
        if action in ("find", "insert_figure"):
            return self._answers.shown is not None
        return super().check_action(action, parameters)

    def action_edit(self) -> None:
        """Edit the question under the cursor."""
        number = self._panes.questions.current
        if number is not None:
            self.edit_question(number)

    def action_leave(self) -> None:
        """Back to the list; the text stays as it is."""
        self.set_focus(self._panes.questions)

    def action_unfilter(self) -> None:
        """Give the filter up."""
        self._panes.filter.clear()
        self.refresh_bindings()

    def action_to_answer(self) -> None:
        """Back from the preview."""
        if self._answers.shown is not None:
            self.edit_question(self._answers.shown)

    def action_problem(self, step: int) -> None:
        """Edit the next (1) or previous (-1) question with a problem, round and round."""
        numbers = [question.id for question in self._session.report.questions]
        problems = set(view_models.problems(self._session))
        here = numbers.index(self._answers.shown) if self._answers.shown in numbers else 0
        around = (
            numbers[here + 1 :] + numbers[: here + 1] if step > 0 else [*numbers[:here][::-1], *numbers[here:][::-1]]
        )
        target = next((number for number in around if number in problems), None)
        if target is not None:
            self.edit_question(target)
        elif view_models.report_findings(self._session):
            self.action_findings()
        else:
            self.say("No problems left.")

    def action_filter(self) -> None:
        """Type what the list is to show."""
        self._panes.filter.open()

    def action_find(self) -> None:
        """Find in the answer that is shown."""
        if self._answers.shown is not None:
            self.edit_question(self._answers.shown)
            self._panes.answer.find()

    async def action_insert_figure(self) -> None:
        """Choose a figure for the answer that is shown; the keys that come next are for the picker."""
        if self._answers.shown is not None:
            await self._figure_flow().open(self._answers.shown)

    def _figure_flow(self) -> Figures:
        from report_tui.tui.flows.figures import Figures

        if self._figures is None:
            self._figures = Figures(self._session, self)
        return self._figures

    def action_preview(self) -> None:
        """GitHub's page of the answer, then the course's, then none."""
        self._panes.turn_preview()
        if not self._panes.wants_preview and self._panes.focused is Pane.PREVIEW and self._answers.shown is not None:
            self.edit_question(self._answers.shown)
        self._answers.draw_preview()

    def action_checklist(self) -> None:
        """Open the checklist."""
        self._covers.open_checklist()

    def action_overview(self) -> None:
        """Open the overview."""
        self._covers.open_overview(self._answers.shown)

    def action_hand_in(self) -> None:
        """Show what the course will see."""
        self._covers.open_hand_in()

    def action_findings(self) -> None:
        """Open the panel with all that is wrong."""
        self.fixes().open(self._answers.shown)

    async def action_history(self) -> None:
        """Open the history, with the versions of the answer that is shown; the keys that come next are for it."""
        from report_tui.tui.flows.history import HistoryFlow

        if self._history is None:
            self._history = HistoryFlow(self._session, self)
        await self._history.open(self._answers.shown)

    def action_edit_outside(self) -> None:
        """Edit the answer that is shown in the student's own editor."""
        self._after_typing(self._work_edit_outside)

    def action_save(self) -> None:
        """Write what can be written and say what could not."""
        self._after_typing(self._work_save)

    def action_quit(self) -> None:
        """Leave; asks when something is unsaved."""
        self._after_typing(self._work_quit)

    def extra_commands(self) -> Iterable[SystemCommand]:
        """What the command palette offers here beside the keys."""
        yield SystemCommand("Fold the prompt", "Show one line of it, or all", self._panes.answer.fold_prompt)
        yield SystemCommand(
            "Open the hand-in page",
            "The whole report in the browser, as a page to read and print",
            self.action_open_page,
        )
        yield SystemCommand("Choose between two versions", "Yours and the one on disk, or git's two", self.settle)

    def _after_typing(self, run: Callable[[], object]) -> None:
        """Run something once the focused widget has taken all keys and pastes that were sent before."""
        (self.focused or self).call_later(run)

    def take_in_editors(self) -> None:
        """What was typed up to this moment, also where its message is still on its way."""
        self._answers.take_in_all()

    def keep(self) -> Callable[[], object]:
        """Have what is not saved written to the journal; what is returned waits until it is, and may do so anywhere."""
        return self._keeping.ask_now()

    @property
    def is_kept(self) -> bool:
        """Whether all that is not saved was in the journal when it was asked for last."""
        return self._keeping.path is not None

    def typed(self) -> dict[int, str]:
        """The texts in the editors of which the session was not told, by question.

        Changes nothing: a signal may ask in the middle of anything, also while the session has heard of a change on
        disk, and the editors have not.
        """
        told = ((editor.question, editor.answer, editor.known) for editor in self._panes.answer.editors)
        return {number: text for number, text, known in told if text != known}

    def action_open_page(self) -> None:
        """Open the page of the whole report in the browser."""
        self._after_typing(self._work_open_page)

    @work(exclusive=True, group="hand-in")
    async def _work_open_page(self) -> None:
        from report_tui.tui.flows.hand_in_page import HandIn, page_source

        self._hand_in = self._hand_in or HandIn()
        self.take_in_editors()
        self.say("Making the page …")
        try:
            said, all_well = await beside(partial(self._hand_in.open, page_source(self._session)))
        except OSError as error:
            said, all_well = f"The page cannot be shown: {error.strerror or type(error).__name__}.", False
        self.say(clean(said), "information" if all_well else "warning")

    @work(exclusive=True, group="hand-in-again")
    async def _work_renew_page(self) -> None:
        from report_tui.tui.flows.hand_in_page import page_source

        if self._hand_in is not None:
            await beside(partial(self._hand_in.renew, page_source(self._session)))

    @work(group="disk")
    async def _work_save(self) -> None:
        await self._disk.save()
        if self._hand_in is not None:
            self._work_renew_page()

    @work(group="disk")
    async def _work_quit(self) -> None:
        from report_tui.tui.flows.quitting import Leaving, Quitting

        if self._quitting is None:
            self._quitting = Quitting(self._session, self, self._turns, self._disk)
        answer = await self._quitting.may_quit()
        if answer is Leaving.GO:
            self.is_leaving = True
            self._keeping.drop(self._session.waiting)
            await self._quitting.leave(self._answers.place())
            self.app.exit(0)
        elif answer is Leaving.AS_IT_IS:
            self.post_message(self.GivenUp())

    @work(group="disk")
    async def settle(self, *numbers: int) -> None:
        """Ask which of two versions of these answers, or of any, is to stay."""
        await self._disk.settle(numbers)

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
        if self.app.is_running:  # while the app ends, the editors go before whoever watches
            await self._disk.look()
            if self._hand_in is not None:
                self._work_renew_page()

    @work(group="disk")
    async def _work_left(self, left: list[LeftBehind], written: list[Path]) -> None:
        from report_tui.tui.flows.offering import Offering  # here, since few sittings begin so

        await self._turns.alone(Offering(self._session, self, self._keeping, self._turns.read).offer(left))
        if written:
            from report_tui.tui.dialogs.drafts import by_editor

            await self.ask(by_editor(view_models.left_by_editor(written)))

    @work(exclusive=True, group="offer")
    async def _work_offer(self, event: AnswerEditor.PathPasted) -> None:
        if isinstance(event.area, AnswerEditor):
            await self._figure_flow().offer(event.area, event.pasted)

    def fixes(self) -> Fixing:
        """The flow of the fixes; loaded when the first of them is looked for."""
        if self._fixing is None:
            from report_tui.tui.flows.fixing import Fixing

            self._fixing = Fixing(self._session, self)
        return self._fixing

    @work(exclusive=True, group="outside")
    async def _work_edit_outside(self) -> None:
        number = self._answers.shown
        self.take_in_editors()
        await beside(self._keeping.ask_now())
        if number is None or not self._answers.is_there(number):
            return
        from report_tui.tui.flows import outside  # here, since few sittings need it

        self.take_in_editors()  # what was typed meanwhile
        text, said = outside.edit(self.app, self._session, number)
        if text is not None:
            self._session.edit(number, text)
            self.bring_text(number, text)
            self.show_session()
        if said:
            self.say(said, "warning")

    # What disk, fixes, figures and covers ask of their screen

    @property
    def trouble(self) -> Exception | None:
        """Why the file could not be read or written when last tried."""
        return self._disk.trouble

    async def ask(self, dialog: Question) -> str | None:
        """Show a dialog and wait for its answer."""
        return await self.app.push_screen_wait(dialog)

    async def alone(self, doing: Awaitable[Found]) -> Found:
        """Do something while nothing else goes on between the app and the disk."""
        return await self._turns.alone(doing)

    async def change_beside(self, run: Callable[[], Found]) -> Found:
        """What `run` returns or raises, done in a thread that changes files; for what is done `alone`."""
        return await self._turns.change(run)

    def open_findings(self, panel: FindingsScreen, left: Callable[[None], None]) -> None:
        """Show the findings at once, and tell `left` when they are closed."""
        self.app.push_screen(panel, left)

    def go_to(self, number: int, row: int) -> None:
        """Edit a question, with the cursor on a 1-based row of its answer."""
        self._answers.edit(number)
        self._answers.place_in(number, row)

    def place(self, number: int, row: int, column: int) -> None:
        """Put the cursor of a question's editor on a 1-based row, behind so many characters of it."""
        self._answers.place_in(number, row, column)

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice, in place of the one before."""
        self.notify(text, severity=severity, markup=False)

    def key(self, action: str) -> str:
        """The key of an action of the app, of this screen or of an editor, as a notice names it."""
        return named(action, self.app, type(self), type(self.app), AnswerEditor)

    def editor(self, number: int) -> AnswerEditor | None:
        """The editor of a question, where it was opened before."""
        return self._panes.answer.editor(number)

    def bring_text(self, number: int, text: str, *, afresh: bool = False) -> None:
        """Show a text in a question's editor, if it was opened before: a step to undo, or afresh, without any."""
        self._answers.bring(number, text, afresh=afresh)

    async def make_editors(self, numbers: Collection[int]) -> None:
        """Have an editor for each of these questions, so that what comes into it can be undone there."""
        await self._answers.make_editors(numbers)

    def bring_editors(self, result: Reloaded) -> None:
        """Show in every editor what the session holds now, and go along with a question that has another number."""
        self._answers.bring_all({**result.renumbered, **result.texts_moved}, {*result.new}.difference(result.strays))

    def edit_question(self, number: int) -> None:
        """Open a question's editor, where the file has that question."""
        self._answers.edit(number)

    def uncover_question(self, number: int) -> None:
        """Open a question's editor, also from behind the overview; where the file has that question."""
        self._covers.leave_overview()
        self.edit_question(number)

    def show_session(self) -> None:
        """Hand down what there is to show; each widget draws again only what differs."""
        session = self._session
        self._keeping.changed()
        if not self.query(ReportProblem):
            return  # the app is on its way out, and a look at the disk came back late
        problems = view_models.report_problems(session, self._disk.trouble, self._keeping.failure)
        self.query_one(ReportProblem).show(problems, view_models.also_open(self._keeping.others))
        self.query_one(ReportHeader).show(view_models.header(session, self._disk.trouble, self._turns.waits_for))
        self._answers.draw()
        self._covers.show()
        if self._fixing is not None:
            self._fixing.show()
        if self._figures is not None:
            self._figures.show()
        if self._history is not None:
            self._history.show()
