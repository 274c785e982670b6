"""What is wrong with the report as a whole: its template's own text, missing questions, bytes, conflict markers.

Owns the words for damage that the core found, and how bad each kind is. It looks at no answer's text: that is
`checks`' business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from report_tui.core.course_check import Verdict
from report_tui.core.report import Damage, DamageNote, Report
from report_tui.validation.checks import HIDDEN, conflict_row
from report_tui.validation.course import CourseRules
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.template_text import template_findings

_MARKER = "> Answer:"
_SIGN = "Answer:"
"""What the course's checker looks for, wherever it stands."""
MARKER_CHANGED = "marker-changed"
_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

# Message, way out, severity. An error is what makes the course's checker miss or mix up answers.
_DAMAGE: dict[Damage, tuple[str, str, Severity]] = {
    Damage.MARKER_MISSING: (
        f"the line '{_MARKER}' is gone",
        f"write a line '{_MARKER}' between the prompt and the answer",
        _ERROR,
    ),
    Damage.MARKER_UNQUOTED: (
        f"the marker line lost its '>': the template has '{_MARKER}'",
        f"make it '{_MARKER}'",
        _WARNING,
    ),
    Damage.ANSWER_ON_MARKER: (
        "the answer begins on the marker's line: the course's page makes it part of the prompt",
        "begin the answer on a line of its own, below a blank line",
        _WARNING,
    ),
    Damage.ANSWER_IN_QUOTE: (
        "the answer stands in the prompt's quote",
        "take the '>' off its lines, and put a blank line above it",
        _WARNING,
    ),
    Damage.ANSWER_ABOVE_MARKER: (
        "text above the marker line is not read as part of the answer",
        f"move it below '{_MARKER}'",
        _WARNING,
    ),
    Damage.PROMPT_MISSING: (
        "the question's prompt is gone",
        "copy it from the course's template",
        _WARNING,
    ),
    Damage.HEADING_MISSING: (
        "the question's heading is gone",
        "write its heading above the prompt, as in the course's template",
        _ERROR,
    ),
    Damage.HEADING_CHANGED: (
        "the question's heading is not written as the others are",
        "write it as in the course's template",
        _WARNING,
    ),
    Damage.QUESTION_TWICE: (
        "the question stands in the file twice; only one of the two is read",
        "keep one of them",
        _ERROR,
    ),
}


# What the course's checker does where it does not find the question for it.
_MISSED = {
    Damage.MARKER_MISSING: "the course's checker misses this answer",
    Damage.HEADING_MISSING: "the course's checker takes it for part of the one before",
    Damage.HEADING_CHANGED: "the course's checker misses it",
}


def damage_finding(report: Report, note: DamageNote, course: CourseRules, *, is_read: bool) -> Finding:
    """The finding for one place where the template was changed.

    Args:
        report: the report.
        note: the place.
        course: what the report is judged by.
        is_read: whether the course's checker reads this question's answer all the same.
    """
    message, way_out, severity = _DAMAGE[note.damage]
    missed = _MISSED.get(note.damage)
    if missed is not None and course.template.course_check is not None:
        if is_read:
            severity = _WARNING
        # The course's checker looks for `###` and for nothing else.
        elif note.damage is not Damage.HEADING_CHANGED or "###" not in report.source.lines[note.line - 1]:
            message += f": {missed}"
            severity = _ERROR
    status = Status.BREAKS_TEMPLATE if severity is _ERROR else Status.WARNING
    return Finding(note.damage.value, severity, note.question, note.line, message, way_out, status)


def marker_findings(report: Report, course: CourseRules) -> Iterable[Finding]:
    """Markers that a reader takes for one, and the course's checker does not: `> answer:`, `> Answer :`."""
    if course.template.course_check is None:
        return
    for question in report.questions:
        line = question.marker_line
        if line is not None and _SIGN not in report.source.lines[line - 1]:
            message = f"the marker is not written as '{_MARKER}': the course's checker misses this answer"
            way_out = f"make it '{_MARKER}'"
            yield Finding(MARKER_CHANGED, _ERROR, question.id, line, message, way_out, Status.BREAKS_TEMPLATE)


def report_findings(
    report: Report, course: CourseRules, verdict: Verdict, of_questions: Iterable[Finding]
) -> tuple[Finding, ...]:
    """What is wrong with the report as a whole, in line order.

    Args:
        report: the report.
        course: what it is judged by.
        verdict: what the course's checker says of it.
        of_questions: what is wrong with its questions, so that the whole can name its cause.
    """
    found = [
        *_bytes(report),
        *_questions(report, course),
        *_order(report, course),
        *template_findings(report, course),
        *_protected_text(report),
        *_course_check(report, verdict, of_questions),
    ]
    return tuple(sorted(found, key=lambda finding: finding.line))


