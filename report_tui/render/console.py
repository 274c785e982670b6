"""A report's findings as text for a terminal: the worst first, short, every line cleaned.

Owns the look of `check`. What many questions share is told once, with their numbers; what is right is one line. It
knows no terminal: colours, width and signs are told by `Style`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from report_tui.core.course_check import Verdict
from report_tui.render.clean import clean, harmless
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation, QuestionResult
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.subject import ranges as ranges

MANY = 4
"""So many questions with the same finding are told together."""
_TITLE_WIDTH = 40
_HEAD_WIDTH = 34
"""Columns behind which the status stands; a longer head pushes it on."""
_INDENT = "      "

_STATUSES = {status: rank for rank, status in enumerate(Status)}
_ASCII = {
    Status.BREAKS_TEMPLATE: "x",
    Status.CONFLICT: "x",
    Status.EMPTY: "o",
    Status.PLACEHOLDER: "o",
    Status.BAD_FIGURE: "#",
    Status.MISSING_FIGURE: "#",
    Status.TOO_MANY_FIGURES: "#",
    Status.TOO_SHORT: "<",
    Status.TOO_LONG: ">",
    Status.WARNING: "!",
    Status.OK: "+",
}
_SIGNS = {Severity.ERROR: ("✗", "x"), Severity.WARNING: ("!", "!"), Severity.NOTE: ("·", "-")}
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "2"}
# Their messages already say how far it is.
_SELF_EXPLAINING = ("too-short", "too-long", "empty", "blank")


class Style(NamedTuple):
    """What the terminal can show."""

    colour: bool = False
    unicode: bool = True
    width: int = 80
    """Columns."""

    def glyph(self, status: Status) -> str:
        """A status's sign, in characters that the terminal has."""
        return status.glyph if self.unicode else _ASCII[status]

    def sign(self, severity: Severity) -> str:
        """A finding's sign, in its colour."""
        return self.paint(_SIGNS[severity][not self.unicode], _COLOURS[severity])

    def paint(self, text: str, code: str) -> str:
        """The text in an SGR colour, where colours are wanted."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def report_lines(name: str, course: CourseRules, evaluation: Evaluation, style: Style) -> Iterator[str]:
    """All that is said of one report but its summary.

    Args:
        name: how the report is called, a path.
        course: what it was judged by.
        evaluation: the judgement.
        style: what the terminal can show.
    """
    yield harmless(style.paint(clean(name), "1"))
    yield from hanging("  ", rules_text(course), 2, style)
    width = _line_width(evaluation)
    notes = [finding for finding in evaluation.findings if finding.severity is Severity.NOTE]
    yield from _findings([finding for finding in evaluation.findings if finding not in notes], width, style)
    for item in _items(evaluation):
        yield from item.lines(width, style)
    if notes:
        sign = style.sign(Severity.NOTE)
        yield f"  {sign} {style.paint('the report as a whole', '1')}"
        yield from _findings(notes, width, style)
    well = [result.id for result in evaluation.questions if result.status is Status.OK]
    if well:
        sign = style.paint(style.glyph(Status.OK), "32")
        yield from hanging(f"  {sign} ", f"in order: {ranges(well)}", 4, style)
    yield ""
    yield from hanging("  ", verdict_text(evaluation.course_check), 4, style)


def summary(evaluation: Evaluation, style: Style) -> str:
    """One report in one line: what is ready, what is wrong, and how much of it passes the course's checker."""
    parts = [f"{evaluation.ready} of {evaluation.total} ready"]
    if evaluation.problems or evaluation.warnings:
        parts.append(f"{_count(evaluation.problems, 'error')}, {_count(evaluation.warnings, 'warning')}")
    if evaluation.checklist_total:
        parts.append(f"checklist {evaluation.checklist_done} of {evaluation.checklist_total}")
    verdict = evaluation.course_check
    if verdict.readable:
        parts.append(f"course {verdict.passed} of {verdict.total}")
    elif verdict.readable is False:
        parts.append("course reads nothing")
    line = (" · " if style.unicode else "; ").join(parts)
    return style.paint(line, "32" if evaluation.ok else "31")


def verdict_text(verdict: Verdict) -> str:
    """The course's own verdict in a few words."""
    if verdict.readable is None:
        return f"the course's checker: cannot tell, {clean(verdict.reason or 'no reason')}"
    if not verdict.readable:
        return f"the course's checker: {clean(verdict.reason or 'reads nothing')}"
    failed = f", fails {ranges(verdict.failed)}" if verdict.failed else ""
    return f"the course's checker: passes {verdict.passed} of {verdict.total}{failed}"


def rules_text(course: CourseRules) -> str:
    """The rules that a report was judged by, in a few words."""
    if course.guessed:
        return "no rules know this template: limits guessed from the prompts"
    return clean(f"{course.title}, template {course.version} ({course.source})")


def unreadable_lines(name: str, reason: str, style: Style) -> Iterator[str]:
    """What is said of a report that cannot be read."""
    yield harmless(style.paint(clean(name), "1"))
    sign = style.sign(Severity.ERROR)
    for line in reason.split("\n"):
        yield from hanging(f"  {sign} ", clean(line), 4, style)


