"""All groups for a spreadsheet: one line each.

Owns the form of `class.csv`. No text of a group becomes a formula or a second line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from report_tui.render.clean import clean
from report_tui.render.group_table import when
from report_tui.validation.group_row import GroupRow

# What spreadsheets take for the beginning of a formula, also in the wide forms of East Asian keyboards.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - these very characters
_FIELDS = (
    "group state note branch commit committed report rules ready questions errors warnings checklist_done "
    "checklist_total course_passed course_total course_failed"
).split()


def csv_heading(numbers: Sequence[int]) -> str:
    """The first line of `class.csv`.

    Args:
        numbers: the questions that get two columns each, their status and their words.
    """
    return _csv([*_FIELDS, *(f"q{number}{part}" for number in numbers for part in ("", "_words"))])


def csv_line(row: GroupRow, numbers: Sequence[int]) -> str:
    """One group in `class.csv`."""
    read = bool(row.questions)
    cells: list[str] = [
        row.name,
        row.state.value,
        row.note,
        row.branch,
        row.commit,
        when(row.committed),
        row.report,
        row.course,
        *(str(value) if read else "" for value in (row.ready, row.total, row.problems, row.warnings)),
        *(str(value) if row.boxes else "" for value in (row.done, row.boxes)),
        "" if row.passed is None else str(row.passed),
        "" if row.passed is None else str(row.asked),
        # Not 6-8 or 6, 7: spreadsheets take that for a day, or a number.
        "; ".join(map(str, row.failed)),
    ]
    questions = {question.id: question for question in row.questions}
    for number in numbers:
        found = questions.get(number)
        cells += ["", ""] if found is None else [found.status.value, str(found.words)]
    return _csv(cells)


def _csv(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return text.getvalue()


def _cell(text: str) -> str:
    cleaned = clean(text)
    return f"'{cleaned}" if cleaned.lstrip().startswith(_FORMULA) else cleaned
