"""Keeps what was typed and not saved when the app has to end without asking.

Owns one small file for each such end, in the user's state folder, readable by its owner alone. It restores nothing:
the file is plain Markdown, to be read and copied from.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path

from report_tui.core.report import ChecklistItem
from report_tui.storage import pruning
from report_tui.storage.sitting import state_folder


def keep(report: Path, answers: Mapping[int, str], boxes: Sequence[ChecklistItem] = ()) -> Path | None:
    """Write answers and boxes to a new file.

    Args:
        report: the report they belong to; its path is written into the file.
        answers: their texts by the questions' numbers.
        boxes: those of the checklist that were ticked or unticked, as they are now.

    Returns:
        The file, or None where there was nothing to keep or it could not be written.
    """
    if not answers and not boxes:
        return None
    text = content(report, answers, boxes)
    name = re.sub(r"[^A-Za-z0-9-]+", "-", f"{report.parent.resolve().name}-{report.stem}")[:60]
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        folder = state_folder() / "rescued"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = _written(folder, name, text.encode("utf-8", errors="surrogatepass"))
        pruning.prune(folder)
        return written
    return None


def content(report: Path, answers: Mapping[int, str], boxes: Sequence[ChecklistItem] = ()) -> str:
    """What the file holds: Markdown that names the report, the questions and the boxes."""
    text = f"Not saved into {report.resolve()}\n"
    text += "".join(f"\n<!-- question {number} -->\n\n{answer}\n" for number, answer in answers.items())
    if boxes:
        text += "\n<!-- boxes of the checklist that were changed -->\n\n"
        text += "".join(f"- {line}\n" for line in said(boxes))
    return text


def said(boxes: Iterable[ChecklistItem]) -> list[str]:
    """What was done to each box, in words: `ticked: Weigh the cargo (To do)`."""
    return [
        f"{'ticked' if box.done else 'unticked'}: {box.text}{f' ({box.group})' if box.group else ''}" for box in boxes
    ]


def _written(folder: Path, name: str, data: bytes) -> Path:
    for number in count(1):
        path = folder / f"{name}-{number}.md"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        return path
    raise AssertionError("unreachable: the numbers do not end")
