"""What goes on between the app and the file: saving, and changes that somebody else makes.

Owns the order of these steps and what is asked on the way; one of them runs at a time (`turns`). It changes the session
only and shows nothing itself: the screen that it is given does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from textual.notifications import SeverityLevel

from report_tui.core.carrying import Reloaded
from report_tui.file_steps import Figures, Read
from report_tui.session import Session
from report_tui.storage import files
from report_tui.storage.rules import RulesError
from report_tui.tui.flows.settling import Settling, SettlingScreen
from report_tui.tui.flows.turns import Turns
from report_tui.tui.view_models import report as view_models

Found = TypeVar("Found")

ATTEMPTS = 3
"""Somebody may change the file while we ask; after so many times the student is told."""
BY_HAND = "put the two versions together here, then save"
UNREAD = 2.0
"""Seconds after which somebody has read what changed on disk; a save before that says it again with how it came out."""


class DiskScreen(SettlingScreen, Protocol):
    """What a screen does for the flow between app and file."""

    def keep(self) -> Callable[[], object]:
        """Have what is not saved written to the journal; what is returned waits until it is, and may do so anywhere."""

    def bring_editors(self, result: Reloaded) -> None:
        """Show in every editor what the session holds now, and go along with a question that has another number."""

    def show_session(self) -> None:
        """Draw what changed."""


class Disk:
    """Saves and reloads."""

    def __init__(self, session: Session, screen: DiskScreen, turns: Turns) -> None:
        self._session = session
        self._screen = screen
        self._turns = turns
        self._settling = self._new_settling()
        self._taken: tuple[int, ...] = ()
        """Answers that were taken with the last change on disk."""
        self._news: list[str] = []
        """What the present save took over from the disk; said with how it came out."""
        self._told_last: tuple[float, list[str]] = (-UNREAD, [])
        """When something else was last taken over, and what was said of it."""
        self._told: frozenset[int] = frozenset()
        """Answers of which it was said that git left two versions; 0 for the report's own text."""
        self.trouble: Exception | None = None
        """Why the file could not be read or written when last tried."""
        self._save_waits = False
        """Whether a save waits for its turn: it writes what is there then."""

    async def save(self) -> None:
        """Write what can be written and say what could not."""
        if self._save_waits:
            return
        self._save_waits = True
        async with self._turns.lock:
            self._save_waits = False
            await self.save_now()

    async def look(self) -> None:
        """Take over what changed on disk, and look at the figures again."""
        async with self._turns.lock:
            self._screen.take_in_editors()
            try:
                self._take(await self._turns.read(self._session.to_read().look))
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

    def _take(self, found: Read | Figures) -> None:
        """Take over what a look found."""
        if isinstance(found, Read):
            self._take_changes(found)
            return
        self._session.take_figures(found)
        if said := self._left_by_git():
            self._screen.say(said, "warning")

    async def settle(self, numbers: Sequence[int] = ()) -> None:
        """Ask for those of these answers, or of all, that have two versions; saves nothing but what git's markers need.

        Where git's markers stand around more than an answer, all answers are asked for, and the file is written without
        them; where that cannot be, it is said why.
        """
        async with self._turns.lock:
            self._screen.take_in_editors()
            from report_tui.tui.view_models.collision import waiting  # here: few sittings have two versions

            self._settling = self._new_settling()
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

    def _new_settling(self) -> Settling:
        return Settling(self._session, self._screen, self._turns.save)

    async def _untangle(self) -> str:
        try:
            return await self._settling.untangle()
        except (files.StorageError, RulesError) as error:
            self._tell(error)
            return ""

    async def save_now(self) -> bool:
        """Write and say as `save` does, for what is done alone already; returns whether everything could be written."""
        self._settling = self._new_settling()
        (when, said), self._told_last = self._told_last, (-UNREAD, [])
        self._news = said if time.monotonic() - when < UNREAD else []
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
                if self._settling.put_away or self._news:
                    self._say(view_models.disk_problem(error), "error")
                if not await self._try_again(error):
                    return False
        self.trouble = None
        self._news += self._session.keeper.untold()
        self._screen.show_session()
        if self._settling.by_hand is not None:
            self._say(f"{f'Saved {saved}' if saved else 'Nothing is saved yet'}: {BY_HAND}.")
            return False
        if self._session.held:
            kept = "; ".join(view_models.why_held(self._session))
            choose = f" {self._to_choose}" if self._session.undecided else ""
            self._say(f"{'Saved all but' if saved else 'Not saved:'} {kept}.{choose}", "warning")
            return False
        self._say(f"Saved {saved}." if saved else self._nothing())
        return True

    async def _try_again(self, error: Exception) -> bool:
        """Ask what to do about a save that failed, and write a copy elsewhere where that is wanted."""
        from report_tui.storage import saving
        from report_tui.tui.dialogs import questions
        from report_tui.tui.dialogs.place_dialog import PlaceDialog
        from report_tui.tui.flows.placing import Placing
        from report_tui.tui.view_models import copies

        begin = await self._turns.save(partial(copies.place, self._session.path))
        while True:
            answer = await self._screen.ask(questions.not_saved(copies.reason(error)))
            if answer != "copy":
                return answer == "again"
            dialog = PlaceDialog(copies.TITLE, begin, Placing(self._session).propose)
            place = await self._screen.ask(dialog)
            if place is None:
                continue
            try:
                data = self._session.report.to_bytes()
                await self._turns.save(partial(saving.save_copy, Path(place), data))
            except files.CannotSave as failed:
                self._screen.say(str(failed), "error")
                continue
            self._screen.say(copies.written(self._session, Path(place)), "warning")
            return False

    async def _write(self) -> str:
        """Merge with what is on disk and write; then ask what has to be asked, and write that.

        Returns:
            What was written, in a few words.

        Raises:
            files.StorageError: it could not be read or written, or changed again each time.
        """
        answers: frozenset[int] = frozenset()
        boxes = failed = 0
        while True:
            # What is typed from here on is for the next save, where nothing has to be taken over or asked for.
            counts, wanted = view_models.writable(self._session), self._session.to_save()
            found = await self._turns.save(self._session.to_read().read_if_changed)
            if found is not None:
                self._take_changes(found, asks=True)
                counts, wanted = view_models.writable(self._session), self._session.to_save()
            try:
                if wanted is not None:
                    self._session.saved(wanted, await self._turns.save(self._kept_first(wanted.write)))
            except files.ChangedOnDisk:
                failed += 1
                if failed == ATTEMPTS:
                    raise
                continue
            answers, boxes = answers | counts[0], boxes + counts[1]
            # Nobody waits for an answer before the rest is in the file: the question may stay open for long.
            asked = sorted(self._session.undecided.difference(self._settling.put_off))
            if asked:
                await self._settling.settle(asked, self._taken)
            if not asked or self._settling.by_hand is not None:
                break
        if self._session.figure_copies:
            self._session.take_figures(await self._turns.read(self._session.to_tidy(is_saved=True).write))
        return view_models.counted(answers, boxes)

    def _kept_first(self, write: Callable[[], Found]) -> Callable[[], Found]:
        """Write when the journal is: else one that is older than the file would be another version after a kill."""
        is_kept = self._screen.keep()

        def run() -> Found:
            is_kept()
            return write()

        return run

    def _take_changes(self, read: Read, *, asks: bool = False) -> None:
        """Go on with the file as it was read, and name what came with it.

        Args:
            read: the file.
            asks: whether a save is going on: the answers that collided are asked for next, and everything else is
                said when it is over.
        """
        self._screen.take_in_editors()  # what was typed while it was read
        result = self._session.take_over(read)
        self._screen.bring_editors(result)
        if result.collided:
            self._taken = result.taken
        if asks and result.collided:
            result = result._replace(collided=(), strays=())
        choose = self._to_choose if result.collided else ""
        left = self._left_by_git()
        said = [said for said in (*view_models.reloaded(self._session, result), choose, left) if said]
        if asks:
            self._news += said
        elif said:
            self._told_last = (time.monotonic(), said)
            self._screen.say(" ".join(said), "warning" if result.lost or left else "information")

    @property
    def _to_choose(self) -> str:
        return f"Save ({self._screen.key('save')}) to choose."

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
        way = f'{self._screen.key("commands")}: "Choose between two versions"'
        return f"git left two versions of {names or 'the report'}. {way}."

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
        self._news, self._settling = [], self._new_settling()
