"""What `--plain` keeps of what is typed and not saved, and what it does with that which an earlier sitting left.

Owns this conversation's journal and what is said about it. Nothing is taken up or dropped unasked.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from functools import partial

from report_tui import resuming
from report_tui.commands.lines import Lines
from report_tui.core.changes import Draft
from report_tui.session import Session
from report_tui.storage import editor_leftovers, files, versions, writing
from report_tui.storage.drafts import Journal, LeftBehind
from report_tui.tui.view_models import amounts
from report_tui.tui.view_models import drafts as view_models
from report_tui.tui.view_models import report as report_views
from report_tui.tui.view_models.drafts import DraftItem
from report_tui.tui.view_models.sides import Side

WAYS = "Say draft to see it, draft restore to have it back, unsaved, or draft drop"


class PlainDrafts:
    """The journal of a conversation, and the journals that were left behind."""

    def __init__(self, session: Session, lines: Lines) -> None:
        self._session = session
        self._lines = lines
        self._journal = Journal(session.path)
        self._left: list[LeftBehind] = []
        self._failure = ""

    def begin(self) -> None:
        """Be seen by other sittings, and say what earlier ones left."""
        with contextlib.suppress(OSError, RuntimeError):
            self._journal.begin()
        if self._journal.others():
            self._lines.say("The report is open in another window too.")
        for left in self._journal.left_behind(partial(resuming.may_be, self._session)):
            if left.problem:
                self._lines.say(f"What was not saved earlier: {files.shown(left.path)} {left.problem}.")
            if not self._is_spent(left):
                self._left.append(left)
                self._lines.say(*view_models.strayed(left))
        if self._left:
            self._lines.say(f"{self._said()}. {WAYS}.")
        if written := editor_leftovers.told():
            self._lines.say(report_views.left_by_editor(written))

    def keep(self, unfinished: tuple[int, str] | None = None) -> bool:
        """Have the journal hold what is unsaved; returns whether it does. Why it does not is said once.

        Args:
            unfinished: an answer that is just being typed, and its text so far.
        """
        draft = self._session.draft
        if unfinished is not None:
            draft = draft._replace(changes=draft.changes.with_answer(*unfinished))
        try:
            self._journal.keep(draft)
        except (OSError, RuntimeError) as error:
            reason = writing.why_not_written(error)[0] if isinstance(error, OSError) else str(error)
            if reason != self._failure:
                self._failure = reason
                self._lines.say(f"What you type is not kept for the case of a crash: {reason}.")
            return False
        self._failure = ""
        return True

    def drop(self) -> str | None:
        """What is unsaved is not wanted any more: to the history with it. It stays where it cannot go; returns why."""
        problem = self._session.put_aside(self._session.unsaved, versions.DROPPED_DRAFT)
        if problem is not None:
            return problem
        with contextlib.suppress(OSError, RuntimeError):
            self._journal.keep(self._session.waiting)
        return None

    def end(self) -> None:
        """The conversation is over; what the journals hold stays for the next sitting."""
        for left in self._left:
            left.let_go()
        self._left = []
        self._journal.end()

    def obey(self, arguments: Sequence[str]) -> None:
        """`draft`, `draft restore`, `draft drop`."""
        if arguments not in ([], ["restore"], ["drop"]):
            self._lines.refuse("Say draft, draft restore, or draft drop.")
        elif not self._left:
            self._lines.refuse("No earlier sitting left anything unsaved.")
        elif not arguments:
            for left in self._left:
                self._show(left)
            self._lines.say(f"{WAYS}.")
        else:
            self._settle(restores=arguments == ["restore"])

    def _settle(self, *, restores: bool) -> None:
        """Take up or drop all that was left, the newest first; what fails stays."""
        while self._left:
            left = self._left[0]
            try:
                found = self._take_up(left) if restores else self._put_aside(left)
                left.keep(Draft(left.draft.base))
            except (files.StorageError, OSError) as error:
                self._lines.refuse(f"It stays in {files.shown(left.path)}: {error}.")
                return
            if found:
                what = "Restored, not saved yet" if restores else "Dropped, the texts are in the history"
                self._lines.say(f"{what}: {', '.join(item.title for item in found)}.")
            for item in found if restores else ():
                if item.note:
                    self._lines.say(f"{item.title}: {item.note}.")
            left.let_go()
            del self._left[0]

    def _take_up(self, left: LeftBehind) -> tuple[DraftItem, ...]:
        other, result = resuming.resumed(self._session, left.draft)
        found = view_models.items(self._session, other, result)
        resuming.take_up(self._session, other, other.unsaved, boxes=True)
        if not self.keep():
            raise files.CannotSave(left.path, "cannot be taken over", "it is offered again")
        return found

    def _put_aside(self, left: LeftBehind) -> tuple[DraftItem, ...]:
        other, result = resuming.resumed(self._session, left.draft)
        resuming.drop(other, other.unsaved)
        return view_models.items(self._session, other, result)

    def _show(self, left: LeftBehind) -> None:
        items = self._items(left)
        if items is None:
            self._lines.refuse(f"The report is not as it was read just now. It stays in {files.shown(left.path)}.")
        for item in items or ():
            self._lines.say(f"{item.title}, {self._age(left)}{f'; {item.note}' if item.note else ''}:")
            for line in item.lines:
                self._lines.say(f"{_SIGNS[line.side]}{line.text}")

    def _said(self) -> str:
        names = dict.fromkeys(item.title for left in self._left for item in self._items(left) or ())
        return f"Typed {self._age(self._left[0])} and not saved: {', '.join(names) or 'nothing that can be read'}"

    def _items(self, left: LeftBehind) -> tuple[DraftItem, ...] | None:
        """What it would change; None where nobody can say so just now."""
        try:
            other, result = resuming.resumed(self._session, left.draft)
        except files.CannotRead:
            return None
        return view_models.items(self._session, other, result)

    def _is_spent(self, left: LeftBehind) -> bool:
        """Whether all of it was saved, or is here by now; then it goes."""
        if left.problem or self._items(left) != ():
            return False
        with contextlib.suppress(OSError):
            left.keep(Draft(left.draft.base))
        left.let_go()
        return True

    @staticmethod
    def _age(left: LeftBehind) -> str:
        return amounts.age(time.time() - left.kept_at)


_SIGNS = {Side.MINE: "now: ", Side.THEIRS: "then: ", Side.BOTH: "", Side.LEFT_OUT: "… "}
