"""What stands at a place that somebody types, for as long as a key may take.

Owns that a disk that does not answer is waited for once for each folder, and not at every key: who types goes on, and
may name another disk.
"""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from pathlib import PurePath

from report_tui.session import Session
from report_tui.storage.waiting import A_KEY, start
from report_tui.tui.view_models import copies

PATIENCE = A_KEY
NO_ANSWER = "The disk does not answer: choose a place on another one."


class Placing:
    """Judges typed places."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._under_way: dict[PurePath, Future[tuple[str, str]]] = {}
        """What hangs, by the folder that was typed."""

    def propose(self, typed: str) -> tuple[str, str]:
        """What `copies.propose` returns, or that the disk does not answer."""
        folder = PurePath(typed).parent
        if folder in self._under_way and not self._under_way[folder].done():
            return "", NO_ANSWER
        looking = start(partial(copies.propose, self._session, typed))
        try:
            return looking.result(PATIENCE)
        except TimeoutError:
            self._under_way[folder] = looking
            return "", NO_ANSWER