class _Item(NamedTuple):
    """One question with what is its own, or several with what they share."""

    numbers: tuple[int, ...]
    title: str
    status: Status
    findings: tuple[Finding, ...]

    def lines(self, width: int, style: Style) -> Iterator[str]:
        note = all(finding.severity is Severity.NOTE for finding in self.findings)
        glyph = _SIGNS[Severity.NOTE][not style.unicode] if note else style.glyph(self.status)
        colour = _COLOURS[Severity.NOTE] if note else _colour(self.status)
        word = "" if note else self.status.word
        shared = len(self.numbers) > 1
        together = f"{'questions' if shared else 'question'} {ranges(self.numbers)}"
        head = together if shared or note else f"{self.numbers[0]:>2}  {self._title(style)}"
        start = f"  {style.paint(glyph, colour)} {style.paint(head, '1')}"
        padding = " " * (_HEAD_WIDTH - len(head))
        yield f"{start}{padding}  {style.paint(word, colour)}" if word else start
        yield from _findings(self.findings, width, style, and_more=shared)

    def _title(self, style: Style) -> str:
        title = clean(self.title)
        return title if len(title) <= _TITLE_WIDTH else title[: _TITLE_WIDTH - 1] + ("…" if style.unicode else ".")


def _items(evaluation: Evaluation) -> list[_Item]:
    shared: dict[tuple[str, str, str], list[tuple[QuestionResult, Finding]]] = {}
    for result in evaluation.questions:
        for finding in result.findings:
            shared.setdefault(_same(finding), []).append((result, finding))
    folded = {key: found for key, found in shared.items() if _is_told_together(found)}
    items = [_folded(found) for found in folded.values()]
    for result in evaluation.questions:
        own = tuple(finding for finding in result.findings if _same(finding) not in folded)
        if own:
            items.append(_Item((result.id,), result.title, result.status, own))
    return sorted(items, key=lambda item: (_STATUSES[item.status], len(item.numbers) == 1, item.numbers[0]))


def _is_told_together(found: Sequence[tuple[QuestionResult, Finding]]) -> bool:
    return len({result.id for result, _ in found}) >= MANY or found[0][1].severity is Severity.NOTE


def _folded(found: Sequence[tuple[QuestionResult, Finding]]) -> _Item:
    first = min((finding for _, finding in found), key=lambda finding: finding.line)
    numbers = tuple(sorted({result.id for result, _ in found}))
    status = first.status or Status.OK
    plain = Finding(
        first.code, first.severity, None, first.line, _without_count(first.message), first.way_out, first.status
    )
    return _Item(numbers, "", status, (plain,))


def _same(finding: Finding) -> tuple[str, str, str]:
    """What must agree for two findings to be told as one: all but how often it happens in each answer."""
    return finding.code, _without_count(finding.message), finding.way_out


def _without_count(message: str) -> str:
    return re.sub(r" \(\d+ (?:places|in all)\)$", "", message)


def _findings(findings: Sequence[Finding], width: int, style: Style, *, and_more: bool = False) -> Iterator[str]:
    """Each finding, and below it the way out; where the next one has the same way out, only below that."""
    arrow = "→ " if style.unicode else "-> "
    for position, finding in enumerate(findings):
        sign = style.sign(finding.severity)
        where = f"line {finding.line}{'+' if and_more else '':<{width}}"[: width + 5]
        start = f"{_INDENT}{style.paint(where, '2')} {sign} "
        indent = len(_INDENT) + len(where) + 3
        yield from hanging(start, clean(finding.message), indent, style)
        below = findings[position + 1].way_out if position + 1 < len(findings) else None
        if finding.code not in _SELF_EXPLAINING and finding.way_out != below:
            start = " " * indent + style.paint(arrow, "2")
            yield from hanging(start, clean(finding.way_out), indent + len(arrow), style)


def hanging(start: str, text: str, indent: int, style: Style) -> Iterator[str]:
    """The cleaned text behind `start`, wrapped; `start` takes `indent` columns on the screen."""
    rows = _wrapped(text, max(20, style.width - indent))
    yield harmless(start + rows[0])
    for row in rows[1:]:
        yield harmless(" " * indent + row)


def _wrapped(text: str, width: int) -> list[str]:
    rows: list[str] = []
    for word in text.split(" "):
        if rows and len(rows[-1]) + 1 + len(word) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _line_width(evaluation: Evaluation) -> int:
    """Columns for a line number and the plus sign of several."""
    return len(str(max((finding.line for finding in evaluation.all_findings), default=1))) + 1


def _colour(status: Status) -> str:
    if status is Status.OK:
        return "32"
    return "33" if status is Status.WARNING else "31"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def totals(counts: Iterable[tuple[str, int]]) -> str:
    """`7 reports: 1 ready, 5 with problems, 1 unreadable`; parts that are 0 are left out."""
    parts = [(text, number) for text, number in counts if number]
    return f"{_count(sum(number for _, number in parts), 'report')}: " + ", ".join(f"{n} {text}" for text, n in parts)
