"""Judges answers and whole reports: runs the checks, derives each question's status, adds up what is ready.

Owns the order of findings and the sums. What is wrong is said by `checks` and `structure`, what the course's checker
says by the core. Pure: the facts about figures come from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from report_tui.core import bounds, course_check
from report_tui.core.course_check import Piece, Verdict
from report_tui.core.images import count_images, image_targets
from report_tui.core.report import Damage, DamageNote, Question, Report
from report_tui.validation.checks import CHECKS, begins_alike
from report_tui.validation.course import CourseRules
from report_tui.validation.figure_facts import FigureFact, FigureFolder
from report_tui.validation.figure_uses import FigureUse, figure_findings, uses_of
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.ruleset import QuestionRule
from report_tui.validation.structure import MARKER_CHANGED, damage_finding, marker_findings, report_findings
from report_tui.validation.subject import Limit, Subject, count_words

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.core.rejection import AnswerRejected

MOST_JUDGED = 300_000
"""Characters of all answers together, six times those of the longest report so far."""
MOST_IN_ONE, MOST_FIGURES = 500, 5_000
"""Images in one answer and in all of them; the course asks for three at most in one. There is something to say of each
of them, at every key."""

_SEVERITIES = {severity: rank for rank, severity in enumerate(Severity)}
_STATUSES = {status: rank for rank, status in enumerate(Status)}
READY = (Status.WARNING, Status.OK)
NOT_JUDGED = "not-judged"
REJECTED = "cannot-be-written"
"""The code of a text that is being typed and must not be written as it stands."""


class QuestionResult(NamedTuple):
    """What we say of one question."""

    id: int
    title: str
    status: Status
    words: int
    """As the course counts them; 0 for an untouched placeholder."""
    words_allowed: Limit
    images: int
    images_allowed: Limit
    lines: tuple[int, int] | None
    """First and last line of the answer in the file."""
    findings: tuple[Finding, ...]
    """The worst first, then in line order."""
    heading_line: int
    """Where the question begins in the version of the report that was judged."""
    figures: tuple[FigureUse, ...] = ()
    """The files that the answer uses as figures, in order."""

    @property
    def is_judged(self) -> bool:
        """Whether the answer was looked at; False where there is too much of it."""
        return all(finding.code != NOT_JUDGED for finding in self.findings)

    @property
    def ready(self) -> bool:
        """Whether nothing has to be done before it is handed in."""
        return self.status in READY


class Evaluation(NamedTuple):
    """What we say of one report."""

    questions: tuple[QuestionResult, ...]
    """In document order."""
    checklist_done: int
    checklist_total: int
    course_check: Verdict
    findings: tuple[Finding, ...]
    """Of the report as a whole: in line order, and behind them the notes about its figures."""
    ready: int
    total: int
    """Questions of the rules and of the report together: a question that is lost still counts."""

    @property
    def all_findings(self) -> Iterable[Finding]:
        """Those of the whole report, then those of each question."""
        yield from self.findings
        for question in self.questions:
            yield from question.findings

    @property
    def problems(self) -> int:
        """The number of errors."""
        return sum(finding.severity is Severity.ERROR for finding in self.all_findings)

    @property
    def warnings(self) -> int:
        """The number of warnings."""
        return sum(finding.severity is Severity.WARNING for finding in self.all_findings)

    @property
    def ok(self) -> bool:
        """Whether every question is ready and nothing is wrong with the whole."""
        return self.ready == self.total > 0 and not self.problems

    def question(self, number: int) -> QuestionResult:
        """The result for question `number`.

        Raises:
            KeyError: the report has no such question.
        """
        for result in self.questions:
            if result.id == number:
                return result
        raise KeyError(number)


def figure_targets(report: Report) -> set[str]:
    """All paths and addresses that answers name as figures, as they are written."""
    return {target for question in report.questions for target in image_targets(question.answer.text)}


def judged_targets(report: Report) -> set[str]:
    """The same of the answers that are judged: of no others anything needs to be known."""
    unjudged = _unjudged(report)
    answers = (question.answer.text for question in report.questions if question.id not in unjudged)
    return {target for text in answers for target in image_targets(text)}


def _unjudged(report: Report) -> Mapping[int, str]:
    """Of each question whose answer is not looked at, what there is too much of in it, or in all answers up to it."""
    if len(report.source.text) <= bounds.LONGEST and _figures_in(report.source.text) <= MOST_IN_ONE:
        return {}
    found, characters, figures = {}, 0, 0
    for question in report.questions:
        text = question.answer.text
        more = _figures_in(text)
        excess = _excess(text)
        if not excess and characters + len(text) > MOST_JUDGED:
            excess = f"with it the answers have more than {MOST_JUDGED:,} characters"
        elif not excess and figures + more > MOST_FIGURES:
            excess = f"with it the answers have more than {MOST_FIGURES:,} figures"
        if excess:
            found[question.id] = excess
        else:
            characters, figures = characters + len(text), figures + more
    return found


def _excess(text: str) -> str:
    """What an answer has too much of to be looked at, whatever the others hold; an empty string where it is."""
    if len(text) > bounds.LONGEST:
        return f"{len(text):,} characters are too many for one answer"
    figures = _figures_in(text)
    return f"{figures:,} figures are too many for one answer" if figures > MOST_IN_ONE else ""


def _figures_in(text: str) -> int:
    """How many images are written in a text, at the most."""
    return text.count("![") + (text.lower().count("<img") if "<" in text else 0)


_NO_FOLDER = FigureFolder()
_DAMAGES = frozenset((*Damage, MARKER_CHANGED))
"""Codes of what is wrong with a question's own part of the template."""


