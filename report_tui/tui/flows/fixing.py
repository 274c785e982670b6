"""What goes on between the findings panel and the session: fixes, one by one or all of a kind, and taking them back.

Owns the order of these steps, what is asked on the way, and the fixes that can be taken back. It changes the session
only and shows nothing itself: the screen that it is given does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from textual.app import App
from textual.notifications import SeverityLevel

from report_tui.figure_repairs import Done
from report_tui.session import Session
from report_tui.storage.settings import Problem
from report_tui.tui.dialogs import fixing as dialogs
from report_tui.tui.dialogs.choice import Question
from report_tui.tui.flows.figure_repairs import NO_ANSWER, FigureRepairs
from report_tui.tui.flows.file_offers import FileOffers
from report_tui.tui.screens.findings import FindingsScreen
from report_tui.tui.view_models import findings as view_models
from report_tui.tui.view_models.findings import Entry, PanelView, TextLine
from report_tui.tui.view_models.report import title
from report_tui.validation.finding import Finding
from report_tui.validation.fixes import Change, FileChange, FileHow, Fix

Found = TypeVar("Found")


class FixingScreen(Protocol):
    """What a screen does for the flow between findings and session."""

    @property
    def app(self) -> App[object]:
        """The app."""

    settings_problems: tuple[Problem, ...]
    """What is wrong with the settings."""

    def take_in_editors(self) -> None:
        """Tell the session everything that was typed up to this moment."""

    def bring_text(self, number: int, text: str, *, afresh: bool = False) -> None:
        """Show a text in a question's editor, if it was opened before: a step to undo, or afresh, without any."""

    def show_session(self) -> None:
        """Draw what changed."""

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice."""

    def key(self, action: str) -> str:
        """The key of an action, as a notice names it."""

    async def ask(self, dialog: Question) -> str | None:
        """Show a dialog and wait for its answer."""

    def settle(self, *numbers: int) -> object:
        """Ask which of two versions of these answers, or of any, is to stay."""

    async def alone(self, doing: Awaitable[Found]) -> Found:
        """Do something while nothing else goes on between the app and the disk."""

    async def change_beside(self, run: Callable[[], Found]) -> Found:
        """What `run` returns or raises, done in a thread that changes files; for what is done `alone`."""

    def open_findings(self, panel: FindingsScreen, left: Callable[[None], None]) -> None:
        """Show the panel at once, and tell `left` when it is closed."""

    def go_to(self, number: int, row: int) -> None:
        """Edit a question, with the cursor on a 1-based row of its answer."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Everything that one key changed."""

    name: str
    changes: tuple[Change, ...]
    """`after` is the text that the session holds since."""
    file: Done | None = None
    """What became of a figure's file with that."""


