"""What goes on between the history screen and the session: reading the versions, and bringing one back.

Owns the order of these steps and what is asked on the way. It changes the session only and shows nothing itself: the
screen that it is given does. The disk may hang: what waits for it does so in a thread, and the keys that come meanwhile
are done after a moment without it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from textual.app import App
from textual.notifications import SeverityLevel

from report_tui import history
from report_tui.history import Brought, Found, Past
from report_tui.session import Session
from report_tui.storage import git, versions
from report_tui.storage.versions import Version
from report_tui.storage.waiting import beside
from report_tui.tui.dialogs import history as dialogs
from report_tui.tui.dialogs.choice import Question
from report_tui.tui.in_order import for_a_moment
from report_tui.tui.screens.history import READ_AT_ONCE, HistoryScreen
from report_tui.tui.view_models import history as view_models
from report_tui.tui.view_models import report as names
from report_tui.tui.view_models.history import HistoryView, Page

PATIENCE = 0.2
"""Seconds that the keys wait for the disk."""
RECOUNTED = "The questions have other numbers on disk now: nothing was brought back."
NOT_BROUGHT = "The disk does not answer: nothing was brought back."


class HistoryOwner(Protocol):
    """What a screen does for the flow between history and session."""

    @property
    def app(self) -> App[object]:
        """The app."""

    def take_in_editors(self) -> None:
        """Tell the session everything that was typed up to this moment."""

    async def make_editors(self, numbers: Collection[int]) -> None:
        """Have an editor for each of these questions, so that what comes into it can be undone there."""

    def bring_text(self, number: int, text: str, *, afresh: bool = False) -> None:
        """Show a text in a question's editor, if it was opened before: a step to undo, or afresh, without any."""

    def show_session(self) -> None:
        """Draw what changed."""

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice."""

    async def ask(self, dialog: Question) -> str | None:
        """Show a dialog and wait for its answer."""

    def key(self, action: str) -> str:
        """The key of an action, as a notice names it."""

    def edit_question(self, number: int) -> None:
        """Open a question's editor."""


