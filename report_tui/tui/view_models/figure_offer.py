"""From a figure that somebody may bring in to what is shown of it: what it is, what becomes of it, and in which ways."""

from __future__ import annotations

from typing import NamedTuple

from report_tui.render.clean import clean
from report_tui.storage.figure_import import Offer
from report_tui.tui.view_models import amounts

AS_IT_IS, SMALLER = range(2)


class Fact(NamedTuple):
    """One line about a figure."""

    text: str
    colour: str


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


def figure_view(offer: Offer, folder: str) -> FigureView:
    """What is shown of a figure that would go into `folder`."""
    what = f"{offer.kind}  {_pixels(offer.pixels)}  {amounts.size(offer.size)}"
    facts = [Fact(f"{clean(offer.source.name)}  {what}", "foreground"), Fact(f"becomes {folder}{offer.name}", "foreground")]
    ways = [Way(AS_IT_IS, "bring it in", f"{_pixels(offer.pixels)}  {amounts.size(offer.size)}")]
    if offer.smaller is not None:
        ways.append(Way(SMALLER, "bring in a smaller copy", f"{_pixels(offer.smaller.pixels)}  {amounts.size(offer.smaller.size)}"))
    return FigureView(offer, tuple(facts), tuple(ways))


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"
