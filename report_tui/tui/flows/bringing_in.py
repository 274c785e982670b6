"""What goes on between the screen in which a figure is brought in and the disk.

Owns every look at folders, files and clipboard for it, and the copy; all of it is done in threads, one after the other
of each kind, which the program does not wait for at its end but for a copy under way. It shows nothing itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from report_tui.core.figure_names import dropped_path
from report_tui.render.clean import clean
from report_tui.session import Session
from report_tui.storage import clipboard_image, figure_import, picture_places, screenshots_found
from report_tui.storage.figure_import import Brought
from report_tui.storage.picture_places import Listing
from report_tui.storage.waiting import WRITING, beside, in_time
from report_tui.tui.screens.bring_in import BringIn
from report_tui.tui.view_models.figure_offer import SMALLER, FigureView, figure_view
from report_tui.validation.ruleset import FigureRules


class BringingIn:
    """Brings figures into one report's folder; it remembers the folder in which the last one was looked for."""

    def __init__(self, session: Session, say: Callable[[str], None]) -> None:
        """Args: the session of the report, and what shows a notice."""
        self._session = session
        self._say = say
        self.home = picture_places.home_folder()
        self.folder = in_time(picture_places.first_folder, self.home)

    @property
    def destination(self) -> str:
        """The figures folder for a person: `figures/`."""
        return f"{clean(self._rules.folder)}/"

    @property
    def _rules(self) -> FigureRules:
        return self._session.course.figures

    @property
    def _report_folder(self) -> Path:
        return self._session.path.parent

    def screen(self, path: str = "") -> BringIn:
        """The screen; with a path as it was pasted, that file is chosen from the start."""
        return BringIn(self, path)

    async def is_picture(self, pasted: str) -> bool:
        """Whether a pasted text is the whole path of a picture that is there."""
        path = dropped_path(pasted)
        if path is None:
            return False
        if path.startswith("~/"):
            path = str(self.home / path[2:])
        return Path(path).is_absolute() and await beside(partial(picture_places.is_picture, Path(path)))

    # What the screen asks

    async def look_into(self, folder: Path) -> Listing:
        """The folders and pictures of a folder."""
        return await beside(partial(picture_places.look_into, folder))

    async def can_ask_clipboard(self) -> bool:
        """Whether this machine has the tool that hands out a picture in the clipboard."""
        return await beside(clipboard_image.available)

    async def newest_screenshot(self) -> tuple[Path, float] | None:
        """The newest screenshot and when it was made, in seconds since 1970."""
        return await beside(screenshots_found.newest)

    async def figure_at(self, path: Path) -> FigureView:
        """What becomes of a file; raises CannotBringIn."""
        return await beside(partial(self._look_at, path, path.name))

    async def figure_in_clipboard(self) -> FigureView:
        """What becomes of the picture in the clipboard; raises CannotBringIn."""
        return await beside(self._look_into_clipboard)

    def _look_into_clipboard(self) -> FigureView:
        return self._look_at(clipboard_image.picture(), figure_import.PASTED)

    def _look_at(self, source: Path | bytes, name: str) -> FigureView:
        offer = figure_import.inspect(source, self._rules)
        taken = (self._report_folder / self._rules.folder / offer.name).exists()
        return figure_view(offer, name, self.destination, taken=taken)

    async def bring_in(self, figure: FigureView, way: int) -> str:
        """Copy the figure in this way; returns its path from the report's folder. Raises CannotBringIn.

        Who stops waiting for it does not stop the copy, which is finished or leaves nothing; that is said then.
        """
        copying = asyncio.ensure_future(beside(partial(self._copy, figure, way), WRITING))
        try:
            brought = await asyncio.shield(copying)
        except asyncio.CancelledError:
            copying.add_done_callback(self._tell_unused)
            raise
        if brought.reused:
            self._say(f"{clean(brought.path)} is this very picture: it is used as it is.")
        elif brought.path.rpartition("/")[2] != figure.offer.name:
            self._say(f"Brought in as {clean(brought.path)}: its own name was taken.")
        return brought.path

    def _copy(self, figure: FigureView, way: int) -> Brought:
        return figure_import.bring_in(figure.offer, self._report_folder, self._rules, smaller=way == SMALLER)

    def _tell_unused(self, copying: asyncio.Future[Brought]) -> None:
        if not copying.cancelled() and copying.exception() is None:
            self._say(f"{clean(copying.result().path)} was brought in already; no answer shows it yet.")
