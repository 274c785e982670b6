"""What is asked before a whole version of the report is brought back: wording, no behaviour."""

from __future__ import annotations

from textual.content import Content

from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.view_models.history import VersionRow


def bring_all_back(version: VersionRow, what: str) -> ChoiceDialog:
    """Gives `bring` or None; `what` says which answers and boxes change."""
    body = Content.assemble(
        (f"{version.ago}, {version.moment}, {version.why}", "$muted"),
        f"\nThis changes {what}. Nothing is saved by it, and what is there now is kept in the history.",
    )
    choices = (Choice("y", f"bring back {what}", "bring"), Choice("c", "change nothing", "stay"))
    return ChoiceDialog("Bring the whole report back?", body, choices)
