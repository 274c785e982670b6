"""Reading a report from the disk and judging it: by which rules, with which figures, and what there is to say of it.

Owns the order of these steps, for the commands that only read as for the session. It keeps nothing between two calls
and changes nothing on the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from report_tui.core.report import Report
from report_tui.storage import figures, files
from report_tui.storage.rules import RulesError, RulesFile, find_rules
from report_tui.validation import engine, matching
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation
from report_tui.validation.figure_facts import FigureFact, FigureFolder
from report_tui.validation.ruleset import FigureRules


class Loaded(NamedTuple):
    """A report as read from the disk, and what we say of it."""

    state: files.FileState
    report: Report
    course: CourseRules
    evaluation: Evaluation
    facts: Mapping[str, FigureFact]
    """What stood on disk for each figure that its answers name."""
    folder: FigureFolder
    """What lay in its figures folder."""


def load(path: Path, explicit_rules: Path | None = None) -> Loaded:
    """Read and judge one report.

    Args:
        path: the report's file.
        explicit_rules: the rules file of `--rules`, or None.

    Raises:
        files.CannotRead: the file cannot be read, or holds far more than any report.
        storage.rules.RulesError: a rules file is wrong.
    """
    state = files.read(path)
    report = _report_in(state)
    return judge(state, report, course_rules(report, find_rules(path, explicit_rules)))


def load_again(
    path: Path, explicit_rules: Path | None, course: CourseRules, targets: Iterable[str] = ()
) -> tuple[Loaded, str]:
    """Read and judge a report that is open, with its rules as they are now.

    Wrong rules must not keep anybody from saving: those of before, `course`, stay in force then.

    Args:
        path: the report's file.
        explicit_rules: the rules file of `--rules`, or None.
        course: the rules in force.
        targets: figures to be looked up beside those that the file names.

    Returns:
        The report, and why its rules could not be read again; an empty string where they could.

    Raises:
        files.CannotRead: the file cannot be read, or holds far more than any report.
    """
    state = files.read(path)
    report = _report_in(state)
    problem = ""
    try:
        course = course_rules(report, find_rules(path, explicit_rules))
    except RulesError as error:
        first = error.problems[0]
        problem = f"{Path(first.file).name} line {first.line}: {first.message}; the old rules stay in force"
    return judge(state, report, course, targets), problem


def _report_in(state: files.FileState) -> Report:
    report = Report.from_bytes(state.data)
    if report.source.excess:
        raise files.CannotRead(state.path, f"is {report.source.problem}", "take out what a program wrote into it")
    return report


def judge(state: files.FileState, report: Report, course: CourseRules, targets: Iterable[str] = ()) -> Loaded:
    """Judge a report, with the figures as they are on the disk.

    Args:
        state: the report's file as it was read.
        report: the report in it.
        course: the rules that fit it.
        targets: figures to be looked up beside those that the report names.
    """
    odd = placeholders(course)
    if odd:
        report = Report.from_bytes(state.data, odd)
    facts = look_up(state.path, engine.judged_targets(report).union(targets), course)
    folder = list_folder(state.path, course)
    return Loaded(state, report, course, engine.evaluate(report, course, facts, folder), facts, folder)


def placeholders(course: CourseRules) -> tuple[str, ...]:
    """The placeholders that do not look like one, as `Report.from_bytes` wants them."""
    return tuple(rule.placeholder for rule in course.template.questions if rule.placeholder)


def look_up(path: Path, targets: Iterable[str], course: CourseRules) -> dict[str, FigureFact]:
    """What stands on the disk for each of these targets of a report's figures; `path` is the report's file."""
    return figures.look_up(path.parent, targets, course.figures, hashed=course.figures.compares_bytes)


def list_folder(path: Path, course: CourseRules) -> FigureFolder:
    """What lies in a report's figures folder; `path` is the report's file."""
    return figures.list_folder(path.parent, course.figures, hashed=course.figures.compares_bytes)


def course_rules(report: Report, candidates: Sequence[RulesFile]) -> CourseRules:
    """The rules that fit a report; guessed from its prompts where none of them does.

    Args:
        report: the report.
        candidates: the rules that may apply (`storage.rules.find_rules`).
    """
    found = matching.match(report, [candidate.ruleset for candidate in candidates])
    if found is None:
        from report_tui.validation import guess  # rarely needed, and it costs as much as a tenth of a `check`

        template = guess.template_rules(report)
        chosen = [candidate.path.name for candidate in candidates if not candidate.shipped]
        source, unfit = "guessed from the prompts", ", ".join(chosen)
        return CourseRules("", "", template.version, template, FigureRules(), source, guessed=True, unfit=unfit)
    ruleset, template = found
    fitting = next(candidate for candidate in candidates if candidate.ruleset is ruleset)
    return CourseRules(
        ruleset.course,
        ruleset.title,
        template.version,
        template,
        ruleset.figures,
        _label(fitting),
        guessed=False,
        deadline=ruleset.deadline,
    )


def _label(chosen: RulesFile) -> str:
    return f"rules/{chosen.path.name}" if chosen.shipped else chosen.path.name
