"""What goes on between the app and the file: saving, leaving, and changes that somebody else makes.

Owns the order of these steps and what is asked on the way; one of them runs at a time. It changes the session only and
shows nothing itself: the screen that it is given does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from pathlib import Path
from typing import Protocol

from textual.notifications import SeverityLevel

from report_tui.session import Session
from report_tui.storage import files, versions
from report_tui.storage.rules import RulesError
from report_tui.tui.flows.settling import Settling, SettlingScreen
from report_tui.tui.view_models import report as view_models

ATTEMPTS = 3
"""Somebody may change the file while we ask; after so many times the student is told."""


class DiskScreen(SettlingScreen, Protocol):
    """What a screen does for the flow between app and file."""

    def take_in_editors(self) -> None:
        """Tell the session everything that was typed up to this moment."""

    def keep(self) -> None:
        """Have what is not saved in the journal before going on."""

    def bring_editors(self) -> None:
        """Show in every editor what the session holds now."""

    def show_session(self) -> None:
        """Draw what changed."""


class Disk:
    """Saves, quits and reloads, one at a time."""

    def __init__(self, session: Session, screen: DiskScreen) -> None:
        self._session = session
        self._screen = screen
        # A save, a quit and a change on disk may each ask something; the next one waits until that is answered.
        self._one_at_a_time = asyncio.Lock()
        self._settling = Settling(session, screen)
        self._taken: tuple[int, ...] = ()
        """Answers that were taken with the last change on disk."""
        self._news: list[str] = []
        """What the present save took over from the disk; said with how it came out."""
        self._told: frozenset[int] = frozenset()
        """Answers of which it was said that git left two versions; 0 for the report's own text."""
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
                problem = self._session.put_aside(self._session.unsaved, versions.DROPPED_DRAFT)
                return (
                    problem is None
                    or await self._screen.ask(questions.not_kept("What is not saved", problem)) == "give-up"
                )
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
                    if said := self._left_by_git():
                        self._screen.say(said, "warning")
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

    async def settle(self, numbers: Sequence[int] = ()) -> None:
        """Ask for those of these answers, or of all, that have two versions; saves nothing but what git's markers need.

        Where git's markers stand around more than an answer, all answers are asked for, and the file is written without
        them; where that cannot be, it is said why.
        """
        async with self._one_at_a_time:
            self._screen.take_in_editors()
            from report_tui.tui.view_models.collision import waiting  # here: few sittings have two versions

            self._settling = Settling(self._session, self._screen)
            two = waiting(self._session)
            asked = [number for number in numbers or two if number in two]
            # Markers around an answer, or where what reads as one is none, concern the whole file.
            whole = bool(view_models.conflicted(self._session).difference(two)) and not (numbers and asked)
            said = await self._untangle() if whole else "" if asked else "No answer has two versions."
            if not self._settling.has_asked:
                await self._settling.settle(asked, self._taken)
            self._screen.show_session()
            if lines := [line for line in (said, *self._settling.put_away) if line]:
                self._screen.say("\n".join(lines))

    async def _untangle(self) -> str:
        try:
            return await self._settling.untangle()
        except (files.StorageError, RulesError) as error:
            self._tell(error)
            return ""

    async def _save(self) -> bool:
        self._settling = Settling(self._session, self._screen)
        self._news = []
        while True:
            self._screen.take_in_editors()
            try:
                saved = await self._write()
                break
            except (files.StorageError, RulesError) as error:
                if not self._session.dirty:
                    self._tell(error)
                    return False
                self._note(error)
                if self._settling.put_away:
                    self._say(view_models.disk_problem(error), "error")
                if not await self._try_again(error):
                    return False
        self.trouble = None
        self._news += self._session.keeper.untold()
        self._screen.show_session()
        if saved is None:
            self._say("Nothing is saved yet: put the two versions together here, then save.")
            return False
        if self._session.held:
            kept = "; ".join(self._reasons())
            self._say(f"{'Saved all but' if saved else 'Not saved:'} {kept}.", "warning")
            return False
        self._say(f"Saved {saved}." if saved else self._nothing())
        return True

    async def _try_again(self, error: Exception) -> bool:
        """Ask what to do about a save that failed, and write a copy elsewhere where that is wanted."""
        from report_tui.tui.dialogs import questions
        from report_tui.tui.dialogs.place_dialog import PlaceDialog
        from report_tui.tui.view_models import copies

        begin = copies.place(self._session)
        while True:
            answer = await self._screen.ask(questions.not_saved(copies.reason(error)))
            if answer != "copy":
                return answer == "again"
            dialog = PlaceDialog(copies.TITLE, begin, lambda typed: copies.propose(self._session, typed))
            place = await self._screen.ask(dialog)
            if place is None:
                continue
            try:
                self._session.save_copy(Path(place))
            except files.CannotSave as failed:
                self._screen.say(str(failed), "error")
                continue
            self._screen.say(copies.written(self._session, Path(place)), "warning")
            return False

    async def _write(self) -> str | None:
        """Merge with what is on disk, ask what has to be asked, write.

        Returns:
            What was written, in a few words; None where an answer is to be put together by hand first.

        Raises:
            files.StorageError: it could not be read or written, or changed again each time while we asked.
        """
        for attempt in range(1, ATTEMPTS + 1):
            if self._session.changed_on_disk():
                self._take_changes(asks=True)
            await self._settling.settle(sorted(self._session.undecided), self._taken)
            if self._settling.by_hand is not None:
                return None
            saved = view_models.unsaved_counts(self._session)
            try:
                # Else a journal that is older than the file would be offered as another version after a kill.
                self._screen.keep()
                self._session.save()
                break
            except files.ChangedOnDisk:
                if attempt == ATTEMPTS:
                    raise
        return saved

    def _take_changes(self, *, asks: bool = False) -> None:
        """Read the file anew and name what came with it; raises what `Session.reload` raises.

        Args:
            asks: whether a save is going on: the answers that collided are asked for next, with the names of those
                that were taken, and everything else is said when it is over.
        """
        result = self._session.reload()
        self._screen.bring_editors()
        if result.collided:
            self._taken = result.taken
        if asks and result.collided:
            result = result._replace(taken=(), collided=())
        choose = "Save (F2) to choose." if result.collided else ""
        left = self._left_by_git()
        said = [said for said in (*view_models.reloaded(self._session, result), choose, left) if said]
        if asks:
            self._news += said
        elif said:
            self._screen.say(" ".join(said), "warning" if result.lost or left else "information")

    def _left_by_git(self) -> str:
        """What is to be said about git's conflict markers that were not there before; may be empty."""
        found = view_models.conflicted(self._session)
        new, self._told = found - self._told, found
        return self._two_versions(new)

    def _nothing(self) -> str:
        """What is said where there is nothing to save: git's versions are there to be chosen, but not by a save."""
        return f"Nothing to save. {self._two_versions(view_models.conflicted(self._session))}".rstrip()

    def _two_versions(self, new: Collection[int]) -> str:
        if not new:
            return ""
        names = view_models.titles(self._session, sorted(number for number in new if number))
        return f'git left two versions of {names or "the report"}. Ctrl+P: "Choose between two versions".'

    def _tell(self, error: Exception) -> None:
        """Say what is wrong with the disk."""
        self._note(error)
        self._say(view_models.disk_problem(error), "error")

    def _note(self, error: Exception) -> None:
        """Let the line under the header say what is wrong with the disk, until it is mended."""
        self.trouble = error
        self._screen.show_session()

    def _say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Say how a save came out, what came from the disk with it, and where what was not chosen in it lies."""
        self._screen.say("\n".join([text, *self._news, *self._settling.put_away]), severity)
        self._news, self._settling = [], Settling(self._session, self._screen)

    def _reasons(self) -> list[str]:
        held = self._session.held.items()
        return [f"{view_models.title(self._session, number)}: {text.rejection.reason}" for number, text in held]
