"""What is asked before a fix that somebody has to choose, or that changes several answers: wording, no behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.view_models.findings import TextLine, excerpt
from report_tui.validation.finding import Finding
from report_tui.validation.fixes import Fix

_STYLES = {"-": "$muted", "+": "$foreground", " ": "$muted"}
_SIGN_STYLES = {"-": "$warning", "+": "$success", " ": "$muted"}


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


def choose_fix(finding: Finding, before: str, fixes: Sequence[Fix]) -> ChoiceDialog:
    """Asked where there is more than one way, or a way with a cost; gives the fix's place in the list or None."""
    parts = []
    for number, fix in enumerate(fixes, start=1):
        head = Content.assemble((f"{number}  ", "bold"), (fix.title, "$accent"))
        cost = Content.styled(f"\n   then: {fix.cost}", "$warning") if fix.cost else Content("")
        lines = lines_content(excerpt(before, fix.text or before), "   ")
        parts.append(Content.assemble(head, cost, "\n", lines))
    choices = [Choice(str(number), fix.title, str(number - 1)) for number, fix in enumerate(fixes, start=1)]
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
