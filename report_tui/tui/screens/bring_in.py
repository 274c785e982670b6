"""The screen in which a figure is brought in: a path, a small file browser, and what becomes of the file.

Owns what is chosen and what is shown of it. It looks at no disk: folders and files are asked of the `Source` that it
is given, and whatever takes time is waited for beside the keys.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from report_tui.render.clean import clean
from report_tui.storage.figure_import import CannotBringIn
from report_tui.storage.picture_places import Listing
from report_tui.tui.folder_reading import FolderReading
from report_tui.tui.keys import active, short
from report_tui.tui.view_models import places
from report_tui.tui.view_models.figure_offer import NAME, NO_FACTS, FigureView, refusal
from report_tui.tui.view_models.places import Mark, PlaceRow, Wish, shortened
from report_tui.tui.widgets.key_bar import KeyBar
from report_tui.tui.widgets.path_line import PathLine
from report_tui.tui.widgets.place_list import PlaceList
from report_tui.tui.widgets.way_list import WayList

READING = "Reading the folder …"


class Source(Protocol):
    """What the screen asks of the flow behind it; what is awaited is done in a thread."""

    home: Path
    folder: Path
    """Where the browser begins, and then where it is."""

    @property
    def destination(self) -> str:
        """The figures folder for a person: `figures/`."""

    async def look_into(self, folder: Path) -> Listing:
        """The folders and pictures of a folder."""

    async def can_ask_clipboard(self) -> bool:
        """Whether this machine has the tool that hands out a picture in the clipboard."""

    async def newest_screenshot(self) -> tuple[Path, float] | None:
        """The newest screenshot and when it was made, in seconds since 1970."""

    async def figure_at(self, path: Path) -> FigureView:
        """What becomes of a file; raises CannotBringIn."""

    async def figure_in_clipboard(self) -> FigureView:
        """What becomes of the picture in the clipboard; raises CannotBringIn."""

    async def bring_in(self, figure: FigureView, way: int) -> str:
        """Copy the figure in this way; returns its path from the report's folder. Raises CannotBringIn."""


class _Cut(NamedTuple):
    """What was taken out of the path because its folder was opened, until that is heard of."""

    prefix: str
    left: str


