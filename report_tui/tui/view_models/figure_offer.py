"""From a figure that somebody may bring in to what is shown of it: what it is, what becomes of it, in which ways."""

from __future__ import annotations

from typing import NamedTuple

from report_tui.render.clean import clean
from report_tui.storage.figure_import import CannotBringIn, Offer
from report_tui.storage.picture_copies import Copy
from report_tui.tui.view_models import amounts
from report_tui.tui.view_models.places import shortened

AS_IT_IS, SMALLER = range(2)
"""Ids of the ways."""
NAME = 32
"""Cells of a file's name where more is said of it."""


class Fact(NamedTuple):
    """One line about a figure."""

    text: str
    colour: str


NO_FACTS = (
    Fact("png and jpg are copied as they are; other kinds become png.", "muted"),
    Fact("The file that you choose stays as it is, where it is.", "muted"),
)
"""Where none is chosen."""


class Way(NamedTuple):
    """One way to bring it in."""

    id: int
    text: str
    note: str


class FigureView(NamedTuple):
    """What is shown of a chosen figure."""

    offer: Offer
    facts: tuple[Fact, ...]
    ways: tuple[Way, ...]


def figure_view(offer: Offer, name: str, folder: str, *, taken: bool) -> FigureView:
    """What is shown of a figure.

    Args:
        offer: what bringing it in would make of it.
        name: what it is called now.
        folder: where it would go, for a person: `figures/`.
        taken: whether a file of the name that it would get is there.
    """
    what = f"{offer.kind}, {_pixels(offer.whole)}, {amounts.size(offer.source_size)}"
    facts = [
        Fact(f"{shortened(clean(name), NAME)}: {what}", "foreground"),
        Fact(f"becomes {clean(folder)}{offer.name}", "foreground"),
    ]
    if taken:
        facts.append(Fact("That name is taken: another picture gets a number.", "muted"))
    changed = "the copy" if offer.converted else "a smaller copy" if offer.smaller is not None else ""
    if offer.animated and changed:
        facts.append(Fact(f"It moves; {changed} shows its first picture only.", "warning"))
    if offer.has_location:
        copy = f"{changed} does not" if changed else "so does the copy"
        facts.append(Fact(f"It says where it was taken; {copy}.", "warning"))
    how = f"made {offer.becomes}" if offer.converted else "byte for byte"
    ways = [Way(AS_IT_IS, "bring it in", f"{_size(offer.whole)}, {how}")]
    if offer.smaller is not None:
        ways.append(Way(SMALLER, "bring a smaller copy in", _size(offer.smaller)))
    return FigureView(offer, tuple(facts), tuple(ways))


def refusal(refused: CannotBringIn) -> str:
    """Why a figure cannot be brought in, and the way out, without the folders that it lies in."""
    return f"{shortened(clean(refused.path.name), NAME)} {refused.reason}; {refused.way_out}."


def _size(copy: Copy) -> str:
    return f"{_pixels(copy)}, {amounts.size(len(copy.data))}"


def _pixels(copy: Copy) -> str:
    return f"{copy.pixels[0]}x{copy.pixels[1]}"
