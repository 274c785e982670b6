"""The few things the app asks: wording and choices, no behaviour."""

from __future__ import annotations

from textual.content import Content

from report_tui.tui.dialogs.choice import Choice, ChoiceDialog


def quit_with_unsaved(names: list[str], held: list[str]) -> ChoiceDialog:
    """Asked when something is unsaved; `names` are the questions, `held` the reasons of those that cannot be saved.

    Returns a dialog that gives `save`, `drop` or None.
    """
    lines = [Content(f"Not saved yet: {', '.join(names)}.")]
    lines += [Content.styled(reason, "$warning") for reason in held]
    return ChoiceDialog(
        "Quit?",
        Content("\n").join(lines),
        (Choice("s", "save and quit", "save"), Choice("d", "quit without saving", "drop"), Choice("c", "stay", "stay")),
    )


def changed_on_both_sides(title: str, mine: str, theirs: str) -> ChoiceDialog:
    """Asked for one answer that was changed here and on disk; gives `mine`, `theirs` or None."""
    body = Content.assemble(
        ("yours, not saved\n", "$accent"),
        Content(mine or "(empty)"),
        ("\n\non disk\n", "$accent"),
        Content(theirs or "(empty)"),
    )
    return ChoiceDialog(
        f"{title} was changed by you and on disk",
        body,
        (Choice("m", "keep mine", "mine"), Choice("t", "take theirs", "theirs")),
    )
