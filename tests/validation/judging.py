"""Small reports in our own words, and rules for them: what the tests of the checks and of the commands judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from report_tui.core.report import Report
from report_tui.validation import engine
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation
from report_tui.validation.figure_facts import FigureFact, FigureState
from report_tui.validation.finding import Finding
from report_tui.validation.ruleset import CourseCheck, FigureRules, QuestionRule, TemplateRules

CHECKER = CourseCheck("answer-split")


def report_text(answers: Sequence[str | None], *, marker: str = "> Answer:") -> str:
    """A report with one question for each answer; None leaves its placeholder."""
    blocks = ["# Harbour report\n\n## The quay\n"]
    for number, answer in enumerate(answers, start=1):
        text = f"--- question {number} fill here ---" if answer is None else answer
        prompt = f"> **Say something about part {number}**\n>\n{marker}\n"
        blocks.append(f"### Question {number}\n\n{prompt}\n{text}\n")
    return "\n".join(blocks)


def course(rules: Sequence[QuestionRule], checker: CourseCheck | None = CHECKER) -> CourseRules:
    """Rules as `session` puts them together."""
    template = TemplateRules("1", tuple(rules), checker)
    return CourseRules("harbour-101", "Harbour Robots", "1", template, FigureRules(), "rules/harbour.yaml", False)


def facts(**states: FigureState) -> dict[str, FigureFact]:
    """Facts about `figures/NAME.png`."""
    return {f"figures/{name}.png": FigureFact(f"figures/{name}.png", state) for name, state in states.items()}


def evaluated(
    text: str,
    rules: Sequence[QuestionRule],
    known: Mapping[str, FigureFact] | None = None,
    checker: CourseCheck | None = CHECKER,
) -> Evaluation:
    """The judgement of a whole report."""
    return engine.evaluate(Report.from_bytes(text.encode()), course(rules, checker), known or {})


def told(findings: Sequence[Finding]) -> list[tuple[str, str, int, str]]:
    """Findings as a table: code, severity, line, message."""
    return [(finding.code, finding.severity.value, finding.line, finding.message) for finding in findings]
