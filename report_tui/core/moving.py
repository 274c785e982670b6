"""Moves an answer from its marker's line, or from the prompt's quote, to lines of its own below the marker.

Owns where an answer belongs and the bytes of the move; that the result reads as it should is seen to in `edits`.
Only what made the answer part of the prompt is taken away: a quote further down is the student's own and stays one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from report_tui.core.blocks import quote_around
from report_tui.core.guard import is_on_marker_line
from report_tui.core.lines import QUOTE, marker_rest, quote_body
from report_tui.core.placeholders import without_left_over
from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Question, Report
from report_tui.core.source import is_blank

_EMPHASIS = re.compile(r"[> \t]*([*_]*)answer([*_]*)[ \t]*:([*_]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Move:
    """The splice that moves one answer."""

    start: int
    """Offset in `Source.text`: behind what stays of the marker line."""
    end: int
    """Offset behind the answer."""
    replacement: str
    text: str
    """The answer as it must read afterwards, newlines as `\\n`."""


def is_misplaced(report: Report, question: Question) -> bool:
    """Whether the answer begins on its marker's line, or no blank line separates the two."""
    lines, marker = question.answer.lines, question.marker_line
    if lines is None or marker is None or lines[0] < marker:
        return False
    return not any(is_blank(line) for line in report.source.lines[marker : lines[0] - 1])


def plan(report: Report, question: Question, marker: int, lines: tuple[int, int]) -> Move:
    """How a misplaced answer gets below its marker.

    Args:
        report: the report.
        question: the question whose answer is misplaced.
        marker: the 1-based line of its marker.
        lines: the 1-based first and last line of its answer.

    Raises:
        AnswerRejected: it is not certain where the marker ends and the answer begins.
    """
    source = report.source
    marker_text = source.lines[marker - 1]
    on_marker = is_on_marker_line(report, question)
    kept = marker_rest(marker_text) if on_marker else len(marker_text)
    if kept is None or (on_marker and not _emphasis_is_whole(marker_text)):
        raise AnswerRejected(
            question.id, "its marker and its first words share their * or _", "write the line '> Answer:' by hand"
        )
    rows = _rows(report, question, marker)
    ending = source.line_ending(marker, lines[1])
    first = lines[0] - 1
    own = (*source.endings[first : first + len(rows) - 1], "")
    above = (ending if on_marker else source.endings[marker - 1]) + ending
    body = "".join(row + end for row, end in zip(rows, own, strict=True))
    return Move(source.starts[marker - 1] + kept, question.answer.span[1], above + body, "\n".join(rows))


def _emphasis_is_whole(marker_text: str) -> bool:
    """Whether what opens around the marker's word also closes there: not in `**Answer: text**` or `Answer:*text*`."""
    match = _EMPHASIS.match(marker_text)
    return match is not None and match[1] == match[2] + match[3]


def _rows(report: Report, question: Question, marker: int) -> list[str]:
    """The answer's lines without an untouched placeholder below them, and without the marks of the prompt's quote."""
    first, above = question.answer.line - 1, question.heading_line - 1
    rows = without_left_over(question.answer.text.split("\n"), report.placeholders)
    quote = quote_around(report.source.lines[above : first + len(rows)], marker - 1 - above)
    quoted = [first + index - above in quote for index in range(len(rows))]
    if is_on_marker_line(report, question):
        # What stands before it there is the marker's.
        quoted[0] = False
    elif quoted[0] and all(is_blank(row) or QUOTE.match(row) for row in rows):
        # All of it is written as quotes: a blank line between two of them makes neither somebody else's words.
        quoted = [True] * len(rows)
    bare = [quote_body(row) if is_quoted else row for row, is_quoted in zip(rows, quoted, strict=True)]
    return without_left_over(bare, report.placeholders)
