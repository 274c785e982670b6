"""Merges one answer that two people changed: line by line, against the text that both began with.

Pure: it decides nothing between two changes of the same lines, but keeps both for whoever asks a person. It makes up no
line, also no marker; only where both are kept, a blank line keeps two paragraphs from becoming one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import pairwise, takewhile
from typing import NamedTuple

from report_tui.core.code import find_fences
from report_tui.core.source import is_blank

DEEPEST = 64
"""How often a stretch of lines is split at what stands in it only once."""
MOST_CELLS = 100_000
"""The largest stretch without such a line, its lines here times there, of which every pair is compared."""

_ITEM = re.compile(r"[ \t]*(?:[*+-]|\d{1,9}[.)])(?:[ \t]|$)")
_GOES_ON = ("|", ">")
"""A line that begins so goes on with the table or the quote of the line above that does."""

Lines = tuple[str, ...]


class Whose(Enum):
    """Where the lines of a part come from."""

    AGREED = "agreed"
    MINE = "mine"
    THEIRS = "theirs"
    COLLIDING = "colliding"


class Part(NamedTuple):
    """Some lines of the answer as they were, as we have them and as the other one has them."""

    whose: Whose
    base: Lines
    mine: Lines
    theirs: Lines

    @property
    def both(self) -> Lines:
        """The lines with both sides' changes; where they collide, theirs before mine."""
        if self.whose is Whose.COLLIDING:
            return self.theirs + self.mine
        return self.theirs if self.whose is Whose.THEIRS else self.mine


class _Edit(NamedTuple):
    """Lines `start` to `end` (0-based, `end` not included) of the base became these of one side."""

    start: int
    end: int
    new_start: int
    new_end: int


def merge(base: str, mine: str, theirs: str) -> tuple[Part, ...]:
    """Compare two changes of one text, whose newlines are `\\n`.

    Two changes collide where they take away or replace the same line, or add at the same place; changes of lines that
    only touch each other do not. What both changed in the same way is agreed.

    Returns:
        The parts in their order, none of them empty.
    """
    return _merge(_lines(base), _lines(mine), _lines(theirs))


def compare(mine: str, theirs: str) -> tuple[Part, ...]:
    """Compare two texts of which nobody knows what both began with: with what they have in common for it."""
    return compare_lines(_lines(mine), _lines(theirs))


def compare_lines(mine: Lines, theirs: Lines) -> tuple[Part, ...]:
    """The same for lines."""
    return _merge(tuple(mine[row] for row, _ in sorted(_kept(mine, theirs))), mine, theirs)


def _merge(base: Lines, mine: Lines, theirs: Lines) -> tuple[Part, ...]:
    parts = _parts(base, mine, theirs, _edits(base, mine), _edits(base, theirs))
    return tuple(part for part in parts if part.base or part.mine or part.theirs)


def merged(parts: Sequence[Part]) -> str:
    """The answer with both sides' changes, also with those that collide: theirs, then mine.

    A blank line stands between the two where one is a paragraph of its own, or another kind of block than the other.
    """
    lines: list[str] = []
    for place, part in enumerate(parts):
        if part.whose is Whose.COLLIDING and part.mine and part.theirs:
            above, below = _beside(parts, place - 1, -1), _beside(parts, place + 1, 0)
            lines += part.theirs
            if _are_apart(lines, part.mine, is_whole=is_blank(above) or is_blank(below)):
                lines.append("")
            lines += part.mine
        else:
            lines += part.both
    return "\n".join(lines)


def _beside(parts: Sequence[Part], place: int, row: int) -> str:
    """The line above or below a part; blank where there is none."""
    return parts[place].both[row] if 0 <= place < len(parts) and parts[place].both else ""


def _are_apart(above: Sequence[str], below: Lines, *, is_whole: bool) -> bool:
    """Whether a blank line belongs between two stretches of lines.

    Args:
        above: all lines up to there.
        below: those that follow.
        is_whole: whether one of the two is a paragraph of its own, and not some lines in the middle of one.
    """
    last, first = above[-1], below[0]
    if is_blank(last) or is_blank(first):
        return False
    if any(fence.first <= len(above) < fence.last for fence in find_fences("\n".join([*above, first]))):
        return False
    if _ITEM.match(first) or first.startswith((" ", "\t")):
        paragraph = takewhile(lambda line: not is_blank(line), reversed(above))
        return not any(_ITEM.match(line) or line.startswith((" ", "\t")) for line in paragraph)
    if _ITEM.match(last):
        return True
    return is_whole and not any(last.startswith(mark) and first.startswith(mark) for mark in _GOES_ON)


def collide(parts: Sequence[Part]) -> bool:
    """Whether somebody has to decide about some lines."""
    return any(part.whose is Whose.COLLIDING for part in parts)


def kept_rows(old: str, new: str) -> list[tuple[int, int]]:
    """Of each line that stands in both texts, its 0-based row in either, in order."""
    return sorted(_kept(_lines(old), _lines(new)))


def _lines(text: str) -> Lines:
    return tuple(text.split("\n")) if text else ()


def _parts(
    base: Lines, mine: Lines, theirs: Lines, my_edits: Sequence[_Edit], their_edits: Sequence[_Edit]
) -> Iterator[Part]:
    tagged = sorted([(edit, True) for edit in my_edits] + [(edit, False) for edit in their_edits])
    at = my_at = their_at = 0
    place = 0
    while place < len(tagged):
        start, end = tagged[place][0][:2]
        group_end = place + 1
        while group_end < len(tagged) and _overlaps(tagged[group_end][0], start, end):
            end = max(end, tagged[group_end][0].end)
            group_end += 1
        group = tagged[place:group_end]
        place = group_end
        kept = start - at
        yield Part(Whose.AGREED, base[at:start], mine[my_at : my_at + kept], theirs[their_at : their_at + kept])
        my_at, their_at = my_at + kept, their_at + kept
        my_end = my_at + (end - start) + _grown(edit for edit, is_mine in group if is_mine)
        their_end = their_at + (end - start) + _grown(edit for edit, is_mine in group if not is_mine)
        yield from _changed(base[start:end], mine[my_at:my_end], theirs[their_at:their_end])
        at, my_at, their_at = end, my_end, their_end
    yield Part(Whose.AGREED, base[at:], mine[my_at:], theirs[their_at:])


