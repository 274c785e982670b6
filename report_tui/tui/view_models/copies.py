"""What is said of a report that cannot be saved, and of the place where a copy of it would go.

Owns the wording, and what a typed place stands for. It writes nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

from report_tui.session import Session
from report_tui.storage import files, saving
from report_tui.tui.view_models import report as view_models

TITLE = "Write a copy of the whole report to"


def reason(error: Exception) -> str:
    """Why it was not saved, as a sentence, and that nothing is lost by it."""
    problem = f"{view_models.disk_problem(error)}."
    return problem if isinstance(error, files.CannotRead) else f"{problem}\nWhat you typed stays here."


def place(report: Path) -> str:
    """The place to begin with: a new name in the user's documents; empty on a machine that names no home."""
    try:
        return str(saving.copy_place(report))
    except (OSError, RuntimeError):
        return ""


def propose(session: Session, typed: str) -> tuple[str, str]:
    """The path that somebody typed, in full, and why no copy can be written there; one of them is empty.

    A path that is not absolute begins at the report's folder; `~` is the user's home.
    """
    typed = typed.strip()
    if not typed:
        return "", "Type where the copy is to go."
    try:
        path = (session.path.absolute().parent / Path(typed).expanduser()).resolve()
    except (OSError, RuntimeError, ValueError):
        return "", "This is not a possible path."
    if files.shown(path) != str(path):
        return "", "A path like this cannot be shown: choose a plainer one."
    if typed.endswith(("/", os.sep)) and not path.is_dir():
        return "", "There is no such folder."
    problem = saving.copy_problem(path)
    return ("", f"{problem[:1].upper()}{problem[1:]}.") if problem else (str(path), "")


def written(session: Session, path: Path) -> str:
    """What is said after the copy was written."""
    said = f"A copy lies in {files.shown(path)}\n{session.path.name} itself is not saved yet."
    if session.held:
        said += f" Not in the copy, since it cannot be written as it stands: {_held(session)}."
    return said


def _held(session: Session) -> str:
    return view_models.titles(session, sorted(session.held))
