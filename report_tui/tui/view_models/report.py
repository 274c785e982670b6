"""From a session to what the main screen shows, as frozen values.

Owns the wording, glyphs and numbers on the screen. Pure: it reads the session and changes nothing, and no widget
looks behind these values.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from report_tui.core.carrying import Reloaded
from report_tui.core.changes import Origin
from report_tui.session import Session
from report_tui.storage import files
from report_tui.validation.engine import QuestionResult
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.ruleset import NO_UPPER_LIMIT
from report_tui.validation.subject import ranges

Limit = tuple[int, int] | None
TITLES_NAMED = 4
ASKED = 40
"""Characters that are shown of what a question asked."""

COLOURS = {
    Status.OK: "success",
    Status.EMPTY: "muted",
    Status.PLACEHOLDER: "muted",
    Status.TOO_SHORT: "warning",
    Status.TOO_LONG: "warning",
    Status.BAD_FIGURE: "warning",
    Status.MISSING_FIGURE: "warning",
    Status.TOO_MANY_FIGURES: "warning",
    Status.CONFLICT: "error",
    Status.BREAKS_TEMPLATE: "error",
    Status.WARNING: "accent",
}
HALF_WAY = "◑"
"""In place of a short answer's own glyph from half of its least words on."""
SEVERITY_MARKS = {Severity.ERROR: ("✗", "warning"), Severity.WARNING: ("!", "accent"), Severity.NOTE: ("·", "muted")}


class ListRow(NamedTuple):
    """One line of the question list: a section's title where `id` is None, else a question."""

    id: int | None
    title: str
    glyph: str = ""
    colour: str = "muted"
    missing: str = ""
    """What is missing, in numbers: `87/100`; empty where nothing is."""
    unsaved: bool = False
    status: Status | None = None


class HeaderView(NamedTuple):
    """The line at the top."""

    course: str
    path: str
    ready: int
    total: int
    boxes_done: int
    boxes_total: int
    unsaved: int
    trouble: str
    """In two words, what is wrong with the file on disk; an empty string when nothing is."""
    waits_for: str = ""
    """What the disk has been asked for that has not answered; an empty string when nothing is."""


class Meter(NamedTuple):
    """How far one count is from its limits."""

    name: str
    amount: int
    allowed: Limit
    verdict: str
    """`57 to go`, `31 over`, or an empty string when the count is within its limits."""
    share: float
    """0 to 1: the count against the least that is asked for."""
    good: bool


class AnswerView(NamedTuple):
    """Everything about one question but its text."""

    id: int
    title: str
    limits: str
    prompt: str
    status: Status
    glyph: str
    colour: str
    word: str
    meters: tuple[Meter, ...]
    findings: tuple[Finding, ...]


def rows(session: Session) -> tuple[ListRow, ...]:
    """The question list: sections as they come in the report, each followed by its questions."""
    unsaved = set(session.unsaved)
    result: list[ListRow] = []
    section = None
    for question in session.report.questions:
        if question.section != section:
            section = question.section
            if section:
                result.append(ListRow(None, section))
        found = result_of(session, question.id)
        result.append(
            ListRow(
                question.id,
                found.title,
                glyph(found),
                COLOURS[found.status],
                _count(found),
                question.id in unsaved,
                found.status,
            )
        )
    return tuple(result)


def header(session: Session, trouble: Exception | None = None, waits_for: str = "") -> HeaderView:
    """The line at the top.

    Args:
        session: the report.
        trouble: why the file could not be read or written when last tried.
        waits_for: what the disk has been asked for that has not answered, as `saving …`; may be empty.
    """
    evaluation = session.evaluation
    course = session.course
    title = course.title or session.report.title or "Report"
    return HeaderView(
        f"{title} (limits guessed)" if course.guessed else title,
        session.name,
        evaluation.ready,
        evaluation.total,
        evaluation.checklist_done,
        evaluation.checklist_total,
        len(session.unsaved) + session.unsaved_boxes,
        "" if trouble is None else "not on disk" if isinstance(trouble, files.CannotRead) else "not saved",
        waits_for,
    )


