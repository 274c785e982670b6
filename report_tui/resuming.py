"""What an earlier sitting left unsaved, beside the report as it is now: looked at, then taken up or dropped.

Owns that it is looked at as if that sitting had stayed open, and that a text goes into the history before another one
takes its place. It reads no journal, asks nobody and saves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from report_tui.core.carrying import Reloaded
from report_tui.core.changes import Draft, boxes_of
from report_tui.core.renumbering import renumbered
from report_tui.file_steps import PuttingAside
from report_tui.session import Session
from report_tui.storage import files, versions


def may_be(session: Session, base: bytes) -> bool:
    """Whether a version of a report that is gone from its place may be one of the session's, which was moved.

    It may where half of what was answered in it still is so. A wrong guess costs a question.
    """
    if base == session.on_disk.to_bytes():
        return True
    answered = {number: text for number, text in session.past(base).texts.items() if text}
    same = sum(session.on_disk.texts.get(number) == text for number, text in answered.items())
    return same > 0 and 2 * same >= len(answered)


def resumed(session: Session, draft: Draft) -> tuple[Session, Reloaded]:
    """Take a draft up beside the open session, which stays as it is.

    Returns:
        A session on the file as it is now, in which what the draft holds is unsaved, as if it had been open since;
        and what the changes on disk did to it.

    Raises:
        files.CannotRead: as `Session.reload`; or the file counts its questions otherwise than when the open session
            read it, so that the numbers of the two do not mean the same.
    """
    other = session.beside(draft)
    result = other.reload()
    numbers = renumbered(session.on_disk, other.on_disk)
    if any(numbers.get(number, number) != number for number in session.on_disk.texts):
        reason = "counts its questions otherwise by now"
        raise files.CannotRead(session.path, reason, "it is offered again at the next start")
    return other, result


def take_up(session: Session, other: Session, numbers: Iterable[int], *, boxes: bool) -> None:
    """Have unsaved in the open session what is unsaved in another one on its report.

    Args:
        session: the open session; a text of its own that is replaced goes into the history.
        other: what `resumed` returned.
        numbers: the questions whose answers are meant.
        boxes: whether the boxes of the checklist are meant as well.

    Raises:
        files.CannotSave: a text of its own cannot be kept; nothing is changed.
    """
    wanted = list(numbers)
    check_kept(session, to_replace(session, wanted).write())
    replace(session, other, wanted, boxes=boxes)


def to_replace(session: Session, numbers: Iterable[int]) -> PuttingAside:
    """What of the open session `replace` takes the place of; it goes into the history first."""
    return session.to_put_aside(numbers, versions.REPLACED)


def check_kept(session: Session, problem: str | None) -> None:
    """Raise CannotSave where what `to_replace` writes cannot be kept; `problem` is what it returned."""
    if problem is not None:
        raise files.CannotSave(session.path, problem, "nothing was restored")


def replace(session: Session, other: Session, numbers: Iterable[int], *, boxes: bool) -> None:
    """Do what `take_up` does, once what it replaces lies in the history; looks at no disk."""
    wanted = list(numbers)
    session.move_all(number for number in wanted if number in other.moved)
    for number in wanted:
        if session.origins.pop(number, None) is not None:  # what is replaced was typed for another question
            session.undecided.discard(number)
            session.bases.pop(number, None)
        if number in other.undecided:
            session.undecided.add(number)
            session.bases[number] = other.bases[number]
        session.edit(number, other.text(number))
        if number in session.held and number in other.origins:
            session.origins[number] = other.origins[number]
    if boxes:
        changed = set(other.changed_boxes)
        session.set_boxes({key: item.done for key, item in boxes_of(other.report).items() if item in changed})
        session.hold_boxes(other.held_boxes)


def drop(other: Session, numbers: Iterable[int]) -> None:
    """Put texts that nobody wants any more into the history.

    Args:
        other: what `resumed` returned.
        numbers: the questions whose answers are meant.

    Raises:
        files.CannotSave: one of them cannot be kept there, so it should not be dropped.
    """
    problem = other.put_aside(numbers, versions.DROPPED_DRAFT)
    if problem is not None:
        raise files.CannotSave(other.path, problem, "nothing was dropped")
