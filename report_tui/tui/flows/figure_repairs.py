"""Asks what has to be asked about a figure's file, has the repair made, and says what stands in the way.

Owns these questions and their order. It changes files and answers by way of `report_tui.figure_repairs` only, and
keeps no list of what was done: whoever asked for it does. The disk may hang: files are changed by threads, while
nothing else goes on between the app and the disk, and the answers are changed as they are then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol, TypeVar

from textual.notifications import SeverityLevel

from report_tui import figure_repairs as repairs
from report_tui.figure_repairs import Done
from report_tui.session import Session
from report_tui.storage.figure_changes import CannotChange, NoTrash
from report_tui.storage.waiting import in_time
from report_tui.tui.dialogs import fixing as dialogs
from report_tui.tui.dialogs.choice import Question
from report_tui.tui.dialogs.name_dialog import NameDialog
from report_tui.validation.fixes import FileChange, FileHow

Found = TypeVar("Found")

NO_ANSWER = "The disk does not answer: nothing was changed."


class RepairScreen(Protocol):
    """What a screen does for the repairs of files."""

    def take_in_editors(self) -> None:
        """Tell the session everything that was typed up to this moment."""

    def bring_text(self, number: int, text: str, *, afresh: bool = False) -> None:
        """Show a text in a question's editor, if it was opened before."""

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice."""

    def key(self, action: str) -> str:
        """The key of an action, as a notice names it."""

    async def ask(self, dialog: Question) -> str | None:
        """Show a dialog and wait for its answer."""

    async def alone(self, doing: Awaitable[Found]) -> Found:
        """Do something while nothing else goes on between the app and the disk."""

    async def change_beside(self, run: Callable[[], Found]) -> Found:
        """What `run` returns or raises, done in a thread that changes files; for what is done `alone`."""


class FigureRepairs:
    """Repairs of figures' files in one session."""

    def __init__(self, session: Session, screen: RepairScreen) -> None:
        self._session = session
        self._screen = screen

    async def ask_name(self, path: str) -> FileChange | None:
        """Ask for a figure's new name; None where it keeps its own.

        Args:
            path: the file, from the report's folder with forward slashes.
        """
        unknown: frozenset[str] | None = None
        taken = in_time(partial(repairs.names_beside, self._session.path, path), unknown)
        if taken is None:
            self._screen.say(NO_ANSWER, "warning")
            return None
        begin = repairs.free_path(path, taken).rpartition("/")[2].rpartition(".")[0]
        title = f"Rename {path.rpartition('/')[2]}, in every answer that names it"
        # A name that is taken since is refused when the file is to get it.
        dialog = NameDialog(title, begin, lambda typed: repairs.propose(path, typed, taken))
        new = await self._screen.ask(dialog)
        return FileChange(FileHow.RENAME, path, new) if new else None

    async def ask_delete(self, path: str) -> FileChange | None:
        """Ask whether a figure is to be deleted; None where it stays, as one that the report names always does."""
        if repairs.is_named(self._session, path):
            save = self._screen.key("save")
            self._screen.say(f"{path} is used: take it out of the answers first, and save ({save}).", "warning")
            return None
        answer = await self._screen.ask(dialogs.delete_figure(path))
        return FileChange(FileHow.DELETE, path) if answer == "delete" else None

    async def make(self, change: FileChange) -> Done | None:
        """Make a repair that was chosen; None where it could not be made, which is said, or was given up."""
        try:
            try:
                return await self._screen.alone(self._made(change, for_good=False))
            except NoTrash as missing:
                if await self._screen.ask(dialogs.delete_for_good(change.path, missing.reason)) != "delete":
                    return None
                return await self._screen.alone(self._made(change, for_good=True))
        except CannotChange as refused:
            self._screen.say(f"{refused}.", "warning")
            await self._screen.alone(self.tidy())
            return None

    async def _made(self, change: FileChange, *, for_good: bool) -> Done:
        self._screen.take_in_editors()
        repairing = repairs.to_repair(self._session, change, for_good=for_good)
        renamed = await self._screen.change_beside(repairing.write)
        self._screen.take_in_editors()  # what was typed meanwhile may name it too
        done = repairs.repaired(self._session, repairing, renamed)
        for text in done.texts:
            self._screen.bring_text(text.question, text.after)
        await self.tidy()
        return done

    async def tidy(self) -> None:
        """Take away the files that nothing names any more, and look at those that are there; to be done `alone`."""
        self._screen.take_in_editors()
        tidying = self._session.to_tidy(is_saved=False)
        self._session.take_figures(await self._screen.change_beside(tidying.write))

    async def take_back(self, done: Done) -> bool:
        """Take back what a repair did to the file; whether that was possible, which is said where it was not.

        To be done `alone`. Then the texts are to be taken back, and the new file goes with `tidy`.
        """
        try:
            await self._screen.change_beside(partial(self._session.figure_copies.take_back, done.renamed))
        except CannotChange as refused:
            self._screen.say(f"{refused}.", "warning")
            return False
        return True
