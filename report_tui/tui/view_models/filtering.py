"""Which rows of the question list a filter leaves. Owns what a query's words may match; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from report_tui.tui.view_models.report import ListRow
from report_tui.validation.engine import READY
from report_tui.validation.finding import Status

IN_TEXT = "in text"
SHORT = 2
"""Letters: a word as short as this must begin a word of the text, so that `ok` does not find every `book`."""

_FIGURES = (Status.BAD_FIGURE, Status.MISSING_FIGURE, Status.TOO_MANY_FIGURES)
_MARKS = re.compile("[\u0300-\u036f]+")


class Filtered(NamedTuple):
    """The rows that are left, and how many questions those are."""

    rows: tuple[ListRow, ...]
    """Questions that match, under the titles of their sections; all rows where nothing is asked for."""
    matches: tuple[int, ...]
    """Numbers of the questions that match."""
    total: int

    @property
    def said(self) -> str:
        """How many match, in a few words."""
        return f"{len(self.matches)} of {self.total}" if self.matches else "no match"


def filtered(rows: Sequence[ListRow], texts: Mapping[int, str], query: str) -> Filtered:
    """The rows that match every word of a query, in the order they came.

    A word matches a question by its status (`empty`, `too short`, `figure`, `ok`, `ready`, `todo`, `problem`,
    `unsaved`, also their beginnings), its number, its title, or its answer's text. Case and accents do not count.

    Args:
        rows: the whole list.
        texts: each question's answer, as its editor shows it.
        query: what was typed.
    """
    total = sum(row.id is not None for row in rows)
    words = fold(query).split()
    left: list[ListRow] = []
    section: ListRow | None = None
    for row in rows:
        if row.id is None:
            section = row
            continue
        found = _found(row, texts.get(row.id, ""), words)
        if found is None:
            continue
        if section is not None:
            left.append(section)
            section = None
        left.append(found)
    return Filtered(tuple(left), tuple(row.id for row in left if row.id is not None), total)


def _found(row: ListRow, text: str, words: Sequence[str]) -> ListRow | None:
    """The row as it is shown where all words match, else None."""
    elsewhere = [word for word in words if not _in_row(row, word)]
    if not elsewhere:
        return row
    folded = fold(text)
    if all(_in_text(folded, word) for word in elsewhere):
        return row._replace(missing=IN_TEXT)
    return None


def _in_row(row: ListRow, word: str) -> bool:
    if word == str(row.id) or any(name.startswith(word) for name in _names(row.status)):
        return True
    return (row.unsaved and "unsaved".startswith(word)) or _in_text(fold(row.title), word)


def _in_text(folded: str, word: str) -> bool:
    """Whether a folded text holds a word: anywhere in it, but a number or a very short word only on its own terms."""
    if word not in folded:
        return False
    if word.isdigit():
        return re.search(rf"(?<!\d){word}(?!\d)", folded) is not None
    return len(word) > SHORT or re.search(rf"(?<!\w){re.escape(word)}", folded) is not None


@lru_cache
def _names(status: Status | None) -> tuple[str, ...]:
    """The words by which a status is asked for."""
    if status is None:
        return ()
    names = [*status.word.split(), *status.value.split("-")]
    if status in _FIGURES:
        names += ["figures"]
    if status is Status.PLACEHOLDER:
        names += ["empty"]
    if status in READY:
        names += ["ready", "done"]
    else:
        names += ["todo"]
    if status is not Status.OK:
        names += ["problems"]
    return tuple(names)


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """The text without case and accents; kept, since at each key the same answers are looked through."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFD", text.casefold()))
