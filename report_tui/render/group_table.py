"""All groups for a terminal and for a spreadsheet: one line each.

Owns the table's columns and the form of `class.csv`. No text of a group becomes a formula, a second line, or anything
that a terminal acts on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from report_tui.render.clean import clean, harmless
from report_tui.render.console import Style, ranges
from report_tui.validation.group_row import GroupRow, GroupState

NAME_MOST = 32
"""Columns of a group's name; a longer one is cut."""
_ASCII = {"✓": "+", "✗": "x", "○": "o", "→": ">"}
_COLOURS = {GroupState.PASSES: "32", GroupState.WARNINGS: "33"}
_COUNTED = {
    GroupState.PASSES: "well",
    GroupState.WARNINGS: "with warnings",
    GroupState.PROBLEMS: "with problems",
    GroupState.NOT_FETCHED: "could not be fetched",
}
"""Behind a number; the other states are said as they are."""
_COLUMNS = (("ready", 7), ("errors", 6), ("warnings", 8), ("checklist", 9), ("course", 7))
# What spreadsheets take for the beginning of a formula, also in the wide forms of East Asian keyboards.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - these very characters
_FIELDS = (
    "group state note branch commit committed report rules ready questions errors warnings checklist_done "
    "checklist_total course_passed course_total course_failed"
).split()


def heading(width: int, style: Style) -> str:
    """The table's first line.

    Args:
        width: columns of the names (`name_width`).
        style: what the terminal can show.
    """
    titles = "  ".join(f"{title:>{columns}}" for title, columns in _COLUMNS)
    return style.paint(f"  {'group':<{width}}  {'state':<15}  {titles}", "1")


def name_width(names: Iterable[str]) -> int:
    """Columns that the names take."""
    return min(max((len(clean(name)) for name in names), default=5), NAME_MOST)


def line(row: GroupRow, width: int, style: Style) -> str:
    """One group.

    Args:
        row: the group.
        width: columns of the names.
        style: what the terminal can show.
    """
    name = clean(row.name)
    name = name if len(name) <= width else name[: width - 1] + ("…" if style.unicode else ".")
    glyph = row.state.glyph if style.unicode else _ASCII.get(row.state.glyph, row.state.glyph)
    sign = style.paint(glyph, _COLOURS.get(row.state, "31"))
    values: Sequence[str] = ("",) * len(_COLUMNS)
    if row.questions:
        values = (
            f"{row.ready}/{row.total}",
            str(row.problems),
            str(row.warnings),
            f"{row.done}/{row.boxes}" if row.boxes else "",
            course_text(row),
        )
    told = "  ".join(f"{value:>{columns}}" for value, (_, columns) in zip(values, _COLUMNS, strict=True))
    note = clean(row.note)
    # Names are a group's own, and a build server may be reading.
    return harmless(f"{sign} {name:<{width}}  {row.state.value:<15}  {told}  {note}".rstrip())


def course_text(row: GroupRow) -> str:
    """How many answers the course's checker passes; `none` where it judges nothing, `?` where we cannot tell."""
    if row.passed is not None:
        return f"{row.passed}/{row.asked}"
    return "none" if row.reads_none else "?"


def totals(counts: Mapping[GroupState, int], rules: Mapping[str, int]) -> Iterator[str]:
    """What all groups come to, and the rules they were judged by where these are not all the same.

    Args:
        counts: groups by state.
        rules: groups by rules, in a few words each; an empty name is of those that no rules fit.
    """
    parts = [
        f"{counts[state]} {_COUNTED.get(state, state.value)}" for state in reversed(GroupState) if counts.get(state)
    ]
    number = sum(counts.values())
    yield f"{number} {'group' if number == 1 else 'groups'}{': ' if parts else ''}{', '.join(parts)}"
    if len(rules) > 1:
        told = ", ".join(f"{clean(name) or 'none'} ({rules[name]})" for name in sorted(rules))
        yield f"not all groups were judged by the same rules: {told}; look at the odd ones"


def when(seconds: int | None) -> str:
    """A moment, in UTC: `2026-01-23 11:00 UTC`; an empty string for none, or one that no calendar has."""
    if seconds is None:
        return ""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""


def csv_heading(numbers: Sequence[int]) -> str:
    """The first line of `class.csv`.

    Args:
        numbers: the questions that get two columns each, their status and their words.
    """
    return _csv([*_FIELDS, *(f"q{number}{part}" for number in numbers for part in ("", "_words"))])


def csv_line(row: GroupRow, numbers: Sequence[int]) -> str:
    """One group in `class.csv`."""
    read = bool(row.questions)
    cells: list[str] = [
        row.name,
        row.state.value,
        row.note,
        row.branch,
        row.commit,
        when(row.committed),
        row.report,
        row.course,
        *(str(value) if read else "" for value in (row.ready, row.total, row.problems, row.warnings)),
        *(str(value) if row.boxes else "" for value in (row.done, row.boxes)),
        "" if row.passed is None else str(row.passed),
        "" if row.passed is None else str(row.asked),
        ranges(row.failed),
    ]
    questions = {question.id: question for question in row.questions}
    for number in numbers:
        found = questions.get(number)
        cells += ["", ""] if found is None else [found.status.value, str(found.words)]
    return _csv(cells)


def _csv(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return text.getvalue()


def _cell(text: str) -> str:
    cleaned = clean(text)
    return f"'{cleaned}" if cleaned.lstrip().startswith(_FORMULA) else cleaned
