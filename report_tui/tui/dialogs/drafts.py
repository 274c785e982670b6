"""What is asked about that which an earlier sitting left behind: wording and choices, no behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.dialogs.fixing import lines_content
from report_tui.tui.view_models.drafts import DraftItem, counted

_SIGNS = Content.assemble(
    ("-", "$warning"), (" as it is now   ", "$muted"), ("+", "$success"), (" as you typed it", "$muted")
)


def found(items: Sequence[DraftItem], age: str, problem: str) -> ChoiceDialog:
    """Asked at the start; gives `restore`, `each`, `later`, or None.

    Args:
        items: what would change.
        age: how long ago the last of it was typed.
        problem: what is wrong with the file that it lies in, in a sentence; may be empty.
    """
    parts = [Content.styled(problem, "$warning")] if problem else []
    parts += [_SIGNS, *(_item(item) for item in items)]
    all_of_it = "restore it" if len(items) == 1 else "restore all"
    choices = (
        Choice("r", f"{all_of_it}; it can be undone", "restore"),
        Choice("o", "one by one: restore, keep or drop", "each"),
        Choice("l", "later: ask again at the next start", "later"),
    )
    return ChoiceDialog(f"Typed {age} and not saved: {counted(items)}", Content("\n\n").join(parts), choices)


def one(item: DraftItem) -> ChoiceDialog:
    """Asked for one answer, or for the boxes; gives `restore`, `later`, `drop`, or None."""
    # Dropping has no letter: somebody who goes on typing must not lose a text by it.
    choices = (
        Choice("r", "restore it", "restore"),
        Choice("l", "later: ask again at the next start", "later"),
        Choice("", "drop it" if item.number is None else "drop it; its text goes to the history", "drop"),
    )
    return ChoiceDialog("Typed and not saved", Content("\n\n").join([_SIGNS, _item(item)]), choices)


def unreadable(problem: str) -> ChoiceDialog:
    """Asked where nothing can be read of a file; gives `later`, `drop`, or None."""
    choices = (Choice("l", "later: ask again at the next start", "later"), Choice("", "do not ask again", "drop"))
    body = Content(f"{problem}. Nothing of it can be offered; it stays where it is.")
    return ChoiceDialog("Something was typed and not saved", body, choices)


def _item(item: DraftItem) -> Content:
    note = Content.styled(f"\n{item.note}", "$warning") if item.note else Content("")
    return Content.assemble((item.title, "$accent"), note, "\n" if item.lines else "", lines_content(item.lines))
