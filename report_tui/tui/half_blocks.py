"""Pixels as characters: each cell is an upper half block, two pixels one above the other. Pure.

Owns which pixels go into which cell; what draws them makes its own styles.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from report_tui.storage.thumbnails import Pixels

BLOCK = "▀"
Colour = tuple[int, int, int]


class Run(NamedTuple):
    """Cells beside each other that look the same."""

    cells: int
    top: Colour
    bottom: Colour


def rows(picture: Pixels) -> Iterator[tuple[Run, ...]]:
    """The picture's lines of cells, from the top; a last row of pixels without one below it is left out."""
    width, height, rgb = picture
    step = 3 * width
    for y in range(0, max(1, height - 1), 2):
        above = rgb[y * step : (y + 1) * step]
        below = rgb[(y + 1) * step : (y + 2) * step] or above
        pairs = zip(_colours(above), _colours(below), strict=True)
        yield tuple(Run(len(list(same)), *pair) for pair, same in groupby(pairs))


def _colours(line: bytes) -> Iterator[Colour]:
    return zip(line[0::3], line[1::3], line[2::3], strict=True)
