"""From a finding to what would mend it: whole new answers, each judged before it is offered.

Owns which finding has which fixes, and the promise behind each: the guard takes it, the finding is gone, and nothing
gets worse. What a text becomes is `rewrites` and `figure_rewrites`. Pure: nothing here changes a report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from report_tui.core.figure_names import description_of
from report_tui.core.images import find_images
from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Report
from report_tui.core.source import normalised
from report_tui.validation import engine, rewrites
from report_tui.validation import figure_rewrites as figures
from report_tui.validation.checks import conflict_row
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation, QuestionResult
from report_tui.validation.figure_checks import is_undescribed
from report_tui.validation.figure_facts import FigureFact
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.rewrites import InCode, Side, Underline
from report_tui.validation.ruleset import QuestionRule
from report_tui.validation.subject import shown

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


@dataclass(frozen=True, slots=True)
class Judged:
    """A report as it stands, what is being typed, and what is said of it."""

    report: Report
    course: CourseRules
    facts: Mapping[str, FigureFact]
    evaluation: Evaluation
    held: Mapping[int, str] = field(default_factory=dict)
    """Texts that cannot be written as they stand, by question."""

    def text(self, number: int) -> str:
        """The answer as the editor shows it."""
        held = self.held.get(number)
        return self.report.question(number).answer.text if held is None else held

    def row(self, finding: Finding) -> int:
        """The 1-based row of its answer's text that a finding is about; 1 for one of the template's own lines."""
        if finding.question is None or finding.question not in {question.id for question in self.report.questions}:
            return 1
        row = finding.line - self.report.question(finding.question).answer.line + 1
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
    found = [tried for fix in _proposals(judged, finding) if (tried := _tried(judged, finding, fix)) is not None]
    certain = [fix for fix in found if fix.certain]
    return tuple(certain[:1] or found)


def fixable(judged: Judged, code: str) -> tuple[Change, ...]:
    """What the certain fixes of all findings with this code would change, in document order."""
    changes: list[Change] = []
    for result in judged.evaluation.questions:
        if all(finding.code != code for finding in result.findings):
            continue
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
    for _ in range(rewrites.MOST_PLACES):
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


# Which finding has which fixes


@dataclass(frozen=True, slots=True)
class _Case:
    """A finding and what its fixes may look at."""

    text: str
    row: int
    finding: Finding
    rule: QuestionRule
    facts: Mapping[str, FigureFact]


_Proposal = tuple[str, str | None]
"""A title, and the new text or None."""


def _proposals(judged: Judged, finding: Finding) -> Iterable[Fix]:
    """Fixes that nobody has tried yet. What is only a note may well stay: a plain link may be just that."""
    number = finding.question or 0
    rule = next((rule for rule in judged.course.template.questions if rule.id == number), QuestionRule(number, ""))
    case = _Case(judged.text(number), judged.row(finding), finding, rule, judged.facts)
    certain, make = _CERTAIN.get(finding.code), _CHOICES.get(finding.code)
    if certain is not None:
        title, text = certain(case)
        if text is not None:
            yield Fix(finding.code, title, text, certain=finding.severity is not Severity.NOTE)
    if make is not None:
        for title, text in make(case):
            if text is not None:
                yield Fix(finding.code, title, text, certain=False)


def _placeholder(case: _Case) -> _Proposal:
    return "delete the placeholder", rewrites.without_placeholder(case.text, case.rule.placeholder)


def _dashes(case: _Case) -> _Proposal:
    return "delete the dashes", rewrites.without_dashes(case.text)


def _hidden(case: _Case) -> _Proposal:
    return "delete what nobody sees", rewrites.without_hidden(case.text)


def _hashes(case: _Case) -> _Proposal:
    if "Answer:" in case.text or rewrites.has_hashes_in_code(case.text):
        return "", None
    text = rewrites.without_hashes(case.text)
    is_bold = text.count("**") > case.text.count("**")
    return "write it in bold, without #" if is_bold else "write it so that it shows the same: #\\#", text


def _hash_choices(case: _Case) -> Iterable[_Proposal]:
    if "Answer:" in case.text:
        yield "write 'The answer is' for 'Answer:'", rewrites.without_marker(case.text, "The answer is")
        yield "write 'Answer -' for 'Answer:'", rewrites.without_marker(case.text, "Answer -")
    elif rewrites.has_hashes_in_code(case.text):
        yield "write one # in the code for ##", rewrites.without_hashes(case.text, InCode.SINGLE)
        yield "put a blank between them in the code: # #", rewrites.without_hashes(case.text, InCode.APART)


def _underlines(case: _Case) -> _Proposal:
    text = rewrites.without_underlines(case.text)
    if text is None:
        return "", None
    if set(text.split("\n")) - {"", *case.text.split("\n")}:
        return _IN_BOLD, text
    return _AS_RULE if text.count("\n") > case.text.count("\n") else _NO_LINE, text


_NO_LINE = "delete the line below it"
_IN_BOLD = "make the line above bold"
_AS_RULE = "keep it as a rule, below a blank line"


def _underline_choices(case: _Case) -> Iterable[_Proposal]:
    yield _NO_LINE, rewrites.without_underlines(case.text, Underline.NOTHING)
    yield _IN_BOLD, rewrites.without_underlines(case.text, Underline.HEADING)
    yield _AS_RULE, rewrites.without_underlines(case.text, Underline.RULE)


def _list(case: _Case) -> _Proposal:
    return "put a blank line above the list", rewrites.with_blank_above_lists(case.text)


def _numbering(case: _Case) -> _Proposal:
    return "write '1.' for '1)'", rewrites.with_dotted_numbers(case.text)


def _nesting(case: _Case) -> _Proposal:
    return "indent the inner list by four blanks", rewrites.with_deep_lists(case.text)


def _break(case: _Case) -> _Proposal:
    return "end the line with two blanks", rewrites.with_blanks_for_backslashes(case.text)


def _tag(case: _Case) -> _Proposal:
    return "put it in backticks", rewrites.with_tags_in_backticks(case.text)


def _strikethrough(case: _Case) -> _Proposal:
    return "write <del> for ~~", rewrites.with_struck_out_tags(case.text)


def _link(case: _Case) -> _Proposal:
    return "put it in angle brackets", rewrites.with_links(case.text)


def _tasks(case: _Case) -> Iterable[_Proposal]:
    yield "write 'done:' and 'not done:'", rewrites.with_tasks_as(case.text, "done:", "not done:")
    yield "write ✓ and ○", rewrites.with_tasks_as(case.text, "✓", "○")


def _code(case: _Case) -> Iterable[_Proposal]:
    yield "indent the code by four blanks instead of the fence", rewrites.with_indented_code(case.text)


def _fence(case: _Case) -> Iterable[_Proposal]:
    yield "close the fence at the end of the answer", rewrites.with_closed_fence(case.text, at_paragraph=False)
    yield "close it above the next blank line", rewrites.with_closed_fence(case.text, at_paragraph=True)


def _conflict(case: _Case) -> Iterable[_Proposal]:
    yield "keep both versions, the upper one first", rewrites.without_conflict(case.text, Side.BOTH)
    yield "keep the upper version", rewrites.without_conflict(case.text, Side.UPPER)
    yield "keep the lower version", rewrites.without_conflict(case.text, Side.LOWER)


def _counted(case: _Case) -> _Proposal:
    return "write it as ![description](path)", figures.counted_form(case.text, case.row)


def _case_of_name(case: _Case) -> _Proposal:
    fact = case.facts.get(case.finding.figure)
    if fact is None or fact.actual is None:
        return "", None
    return f"write {fact.actual}", figures.with_path(case.text, case.row, fact.target, fact.actual)


def _nearest(case: _Case) -> Iterable[_Proposal]:
    fact = case.facts.get(case.finding.figure)
    if fact is not None and fact.nearest is not None:
        yield f"write {fact.nearest}", figures.with_path(case.text, case.row, fact.target, fact.nearest)


def _blank_in_path(case: _Case) -> Iterable[_Proposal]:
    """A choice, since a file without blanks in its name is better: every program shows that."""
    yield "write %20 for each blank", figures.with_encoded_blanks(case.text, case.row)


def _description(case: _Case) -> Iterable[_Proposal]:
    """Words made of the file's name: a beginning, which only somebody who knows the figure can judge."""
    for image in find_images(case.text):
        if image.row == case.row and is_undescribed(image) and image.target:
            words = description_of(image.target)
            yield f"write '{shown(words, 40)}'", figures.with_description(case.text, image, words)


