"""One figure as a small picture, or a box that says its name and why there is no picture.

The picture is drawn in half blocks, or sent to a terminal that speaks Kitty's protocol.

Owns when a picture is read and how it is drawn, never where it comes from: it is given what reads it. That runs in a
thread, one at a time; as soon as another figure is wanted it is told to stop, so that holding an arrow key stays quick.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import on, work
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from report_tui.storage.thumbnails import Dropped, NoPicture, Pixels
from report_tui.storage.waiting import beside
from report_tui.tui import half_blocks, kitty
from report_tui.tui.later import once
from report_tui.tui.widgets.row_list import fitted

DELAY = 0.06
"""Seconds that a figure is looked at before its picture is read."""
WIDEST, HIGHEST = 100, 40
"""Cells of a picture at most: a larger one shows no more, and takes its time to draw."""

_COUNT = itertools.count(1)
"""No picture has the number of one that the terminal is still to forget."""

Load = Callable[[str, int, int, Callable[[], bool]], Pixels | NoPicture]
"""Reads a figure by its path, into so many pixels at most, as long as it is wanted; may raise `Dropped`."""


class Wanted(NamedTuple):
    """The figure to show."""

    path: str
    name: str
    """As it may be shown."""
    stamp: tuple[float, int] = (0.0, 0)
    """Another one where the file has changed."""
    reason: str = ""
    """Why there is no picture, where that is known beforehand."""


class Thumbnail(Widget):
    """A figure's picture, as large as there is room for, with its name below."""

    DEFAULT_CSS = """
    Thumbnail { background: $background; color: $foreground; }
    Thumbnail > .thumbnail--frame { color: $line; }
    Thumbnail > .thumbnail--name { color: $muted; }
    Thumbnail > .thumbnail--reason { color: $warning; }
    """
    COMPONENT_CLASSES = {"thumbnail--frame", "thumbnail--name", "thumbnail--reason"}  # noqa: RUF012 - Textual's own form

    @dataclass
    class _Read(Message, bubble=False):
        """The thread is done; without a picture where it was told to stop."""

        wanted: Wanted
        room: tuple[int, int]
        picture: Pixels | NoPicture | None
        strips: list[Strip]
        number: int | None = None
        """Of the picture for the terminal, where it gets one."""
        for_terminal: str = ""
        """What it is sent before the strips are drawn."""

    def __init__(self, load: Load, *, is_kitty: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Args: what reads a figure; whether the terminal speaks Kitty's protocol, and is to be sent the picture."""
        super().__init__(id=id)
        self._load = load
        self._is_kitty = is_kitty
        self._number: int | None = None
        """Of the picture that the terminal holds."""
        self._wanted: Wanted | None = None
        self._shown: Pixels | NoPicture | None = None
        self._strips: list[Strip] = []
        self._at_work = False
        self._pause: Timer | None = None

    def show(self, wanted: Wanted | None) -> None:
        """Show another figure, or none; the same one again only where its file has changed."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._forget()
        self._begin_soon()

    @property
    def shown(self) -> Pixels | NoPicture | None:
        """What is drawn of the figure that is wanted; None where it is not read yet."""
        return self._shown

    @property
    def is_current(self) -> bool:
        """Whether there is nothing left to read."""
        return self._wanted is None or self._shown is not None or not self.display or min(self._room) <= 0

    def on_resize(self) -> None:
        """Read it as large as there is room for now."""
        if self._wanted is not None:
            self._forget()
            self._begin_soon()

    # Reading

    def _forget(self) -> None:
        known = self._wanted.reason if self._wanted else ""
        self._shown = NoPicture(known) if known else None
        self._strips = []
        self.refresh()

    @property
    def _room(self) -> tuple[int, int]:
        """Pixels: one for each column, two for each row but the name's."""
        widest = min(WIDEST, kitty.MOST) if self._is_kitty else WIDEST
        return min(widest, self.size.width), 2 * min(HIGHEST, self.size.height - 1)

    def _begin_soon(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = once(self, DELAY, self._begin)

    def _begin(self) -> None:
        self._pause = None
        if self._at_work or self._wanted is None or self._shown is not None or min(self._room) <= 0:
            return
        self._at_work = True
        self._work_read(self._wanted, self._room)

    @work(group="thumbnail")
    async def _work_read(self, wanted: Wanted, room: tuple[int, int]) -> None:
        self.post_message(await beside(partial(self._read, wanted, room)))

    def _read(self, wanted: Wanted, room: tuple[int, int]) -> Thumbnail._Read:
        picture: Pixels | NoPicture | None = None
        strips: list[Strip] = []
        number, for_terminal = None, ""

        def is_wanted() -> bool:
            return self.is_running and self._wanted == wanted

        try:
            picture = self._load(wanted.path, *room, is_wanted)
            if isinstance(picture, Pixels) and self._is_kitty:
                columns, rows = picture.width, max(1, picture.height // 2)
                sharp = self._load(wanted.path, columns * kitty.CELL[0], rows * kitty.CELL[1], is_wanted)
                if isinstance(sharp, Pixels):
                    number = kitty.number(next(_COUNT))
                    for_terminal = kitty.sent(number, sharp, columns, rows)
                    strips = _kitty_strips(number, columns, rows)
            elif isinstance(picture, Pixels):
                # Here as well: of a large terminal it takes longer than a key may.
                strips = _strips(picture)
        except Dropped:
            picture = None
        return self._Read(wanted, room, picture, strips, number, for_terminal)

    @on(_Read)
    def _take(self, event: _Read) -> None:
        self._at_work = False
        if event.picture is None or event.wanted != self._wanted or event.room != self._room:
            if self._pause is None:
                self._begin()
            return
        self._tell_terminal(event.number, event.for_terminal)
        self._shown, self._strips = event.picture, event.strips
        self.refresh()

    def on_unmount(self) -> None:
        """The terminal need not keep what is not shown any more."""
        self._tell_terminal(None, "")

    def _tell_terminal(self, number: int | None, sequence: str) -> None:
        """Hand over another picture, or none, in place of the one that the terminal holds."""
        gone, self._number = self._number, number
        if gone is not None:
            sequence += kitty.taken_away(gone)
        driver = self.app._driver  # not public; Textual is pinned
        if sequence and driver is not None:
            driver.write(sequence)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line: of the picture, of the box in its place, or the name."""
        width, height = self.size
        base = self.rich_style
        if self._wanted is None or width < 4 or height < 4:
            return Strip.blank(width, base)
        if isinstance(self._shown, Pixels):
            return self._picture_line(y, self._wanted, width, base)
        return self._box_line(y, self._wanted, width, height, base)

    def _picture_line(self, y: int, wanted: Wanted, width: int, base: Style) -> Strip:
        if y < len(self._strips):
            left = (width - self._strips[y].cell_length) // 2
            return Strip([Segment(" " * left, base), *self._strips[y]]).adjust_cell_length(width, base)
        if y == len(self._strips):
            return self._centred(wanted.name, width, base + self._part("name"), base)
        return Strip.blank(width, base)

    def _box_line(self, y: int, wanted: Wanted, width: int, height: int, base: Style) -> Strip:
        frame = base + self._part("frame")
        if y in (0, height - 1):
            left, right = ("┌", "┐") if y == 0 else ("└", "┘")
            return Strip([Segment(f"{left}{'─' * (width - 2)}{right}", frame)])
        lines = self._said(wanted, width - 4)[: height - 2]
        index = y - 1 - (height - 2 - len(lines)) // 2
        text, part = lines[index] if 0 <= index < len(lines) else ("", "name")
        inside = self._centred(text, width - 2, base + self._part(part), base)
        return Strip([Segment("│", frame), *inside, Segment("│", frame)])

    def _said(self, wanted: Wanted, width: int) -> list[tuple[str, str]]:
        lines = [(fitted(wanted.name, min(width, cell_len(wanted.name))), "name")]
        if isinstance(self._shown, NoPicture):
            lines += [(line.plain.strip(), "reason") for line in Content(self._shown.reason).wrap(max(1, width))]
        return lines

    @staticmethod
    def _centred(text: str, width: int, style: Style, base: Style) -> Strip:
        text = fitted(text, min(width, cell_len(text)))
        left = (width - cell_len(text)) // 2
        return Strip([Segment(" " * left, base), Segment(text, style)]).adjust_cell_length(width, base)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"thumbnail--{name}", partial=True)


def _strips(picture: Pixels) -> list[Strip]:
    return [
        Strip([Segment(half_blocks.BLOCK * run.cells, _style(run.top, run.bottom)) for run in row], picture.width)
        for row in half_blocks.rows(picture)
    ]


def _kitty_strips(number: int, columns: int, rows: int) -> list[Strip]:
    style = Style(color=Color.from_rgb(*kitty.colour(number)))
    return [Strip([Segment(line, style)], columns) for line in kitty.lines(columns, rows)]


@lru_cache(maxsize=1024)
def _style(top: half_blocks.Colour, bottom: half_blocks.Colour) -> Style:
    return Style(color=Color.from_rgb(*top), bgcolor=Color.from_rgb(*bottom))
