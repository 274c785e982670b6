"""What goes on between `--plain` and the file: saving, leaving, and changes that somebody else makes.

Owns the order of these steps and what is said about them. Nothing is saved unasked; what is not saved at the end goes
to a file of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from report_tui.commands import spoken
from report_tui.commands.lines import Lines
from report_tui.session import Session
from report_tui.storage import files, rescue
from report_tui.storage.rules import RulesError
from report_tui.tui.view_models import report as view_models

ATTEMPTS = 3
"""Somebody may change the file just while it is saved; after so many times the student is told."""


class PlainDisk:
    """Saves, leaves and reloads, and says so."""

    def __init__(self, session: Session, lines: Lines) -> None:
        self._session = session
        self._lines = lines
        self._trouble = ""
        """What was wrong with the file when last looked at."""
        self._dropped = False

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
        dirty = self._session.dirty
        try:
            count = self._write()
        except (files.StorageError, RulesError) as error:
            self._lines.refuse(f"Not saved. {view_models.disk_problem(error)}.")
            return
        if count:
            self._lines.say(f"Saved {count} answer{'' if count == 1 else 's'}.")
        elif not self._session.dirty:
            self._lines.say("Saved." if dirty else "Nothing to save.")
        for number in self._session.held:
            self._lines.refuse(f"Not saved: {spoken.held(self._session, number)}")

    def may_quit(self, *, drop: bool) -> bool:
        """Whether the conversation may end: nothing is unsaved, or it was said that it may be dropped."""
        if drop or not self._session.dirty:
            self._dropped = drop
            return True
        self._lines.refuse(f"{self._unsaved()} Say save, or quit drop to leave without saving.")
        return False

    def keep_unsaved(self) -> bool:
        """At the end: put what is not saved into a file of its own; returns whether anything was unsaved."""
        if self._dropped or not self._session.dirty:
            return False
        with contextlib.suppress(OSError):  # nobody may be listening any more
            self._lines.say(self._unsaved())
        return self.keep({number: self._session.text(number) for number in self._session.unsaved})

    def keep(self, texts: Mapping[int, str]) -> bool:
        """Put texts into a file of their own and say where; where that fails, say the texts. Returns True."""
        kept = rescue.keep(self._session.path, texts)
        with contextlib.suppress(OSError):
            if kept is not None:
                self._lines.say(f"What was not saved lies in {files.shown(kept)}")
            elif texts:
                self._lines.say("It could not be written to a file either. Here it is.")
                for number, text in texts.items():
                    self._lines.say(f"Answer {number}:")
                    self._lines.say_text(text)
        return True

    def _unsaved(self) -> str:
        names = [view_models.title(self._session, number) for number in self._session.unsaved]
        return f"Not saved yet: {', '.join(names) or 'the checklist'}."

    def _take_changes(self) -> None:
        """Read the file anew and say what came with it; raises what `Session.reload` raises."""
        result = self._session.reload()
        if result.taken:
            self._lines.say(f"Changed on disk, taken over: {view_models.titles(self._session, result.taken)}.")
        for number in result.collided:
            self._lines.say(spoken.held(self._session, number))
            self._lines.say(*spoken.sides(self._session.text(number), self._session.theirs(number)))

    def _write(self) -> int:
        """Merge with what is on disk and write; returns the number of answers written. Raises what `save` raises."""
        for attempt in range(1, ATTEMPTS + 1):
            if self._session.changed_on_disk():
                self._take_changes()
            count = len(self._session.unsaved) - len(self._session.held)
            try:
                self._session.save()
                break
            except files.ChangedOnDisk:
                if attempt == ATTEMPTS:
                    raise
        return count
