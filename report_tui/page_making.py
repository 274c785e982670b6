"""From a report and its folder to its page: reads the figures, and hands everything on as values.

Owns how much goes into one page, and that what is left out is said. What stands there is `render.hand_in_page`'s,
which files may be shown is `storage.figure_bytes`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from report_tui.core.images import image_targets
from report_tui.core.outside import Outside, outside
from report_tui.core.report import Question, Report
from report_tui.render.answer_html import Figures, PageFigure, figure_key
from report_tui.render.hand_in_page import HandInPage, PageQuestion, hand_in_page, page_question, page_texts
from report_tui.render.page_part import WHOLE_PAGE, CannotConvert, bound
from report_tui.storage import figure_bytes, figures
from report_tui.storage.files import digest_of
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation, QuestionResult
from report_tui.validation.figure_facts import FigureFact, FigureState

LARGEST = 40_000_000
"""Bytes of all figures in one page, each counted as often as it is shown; written out they are a third more."""
LONGEST = 150_000
"""Characters of a report that are converted, three times the longest ever seen: of nothing but signs that takes a
second. The rest stands as it is written."""
MOST_LINES = 10_000
"""Lines of a report that are converted, as many times the most ever seen: each may stand in twenty quotes at once."""
MOST_QUESTIONS = 1_000
"""Of a report. The largest template has 31."""

REASONS = {
    FigureState.MISSING: "is not there",
    FigureState.WRONG_CASE: "is written with other capital letters than its file",
    FigureState.OUTSIDE_REPORT: "lies outside of the report's folder",
    FigureState.NOT_A_FILE: "is no file",
    FigureState.REMOTE: "lies elsewhere and is not loaded",
    FigureState.UNREADABLE: "may not be read",
}
"""Why a figure cannot be shown, to be read behind its name."""


class MadePage(NamedTuple):
    """What stands on a report's page, and what does not."""

    page: HandInPage
    left_out: tuple[str, ...]
    """A line each, as on the page."""


def make_page(path: Path, report: Report, course: CourseRules, evaluation: Evaluation) -> MadePage:
    """The page of a report, with the figures that lie in its folder now.

    Args:
        path: the report's file; it is not read.
        report: what the file holds, or is about to hold.
        course: what it was judged by.
        evaluation: what we say of it.
    """
    pictures = _Pictures(path.parent, course, shown_figures(report))
    return page_of(path.name, report, course, evaluation, pictures)


class Pictures(Protocol):
    """Where a page's figures come from."""

    left_out: list[str]
    """What is not on the page, a line each."""

    def of(self, number: int, shown: Sequence[str]) -> Figures:
        """The figures of one question.

        Args:
            number: the question's; 0 for what stands outside of all questions.
            shown: the targets in its answer and its prompt, each as often as it stands there.
        """


def not_shown(number: int, path: str, reason: str) -> str:
    """The line that says why a figure is not on the page.

    Args:
        number: as for `Pictures.of`.
        path: the figure's file.
        reason: to be read behind its name.
    """
    return f"question {number}: the figure {path} {reason}" if number else f"the figure {path} {reason}"


def page_of(name: str, report: Report, course: CourseRules, evaluation: Evaluation, pictures: Pictures) -> MadePage:
    """The page of a report, with figures from wherever they are.

    Args:
        name: of the report's file.
        report: what it holds.
        course: what it was judged by.
        evaluation: what we say of it.
        pictures: its figures.
    """
    around, room = outside(report), _Room()
    as_written = not all([room.takes(text) for text in around.around])
    texts = page_texts(around, pictures.of(0, _targets(around.around)), as_written=as_written)
    questions = [
        _question(report, question, around, result, pictures.of(question.id, tuple(_shown(question, around))), room)
        for question, result in zip(report.questions[:MOST_QUESTIONS], evaluation.questions, strict=False)
    ]
    more = len(report.questions) - len(questions)
    left_out = (*pictures.left_out, *([f"{more:,} questions: no report has so many"] if more else []))
    title = report.title or course.title or Path(name).stem
    source = f"{name}, SHA-256 {digest_of(report.to_bytes())[:16]}"
    return MadePage(
        hand_in_page(title, course, evaluation, report.checklist, questions, texts, source, left_out), left_out
    )


class _Room:
    """How much more is converted for one page."""

    def __init__(self) -> None:
        self._characters, self._lines = LONGEST, MOST_LINES

    def takes(self, *texts: str) -> bool:
        """Whether there is room for these texts, which they then take."""
        characters, lines = sum(map(len, texts)), sum(text.count("\n") + text.count("\r") + 1 for text in texts)
        if characters > WHOLE_PAGE.characters:
            return True  # nobody tries to convert it
        if characters > self._characters or lines > self._lines:
            return False
        self._characters -= characters
        self._lines -= lines
        return True


def shown_figures(report: Report) -> list[str]:
    """The targets of all figures on a report's page, each as often as it stands there."""
    around = outside(report)
    questions = [target for question in report.questions[:MOST_QUESTIONS] for target in _shown(question, around)]
    return [*_targets(around.around), *questions]


def _targets(texts: Iterable[str]) -> list[str]:
    return [target for text in texts if _is_converted(text) for target in image_targets(text)]


def _is_converted(text: str) -> bool:
    try:
        bound(WHOLE_PAGE, text)
    except CannotConvert:
        return False
    return True


def _shown(question: Question, around: Outside) -> list[str]:
    """What the answer, the prompt and what stands between them show, each as often as they do."""
    return _targets((question.answer.text, question.prompt, around.questions.get(question.id, "")))


def _question(
    report: Report, question: Question, around: Outside, result: QuestionResult, pictures: Figures, room: _Room
) -> PageQuestion:
    start, end = question.answer.region
    source = report.source
    before = source.text[source.starts[question.heading_line - 1] : start]
    # Nothing but a placeholder is no answer.
    answer = source.text[start:end] if question.answer.text else ""
    above = around.questions.get(question.id, "")
    as_written = not room.takes(before, answer)
    return page_question(question, result, before, answer, above, pictures, as_written=as_written)


class _Pictures:
    """The figures of one page, as long as there is room."""

    def __init__(self, folder: Path, course: CourseRules, targets: Iterable[str]) -> None:
        self._folder = folder
        # All at once: git is asked once, and every folder is listed once.
        self._facts = figures.look_up(folder, targets, course.figures)
        self._room = LARGEST
        self._read: dict[str, figure_bytes.FigureBytes] = {}
        self.left_out: list[str] = []

    def of(self, number: int, shown: Sequence[str]) -> Figures:
        """The figures of one question."""
        return {figure_key(target): self._figure(number, self._facts[target], shown) for target in dict.fromkeys(shown)}

    def _figure(self, number: int, fact: FigureFact, shown: Sequence[str]) -> PageFigure:
        if fact.file is None or fact.state in REASONS:
            return PageFigure(reason=REASONS.get(fact.state, "cannot be shown"))
        path = fact.file.path
        found = self._read.get(path)
        if found is None:
            found = self._read[path] = figure_bytes.read(self._folder, fact.file)
        size = len(found.data) * shown.count(fact.target)
        if size > self._room:
            found = figure_bytes.FigureBytes(
                reason=f"is left out: all figures of a page have {LARGEST // 1_000_000} MB at most"
            )
        else:
            self._room -= size
        if found.reason:
            self.left_out.append(not_shown(number, path, found.reason))
        return PageFigure(*found)
