"""Two versions of one answer as somebody compares them: what both have, what one has, the words that differ. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import groupby, zip_longest

from report_tui.core.merge import Part, Whose, compare_lines

ALIKE = 3
"""So many lines in a row that both have are shown; of more, the first and the last."""
LIKENESS = 0.3
"""Lines less alike than this are two lines, and not one that was changed."""
LONGEST = 400
"""Words of a line that are compared; a longer one is marked as a whole."""
MOST_MARKED = 50
"""So many lines that both changed in one place are compared word by word; more are shown as they are."""
_WORDS = re.compile(r"\s+|\S+")


class Side(Enum):
    """Whose line it is."""

    BOTH = " "
    MINE = "m"
    THEIRS = "t"
    LEFT_OUT = "…"
    """It stands for lines that both have; its text says how many."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line."""

    text: str
    differs: bool = False
    """Whether the other side's line has something else here."""


@dataclass(frozen=True, slots=True)
class SideLine:
    """One line of one text, or of both."""

    side: Side
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The line without marks."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of mine and one of theirs that stand beside each other; None where that side has none."""

    whose: Whose
    """Which side changed it."""
    mine: SideLine | None
    theirs: SideLine | None
    matched: bool = False
    """Whether the two are one line that was changed, and not only beside each other."""


def rows(parts: Sequence[Part]) -> tuple[Row, ...]:
    """All lines of both texts side by side, but for long stretches that are alike."""
    return tuple(row for part in parts for row in _of_part(part))


def _of_part(part: Part) -> Iterator[Row]:
    if part.whose is not Whose.COLLIDING:
        yield from _of_stretch(part)
        return
    # Lines that both wrote into what collides have nothing to decide about.
    for stretch in compare_lines(part.mine, part.theirs):
        agreed = stretch.whose is Whose.AGREED
        yield from _of_stretch(stretch if agreed else stretch._replace(whose=Whose.COLLIDING))


def in_sequence(beside: Sequence[Row]) -> tuple[SideLine, ...]:
    """The same in one column: lines that stand for each other go together, else one side behind the other."""
    found: list[SideLine] = []
    for (whose, matched), group in groupby(beside, key=lambda row: (row.whose, row.matched)):
        stretch = list(group)
        if whose is Whose.AGREED:
            found += [row.mine for row in stretch if row.mine is not None]
        elif matched:
            found += [line for row in stretch for line in (row.mine, row.theirs) if line is not None]
        else:
            found += [row.mine for row in stretch if row.mine is not None]
            found += [row.theirs for row in stretch if row.theirs is not None]
    return tuple(found)


def _of_stretch(part: Part) -> Iterator[Row]:
    if part.whose is Whose.AGREED:
        for line in _alike(part.mine):
            yield Row(part.whose, line, line)
        return
    head, tail = _matching(part.mine, part.theirs)
    ours, other = list(part.mine), list(part.theirs)
    yield from _pairs(part.whose, ours[:head], other[:head])
    for mine, theirs in zip_longest(ours[head : len(ours) - tail], other[head : len(other) - tail]):
        yield Row(part.whose, _whole(Side.MINE, mine), _whole(Side.THEIRS, theirs))
    yield from _pairs(part.whose, ours[len(ours) - tail :], other[len(other) - tail :])


def _matching(ours: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many lines at the beginning and at the end stand for each other: all where both have as many.

    None of too many: a whole file that was wrapped anew would be compared for seconds.
    """
    shorter = min(len(ours), len(other))
    if max(len(ours), len(other)) > MOST_MARKED:
        return 0, 0
    if len(ours) == len(other):
        return shorter, 0
    head = next((row for row in range(shorter) if _unlike(ours[row], other[row])), shorter)
    tail = next((row for row in range(shorter - head) if _unlike(ours[-row - 1], other[-row - 1])), shorter - head)
    return head, tail


def _pairs(whose: Whose, ours: Sequence[str], other: Sequence[str]) -> Iterator[Row]:
    for one, two in zip(ours, other, strict=True):
        mine, theirs = _words(one, two)
        yield Row(whose, SideLine(Side.MINE, mine), SideLine(Side.THEIRS, theirs), matched=True)


def _alike(lines: Sequence[str]) -> Iterator[SideLine]:
    both = [SideLine(Side.BOTH, (Piece(line),)) for line in lines]
    if len(both) <= ALIKE:
        yield from both
        return
    yield both[0]
    yield SideLine(Side.LEFT_OUT, (Piece(f"{len(lines) - 2} lines that are the same"),))
    yield both[-1]


def _words(one: str, two: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if one == two:
        return (Piece(one),), (Piece(two),)
    ours, other = _WORDS.findall(one), _WORDS.findall(two)
    if _unlike(one, two):
        return (Piece(one),), (Piece(two),)
    matcher = SequenceMatcher(None, ours, other, autojunk=False)
    mine, theirs = [], []
    for kind, a, b, c, d in matcher.get_opcodes():
        mine.append(Piece("".join(ours[a:b]), kind != "equal"))
        theirs.append(Piece("".join(other[c:d]), kind != "equal"))
    return tuple(piece for piece in mine if piece.text), tuple(piece for piece in theirs if piece.text)


def _unlike(one: str, two: str) -> bool:
    ours, other = one.split(), two.split()
    if max(len(ours), len(other)) > LONGEST:
        return True
    return SequenceMatcher(None, ours, other, autojunk=False).ratio() < LIKENESS


def _whole(side: Side, line: str | None) -> SideLine | None:
    return None if line is None else SideLine(side, (Piece(line),))
