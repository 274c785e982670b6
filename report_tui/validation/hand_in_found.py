"""The lines about what the course finds in the report: its checker, encoding, placeholders, limits and figures.

Owns how the findings of `check`, made of what stands in the commit, are gathered into lines. It judges nothing anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation
from report_tui.validation.finding import Finding, Severity
from report_tui.validation.hand_in_facts import TOLD, Facts, Line, State
from report_tui.validation.subject import plural, ranges, shown

_PLACEHOLDERS = frozenset(("empty", "placeholder"))
_LIMITS = frozenset(
    ("too-short", "too-long", "words-not-shown", "course-count", "course-cut", "too-few-figures", "too-many-figures")
)
_UNREADABLE = "figure-unreadable"
_REMOTE = "figure-remote"
_WITHOUT_LFS = 'git lfs pull; git lfs untrack "*.png"; git add --renormalize .; git commit -m figures; then push'
_CHECKER = frozenset(("course-stops", "course-unreadable"))


def judged(facts: Facts) -> Iterator[Line]:
    """What the course finds in the report; where none could be read, each question is told as not known."""
    if facts.evaluation is None or facts.course is None:
        why = "nothing could be read" if facts.is_placed is None else "there is no report in its place"
        for name, what in _QUESTIONS.items():
            yield Line(name, State.UNKNOWN, f"{what}: {why}")
        return
    errors = [finding for finding in facts.evaluation.all_findings if finding.severity is Severity.ERROR]
    if facts.course.template.course_check is not None:
        yield _checker(facts.evaluation)
    yield _encoding(facts)
    yield _placeholders(_of(errors, _PLACEHOLDERS), facts.source_problem)
    yield _limits(facts.course, _of(errors, _LIMITS), facts.source_problem)
    yield _figures(facts, [found for found in errors if found.code.startswith("figure-") and found.code != _REMOTE])
    yield _remote_figures(facts.evaluation)
    known = _PLACEHOLDERS | _LIMITS | _CHECKER | {_REMOTE}
    rest = [found for found in errors if found.code not in known and not found.code.startswith("figure-")]
    yield _rest(facts.evaluation, rest)


_QUESTIONS = {
    "checker": "whether the course's checker can read it",
    "encoding": "whether it is UTF-8",
    "placeholders": "whether placeholders are left",
    "limits": "whether the answers are within their limits",
    "figures": "whether its figures are there",
    "remote-figures": "whether figures are loaded from elsewhere",
    "template": "whether the template is whole",
}


def _of(errors: Iterable[Finding], codes: frozenset[str]) -> list[Finding]:
    return [finding for finding in errors if finding.code in codes]


def _numbers(found: Iterable[Finding]) -> list[int]:
    return sorted({finding.question for finding in found if finding.question is not None})


def _messages(found: Sequence[Finding]) -> tuple[str, ...]:
    """The first of them, and how many there are more."""
    told_ones = [f"{f'{one.question}: ' if one.question is not None else ''}{one.message}" for one in found[:TOLD]]
    if len(found) > TOLD:
        told_ones.append(f"and {len(found) - TOLD} more")
    return tuple(told_ones)


def _checker(evaluation: Evaluation) -> Line:
    verdict = evaluation.course_check
    if verdict.readable is None:
        text = f"whether the course's checker can read it: {verdict.reason}"
        return Line("checker", State.UNKNOWN, text, "save the report as UTF-8")
    if not verdict.readable:
        found = [finding for finding in evaluation.all_findings if finding.code in _CHECKER]
        way_out = found[0].way_out if found else "repair what report-tui check names"
        return Line("checker", State.NO, f"the course's checker: {verdict.reason}", way_out, _messages(found))
    text = f"the course's checker reads it: {verdict.passed} of {verdict.total} pass"
    details = (f"it fails {ranges(verdict.failed)}",) if verdict.failed else ()
    return Line("checker", State.YES, text, "", details)


def _encoding(facts: Facts) -> Line:
    if facts.source_problem:
        return Line("encoding", State.NO, f"the file is {facts.source_problem}", "save the report as UTF-8")
    return Line("encoding", State.YES, "the file is UTF-8")


def _placeholders(found: list[Finding], source_problem: str) -> Line:
    numbers = _numbers(found)
    if numbers:
        text = f"{plural(len(numbers), 'question')} without an answer, or with a placeholder left in: {ranges(numbers)}"
        return Line("placeholders", State.NO, text, "write the answers and delete the placeholders")
    if source_problem:
        return Line("placeholders", State.UNKNOWN, f"{_QUESTIONS['placeholders']}: the file is {source_problem}")
    return Line("placeholders", State.YES, "no placeholder is left")


def _limits(course: CourseRules, found: list[Finding], source_problem: str) -> Line:
    numbers = _numbers(found)
    if numbers:
        text = f"{plural(len(numbers), 'question')} outside the limits: {ranges(numbers)}"
        return Line("limits", State.NO, text, "write more or less; report-tui check tells how much", _messages(found))
    if source_problem:
        return Line("limits", State.UNKNOWN, f"{_QUESTIONS['limits']}: the file is {source_problem}")
    how = ", as far as its prompts tell them: no rules know this template" if course.guessed else ""
    return Line("limits", State.YES, f"every answer is within its limits{how}")


def _figures(facts: Facts, found: list[Finding]) -> Line:
    evaluation = facts.evaluation
    assert evaluation is not None
    links = tuple(f"{shown(path)} is a {kind}, which is not followed" for path, kind in facts.unfollowed.items())
    certain = [finding for finding in found if finding.code != _UNREADABLE]
    if certain:
        text = f"{plural(len(certain), 'figure')} that the course will not see as meant"
        return Line("figures", State.NO, text, _mended(facts, certain[0]), (*_messages(certain), *links[:TOLD]))
    unread = [*found, *(finding for finding in evaluation.all_findings if finding.code == "figure-unchecked")]
    if unread:
        text = f"whether {plural(len(unread), 'figure')} can be shown"
        return Line("figures", State.UNKNOWN, text, "fetch all of the repository", _messages(unread))
    used = {use.path for result in evaluation.questions for use in result.figures}
    if not used:
        return Line("figures", State.YES, "no answer shows a figure, and none has to")
    text = f"{plural(len(used), 'figure')} in that commit, under exactly the names that the answers write"
    return Line("figures", State.YES, text, "", links[:TOLD])


def _mended(facts: Facts, found: Finding) -> str:
    """The way out for a figure of a commit, where what `check` says of a file on the disk does not help."""
    if "pointer of Git LFS" in found.message:
        return _WITHOUT_LFS
    if any(found.message.startswith(f"{path} ") for path in facts.missing.figures):
        return "it is on your disk: commit it, and push"
    return found.way_out


def _remote_figures(evaluation: Evaluation) -> Line:
    found = [finding for finding in evaluation.all_findings if finding.code == _REMOTE]
    if found:
        text = f"{plural(len(found), 'figure')} loaded from elsewhere: {ranges(_numbers(found))}"
        return Line("remote-figures", State.NO, text, found[0].way_out, _messages(found))
    return Line("remote-figures", State.YES, "no figure is loaded from elsewhere")


def _rest(evaluation: Evaluation, found: list[Finding]) -> Line:
    if found:
        text = f"{plural(len(found), 'other problem')}, in the template's own text or in answers"
        return Line("template", State.NO, text, found[0].way_out, _messages(found))
    missing = evaluation.total - len(evaluation.questions)
    if missing or not evaluation.total:
        text = f"{plural(missing, 'question')} missing" if missing else "no question was found"
        return Line("template", State.NO, text, "copy what is missing from the course's template")
    if evaluation.warnings:
        text = f"the template is whole; {plural(evaluation.warnings, 'warning')} to look at"
        return Line("template", State.YES, text, "report-tui check")
    return Line("template", State.YES, "the template is whole, and nothing else is wrong")
