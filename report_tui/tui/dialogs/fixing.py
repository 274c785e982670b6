"""What is asked before a fix that somebody has to choose, or that changes several answers: wording, no behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.view_models.findings import TextLine
from report_tui.validation.finding import Finding
from report_tui.validation.fixes import Fix

_STYLES = {"-": "$muted", "+": "$foreground", " ": "$muted", "▣": "$foreground"}
_SIGN_STYLES = {"-": "$warning", "+": "$success", " ": "$muted", "▣": "$accent"}


def lines_content(lines: Sequence[TextLine], indent: str = "") -> Content:
    """Lines before and after a change, each behind its sign; an empty line shows as a pilcrow."""
    shown = [
        Content.assemble(
            indent,
            (f"{line.sign} ", _SIGN_STYLES[line.sign]),
            (line.text or "¶", _STYLES[line.sign] if line.text else "$muted"),
        )
        for line in lines
    ]
    return Content("\n").join(shown)


def choose_fix(finding: Finding, ways: Sequence[tuple[Fix, Sequence[TextLine]]]) -> ChoiceDialog:
    """Asked where there is more than one way, or a way with a cost; gives the way's place in the list or None.

    Args:
        finding: what is to be mended.
        ways: each fix, and what it would change.
    """
    parts = []
    for number, (fix, changed) in enumerate(ways, start=1):
        head = Content.assemble((f"{number}  ", "bold"), (fix.title, "$accent"))
        cost = Content.styled(f"\n   then: {fix.cost}", "$warning") if fix.cost else Content("")
        lines = lines_content(changed, "   ")
        parts.append(Content.assemble(head, cost, "\n", lines))
    choices = [Choice(str(number), fix.title, str(number - 1)) for number, (fix, _) in enumerate(ways, start=1)]
    return ChoiceDialog(finding.message, Content("\n\n").join(parts), choices)


def fix_all(changes: Sequence[tuple[str, Sequence[TextLine]]]) -> ChoiceDialog:
    """Asked before several answers are changed at once; gives `fix` or None.

    Args:
        changes: of each answer its title, and its lines before and after.
    """
    parts = [Content.assemble((name, "$accent"), "\n", lines_content(lines)) for name, lines in changes]
    answers = "1 answer" if len(changes) == 1 else f"{len(changes)} answers"
    choices = (Choice("y", f"change {answers}", "fix"), Choice("c", "change nothing", "stay"))
    return ChoiceDialog(f"Fix all of this kind: {answers}", Content("\n\n").join(parts), choices)


def delete_figure(path: str) -> ChoiceDialog:
    """Asked before a figure's file is deleted; gives `delete` or None."""
    body = Content.assemble((path, "$accent"), "\nNo answer names it. It goes to the trash of this computer.")
    choices = (Choice("d", "move it to the trash", "delete"), Choice("k", "keep it", "keep"))
    return ChoiceDialog("Delete this figure?", body, choices)


def delete_for_good(path: str, reason: str) -> ChoiceDialog:
    """Asked where there is no trash; gives `delete` or None. The first choice, which enter takes, keeps the file.

    Args:
        path: the file, from the report's folder.
        reason: why it is not in the trash.
    """
    body = Content.assemble((path, "$accent"), f"\nIt {reason}. Deleted for good, nothing brings it back later.")
    choices = (Choice("k", "keep it", "keep"), Choice("d", "delete it for good", "delete"))
    return ChoiceDialog("There is no trash for this file", body, choices)
