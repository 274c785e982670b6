"""From a finding to what would mend it: whole new answers, each judged before it is offered.

Owns the promise behind each: the guard takes it, the finding is gone, and nothing gets worse. Which finding has which
ways out is `proposals`. Pure: nothing here changes a report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Question, Report
from report_tui.core.source import normalised
from report_tui.validation import engine
from report_tui.validation.checks import conflict_row
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation, QuestionResult
from report_tui.validation.figure_facts import FigureFact
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.proposals import Case, proposals
from report_tui.validation.rewrites import places
from report_tui.validation.ruleset import QuestionRule

_LONGEST = 20_000
"""Characters of an answer that fixes are looked for in, several times the longest one: each is tried and judged."""
_MOST_WORK = 1_000_000
"""Those characters times the answer's findings, each of which is tried: half a second."""

MOVES = frozenset(("answer-on-marker", "answer-in-quote", "page-quote"))
"""Findings that no other text mends: the answer has to go to another place, which is the session's work."""


class FileHow(StrEnum):
    """What becomes of a figure's file."""

    RENAME = "rename"
    """Another name, or another folder."""
    COPY = "copy"
    """The same, and the file stays as well, since something else names it."""
    BRING_IN = "bring in"
    """A copy of a file outside the report's folder."""
    DELETE = "delete"


class FileChange(NamedTuple):
    """What a fix does to a figure's file; every answer that names the file goes with it."""

    how: FileHow
    path: str
    """The file, from the report's folder with forward slashes; one outside it as the answer names it."""
    new: str = ""
    """Its new path, in the same form; empty where it is deleted."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend one finding."""

    code: str
    """The finding's."""
    title: str
    """What it does, as the label of a button: `make the headings bold`."""
    text: str | None
    """The whole new answer; None for a move of the answer to below its marker, and where a file is changed."""
    certain: bool = True
    """Whether it is what anybody would do; else somebody has to choose it."""
    cost: str = ""
    """What would be wrong then and is not now, such as a word too few; an empty string for nothing."""
    file: FileChange | None = None
    """What becomes of a file; None where only the text changes."""

    @property
    def is_move(self) -> bool:
        """Whether the answer is moved and keeps its words."""
        return self.text is None and self.file is None


@dataclass(frozen=True)
class Judged:
    """A report as it stands, what is being typed, and what is said of it."""

    report: Report
    course: CourseRules
    facts: Mapping[str, FigureFact]
    evaluation: Evaluation
    held: Mapping[int, str] = field(default_factory=dict)
    """Texts that cannot be written as they stand, by question."""

    @cached_property
    def _questions(self) -> dict[int, Question]:
        """By number: of thousands, each of their findings asks for one."""
        return {question.id: question for question in self.report.questions}

    def text(self, number: int) -> str:
        """The answer as the editor shows it."""
        held = self.held.get(number)
        return self._questions[number].answer.text if held is None else held

    def row(self, finding: Finding) -> int:
        """The 1-based row of its answer's text that a finding is about; 1 for one of the template's own lines."""
        if finding.question is None or finding.question not in self._questions:
            return 1
        row = finding.line - self._questions[finding.question].answer.line + 1
        return row if 1 <= row <= self.text(finding.question).count("\n") + 1 else 1


@dataclass(frozen=True, slots=True)
class Change:
    """What a fix does to one question."""

    question: int
    before: str
    after: str
    """The same text as before where the answer is only moved."""
    is_move: bool = False


def find_fixes(judged: Judged, finding: Finding) -> tuple[Fix, ...]:
    """What would mend a finding, each judged; one that is certain comes alone. Empty where only the student can tell.

    A fix that takes words away so that too few are left is offered with its cost, and is never certain. Where two
    versions of an answer met, nothing else can be mended before somebody has chosen between them.
    """
    number = finding.question
    if number is None or all(question.id != number for question in judged.report.questions):
        return ()
    length = len(judged.text(number))
    if length > _LONGEST or length * len(judged.evaluation.question(number).findings) > _MOST_WORK:
        return ()
    if finding.code != "conflict" and conflict_row(judged.text(number)) is not None:
        return ()
    if finding.code in MOVES:
        return (Fix(finding.code, "put the answer on lines of its own, below its marker", None),)
    found: list[Fix] = []
    for untried in _untried(judged, finding):
        fix = _tried(judged, finding, untried)
        if fix is not None and fix.certain:
            return (fix,)  # which costs no look at the others
        found += [fix] if fix is not None else []
    return tuple(found)


