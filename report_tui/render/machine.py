"""A report's findings for programs: JSON (docs/check-json.md) and GitHub's workflow annotations.

Owns both formats. JSON is pure ASCII, so that no encoding can break it and nothing hidden in a report reaches a
terminal raw; an annotation is one cleaned line, escaped so that no text of a report becomes a command.
"""

from __future__ import annotations

from collections.abc import Iterator

from report_tui.render.clean import clean, harmless
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation, QuestionResult
from report_tui.validation.finding import Finding, Severity

SCHEMA = 1
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def json_text(record: dict[str, object], *, indent: int | None) -> str:
    """One record as JSON in ASCII."""
    import json

    # DEL is the one control character that JSON lets stand, and `##[` is a command to GitHub's runner wherever it is.
    return json.dumps(record, indent=indent).replace("\x7f", "\\u007f").replace("##[", "\\u0023#[")


def report_record(name: str, course: CourseRules, evaluation: Evaluation, problem: str | None) -> dict[str, object]:
    """The JSON object of one report.

    Args:
        name: how the report is called, a path with forward slashes.
        course: what it was judged by.
        evaluation: the judgement.
        problem: why the file cannot be trusted to be read right (it is not UTF-8), or None.
    """
    verdict = evaluation.course_check
    return {
        "schema": SCHEMA,
        "report": name,
        "course": course.course or None,
        "template": course.version,
        "rules": course.source,
        "readable": problem is None,
        "reason": problem,
        "ready": evaluation.ready,
        "total": evaluation.total,
        "questions": [_question(result) for result in evaluation.questions],
        "checklist": {"done": evaluation.checklist_done, "total": evaluation.checklist_total},
        "course_check": {
            "readable": verdict.readable,
            "passed": verdict.passed,
            "total": verdict.total,
            "failed": list(verdict.failed),
            "reason": verdict.reason,
        },
        "findings": [finding_record(finding) for finding in evaluation.findings],
    }


def unreadable_record(name: str, reason: str) -> dict[str, object]:
    """The JSON object of a report that cannot be read: nothing is known, so nothing is counted."""
    return {
        "schema": SCHEMA,
        "report": name,
        "course": None,
        "template": None,
        "rules": None,
        "readable": False,
        "reason": reason,
        "ready": None,
        "total": None,
        "questions": [],
        "checklist": {"done": None, "total": None},
        "course_check": {"readable": None, "passed": None, "total": None, "failed": [], "reason": reason},
        "findings": [],
    }


def annotation_lines(name: str, course: CourseRules, evaluation: Evaluation) -> Iterator[str]:
    """A workflow command that tells the course's verdict and the rules, then one for each finding of a report.

    Args:
        name: how the report is called, a path with forward slashes.
        course: what it was judged by.
        evaluation: the judgement.
    """
    from report_tui.render.console import rules_text, verdict_text  # here: JSON has no use for it

    # First, since GitHub shows no more than ten notices of a step; those of the whole report matter least.
    verdict = f"{verdict_text(evaluation.course_check)}; rules: {rules_text(course)}"
    yield _annotation("notice", name, 1, "course check", verdict)
    notes_last = sorted(
        evaluation.all_findings, key=lambda each: each.question is None and each.severity is Severity.NOTE
    )
    for finding in notes_last:
        title = finding.code if finding.question is None else f"question {finding.question}: {finding.code}"
        yield _annotation(_LEVELS[finding.severity], name, finding.line, title, f"{finding.message}; {finding.way_out}")


def unreadable_annotation(name: str, reason: str) -> str:
    """The workflow command for a report that cannot be read."""
    return _annotation("error", name, 1, "cannot be read", reason)


def _question(result: QuestionResult) -> dict[str, object]:
    return {
        "id": result.id,
        "title": result.title,
        "status": result.status.value,
        "words": result.words,
        "words_allowed": result.words_allowed,
        "images": result.images,
        "images_allowed": result.images_allowed,
        "lines": result.lines,
        "findings": [finding_record(finding) for finding in result.findings],
    }


def finding_record(finding: Finding) -> dict[str, object]:
    """The JSON object of one finding."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "line": finding.line,
        "message": finding.message,
        "way_out": finding.way_out,
    }


def _annotation(level: str, name: str, line: int, title: str, message: str) -> str:
    properties = f"file={_property(name)},line={line},title={_property(title)}"
    return f"::{level} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return harmless(clean(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
