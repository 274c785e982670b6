"""What is said of one group in one line, when all groups of a course are judged.

Owns the states, and which of them a judgement comes to: nothing that was not read, or was judged by the group's own
words, is ever said to be well. Values only.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation
from report_tui.validation.finding import Status


class GroupState(Enum):
    """What a group's hand-in comes to, the worst first."""

    NOT_FETCHED = "could not fetch"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    MOVED = "moved"
    PROBLEMS = "problems"
    WARNINGS = "warnings"
    PASSES = "passes"

    @property
    def glyph(self) -> str:
        """Its sign; a colour is never the only one."""
        return _GLYPHS[self]

    @property
    def is_read(self) -> bool:
        """Whether a report was read where the course reads it."""
        return self in (GroupState.PROBLEMS, GroupState.WARNINGS, GroupState.PASSES)


_GLYPHS = {
    GroupState.NOT_FETCHED: "?",
    GroupState.UNREADABLE: "?",
    GroupState.MISSING: "○",
    GroupState.MOVED: "→",
    GroupState.PROBLEMS: "✗",
    GroupState.WARNINGS: "!",
    GroupState.PASSES: "✓",
}


class QuestionCell(NamedTuple):
    """One question of one group."""

    id: int
    title: str
    status: Status
    words: int
    images: int


class GroupRow(NamedTuple):
    """One group."""

    name: str
    """As the folder or the list has it: not cleaned."""
    state: GroupState
    note: str = ""
    """What a person has to know about it: where the report was found, why it cannot be read."""
    branch: str = ""
    commit: str = ""
    """By which it was judged; empty where there was none."""
    committed: int | None = None
    """When that was made, by its maker's clock: seconds since 1970."""
    report: str = ""
    """Where the report stands in the commit; empty where none was read."""
    course: str = ""
    """The rules it was judged by, in a few words."""
    ready: int = 0
    total: int = 0
    problems: int = 0
    warnings: int = 0
    done: int = 0
    boxes: int = 0
    passed: int | None = None
    """By the course's checker; None where it judges nothing, or we cannot tell."""
    asked: int = 0
    """Questions that the course's checker judges."""
    failed: tuple[int, ...] = ()
    reads_none: bool = False
    """Whether the course's checker stops before it judges anything."""
    questions: tuple[QuestionCell, ...] = ()


def judged_row(row: GroupRow, course: CourseRules, evaluation: Evaluation, problem: str | None) -> GroupRow:
    """A group's row with what its report comes to.

    Args:
        row: the group, its commit, and `MOVED` where the report stands elsewhere.
        course: what it was judged by.
        evaluation: the judgement.
        problem: why the file cannot be trusted to be read right (it is not UTF-8), or None.
    """
    verdict = evaluation.course_check
    state, note = _state(course, evaluation, problem)
    return row._replace(
        state=row.state if row.state is GroupState.MOVED else state,
        note="; ".join(filter(None, (note, row.note))),
        course="" if course.guessed else f"{course.course} {course.version}",
        ready=evaluation.ready,
        total=evaluation.total,
        problems=evaluation.problems,
        warnings=evaluation.warnings,
        done=evaluation.checklist_done,
        boxes=evaluation.checklist_total,
        passed=verdict.passed if verdict.readable else None,
        asked=verdict.total,
        failed=verdict.failed,
        reads_none=verdict.readable is False,
        questions=tuple(
            QuestionCell(result.id, result.title, result.status, result.words, result.images)
            for result in evaluation.questions
        ),
    )


def _state(course: CourseRules, evaluation: Evaluation, problem: str | None) -> tuple[GroupState, str]:
    verdict = evaluation.course_check
    if problem is not None:
        return GroupState.UNREADABLE, problem
    if course.guessed:
        # Then the limits are the group's own: they may say whatever it wants.
        return GroupState.PROBLEMS, "none of the rules fits it: its limits are guessed from its own prompts"
    if verdict.readable is False:
        return GroupState.PROBLEMS, f"the course's checker: {verdict.reason}"
    if not evaluation.ok or verdict.failed:
        return GroupState.PROBLEMS, ""
    return (GroupState.WARNINGS if evaluation.warnings else GroupState.PASSES), ""