def _whole(code: str, line: int, message: str, way_out: str, severity: Severity = _ERROR) -> Finding:
    return Finding(code, severity, None, line, message, way_out)


def _bytes(report: Report) -> Iterable[Finding]:
    source = report.source
    if source.problem is not None:
        yield _whole("not-utf8", source.problem_line, f"the file is {source.problem}", "save it as UTF-8")


def _questions(report: Report, course: CourseRules) -> Iterable[Finding]:
    if not report.questions:
        yield _whole(
            "no-questions", 1, "no question was found in this file", "name the report, or copy the course's template"
        )
        return
    lines = {question.id: question.heading_line for question in report.questions}
    before = 1
    for rule in course.template.questions:
        before = lines.get(rule.id, before)
        if rule.id not in lines:
            message = f"question {rule.id} ({rule.title}) is not in the file"
            yield _whole("heading-missing", before, message, "copy it from the course's template")
    known = {rule.id for rule in course.template.questions}
    for number, line in lines.items():
        if number not in known:
            message = f"question {number} is not in the course's template {course.version}"
            yield _whole("question-unknown", line, message, "take it out, or name the right rules", _WARNING)


def _order(report: Report, course: CourseRules) -> Iterable[Finding]:
    """The first question that stands below one that comes after it."""
    ranks = {rule.id: rule.id if course.guessed else rank for rank, rule in enumerate(course.template.questions)}
    there = [question for question in report.questions if question.id in ranks]
    for above, below in pairwise(there):
        if ranks[below.id] < ranks[above.id]:
            message = f"question {below.id} stands below question {above.id}"
            if course.template.course_check is not None:
                message += ": the course's checker goes by the order, and takes one answer for another"
            way_out = "put the questions into the template's order, each with its own number"
            yield _whole("question-order", below.heading_line, message, way_out)
            return


def _protected_text(report: Report) -> Iterable[Finding]:
    """What must not stand outside of the answers; inside one it belongs to its question. The first place of each."""
    text = "\n".join(report.source.lines)
    if conflict_row(text) is not None and (line := _first_outside(report, conflict_row)) is not None:
        message = "git's conflict markers stand in the template's own text"
        yield _whole("conflict", line, message, _out_of_conflict(report))
    if HIDDEN.search(text) and (line := _first_outside(report, HIDDEN.search)) is not None:
        message = "a character that nobody sees stands in the template's own text"
        yield _whole("hidden-characters", line, message, "delete it", _WARNING)


def _out_of_conflict(report: Report) -> str:
    """What to do about conflict markers around more than an answer: the app can take them out where it is only that."""
    from report_tui.core.conflicts import Tangled, take_apart  # here, since few reports need it

    by_hand = "keep what is right of both versions, and delete the lines of <<<<<<<, ======= and >>>>>>>"
    try:
        take_apart(report)
    except Tangled as tangled:
        return f"line {tangled.line}, {tangled.reason}: {by_hand}"
    return f'in report-tui, the command "Choose between two versions" takes them out; or {by_hand}'


def _first_outside(report: Report, find: Callable[[str], object | None]) -> int | None:
    """The first line outside of all answers in which something is found."""
    answers = [question.answer.lines for question in report.questions if question.answer.lines]
    for number, line in enumerate(report.source.lines, start=1):
        if find(line) is not None and not _is_inside(number, answers):
            return number
    return None


def _is_inside(line: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= line <= last for first, last in spans)


_CAUSES = frozenset(
    ("course-stops", MARKER_CHANGED, "marker-missing", "heading-missing", "heading-changed", "question-twice")
)


def _course_check(report: Report, verdict: Verdict, of_questions: Iterable[Finding]) -> Iterable[Finding]:
    if verdict.readable is not False:
        return
    message = f"the course's checker reads nothing: {verdict.reason}"
    causes = [finding for finding in of_questions if finding.code in _CAUSES and finding.severity is _ERROR]
    cause = min(causes, key=lambda finding: finding.line, default=None)
    stray = _stray_sign(report)
    if cause is not None:
        yield _whole("course-unreadable", cause.line, message, f"repair line {cause.line}: {cause.message}")
    elif stray is not None:
        way_out = f"line {stray}: write 'The answer is' instead of '{_SIGN}', which begins another answer for it"
        yield _whole("course-unreadable", stray, message, way_out)
    else:
        way_out = f"each answer needs its heading with ### and one line '{_MARKER}'"
        yield _whole("course-unreadable", report.damage[0].line if report.damage else 1, message, way_out)


def _stray_sign(report: Report) -> int | None:
    """The first line that begins an answer for the course's checker, and is no question's marker."""
    markers = {question.marker_line for question in report.questions}
    lines = enumerate(report.source.lines, start=1)
    return next((number for number, line in lines if _SIGN in line and number not in markers), None)
