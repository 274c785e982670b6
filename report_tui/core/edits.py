"""An edit is a value; applying it makes a new report in which nothing but one answer region differs.

Owns the splice and the post-condition: the result is read again and compared with what was there, and an edit that
would change anything else is refused. It repairs nothing: a damaged question keeps its damage.
"""

from __future__ import annotations

from dataclasses import dataclass

from report_tui.core.guard import check_text
from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Question, Report
from report_tui.core.source import Source, is_blank, normalised
from report_tui.core.template import parse


@dataclass(frozen=True, slots=True)
class SetAnswer:
    """Replace the answer to question `number` by `text`."""

    number: int
    text: str


def apply(report: Report, edit: SetAnswer) -> Report:
    """The report after the edit; the very same object where the edit changes nothing.

    Raises:
        AnswerRejected: the text cannot be written so that it reads back as given and leaves all else alone.
        KeyError: the report has no such question.
    """
    question = report.question(edit.number)
    text = normalised(edit.text)
    if text == question.answer.text:
        return report
    if report.source.problem is not None:
        raise AnswerRejected(question.id, f"the file is {report.source.problem}", "save it as UTF-8 first")
    check_text(report, question, text)
    start, end = question.answer.span
    data = report.source.spliced(start, end, _replacement(report.source, question, text))
    edited = parse(data, report.placeholders)
    _check_result(report, edited, question, text)
    return edited


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


def _check_result(before: Report, after: Report, question: Question, text: str) -> None:
    """The post-condition: nothing but this answer reads differently, and no byte outside its region has changed."""
    number = question.id
    there = {other.id: other for other in after.questions}
    if [q.id for q in after.questions] != [q.id for q in before.questions] or number not in there:
        raise AnswerRejected(number, "the questions would read differently", "take out what looks like a question")
    if there[number].answer.text != text:
        raise AnswerRejected(number, *_why_not_read_back(text))
    for other in before.questions:
        if not _same(other, there[other.id], with_answer=other.id != number):
            raise AnswerRejected(number, f"question {other.id} would read differently", "take out the last change")
    if after.title != before.title:
        raise AnswerRejected(number, "the report's title would read differently", "take out the last change")
    if _boxes(after) != _boxes(before):
        raise AnswerRejected(number, "the checklist would read differently", "take out the last change")
    region_start, region_end = question.answer.region
    source = before.source
    head = len(source.spliced(region_start, len(source.text), ""))
    tail = len(source.text[region_end:].encode())
    old, new = source.data, after.source.data
    if old[:head] != new[:head] or (tail and old[-tail:] != new[-tail:]) or len(new) < head + tail:
        raise AnswerRejected(number, "text outside the answer would change", "report this as a fault of report-tui")


def _why_not_read_back(text: str) -> tuple[str, str, int]:
    lines = text.split("\n")
    for row in range(len(lines), 0, -1):
        if lines[row - 1].lstrip().startswith("#"):
            reason = f"line {row} of the answer, a heading with nothing below it, reads as the title of a section"
            return reason, "write text below it, or make it bold", row
    return "the text would not read back as it was written", "begin and end it with a line of plain text", 1


def _same(one: Question, other: Question, *, with_answer: bool) -> bool:
    parts = (one.heading, one.prompt, one.section) == (other.heading, other.prompt, other.section)
    return parts and (not with_answer or one.answer.text == other.answer.text)


def _boxes(report: Report) -> list[tuple[str, str, str]]:
    return [(item.group, item.text, item.state) for item in report.checklist]
