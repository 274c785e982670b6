"""What must hold after every edit: nothing but its target reads differently, and no other byte has changed.

Owns the comparison of a report with the one before. It looks only at results, so that whatever went wrong on the way,
in our own code too, is seen before anything is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from report_tui.core.report import Damage, Question, Report
from report_tui.core.source import BOM

Difference = tuple[str, str]
"""What would be different, and the way out."""

BOX_PARTS = tuple[str, str, str]
_FAULT = "report this as a fault of report-tui"
_MISPLACED = (Damage.ANSWER_ON_MARKER, Damage.ANSWER_IN_QUOTE)


def boxes(report: Report) -> list[BOX_PARTS]:
    """Of every box its group, its wording and its state."""
    return [(item.group, item.text, item.state) for item in report.checklist]


def grown_too_large(after: Report) -> Difference | None:
    """Whether nobody could open the report any more."""
    if after.source.excess:
        return f"the report would be {after.source.problem}", "make it shorter"
    return None


def questions_differ(before: Report, after: Report) -> Difference | None:
    """Whether the questions are no longer the same ones in the same order."""
    if [question.id for question in after.questions] != [question.id for question in before.questions]:
        return "the questions would read differently", "take out what looks like a question"
    return None


def rest_differs(before: Report, after: Report, edited: Collection[int]) -> Difference | None:
    """Whether anything reads differently but the answers to the questions `edited`; the questions are the same ones.

    The boxes are left to `boxes_differ`.
    """
    for one, other in zip(before.questions, after.questions, strict=True):
        if not _same(one, other, with_answer=one.id not in edited):
            return f"question {one.id} would read differently", "take out the last change"
    if after.title != before.title:
        return "the report's title would read differently", "take out the last change"
    return None


def boxes_differ(expected: list[BOX_PARTS], after: Report) -> Difference | None:
    """Whether the checklist is not as it should be."""
    if boxes(after) != expected:
        return "the checklist would read differently", "take out the last change"
    return None


def around_differs(before: Report, after: Report, changed: Iterable[tuple[int, int, int]]) -> Difference | None:
    """Whether a byte outside of the places that were to change has changed.

    Args:
        before: the report before.
        after: the report after.
        changed: of each place, in ascending order, its first character, the one behind its last (offsets in the text
            before), and how many it was to have afterwards.
    """
    old, new = before.source.text, after.source.text
    at = shift = 0
    same = before.source.data.startswith(BOM) == after.source.data.startswith(BOM)
    for start, end, length in changed:
        same = same and old[at:start] == new[at + shift : start + shift]
        at, shift = end, shift + length - (end - start)
    return None if same and old[at:] == new[at + shift :] else ("text around it would change", _FAULT)


def damage_differs(before: Report, after: Report, moved: int) -> Difference | None:
    """Whether any damage came or went but the place of the answer to question `moved`, which must have gone."""
    notes = [(note.damage, note.question) for note in before.damage]
    left = [(damage, number) for damage, number in notes if number != moved or damage not in _MISPLACED]
    if [(note.damage, note.question) for note in after.damage] != left:
        return "the template around it would read differently", "move it by hand"
    return None


def _same(one: Question, other: Question, *, with_answer: bool) -> bool:
    parts = (one.heading, one.prompt, one.section) == (other.heading, other.prompt, other.section)
    return parts and (not with_answer or one.answer.text == other.answer.text)
