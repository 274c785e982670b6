"""The few things the app asks: wording and choices, no behaviour."""

from __future__ import annotations

from textual.content import Content

from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.view_models.sides import Side, SideLine, compared

_STYLES = {Side.BOTH: "$muted", Side.MINE: "$accent", Side.THEIRS: "$warning", Side.LEFT_OUT: "$muted"}


def quit_with_unsaved(names: list[str], held: list[str]) -> ChoiceDialog:
    """Asked when something is unsaved; `names` are the questions, `held` the reasons of those that cannot be saved.

    Returns a dialog that gives `save`, `drop` or None.
    """
    lines = [Content(f"Not saved yet: {', '.join(names)}.")]
    lines += [Content.styled(reason, "$warning") for reason in held]
    # Dropping has no letter: somebody who goes on typing must not lose a text by it.
    choices = [Choice("c", "stay", "stay"), Choice("", "quit without saving", "drop")]
    if len(held) < len(names):
        choices.insert(0, Choice("s", "save and quit", "save"))
    return ChoiceDialog("Quit?", Content("\n").join(lines), choices)


def not_saved(reason: str) -> ChoiceDialog:
    """Asked when the file could not be written; gives `again`, `copy`, or None to go on without."""
    # No letters: somebody who goes on typing must not choose by it.
    choices = (
        Choice("", "try again", "again"),
        Choice("", "write a copy elsewhere", "copy"),
        Choice("", "back, without saving", "back"),
    )
    return ChoiceDialog("Not saved", Content(reason), choices)


def changed_on_both_sides(title: str, mine: str, theirs: str) -> ChoiceDialog:
    """Asked for one answer that was changed here and on disk; gives `mine`, `theirs` or None."""
    parts = [_named(Side.MINE, "yours, not saved"), _named(Side.THEIRS, "on disk"), Content()]
    parts += [_marked(line) for line in compared(mine, theirs)]
    return ChoiceDialog(
        f"{title} was changed by you and on disk",
        Content("\n").join(parts),
        (Choice("m", "keep mine", "mine"), Choice("t", "take theirs", "theirs")),
    )


def _named(side: Side, name: str) -> Content:
    return Content.assemble((f"{side.value}  ", f"bold {_STYLES[side]}"), (name, _STYLES[side]))


def _marked(line: SideLine) -> Content:
    """A line behind the letter of its side; an empty one that only one side has shows as a pilcrow."""
    style = _STYLES[line.side]
    if line.side in (Side.BOTH, Side.LEFT_OUT):
        return Content.styled(f"{line.side.value}  {line.text}", style)
    words = [(piece.text, f"{style} bold underline" if piece.differs else "$foreground") for piece in line.pieces]
    return Content.assemble((f"{line.side.value}  ", f"bold {style}"), *(words if line.text else [("¶", style)]))