class HistoryFlow:
    """Opens the history and does what is asked there."""

    def __init__(self, session: Session, screen: HistoryOwner) -> None:
        self._session = session
        self._screen = screen
        self._panel: HistoryScreen | None = None
        self._question: int | None = None
        self._versions: list[Version] = []
        self._problem = ""
        """Why nobody can say which there are, as `versions.unreadable` has it."""
        self._is_listed = False
        """Whether the versions are known since the history was opened."""
        self._is_behind = True
        """Whether another one may have been kept since they were listed."""
        self._one_reads = asyncio.Lock()
        self._one_brings = asyncio.Lock()
        self._pasts: dict[str, Past] = {}
        """What was read, by the version's file name, as long as the questions are counted as they are now."""
        self._counting = history.counting(session)
        self._numbers: dict[str, int] = {}
        """What the list calls each version by."""
        self._authors: Mapping[str, str] = {}
        """Who committed which content."""
        self._brought: int | None = None
        """The answer that was brought back last."""

    async def open(self, number: int | None) -> None:
        """Show the history of question `number`, and in the end its editor, or that of what was brought back.

        Returns when it takes keys: those that were typed right behind are for it.
        """
        if self._panel is not None:
            return
        self._screen.take_in_editors()
        self._follow_counting()
        self._question, self._brought = number, None
        self._is_listed, self._is_behind = False, True
        self._panel = HistoryScreen(self)
        await self._a_moment(self.read_on(READ_AT_ONCE))
        await self._screen.app.push_screen(self._panel, self._left)

    def _left(self, _: None) -> None:
        self._panel = None
        if self._one_brings.locked():
            self._screen.say(NOT_BROUGHT, "warning")
        if self._brought is not None:
            self._screen.edit_question(self._brought)

    def show(self) -> None:
        """Draw what changed in the screen, where it is open."""
        if self._panel is not None:
            self._is_behind = True  # a save may have kept another one
            self._follow_counting()
            self._panel.show()

    def _follow_counting(self) -> None:
        """Where questions have other numbers now, so have the texts of versions."""
        before, self._counting = self._counting, history.counting(self._session)
        if self._counting != before:
            self._pasts = {}
            numbers = {prompt: number for number, prompt in self._counting if prompt}
            self._question = next((numbers.get(p, n) for n, p in before if n == self._question), self._question)

    # What the screen asks

    def view(self, *, everything: bool) -> HistoryView:
        """The versions that were read so far: all, or those in which the question's answer differs."""
        now, now_ns = history.present(self._session), time.time_ns()
        found = [self._pasts[version.file.name] for version in self._versions if version.file.name in self._pasts]
        title = "all answers"
        if self._question is not None and not everything:
            title = names.title(self._session, self._question)
            found = list(history.pasts_of(now, self._question, found))
        rows = [view_models.history_row(self._number(past.version), now, past, now_ns, self._authors) for past in found]
        reading = not self._is_listed or bool(self._unread)
        return HistoryView(title, tuple(rows), reading, f"The history {self._problem}." if self._problem else "")

    @property
    def is_behind(self) -> bool:
        """Whether there may be versions that were not read."""
        return self._is_behind or bool(self._unread)

    async def read_on(self, count: int) -> None:
        """Find out which versions there are, where they may be others by now, and read so many more."""
        async with self._one_reads:
            if self._is_behind:
                self._is_behind = False
                self._versions, self._problem = await beside(partial(_listed, self._session.path))
                self._is_listed = True
            found = await beside(partial(_read, self._unread[:count]))
            self._pasts |= {one.version.file.name: history.past_of(self._session, one) for one in found}

    @property
    def _unread(self) -> list[Version]:
        return [version for version in self._versions if version.file.name not in self._pasts]

    async def learn_authors(self) -> None:
        """Ask git who committed what; that may take a while."""
        self._authors = await beside(partial(git.authors, self._session.path))

    def pages(self, identity: int) -> tuple[Page, ...]:
        """In what a version differs; the answer that the history was asked for comes first."""
        past = self._past(identity)
        if past is None or past.problem:
            return ()
        found = view_models.pages(self._session, history.present(self._session), past)
        return tuple(sorted(found, key=lambda page: page.number is None or page.number != self._question))

    async def bring_answer_back(self, identity: int, number: int) -> None:
        """Bring an answer back; the keys behind wait for that, unless the disk does not answer."""
        past = self._past(identity)
        if past is not None and not past.problem:
            await self._a_moment(self._bring_back(past, number))

    async def bring_all_back(self, identity: int) -> None:
        """Bring back all of a version, after a question."""
        past = self._past(identity)
        if past is None or past.problem:
            return
        now = history.present(self._session)
        row = view_models.row(now, past, time.time_ns(), self._authors)
        what = view_models.brought(history.differing(now, past), len(history.differing_boxes(now, past)))
        if await self._screen.ask(dialogs.bring_all_back(row, what)) == "bring":
            await self._bring_back(past, None)

    async def _bring_back(self, past: Past, number: int | None) -> None:
        async with self._one_brings:
            # Before the texts change: an editor that is made afterwards would have nothing to go back to.
            self._screen.take_in_editors()
            if not self._is_current(past):
                return
            wanted = history.differing(history.present(self._session), past)
            await self._screen.make_editors([one for one in wanted if number in (None, one)])
            done = await self._kept_first(past, number)
            if done is None:
                return
            for one in done.answers:
                self._screen.bring_text(one, self._session.text(one))
            self._brought = done.answers[0] if done.answers else self._brought
            self._screen.show_session()
            self._tell(done)

    async def _kept_first(self, past: Past, number: int | None) -> Brought | None:
        """Keep what is there, and let the session hold the older texts; None where nobody waits for them any more."""
        panel = self._panel
        while True:
            first = history.to_keep(self._session, past, number)
            if first is None:
                return Brought()
            kept = await beside(first.write)
            if panel is None or self._panel is not panel:
                return None  # somebody may be typing where they would go
            if not self._is_current(past):
                return None
            if history.to_keep(self._session, past, number) == first:
                return history.bring(self._session, past, number, kept)

    def _is_current(self, past: Past) -> bool:
        """Whether a version's texts have the numbers of the questions that they are for; says where they have not."""
        self._follow_counting()
        if self._pasts.get(past.version.file.name) is past:
            return True
        self._screen.say(RECOUNTED, "warning")
        return False

    async def finish(self) -> None:
        """Wait until what is to be brought back is, unless the disk does not answer."""
        await self._a_moment(self._brought_all())

    async def _brought_all(self) -> None:
        async with self._one_brings:
            pass

    async def _a_moment(self, work: Coroutine[Any, Any, object]) -> None:
        await for_a_moment(self._screen.app, work, PATIENCE)

    def _tell(self, done: Brought) -> None:
        told = [f"{names.title(self._session, n)}: {why.reason}; {why.way_out}" for n, why in done.refused.items()]
        told += [f'box "{key.text}" cannot be changed' for key in done.boxes_missed]
        what = view_models.brought(done.answers, done.boxes)
        undo = f"{self._screen.key('editor-undo')} in an answer takes it back"
        said = f"Brought back, not saved yet: {what}. {undo}." if what else "Nothing changed."
        if told:
            self._screen.say(f"{said} Not brought back: {'; '.join(told)}.", "warning")
        else:
            self._screen.say(said)

    def _number(self, version: Version) -> int:
        return self._numbers.setdefault(version.file.name, len(self._numbers))

    def _past(self, identity: int) -> Past | None:
        name = next((name for name, number in self._numbers.items() if number == identity), "")
        return self._pasts.get(name)


def _listed(path: Path) -> tuple[list[Version], str]:
    """The versions of the report at `path`; where there is none, why nobody can say so, which may be empty."""
    found = versions.versions(path)
    return found, "" if found else versions.unreadable(path)


def _read(found: Sequence[Version]) -> list[Found]:
    return [history.read(version) for version in found]
