"""What another version of the file does to what is not saved: which answers it changes, and what collides.

Owns the three-way comparison, answer by answer and box by box: the file as it was, as it is, and what was done to it
here. It reads no file and keeps nothing; carrying the texts over is left to whoever guards them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from report_tui.core.changes import BoxKey, Changes, Origin, boxes_changed, boxes_of
from report_tui.core.renumbering import asked, found, renumbered
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
    renumbered: Mapping[int, int] = MappingProxyType({})
    """Of each question that has another number in the file now its number before and now."""
    texts_moved: Mapping[int, int] = MappingProxyType({})
    """Of each unsaved text that goes on under another number that number before and now."""
    strays: tuple[int, ...] = ()
    """Those of `collided` whose number asks something else now: the question that they were typed for is gone."""
    new: tuple[int, ...] = ()
    """Questions that the file did not have, and under whose numbers it had other ones."""
    gone: tuple[int, ...] = ()
    """Questions that are not in the file any more, by the numbers that they had."""
    added: tuple[int, ...] = ()
    """Questions that are in the file now, under numbers that it did not have."""

    @property
    def lost(self) -> bool:
        """Whether something of ours is not as we left it, or waits for somebody, or answers are gone."""
        return bool(self.collided or self.unmoved or self.boxes_gone or self.boxes_kept or self.gone)


class Carried(NamedTuple):
    """What is not saved, in another version of the file; numbers are that version's."""

    made: Made
    """That version with our moves and boxes, and without our texts."""
    mine: Mapping[int, str]
    """Of each answer that may have an unsaved text in it that text."""
    bases: Mapping[int, str]
    """Of each answer that collided the text that both sides began with."""
    origins: Mapping[int, Origin]
    """Of each text that has no question of its own in the file which one it was typed for."""
    result: Reloaded


def carry(
    before: WorkingCopy,
    mine: Mapping[int, str],
    bases: Mapping[int, str],
    fresh: Report,
    begun: Changes = _NOTHING,
    origins: Mapping[int, Origin] = MappingProxyType({}),
) -> Carried:
    """Compare what was done here with what another version of the file changed.

    Args:
        before: the file as it was read, with what was done here.
        mine: of each answer with an unsaved text that text, also where it cannot be written.
        bases: of each answer that collided earlier, and waits for somebody, the text that both sides began with.
        fresh: the file as it is now.
        begun: what a save of ours was to bring into the file, and may have (`WorkingCopy.brought`): where the file
            holds that, nobody else changed it, and what was undone since is not saved.
        origins: of each text that `before` has no question of its own for which one it was typed for.
    """
    ours, now, numbers = before.changes, fresh.texts, renumbered(before.saved, fresh)

    def here(texts: Mapping[int, str]) -> dict[int, str]:
        return {numbers[n]: text for n, text in texts.items() if n in numbers}

    known = set(numbers.values())
    was, placed, as_left, ours_written = map(
        here, (before.saved.texts, before.placed.texts, before.report.texts, begun.answers)
    )
    going, strays = _place(before.saved, {**dict.fromkeys(mine), **bases}, fresh, numbers, origins)
    bases = {going[n]: text for n, text in bases.items()} | {
        going[n]: origin.base for n, origin in origins.items() if n in going and going[n] not in strays
    }
    written = {n for n, text in ours_written.items() if now.get(n) == text}
    mine = {**{n: as_left[n] for n in written if n in as_left}, **{going[n]: text for n, text in mine.items()}}
    # Who moved an answer as we did has not changed it.
    changed = {n for n, text in now.items() if text not in (was.get(n, ""), placed.get(n, "")) and n not in written}
    # What somebody changed and changed back is as both began with: there is nothing to decide any more.
    asks = {n for n in now if n in strays or (now[n] != bases[n] if n in bases else n in changed)}
    collided = {n for n in mine if n in asks and mine[n] != now[n]}
    moved = frozenset(numbers.get(n, n) for n in ours.moved if n in numbers or n not in now)
    ticked = {**_undone(before.report, fresh, begun), **before.wanted.ticked}
    made = make(fresh, Changes(moved=moved - collided, ticked=ticked))
    boxes = boxes_changed(before.saved, fresh)
    result = Reloaded(
        taken=tuple(number for number in now if number in changed and number not in mine),
        collided=tuple(number for number in now if number in collided),
        unmoved=tuple(sorted({*made.unmoved, *(moved & collided)})),
        boxes_gone=tuple(key.text for key in made.copy.held_boxes if key in ours.ticked),
        boxes_taken=tuple(item for key, item in boxes.items() if key not in {*begun.ticked, *ours.ticked}),
        boxes_kept=tuple(key.text for key, item in boxes.items() if ours.ticked.get(key, item.done) != item.done),
        renumbered={n: number for n, number in numbers.items() if n != number},
        texts_moved={n: number for n, number in going.items() if n != number},
        strays=tuple(number for number in now if number in collided and number in strays),
        new=tuple(number for number in now if number not in known and number in before.saved.texts),
        added=tuple(number for number in now if number not in known and number not in before.saved.texts),
        gone=tuple(number for number in before.saved.texts if number not in numbers and number not in now),
    )
    # What was typed for another question has nothing in common with what stands there.
    began = {n: "" if n in strays else bases.get(n, was.get(n, "")) for n in collided}
    return Carried(made, mine, began, strays, result)


def _place(
    before: Report,
    texts: Mapping[int, str | None],
    fresh: Report,
    numbers: Mapping[int, int],
    origins: Mapping[int, Origin],
) -> tuple[dict[int, int], dict[int, Origin]]:
    """Where texts go on: under the number that their question has now, else under their own, or one that is free.

    Args:
        before: the file as it was read.
        texts: of each the text that both sides began with, where it collided earlier; else None.
        fresh: the file as it is now.
        numbers: what `renumbered` says of the two.
        origins: as for `carry`.

    Returns:
        Of each text its number now, no two the same; and of each that has no question of its own there (by its number
        now) which one it was typed for.
    """
    there = {question.id: question for question in before.questions}
    going: dict[int, int] = {}
    for n in texts:
        number = found(fresh, origins[n].prompt) if n in origins else numbers.get(n)
        if number is not None and number not in going.values():
            going[n] = number
    strays: dict[int, Origin] = {}
    for n in texts:
        if n in going:
            continue
        taken = {*going.values(), *strays}
        number = n if n not in taken else max(*taken, *fresh.texts, *texts) + 1
        going[n] = number
        if n in origins or n in there:
            began = texts[n]
            strays[number] = origins.get(n) or Origin(asked(there[n]), there[n].answer.text if began is None else began)
    return going, strays


def _undone(before: Report, fresh: Report, begun: Changes) -> dict[BoxKey, bool]:
    """Of each box that the file has as a save of ours was to write it, whether it is done here by now."""
    undone = {}
    ours, theirs = boxes_of(before), boxes_of(fresh)
    for key, done in begun.ticked.items():
        here, there = ours.get(key), theirs.get(key)
        if here is not None and there is not None and there.done is done:
            undone[key] = here.done
    return undone
