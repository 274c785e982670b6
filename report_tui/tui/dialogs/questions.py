"""The few things the app asks: wording and choices, no behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.view_models.report import mark
from report_tui.validation.finding import Finding

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


def findings(title: str, found: Sequence[Finding]) -> ChoiceDialog:
    """Shows findings in full, each with its way out; gives nothing that matters."""
    entries = []
    for finding in found:
        glyph, colour = mark(finding)
        head = Content.assemble((f"{glyph} ", f"${colour}"), (f"line {finding.line}  ", "$muted"), finding.message)
        entries.append(Content.assemble(head, (f"\n  → {finding.way_out}", "$muted")))
    body = Content("\n").join(entries) if entries else Content("Nothing is wrong here.")
    return ChoiceDialog(title, body, (Choice("c", "close", "close"),))


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
