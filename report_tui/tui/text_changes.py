"""A text that is being written: its lines, what they begin with, and changes of it as values.

Owns how several edits become one change, and finding and replacing. It knows no key; it neither holds a text nor
changes one. All offsets are characters from the start of the text, its lines end in a newline each, and `start <= end`
is the selection.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Possessive: the blanks between two marks may belong to either, and trying all ways would never end.
_QUOTE = r"(?P<quote>(?: {0,3}> ?)*+)"
ITEM = re.compile(
    _QUOTE + r"(?P<indent>[ \t]*)(?:(?P<bullet>[-*+])|(?P<number>\d{1,9})(?P<behind>[.)]))(?P<gap>[ \t]+)"
    r"(?P<box>\[[ xX]\][ \t]+)?"
)
QUOTED = re.compile(r"(?: {0,3}> ?)++")
FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})(.*)$")


class Change(NamedTuple):
    """Replace `start` to `end` by `text`, then select; without text and range it only moves the cursor."""

    start: int
    end: int
    text: str
    selected: tuple[int, int]
    """Start and end of the selection, in the text as it is afterwards."""

    def applied(self, text: str) -> str:
        """The text afterwards."""
        return text[: self.start] + self.text + text[self.end :]


class Edit(NamedTuple):
    """Replace `start` to `end` by `text`; one part of a change."""

    start: int
    end: int
    text: str


# Lines


def line_at(text: str, at: int) -> tuple[int, int]:
    """The line that holds an offset: its start, and the offset of its newline."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines that a selection touches; one that it only reaches the start of is not meant."""
    while True:
        first, behind = line_at(text, start)
        yield first, behind
        start = behind + 1
        if start >= max(end, first + 1) or behind == len(text):
            return


def gaps(text: str, first: int, behind: int) -> tuple[str, str]:
    """What has to come before and behind whole lines so that a blank line separates them from the text around."""
    above = text[slice(*line_at(text, first - 1))] if first else ""
    below = text[slice(*line_at(text, behind + 1))] if behind < len(text) else ""
    return "\n" if above.strip() else "", "\n" if below.strip() else ""


# Changes


def combined(text: str, edits: list[Edit], start: int, end: int) -> Change:
    """Several edits as one change; the selection stays on the same characters."""
    edits = sorted(edits, key=lambda edit: (edit.start, edit.end))
    parts = []
    position = edits[0].start
    for edit in edits:
        parts += [text[position : edit.start], edit.text]
        position = edit.end
    selected = (_moved(edits, start, behind=True), _moved(edits, end, behind=start == end))
    return Change(edits[0].start, position, "".join(parts), selected)


def _moved(edits: list[Edit], offset: int, *, behind: bool) -> int:
    """Where an offset lies after edits; `behind`: behind what is inserted right there."""
    moved = offset
    for edit in edits[: bisect_right(edits, offset, key=lambda edit: edit.start)]:
        if edit.end < offset or (edit.end == offset and (behind or edit.start < edit.end)):
            moved += len(edit.text) - (edit.end - edit.start)
        elif edit.start < offset:
            moved -= offset - edit.start
    return moved


# Finding


def occurrences(text: str, query: str) -> list[tuple[int, int]]:
    """Where a query stands; capitals matter only where it has some."""
    return [match.span() for match in _sought(query).finditer(text)] if query else []


def replaced(text: str, places: Iterable[tuple[int, int]], by: str) -> Change | None:
    """Put other words in all these places as one change, the cursor behind the last; nothing where there is none."""
    edits = [Edit(first, behind, by) for first, behind in places]
    if not edits:
        return None
    change = combined(text, edits, edits[-1].end, edits[-1].end)
    cursor = change.start + len(change.text)
    return Change(change.start, change.end, change.text, (cursor, cursor))


def _sought(query: str) -> re.Pattern[str]:
    return re.compile(re.escape(query), re.NOFLAG if query != query.lower() else re.IGNORECASE)
