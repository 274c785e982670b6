"""Finds out about the figures that are named while somebody types, for as long as a key may take.

Owns that a disk that does not answer is waited for once and not at every key: until it answers, nothing is known of
these figures, and their findings say so. It keeps no facts: whoever is told that they came too late looks again.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Callable, Mapping

from report_tui.file_steps import Looking
from report_tui.storage.waiting import A_KEY, NAME, WRITING, start
from report_tui.validation.figure_facts import FigureFact

PATIENCE = A_KEY


class LookingUp:
    """Looks up, or gives up."""

    def __init__(self, came_late: Callable[[], object]) -> None:
        """Args: what is called in the app's own thread once the disk has answered after all."""
        self._came_late = came_late
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._hangs = False

    def look_up(self, looking: Looking) -> Mapping[str, FigureFact]:
        """What it finds; nothing where the disk does not answer."""
        if self._hangs:
            return {}
        found = start(looking.look, NAME if looking.needed is None else WRITING)
        try:
            return found.result(PATIENCE)
        except TimeoutError:
            self._hangs = True
            found.add_done_callback(lambda _: self._tell())
            return {}

    def _tell(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._go_on, context=self._context)

    def _go_on(self) -> None:
        self._hangs = False
        self._came_late()
