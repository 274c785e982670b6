"""Remembers where the student left off in each report.

Owns one small JSON file in the user's state folder. It is a convenience: what cannot be read is forgotten and what
cannot be written is dropped, without a word. It holds places, never a word of an answer, and no path in clear.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import files, writing

STATE_VARIABLE = "REPORT_TUI_STATE"
"""Names another state folder: for tests, and for machines whose home is not kept."""

REPORTS_KEPT = 200
_FILE_NAME = "places.json"
_LARGEST = 1_000_000_000


class Place(NamedTuple):
    """Where the cursor stood."""

    question: int
    """The question's number."""
    row: int
    """0-based, in lines of the answer."""
    column: int
    """0-based, in characters."""


def load(report: Path) -> Place | None:
    """Where the student left off in this report; None where nothing is known."""
    try:
        return _places(_state_file()).get(_key(report))
    except (OSError, RuntimeError, ValueError):
        return None


def store(report: Path, place: Place) -> None:
    """Remember a place; the reports longest not seen are forgotten. A failure is none of the student's worries."""
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        file = _state_file()
        places = _places(file)
        key = _key(report)
        places.pop(key, None)
        places[key] = place  # at the end: the order is that of the last use
        kept = dict(list(places.items())[-REPORTS_KEPT:])
        data = json.dumps({key: value._asdict() for key, value in kept.items()}, indent=1).encode("ascii")
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with writing.temporary(file, data) as written:
            written.replace(file)


def state_folder() -> Path:
    """The folder for what the program keeps between sittings; it need not exist yet."""
    folder = os.environ.get(STATE_VARIABLE)
    if folder:
        return Path(folder)
    import platformdirs  # here, since only the app needs it

    return platformdirs.user_state_path("report-tui", appauthor=False)


def cut_off_writes() -> Path:
    """The folder with a record of each write in place that has not ended (`in_place`); most users never have it."""
    return state_folder() / "in-place"


def has_cut_off_writes() -> bool:
    """Whether there may be such a record; not where the state folder is somebody else's, or cannot be reached."""
    try:
        return cut_off_writes().exists()
    except (OSError, RuntimeError):
        return False


def _state_file() -> Path:
    return state_folder() / _FILE_NAME


def _key(report: Path) -> str:
    return hashlib.sha256(os.fsencode(report.resolve())).hexdigest()


def _places(file: Path) -> dict[str, Place]:
    """What the file holds, without what makes no sense; nothing where there is no such file."""
    try:
        content: object = json.loads(files.read(file).data)
    except (files.CannotRead, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    places = {str(key): _place(value) for key, value in content.items()}
    return {key: place for key, place in places.items() if place is not None}


def _place(value: object) -> Place | None:
    if not isinstance(value, dict):
        return None
    question, row, column = (_number(value.get(name)) for name in ("question", "row", "column"))
    if question is None or row is None or column is None:
        return None
    return Place(question, row, column)


def _number(value: object) -> int | None:
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST
    return value if isinstance(value, int) and usable else None
