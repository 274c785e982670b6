"""From a report's history to what is shown of it, on the screen and on the command line, as frozen values.

Owns the wording of a version, and which lines of an answer differ. It reads the session and changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from report_tui.core.changes import BoxKey
from report_tui.core.merge import compare
from report_tui.history import Now, Past, author, differing, differing_boxes
from report_tui.render.clean import clean
from report_tui.render.console import ranges
from report_tui.session import Session
from report_tui.storage.versions import Version
from report_tui.tui.view_models.amounts import age
from report_tui.tui.view_models.report import title
from report_tui.tui.view_models.sides import Piece, Side, SideLine, in_sequence, rows

_SIDES = (Side.MINE, Side.THEIRS)


class VersionRow(NamedTuple):
    """One version in a list."""

    version: Version
    moment: str
    """When it was kept, in the time of this place."""
    ago: str
    why: str
    """Why it was kept, and who committed it."""
    what: str
    """Which answers and boxes differ from now, or why that cannot be told."""


class AnswerDifference(NamedTuple):
    """An answer that was another one then."""

    number: int
    title: str
    then: str
    now: str
    lines: tuple[SideLine, ...]
    """The side `MINE` is now, `THEIRS` is then."""


def row(now: Now, past: Past, now_ns: int, authors: Mapping[str, str]) -> VersionRow:
    """A version beside the report as it is now.

    Args:
        now: the report as it is.
        past: the version.
        now_ns: the time, in nanoseconds since 1970.
        authors: who committed which content, as `git.authors` tells.
    """
    version, who = past.version, clean(author(past, authors))
    said = f"{why(past)}, by {who}" if who else why(past)
    return VersionRow(version, moment(version.time_ns), ago(version, now_ns), said, what(now, past))


def moment(time_ns: int) -> str:
    """A time in nanoseconds since 1970, as a clock on the wall shows it: `2026-11-21 14:02`."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(time_ns // 1_000_000_000))
    except (OverflowError, OSError, ValueError):
        return "????-??-?? ??:??"


def ago(version: Version, now_ns: int) -> str:
    """How long ago it was kept."""
    return age(max(0, now_ns - version.time_ns) / 1_000_000_000)


def why(past: Past) -> str:
    """Why it was kept, and of which answer it is."""
    label = past.version.label
    return label if past.number is None else f"answer {past.number}, {label}"


def what(now: Now, past: Past) -> str:
    """In what it differs from now: `answers 2, 5; 1 box`."""
    if past.problem:
        return past.problem
    if past.version.number is not None:
        return "differs" if differing(now, past) else "as it is now"
    parts = []
    if numbers := differing(now, past):
        parts.append(f"answer{'' if len(numbers) == 1 else 's'} {ranges(numbers)}")
    if boxes := len(differing_boxes(now, past)):
        parts.append(f"{boxes} box{'' if boxes == 1 else 'es'}")
    return "; ".join(parts) or "as it is now"


def differences(session: Session, now: Now, past: Past, only: int | None = None) -> tuple[AnswerDifference, ...]:
    """The answers in which a version differs from now, line by line; of these only one, where a number is given."""
    return tuple(difference(session, past, number) for number in differing(now, past) if only in (None, number))


def difference(session: Session, past: Past, number: int) -> AnswerDifference:
    """One answer now and then."""
    now, then = session.text(number), past.texts[number]
    return AnswerDifference(number, title(session, number), then, now, in_sequence(rows(compare(now, then))))


def box_lines(boxes: Iterable[tuple[BoxKey, bool]]) -> list[tuple[str, str]]:
    """Of each box that differs, how it is now and how it was."""
    return [(f"[{_mark(not done)}] {key.text}", f"[{_mark(done)}] {key.text}") for key, done in boxes]


def brought(answers: Sequence[int], boxes: int) -> str:
    """What was brought back: `answers 2, 5 and 1 box`; an empty string for nothing."""
    parts = [f"answer{'' if len(answers) == 1 else 's'} {ranges(answers)}"] if answers else []
    parts += [f"{boxes} box{'' if boxes == 1 else 'es'}"] if boxes else []
    return " and ".join(parts)


def _mark(done: bool) -> str:
    return "x" if done else " "


class HistoryRow(NamedTuple):
    """One version in the app's list."""

    id: int
    version: VersionRow
    differs: bool
    """Whether there is something to bring back."""
    problem: bool
    """Whether it cannot be read."""


class HistoryView(NamedTuple):
    """The list of versions."""

    title: str
    """Of what the history is shown: a question's title, or all answers."""
    rows: tuple[HistoryRow, ...]
    reading: bool
    """Whether older ones are still being read."""
    problem: str = ""
    """Why nobody can say what there is, as a sentence; empty where it can be said."""


class Page(NamedTuple):
    """What differs in one version, of which one part is shown at a time."""

    number: int | None
    """The question; None for the checklist."""
    title: str
    signed: tuple[SideLine, ...]
    """The side `MINE` is now, `THEIRS` is then."""


def history_row(identity: int, now: Now, past: Past, now_ns: int, authors: Mapping[str, str]) -> HistoryRow:
    """A version in the app's list, under a number that it keeps; the rest as for `row`."""
    differs = bool(differing(now, past) or differing_boxes(now, past))
    return HistoryRow(identity, row(now, past, now_ns, authors), differs, bool(past.problem))


def pages(session: Session, now: Now, past: Past) -> tuple[Page, ...]:
    """The answers in which a version differs, in document order, then its checklist."""
    found = [Page(one.number, one.title, one.lines) for one in differences(session, now, past)]
    lines = box_lines(differing_boxes(now, past).items())
    if lines:
        marks = [SideLine(side, (Piece(line),)) for pair in lines for side, line in zip(_SIDES, pair, strict=True)]
        found.append(Page(None, "Checklist", tuple(marks)))
    return tuple(found)
