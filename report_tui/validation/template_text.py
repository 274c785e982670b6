"""Whether the report is made from the template that the rules describe, as far as counts and prompts show it.

Owns what is said when rules do not fit, are not known, or name more sections and boxes than the file has. It compares
no wording: rules hold no sentence of a course.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from report_tui.core.report import Report
from report_tui.validation.course import CourseRules
from report_tui.validation.finding import Finding, Severity


def template_findings(report: Report, course: CourseRules) -> Iterable[Finding]:
    """Findings about the report as a whole."""
    if not report.questions:
        return
    if course.guessed:
        yield from _guessed(report, course)
        return
    if {rule.id for rule in course.template.questions} <= {question.id for question in report.questions}:
        # Where questions are missing, that is said, and their sections went with them.
        yield from _counts(report, course)


def _guessed(report: Report, course: CourseRules) -> Iterable[Finding]:
    if course.unfit:
        message = f"{course.unfit} does not fit this report: its questions are others"
        yield _whole("rules-unfit", 1, message, "name the rules of this report's course", Severity.ERROR)
    else:
        message = "no rules know this template: the limits are guessed from the prompts"
        yield _whole("rules-unknown", 1, message, "name the course's rules with --rules", Severity.WARNING)
    for question in report.questions:
        if not question.prompt.strip():
            message = f"question {question.id} has no prompt and no rules: its limits cannot be told"
            way_out = "copy the prompt from the course's template"
            yield _whole("limits-unknown", question.heading_line, message, way_out, Severity.ERROR)


def _counts(report: Report, course: CourseRules) -> Iterable[Finding]:
    way_out = "copy what is missing from the course's template"
    first = report.questions[0].heading_line
    sections = len([name for name, _ in groupby(question.section for question in report.questions) if name])
    wanted = course.template.sections
    if wanted is not None and sections < wanted:
        message = f"{sections} of the template's {wanted} section headings are in the file"
        yield _whole("section-missing", first, message, way_out, Severity.WARNING)
    if wanted is not None and not report.title:
        yield _whole("title-missing", 1, "the template's title is not in the file", way_out, Severity.WARNING)
    boxes = course.template.boxes
    if boxes is not None and len(report.checklist) != boxes:
        line = report.checklist[0].line if report.checklist else 1
        message = f"the checklist has {len(report.checklist)} boxes; the template's has {boxes}"
        yield _whole("checklist-changed", line, message, way_out, Severity.WARNING)


def _whole(code: str, line: int, message: str, way_out: str, severity: Severity) -> Finding:
    return Finding(code, severity, None, line, message, way_out)
