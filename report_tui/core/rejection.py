"""Why an edit cannot be made.

Owns the two errors of the core, apart from `guard` and `edits` so that reading a report loads neither.
"""

from __future__ import annotations


class AnswerRejected(ValueError):
    """A text that cannot be written into an answer region without breaking the template.

    Attributes:
        question: the question's number.
        reason: what is wrong with the text, in one line.
        way_out: what to do about it, in one line.
        row: the 1-based line of the text that is at fault.
    """

    def __init__(self, question: int, reason: str, way_out: str, row: int = 1) -> None:
        super().__init__(f"question {question}: {reason}; {way_out}")
        self.question = question
        self.reason = reason
        self.way_out = way_out
        self.row = row


class BoxRejected(ValueError):
    """A box of the checklist that cannot be set.

    Attributes:
        line: the 1-based line on which the box was looked for.
        reason: what is wrong, in one line.
        way_out: what to do about it, in one line.
    """

    def __init__(self, line: int, reason: str, way_out: str) -> None:
        super().__init__(f"line {line}: {reason}; {way_out}")
        self.line = line
        self.reason = reason
        self.way_out = way_out