class Fixing:
    """Opens the findings panel and does what is asked there."""

    def __init__(self, session: Session, screen: FixingScreen) -> None:
        self._session = session
        self._screen = screen
        self._files = FigureRepairs(session, screen)
        self._offers = FileOffers(session, screen.show_session)
        self._first: int | None = None
        self._panel: FindingsScreen | None = None
        self._done: list[_Step] = []

    def open(self, number: int | None) -> None:
        """Show all findings, those of question `number` first.

        The panel is there at once: the keys that were typed right behind are for it.
        """
        if self._panel is not None:
            return
        self._screen.take_in_editors()
        self._first = number
        self._panel = FindingsScreen(self)
        self._screen.open_findings(self._panel, self._left)

    def _left(self, _result: None) -> None:
        self._panel = None

    def show(self) -> None:
        """Draw what changed in the panel, where it is open."""
        if self._panel is not None:
            self._panel.show()

    def certain(self, number: int) -> frozenset[str]:
        """Codes of the findings of question `number` that each have a certain fix."""
        if number in self._session.undecided:
            return frozenset()
        state = view_models.judged(self._session)
        found, offers, goes_on = self._findings(number), self._offers.now(), view_models.for_a_while()
        fixes = [
            (finding.code, view_models.fixes_of(self._session, state, finding, offers) if goes_on() else ())
            for finding in found
        ]
        unsure = {code for code, ways in fixes if not (ways and ways[0].certain)}
        return frozenset(code for code, _ in fixes).difference(unsure)

    # What the panel asks

    def view(self) -> PanelView:
        """All findings as they are now."""
        last = self._done[-1].name if self._done else ""
        return view_models.panel(self._session, self._offers.now(), self._first, last, self._screen.settings_problems)

    def preview(self, entry: Entry) -> tuple[TextLine, ...]:
        """What the finding's first fix would change."""
        if not entry.fixes:
            return ()
        return view_models.fix_lines(self._session, entry.finding.question, entry.fixes[0])

    def go_to(self, number: int, row: int) -> None:
        """Edit a question, with the cursor on a 1-based row of its answer."""
        self._screen.go_to(number, row)

    async def fix(self, entry: Entry) -> None:
        """Mend one finding; asks where there is a choice."""
        self._screen.take_in_editors()  # keys from before the panel may have come to the editor since
        number = entry.finding.question
        if number in self._session.undecided or entry.finding.code == "conflict":
            self._settle(number)
            return
        fixes = self._fixes(entry)
        if fixes is None:
            self._screen.say(NO_ANSWER, "warning")
            return
        if not fixes:
            self._screen.say(f"Only you can mend this: {entry.finding.way_out}.")
            return
        before = self._session.text(number) if number is not None else ""
        chosen = fixes[0] if fixes[0].certain else await self._choose(entry.finding, fixes)
        if chosen is None or (number is not None and not self._is_still(number, before)):
            return
        if chosen.file is not None:
            self._begin_file(chosen.file)
        elif number is not None:
            self._do(title(self._session, number), [self._change(number, chosen)])

    def _settle(self, number: int | None) -> None:
        """Leave the panel, since what is put together by hand is put together in the editor, and ask for the answer."""
        if self._panel is not None:
            self._panel.dismiss(None)
        self._screen.settle(*([] if number is None else [number]))

    async def _choose(self, finding: Finding, fixes: Sequence[Fix]) -> Fix | None:
        """Ask which fix it is to be."""
        file = fixes[0].file
        if file is not None and file.how is FileHow.DELETE:
            return fixes[0] if await self._files.ask_delete(file.path) is not None else None
        ways = [(fix, view_models.fix_lines(self._session, finding.question, fix)) for fix in fixes]
        answer = await self._screen.ask(dialogs.choose_fix(finding, ways))
        return fixes[int(answer)] if answer is not None else None

    async def fix_all(self, entry: Entry) -> None:
        """Mend all findings of this kind that have one certain fix; shows first what would change."""
        found = view_models.fixable_at_once(self._session, entry.finding.code)
        changes = [change for change in found if change.question not in self._session.undecided]
        if not changes:
            by_file = any(fix.file is not None for fix in entry.fixes)
            one_by_one = "Figures' files are changed one at a time: f on each."
            self._screen.say(one_by_one if by_file else "Nothing of this kind can be fixed without a choice.")
            return
        shown = [(title(self._session, change.question), view_models.change_lines(change)) for change in changes]
        if await self._screen.ask(dialogs.fix_all(shown)) != "fix":
            return
        same = [change for change in changes if self._is_still(change.question, change.before)]
        if same:
            self._do("1 answer" if len(same) == 1 else f"{len(same)} answers", same)

    def take_back(self) -> None:
        """Undo the last fix, where nobody has changed its answers since."""
        if not self._done:
            self._screen.say("No fix to take back.")
            return
        step = self._done[-1]
        if step.file is None:
            self._take_back(step)
        else:
            self._screen.app.run_worker(self._screen.alone(self._take_file_back(step, step.file)), group="disk")

    async def _take_file_back(self, step: _Step, file: Done) -> None:
        if not self._done or self._done[-1] is not step or not await self._files.take_back(file):
            return  # or the key was pressed twice
        self._take_back(step)
        await self._files.tidy()
        self._screen.show_session()

    def _take_back(self, step: _Step) -> None:
        """Take back what the last step did to the answers."""
        self._screen.take_in_editors()
        same = [change for change in step.changes if self._is_unchanged(change)]
        left = [change.question for change in step.changes if change not in same]
        self._done.pop()
        self._session.unmove(*(change.question for change in same if change.is_move))
        for change in same:
            self._bring(change.question, change.before, is_move=change.is_move)
        self._screen.show_session()
        if left:
            names = ", ".join(title(self._session, number) for number in left)
            self._screen.say(f"Changed since, and left as it is: {names}.", "warning")
        else:
            self._screen.say(f"Taken back: {step.name}.")

    # What the picker asks

    async def rename(self, path: str, renamed: Callable[[str], None]) -> None:
        """Ask for a figure's new name, and have the file renamed with all that the answers say of it.

        Args:
            path: the file, from the report's folder with forward slashes.
            renamed: called with its new path when it has it.
        """
        self._screen.take_in_editors()
        change = await self._files.ask_name(path)
        if change is not None:
            self._begin_file(change, renamed)

    async def delete(self, path: str) -> None:
        """Ask, and delete a figure that no answer names; `path` as for `rename`."""
        self._screen.take_in_editors()
        change = await self._files.ask_delete(path)
        if change is not None:
            self._begin_file(change)

    # Doing it

    def _fixes(self, entry: Entry) -> tuple[Fix, ...] | None:
        """The fixes of a finding as the report stands now; empty where it is gone, None where the disk hangs."""
        number = entry.finding.question
        there = self._session.evaluation.findings if number is None else self._findings(number)
        if entry.finding not in there:
            return ()
        offers = self._offers.of(entry.finding)
        if offers is None:
            return None
        return view_models.fixes_of(self._session, view_models.judged(self._session), entry.finding, offers)

    def _findings(self, number: int) -> tuple[Finding, ...]:
        return next((found.findings for found in self._session.evaluation.questions if found.id == number), ())

    def _change(self, number: int, fix: Fix) -> Change:
        before = self._session.text(number)
        return Change(number, before, before if fix.text is None else fix.text, is_move=fix.is_move)

    def _is_still(self, number: int, text: str) -> bool:
        """Whether an answer is as it was when the change was shown: the file may have been read anew meanwhile."""
        if self._session.text(number) == text and number not in self._session.undecided:
            return True
        self._screen.say(f"{title(self._session, number)} was changed on disk meanwhile: look again.", "warning")
        return False

    def _do(self, name: str, changes: Sequence[Change]) -> None:
        """Make these changes as one step that can be taken back; what is refused is said."""
        refused = self._session.move_all(change.question for change in changes if change.is_move)
        done: list[Change] = []
        for change in changes:
            if change.question not in refused:
                # A move takes the marks of the quote away, so that the text is not always the one before.
                self._bring(change.question, None if change.is_move else change.after, is_move=change.is_move)
                done.append(replace(change, after=self._session.text(change.question)))
        if done:
            self._done.append(_Step(name, tuple(done)))
        self._screen.show_session()
        if refused:
            told = [f"{title(self._session, number)}: {why.reason}; {why.way_out}" for number, why in refused.items()]
            self._screen.say("; ".join(told), "warning")
        else:
            self._screen.say(f"Fixed: {name}.")

    def _begin_file(self, change: FileChange, changed: Callable[[str], None] = lambda _: None) -> None:
        """Change a figure's file with all answers that name it, as one step that can be taken back.

        It comes to its end whoever leaves the screen in which it was asked for; then `changed` gets the file's path.
        """
        self._screen.app.run_worker(self._do_file(change, changed), group="disk")

    async def _do_file(self, change: FileChange, changed: Callable[[str], None]) -> None:
        done = await self._files.make(change)
        if done is not None:
            name = (change.new or change.path).rpartition("/")[2]
            self._done.append(_Step(name, done.texts, done))
            line = view_models.file_line(change, done.texts)
            # The panel shows what takes it back; to the picker it was no fix.
            said = f"Fixed: {line}" if self._panel is not None else f"Done: {line}; u in the findings takes it back"
            self._screen.say(f"{said}.")
        self._screen.show_session()
        if done is not None:
            changed(change.new)

    def _bring(self, number: int, text: str | None, *, is_move: bool) -> None:
        """Give a text to the session, where it is another one than it has, and its own to the editor.

        The editor's undo knows texts and no places: it must not bring one back that was written for another place.
        """
        if text is not None and text != self._session.text(number):
            self._session.edit(number, text)
        self._screen.bring_text(number, self._session.text(number), afresh=is_move)

    def _is_unchanged(self, change: Change) -> bool:
        """Whether a change can be taken back: nobody changed its answer since, and no save wrote its move."""
        number = change.question
        if self._session.text(number) != change.after or number in self._session.undecided:
            return False
        return not change.is_move or number in self._session.moved
