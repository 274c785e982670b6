"""What goes on between `--plain` and the file: saving, leaving, and changes that somebody else makes.

Owns the order of these steps and what is said about them. Nothing is saved unasked; what is not saved at the end is
left behind for the next sitting.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

from report_tui.commands import spoken
from report_tui.commands.lines import Lines
from report_tui.commands.plain_drafts import PlainDrafts
from report_tui.core.rejection import AnswerRejected, BoxRejected
from report_tui.core.report import ChecklistItem
from report_tui.session import Session
from report_tui.storage import files, rescue, saving, versions
from report_tui.storage.rules import RulesError
from report_tui.tui.view_models import copies
from report_tui.tui.view_models import report as view_models
from report_tui.tui.view_models.collision import of_git

ATTEMPTS = 3
"""Somebody may change the file just while it is saved; after so many times the student is told."""


class PlainDisk:
    """Saves, leaves and reloads, and says so."""

    def __init__(self, session: Session, lines: Lines, drafts: PlainDrafts) -> None:
        self._session = session
        self._lines = lines
        self._drafts = drafts
        self._trouble = ""
        """What was wrong with the file when last looked at."""
        self._dropped = False
        self._told: frozenset[int] = frozenset()
        """Answers of which it was said that git left two versions; 0 for the report's own text."""

    def tell_conflicts(self) -> None:
        """Say once of each answer that git left two versions of it."""
        found = view_models.conflicted(self._session)
        new, self._told = found - self._told, found
        self._lines.say(*spoken.left_by_git(self._session, sorted(new)))

    def look(self) -> None:
        """Take over what somebody else changed; what is wrong with the file is said once."""
        trouble = ""
        try:
            if self._session.changed_on_disk():
                self._take_changes()
        except (files.StorageError, RulesError) as error:
            trouble = view_models.disk_problem(error)
            if trouble != self._trouble:
                self._lines.say(f"{trouble}.")
        self._trouble = trouble

    def save(self) -> None:
        """Write what can be written, and say what was and what was not."""
        try:
            saved = self._write()
        except (files.StorageError, RulesError) as error:
            self._lines.refuse(f"Not saved. {view_models.disk_problem(error)}.")
            if self._session.dirty:
                self._lines.say(f"{self._unsaved()} Say save to try again, or save copy.")
            return
        if saved:
            self._lines.say(f"Saved {saved}.")
        elif not self._session.dirty:
            self._lines.say("Nothing to save.")
        self._lines.say(*self._session.keeper.untold())
        for number in self._session.held:
            self._lines.refuse(f"Not saved: {spoken.held(self._session, number)}")

    def save_copy(self) -> None:
        """Write a copy of the whole report to the user's documents, and say where it lies."""
        try:
            place = saving.copy_place(self._session.path)
            self._session.save_copy(place)
        except (files.CannotSave, OSError, RuntimeError) as error:
            self._lines.refuse(f"No copy was written. {error}.")
            return
        self._lines.say(*copies.written(self._session, place).split("\n"))

    def untangle(self, choice: str) -> None:
        """Write the file without git's conflict markers, with `mine`, `theirs` or `both` of every answer."""
        from report_tui.core.conflicts import Tangled, take_apart  # here, since few sittings need it

        try:
            answers = take_apart(self._session.on_disk).answers
            found = {number: of_git(self._session, number, two, "") for number, two in answers.items()}
            for number, one in found.items():
                dropped = one.not_chosen(choice)
                problem = versions.put_aside(
                    self._session.path, number, dropped, versions.NOT_CHOSEN, asks=self._session.asks(number, dropped)
                )
                if problem is not None:
                    self._lines.refuse(f"Nothing was written: {problem}. Say both all to keep both versions.")
                    return
            self._session.untangle({number: one.text(choice) for number, one in found.items()})
        except Tangled as tangled:
            self._lines.refuse(f"Nothing was written. Line {tangled.line}: {tangled.reason}.")
        except (AnswerRejected, BoxRejected) as refused:
            self._lines.refuse(f"Nothing was written: {refused.reason}; {refused.way_out}.")
        except (files.StorageError, RulesError) as error:
            self._lines.refuse(f"Nothing was written. {view_models.disk_problem(error)}.")
        else:
            for number, one in found.items():
                words = versions.put_aside_words(number, one.not_chosen(choice), f"say history {number}")
                self._lines.say(*words)
            self._lines.say("git's markers are out of the file.")

    def may_quit(self, *, drop: bool) -> bool:
        """Whether the conversation may end: nothing is unsaved, or it was said that it may be dropped."""
        if drop:
            problem = self._drafts.drop()
            self._dropped = problem is None
            if problem is not None:
                self._lines.refuse(f"Not dropped: {problem}.")
            return True
        if not self._session.dirty:
            return True
        self._lines.refuse(f"{self._unsaved()} Say save, or quit drop to leave without saving.")
        return False

    def keep_unsaved(self) -> bool:
        """At the end: have what is not saved in the journal, or say it; returns whether anything was unsaved."""
        if self._dropped:
            return False
        is_kept = self._drafts.keep()
        if not self._session.dirty:
            return False
        with contextlib.suppress(OSError):  # nobody may be listening any more
            self._lines.say(self._unsaved())
            if is_kept:
                self._lines.say("It is kept: the next report-tui offers it.")
        if is_kept:
            return True
        texts = {number: self._session.text(number) for number in self._session.unsaved}
        return self.keep(texts, self._session.changed_boxes)

    def keep(self, texts: Mapping[int, str], boxes: Sequence[ChecklistItem] = ()) -> bool:
        """Put texts and boxes into a file of their own and say where; where that fails, say them. Returns True."""
        kept = rescue.keep(self._session.path, texts, boxes)
        with contextlib.suppress(OSError):
            if kept is not None:
                self._lines.say(f"What was not saved lies in {files.shown(kept)}")
            elif texts or boxes:
                self._lines.say("It could not be written to a file either. Here it is.")
                for number, text in texts.items():
                    self._lines.say(f"Answer {number}:")
                    self._lines.say_text(text)
                self._lines.say(*(f"Box {line}" for line in rescue.said(boxes)))
        return True

    def _unsaved(self) -> str:
        return f"Not saved yet: {', '.join(view_models.unsaved_names(self._session))}."

    def _take_changes(self) -> None:
        """Read the file anew and say what came with it; raises what `Session.reload` raises."""
        result = self._session.reload()
        self._lines.say(*view_models.reloaded(self._session, result._replace(collided=())))
        for number in result.collided:
            self._lines.say(spoken.held(self._session, number))
            self._lines.say(*spoken.sides(self._session.text(number), self._session.theirs(number)))
        self.tell_conflicts()

    def _write(self) -> str:
        """Merge with what is on disk and write; returns what was written, in a few words. Raises what `save` raises."""
        for attempt in range(1, ATTEMPTS + 1):
            if self._session.changed_on_disk():
                self._take_changes()
            saved = view_models.counted(*view_models.writable(self._session))
            try:
                self._session.save()
                break
            except files.ChangedOnDisk:
                if attempt == ATTEMPTS:
                    raise
        return saved
