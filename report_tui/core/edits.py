"""An edit is a value; applying it makes a new report in which nothing but its target differs.

Owns the splices and that each result is compared with what was there (`postcondition`): an edit that would change
anything else is refused. Setting an answer repairs nothing, so that a damaged question keeps its damage; what moves an
answer to its place is an edit of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report_tui.core.guard import CONTROL, SURROGATE, check_lines, check_text, swallowing_in_file
from report_tui.core.moving import is_misplaced, plan
from report_tui.core.postcondition import (
    around_differs,
    boxes,
    boxes_differ,
    damage_differs,
    grown_too_large,
    questions_differ,
    rest_differs,
)
from report_tui.core.rejection import AnswerRejected, BoxRejected
from report_tui.core.report import Question, Report
from report_tui.core.source import Source, is_blank, normalised
from report_tui.core.template import parse


@dataclass(frozen=True, slots=True)
class SetAnswers:
    """Replace answers, by their questions' numbers: all of them, or none."""

    texts: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class MoveAnswer:
    """Put the answer to question `number` on lines of its own below its marker."""

    number: int


@dataclass(frozen=True, slots=True)
class SetBoxes:
    """Put between the brackets of each box, by its 1-based line, what is to stand there."""

    states: Mapping[int, str]


Edit = SetAnswers | MoveAnswer | SetBoxes


def apply(report: Report, edit: Edit) -> Report:
    """The report after the edit; the very same object where the edit changes nothing.

    Raises:
        AnswerRejected: an answer cannot be written so that it reads back as given and leaves all else alone.
        BoxRejected: the boxes cannot be set so that they read back and leave all else alone.
        KeyError: the report has no such question.
    """
    match edit:
        case SetAnswers(texts):
            return _set_answers(report, texts)
        case MoveAnswer(number):
            return _move_answer(report, report.question(number))
        case SetBoxes(states):
            return _set_boxes(report, states)


def _set_answers(report: Report, texts: Mapping[int, str]) -> Report:
    known = {question.id for question in report.questions}
    for number in texts.keys() - known:
        report.question(number)  # which says that there is none
    wanted = {question.id: normalised(texts[question.id]) for question in report.questions if question.id in texts}
    changed = [one for one in report.questions if wanted.get(one.id, one.answer.text) != one.answer.text]
    if not changed:
        return report
    replacements: list[tuple[int, int, str]] = []
    places: list[tuple[int, int, int]] = []
    for question in changed:
        _check_writable(report, question)
        check_text(report, question, wanted[question.id])
        (start, end), (first, behind) = question.answer.span, question.answer.region
        replacement = _replacement(report.source, question, wanted[question.id])
        replacements.append((start, end, replacement))
        places.append((first, behind, behind - first - (end - start) + len(replacement)))
    edited = _with_replacements(report, replacements)
    _check_result(report, edited, {question.id: wanted[question.id] for question in changed})
    _refuse(changed[0].id, around_differs(report, edited, places))
    return edited


def _with_replacements(report: Report, replacements: Sequence[tuple[int, int, str]]) -> Report:
    """The report with other characters from one offset to before another, in ascending order; at least one."""
    pieces: list[str] = []
    first = at = replacements[0][0]
    for start, end, replacement in replacements:
        pieces += [report.source.text[at:start], replacement]
        at = end
    return parse(report.source.spliced(first, at, "".join(pieces)), report.placeholders)


def _move_answer(report: Report, question: Question) -> Report:
    lines, marker = question.answer.lines, question.marker_line
    if lines is None:
        return report
    if marker is None:
        raise AnswerRejected(question.id, "its marker is gone", "write a line '> Answer:' above the answer first")
    if lines[0] < marker:
        raise AnswerRejected(question.id, "it stands above its marker", "move the line '> Answer:' above it by hand")
    if not is_misplaced(report, question):
        return report
    _check_writable(report, question)
    move = plan(report, question, marker, lines)
    check_lines(report, question, move.text)
    below = _blank_after(report.source, move.start, move.end)
    replacement = move.replacement + below
    edited = _with_replacements(report, [(move.start, move.end, replacement)])
    _check_result(report, edited, {question.id: move.text})
    _refuse(question.id, around_differs(report, edited, [(move.start, move.end, len(replacement))]))
    _refuse(question.id, damage_differs(report, edited, question.id))
    moved = edited.question(question.id)
    swallowing = swallowing_in_file(edited, moved)
    if is_misplaced(edited, moved):
        raise AnswerRejected(question.id, "it would not get away from its marker", "move it by hand")
    if swallowing is not None and swallowing_in_file(report, question) is None:
        # A quote ends with its lines, and so does what it holds.
        reason = f"line {swallowing.row} of the answer {swallowing.reason}"
        raise AnswerRejected(question.id, reason, swallowing.way_out, swallowing.row)
    return edited


