"""What the app asks the disk for, in threads: one thing at a time, and said where it takes long.

Owns whose turn it is, and what is under way. The disk may hang: what waits for it does so in a thread, and the keys
that come meanwhile find everything as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from report_tui.storage.waiting import NAME, WRITING, beside

if TYPE_CHECKING:
    from report_tui.tui.dialogs.choice import Question

Found = TypeVar("Found")

PATIENCE = 0.4
"""Seconds after which it is said that the disk is waited for."""
SAVING, READING, CHANGING = "saving …", "reading …", "changing figures …"
"""What is said then."""


class Turns:
    """Whose turn it is in one session."""

    def __init__(self, show: Callable[[], None]) -> None:
        """`show` draws what is waited for."""
        self._show = show
        # A save, a quit and a change on disk may each ask something; the next one waits until that is answered.
        self.lock = asyncio.Lock()
        """Held by whose turn it is."""
        self.under_way = ""
        """What the disk is asked for now: `SAVING`, `READING`, `CHANGING` or an empty string."""
        self.waits_for = ""
        """The same once that takes long."""
        self.asking: Question | None = None
        """Asks whether to wait for what is under way; it goes when that is done."""

    async def alone(self, doing: Awaitable[Found]) -> Found:
        """Do something while nothing else goes on between the app and the disk."""
        async with self.lock:
            return await doing

    async def save(self, run: Callable[[], Found]) -> Found:
        """What `run` returns or raises, done in a thread that may write the report; for what is done alone."""
        return await self._beside(SAVING, run, NAME)

    async def read(self, run: Callable[[], Found]) -> Found:
        """The same, where it only reads."""
        return await self._beside(READING, run, NAME)

    async def change(self, run: Callable[[], Found]) -> Found:
        """The same, where it changes figures' files."""
        return await self._beside(CHANGING, run, WRITING)

    async def _beside(self, what: str, run: Callable[[], Found], name: str) -> Found:
        self.under_way = what
        work = asyncio.ensure_future(beside(run, name))
        try:
            await asyncio.wait({work}, timeout=PATIENCE)
            if not work.done():
                self._show_waiting(what)
                await asyncio.wait({work})
                self._show_waiting("")
        finally:
            self.under_way = ""
            if self.asking is not None:
                self.asking.withdraw("wait")
        return work.result()

    def _show_waiting(self, what: str) -> None:
        self.waits_for = what
        self._show()
