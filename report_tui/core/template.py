"""Reads a whole report: puts together what the other modules of the core find in it, and notes what is damaged.

Owns `parse` and the order of its steps, each as long as there is not too much (`bounds`): lines are classified
(`lines`), questions found (`questions`, with `prompts`), then the ends of their answers (`regions`), the answers
(`answers`) and the checklist (`checklist`). It judges nothing (`validation`) and changes nothing (`edits`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report_tui.core import bounds
from report_tui.core.answers import AnswerReader
from report_tui.core.checklist import find_checklist
from report_tui.core.lines import Kind, Layout, quote_body
from report_tui.core.placeholders import is_remnant
from report_tui.core.prompts import Block
from report_tui.core.questions import QuestionFinder
from report_tui.core.regions import find_regions
from report_tui.core.report import Answer, Damage, DamageNote, Question, Report
from report_tui.core.source import Source


def parse(data: bytes, placeholders: tuple[str, ...] = ()) -> Report:
    """Read a report; see `Report.from_bytes`."""
    try:
        return _parse(data, placeholders)
    except bounds.TooMuch as excess:
        return Report(Source.unread(data, str(excess)), "", (), (), (), placeholders)


def _parse(data: bytes, placeholders: tuple[str, ...]) -> Report:
    """Read a report; raises `bounds.TooMuch`, as soon as that is known."""
    bounds.check_file(data)
    source = Source.from_bytes(data)
    layout = Layout(source.lines)
    # A number alone may as well begin an item of a list.
    worded = sum(bool(shape.word) for shape in layout.bare.values())
    bounds.check(len(layout.shapes) + worded, bounds.REPORT_HEADINGS, "headings")
    finder = QuestionFinder(layout)
    blocks = finder.find()
    bounds.check(len(blocks), bounds.REPORT_QUESTIONS, "questions")
    reader = AnswerReader(source, layout, placeholders)
    questions: list[Question] = []
    damage: list[DamageNote] = []
    for block, region in zip(blocks, find_regions(layout, blocks, finder.level), strict=True):
        answer = reader.read(block, region.end)
        questions.append(_question(layout, block, region.section, answer))
        damage += _damage(layout, block, questions[-1], finder.level, source)
    chosen, copies = _without_copies(questions)
    damage += copies
    damage.sort(key=lambda note: (note.line, note.question))
    checklist = find_checklist(source, layout, [question.answer.region for question in chosen])
    bounds.check(len(checklist), bounds.REPORT_BOXES, "boxes")
    title = _title(layout, blocks[0].start if blocks else len(source.lines))
    return Report(source, title, chosen, checklist, tuple(damage), placeholders)


def _title(layout: Layout, first: int) -> str:
    """The first top-level heading above the first question: below it, a `#` may be a comment in somebody's code."""
    shapes = ((index, shape) for index, shape in layout.shapes.items() if index < first)
    return next((shape.text for index, shape in shapes if shape.level == 1 and not layout.in_fence(index)), "")


def _question(layout: Layout, block: Block, section: str, answer: Answer) -> Question:
    number = block.number or 0
    heading = f"Question {number}"
    if block.heading is not None:
        heading = (layout.shapes.get(block.heading) or layout.bare[block.heading]).text
    prompt, prompt_lines = "", None
    if block.prompt is not None and block.prompt[0] <= block.prompt[1]:
        first, last = block.prompt
        prompt = "\n".join(quote_body(line) for line in layout.lines[first : last + 1]).strip("\n")
        prompt_lines = (first + 1, last + 1)
    marker_line = block.marker + 1 if block.marker is not None else None
    return Question(number, heading, block.start + 1, prompt, prompt_lines, marker_line, section, answer)


def _damage(layout: Layout, block: Block, question: Question, level: int, source: Source) -> list[DamageNote]:
    found: list[tuple[Damage, int]] = []
    if block.heading is None:
        found.append((Damage.HEADING_MISSING, block.start))
    else:
        shape = layout.shapes.get(block.heading)
        if shape is None or shape.level != level or _is_glued(layout.lines[block.heading]):
            found.append((Damage.HEADING_CHANGED, block.heading))
    if block.prompt is None:
        found.append((Damage.PROMPT_MISSING, block.start))
    if block.above is not None:
        text = next(index for index in range(*block.above) if layout.kinds[index] is Kind.TEXT)
        found.append((Damage.ANSWER_ABOVE_MARKER, text))
    if block.marker is None:
        found.append((Damage.MARKER_MISSING, block.prompt[1] if block.prompt else block.start))
    else:
        found += _marker_damage(layout, block, block.marker, question.answer, source)
    return [DamageNote(damage, index + 1, question.id) for damage, index in found]


def _marker_damage(
    layout: Layout, block: Block, marker: int, answer: Answer, source: Source
) -> Iterator[tuple[Damage, int]]:
    if layout.kinds[marker] is not Kind.QUOTE:
        yield Damage.MARKER_UNQUOTED, marker
    if block.region == marker and not is_remnant(source.text[slice(*answer.span)]):
        yield Damage.ANSWER_ON_MARKER, marker
    elif answer.lines is not None and block.above is None:
        first = answer.lines[0] - 1
        if all(layout.kinds[index] is Kind.QUOTE for index in range(marker, first + 1)):
            yield Damage.ANSWER_IN_QUOTE, first


def _is_glued(heading: str) -> bool:
    rest = heading.lstrip(" ").lstrip("#")
    return rest[:1] not in (" ", "\t")


def _without_copies(found: Sequence[Question]) -> tuple[tuple[Question, ...], list[DamageNote]]:
    """One question for each number, the first that is answered, else the first; and a note on every other."""
    chosen: dict[int, Question] = {}
    for question in found:
        present = chosen.get(question.id)
        if present is None or (present.answer.lines is None and question.answer.lines is not None):
            chosen[question.id] = question
    twice = [
        DamageNote(Damage.QUESTION_TWICE, question.heading_line, question.id)
        for question in found
        if chosen[question.id] is not question
    ]
    return tuple(question for question in found if chosen[question.id] is question), twice
