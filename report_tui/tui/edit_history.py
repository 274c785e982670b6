"""The steps of an editor that can be undone, in little memory.

Owns what is kept of them: letters typed one behind another as one text, all but the latest steps as one string each,
and no more than so many steps and characters. Textual keeps a kilobyte of objects for every letter, which is 100 MB
after a long day in one report. What makes a step is up to Textual. It is pinned; what is used of it is not public.
"""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from textual.document._document import EditResult, Selection
from textual.document._edit import Edit
from textual.document._history import EditHistory

STEPS = 1_000
CHARACTERS = 1_000_000
"""Of all that is kept of the older steps, since one of them may be as long as the answer."""
LATEST = 16
"""Steps that are kept as they are."""


class ShortHistory(EditHistory):
    """Textual's history of edits; it undoes and redoes the same."""

    def __init__(self) -> None:
        # Seconds and characters after which Textual's own begins another step.
        super().__init__(max_checkpoints=LATEST, checkpoint_timer=2.0, checkpoint_max_characters=100)
        self._older: deque[str] = deque(maxlen=STEPS - LATEST)

    def record(self, edit: Edit) -> None:
        """Keep an edit that was made, as part of the last step or as another one."""
        oldest = self._undo_stack[0] if len(self._undo_stack) == LATEST else None
        super().record(edit)
        if oldest is not None and self._undo_stack[0] is not oldest:
            self._put_away(oldest)
        last = self._undo_stack[-1] if self._undo_stack else []
        if len(last) > 1 and (joined := _joined(last[-2], last[-1])) is not None:
            last[-2:] = [joined]

    def clear(self) -> None:
        """Forget all steps."""
        super().clear()
        self._older.clear()

    def _pop_undo(self) -> list[Edit] | None:
        step = super()._pop_undo()
        if not self._undo_stack and self._older:
            self._undo_stack.append([_unpacked(edit) for edit in json.loads(self._older.pop())])
        return step

    def _pop_redo(self) -> list[Edit] | None:
        if self._redo_stack and len(self._undo_stack) == LATEST:
            self._put_away(self._undo_stack[0])
        return super()._pop_redo()

    def _put_away(self, step: list[Edit]) -> None:
        self._older.append(json.dumps([_packed(edit) for edit in step], ensure_ascii=False, separators=(",", ":")))
        kept = sum(map(len, self._older))
        while kept > CHARACTERS:
            kept -= len(self._older.popleft())


def _packed(edit: Edit) -> list[Any]:
    result, before = _result(edit), edit._original_selection
    places = [edit.from_location, edit.to_location, result.end_location, before]
    return [edit.text, result.replaced_text, edit.maintain_selection_offset, *places]


def _unpacked(packed: list[Any]) -> Edit:
    text, replaced, maintains, start, end, behind, before = packed
    edit = Edit(text, tuple(start), tuple(end), maintains)
    edit._original_selection = None if before is None else Selection(*map(tuple, before))
    edit._edit_result = EditResult(tuple(behind), replaced)
    return edit


def _result(edit: Edit) -> EditResult:
    assert edit._edit_result is not None, "only what was done is recorded"
    return edit._edit_result


def _joined(first: Edit, second: Edit) -> Edit | None:
    """One edit in place of two within a line; None where there is none that does and undoes just the same."""
    one, two = _result(first), _result(second)
    rows = {row for edit in (first, second) for row, _ in (edit.top, edit.bottom, _result(edit).end_location)}
    if len(rows) > 1 or first.maintain_selection_offset or second.maintain_selection_offset:
        return None
    bottom = first.bottom
    if not one.replaced_text and not two.replaced_text and second.top == one.end_location:  # typed on
        replaced = ""
    elif first.text or second.text or not one.replaced_text or not two.replaced_text:
        return None
    elif second.bottom == first.top:  # backspace
        replaced = two.replaced_text + one.replaced_text
    elif second.top == first.top:  # delete
        replaced = one.replaced_text + two.replaced_text
        bottom = (bottom[0], bottom[1] + len(two.replaced_text))
    else:
        return None
    joined = Edit(first.text + second.text, min(first.top, second.top), bottom, maintain_selection_offset=False)
    joined._original_selection = first._original_selection
    joined._updated_selection = second._updated_selection
    joined._edit_result = EditResult(end_location=two.end_location, replaced_text=replaced)
    return joined
