"""An answer in the student's own editor, from within the app: the terminal is theirs until the editor ends."""

from __future__ import annotations

from textual.app import App, SuspendNotSupported

from report_tui.session import Session
from report_tui.storage import external_editor, files
from report_tui.tui.view_models import report as view_models


def edit(app: App[object], session: Session, number: int) -> tuple[str | None, str]:
    """Let the student edit question `number` elsewhere, and wait.

    Returns:
        The new text, or None where the answer stays as it is; and what is to be said about it, or an empty string.
    """
    view = view_models.answer(session, number)
    try:
        with app.suspend():
            result = external_editor.edit_text(number, view.title, view.prompt, view.limits, session.text(number))
    except SuspendNotSupported:
        return None, "This terminal cannot be lent to another editor."
    said = result.reason
    if result.kept is not None:
        said += f"; what was typed lies in {files.shown(result.kept)}"
    return result.text, said
