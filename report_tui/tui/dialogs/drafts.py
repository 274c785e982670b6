"""What is asked about that which an earlier sitting left behind: wording and choices, no behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.dialogs.fixing import signed_lines
from report_tui.tui.view_models.drafts import DraftItem, counted
from report_tui.tui.widgets.line_rows import Line

_SIGNS = Content.assemble(
    ("-", "$warning"), (" as it is now   ", "$muted"), ("+", "$success"), (" as you typed it", "$muted")
)
_BLANK = Line(Content(), Content())


def found(items: Sequence[DraftItem], age: str, problem: str, place: str = "") -> ChoiceDialog:
    """Asked at the start; gives `restore`, `each`, `later`, or None.

    Args:
        items: what would change.
        age: how long ago the last of it was typed.
        problem: what is wrong with the file that it lies in, in a sentence; may be empty.
        place: which sitting's this is, of several that left something, as `1 of 2`; may be empty.
    """
    lines = [_said(Content.styled(problem, "$warning")), _BLANK] if problem else []
    lines.append(_said(_SIGNS))
    for item in items:
        lines += [_BLANK, *_item(item)]
    all_of_it = "restore it" if len(items) == 1 else "restore all"
    choices = (
        Choice("r", f"{all_of_it}; it can be undone", "restore"),
        Choice("o", "one by one: restore, leave or drop", "each"),
        Choice("l", "later: ask again at the next start", "later"),
    )
    title = f"Typed {age} and not saved: {counted(items)}"
    return ChoiceDialog(f"{title} ({place})" if place else title, lines, choices)


def one(item: DraftItem, place: str) -> ChoiceDialog:
    """Asked for one answer, or for the boxes; gives `restore`, `later`, `drop`, or None.

    Args:
        item: what would change.
        place: which of them this is, as `1 of 3`.
    """
    # Dropping has no letter: somebody who goes on typing must not lose a text by it.
    choices = (
        Choice("r", "restore it", "restore"),
        Choice("l", "later: ask again at the next start", "later"),
        Choice("", "drop it" if item.number is None else "drop it; its text goes to the history", "drop"),
    )
    return ChoiceDialog(f"Typed and not saved: {place}", [_said(_SIGNS), _BLANK, *_item(item)], choices)


def unreadable(problem: str) -> ChoiceDialog:
    """Asked where nothing can be read of a file; gives `later`, `drop`, or None."""
    choices = (Choice("l", "later: ask again at the next start", "later"), Choice("", "do not ask again", "drop"))
    body = Content(f"{problem}. Nothing of it can be offered; it stays where it is.")
    return ChoiceDialog("Something was typed and not saved", body, choices)


def _item(item: DraftItem) -> list[Line]:
    note = [_said(Content.styled(item.note, "$warning"))] if item.note else []
    return [_said(Content.styled(item.title, "$accent")), *note, *signed_lines(item.lines)]


def _said(text: Content) -> Line:
    return Line(Content(), text)
