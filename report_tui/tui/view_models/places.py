"""From a folder's listing and a typed path to the lines of the small file browser.

Owns what a typed path means there, which lines it leaves, and where the cursor goes. Pure: it looks at no disk.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from report_tui.core.figure_names import dropped_path
from report_tui.render.clean import clean
from report_tui.storage.picture_places import Entry, Listing
from report_tui.tui.view_models import amounts

CLIPBOARD, SCREENSHOT, ABOVE = range(3)
"""Ids of the lines that are no entry of the folder."""
FIRST_ENTRY = 10
"""Id of a folder's first entry; the others follow in their order."""

MOST_SHOWN = 500
"""Lines for one folder: making more of them would hold up the keys that are being typed."""
_END = 7
"""Characters at the end of a name that are kept: an extension and a number before it."""


class Mark(Enum):
    """What a line stands for."""

    TITLE = "title"
    PROBLEM = "problem"
    OFFER = "offer"
    FOLDER = "folder"
    PICTURE = "picture"


class PlaceRow(NamedTuple):
    """One line of the browser."""

    id: int | None
    mark: Mark
    name: str
    """One clean line."""
    size: str = ""
    note: str = ""
    """How old it is, or the key that takes it."""


class Wish(NamedTuple):
    """What a typed path asks for."""

    folder: Path
    rest: str
    """What is to be found in the folder; empty where the folder itself is meant."""

    @property
    def path(self) -> Path:
        """The whole path."""
        return self.folder / self.rest if self.rest else self.folder


def wish(typed: str, here: Path, home: Path) -> Wish:
    """What somebody means who typed or pasted this path while looking at the folder `here`."""
    path = dropped_path(typed) or typed.strip().strip("'\"").replace("\\ ", " ")
    if path == "~" or path.startswith(("~/", "~\\")):
        path = os.path.join(home, path[2:])  # noqa: PTH118 - a Path would lose the separator at its end
    folder, rest = os.path.split(os.path.join(here, path))  # noqa: PTH118
    if rest in (".", ".."):
        folder, rest = os.path.join(folder, rest), ""  # noqa: PTH118
    return Wish(Path(os.path.normpath(folder)), rest)


def rows(listing: Listing, rest: str, offers: Sequence[PlaceRow], shown: str, now: float) -> tuple[PlaceRow, ...]:
    """The lines for a folder: what is offered, the folder's name, and its entries.

    Args:
        listing: the folder.
        rest: what an entry's name has to hold; with it, neither offers nor the way up are shown, and the entry that
            is meant most likely comes first.
        offers: lines for pictures that lie elsewhere.
        shown: the folder's name for a person.
        now: seconds since 1970.
    """
    found = _found(listing, rest)
    above = [] if rest or listing.folder.parent == listing.folder else [PlaceRow(ABOVE, Mark.FOLDER, "..")]
    entries = [_row(FIRST_ENTRY + index, entry, now) for index, entry in found[:MOST_SHOWN]]
    return (*(() if rest else offers), _title(listing, rest, len(found), shown), *above, *entries)


def _row(number: int, entry: Entry, now: float) -> PlaceRow:
    if entry.is_folder:
        return PlaceRow(number, Mark.FOLDER, f"{clean(entry.name)}/")
    size, age = amounts.size(entry.size), amounts.age(now - entry.changed)
    return PlaceRow(number, Mark.PICTURE, clean(entry.name), size, age)


def first(listing: Listing) -> int | None:
    """The id of the entry that is wanted most likely where nothing is typed: the newest picture."""
    if not listing.entries:
        return None if listing.folder.parent == listing.folder else ABOVE
    pictures = (index for index, entry in enumerate(listing.entries) if not entry.is_folder)
    return FIRST_ENTRY + next(pictures, 0)


def id_of(listing: Listing, name: str) -> int | None:
    """The id of the entry with this name."""
    return next((FIRST_ENTRY + index for index, entry in enumerate(listing.entries) if entry.name == name), None)


def place_of(listing: Listing, number: int) -> Path | None:
    """Where the line with this id leads; None where it is no place of this folder."""
    if number == ABOVE:
        return listing.folder.parent
    index = number - FIRST_ENTRY
    return listing.folder / listing.entries[index].name if 0 <= index < len(listing.entries) else None


def is_folder(listing: Listing, number: int) -> bool:
    """Whether the line with this id is a folder."""
    index = number - FIRST_ENTRY
    return number == ABOVE or (0 <= index < len(listing.entries) and listing.entries[index].is_folder)


def screenshot_row(name: str, seconds: float, key: str) -> PlaceRow:
    """The line that offers the newest screenshot, made so many seconds ago."""
    made = amounts.age(seconds)
    return PlaceRow(SCREENSHOT, Mark.OFFER, f"the newest screenshot, {made}: {clean(name)}", note=key)


def folder_name(folder: Path, home: Path) -> str:
    """A folder for a person, `~` for the home."""
    try:
        inside = folder.relative_to(home)
    except ValueError:
        return clean(str(folder))
    return clean(str(Path("~") / inside))


def shortened(name: str, width: int) -> str:
    """A name in at most so many cells; a longer one loses its middle, since its end says what it is."""
    if cell_len(name) <= width:
        return name
    end = name[-_END:]
    while cell_len(end) > width // 2:
        end = end[1:]
    return f"{set_cell_size(name, max(0, width - cell_len(end) - 1)).rstrip()}…{end}"


def _found(listing: Listing, rest: str) -> list[tuple[int, Entry]]:
    """The entries whose names hold a text, capitals aside, each with its place in the listing; the likeliest first."""
    if not rest:
        return list(enumerate(listing.entries))
    sought = rest.casefold()
    ranks: tuple[list[tuple[int, Entry]], ...] = ([], [], [])
    for index, entry in enumerate(listing.entries):
        place = entry.name.casefold().find(sought)
        if place >= 0:
            ranks[0 if entry.name == rest else 1 if place == 0 else 2].append((index, entry))
    return [one for rank in ranks for one in rank]


def _title(listing: Listing, rest: str, count: int, shown: str) -> PlaceRow:
    """The folder's name, and what there is to say about it as a whole."""
    if listing.problem:
        return PlaceRow(None, Mark.PROBLEM, f"{shown} {listing.problem}")
    if listing.cut:
        said = f"only {len(listing.entries):,} of its folders and pictures can be found by a part of the name"
        return PlaceRow(None, Mark.PROBLEM, f"{shown}: {said}")
    if count > MOST_SHOWN:
        return PlaceRow(None, Mark.TITLE, f"{shown}: the first {MOST_SHOWN} of {count:,}; type a part of the name")
    if not listing.entries:
        return PlaceRow(None, Mark.TITLE, f"{shown}: no pictures")
    if not count:
        return PlaceRow(None, Mark.TITLE, f"{shown}: no picture with {clean(rest)} in its name")
    return PlaceRow(None, Mark.TITLE, shown)
