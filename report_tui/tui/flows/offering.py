"""What goes on at a start after a sitting that ended without saving: what it left is shown, and taken up or not.

Owns the order of these steps. A text leaves its old journal only when it is in the one of this sitting, or in the
history; what nobody decides stays where it is, for the next time. The disk may hang: a thread looks at it and writes
to it, and who types meanwhile has typed into the report as it is.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Protocol, TypeVar

from textual.notifications import SeverityLevel

from report_tui import resuming
from report_tui.core.carrying import Reloaded
from report_tui.core.changes import Draft
from report_tui.session import Session
from report_tui.storage import files, writing
from report_tui.storage.drafts import LeftBehind
from report_tui.storage.waiting import start
from report_tui.tui.dialogs import drafts as dialogs
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.flows.keeping import Keeping
from report_tui.tui.view_models import amounts
from report_tui.tui.view_models import drafts as view_models
from report_tui.tui.view_models.drafts import DraftItem

Found = TypeVar("Found")


class OfferingScreen(Protocol):
    """What a screen does for this flow."""

    async def ask(self, dialog: ChoiceDialog) -> str | None:
        """Show a dialog and wait for its answer."""

    def take_in_editors(self) -> None:
        """Tell the session everything that was typed up to this moment."""

    async def make_editors(self, numbers: Collection[int]) -> None:
        """Have an editor for each of these questions, so that what comes into it can be undone there."""

    def bring_text(self, number: int, text: str) -> None:
        """Show a text in a question's editor, as a step to undo."""

    def show_session(self) -> None:
        """Draw what changed."""

    def place(self, number: int, row: int, column: int) -> None:
        """Put the cursor of a question's editor on a 1-based row, behind so many characters of it."""

    def uncover_question(self, number: int) -> None:
        """Open a question's editor, also from behind the overview; where the file has that question."""

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice."""


class Beside(Protocol):
    """Has the disk asked beside the keys."""

    async def __call__(self, run: Callable[[], Found]) -> Found:
        """What `run` returns or raises."""


class Offering:
    """Offers what was left behind, one journal after another."""

    def __init__(self, session: Session, screen: OfferingScreen, keeping: Keeping, beside: Beside) -> None:
        """Args: `beside` does something in a thread, and says that it is waited for."""
        self._session = session
        self._screen = screen
        self._keeping = keeping
        self._beside = beside

    async def offer(self, left: Sequence[LeftBehind]) -> None:
        """Show each and do what is chosen; none of them is ours afterwards."""
        try:
            for number, one in enumerate(left, start=1):
                await self._offer_or_say(one, f"{number} of {len(left)}" if len(left) > 1 else "")
        finally:
            for one in left:
                start(one.let_go)

    async def _offer_or_say(self, left: LeftBehind, place: str) -> None:
        try:
            await self._offer(left, place)
        except files.StorageError as error:
            self._screen.say(f"What was not saved last time stays where it is. {error}", "warning")
        except OSError as error:
            reason = writing.why_not_written(error)[0]
            self._screen.say(f"What was not saved last time stays in {files.shown(left.path)}: {reason}", "warning")

    async def _offer(self, left: LeftBehind, place: str) -> None:
        problem = f"{files.shown(left.path)} {left.problem}" if left.problem else ""
        other, result = await self._beside(partial(resuming.resumed, self._session, left.draft))
        self._screen.take_in_editors()
        items = view_models.items(self._session, other, result)
        if problem and not items:
            if await self._screen.ask(dialogs.unreadable(problem)) == "drop":
                await self._beside(partial(left.keep, Draft(left.draft.base)))
            return
        if not items:  # all of it was saved, or is here by now: where it cannot go, nothing is lost by its staying
            with contextlib.suppress(OSError):
                await self._beside(partial(left.keep, Draft(left.draft.base)))
            return
        age = amounts.age(time.time() - left.kept_at)
        why = " ".join([*view_models.strayed(left), *([f"{problem}; what could be read of it:"] if problem else [])])
        answer = await self._screen.ask(dialogs.found(items, age, why, place))
        answers = [answer] * len(items) if answer in ("restore", "drop") else []
        if answer == "each":
            answers = [
                await self._screen.ask(dialogs.one(item, f"{number} of {len(items)}")) or "later"
                for number, item in enumerate(items, start=1)
            ]
        chosen = [item for item, what in zip(items, answers, strict=False) if what == "restore"]
        dropped = [item for item, what in zip(items, answers, strict=False) if what == "drop"]
        if chosen or dropped:
            typed = [result.texts_moved.get(number, number) for number in left.draft.changes.answers]
            await self._take_up(other, chosen, typed)
            numbers = [item.number for item in dropped if item.number is not None]
            await self._beside(partial(resuming.drop, other, numbers))
            await self._leave(left, items, [*chosen, *dropped], result)

    async def _take_up(self, other: Session, items: Sequence[DraftItem], typed: Sequence[int]) -> None:
        """Restore these, and put the cursor where the student was, in the last of them in `typed` order."""
        numbers = [item.number for item in items if item.number is not None]
        await self._screen.make_editors(numbers)
        await self._keep_what_is_replaced(numbers)
        before = {number: self._session.text(number) for number in numbers}
        resuming.replace(self._session, other, numbers, boxes=any(item.number is None for item in items))
        for number in numbers:
            text = self._session.text(number)
            self._screen.bring_text(number, text)
            self._screen.place(number, *view_models.typed_to(before[number], text))
        self._screen.show_session()
        last = next((number for number in reversed(typed) if number in numbers), None)
        if last is not None:
            self._screen.uncover_question(last)

    async def _keep_what_is_replaced(self, numbers: Sequence[int]) -> None:
        """Keep what the session holds in these answers, as it is in the end: somebody may type on meanwhile."""
        while True:
            self._screen.take_in_editors()
            replaced = resuming.to_replace(self._session, numbers)
            problem = await self._beside(replaced.write)
            self._screen.take_in_editors()
            if resuming.to_replace(self._session, numbers) == replaced:
                resuming.check_kept(self._session, problem)
                return

    async def _leave(
        self, left: LeftBehind, items: Sequence[DraftItem], done: Sequence[DraftItem], result: Reloaded
    ) -> None:
        """Leave behind what was neither restored nor dropped, once the rest lies safely elsewhere."""
        is_kept = await self._beside(self._keeping.ask_now())
        if self._session.draft and not is_kept:
            why = self._keeping.failure or "the disk does not answer"
            raise files.CannotSave(left.path, f"cannot be taken over: {why}", "it is offered again")
        changes = left.draft.changes
        # Not the other way round: a text whose question is gone may have the number that another one has now.
        now = {number: result.renumbered.get(number, number) for number in changes.moved}
        now |= {number: result.texts_moved.get(number, number) for number in changes.answers}
        waiting = {item.number for item in items if item not in done}
        stays = {number for number, shown in now.items() if shown in waiting}
        answers = {number: text for number, text in changes.answers.items() if number in stays}
        ticked = changes.ticked if None in waiting else {}
        changes = changes._replace(answers=answers, moved=changes.moved & stays, ticked=ticked)
        await self._beside(partial(left.keep, left.draft._replace(changes=changes)))
