"""From a report's checklist to what its screen shows, as frozen values.

Owns the counts, which boxes stand out, and where the cursor may jump. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from report_tui.core.report import ChecklistItem

Identity = tuple[str, str, int]
"""A box across edits: its group, its wording, and which of several that are alike it is."""


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """A group with its count where `id` is None, else one box."""

    id: int | None
    """The box's line in the file, 1-based."""
    text: str
    count: str = ""
    """Of a group: `2/5`."""
    state: str = ""
    """What stands between the brackets, as it is in the file."""
    done: bool = False
    odd: bool = False
    """Something stands between the brackets, and counts as not done all the same."""
    unsaved: bool = False
    """The box on disk is in another state."""


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """The whole screen."""

    rows: tuple[ChecklistRow, ...]
    done: int
    total: int
    unsaved: int
    """How many answers and boxes of the whole report are not saved: the number that every screen shows."""

    @property
    def boxes(self) -> tuple[ChecklistRow, ...]:
        """The rows that are boxes."""
        return tuple(row for row in self.rows if row.id is not None)


def checklist(items: Sequence[ChecklistItem], on_disk: Sequence[ChecklistItem], answers: int = 0) -> ChecklistView:
    """The checklist as it is in the session, with a mark at what is not saved.

    Args:
        items: the boxes of the report as a save would write it.
        on_disk: the boxes of the file.
        answers: how many answers are not saved.
    """
    saved = {identity: item.state for identity, item in _identified(on_disk)}
    rows: list[ChecklistRow] = []
    for group, members in groupby(_identified(items), key=lambda pair: pair[1].group):
        boxes = [_box(item, saved.get(identity, item.state)) for identity, item in members]
        if group:
            rows.append(ChecklistRow(None, group, f"{sum(box.done for box in boxes)}/{len(boxes)}"))
        rows += boxes
    boxes = [row for row in rows if row.id is not None]
    done, unsaved = sum(box.done for box in boxes), sum(box.unsaved for box in boxes)
    return ChecklistView(tuple(rows), done, len(boxes), unsaved + answers)


def open_box(view: ChecklistView, here: int | None, step: int) -> int | None:
    """The next (1) or previous (-1) box that is not done, round and round; None where all are done."""
    boxes = view.boxes
    at = next((index for index, box in enumerate(boxes) if box.id == here), -1 if step > 0 else len(boxes))
    around = [*boxes[at + 1 :], *boxes[: at + 1]] if step > 0 else [*boxes[:at][::-1], *boxes[at:][::-1]]
    return next((box.id for box in around if not box.done), None)


def group_start(view: ChecklistView, here: int | None, step: int) -> int | None:
    """The first box of the next (1) or previous (-1) group, round and round; None where there is no box."""
    starts: list[int] = []
    at = -1 if step > 0 else 0
    for before, row in zip((None, *view.rows), view.rows, strict=False):
        if row.id is not None and (before is None or before.id is None):
            starts.append(row.id)
        if row.id == here and here is not None:
            at = len(starts) - 1
    return starts[(at + step) % len(starts)] if starts else None


def same_box(before: ChecklistView, here: int | None, after: ChecklistView) -> int | None:
    """The line of a box in another version of the file, where other lines may stand above it; None where it is gone."""
    wanted = next((identity for identity, line in _lines(before) if line == here), None)
    return next((line for identity, line in _lines(after) if identity == wanted), None)


def _box(item: ChecklistItem, saved_state: str) -> ChecklistRow:
    return ChecklistRow(
        item.line,
        item.text,
        state=item.state,
        done=item.done,
        odd=not item.done and bool(item.state.strip()),
        unsaved=item.state != saved_state,
    )


def _identified(items: Iterable[ChecklistItem]) -> Iterator[tuple[Identity, ChecklistItem]]:
    seen: Counter[tuple[str, str]] = Counter()
    for item in items:
        seen[item.group, item.text] += 1
        yield (item.group, item.text, seen[item.group, item.text]), item


def _lines(view: ChecklistView) -> Iterator[tuple[Identity, int]]:
    seen: Counter[tuple[str, str]] = Counter()
    group = ""
    for row in view.rows:
        if row.id is None:
            group = row.text
            continue
        seen[group, row.text] += 1
        yield (group, row.text, seen[group, row.text]), row.id