def answer(session: Session, number: int) -> AnswerView:
    """What stands around the editor of question `number`."""
    if all(question.id != number for question in session.report.questions):
        return _gone(session, number)
    found = result_of(session, number)
    meters = [_meter("words", found.words, found.words_allowed)]
    if found.images_allowed is not None or found.images:
        meters.append(_meter("figures", found.images, found.images_allowed))
    return AnswerView(
        number,
        found.title,
        limits(found),
        session.report.question(number).prompt,
        found.status,
        glyph(found),
        COLOURS[found.status],
        found.status.word,
        tuple(meters),
        _findings(found),
    )


def disk_problem(error: Exception) -> str:
    """Why the file could not be read or written, for somebody who has it open: the path is known to them."""
    if isinstance(error, files.CannotRead):
        return f"{error.path.name} {error.reason}: put it back, then save; what you typed stays here"
    if isinstance(error, files.StorageError):
        return f"{error.path.name}: {error.reason}; {error.way_out}"
    return str(error).split("\n")[0]


def title(session: Session, number: int) -> str:
    """Number and title of a question, as messages name it."""
    if all(question.id != number for question in session.report.questions):
        origin = session.origins.get(number)
        return f"question {number}{f' ({asked(origin)})' if origin is not None and origin.prompt else ''}"
    return f"{number} {result_of(session, number).title}"


def asked(origin: Origin) -> str:
    """What a question asked that is not in the file any more, in a few words between quotes."""
    words = origin.prompt.replace("*", "")
    return f'"{words}"' if len(words) <= ASKED else f'"{words[:ASKED].rstrip()}…"'


def titles(session: Session, numbers: Sequence[int]) -> str:
    """The titles of several questions; from the fifth on, how many more."""
    return _some([title(session, number) for number in numbers])


def why_held(session: Session) -> list[str]:
    """Why answers cannot be saved as they stand, each behind its name."""
    return [f"{title(session, number)}: {text.rejection.reason}" for number, text in session.held.items()]


def unsaved_names(session: Session) -> list[str]:
    """What is not saved, by name: the answers, then the boxes of the checklist; from the fifth on, how many more."""
    names = [title(session, number) for number in session.unsaved]
    boxes = session.changed_boxes
    more = len(boxes) - TITLES_NAMED
    names += [f'box "{box.text}" {"ticked" if box.done else "unticked"}' for box in boxes[:TITLES_NAMED]]
    return [*names, f"{more} more box{'' if more == 1 else 'es'}"] if more > 0 else names


def writable(session: Session) -> tuple[frozenset[int], int]:
    """What a save would write: the questions of its answers, and how many boxes."""
    # A text that is held stays, but where its answer was moved the move is written.
    stays = session.held.keys() - session.moved
    return frozenset(session.unsaved).difference(stays), session.unsaved_boxes


def counted(answers: Collection[int], boxes: int) -> str:
    """`2 answers and 1 box`; an empty string for nothing."""
    parts = [f"{len(answers)} answer{'' if len(answers) == 1 else 's'}"] if answers else []
    return " and ".join([*parts, f"{boxes} box{'' if boxes == 1 else 'es'}"] if boxes else parts)


