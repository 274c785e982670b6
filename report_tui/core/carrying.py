"""What another version of the file does to what is not saved: which answers it changes, and what collides.

Owns the three-way comparison, answer by answer and box by box: the file as it was, as it is, and what was done to it
here. It reads no file and keeps nothing; carrying the texts over is left to whoever guards them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from report_tui.core.changes import BoxKey, Changes, boxes_changed, boxes_of
from report_tui.core.report import ChecklistItem, Report
from report_tui.core.working_copy import Made, WorkingCopy, make

_NOTHING = Changes()


class Reloaded(NamedTuple):
    """What a change on disk did to the answers, and to what was not saved."""

    taken: tuple[int, ...]
    """Answers that were changed on disk only, and are now as they are there."""
    collided: tuple[int, ...]
    """Answers that were changed on both sides to different texts: ours is kept unsaved until somebody decides."""
    unmoved: tuple[int, ...]
    """Answers that we had moved below their markers, and that stand in the file's own place again."""
    boxes_gone: tuple[str, ...]
    """Wordings of boxes that we had ticked or unticked, and that are not in the file any more: kept until they are."""
    boxes_taken: tuple[ChecklistItem, ...] = ()
    """Boxes that were changed on disk only, as they are now."""
    boxes_kept: tuple[str, ...] = ()
    """Wordings of boxes that were changed on both sides to different states: ours is kept."""

    @property
    def lost(self) -> bool:
        """Whether something of ours is not as we left it, or waits for somebody."""
        return bool(self.collided or self.unmoved or self.boxes_gone or self.boxes_kept)


class Carried(NamedTuple):
    """What is not saved, in another version of the file."""

    made: Made
    """That version with our moves and boxes, and without our texts."""
    mine: Mapping[int, str]
    """Of each answer that may have an unsaved text in it that text."""
    bases: Mapping[int, str]
    """Of each answer that collided the text that both sides began with."""
    result: Reloaded


def carry(
    before: WorkingCopy, mine: Mapping[int, str], bases: Mapping[int, str], fresh: Report, begun: Changes = _NOTHING
) -> Carried:
    """Compare what was done here with what another version of the file changed.

    Args:
        before: the file as it was read, with what was done here.
        mine: of each answer with an unsaved text that text, also where it cannot be written.
        bases: of each answer that collided earlier, and waits for somebody, the text that both sides began with.
        fresh: the file as it is now.
        begun: what a save of ours was to bring into the file, and may have (`WorkingCopy.brought`): where the file
            holds that, nobody else changed it, and what was undone since is not saved.
    """
    ours, was, placed, now = before.changes, before.saved.texts, before.placed.texts, fresh.texts
    written = {n for n, text in begun.answers.items() if now.get(n) == text}
    mine = {**{n: before.report.texts[n] for n in written if n in before.report.texts}, **mine}
    # Who moved an answer as we did has not changed it.
    changed = {n for n, text in now.items() if text not in (was.get(n, ""), placed.get(n, "")) and n not in written}
    collided = {n for n in mine if n in now and mine[n] != now[n] and (n in changed or n in bases)}
    ticked = {**_undone(before.report, fresh, begun), **before.wanted.ticked}
    made = make(fresh, Changes(moved=ours.moved - collided, ticked=ticked))
    boxes = boxes_changed(before.saved, fresh)
    result = Reloaded(
        taken=tuple(number for number in now if number in changed and number not in mine),
        collided=tuple(number for number in now if number in collided),
        unmoved=tuple(sorted({*made.unmoved, *(ours.moved & collided)})),
        boxes_gone=tuple(key.text for key in made.copy.held_boxes if key in ours.ticked),
        boxes_taken=tuple(item for key, item in boxes.items() if key not in {*begun.ticked, *ours.ticked}),
        boxes_kept=tuple(key.text for key, item in boxes.items() if ours.ticked.get(key, item.done) != item.done),
    )
    return Carried(made, mine, {n: bases.get(n, was.get(n, "")) for n in collided}, result)


def _undone(before: Report, fresh: Report, begun: Changes) -> dict[BoxKey, bool]:
    """Of each box that the file has as a save of ours was to write it, whether it is done here by now."""
    undone = {}
    ours, theirs = boxes_of(before), boxes_of(fresh)
    for key, done in begun.ticked.items():
        here, there = ours.get(key), theirs.get(key)
        if here is not None and there is not None and there.done is done:
            undone[key] = here.done
    return undone