def _set_boxes(report: Report, states: Mapping[int, str]) -> Report:
    known = {item.line for item in report.checklist}
    for line in states.keys() - known:
        report.box(line)  # which says that there is none
    changed = {
        index: states[item.line]
        for index, item in enumerate(report.checklist)
        if states.get(item.line, item.state) != item.state
    }
    if not changed:
        return report
    replacements: list[tuple[int, int, str]] = []
    expected = boxes(report)
    for index, state in changed.items():
        item = report.checklist[index]
        _check_box(report, item.line, state)
        expected[index] = (item.group, item.text, state)
        replacements.append((*item.state_span, state))
    edited = _with_replacements(report, replacements)
    differs = (
        grown_too_large(edited)
        or boxes_differ(expected, edited)
        or questions_differ(report, edited)
        or rest_differs(report, edited, ())
        or around_differs(report, edited, [(start, end, len(state)) for start, end, state in replacements])
    )
    if differs is not None:
        raise BoxRejected(report.checklist[min(changed)].line, *differs)
    return edited


def _check_box(report: Report, line: int, state: str) -> None:
    if report.source.problem is not None:
        raise BoxRejected(line, f"the file is {report.source.problem}", "save it as UTF-8 first")
    if CONTROL.search(state) or SURROGATE.search(state) or "\n" in state:
        raise BoxRejected(line, "a box holds no such character", "use a blank or an x")


def _check_writable(report: Report, question: Question) -> None:
    if report.source.problem is not None:
        raise AnswerRejected(question.id, f"the file is {report.source.problem}", "save it as UTF-8 first")


def _check_result(before: Report, after: Report, texts: Mapping[int, str]) -> None:
    """Refuse a result in which anything but these answers reads differently; what concerns all is said of the first."""
    first = next(iter(texts))
    _refuse(first, grown_too_large(after))
    _refuse(first, questions_differ(before, after))
    read_back = after.texts
    for number, text in texts.items():
        if read_back[number] != text:
            raise AnswerRejected(number, *_why_not_read_back(text))
    _refuse(first, rest_differs(before, after, texts))
    _refuse(first, boxes_differ(boxes(before), after))


def _refuse(number: int, difference: tuple[str, str] | None) -> None:
    if difference is not None:
        raise AnswerRejected(number, *difference)


def _replacement(source: Source, question: Question, text: str) -> str:
    """The characters that take the place of the answer's span: the text with its endings and the blanks around it."""
    start, end = question.answer.span
    if not text:
        return ""
    body = _with_endings(source, question, text)
    return _blank_before(source, question, text) + body + _blank_after(source, start, end)


def _with_endings(source: Source, question: Question, text: str) -> str:
    """The text's lines: those that stay keep their own ending, new ones take the region's."""
    start, end = question.answer.span
    region = question.answer.region
    ending = source.line_ending(source.line_at(region[0]), max(1, source.line_at(max(region[0], region[1] - 1))))
    new = text.split("\n")
    first, last = source.line_at(start) - 1, source.line_at(max(start, end - 1)) - 1
    old = question.answer.text.split("\n") if question.answer.lines else []
    own = source.endings[first : last + 1] if old else ()
    endings = [ending] * (len(new) - 1)
    for index in range(min(len(old), len(new)) - 1):
        if old[index] != new[index]:
            break
        endings[index] = own[index] or ending
    for back in range(2, min(len(old), len(new)) + 1):
        if old[-back] != new[-back]:
            break
        endings[-back + 1] = own[-back] or ending
    return "".join(line + end for line, end in zip(new, [*endings, ""], strict=True))


def _blank_before(source: Source, question: Question, text: str) -> str:
    """What must stand before the text so that Markdown does not pull it into the prompt's block quote."""
    start = question.answer.span[0]
    if start > 0 and source.text[start - 1] not in "\r\n":
        at_end_of_marker = start == len(source.text) and question.answer.lines is None
        return source.line_ending(1, len(source.lines)) * 2 if at_end_of_marker else ""
    above = source.line_at(start) - 2 if start < len(source.text) else len(source.lines) - 1
    if above < 0 or is_blank(source.lines[above]):
        return ""
    stays_in_quote = source.lines[above].lstrip().startswith(">") and text.lstrip().startswith(">")
    if stays_in_quote and question.answer.lines is not None:
        return ""
    return source.endings[above] or "\n"


def _blank_after(source: Source, start: int, end: int) -> str:
    """What must stand behind the text so that the next protected line stays on its own."""
    below = source.line_at(end)
    if start < end:
        following_is_text = below < len(source.lines) and not is_blank(source.lines[below])
        return source.endings[below - 1] if following_is_text else ""
    if start == len(source.text):
        ends_with_newline = bool(source.endings) and bool(source.endings[-1])
        return source.endings[-1] if ends_with_newline else ""
    ending = source.endings[max(0, below - 2)] or "\n"
    return ending if is_blank(source.lines[below - 1]) else ending * 2


def _why_not_read_back(text: str) -> tuple[str, str, int]:
    lines = text.split("\n")
    for row in range(len(lines), 0, -1):
        if lines[row - 1].lstrip().startswith("#"):
            reason = f"line {row} of the answer, a heading with nothing below it, reads as the title of a section"
            return reason, "write text below it, or make it bold", row
    return "the text would not read back as it was written", "begin and end it with a line of plain text", 1