def _without_end() -> bool:
    return True


def fixable(judged: Judged, code: str, goes_on: Callable[[], bool] = _without_end) -> tuple[Change, ...]:
    """What the certain fixes of all findings with this code would change, in document order.

    Args:
        judged: the report.
        code: the findings' code.
        goes_on: asked before each answer; where it says no, that one and those behind it are left as they are.
    """
    changes: list[Change] = []
    for result in judged.evaluation.questions:
        if all(finding.code != code for finding in result.findings):
            continue
        if not goes_on():
            break
        before = judged.text(result.id)
        if code in MOVES and conflict_row(before) is None:
            changes.append(Change(result.id, before, before, is_move=True))
            continue
        after = _all_mended(judged, result.id, code)
        if after != before:
            changes.append(Change(result.id, before, after))
    return tuple(changes)


def _all_mended(judged: Judged, number: int, code: str) -> str:
    """The answer without any finding of this code that has a certain fix."""
    for _ in places(judged.text(number)):
        of_kind = [found for found in judged.evaluation.question(number).findings if found.code == code]
        fixes = (find_fixes(judged, finding) for finding in of_kind)
        text = next((found[0].text for found in fixes if found and found[0].certain), None)
        if text is None:
            break
        report = judged.report.with_answer(number, text)
        evaluation = engine.rejudge(judged.evaluation, report, judged.course, judged.facts, number)
        held = {other: kept for other, kept in judged.held.items() if other != number}
        judged = replace(judged, report=report, evaluation=evaluation, held=held)
    return judged.text(number)


# The promise

_ALIKE = {
    "course-stops": "course",
    "course-cut": "course",
    "cannot-be-written": "unwritable",
    "not-closed": "unwritable",
}
"""Findings that tell of one mistake, as far as it goes."""


def _tried(judged: Judged, finding: Finding, fix: Fix) -> Fix | None:
    """The fix with its cost; None where it would not mend, or would break something."""
    number = finding.question
    if number is None or fix.text is None or normalised(fix.text) == judged.text(number):
        return None
    try:
        report = judged.report.with_answer(number, fix.text)
    except AnswerRejected:
        return None
    evaluation = engine.rejudge(judged.evaluation, report, judged.course, judged.facts, number)
    before, after = judged.evaluation.question(number), evaluation.question(number)
    if _count(after, finding.code) >= _count(before, finding.code):
        return None
    if judged.evaluation.course_check.readable and not evaluation.course_check.readable:
        return None
    known = {_kind(other.code) for other in before.findings if other.severity is Severity.ERROR}
    new = [other for other in after.findings if other.severity is Severity.ERROR and _kind(other.code) not in known]
    if any(other.status in (Status.BREAKS_TEMPLATE, Status.CONFLICT, Status.EMPTY) for other in new):
        return None
    text = report.question(number).answer.text
    return replace(fix, text=text, certain=False, cost=new[0].message) if new else replace(fix, text=text)


def _kind(code: str) -> str:
    return _ALIKE.get(code, code)


def _count(result: QuestionResult, code: str) -> int:
    return sum(_kind(finding.code) == _kind(code) for finding in result.findings)


def _untried(judged: Judged, finding: Finding) -> Iterator[Fix]:
    """What might mend a finding of an answer, before it is tried."""
    number = finding.question or 0
    rule = next((rule for rule in judged.course.template.questions if rule.id == number), QuestionRule(number, ""))
    case = Case(judged.text(number), judged.row(finding), finding, rule, judged.facts)
    for proposal in proposals(case):
        yield Fix(finding.code, proposal.title, proposal.text, proposal.certain)
