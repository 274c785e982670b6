"""What goes on between the app and the file: saving, leaving, and changes that somebody else makes.

Owns the order of these steps and what is asked on the way; one of them runs at a time. It changes the session only and
shows nothing itself: the screen that it is given does. The disk may hang: what waits for it does so in a thread, and
the keys that come meanwhile find everything as it was.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from textual.notifications import SeverityLevel

from report_tui.core.carrying import Reloaded
from report_tui.file_steps import Figures, Read
from report_tui.session import Session
from report_tui.storage import files, sitting, versions
from report_tui.storage.rules import RulesError
from report_tui.storage.waiting import NAME, WRITING, beside
from report_tui.tui.flows.settling import Settling, SettlingScreen
from report_tui.tui.view_models import report as view_models

if TYPE_CHECKING:
    from report_tui.tui.dialogs.choice import Question

Found = TypeVar("Found")

ATTEMPTS = 3
"""Somebody may change the file while we ask; after so many times the student is told."""
PATIENCE = 0.4
"""Seconds after which it is said that the disk is waited for."""
LAST_PATIENCE = 1.0
"""Seconds that somebody who leaves waits for the disk unasked."""
BY_HAND = "put the two versions together here, then save"
UNREAD = 2.0
"""Seconds after which somebody has read what changed on disk; a save before that says it again with how it came out."""
SAVING, READING, CHANGING = "saving …", "reading …", "changing figures …"
"""What is said then."""
_DONE = {SAVING: "saved", READING: "read", CHANGING: "changed"}


class Leaving(Enum):
    """Whether the app may end."""

    STAY = "stay"
    GO = "go"
    """Nothing is unsaved that somebody wants."""
    AS_IT_IS = "as it is"
    """The disk does not answer, and nobody wants to wait for it: what is not saved stays in the journal."""


class DiskScreen(SettlingScreen, Protocol):
    """What a screen does for the flow between app and file."""

    def keep(self) -> Callable[[], object]:
        """Have what is not saved written to the journal; what is returned waits until it is, and may do so anywhere."""

    @property
    def is_kept(self) -> bool:
        """Whether all that is not saved was in the journal when it was asked for last."""

    def bring_editors(self, result: Reloaded) -> None:
        """Show in every editor what the session holds now, and go along with a question that has another number."""

    def show_session(self) -> None:
        """Draw what changed."""


class Disk:
    """Saves, quits and reloads, one at a time."""

    def __init__(self, session: Session, screen: DiskScreen) -> None:
        self._session = session
        self._screen = screen
        # A save, a quit and a change on disk may each ask something; the next one waits until that is answered.
        self._one_at_a_time = asyncio.Lock()
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
        self._under_way = ""
        """What the disk is asked for now: `SAVING`, `READING`, `CHANGING` or an empty string."""
        self.waits_for = ""
        """The same once that takes long."""
        self._save_waits = False
        """Whether a save waits for its turn: it writes what is there then."""
        self._whether: Question | None = None
        """Asks whether to wait for the disk."""
        self._quit_waits = False
        """Whether somebody who wants to leave waits for a turn, or is asked whether to."""
        self._stayed = 0
        """How often somebody who wanted to leave stayed after all."""
        self._quits_again = asyncio.Event()
        """Set when somebody wants to leave who waits for that already."""

    async def alone(self, doing: Awaitable[Found]) -> Found:
        """Do something while nothing of this goes on."""
        async with self._one_at_a_time:
            return await doing

    async def read_beside(self, run: Callable[[], Found]) -> Found:
        """What `run` returns or raises, done in a thread; for what is done `alone`."""
        return await self._beside(READING, run)

    async def change_beside(self, run: Callable[[], Found]) -> Found:
        """What `run` returns or raises, done in a thread that changes figures' files; for what is done `alone`."""
        return await self._beside(CHANGING, run, WRITING)

    async def save(self) -> None:
        """Write what can be written and say what could not."""
        if self._save_waits:
            return
        self._save_waits = True
        async with self._one_at_a_time:
            self._save_waits = False
            await self._save()

    async def may_quit(self) -> Leaving:
        """Whether the app may end; nothing of this goes on any more where it may."""
        self._screen.take_in_editors()
        if self._quit_waits:
            self._quits_again.set()
            return Leaving.STAY
        if self._under_way == READING and not self._session.dirty:
            return Leaving.GO
        self._quit_waits, stayed = True, self._stayed
        answer = await self._wait_for_turn()
        self._quit_waits = False
        # Who has just been asked, and stays, is not asked again because of a key that was pressed before.
        if answer is Leaving.GO and (self._stayed != stayed or not await self._patiently(self._may_go())):
            self._stayed += 1
            self._one_at_a_time.release()
            return Leaving.STAY
        return answer

    async def leave(self, place: sitting.Place | None) -> None:
        """The session ends without what is not saved; a disk that does not answer keeps nobody from leaving.

        Args:
            place: where the student leaves off, to be remembered.
        """
        path, take_back_copies = self._session.path, self._session.to_leave()

        def end() -> None:
            take_back_copies()
            if place is not None:
                sitting.store(path, place)

        await asyncio.wait({asyncio.ensure_future(beside(end))}, timeout=LAST_PATIENCE)

    async def _patiently(self, going: Coroutine[None, None, bool]) -> bool:
        """What `going` returns; where the disk does not answer, it is said how to leave all the same."""
        work, is_told = asyncio.ensure_future(going), False
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=LAST_PATIENCE)
                if not (is_told or work.done()) and self._under_way:
                    is_told = True
                    key = self._screen.key("quit")
                    self._screen.say(f"The disk does not answer: {key} once more leaves without waiting.", "warning")
        finally:
            work.cancel()
        return work.result()

    async def _wait_for_turn(self) -> Leaving:
        """Wait until nothing else of this goes on; where the disk does not answer, ask whether to.

        Returns:
            `GO` where it is our turn.
        """
        turn = asyncio.ensure_future(self._one_at_a_time.acquire())
        while not turn.done():
            await asyncio.wait({turn}, timeout=LAST_PATIENCE)
            if turn.done() or not self._under_way:
                continue
            answer = await self._ask_whether_to_wait()
            if answer is not Leaving.GO:
                if not turn.cancel():
                    self._one_at_a_time.release()
                return answer
            self._quits_again.clear()
            again = asyncio.ensure_future(self._quits_again.wait())
            await _first(turn, again)
            again.cancel()
        return Leaving.GO

    async def _ask_whether_to_wait(self) -> Leaving:
        """Ask, for as long as the disk does not answer; returns `GO` for waiting."""
        from report_tui.tui.dialogs import questions  # here, since the first picture asks nothing

        await beside(self._screen.keep())
        if not self._under_way:
            return Leaving.GO  # the disk has answered meanwhile
        is_kept = self._screen.is_kept or not self._session.dirty
        name = "A figure's file" if self._under_way == CHANGING else self._session.path.name
        self._whether = questions.disk_does_not_answer(name, _DONE.get(self._under_way, "read"), is_kept=is_kept)
        answer = await self._screen.ask(self._whether)
        self._whether = None
        return {"wait": Leaving.GO, "leave": Leaving.AS_IT_IS}.get(answer or "", Leaving.STAY)

    async def _may_go(self) -> bool:
        """Whether nothing is unsaved, or somebody said what to do about it."""
        self._screen.take_in_editors()
        if not self._session.dirty:
            return True
        from report_tui.tui.dialogs import questions  # here, since the first picture asks nothing

        names = view_models.unsaved_names(self._session)
        answer = await self._screen.ask(questions.quit_with_unsaved(names, self._reasons()))
        if answer == "drop":
            dropped = self._session.to_put_aside(self._session.unsaved, versions.DROPPED_DRAFT)
            problem = await self._beside(SAVING, dropped.write)
            self._screen.take_in_editors()
            if self._session.to_put_aside(self._session.unsaved, versions.DROPPED_DRAFT) != dropped:
                return await self._may_go()  # somebody typed on while it was kept
            return (
                problem is None or await self._screen.ask(questions.not_kept("What is not saved", problem)) == "give-up"
            )
        # Who has typed on while it was saved is asked again.
        return answer == "save" and await self._save() and await self._may_go()

    async def look(self) -> None:
        """Take over what changed on disk, and look at the figures again."""
        async with self._one_at_a_time:
            self._screen.take_in_editors()
            try:
                self._take(await self._beside(READING, self._session.to_read().look))
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
        async with self._one_at_a_time:
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
        return Settling(self._session, self._screen, self._write_beside)

    async def _write_beside(self, run: Callable[[], Found]) -> Found:
        return await self._beside(SAVING, run)

    async def _untangle(self) -> str:
        try:
            return await self._settling.untangle()
        except (files.StorageError, RulesError) as error:
            self._tell(error)
            return ""

    async def _save(self) -> bool:
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
            kept = "; ".join(self._reasons())
            self._say(f"{'Saved all but' if saved else 'Not saved:'} {kept}.", "warning")
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

        begin = await self._beside(SAVING, partial(copies.place, self._session.path))
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
                await self._beside(SAVING, partial(saving.save_copy, Path(place), data))
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
            found = await self._beside(SAVING, self._session.to_read().read_if_changed)
            if found is not None:
                self._take_changes(found, asks=True)
                counts, wanted = view_models.writable(self._session), self._session.to_save()
            try:
                if wanted is not None:
                    self._session.saved(wanted, await self._beside(SAVING, self._kept_first(wanted.write)))
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
            self._session.take_figures(await self._beside(READING, self._session.to_tidy(is_saved=True).write))
        return view_models.counted(answers, boxes)

    def _kept_first(self, write: Callable[[], Found]) -> Callable[[], Found]:
        """Write when the journal is: else one that is older than the file would be another version after a kill."""
        is_kept = self._screen.keep()

        def run() -> Found:
            is_kept()
            return write()

        return run

    async def _beside(self, what: str, run: Callable[[], Found], name: str = NAME) -> Found:
        """What `run` returns or raises, done in a thread; says what is waited for where that takes long.

        Args:
            what: `SAVING`, `READING` or `CHANGING`.
            run: asks the disk, and nothing that changes here.
            name: the thread's.
        """
        self._under_way = what
        work = asyncio.ensure_future(beside(run, name))
        try:
            await asyncio.wait({work}, timeout=PATIENCE)
            if not work.done():
                self._show_waiting(what)
                await asyncio.wait({work})
                self._show_waiting("")
        finally:
            self._under_way = ""
            if self._whether is not None:
                self._whether.withdraw("wait")
        return work.result()

    def _show_waiting(self, what: str) -> None:
        self.waits_for = what
        self._screen.show_session()

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
        choose = f"Save ({self._screen.key('save')}) to choose." if result.collided else ""
        left = self._left_by_git()
        said = [said for said in (*view_models.reloaded(self._session, result), choose, left) if said]
        if asks:
            self._news += said
        elif said:
            self._told_last = (time.monotonic(), said)
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

    def _reasons(self) -> list[str]:
        held = self._session.held.items()
        return [f"{view_models.title(self._session, number)}: {text.rejection.reason}" for number, text in held]


async def _first(*futures: asyncio.Future[Any]) -> None:
    """Wait until one of these is done."""
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
