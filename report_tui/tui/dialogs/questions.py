"""The few things the app asks: wording and choices, no behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from report_tui.tui.dialogs.choice import Choice, ChoiceDialog

LINES_SHOWN = 5
"""Of each side of a collision, from the first line that differs."""


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


def changed_on_both_sides(title: str, mine: str, theirs: str) -> ChoiceDialog:
    """Asked for one answer that was changed here and on disk; gives `mine`, `theirs` or None."""
    ours, other = _from_first_difference(mine, theirs)
    body = Content.assemble(("yours, not saved\n", "$accent"), ours, ("\n\non disk\n", "$accent"), other)
    return ChoiceDialog(
        f"{title} was changed by you and on disk",
        body,
        (Choice("m", "keep mine", "mine"), Choice("t", "take theirs", "theirs")),
    )


def _from_first_difference(mine: str, theirs: str) -> tuple[Content, Content]:
    one, other = mine.split("\n"), theirs.split("\n")
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return _excerpt(one, same), _excerpt(other, same)


def _excerpt(lines: Sequence[str], start: int) -> Content:
    shown = lines[start : start + LINES_SHOWN]
    text = "\n".join(line if len(line) <= 300 else f"{line[:300]}…" for line in shown)
    before = "…\n" if start else ""
    after = "\n…" if len(lines) > start + LINES_SHOWN else ""
    return Content(before + (text or "(nothing)") + after)
