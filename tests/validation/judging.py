"""Small reports in our own words, and rules for them: what the tests of the checks and of the commands judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from report_tui.core.report import Report
from report_tui.validation import engine
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation, QuestionResult
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder, FigureState
from report_tui.validation.finding import Finding
from report_tui.validation.ruleset import CourseCheck, FigureRules, QuestionRule, TemplateRules

CHECKER = CourseCheck("answer-split")
FIRST = 11
"""Line of the first question's answer in `report_text`."""
FREE = QuestionRule(1, "Crew")
NO_FOLDER = FigureFolder()


def report_text(answers: Sequence[str | None], *, marker: str = "> Answer:") -> str:
    """A report with one question for each answer; None leaves its placeholder."""
    blocks = ["# Harbour report\n\n## The quay\n"]
    for number, answer in enumerate(answers, start=1):
        text = f"--- question {number} fill here ---" if answer is None else answer
        prompt = f"> **Say something about part {number}**\n>\n{marker}\n"
        blocks.append(f"### Question {number}\n\n{prompt}\n{text}\n")
    return "\n".join(blocks)


def course(
    rules: Sequence[QuestionRule], checker: CourseCheck | None = CHECKER, figures: FigureRules | None = None
) -> CourseRules:
    """Rules as `session` puts them together."""
    template = TemplateRules("1", tuple(rules), checker)
    figures = figures or FigureRules()
    return CourseRules("harbour-101", "Harbour Robots", "1", template, figures, "rules/harbour.yaml", False)


def facts(**states: FigureState) -> dict[str, FigureFact]:
    """Facts about `figures/NAME.png`."""
    return {f"figures/{name}.png": FigureFact(f"figures/{name}.png", state) for name, state in states.items()}


def file_fact(file: FigureFile, state: FigureState = FigureState.FOUND) -> dict[str, FigureFact]:
    """The fact about a file that stands there, named as an answer names it."""
    target = file.path.replace(" ", "%20")
    return {target: FigureFact(target, state, file=file)}


def evaluated(
    text: str,
    rules: Sequence[QuestionRule],
    known: Mapping[str, FigureFact] | None = None,
    checker: CourseCheck | None = CHECKER,
    figures: FigureRules | None = None,
    folder: FigureFolder = NO_FOLDER,
) -> Evaluation:
    """The judgement of a whole report."""
    return engine.evaluate(Report.from_bytes(text.encode()), course(rules, checker, figures), known or {}, folder)


def told(findings: Sequence[Finding]) -> list[tuple[str, str, int, str]]:
    """Findings as a table: code, severity, line, message."""
    return [(finding.code, finding.severity.value, finding.line, finding.message) for finding in findings]


def judged(
    text: str | None,
    rule: QuestionRule = FREE,
    known: dict[str, FigureFact] | None = None,
    checker: CourseCheck | None = CHECKER,
    figures: FigureRules | None = None,
) -> QuestionResult:
    """The first of two questions, so that the second one's heading stands below its answer."""
    rules = (rule, QuestionRule(2, "Last"))
    return evaluated(report_text([text, "The end."]), rules, known, checker, figures).question(1)


def codes(result: QuestionResult) -> list[str]:
    """The codes of a question's findings, in their order."""
    return [finding.code for finding in result.findings]
