"""What an earlier sitting left unsaved, beside the report as it is now: looked at, then taken up or dropped.

Owns that it is looked at as if that sitting had stayed open, and that a text goes into the history before another one
takes its place. It reads no journal, asks nobody and saves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from report_tui.core.carrying import Reloaded
from report_tui.core.changes import Draft, boxes_of
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
        files.CannotRead: as `Session.reload`.
    """
    other = session.beside(draft)
    return other, other.reload()


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
    problem = session.put_aside(wanted, versions.REPLACED)
    if problem is not None:
        raise files.CannotSave(session.path, problem, "nothing was restored")
    session.move_all(number for number in wanted if number in other.moved)
    for number in wanted:
        if number in other.undecided:
            session.undecided.add(number)
            session.bases[number] = other.bases[number]
        session.edit(number, other.text(number))
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