def evaluate(
    report: Report, course: CourseRules, facts: Mapping[str, FigureFact], folder: FigureFolder = _NO_FOLDER
) -> Evaluation:
    """Judge a whole report.

    Args:
        report: the report.
        course: what it is judged by.
        facts: for each of `judged_targets(report)` what stands on disk.
        folder: what lies in the figures folder.
    """
    verdict = _verdict(report, course)
    subjects = _Subjects(report, course, facts, verdict)
    results = [judge(subjects.of(question)) for question in report.questions]
    return _added_up(report, course, verdict, results, folder)


def rejudge(
    evaluation: Evaluation,
    report: Report,
    course: CourseRules,
    facts: Mapping[str, FigureFact],
    number: int,
    text: str | None = None,
    rejection: AnswerRejected | None = None,
    *,
    folder: FigureFolder = _NO_FOLDER,
) -> Evaluation:
    """The evaluation after one answer changed: only that one is judged again, the others move with their lines.

    Args:
        evaluation: of the report before the change, with the same course.
        report: the report after it.
        course: what it is judged by.
        facts: about the figures of all answers, the changed one's included.
        number: the question whose answer changed.
        text: what is typed there now; None for what the report holds.
        rejection: why that text cannot be written, or None.
        folder: what lies in the figures folder.
    """
    verdict = _verdict(report, course)
    subjects = _Subjects(report, course, facts, verdict)
    # Where the course's checker stops or starts reading, its counts come or go for every answer; where a marker is
    # lost, what it takes for one answer is a part of another. Headings and markers are held against each other.
    was = evaluation.course_check
    all_anew = verdict.readable != was.readable
    pieces = dict(zip(subjects.rules, was.pieces, strict=True)) if was.readable else {}
    old = {result.id: result for result in evaluation.questions}
    results: list[QuestionResult] = []
    for question in report.questions:
        before = old.get(question.id)
        is_held = before is not None and any(finding.code == REJECTED for finding in before.findings)
        if question.id == number:
            results.append(judge(subjects.of(question, text, rejection)))
            continue
        read_anew = (
            all_anew
            or subjects.is_twice(question)
            or (before is not None and subjects.is_damaged_otherwise(question, before))
            or subjects.pieces.get(question.id) != pieces.get(question.id)
            or (before is not None and before.is_judged is (question.id in subjects.unjudged))
        )
        if before is None or (read_anew and not is_held):
            results.append(judge(subjects.of(question)))
        else:
            results.append(_moved(before, question))
    return _added_up(report, course, verdict, results, folder)


def judge(subject: Subject) -> QuestionResult:
    """Run all checks on one answer; of one that is too long for that, say so."""
    found = [*subject.known]
    if not subject.excess:
        for check in CHECKS.values():
            found.extend(check(subject))
    else:
        way_out = "leave in what the course asks for, and put programs, logs and pictures into files"
        found.append(subject.error(NOT_JUDGED, f"{subject.excess}: it was not checked", way_out, Status.TOO_LONG))
    found.sort(key=lambda finding: (_rank(finding), finding.line))
    question, rule = subject.question, subject.rule
    return QuestionResult(
        id=question.id,
        title=rule.title,
        status=min((f.status for f in found if f.status is not None), key=_STATUSES.__getitem__, default=Status.OK),
        words=count_words(subject.text),
        words_allowed=rule.words,
        images=count_images(subject.text),
        images_allowed=rule.images,
        lines=question.answer.lines,
        findings=tuple(found),
        heading_line=question.heading_line,
        figures=() if subject.excess else uses_of(subject),
    )


def _rank(finding: Finding) -> tuple[int, int]:
    return _SEVERITIES[finding.severity], _STATUSES[finding.status or Status.OK]


def _verdict(report: Report, course: CourseRules) -> Verdict:
    template = course.template
    total = len(template.questions)
    if template.course_check is None:
        return Verdict(None, None, total, (), "the rules name no checker of the course")
    if report.source.problem is not None:
        return Verdict(None, None, total, (), f"the file is {report.source.problem}")
    limits = [(rule.id, rule.words, rule.images) for rule in template.questions]
    return course_check.judge(report.source.text, limits, template.course_check.skip_characters)