class BringIn(ModalScreen[str | None]):
    """Choose a figure and bring it in; returns its path from the report's folder, or None."""

    CSS_PATH = "../bring_in.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Without priority, so that they come after the letters that were typed before them.
        Binding("escape", "back", "back", id="bring-back", tooltip="Another file; again: leave without a figure"),
        Binding("f5", "clipboard", "clipboard", id="bring-clipboard", tooltip="The picture in the clipboard"),
        Binding("f6", "screenshot", "screenshot", id="bring-screenshot", tooltip="The newest screenshot"),
    ]

    def __init__(self, source: Source, path: str = "") -> None:
        """Args: what knows folders and files, and the path of the file that somebody wants already."""
        super().__init__()
        self._source = source
        self._given = path
        self._text = path
        """The path as far as it was listened to; the line may hold more by now."""
        self._cut: _Cut | None = None
        self._here = source.folder
        """The folder from which a typed path is read."""
        say_slow = partial(self._say, READING, wrong=False)
        self._reading = FolderReading(self, source.look_into, self._show_places, say_slow)
        self._lit = ""
        """Name of the entry that the cursor is to be on in the folder that is being read."""
        self._has_clipboard = False
        self._screenshot: tuple[Path, float] | None = None
        self._figure: FigureView | None = None
        self._said = ""
        self._looking = self._copying = self._offers_known = False

    def compose(self) -> ComposeResult:
        """Path, browser, what becomes of the file, keys."""
        yield Static(id="bring-title")
        with Horizontal(id="bring-path"):
            yield Label("path", id="bring-name")
            yield PathLine(
                self._given,
                placeholder="type or paste a path, or drop a file here",
                compact=True,
                select_on_focus=False,
                id="bring-line",
            )
        yield Static(id="bring-said")
        yield PlaceList(id="bring-places")
        yield Static(id="bring-facts")
        yield WayList(id="bring-ways")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin with the path; a given one is looked at right away."""
        title = Content.assemble((" Bring a figure in", "bold"), (f"  into {self._source.destination}", "$muted"))
        self.query_one("#bring-title", Static).update(title)
        self.set_focus(self._line)
        self._show_figure(None)
        self._reading.go(self._wish.folder)
        self._work_find_offers()
        if self._given:
            self._take_path(self._wish.path)

    @property
    def _line(self) -> PathLine:
        return self.query_one(PathLine)

    @property
    def _places(self) -> PlaceList:
        return self.query_one(PlaceList)

    @property
    def _wish(self) -> Wish:
        """What the typed path asks for; the folder that is looked at where nothing is typed."""
        text = self._text
        return places.wish(text, self._here, self._source.home) if text.strip() else Wish(self._here, "")

    @property
    def is_at_work(self) -> bool:
        """Whether something is being looked at, listed or copied."""
        return self._reading.is_under_way or self._looking or self._copying or not self._offers_known

    # The path

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        text = event.value
        if self._cut is not None:
            if text == self._cut.left:
                self._cut = None
            else:
                text = text.removeprefix(self._cut.prefix)
        if text == self._text:
            return
        self._text = text
        self._reading.forget_keys()
        self._drop_figure()
        self._say("")
        self._reading.go(self._wish.folder)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._reading.when_read(self._enter)

    @on(PathLine.Moved)
    def _moved(self, event: PathLine.Moved) -> None:
        self._reading.when_read(partial(self._places.action_move, event.step))

    @on(PathLine.Dropped)
    def _path_dropped(self) -> None:
        self._take_path(self._wish.path)

    @on(PathLine.WentUp)
    def _went_up(self) -> None:
        self._reading.forget_keys()
        self._open(self._here.parent, lit=self._here.name)

    @on(PlaceList.Chosen)
    def _place_clicked(self, event: PlaceList.Chosen) -> None:
        self._take(event.number)

    def on_paste(self, event: events.Paste) -> None:
        """A file that is dropped while something else has the focus is for the path as well."""
        event.stop()
        self.set_focus(self._line)
        self._line.take_in(event.text)

    # Going through folders

    def _open(self, folder: Path, *, lit: str = "") -> None:
        """Look into a folder, with the cursor on the entry of that name."""
        self._here = self._source.folder = folder
        # What was typed behind the key that opens the folder is about what is in it.
        left = self._line.value.removeprefix(self._text)
        if left != self._line.value:
            self._cut = _Cut(self._text, left)
            self._line.value, self._line.cursor_position = left, len(left)
        self._text = ""
        self._lit = lit
        self._places.current = None
        self._drop_figure()
        self._say("")
        self.set_focus(self._line)
        self._reading.go(folder)

    def _show_places(self) -> None:
        """Show the lines that the path leaves, with the cursor on what it means most likely."""
        if self._said == READING:
            self._say("")
        rest, listed = self._wish.rest, self._places
        shown = places.folder_name(self._reading.listing.folder, self._source.home)
        listed.show(places.rows(self._reading.listing, rest, self._offers(), shown, time.time()))
        if rest:
            listed.current = next(iter(listed.numbers), None)
        elif self._lit:
            listed.current = places.id_of(self._reading.listing, self._lit)
            self._lit = ""
        elif self._text:
            listed.current = None
        elif listed.current not in listed.numbers:
            listed.current = places.first(self._reading.listing)

    @work(group="offers")
    async def _work_find_offers(self) -> None:
        self._has_clipboard = await self._source.can_ask_clipboard()
        self._screenshot = await self._source.newest_screenshot()
        self._offers_known = True
        if not self._reading.is_under_way and not self._wish.rest:
            self._show_places()
        self.refresh_bindings()

    def _offers(self) -> list[PlaceRow]:
        keys = {found.binding.id: short(names[0]) for found, names in active(self._places.screen)}
        found = []
        if self._has_clipboard:
            key = keys.get("bring-clipboard", "")
            found.append(PlaceRow(places.CLIPBOARD, Mark.OFFER, "the picture in the clipboard", note=key))
        if self._screenshot is not None:
            path, made = self._screenshot
            key = keys.get("bring-screenshot", "")
            found.append(places.screenshot_row(path.name, time.time() - made, key))
        return found

    # Choosing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is not there is not offered."""
        if action == "clipboard":
            return self._has_clipboard
        if action == "screenshot":
            return self._screenshot is not None
        return super().check_action(action, parameters)

    def _enter(self) -> None:
        """Take what is under the cursor; without one, what the path says."""
        if self._places.current in self._places.numbers and self._places.current is not None:
            self._take(self._places.current)
        elif self._wish.rest:
            self._take_path(self._wish.path)
        elif not self._reading.listing.problem:
            self._open(self._wish.folder)

    def _take(self, number: int) -> None:
        """Take a line of the browser: a folder is opened, a picture looked at."""
        place = places.place_of(self._reading.listing, number)
        if number == places.CLIPBOARD:
            self.action_clipboard()
        elif number == places.SCREENSHOT:
            self.action_screenshot()
        elif place is not None and places.is_folder(self._reading.listing, number):
            self._open(place, lit=self._reading.listing.folder.name if number == places.ABOVE else "")
        elif place is not None:
            self._take_path(place)

    def action_clipboard(self) -> None:
        """Take the picture in the clipboard."""
        self._look("the clipboard", self._source.figure_in_clipboard)

    def action_screenshot(self) -> None:
        """Take the newest screenshot."""
        if self._screenshot is not None:
            self._take_path(self._screenshot[0])

    def _take_path(self, path: Path) -> None:
        self._look(shortened(clean(path.name), NAME), partial(self._source.figure_at, path))

    def _look(self, name: str, look: Callable[[], Awaitable[FigureView]]) -> None:
        if not self._copying:
            self._drop_figure()
            self._looking = True
            self._say(f"Looking at {name} …", wrong=False)
            self._work_look(look)

    @work(exclusive=True, group="figure")
    async def _work_look(self, look: Callable[[], Awaitable[FigureView]]) -> None:
        """See what becomes of a figure and show it; a key pressed meanwhile chooses another one."""
        try:
            figure = await look()
        except CannotBringIn as refused:
            self._looking = False
            self._say(refusal(refused))
        else:
            self._looking = False
            self._say("")
            self._show_figure(figure)

    # Bringing it in

    @on(WayList.Taken)
    def _way_clicked(self) -> None:
        self.action_bring()

    def action_bring(self) -> None:
        """Bring the figure in, in the way under the cursor."""
        way = self.query_one(WayList).current
        if self._figure is not None and way is not None and not self._copying:
            self._copying = True
            self._say("Copying …", wrong=False)
            self._work_bring_in(self._figure, way)

    @work(group="copy")
    async def _work_bring_in(self, figure: FigureView, way: int) -> None:
        try:
            path = await self._source.bring_in(figure, way)
        except CannotBringIn as refused:
            self._say(refusal(refused))
        else:
            if not self._reading.listing.problem:
                self._source.folder = self._reading.listing.folder
            self.dismiss(path)
        finally:
            self._copying = False

    def action_back(self) -> None:
        """Choose another file; where none is chosen, or one was given from the start, leave."""
        chosen = self._looking or self._figure is not None
        if not chosen or self._given or self._copying:
            self.dismiss(None)
            return
        self._drop_figure()
        self._say("")

    # Showing

    def _say(self, text: str, *, wrong: bool = True) -> None:
        """Say something in the line below the path."""
        if text != self._said:
            self._said = text
            said = Content.styled(text, "$warning" if wrong else "$muted")
            self.query_one("#bring-said", Static).update(said)

    def _drop_figure(self) -> None:
        """Choose none, and give the keys back to the path."""
        if self._looking:
            self._looking = False
            self.workers.cancel_group(self, "figure")
        if self._figure is not None:
            self._show_figure(None)
            self.set_focus(self._line)

    def _show_figure(self, figure: FigureView | None) -> None:
        """Show what becomes of a file, and the ways to bring it in; without one, which kinds can be brought in."""
        self._figure = figure
        facts = NO_FACTS if figure is None else figure.facts
        lines = [Content.styled(f" {fact.text}", f"${fact.colour}") for fact in facts]
        self.query_one("#bring-facts", Static).update(Content("\n").join(lines))
        ways = self.query_one(WayList)
        ways.can_focus = figure is not None
        ways.show(() if figure is None else figure.ways)
        ways.current = None if figure is None else 0
        if figure is not None:
            self.set_focus(ways)
