"""Asks what has to be asked about a figure's file, has the repair made, and says what stands in the way.

Owns these questions and their order. It changes files and answers by way of `report_tui.figure_repairs` only, and
keeps no list of what was done: whoever asked for it does.
"""

from __future__ import annotations

from typing import Protocol

from textual.notifications import SeverityLevel

from report_tui import figure_repairs as repairs
from report_tui.figure_repairs import Done
from report_tui.session import Session
from report_tui.storage.figure_changes import CannotChange, NoTrash
from report_tui.tui.dialogs import fixing as dialogs
from report_tui.tui.dialogs.choice import Question
from report_tui.tui.dialogs.name_dialog import NameDialog
from report_tui.validation.fixes import Change, FileChange, FileHow


class RepairScreen(Protocol):
    """What a screen does for the repairs of files."""

    def bring_text(self, number: int, text: str, *, afresh: bool = False) -> None:
        """Show a text in a question's editor, if it was opened before."""

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice."""

    def key(self, action: str) -> str:
        """The key of an action, as a notice names it."""

    async def ask(self, dialog: Question) -> str | None:
        """Show a dialog and wait for its answer."""


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
        free = repairs.free_path(self._session, path)
        begin = free.rpartition("/")[2].rpartition(".")[0]
        title = f"Rename {path.rpartition('/')[2]}, in every answer that names it"
        dialog = NameDialog(title, begin, lambda typed: repairs.propose(self._session, path, typed))
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
                done = repairs.repair(self._session, change)
            except NoTrash as missing:
                if await self._screen.ask(dialogs.delete_for_good(change.path, missing.reason)) != "delete":
                    return None
                done = repairs.repair(self._session, change, for_good=True)
        except CannotChange as refused:
            self._session.refresh_figures()
            self._screen.say(f"{refused}.", "warning")
            return None
        for text in done.texts:
            self._screen.bring_text(text.question, text.after)
        return done

    def take_back(self, done: Done, texts: list[Change]) -> bool:
        """Take back a repair, and these of its texts; whether that was possible, which is said where it was not."""
        try:
            repairs.take_back(self._session, done, texts)
        except CannotChange as refused:
            self._screen.say(f"{refused}.", "warning")
            return False
        for text in texts:
            self._screen.bring_text(text.question, self._session.text(text.question))
        return True
