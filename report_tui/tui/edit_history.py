"""The steps of an editor that can be undone, in little memory.

Owns what is kept of them: letters typed one behind another as one text, and no more than so many steps and characters.
Textual keeps an object of half a kilobyte and more for every letter, which is 100 MB after a long day in one report.
What makes a step is up to Textual. It is pinned; what is used of it here is not public.
"""

from __future__ import annotations

from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.document._history import EditHistory

STEPS = 1_000
CHARACTERS = 1_000_000
"""Of all texts that the steps put in and took out, since one step may be as long as the answer."""


class ShortHistory(EditHistory):
    """Textual's history of edits; it undoes and redoes the same."""

    def __init__(self) -> None:
        # Seconds and characters after which Textual's own begins another step.
        super().__init__(max_checkpoints=STEPS, checkpoint_timer=2.0, checkpoint_max_characters=100)

    def record(self, edit: Edit) -> None:
        """Keep an edit that was made, as part of the last step or as another one."""
        super().record(edit)
        if not self._undo_stack:
            return
        last = self._undo_stack[-1]
        if len(last) > 1:
            joined = _joined(last[-2], last[-1])
            if joined is not None:
                last[-2:] = [joined]
        else:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        """Never the last step, however long it is."""
        kept = sum(_length(edit) for step in self._undo_stack for edit in step)
        while kept > CHARACTERS and len(self._undo_stack) > 1:
            kept -= sum(_length(edit) for edit in self._undo_stack.popleft())


def _length(edit: Edit) -> int:
    return len(edit.text) + len(_result(edit).replaced_text)


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
