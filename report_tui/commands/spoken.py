"""What `--plain` says of a report: each thing in one short line that can be read aloud.

Owns the wording. It reads the session and changes nothing; what stands in a line comes from the same values as on the
screens, without their glyphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report_tui.core.report import ChecklistItem
from report_tui.render.console import Style, rules_text, summary, verdict_text
from report_tui.session import Session
from report_tui.tui.view_models import report as view_models
from report_tui.tui.view_models.report import AnswerView, Limit, Meter
from report_tui.validation.engine import REJECTED
from report_tui.validation.finding import Finding, Status
from report_tui.validation.ruleset import NO_UPPER_LIMIT

SIDE_LINES = 5
"""Of each side of a collision, from the first line that differs."""

# The count that says all about such a status, where it is not within its limits.
_TOLD_BY = {
    Status.TOO_SHORT: "words",
    Status.TOO_LONG: "words",
    Status.MISSING_FIGURE: "figures",
    Status.TOO_MANY_FIGURES: "figures",
}


def greeting(session: Session) -> Iterator[str]:
    """The first line: which report this is, and how much of it is ready."""
    evaluation = session.evaluation
    course = session.course.title or session.report.title or "Report"
    yield f"{course}, {session.name}: {evaluation.ready} of {evaluation.total} ready."


def question_lines(session: Session, *, problems_only: bool) -> Iterator[str]:
    """The questions in document order, each in one line, under the names of their sections."""
    wrong = view_models.problems(session)
    for row in view_models.rows(session):
        if row.id is None:
            if not problems_only:
                yield f"{row.title}:"
        elif not problems_only or row.id in wrong:
            yield question_line(session, row.id)


def question_line(session: Session, number: int) -> str:
    """One question with its status and what is missing, as `8. Field trial: too short, 57 words to go.`."""
    view = view_models.answer(session, number)
    unwritable = session.held.get(number)
    parts = [view.word, *([unwritable.rejection.reason] if unwritable is not None else _missing(view))]
    line = f"{number}. {view.title}: {', '.join(parts)}"
    return f"{line}; not saved." if number in session.unsaved else f"{line}."


def answer_lines(session: Session, number: int) -> Iterator[str]:
    """What stands around an answer, above its text: the question, its limits, its prompt."""
    view = view_models.answer(session, number)
    yield question_line(session, number)
    if asked := limits(view):
        yield f"Asked for: {asked}."
    yield "Prompt:"
    yield from view.prompt.split("\n")


def text_head(session: Session, number: int) -> str:
    """The line above an answer's text."""
    counts = [_counted(meter.amount, meter.name) for meter in view_models.answer(session, number).meters]
    return f"Answer, {' and '.join(counts)}:" if session.text(number) else "No answer yet."


def limits(view: AnswerView) -> str:
    """What is asked for: `200 to 300 words and 1 figure`."""
    return " and ".join(_limit(meter.allowed, meter.name) for meter in view.meters if meter.allowed is not None)


def finding_line(finding: Finding) -> str:
    """A finding with its way out."""
    return f"{finding.severity.value.capitalize()}, line {finding.line}: {finding.message}. To do: {finding.way_out}."


def finding_lines(session: Session, number: int) -> Iterator[str]:
    """What is wrong with an answer, the worst first, each with its way out."""
    if number in session.held:
        yield f"Not saved: {held(session, number)}"
    for finding in view_models.answer(session, number).findings:
        if finding.code != REJECTED:
            yield finding_line(finding)


def check_lines(session: Session) -> Iterator[str]:
    """The whole report: what is ready, by which rules, what the course's checker says, what is wrong with the file."""
    yield f"{summary(session.evaluation, Style(unicode=False))}."
    yield f"{rules_text(session.course)}."
    yield f"{verdict_text(session.evaluation.course_check)}."
    if session.rules_problem:
        yield f"{session.rules_problem}."
    for finding in view_models.report_findings(session):
        yield finding_line(finding)


def checklist_lines(session: Session) -> Iterator[str]:
    """The boxes, numbered as `tick` takes them, under the headings that they stand under."""
    group = ""
    for position, item in enumerate(session.report.checklist, start=1):
        if item.group != group:
            group = item.group
            yield f"{group}:"
        yield box_line(position, item)


def box_line(position: int, item: ChecklistItem) -> str:
    """One box, as `3. Weigh the cargo: open.`."""
    odd = f", marked {item.state}" if not item.done and item.state.strip() else ""
    return f"{position}. {item.text}: {'done' if item.done else 'open'}{odd}."


def held(session: Session, number: int) -> str:
    """Why an answer cannot be saved as it is, and what to say about it."""
    name = view_models.title(session, number)
    if number in session.undecided:
        what = (
            "is another question than the one you typed for"
            if number in session.origins
            else "was changed by you and on disk"
        )
        return f"{name} {what}. Say mine {number}, theirs {number} or both {number}."
    rejection = session.held[number].rejection
    return f"{name}: {rejection.reason}; {rejection.way_out}. Your text is kept: say edit {number} or write {number}."


def left_by_git(session: Session, numbers: Iterable[int]) -> Iterator[str]:
    """That git left two versions of these answers, and the ways out; 0 stands for the report's own text."""
    for number in numbers:
        if number:
            ways = f"Say mine {number}, theirs {number} or both {number}; mine is the upper one"
            yield f"git left two versions of {view_models.titles(session, [number])}. {ways}."
        else:
            ways = "Say mine all, theirs all or both all; mine is the upper one"
            yield f"git left two versions of the report. {ways}."


def sides(mine: str, theirs: str) -> Iterator[str]:
    """Two versions of an answer, from the first line in which they differ."""
    ours, other = mine.split("\n"), theirs.split("\n")
    same = next((i for i, pair in enumerate(zip(ours, other, strict=False)) if pair[0] != pair[1]), None)
    start = min(len(ours), len(other)) if same is None else same
    for name, lines in (("Yours", ours), ("On disk", other)):
        yield f"{name}, from line {start + 1} of the answer:"
        yield from lines[start : start + SIDE_LINES] or ["nothing more"]


def _missing(view: AnswerView) -> list[str]:
    """What is missing in numbers; where no number says it, the worst finding."""
    if view.status in (Status.EMPTY, Status.PLACEHOLDER) and not view.meters[0].amount:
        asked = limits(view)
        return [f"asks for {asked}"] if asked else []
    off = [meter for meter in view.meters if meter.verdict]
    numbers = [_verdict(meter) for meter in off]
    if view.status is Status.OK or not view.findings or _TOLD_BY.get(view.status) in [meter.name for meter in off]:
        return numbers
    return [view.findings[0].message, *numbers]


def _verdict(meter: Meter) -> str:
    """`57 words to go`, `1 figure over`."""
    number, _, rest = meter.verdict.partition(" ")
    return f"{_counted(int(number), meter.name)} {rest}"


def _limit(allowed: Limit, name: str) -> str:
    if allowed is None:
        return ""
    least, most = allowed
    if most >= NO_UPPER_LIMIT:
        return f"at least {_counted(least, name)}"
    if least == most:
        return _counted(most, name)
    return f"{least} to {_counted(most, name)}" if least else f"at most {_counted(most, name)}"


def _counted(number: int, name: str) -> str:
    """The number with its noun, which is given in the plural."""
    return f"{number} {name.removesuffix('s') if number == 1 else name}"
