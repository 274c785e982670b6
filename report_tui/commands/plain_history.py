"""The history in `--plain`: which versions were kept, and bringing one back.

Owns what is said of them. What is brought back is not saved before somebody says so.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from itertools import islice

from report_tui import history
from report_tui.commands.lines import Lines
from report_tui.session import Session
from report_tui.storage import git, versions
from report_tui.tui.view_models import history as view_models
from report_tui.tui.view_models import report as names

SAID = 10
"""Versions that are said at once, the newest."""


class PlainHistory:
    """Says what was kept, and brings it back."""

    def __init__(self, session: Session, lines: Lines) -> None:
        self._session = session
        self._lines = lines

    def say(self, number: int | None) -> None:
        """Say the newest versions, or those in which an answer is another one than now."""
        if problem := versions.unreadable(self._session.path):
            self._lines.refuse(f"The history {problem}.")
            return
        now, found = history.present(self._session), history.pasts(self._session)
        if number is not None:
            found = history.pasts_of(now, number, found)
        said, authors = 0, git.authors(self._session.path)
        for past in islice(found, SAID):
            row = view_models.row(now, past, time.time_ns(), authors)
            self._lines.say(f"{row.version.id}, {row.ago}, {row.why}: {row.what}.")
            said += 1
        if not said:
            self._lines.say("No version is kept." if number is None else f"No version with another answer {number}.")
        elif next(found, None) is not None:
            self._lines.say("Older ones: leave, and say report-tui history --all.")

    def restore(self, words: Sequence[str], number: int | None) -> None:
        """Bring back all of a version, or one answer of it.

        Args:
            words: what the command was given; the first is the version's id.
            number: the answer, or None for all.
        """
        identity = words[0] if words and re.fullmatch("[0-9a-f]{4,32}", words[0]) else None
        kept = versions.versions(self._session.path)
        found = {one.digest: one for one in reversed(kept) if identity is not None and one.digest.startswith(identity)}
        if len(found) != 1:
            self._lines.refuse("Say restore and the id of a version; history names them.")
            return
        past = history.read_past(self._session, *found.values())
        if past.problem or (number is not None and number not in past.texts):
            self._lines.refuse(f"Version {identity} {past.problem or f'does not hold answer {number}'}.")
            return
        done = history.bring_back(self._session, past, number)
        what = view_models.brought(done.answers, done.boxes)
        if what:
            self._lines.say(f"Brought back: {what}; not saved. What was there is kept in the history.")
        elif not done.refused and not done.boxes_missed:
            self._lines.say("Nothing to bring back: it is like that now.")
        for one, why in done.refused.items():
            self._lines.refuse(f"Not brought back: {names.title(self._session, one)}: {why.reason}; {why.way_out}.")
        for key in done.boxes_missed:
            self._lines.refuse(f'Not brought back: box "{key.text}".')
