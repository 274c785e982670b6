"""What a report says outside of its prompts, answers and boxes: introductions, notes, an appendix.

Owns which part of a page each such line belongs to, so that no line of a report is on no page. It judges nothing: most
of it is the template's own text. Headings that a page shows anyway are left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from report_tui.core.checklist import last_line
from report_tui.core.lines import Layout, is_rule
from report_tui.core.report import Question, Report
from report_tui.core.source import is_blank


class Outside(NamedTuple):
    """Markdown, with newlines as `\\n`; an empty string where there is nothing."""

    intro: str
    """Above the checklist and the first section."""
    sections: Mapping[int, str]
    """By the first question of a section, what stands above it and between the others."""
    checklist: str
    """Above the boxes and among them."""
    ending: str
    """Below the last question."""
    questions: Mapping[int, str]
    """Below a question's heading, and neither in its prompt nor in its answer."""

    @property
    def around(self) -> list[str]:
        """All that belongs to no question."""
        return [self.intro, *self.sections.values(), self.checklist, self.ending]


def outside(report: Report) -> Outside:
    """What stands outside of a report's prompts, answers and boxes; never fails."""
    finder = _Finder(report)
    position, first = 0, 0
    for index, question in enumerate(report.questions):
        before = report.questions[index - 1] if index else None
        is_first = before is None or before.section != question.section
        first = question.id if is_first else first
        finder.gap(position, question.heading_line - 1, question if is_first else None, first)
        finder.above_answer(report, question)
        position = bisect_left(report.source.starts, question.answer.region[1])
    finder.gap(position, len(report.source.lines), None, None)
    return finder.found()


class _Finder:
    def __init__(self, report: Report) -> None:
        self._lines = report.source.lines
        self._title = report.title
        self._boxes: set[int] = set()
        for item in report.checklist:
            self._boxes.update(range(item.line - 1, last_line(self._lines, item.line - 1) + 1))
        self._groups = {item.group for item in report.checklist}
        self._intro: list[str] = []
        self._sections: dict[int, list[str]] = {}
        self._checklist: list[str] = []
        self._ending: list[str] = []
        self._questions: dict[int, str] = {}

    def found(self) -> Outside:
        sections = {number: text for number, lines in self._sections.items() if (text := _text(lines))}
        return Outside(_text(self._intro), sections, _text(self._checklist), _text(self._ending), self._questions)

    def gap(self, start: int, end: int, question: Question | None, first: int | None) -> None:
        """Sort the lines between two questions.

        Args:
            start: the first of them, 0-based.
            end: the first line behind them.
            question: what begins a section there; None where none begins.
            first: the first question of the section they are in; None below the last question.
        """
        lines = self._lines[start:end]
        headings = _headings(lines)
        section = None
        if question is not None:
            section = next((at for at in reversed(headings) if headings[at][1] == question.section), None)
        above = len(lines) if section is None else section
        boxes = [at for at in range(above) if start + at in self._boxes]
        checklist = self._top(headings, boxes[0]) if boxes else above
        inside = self._ending if first is None else self._sections.setdefault(first, [])
        skipped = _front_matter(lines) if start == 0 else 0
        title = next((at for at in headings if start == 0 and headings[at] == (1, self._title)), None)
        for at, line in enumerate(lines):
            if at < skipped or at in (title, section) or start + at in self._boxes:
                continue
            if at > above:
                inside.append(line)
            elif at < checklist:
                (inside if start else self._intro).append(line)
            elif at != checklist and not (at in headings and headings[at][1] in self._groups):
                self._checklist.append(line)

    def above_answer(self, report: Report, question: Question) -> None:
        """Note what stands between a question's heading and its answer, and is not its prompt."""
        first, last = question.prompt_lines or (0, 0)
        start = question.heading_line if question.heading_line != first else last
        end = bisect_right(report.source.starts, question.answer.region[0]) - 1
        lines = [
            line
            for at, line in enumerate(self._lines[start:end], start=start + 1)
            if not first <= at <= last and at != question.marker_line and line.strip(" \t>")
        ]
        if lines:
            self._questions[question.id] = _text(lines)

    def _top(self, headings: Mapping[int, tuple[int, str]], box: int) -> int:
        """The line of the checklist's own heading, or of its first box."""
        above = [at for at in headings if at < box and headings[at] != (1, self._title)]
        if not above:
            return box
        nearest = above[-1]
        return next((at for at in reversed(above) if 1 < headings[at][0] < headings[nearest][0]), nearest)


def _headings(lines: Sequence[str]) -> dict[int, tuple[int, str]]:
    layout = Layout(tuple(lines))
    return {at: (shape.level, shape.text) for at, shape in layout.shapes.items() if not layout.in_fence(at)}


def _front_matter(lines: Sequence[str]) -> int:
    """How many lines at the beginning are none of the page's, but for a program that makes pages."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((at + 1 for at, line in enumerate(lines) if at and line.rstrip() == "---"), 0)


def _text(lines: Sequence[str]) -> str:
    return "" if all(is_blank(line) or is_rule(line) for line in lines) else "\n".join(lines).strip("\n \t")
