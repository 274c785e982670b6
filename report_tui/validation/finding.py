"""One thing that is wrong with a report, as a value; and the status that a question gets from its findings.

Owns the order of statuses and how a person reads them, nothing else: checks make findings, `engine` collects them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The answer does not do; the report is not ready."""
    WARNING = "warning"
    """It may do, but somebody should look."""
    NOTE = "note"
    """Worth knowing; changes no status."""


class Status(StrEnum):
    """Of a question, derived from its findings; the worst first."""

    BREAKS_TEMPLATE = "breaks-template"
    CONFLICT = "conflict"
    EMPTY = "empty"
    PLACEHOLDER = "placeholder"
    BAD_FIGURE = "bad-figure"
    MISSING_FIGURE = "missing-figure"
    TOO_MANY_FIGURES = "too-many-figures"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    WARNING = "warning"
    OK = "ok"

    @property
    def word(self) -> str:
        """What a person reads: `too short`."""
        return _WORDS.get(self, self.value.replace("-", " "))

    @property
    def glyph(self) -> str:
        """One character of one cell, so that colour is never the only sign."""
        return _GLYPHS[self]


_WORDS = {Status.BREAKS_TEMPLATE: "breaks the template", Status.WARNING: "look again"}
_GLYPHS = {
    Status.BREAKS_TEMPLATE: "✗",
    Status.CONFLICT: "≠",
    Status.EMPTY: "○",
    Status.PLACEHOLDER: "○",
    Status.BAD_FIGURE: "▣",
    Status.MISSING_FIGURE: "▣",
    Status.TOO_MANY_FIGURES: "▣",
    Status.TOO_SHORT: "◔",
    Status.TOO_LONG: "◉",
    Status.WARNING: "!",
    Status.OK: "✓",
}


class Finding(NamedTuple):
    """One thing that is wrong."""

    code: str
    """Stable, lower case with hyphens: `too-short`."""
    severity: Severity
    question: int | None
    """The question's number; None for the report as a whole."""
    line: int
    """1-based line in the file."""
    message: str
    """What is wrong, in one line of plain English, with the numbers that matter."""
    way_out: str
    """What to do about it, in one line."""
    status: Status | None = None
    """The status it gives its question; None leaves the status alone (notes, findings of the whole report)."""
    figure: str = ""
    """The one that it is about: the target as the answer writes it; in a finding of the whole report the file's path,
    from the report's folder. An empty string where it is about none, or about several."""
