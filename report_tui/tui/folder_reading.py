"""Reads the folders of the file browser beside the keys, and keeps the keys that wait for one.

Owns which folder is known, which one is being read, and what was pressed for it meanwhile. It looks at no disk itself
and shows nothing: the screen that it is given does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.widget import Widget

from report_tui.storage.picture_places import Listing
from report_tui.tui.later import once

PATIENCE = 0.4
"""Seconds after which it is said that a folder is being read."""


class FolderReading:
    """The folder that a screen shows, and the one that it waits for."""

    def __init__(
        self,
        screen: Widget,
        look_into: Callable[[Path], Awaitable[Listing]],
        show: Callable[[], None],
        wait: Callable[[], None],
    ) -> None:
        """Set up; nothing is read yet.

        Args:
            screen: in whose time folders are read; what is under way ends with it.
            look_into: what a folder holds.
            show: called when the folder that was asked for last is there.
            wait: called once where that takes long.
        """
        self._screen = screen
        self._look_into = look_into
        self._show = show
        self._wait = wait
        self._wanted: Path | None = None
        self._keys: list[Callable[[], None]] = []
        self.listing = Listing(Path())  # of no folder yet
        """What the folder holds that was read last."""

    @property
    def is_under_way(self) -> bool:
        """Whether a folder is being read."""
        return self._wanted is not None

    def go(self, folder: Path) -> None:
        """Show a folder: at once where it is the known one, else when it was read."""
        if self._wanted is not None:
            self._wanted = folder
        elif folder != self.listing.folder:
            self._wanted = folder
            self._screen.run_worker(self._read(), group="folder")
        else:
            self._show()

    def when_read(self, do: Callable[[], None]) -> None:
        """Do what a key asks for once the folder is there that it was pressed for; keys keep their order."""
        if self._wanted is None:
            do()
        else:
            self._keys.append(do)

    def forget_keys(self) -> None:
        """Do nothing of what was pressed for the folder that is being read."""
        self._keys.clear()

    async def _read(self) -> None:
        """One folder at a time: a folder on a machine that does not answer must not take a thread for every key."""
        slow = once(self._screen, PATIENCE, self._wait)
        while self._wanted is not None and self._wanted != self.listing.folder:
            self.listing = await self._look_into(self._wanted)
        slow.stop()
        self._wanted = None
        self._show()
        while self._keys and self._wanted is None:
            self._keys.pop(0)()