class _Subjects:
    """Makes the subjects of one report."""

    def __init__(self, report: Report, course: CourseRules, facts: Mapping[str, FigureFact], verdict: Verdict) -> None:
        self.report = report
        self.course = course
        self.facts = facts
        self.rules = {rule.id: rule for rule in course.template.questions}
        self.unjudged = _unjudged(report)
        self.pieces: dict[int, Piece] = {}
        if verdict.readable:
            self.pieces = dict(zip(self.rules, verdict.pieces, strict=True))
        self.damage: dict[int, list[Finding]] = {}
        for note in report.damage:
            finding = damage_finding(report, note, course, is_read=self._is_read(note))
            self.damage.setdefault(note.question, []).append(finding)
        for finding in marker_findings(report, course):
            self.damage.setdefault(finding.question or 0, []).append(finding)

    def _is_read(self, note: DamageNote) -> bool:
        """Whether the course's checker finds the answer to the question where the template was changed."""
        piece = self.pieces.get(note.question)
        return piece is not None and begins_alike(self.report.question(note.question).answer.text, piece.text)

    def is_twice(self, question: Question) -> bool:
        """Whether another copy of the question stands in the file, whose line moves for itself."""
        return any(finding.code == Damage.QUESTION_TWICE for finding in self.damage.get(question.id, ()))

    def is_damaged_otherwise(self, question: Question, before: QuestionResult) -> bool:
        """Whether something else is wrong with the question's own part of the template than was then."""
        now = {(finding.code, finding.message) for finding in self.damage.get(question.id, ())}
        then = {(finding.code, finding.message) for finding in before.findings if finding.code in _DAMAGES}
        return now != then

    def of(self, question: Question, text: str | None = None, rejection: AnswerRejected | None = None) -> Subject:
        """The subject for one question, with the text that is being typed there or the one that the report holds."""
        answer = question.answer
        text = answer.text if text is None else text
        line = answer.line
        excess = _excess(text) or self.unjudged.get(question.id, "")
        known = [*self._unwritable(question.id, line, rejection), *self._undecodable(question.id, line, text)]
        if text == answer.text and not excess:
            known += self._swallowing(question)
        return Subject(
            question=question,
            text=text,
            line=line,
            rule=self.rules.get(question.id) or QuestionRule(question.id, question.heading),
            figures=self.course.figures,
            facts=self.facts,
            course_piece=self.pieces.get(question.id) if text == answer.text else None,
            checker=self.course.template.course_check,
            is_last=question is self.report.questions[-1],
            known=(*known, *self.damage.get(question.id, ())),
            excess=excess,
        )

    @staticmethod
    def _unwritable(number: int, line: int, rejection: AnswerRejected | None) -> Iterable[Finding]:
        if rejection is not None:
            message = f"not saved: {rejection.reason}"
            yield _breaking(REJECTED, number, line + rejection.row - 1, message, rejection.way_out)

    def _swallowing(self, question: Question) -> Iterable[Finding]:
        # The guard keeps such text out, but not every answer came through it. Most need no look at all.
        text = question.answer.text
        if "<" not in text and "```" not in text and "~~~" not in text:
            return
        from report_tui.core.guard import swallowing_in_file

        found = swallowing_in_file(self.report, question)
        if found is not None:
            line = question.answer.line + found.row - 1
            yield _breaking("not-closed", question.id, line, f"this line {found.reason}", found.way_out)

    def _undecodable(self, number: int, line: int, text: str) -> Iterable[Finding]:
        # Such bytes were read as U+FFFD: what is counted there is a guess.
        if self.report.source.problem is not None and "\ufffd" in text:
            at = line + text.count("\n", 0, text.index("\ufffd"))
            yield _breaking(
                "not-utf8", number, at, "this answer holds bytes that are not UTF-8", "save the file as UTF-8"
            )


def _breaking(code: str, number: int, line: int, message: str, way_out: str) -> Finding:
    return Finding(code, Severity.ERROR, number, line, message, way_out, Status.BREAKS_TEMPLATE)


def _moved(result: QuestionResult, question: Question) -> QuestionResult:
    """The result of an answer that did not change, where an answer above it grew or shrank."""
    by = question.heading_line - result.heading_line
    if not by:
        return result
    findings = tuple(finding._replace(line=finding.line + by) for finding in result.findings)
    figures = tuple(use._replace(line=use.line + by) for use in result.figures)
    return result._replace(
        lines=question.answer.lines, findings=findings, heading_line=question.heading_line, figures=figures
    )


def _added_up(
    report: Report, course: CourseRules, verdict: Verdict, results: Iterable[QuestionResult], folder: FigureFolder
) -> Evaluation:
    questions = tuple(results)
    if not all(result.is_judged for result in questions):
        folder = folder._replace(files=())  # nobody can tell which of them are used
    numbers = {rule.id for rule in course.template.questions} | {result.id for result in questions}
    # Of a file that cannot be decoded nobody can say that an answer is ready.
    ready = 0 if report.source.problem is not None else sum(result.ready for result in questions)
    done = sum(item.done for item in report.checklist)
    findings = report_findings(
        report, course, verdict, (finding for result in questions for finding in result.findings)
    )
    figures = figure_findings([(result.id, result.figures) for result in questions], folder, course.figures)
    findings = (*findings, *figures)
    return Evaluation(questions, done, len(report.checklist), verdict, findings, ready, len(numbers))
