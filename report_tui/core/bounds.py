"""How much a report may hold to be read at all, and an answer to be judged and edited like any other. Pure.

Owns the figures and the words for what is beyond them. Each lies far beyond any report that somebody wrote: what comes
near one was made by a program, and would have everybody wait at every step.
"""

from __future__ import annotations

REPORT_BYTES = 20_000_000
"""Of a report's file; the largest ever seen has 53 kB."""
REPORT_LINES = 150_000
"""Of a report; the longest ever seen has 1,093."""
REPORT_HEADINGS = 20_000
"""Lines of a report that are headings, or would be with a `#` before them."""
REPORT_QUESTIONS = 3_000
"""Of a report; the largest template has 31."""
REPORT_BOXES = 10_000
"""Of a report's checklist; the largest template has 48."""

LONGEST = 100_000
"""Characters: more than any whole report has had. What a program wrote, or a picture in the text, would have somebody
wait at each key."""
MOST_LINES = 5_000
"""Lines of an answer that are edited here: twenty times those of any so far. Each is looked at before the first is
shown."""


class TooMuch(ValueError):
    """A report holds so much of something that it is not read: `1,000,000 lines, more than 150,000`."""


def check(count: int, most: int, what: str) -> None:
    """Refuse more of something than a report may hold.

    Raises:
        TooMuch: it holds more.
    """
    if count > most:
        raise TooMuch(f"{count:,} {what}, more than {most:,}")


def check_file(data: bytes) -> None:
    """Refuse a file before anything is made of it; raises what `check` raises."""
    check(len(data), REPORT_BYTES, "bytes")
    # Counted, not split: of lines that hold nothing each costs a hundred times its size.
    returns = data.count(b"\r")
    check(data.count(b"\n") + (returns - data.count(b"\r\n") if returns else 0), REPORT_LINES, "lines")


def excess(text: str) -> str:
    """What a text has too much of to be edited like any other: `40,000 lines`; an empty string where it can be."""
    if len(text) > LONGEST:
        return f"{len(text):,} characters"
    lines = text.count("\n") + 1
    return f"{lines:,} lines" if lines > MOST_LINES else ""
