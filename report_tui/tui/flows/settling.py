"""What goes on where an answer has two versions: asks which one is to stay, and gives the session what was chosen.

Owns the question and what becomes of the version that was not chosen. It changes the session only and shows nothing
itself: the screen that it is given does. Who calls it sees to it that the file is not read anew meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from textual.notifications import SeverityLevel

from report_tui.core.carrying import Reloaded
from report_tui.core.rejection import AnswerRejected, BoxRejected
from report_tui.session import Session
from report_tui.tui.view_models import report as view_models

TYPE_CHECKING = False  # the first picture waits for none of these: what settles is loaded when there is something to
if TYPE_CHECKING:
    from report_tui.core.conflicts import Versions
    from report_tui.tui.dialogs.choice import Question
    from report_tui.tui.view_models.collision import Collision


Found = TypeVar("Found")


class SettlingScreen(Protocol):
    """What a screen does for this flow."""

    def take_in_editors(self) -> None:
        """Tell the session everything that was typed up to this moment."""

    def bring_editors(self, result: Reloaded) -> None:
        """Show in every editor what the session holds now, and go along with a question that has another number."""

    def bring_text(self, number: int, text: str, *, afresh: bool = False) -> None:
        """Show a text in a question's editor, if it was opened before: a step to undo, or afresh, without any."""

    def go_to(self, number: int, row: int) -> None:
        """Edit a question, with the cursor on a 1-based row of its answer."""

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice."""

    def key(self, action: str) -> str:
        """The key of an action, as a notice names it."""

    async def ask(self, dialog: Question) -> str | None:
        """Show a dialog and wait for its answer."""


class Write(Protocol):
    """Has something written beside the keys."""

    async def __call__(self, run: Callable[[], Found]) -> Found:
        """What `run` returns or raises."""


class Settling:
    """Asks about one answer after the other."""

    def __init__(self, session: Session, screen: SettlingScreen, write: Write) -> None:
        """Args: the session, who shows it, and who writes."""
        self._session = session
        self._screen = screen
        self._write = write
        self.put_away: list[str] = []
        """What became of the versions that were not chosen."""
        self.has_asked = False
        """Whether anything was asked."""
        self._asked: set[int] = set()
        """Answers that were asked for."""
        self.put_off: set[int] = set()
        """Answers that somebody left as they are, to be asked for another time."""
        self.by_hand: int | None = None
        """The answer that somebody wants to put together by hand, if any; the cursor is in it."""

    async def settle(self, numbers: Sequence[int], taken: Sequence[int] = ()) -> None:
        """Ask for each of these answers, up to one that is put together by hand; escape leaves one as it is.

        Args:
            numbers: questions, of which those are asked for that have two versions.
            taken: questions whose answers came from the disk with them.
        """
        if not numbers:
            return
        from report_tui.tui.view_models.collision import collision

        for number in numbers:
            found = collision(self._session, number, time.time(), taken) if self.by_hand is None else None
            if found is None:
                self.put_off.add(number)
            else:
                await self._settle(found)

    async def _settle(self, found: Collision) -> None:
        self.has_asked = True
        if found.question in self._asked:  # else it would look as if the choice had done nothing
            found = replace(found, note=f"One of the two has changed since you were asked. {found.note}".rstrip())
        self._asked.add(found.question)
        before = self._session.text(found.question)
        choice = await self._screen.ask(_dialog(found))
        if choice is None or not await self._may_give_up(found, choice):
            self.put_off.add(found.question)
            return
        self._screen.take_in_editors()
        if self._session.text(found.question) != before:
            return  # somebody typed on while it was kept, and is asked again
        self._session.settle(found.question, found.text(choice))
        self._screen.bring_text(found.question, self._session.text(found.question))
        if choice == "edit":
            self._by_hand(found)

    async def untangle(self) -> str:
        """Ask for each answer of which git left two versions, then write the file without markers.

        Returns:
            What is to be said about it.
        """
        from report_tui.core import conflicts

        try:
            reports = conflicts.take_apart(self._session.on_disk)
            return await self._untangled(reports.answers)
        except conflicts.Tangled as tangled:
            way_out = "keep what is right of both versions there, and delete the lines of <<<<<<<, ======= and >>>>>>>"
            return f"Line {tangled.line}: {tangled.reason}; {way_out}."
        except (AnswerRejected, BoxRejected) as refused:
            return f"Nothing was written: {refused.reason}; {refused.way_out}."

    async def _untangled(self, answers: Mapping[int, Versions]) -> str:
        from report_tui.storage import versions
        from report_tui.tui.dialogs.questions import not_kept, take_markers_out
        from report_tui.tui.view_models.collision import of_git

        stays = "The file is as it was, with git's markers in it."
        names = view_models.titles(self._session, tuple(answers))
        self.has_asked = True
        if await self._screen.ask(take_markers_out(names)) is None:
            return stays
        chosen: dict[int, tuple[Collision, str]] = {}
        for place, (number, two) in enumerate(answers.items(), start=1):
            found = of_git(self._session, number, two, f"{place} of {len(answers)}")
            choice = await self._screen.ask(_dialog(found))
            if choice is None:
                return stays
            chosen[number] = (found, choice)
        by_hands = [number for number, (_, choice) in chosen.items() if choice == "edit"]
        before = {number: self._session.text(number) for number in by_hands}
        for found, choice in chosen.values():
            if not await self._may_give_up(found, choice):
                return stays
        problem = await self._write(self._session.to_put_aside(by_hands, versions.REPLACED).write)
        if problem is not None and await self._screen.ask(not_kept("What is not saved", problem)) != "give-up":
            return stays
        # What is to be put together by hand is not saved before somebody has done it.
        texts = {n: found.text(_written(choice)) for n, (found, choice) in chosen.items()}
        read = await self._write(self._session.to_untangle(texts).write)
        self._screen.take_in_editors()
        # Who has typed on in one of them while it was written is asked at the next save.
        by_hands = [number for number in by_hands if self._session.text(number) == before[number]]
        result = self._session.take_over(read)
        for number in by_hands:
            self._session.settle(number, chosen[number][0].text("edit"))
        self._screen.bring_editors(result)
        if by_hands:
            self._by_hand(chosen[by_hands[0]][0])
        others = view_models.reloaded(self._session, result._replace(taken=()))
        return " ".join(["git's markers are out of the file.", *others])

    async def _may_give_up(self, found: Collision, choice: str) -> bool:
        """Keep the version that was not chosen, before anything changes; asks where that cannot be."""
        from report_tui.storage import versions
        from report_tui.tui.dialogs.questions import not_kept

        number, dropped = found.question, found.not_chosen(choice)
        asks = self._session.asks(number, dropped)
        problem = await self._write(
            partial(versions.put_aside, self._session.path, number, dropped, versions.NOT_CHOSEN, asks=asks)
        )
        if problem is None:
            self.put_away += versions.put_aside_words(number, dropped, self._screen.key("history"))
            return True
        name = f"The version of {view_models.title(self._session, number)} that is not chosen"
        return await self._screen.ask(not_kept(name, problem)) == "give-up"

    def _by_hand(self, found: Collision) -> None:
        self.by_hand = found.question
        self._screen.go_to(found.question, found.row("edit"))


def _dialog(found: Collision) -> Question:
    from report_tui.tui.dialogs.collision import CollisionDialog

    return CollisionDialog(found)


def _written(choice: str) -> str:
    """What of an answer is written at once."""
    return "both" if choice == "edit" else choice
