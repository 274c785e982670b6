"""Two texts of one answer, line by line: what both have, what one has, and the words in which they differ. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

ALIKE = 3
"""So many lines in a row that both have are shown; of more, the first and the last."""
LIKENESS = 0.3
"""Lines less alike than this are two lines, and not one that was changed."""
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


def compared(mine: str, theirs: str) -> tuple[SideLine, ...]:
    """All lines of both texts in one sequence, but for long stretches that are alike."""
    ours, other = mine.split("\n"), theirs.split("\n")
    lines: list[SideLine] = []
    for kind, a, b, c, d in SequenceMatcher(None, ours, other, autojunk=False).get_opcodes():
        lines += _alike(ours[a:b]) if kind == "equal" else _different(ours[a:b], other[c:d])
    return tuple(lines)


def _alike(lines: Sequence[str]) -> Iterator[SideLine]:
    if len(lines) <= ALIKE:
        yield from (_whole(Side.BOTH, line) for line in lines)
        return
    yield _whole(Side.BOTH, lines[0])
    yield _whole(Side.LEFT_OUT, f"{len(lines) - 2} lines that are the same")
    yield _whole(Side.BOTH, lines[-1])


def _different(ours: Sequence[str], other: Sequence[str]) -> Iterator[SideLine]:
    """Lines that stand for each other go together; where they do not match up, one side comes behind the other."""
    if len(ours) != len(other):
        yield from (_whole(Side.MINE, line) for line in ours)
        yield from (_whole(Side.THEIRS, line) for line in other)
        return
    for one, two in zip(ours, other, strict=True):
        mine, theirs = _words(one, two)
        yield SideLine(Side.MINE, mine)
        yield SideLine(Side.THEIRS, theirs)


def _words(one: str, two: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    ours, other = _WORDS.findall(one), _WORDS.findall(two)
    if SequenceMatcher(None, one.split(), two.split(), autojunk=False).ratio() < LIKENESS:
        return (Piece(one),), (Piece(two),)
    matcher = SequenceMatcher(None, ours, other, autojunk=False)
    mine, theirs = [], []
    for kind, a, b, c, d in matcher.get_opcodes():
        mine.append(Piece("".join(ours[a:b]), kind != "equal"))
        theirs.append(Piece("".join(other[c:d]), kind != "equal"))
    return tuple(piece for piece in mine if piece.text), tuple(piece for piece in theirs if piece.text)


def _whole(side: Side, line: str) -> SideLine:
    return SideLine(side, (Piece(line),))
