"""Leaving: whether the app may end, and what is asked before.

Owns that nobody leaves without knowing what is unsaved, and that a disk that does not answer keeps nobody from leaving.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from enum import Enum
from typing import Protocol

from report_tui.session import Session
from report_tui.storage import sitting, versions
from report_tui.storage.waiting import beside
from report_tui.tui.dialogs import questions
from report_tui.tui.flows.disk import Disk, DiskScreen
from report_tui.tui.flows.turns import CHANGING, READING, SAVING, Turns
from report_tui.tui.view_models import report as view_models

PATIENCE = 1.0
"""Seconds that somebody who leaves waits for the disk unasked."""
_DONE = {SAVING: "saved", READING: "read", CHANGING: "changed"}


class Leaving(Enum):
    """Whether the app may end."""

    STAY = "stay"
    GO = "go"
    """Nothing is unsaved that somebody wants."""
    AS_IT_IS = "as it is"
    """The disk does not answer, and nobody wants to wait for it: what is not saved stays in the journal."""


class QuittingScreen(DiskScreen, Protocol):
    """What a screen does for whoever leaves."""

    @property
    def is_kept(self) -> bool:
        """Whether all that is not saved was in the journal when it was asked for last."""


class Quitting:
    """Asks, and waits no longer than somebody wants to."""

    def __init__(self, session: Session, screen: QuittingScreen, turns: Turns, disk: Disk) -> None:
        self._session = session
        self._screen = screen
        self._turns = turns
        self._disk = disk
        self._waits = False
        """Whether somebody who wants to leave waits for a turn, or is asked whether to."""
        self._stayed = 0
        """How often somebody who wanted to leave stayed after all."""
        self._again = asyncio.Event()
        """Set when somebody wants to leave who waits for that already."""

    async def may_quit(self) -> Leaving:
        """Whether the app may end; nothing goes on between it and the disk any more where it may."""
        self._screen.take_in_editors()
        if self._waits:
            self._again.set()
            return Leaving.STAY
        if self._turns.under_way == READING and not self._session.dirty:
            return Leaving.GO
        self._waits, stayed = True, self._stayed
        answer = await self._wait_for_turn()
        self._waits = False
        # Who has just been asked, and stays, is not asked again because of a key that was pressed before.
        if answer is Leaving.GO and (self._stayed != stayed or not await self._patiently(self._may_go())):
            self._stayed += 1
            self._turns.lock.release()
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

        await asyncio.wait({asyncio.ensure_future(beside(end))}, timeout=PATIENCE)

    async def _patiently(self, going: Coroutine[None, None, bool]) -> bool:
        """What `going` returns; where the disk does not answer, it is said how to leave all the same."""
        work, is_told = asyncio.ensure_future(going), False
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=PATIENCE)
                if not (is_told or work.done()) and self._turns.under_way:
                    is_told = True
                    key = self._screen.key("quit")
                    self._screen.say(f"The disk does not answer: {key} once more leaves without waiting.", "warning")
        finally:
            work.cancel()
        return work.result()

    async def _wait_for_turn(self) -> Leaving:
        """Wait until nothing else goes on between the app and the disk; where the disk does not answer, ask whether to.

        Returns:
            `GO` where it is our turn.
        """
        turn = asyncio.ensure_future(self._turns.lock.acquire())
        while not turn.done():
            await asyncio.wait({turn}, timeout=PATIENCE)
            if turn.done() or not self._turns.under_way:
                continue
            answer = await self._ask_whether_to_wait()
            if answer is not Leaving.GO:
                if not turn.cancel():
                    self._turns.lock.release()
                return answer
            self._again.clear()
            again = asyncio.ensure_future(self._again.wait())
            await asyncio.wait({turn, again}, return_when=asyncio.FIRST_COMPLETED)
            again.cancel()
        return Leaving.GO

    async def _ask_whether_to_wait(self) -> Leaving:
        """Ask, for as long as the disk does not answer; returns `GO` for waiting."""
        await beside(self._screen.keep())
        if not self._turns.under_way:
            return Leaving.GO  # the disk has answered meanwhile
        is_kept = self._screen.is_kept or not self._session.dirty
        name = "A figure's file" if self._turns.under_way == CHANGING else self._session.path.name
        question = questions.disk_does_not_answer(name, _DONE[self._turns.under_way], is_kept=is_kept)
        self._turns.asking = question
        answer = await self._screen.ask(question)
        self._turns.asking = None
        return {"wait": Leaving.GO, "leave": Leaving.AS_IT_IS}.get(answer or "", Leaving.STAY)

    async def _may_go(self) -> bool:
        """Whether nothing is unsaved, or somebody said what to do about it."""
        self._screen.take_in_editors()
        if not self._session.dirty:
            return True
        names = view_models.unsaved_names(self._session)
        answer = await self._screen.ask(questions.quit_with_unsaved(names, view_models.why_held(self._session)))
        if answer == "drop":
            dropped = self._session.to_put_aside(self._session.unsaved, versions.DROPPED_DRAFT)
            problem = await self._turns.save(dropped.write)
            self._screen.take_in_editors()
            if self._session.to_put_aside(self._session.unsaved, versions.DROPPED_DRAFT) != dropped:
                return await self._may_go()  # somebody typed on while it was kept
            return (
                problem is None or await self._screen.ask(questions.not_kept("What is not saved", problem)) == "give-up"
            )
        # Who has typed on while it was saved is asked again.
        return answer == "save" and await self._disk.save_now() and await self._may_go()