def reloaded(session: Session, result: Reloaded) -> list[str]:
    """What a change on disk did, a sentence each; empty where nothing that anybody would see changed."""
    said = []
    if taken := [number for number in result.taken if number not in result.added]:
        said.append(f"Changed on disk, taken over: {titles(session, taken)}.")
    if result.boxes_taken:
        boxes = [f'"{box.text}" {"ticked" if box.done else "unticked"}' for box in result.boxes_taken]
        said.append(f"Boxes changed on disk: {_some(boxes)}.")
    said += _other_questions(result)
    moved = {old: new for old, new in result.texts_moved.items() if new in session.unsaved}
    if moved:
        which = (
            f"Question {next(iter(moved))} has another number" if len(moved) == 1 else "Questions have other numbers"
        )
        goes = "text goes" if len(moved) == 1 else "texts go"
        said.append(f"{which} on disk, and your {goes} along: {titles(session, sorted(moved.values()))}.")
    if result.strays:
        names = titles(session, result.strays)
        said.append(f"Another question has this number on disk now, what you typed waits: {names}.")
    both = [number for number in result.collided if number not in result.strays]
    if both:
        said.append(f"Changed by you and on disk: {titles(session, both)}.")
    if result.unmoved:
        said.append(f"Stands where the file has it again: {titles(session, result.unmoved)}.")
    if result.boxes_kept:
        said.append(f"Boxes changed by you and on disk, yours are kept: {_some(result.boxes_kept)}.")
    if result.boxes_gone:
        said.append(f"Gone from the checklist, what you did there waits until it is back: {_some(result.boxes_gone)}.")
    return said


def left_by_editor(paths: Sequence[Path]) -> str:
    """What is said of texts in the student's own editor whose end no sitting saw."""
    places = ", ".join(files.shown(path) for path in paths)
    return f"Your own editor was open when an earlier sitting was cut off. What it wrote lies in {places}."


def _other_questions(result: Reloaded) -> list[str]:
    """Which questions went and came."""
    both = (("Not in the file any more", result.gone), ("New in the file", result.added))
    return [
        f"{what}: question{'s' if len(numbers) > 1 else ''} {ranges(numbers)}." for what, numbers in both if numbers
    ]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - TITLES_NAMED} more" if len(names) > TITLES_NAMED else ""
    return ", ".join(names[:TITLES_NAMED]) + more


def report_problems(session: Session, trouble: Exception | None, failure: str = "") -> tuple[str, ...]:
    """What is wrong with the file as a whole, a line each: with the disk, with its rules, with what stands in it.

    Args:
        session: the report.
        trouble: why the file could not be read or written when last tried.
        failure: why the journal could not be written, in words; empty where it could.
    """
    lines = [disk_problem(trouble)] if trouble is not None else []
    if failure:
        lines.append(not_kept(failure))
    if session.rules_problem:
        lines.append(session.rules_problem)
    lines += [f"line {finding.line}  {finding.message}" for finding in report_findings(session)]
    return tuple(lines)


def not_kept(failure: str) -> str:
    """That what is typed would not outlive a crash, in words without a full stop; `failure` says why."""
    return f"What you type is not kept for the case of a crash: {failure}"


def also_open(others: int) -> tuple[str, ...]:
    """That so many other sittings have the report open; nothing for none."""
    if not others:
        return ()
    where, whose = ("another window", "its") if others == 1 else (f"{others} other windows", "their")
    return (f"open in {where} too; {whose} saves show up here",)


def report_findings(session: Session, *, notes: bool = False) -> tuple[Finding, ...]:
    """What is wrong with the file as a whole, the worst first; with or without what is only worth knowing."""
    found = [finding for finding in session.evaluation.findings if notes or finding.severity is not Severity.NOTE]
    return tuple(sorted(found, key=lambda finding: (_rank(finding), finding.line)))


def conflicted(session: Session) -> frozenset[int]:
    """Numbers of the questions in whose answers git's conflict markers stand; 0 where they stand around them."""
    found = {result.id for result in session.evaluation.questions if result.status is Status.CONFLICT}
    whole = any(finding.code == "conflict" for finding in session.evaluation.findings)
    return frozenset({*found, 0} if whole else found)


def problems(session: Session) -> tuple[int, ...]:
    """Numbers of the questions that are not ok, in document order."""
    return tuple(found.id for found in session.evaluation.questions if found.status is not Status.OK)


