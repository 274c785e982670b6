"""Judges a report as it stands in a commit, by the same checks as one on the disk.

Owns the order of it: bytes of the commit, the rules that fit them, the figures of that same commit, findings. Nothing
here looks at a working tree, and which commit and which rules it is has been decided before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from report_tui.core import bounds
from report_tui.core.report import Report
from report_tui.loading import course_rules
from report_tui.storage import committed, git_objects
from report_tui.storage.rules import RulesFile
from report_tui.validation import engine
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation


class Judged(NamedTuple):
    """A report in a commit, and what we say of it."""

    report: Report
    course: CourseRules
    evaluation: Evaluation
    figures: committed.FiguresFound


def judge(
    objects: git_objects.Objects, commit: git_objects.Commit, path: str, data: bytes, candidates: Sequence[RulesFile]
) -> Judged:
    """Judge a report.

    Args:
        objects: of the repository.
        commit: the report's, whose figures are looked at.
        path: of the report, from the repository's root: `reports/README.md`.
        data: its bytes (`committed.report`).
        candidates: the rules that may apply (`storage.rules.find_rules`); where the staff asks, theirs.

    Raises:
        git.GitError: git stopped in the middle.
        bounds.TooMuch: the report holds far more than any.
    """
    report = Report.from_bytes(data)
    if report.source.excess:
        raise bounds.TooMuch(report.source.excess)
    course = course_rules(report, candidates)
    noise = tuple(rule.placeholder for rule in course.template.questions if rule.placeholder)
    if noise:
        report = Report.from_bytes(data, noise)
    found = committed.figures_of(objects, commit, path, engine.figure_targets(report), course.figures)
    return Judged(report, course, engine.evaluate(report, course, found.facts, found.folder), found)
