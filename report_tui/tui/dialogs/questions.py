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
    # Dropping has no letter: somebody who goes on typing must not lose a text by it.
    choices = [Choice("c", "stay", "stay"), Choice("", "quit without saving", "drop")]
    if len(held) < len(names):
        choices.insert(0, Choice("s", "save and quit", "save"))
    return ChoiceDialog("Quit?", Content("\n").join(lines), choices)


def disk_does_not_answer(name: str, done: str, *, is_kept: bool) -> ChoiceDialog:
    """Asked when somebody wants to leave while the disk is waited for; gives `wait`, `leave`, `stay` or None.

    Args:
        name: the report's file, or another one in a few words.
        done: what is done with it, `saved` for instance.
        is_kept: whether what is not saved is in the journal.
    """
    lines = [Content(f"{name} is still being {done}.")]
    if is_kept:
        lines.append(Content("What you typed is kept either way: the next report-tui offers what is not in the file."))
    else:
        lines.append(Content.styled("What is not saved could not be kept anywhere else either.", "$warning"))
    # Leaving has no letter: somebody who goes on typing must not choose it by that.
    choices = (
        Choice("w", "wait for it, then quit", "wait"),
        Choice("c", "stay", "stay"),
        Choice("", "quit without waiting", "leave"),
    )
    return ChoiceDialog("The disk does not answer", Content("\n").join(lines), choices)


def not_saved(reason: str) -> ChoiceDialog:
    """Asked when the file could not be written; gives `again`, `copy`, or None to go on without."""
    # No letters: somebody who goes on typing must not choose by it.
    choices = (
        Choice("", "try again", "again"),
        Choice("", "write a copy elsewhere", "copy"),
        Choice("", "back, without saving", "back"),
    )
    return ChoiceDialog("Not saved", Content(reason), choices, interrupts=True)


def not_kept(name: str, problem: str) -> ChoiceDialog:
    """Asked before a text is given up that the history does not take: `name` says which. Gives `give-up` or None.

    Args:
        name: what would be lost, as the beginning of a sentence.
        problem: why it cannot be kept.
    """
    # Giving up has no letter: somebody who goes on typing must not lose a text by it.
    choices = (Choice("b", "back, and give nothing up", "back"), Choice("", "go on without it", "give-up"))
    body = Content(f"{name} would be nowhere any more: {problem}.")
    return ChoiceDialog("Not in the history", body, choices)


def take_markers_out(names: str) -> ChoiceDialog:
    """Asked before git's conflict markers are taken out of the file; `names` are the answers that differ.

    Returns a dialog that gives `choose` or None.
    """
    differ = f"The versions differ in {names}." if names else "Both versions have the same answers."
    body = Content(f"{differ} The file is written without the markers; nothing else in it changes.")
    label = "choose for each answer, then write" if names else "write it without the markers"
    choices = (Choice("c", label, "choose"),)
    return ChoiceDialog("git left two versions of this report", body, choices)