def _overlaps(edit: _Edit, start: int, end: int) -> bool:
    """Whether an edit that begins no earlier changes what lines `start` to `end` hold, or adds where they are added."""
    return edit.start < end or edit.start == edit.end == start == end


def _grown(edits: Iterable[_Edit]) -> int:
    return sum((edit.new_end - edit.new_start) - (edit.end - edit.start) for edit in edits)


def _changed(base: Lines, mine: Lines, theirs: Lines) -> Iterator[Part]:
    if mine == theirs:
        yield Part(Whose.AGREED, base, mine, theirs)
    elif theirs == base:
        yield Part(Whose.MINE, base, mine, theirs)
    elif mine == base:
        yield Part(Whose.THEIRS, base, mine, theirs)
    else:
        head = alike(mine, theirs)
        tail = alike(mine[head:][::-1], theirs[head:][::-1])
        my_end, their_end = len(mine) - tail, len(theirs) - tail
        yield Part(Whose.AGREED, (), mine[:head], theirs[:head])
        yield Part(Whose.COLLIDING, base, mine[head:my_end], theirs[head:their_end])
        yield Part(Whose.AGREED, (), mine[my_end:], theirs[their_end:])


def alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines, or characters of a text, at the beginning are the same."""
    shorter = min(len(one), len(other))
    return next((row for row in range(shorter) if one[row] != other[row]), shorter)


def _edits(old: Lines, new: Lines) -> list[_Edit]:
    """What one side did: the stretches between the lines that it kept, in order."""
    edits = []
    start = new_start = 0
    for place, new_place in [*sorted(_kept(old, new)), (len(old), len(new))]:
        if place > start or new_place > new_start:
            edits.append(_Edit(start, place, new_start, new_place))
        start, new_start = place + 1, new_place + 1
    return edits


def _kept(old: Lines, new: Lines) -> Iterator[tuple[int, int]]:
    """Pairs of places of lines that were kept.

    Lines that stand only once on both sides are paired first, since a blank line or a lone bracket says nothing about
    what moved; what is left between them is compared line by line, where that is not too much.
    """
    todo = [(0, len(old), 0, len(new), 0)]
    while todo:
        start, end, new_start, new_end, depth = todo.pop()
        head = alike(old[start:end], new[new_start:new_end])
        yield from zip(range(start, start + head), range(new_start, new_start + head), strict=True)
        start, new_start = start + head, new_start + head
        tail = alike(old[start:end][::-1], new[new_start:new_end][::-1])
        yield from zip(range(end - tail, end), range(new_end - tail, new_end), strict=True)
        end, new_end = end - tail, new_end - tail
        if start == end or new_start == new_end:
            continue
        anchors = _anchors(old[start:end], new[new_start:new_end]) if depth < DEEPEST else []
        if not anchors and (end - start) * (new_end - new_start) <= MOST_CELLS:
            common = _longest(old[start:end], new[new_start:new_end])
            yield from ((start + row, new_start + new_row) for row, new_row in common)
        if anchors:
            # Each line that was paired is at the head of the stretch that begins with it.
            cuts = [(0, 0), *anchors, (end - start, new_end - new_start)]
            for (row, new_row), (next_row, new_next) in pairwise(cuts):
                todo.append((start + row, start + next_row, new_start + new_row, new_start + new_next, depth + 1))


def _anchors(old: Lines, new: Lines) -> list[tuple[int, int]]:
    """The most lines that stand once on either side and in the same order on both."""
    counts, new_counts = Counter(old), Counter(new)
    places = {line: row for row, line in enumerate(old) if counts[line] == 1}
    pairs = [(places[line], row) for row, line in enumerate(new) if new_counts[line] == 1 and line in places]
    # The longest run of rising places, by the smallest end of each length found so far.
    ends: list[int] = []
    chains: list[tuple[int, int, int | None]] = []
    tips: list[int] = []
    for index, (row, new_row) in enumerate(pairs):
        length = bisect_left(ends, row)
        chains.append((row, new_row, tips[length - 1] if length else None))
        ends[length : length + 1] = [row]
        tips[length : length + 1] = [index]
    found = []
    at = tips[-1] if tips else None
    while at is not None:
        row, new_row, at = chains[at]
        found.append((row, new_row))
    return found[::-1]


def _longest(old: Lines, new: Lines) -> list[tuple[int, int]]:
    """The longest common subsequence; of several, one that keeps what stands first."""
    lengths = [[0] * (len(new) + 1)]
    for line in reversed(old):
        below, row = lengths[-1], [0] * (len(new) + 1)
        for place in range(len(new) - 1, -1, -1):
            row[place] = below[place + 1] + 1 if line == new[place] else max(below[place], row[place + 1])
        lengths.append(row)
    lengths.reverse()
    found = []
    place = new_place = 0
    while place < len(old) and new_place < len(new):
        if old[place] == new[new_place]:
            found.append((place, new_place))
            place, new_place = place + 1, new_place + 1
        elif lengths[place + 1][new_place] >= lengths[place][new_place + 1]:
            place += 1
        else:
            new_place += 1
    return found