def result_of(session: Session, number: int) -> QuestionResult:
    """What the checks say of question `number`."""
    found = session.evaluation.question(number)
    return found._replace(status=Status.CONFLICT) if number in session.undecided else found


def glyph(found: QuestionResult) -> str:
    """The status's glyph; too short has a second one from half way on."""
    least = found.words_allowed[0] if found.words_allowed else 0
    if found.status is Status.TOO_SHORT and found.words * 2 >= least:
        return HALF_WAY
    return found.status.glyph


def mark(finding: Finding) -> tuple[str, str]:
    """A finding's glyph and colour: those of the status it gives, so that list and panel speak alike."""
    if finding.severity is Severity.ERROR and finding.status is not None:
        return finding.status.glyph, COLOURS[finding.status]
    return SEVERITY_MARKS[finding.severity]


def limits(found: QuestionResult) -> str:
    """The limits in words: `200-300 words · 1-3 figures`."""
    parts = []
    if found.words_allowed is not None:
        parts.append(f"{shown_range(found.words_allowed)} words")
    if found.images_allowed is not None:
        parts.append(f"{shown_range(found.images_allowed)} figure{'' if found.images_allowed[1] == 1 else 's'}")
    return " · ".join(parts)


def shown_range(limit: tuple[int, int]) -> str:
    """A limit in the shortest form: `100-200`, `2`, or `50+` where there is no upper one."""
    if limit[1] >= NO_UPPER_LIMIT:
        return f"{limit[0]}+"
    return str(limit[0]) if limit[0] == limit[1] else f"{limit[0]}-{limit[1]}"


def _gone(session: Session, number: int) -> AnswerView:
    """A question that stood in the file when it was opened and does not any more."""
    held = session.held.get(number)
    finding = Finding(
        "question-gone",
        Severity.ERROR,
        number,
        1,
        held.rejection.reason if held else "the question is gone from the file on disk",
        "bring the question back, for instance with git; what you typed stays here",
        Status.BREAKS_TEMPLATE,
    )
    status = Status.BREAKS_TEMPLATE
    return AnswerView(
        number, f"Question {number}", "", "", status, status.glyph, COLOURS[status], status.word, (), (finding,)
    )


def _findings(found: QuestionResult) -> tuple[Finding, ...]:
    """The worst first. What the meters say already, in the same numbers, is not said twice."""
    shown = [finding for finding in found.findings if finding.code not in ("too-short", "too-long")]
    return tuple(sorted(shown, key=lambda finding: (_rank(finding), finding.line)))


def _rank(finding: Finding) -> tuple[int, int]:
    severity = (Severity.ERROR, Severity.WARNING, Severity.NOTE).index(finding.severity)
    return severity, list(Status).index(finding.status or Status.OK)


def _count(found: QuestionResult) -> str:
    if found.status is Status.TOO_SHORT and found.words_allowed:
        return f"{found.words}/{found.words_allowed[0]}"
    if found.status is Status.TOO_LONG and found.words_allowed:
        return f"{found.words}/{found.words_allowed[1]}"
    if found.status is Status.MISSING_FIGURE:
        least = found.images_allowed[0] if found.images_allowed else 0
        return f"{found.images}/{least} fig" if found.images < least else "not found"
    if found.status is Status.TOO_MANY_FIGURES and found.images_allowed:
        return f"{found.images}/{found.images_allowed[1]} fig"
    return ""


def _meter(name: str, count: int, allowed: Limit) -> Meter:
    if allowed is None:
        return Meter(name, count, None, "", 1.0, good=True)
    least, most = allowed
    if count < least:
        return Meter(name, count, allowed, f"{least - count} to go", count / least, good=False)
    if count > most:
        return Meter(name, count, allowed, f"{count - most} over", 1.0, good=False)
    return Meter(name, count, allowed, "", 1.0, good=True)
