"""Asks which of two versions of an answer is to stay: both in sight, side by side where there is room.

Owns how the two are drawn. What a choice makes of the answer is the view model's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from textual.content import Content
from textual.widget import Widget

from report_tui.core.merge import Whose
from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.view_models.collision import Collision
from report_tui.tui.view_models.sides import Row, Side, SideLine, in_sequence, rows
from report_tui.tui.widgets.line_rows import Line, Rows, wrapped

BESIDE = 100
"""Columns of a terminal from which on the two versions stand beside each other."""
_STYLES = {Side.BOTH: "$muted", Side.MINE: "$accent", Side.THEIRS: "$warning", Side.LEFT_OUT: "$muted"}
_MARGIN = 3
"""Cells in front of each line: whose it is."""
_BETWEEN = {Whose.COLLIDING: Content.styled(" ≠ ", "bold $error")}
_GAP = Content.styled(" │ ", "$muted")


class CollisionDialog(ChoiceDialog):
    """Shows both versions; gives `mine`, `theirs`, `both`, `edit`, or None for escape."""

    def __init__(self, collision: Collision) -> None:
        mine, theirs, both = collision.labels
        both = both if collision.collides else "both changes"
        choices = [
            Choice("m", mine, "mine"),
            Choice("t", theirs, "theirs"),
            Choice("b", both, "both"),
            Choice("e", "edit by hand: both, to put together", "edit"),
        ]
        if not collision.collides:  # nobody has to give up anything
            choices.insert(0, choices.pop(2))
        super().__init__(collision.title, Content(collision.note), choices, interrupts=True)
        self._collision = collision

    def body(self) -> Widget:
        """Both versions."""
        return _Versions(self._collision, id="dialog-text")


class _Versions(Rows):
    """As many rows as it takes to show both versions at this width."""

    def __init__(self, collision: Collision, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._collision = collision
        self._rows = rows(collision.parts)

    def drawn(self, width: int) -> Iterator[Content]:
        """Side by side, where the terminal is wide enough for it."""
        return self._beside(width) if self.app.size.width >= BESIDE else self._below_each_other(width)

    def _said(self, width: int) -> Iterator[Content]:
        """What else is to be known; that the two changed different lines is part of it."""
        notes = [self._collision.note, "" if self._collision.collides else "No line was changed by both."]
        for note in filter(None, notes):
            yield from Content.styled(note, "$muted").wrap(width)
        if any(notes):
            yield Content()

    def _beside(self, width: int) -> Iterator[Content]:
        yield from self._said(width)
        half = (width - 3) // 2
        names = (_named(Side.MINE, self._collision.mine_name), _named(Side.THEIRS, self._collision.theirs_name))
        yield from _columns(names, Content("   "), half)
        for row in self._rows:
            yield from _columns((_marked(row.mine, row), _marked(row.theirs, row)), _BETWEEN.get(row.whose, _GAP), half)

    def _below_each_other(self, width: int) -> Iterator[Content]:
        yield from self._said(width)
        yield from wrapped(_named(Side.MINE, self._collision.mine_name), width)
        yield from wrapped(_named(Side.THEIRS, self._collision.theirs_name), width)
        for line in in_sequence(self._rows):
            yield from wrapped(_marked(line), width)


def _columns(sides: tuple[Line, Line], between: Content, half: int) -> Iterator[Content]:
    """Two lines beside each other, each wrapped in its half."""
    for left, right in zip_longest(*(wrapped(side, half) for side in sides), fillvalue=Content()):
        yield Content.assemble(left.truncate(half, pad=True), between, right)


def _named(side: Side, name: str) -> Line:
    return Line(Content.styled(f"{side.value}  ", f"bold {_STYLES[side]}"), Content.styled(name, _STYLES[side]))


def _marked(line: SideLine | None, row: Row | None = None) -> Line:
    """A line behind the letter of its side; an empty one that only one side has shows as a pilcrow.

    In a column of its own a side needs no letter where it was not changed, as its place says whose line it is.
    """
    if line is None:
        return Line(Content(" " * _MARGIN), Content())
    style = _STYLES[line.side]
    if line.side in (Side.BOTH, Side.LEFT_OUT):
        return Line(Content.styled(f"{line.side.value}  ", style), Content.styled(line.text, style), quiet=True)
    if row is not None and _is_untouched(line.side, row.whose):
        return Line(Content(" " * _MARGIN), Content.styled(line.text, "$muted"))
    words = [(piece.text, f"{style} bold underline" if piece.differs else "$foreground") for piece in line.pieces]
    letter = Content.styled(f"{line.side.value}  ", f"bold {style}")
    return Line(letter, Content.assemble(*(words if line.text else [("¶", style)])))


def _is_untouched(side: Side, whose: Whose) -> bool:
    return (side, whose) in ((Side.MINE, Whose.THEIRS), (Side.THEIRS, Whose.MINE))
