"""What is asked about that which an earlier sitting left behind: wording and choices, no behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from report_tui.core import bounds
from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.view_models.drafts import DraftItem, counted
from report_tui.tui.view_models.sides import Piece, SideLine
from report_tui.tui.widgets.line_rows import Line
from report_tui.tui.widgets.now_and_then import legend, marked

_LEGEND = legend("as it is now", "as you typed it")
_BLANK = Line(Content(), Content())
MOST = 2 * bounds.LONGEST
"""Characters that one dialog shows: an answer as long as may be edited here, now and then. More would have to be waited
for; `report-tui --plain` says all of it."""
_END = 20
"""Characters that a line's end counts for."""


def found(items: Sequence[DraftItem], age: str, problem: str, place: str = "") -> ChoiceDialog:
    """Asked at the start; gives `restore`, `each`, `later`, or None; where nothing can be restored yet, `drop` as well.

    Args:
        items: what would change.
        age: how long ago the last of it was typed.
        problem: what is wrong with the file that it lies in, in a sentence; may be empty.
        place: which sitting's this is, of several that left something, as `1 of 2`; may be empty.
    """
    lines = [_said(Content.styled(problem, "$warning")), _BLANK] if problem else []
    lines.append(_LEGEND)
    room = MOST
    for item in items:
        lines += [_BLANK, *_item(item, room)]
        room -= min(room, sum(map(_size, item.lines)))
    all_of_it = "restore it" if len(items) == 1 else "restore all"
    choices: Sequence[Choice] = (
        Choice("r", f"{all_of_it}; it can be undone", "restore"),
        Choice("o", "one by one: restore, leave or drop", "each"),
        Choice("l", "later: ask again at the next start", "later"),
    )
    if all(item.waits for item in items):
        choices = (Choice("l", "keep it: ask again at the next start", "later"), Choice("", "drop it", "drop"))
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
    return ChoiceDialog(f"Typed and not saved: {place}", [_LEGEND, _BLANK, *_item(item, MOST)], choices)


def unreadable(problem: str) -> ChoiceDialog:
    """Asked where nothing can be read of a file; gives `later`, `drop`, or None."""
    choices = (Choice("l", "later: ask again at the next start", "later"), Choice("", "do not ask again", "drop"))
    body = Content(f"{problem}. Nothing of it can be offered; it stays where it is.")
    return ChoiceDialog("Something was typed and not saved", body, choices)


def by_editor(said: str) -> ChoiceDialog:
    """Tells where a text lies that cannot be offered, since nobody knows of which report it is; gives `on` or None."""
    body = Content(f"{said} Copy from it what you need.")
    return ChoiceDialog("Written in your own editor", body, (Choice("g", "go on", "on"),))


def _item(item: DraftItem, most: int) -> list[Line]:
    """All of it, or the beginning where it has more than so many characters, and how much that leaves out."""
    note = [_said(Content.styled(item.note, "$warning"))] if item.note else []
    shown, left = _within(item.lines, most)
    more = (
        [_said(Content.styled(f"… and {left:,} characters more, restored or dropped with it", "$muted"))]
        if left
        else []
    )
    return [_said(Content.styled(item.title, "$accent")), *note, *map(marked, shown), *more]


def _within(lines: Sequence[SideLine], most: int) -> tuple[list[SideLine], int]:
    shown: list[SideLine] = []
    for place, line in enumerate(lines):
        if _size(line) > most:
            begun = [SideLine(line.side, (Piece(line.text[:most]),))] if most > 0 else []
            return [*shown, *begun], sum(len(one.text) for one in lines[place:]) - max(0, most)
        shown.append(line)
        most -= _size(line)
    return shown, 0


def _size(line: SideLine) -> int:
    """How much room it takes; its end counts as well, since it takes a row, however short it is."""
    return len(line.text) + _END


def _said(text: Content) -> Line:
    return Line(Content(), text)
