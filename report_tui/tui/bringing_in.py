"""What goes on between the screen in which a figure is brought in and the disk.

Owns every look at folders, files and clipboard for it, and the copy; all of it is done in threads, one after the other
of each kind. It shows nothing itself.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from report_tui.render.clean import clean
from report_tui.storage import clipboard_image, figure_import, picture_places, screenshots_found
from report_tui.storage.picture_places import Listing
from report_tui.tui.screens.bring_in import BringIn
from report_tui.tui.view_models.figure_offer import SMALLER, FigureView, figure_view
from report_tui.validation.ruleset import FigureRules


class BringingIn:
    """Brings figures into one report's folder; it remembers the folder in which the last one was found."""

    def __init__(self, report_folder: Path, rules: FigureRules) -> None:
        self._report_folder = report_folder
        self._rules = rules
        self.home = picture_places.home_folder()
        self.folder = picture_places.first_folder()
        self.destination = f"{clean(rules.folder)}/"

    def screen(self, path: str = "") -> BringIn:
        """The screen; with a path, that file is chosen from the start."""
        return BringIn(self, path)

    # What the screen asks

    async def look_into(self, folder: Path) -> Listing:
        """The folders and pictures of a folder."""
        return await asyncio.to_thread(picture_places.look_into, folder)

    async def can_ask_clipboard(self) -> bool:
        """Whether this machine has the tool that hands out a picture in the clipboard."""
        return await asyncio.to_thread(clipboard_image.available)

    async def newest_screenshot(self) -> tuple[Path, float] | None:
        """The newest screenshot and when it was made, in seconds since 1970."""
        return await asyncio.to_thread(screenshots_found.newest)

    async def figure_at(self, path: Path) -> FigureView:
        """What becomes of a file; raises CannotBringIn."""
        return self._view(await asyncio.to_thread(figure_import.inspect, path, self._rules))

    async def figure_in_clipboard(self) -> FigureView:
        """What becomes of the picture in the clipboard; raises CannotBringIn."""
        raise figure_import.CannotBringIn("The clipboard holds no picture; copy one first")

    def _view(self, offer: figure_import.Offer) -> FigureView:
        return figure_view(offer, self.destination)

    async def bring_in(self, figure: FigureView, way: int) -> str:
        """Copy the figure in this way; returns its path from the report's folder. Raises CannotBringIn.

        Whoever stops waiting for it does not stop the copy: it is finished, or leaves nothing.
        """
        brought = await asyncio.to_thread(
            figure_import.bring_in, figure.offer, self._report_folder, self._rules, smaller=way == SMALLER
        )
        return brought.path
