"""What goes on between the app and the file: saving, leaving, and changes that somebody else makes.

Owns the order of these steps and what is asked on the way; one of them runs at a time. It changes the session only and
shows nothing itself: the screen that it is given does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Protocol

from textual.notifications import SeverityLevel

from report_tui.session import Session
from report_tui.storage import files, versions
from report_tui.storage.rules import RulesError
from report_tui.tui.view_models import report as view_models

if TYPE_CHECKING:
    from report_tui.tui.dialogs.choice import ChoiceDialog

ATTEMPTS = 3
"""Somebody may change the file while we ask; after so many times the student is told."""


class DiskScreen(Protocol):
    """What a screen does for the flow between app and file."""

    def take_in_editors(self) -> None:
        """Tell the session everything that was typed up to this moment."""

    def bring_editors(self) -> None:
        """Show in every editor what the session holds now."""

    def show_session(self) -> None:
        """Draw what changed."""

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice."""

    async def ask(self, dialog: ChoiceDialog) -> str | None:
        """Show a dialog and wait for its answer."""


class Disk:
    """Saves, quits and reloads, one at a time."""

    def __init__(self, session: Session, screen: DiskScreen) -> None:
        self._session = session
        self._screen = screen
        # A save, a quit and a change on disk may each ask something; the next one waits until that is answered.
        self._one_at_a_time = asyncio.Lock()
        self._put_away: list[str] = []
        """What is to be said of the texts that were not chosen in the present save, and of the history."""
        self.trouble: Exception | None = None
        """Why the file could not be read or written when last tried."""

    async def alone(self, doing: Awaitable[None]) -> None:
        """Do something while nothing of this goes on."""
        async with self._one_at_a_time:
            await doing

    async def save(self) -> bool:
        """Write what can be written and say what could not; returns whether everything is on disk now."""
        async with self._one_at_a_time:
            return await self._save()

    async def may_quit(self) -> bool:
        """Whether the app may end: nothing is unsaved, or somebody said what to do about it."""
        async with self._one_at_a_time:
            self._screen.take_in_editors()
            if not self._session.dirty:
                return True
            from report_tui.tui.dialogs import questions  # here, since the first picture asks nothing

            names = view_models.unsaved_names(self._session)
            answer = await self._screen.ask(questions.quit_with_unsaved(names, self._reasons()))
            if answer == "drop":
                for number in self._session.unsaved:
                    text = self._session.text(number)
                    if text != self._session.theirs(number):
                        versions.put_aside(self._session.path, number, text, versions.DROPPED_DRAFT)
                return True
            return answer == "save" and await self._save()

    async def look(self) -> None:
        """Take over what changed on disk, and look at the figures again."""
        async with self._one_at_a_time:
            self._screen.take_in_editors()
            try:
                if self._session.changed_on_disk():
                    self._take_changes()
                else:
                    self._session.refresh_figures()
            except (files.StorageError, RulesError) as error:
                # Whoever watches the folder may ask again for one change, or for another file's.
                if str(error) != str(self.trouble):
                    self._tell(error)
                return
            # Why a save failed is not answered by a look at the file.
            if isinstance(self.trouble, files.CannotRead):
                self.trouble = None
                self._screen.say(f"{self._session.path.name} is back.")
            self._screen.show_session()

    async def _save(self) -> bool:
        self._screen.take_in_editors()
        self._put_away = []
        try:
            saved = await self._write()
        except (files.StorageError, RulesError) as error:
            self._tell(error)
            return False
        self.trouble = None
        self._put_away += self._session.keeper.untold()
        self._screen.show_session()
        if self._session.held:
            kept = "; ".join(self._reasons())
            self._say(f"{'Saved all but' if saved else 'Not saved:'} {kept}.", "warning")
            return False
        self._say(f"Saved {saved}." if saved else "Nothing to save.")
        return True

    async def _write(self) -> str:
        """Merge with what is on disk, ask what has to be asked, write; returns what was written, in a few words.

        Raises:
            files.StorageError: it could not be read or written, or changed again each time while we asked.
        """
        for attempt in range(1, ATTEMPTS + 1):
            if self._session.changed_on_disk():
                self._take_changes()
            await self._decide()
            saved = view_models.unsaved_counts(self._session)
            try:
                self._session.save()
                break
            except files.ChangedOnDisk:
                if attempt == ATTEMPTS:
                    raise
        return saved

    async def _decide(self) -> None:
        """Ask for each answer that was changed here and on disk which one to keep; escape leaves it undecided."""
        for number in sorted(self._session.undecided):
            name = view_models.title(self._session, number)
            mine, theirs = self._session.text(number), self._session.theirs(number)
            from report_tui.tui.dialogs import questions

            answer = await self._screen.ask(questions.changed_on_both_sides(name, mine, theirs))
            if answer in ("mine", "theirs"):
                other = theirs if answer == "mine" else mine
                problem = versions.put_aside(self._session.path, number, other, versions.NOT_CHOSEN)
                self._put_away += versions.put_aside_words(number, other, problem)
                self._session.decide(number, mine=answer == "mine")
                self._screen.bring_editors()

    def _take_changes(self) -> None:
        """Read the file anew and name what came with it; raises what `Session.reload` raises."""
        result = self._session.reload()
        self._screen.bring_editors()
        said = []
        if result.taken:
            said.append(f"Changed on disk, taken over: {view_models.titles(self._session, result.taken)}.")
        if result.collided:
            names = view_models.titles(self._session, result.collided)
            said.append(f"Changed by you and on disk: {names}. Save (F2) to choose.")
        if result.unmoved:
            names = view_models.titles(self._session, result.unmoved)
            said.append(f"Stands where the file has it again: {names}.")
        if result.boxes_gone:
            said.append(f"Gone from the checklist, with what you ticked: {', '.join(result.boxes_gone)}.")
        if said:
            lost = result.collided or result.unmoved or result.boxes_gone
            self._screen.say(" ".join(said), "warning" if lost else "information")

    def _tell(self, error: Exception) -> None:
        """Say what is wrong with the disk; the line under the header goes on saying it until it is mended."""
        self.trouble = error
        self._screen.show_session()
        self._say(view_models.disk_problem(error), "error")

    def _say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Say how a save came out, and what became of what was not chosen in it."""
        self._screen.say("\n".join([text, *self._put_away]), severity)

    def _reasons(self) -> list[str]:
        held = self._session.held.items()
        return [f"{view_models.title(self._session, number)}: {text.rejection.reason}" for number, text in held]
