"""All groups for a terminal: a line each, made to its width.

Owns the table's columns, and what of them is left out where there is no room. No text of a group becomes a second line
or anything that a terminal acts on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from report_tui.render.clean import clean, harmless
from report_tui.render.console import Style, hanging
from report_tui.validation.group_row import GroupRow, GroupState

_NAME_MOST = 32
"""Columns of a group's name; a terminal gets a longer one cut."""
_NAME_LEAST = 20
"""Columns below which other columns make room for it."""
_NAMED = 5
"""Groups that are named where they are not like the others."""
_STATE = 15
_GAP = "  "
_BEFORE = 2
"""Columns of a group's sign."""
_ASCII = {"✓": "+", "✗": "x", "○": "o", "→": ">"}
_COLOURS = {GroupState.PASSES: "32", GroupState.WARNINGS: "33"}
_COUNTED = {
    GroupState.PASSES: "well",
    GroupState.WARNINGS: "with warnings",
    GroupState.PROBLEMS: "with problems",
    GroupState.NOT_FETCHED: "could not be fetched",
}
"""Behind a number; the other states are said as they are."""


class _Column(NamedTuple):
    """A number of each group."""

    title: str
    columns: int
    stays: int
    """What is lowest is left out first."""


_COLUMNS = (
    _Column("ready", 7, 5),
    _Column("errors", 6, 3),
    _Column("warnings", 8, 1),
    _Column("checklist", 9, 2),
    _Column("course", 7, 4),
)


class Table:
    """The table of one run."""

    def __init__(self, names: Iterable[str], style: Style, room: int | None) -> None:
        """Begin.

        Args:
            names: of all groups, not cleaned.
            style: what the terminal can show.
            room: its columns; None where there is no terminal, so that each group is one line, however long.
        """
        self._style = style
        self._room = room
        wanted = min(max((columns_of(clean(name)) for name in names), default=5), _NAME_MOST)
        shown = list(_COLUMNS)
        while shown and self._left(shown) < min(wanted, _NAME_LEAST):
            shown.remove(min(shown, key=lambda column: column.stays))
        self._shown = [column.title for column in shown]
        self._width = max(5, min(wanted, self._left(shown)))

    def _left(self, shown: Iterable[_Column]) -> int:
        """Columns for the name beside these others."""
        if self._room is None:
            return _NAME_MOST
        return self._room - _BEFORE - len(_GAP) - _STATE - sum(len(_GAP) + column.columns for column in shown)

    def heading(self) -> str:
        """The first line."""
        titles = self._numbers({title: title for title in self._shown})
        return self._style.paint(f"{'':{_BEFORE}}{'group':<{self._width}}{_GAP}{'state':<{_STATE}}{titles}", "1")

    def _numbers(self, values: Mapping[str, str]) -> str:
        return "".join(
            f"{_GAP}{values[column.title]:>{column.columns}}" for column in _COLUMNS if column.title in self._shown
        )

    def lines(self, row: GroupRow) -> Iterator[str]:
        """One group: a line, and more for its note where a terminal has no room for it in the first."""
        style = self._style
        glyph = row.state.glyph if style.unicode else _ASCII.get(row.state.glyph, row.state.glyph)
        name = clean(row.name)
        if self._room is not None:
            name = _cut(name, self._width, "…" if style.unicode else "~")
        name += " " * (self._width - columns_of(name))
        rest = f"{name}{_GAP}{row.state.value:<{_STATE}}{self._numbers(_told(row)) if row.questions else ''}"
        start = f"{style.paint(glyph, _COLOURS.get(row.state, '31'))} {rest}"
        note = clean(row.note)
        is_long = self._room is not None and _BEFORE + columns_of(rest) + len(_GAP) + columns_of(note) > self._room
        # Names are a group's own, and a build server may be reading.
        yield harmless((start if is_long else f"{start}{_GAP}{note}").rstrip())
        if note and is_long:
            yield from hanging(" " * (_BEFORE + 2), note, _BEFORE + 2, style)


def _told(row: GroupRow) -> Mapping[str, str]:
    return {
        "ready": f"{row.ready}/{row.total}",
        "errors": str(row.problems),
        "warnings": str(row.warnings),
        "checklist": f"{row.done}/{row.boxes}" if row.boxes else "",
        "course": course_text(row),
    }


def columns_of(text: str) -> int:
    """Columns that a cleaned text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(letter) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def _cut(text: str, most: int, dots: str) -> str:
    """A text without its middle where it is too long: names of groups tell themselves apart by their ends."""
    if columns_of(text) <= most:
        return text
    end = text[-most:]
    while columns_of(end) > most // 2:
        end = end[1:]
    start = text[:most]
    while columns_of(start) + 1 + columns_of(end) > most:
        start = start[:-1]
    return f"{start.rstrip()}{dots}{end.lstrip()}"


def course_text(row: GroupRow) -> str:
    """How many answers the course's checker passes; `none` where it judges nothing, `?` where we cannot tell."""
    if row.passed is not None:
        return f"{row.passed}/{row.asked}"
    return "none" if row.reads_none else "?"


def as_of(deadline: str) -> str:
    """Which commits count, and what is not known of them.

    Args:
        deadline: the moment, as it is shown.
    """
    return (
        f"each group as of its last commit until {deadline}: by its date, which whoever makes a commit can set; "
        "git does not know when it was pushed"
    )


def totals(counts: Mapping[GroupState, int], rules: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What all groups come to, and the rules they were judged by where these are not all the same.

    Args:
        counts: groups by state.
        rules: the groups' names by rules, in a few words each; an empty one is of those that no rules fit.
    """
    parts = [
        f"{counts[state]} {_COUNTED.get(state, state.value)}" for state in reversed(GroupState) if counts.get(state)
    ]
    number = sum(counts.values())
    yield f"{number} {'group' if number == 1 else 'groups'}{': ' if parts else ''}{', '.join(parts)}"
    if len(rules) > 1:
        usual, *odd = sorted(rules, key=lambda name: (-len(rules[name]), name))
        told = ", ".join(f"{clean(name) or 'none'} ({_named(rules[name])})" for name in odd)
        yield f"not all groups were judged by the same rules: {clean(usual) or 'none'} ({len(rules[usual])}), {told}"


def _named(groups: Sequence[str]) -> str:
    """A few groups by name, and how many others there are."""
    named = ", ".join(clean(name)[:_NAME_MOST] for name in groups[:_NAMED])
    return f"{named} and {len(groups) - _NAMED} more" if len(groups) > _NAMED else named


def when(seconds: int | None) -> str:
    """A moment, in UTC: `2026-01-23 11:00 UTC`; an empty string for none, or one that no calendar has."""
    if seconds is None:
        return ""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""
