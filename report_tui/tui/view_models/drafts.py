"""What an earlier sitting left behind, beside the report as it is here now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from report_tui.core.carrying import Reloaded
from report_tui.core.changes import boxes_of
from report_tui.core.merge import alike, compare
from report_tui.session import Session
from report_tui.storage import files
from report_tui.storage.drafts import LeftBehind
from report_tui.tui.view_models.report import asked, title
from report_tui.tui.view_models.sides import Piece, Side, SideLine, in_sequence, rows


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One answer that was not saved, or the boxes of the checklist."""

    number: int | None
    """The question's number; None for the boxes."""
    title: str
    note: str
    """What stands in its way, or an empty string."""
    lines: tuple[SideLine, ...]
    """All that it would change here: the side `MINE` is now, `THEIRS` is what was left."""
    waits: bool = False
    """Whether nothing of it can be restored before the file has its box again."""


def items(session: Session, other: Session, result: Reloaded) -> tuple[DraftItem, ...]:
    """What a draft would change, in document order.

    Args:
        session: the report as it is here now.
        other: the session that took the draft up.
        result: what the changes on disk since then did to it.
    """
    found = [
        DraftItem(number, title(other, number), _note(other, number, result), _lines(session, other, number))
        for number in dict.fromkeys([*other.unsaved, *result.unmoved])
    ]
    boxes = []
    changed, present = set(other.changed_boxes), boxes_of(session.report)
    for key, item in boxes_of(other.report).items():
        if item in changed and (key not in present or present[key].done is not item.done):
            boxes += [_box(Side.MINE, item.text, done=not item.done), _box(Side.THEIRS, item.text, done=item.done)]
    changes_here = bool(boxes)
    held = {key: done for key, done in other.held_boxes.items() if session.held_boxes.get(key) is not done}
    if held:
        boxes.append(_said("not in the file now, and kept until it is:"))
    boxes += [_box(Side.THEIRS, key.text, done=done) for key, done in held.items()]
    if boxes:
        found.append(DraftItem(None, "Checklist", "", tuple(boxes), waits=not changes_here))
    return tuple(item for item in found if item.lines or item.note)


def typed_to(before: str, after: str) -> tuple[int, int]:
    """Where somebody who made one text of the other typed last: a 1-based row, and the characters before it there."""
    same = alike(before, after)
    end = len(after) - alike(before[same:][::-1], after[same:][::-1])
    while same and end > same and after[end - 1] == after[same - 1] == "\n":
        same, end = same - 1, end - 1  # behind the new line, and not in front of the old one below it
    return after.count("\n", 0, end) + 1, end - (after.rfind("\n", 0, end) + 1)


def strayed(left: LeftBehind) -> list[str]:
    """Where it was typed, in a sentence, where that is another place than the report's now; else nothing."""
    return [f"Typed in {files.shown(Path(left.report))}, where no report is any more."] if left.strayed else []


def counted(found: Sequence[DraftItem]) -> str:
    """How much that is: `2 answers and the checklist`."""
    answers = sum(item.number is not None for item in found)
    parts = [f"{answers} answer{'' if answers == 1 else 's'}"] if answers else []
    return " and ".join(parts if answers == len(found) else [*parts, "the checklist"])


def _note(other: Session, number: int, result: Reloaded) -> str:
    if number in other.undecided and number in other.origins:
        origin = other.origins[number]
        return f"typed for another question, which is gone ({asked(origin)}): you choose at the next save"
    if number in other.undecided:
        return "changed on disk as well: nothing is written over until you choose at the next save"
    if number in other.held:
        return f"cannot be saved as it is: {other.held[number].rejection.reason}"
    if number in result.unmoved:
        return "stands where the file has it again"
    return ""


def _lines(session: Session, other: Session, number: int) -> tuple[SideLine, ...]:
    before, after = session.text(number), other.text(number)
    lines = in_sequence(rows(compare(before, after))) if before != after else ()
    if number in other.moved and number not in session.moved:
        lines = (_said("on lines of its own, below its marker"), *lines)
    return lines


def _said(text: str) -> SideLine:
    return SideLine(Side.BOTH, (Piece(text),))


def _box(side: Side, text: str, *, done: bool) -> SideLine:
    return SideLine(side, (Piece(f"[{'x' if done else ' '}] {text}"),))