def _in_code(case: _Case) -> _Proposal:
    return "take it out of the code", figures.out_of_code(case.text, case.row)


def _behind_backslash(case: _Case) -> _Proposal:
    return "delete the backslash", figures.without_backslash(case.text, case.row)


_CERTAIN: Mapping[str, Callable[[_Case], _Proposal]] = {
    "placeholder": _placeholder,
    "placeholder-dashes": _dashes,
    "hidden-characters": _hidden,
    "course-cut": _hashes,
    "course-stops": _hashes,
    "page-heading": _underlines,
    "page-list": _list,
    "page-numbering": _numbering,
    "page-nesting": _nesting,
    "page-break": _break,
    "page-tag": _tag,
    "page-strikethrough": _strikethrough,
    "page-link": _link,
    "figure-not-counted": _counted,
    "figure-case": _case_of_name,
    "figure-in-code": _in_code,
    "figure-hidden": _behind_backslash,
}
"""One way that anybody would take."""

_CHOICES: Mapping[str, Callable[[_Case], Iterable[_Proposal]]] = {
    "course-cut": _hash_choices,
    "course-stops": _hash_choices,
    "page-heading": _underline_choices,
    "page-task-list": _tasks,
    "page-code": _code,
    "not-closed": _fence,
    engine.REJECTED: _fence,
    "conflict": _conflict,
    "figure-blank": _blank_in_path,
    "figure-missing": _nearest,
    "figure-description": _description,
}
"""Ways of which somebody has to choose one."""
