"""What goes on between the history screen and the session: reading the versions, and bringing one back.

Owns the order of these steps and what is asked on the way. It changes the session only and shows nothing itself: the
screen that it is given does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping
from typing import Protocol

from textual.app import App
from textual.notifications import SeverityLevel

from report_tui import history
from report_tui.history import Brought, Past
from report_tui.session import Session
from report_tui.storage import git, versions
from report_tui.storage.versions import Version
from report_tui.tui.dialogs import history as dialogs
from report_tui.tui.dialogs.choice import Question
from report_tui.tui.screens.history import HistoryScreen
from report_tui.tui.view_models import history as view_models
from report_tui.tui.view_models import report as names
from report_tui.tui.view_models.history import HistoryView, Page


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
        self._pasts: dict[str, Past] = {}
        """What was read, by the version's file name: that never changes."""
        self._numbers: dict[str, int] = {}
        """What the list calls each version by."""
        self._authors: Mapping[str, str] = {}
        """Who committed which content."""
        self._brought: int | None = None
        """The answer that was brought back last."""

    def open(self, number: int | None) -> None:
        """Show the history of question `number`, and in the end its editor, or that of what was brought back.

        The screen is there at once: the keys that were typed right behind are for it.
        """
        if self._panel is not None:
            return
        self._screen.take_in_editors()
        self._question, self._brought = number, None
        self._list()
        self._panel = HistoryScreen(self)
        self._screen.app.push_screen(self._panel, self._left)

    def _left(self, _: None) -> None:
        self._panel = None
        if self._brought is not None:
            self._screen.edit_question(self._brought)

    def show(self) -> None:
        """Draw what changed in the screen, where it is open."""
        if self._panel is not None:
            self._list()  # a save may have kept another one
            self._panel.show()

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
        reading = any(one.file.name not in self._pasts for one in self._versions)
        problem = "" if self._versions else versions.unreadable(self._session.path)
        return HistoryView(title, tuple(rows), reading, f"The history {problem}." if problem else "")

    def read_on(self, count: int) -> bool:
        """Read so many versions more; returns whether there are others left."""
        left = [version for version in self._versions if version.file.name not in self._pasts]
        for version in left[:count]:
            self._pasts[version.file.name] = history.read_past(self._session, version)
        return len(left) > count

    async def learn_authors(self) -> None:
        """Ask git who committed what; that may take a while."""
        self._authors = await asyncio.to_thread(git.authors, self._session.path)

    def pages(self, identity: int) -> tuple[Page, ...]:
        """In what a version differs; the answer that the history was asked for comes first."""
        past = self._past(identity)
        if past is None or past.problem:
            return ()
        found = view_models.pages(self._session, history.present(self._session), past)
        return tuple(sorted(found, key=lambda page: page.number is None or page.number != self._question))

    async def bring_back(self, identity: int, number: int | None) -> None:
        """Bring an answer back, or all of a version, after a question."""
        past = self._past(identity)
        if past is None or past.problem:
            return
        now = history.present(self._session)
        if number is None:
            row = view_models.row(now, past, time.time_ns(), self._authors)
            what = view_models.brought(history.differing(now, past), len(history.differing_boxes(now, past)))
            if await self._screen.ask(dialogs.bring_all_back(row, what)) != "bring":
                return
        # Before the texts change: an editor that is made afterwards would have nothing to go back to.
        self._screen.take_in_editors()
        await self._screen.make_editors([one for one in history.differing(now, past) if number in (None, one)])
        done = history.bring_back(self._session, past, number)
        for one in done.answers:
            self._screen.bring_text(one, self._session.text(one))
        self._brought = done.answers[0] if done.answers else self._brought
        self._screen.show_session()
        self._tell(done)

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

    def _list(self) -> None:
        self._versions = versions.versions(self._session.path)

    def _number(self, version: Version) -> int:
        return self._numbers.setdefault(version.file.name, len(self._numbers))

    def _past(self, identity: int) -> Past | None:
        name = next((name for name, number in self._numbers.items() if number == identity), "")
        return self._pasts.get(name)
