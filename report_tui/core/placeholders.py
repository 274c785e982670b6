"""What the template puts into an empty answer region, and what students leave of it.

Owns how its lines are recognised. A placeholder without dashes (the line noise of one template) is named by the rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

# Possessive (`++`, `*+`) and with a look-behind: a line of a million dashes is looked at once.
# Blanks of every kind, and any word for the number: what is typed over a placeholder is still one.
_BLANK = r"[^\S\r\n]"
_WORDS = rf"(?:question{_BLANK}*+(?:(?!fill\b)\w++)?{_BLANK}*+)?fill{_BLANK}++here"

PLACEHOLDER = re.compile(
    rf"(?<!-)-{{2,}}+{_BLANK}*+{_WORDS}(?:{_BLANK}*+-{{2,}}+)?|\bquestion{_BLANK}++\d++{_BLANK}++fill{_BLANK}++here",
    re.IGNORECASE,
)
"""The placeholder anywhere in a line, whole or with its dashes partly gone."""


_REMNANT = re.compile(
    rf"[> \t]*+(?:-{{2,}}+{_BLANK}*+{_WORDS}{_BLANK}*+-{{2,}}+|-{{3,}}+(?:[ \t]*+-{{2,}}+)?)?[ \t]*+", re.IGNORECASE
)


def is_remnant(line: str) -> bool:
    """Whether a line is no text of the student's: blank, a bare `>`, the placeholder, or its emptied dashes."""
    return _REMNANT.fullmatch(line) is not None


def placeholder_rows(text: str) -> list[int]:
    """The 0-based lines of a text (newlines as `\\n`) that hold a placeholder."""
    # Two looks spare most answers the pattern: each of its alternatives needs one of these.
    if "--" not in text and "quest" not in text.casefold():
        return []
    return [row for row, line in enumerate(text.split("\n")) if PLACEHOLDER.search(line)]


def named_rows(lines: Sequence[str], first_words: Collection[str]) -> set[int]:
    """The 0-based rows of placeholders that the rules name by their first word: the whole paragraph that it opens."""
    rows: set[int] = set()
    if not first_words:
        return rows
    for row, line in enumerate(lines):
        words = line.split(maxsplit=1)
        if words and (row - 1 in rows or words[0] in first_words):
            rows.add(row)
    return rows


def without_left_over(lines: Sequence[str], first_words: Collection[str]) -> list[str]:
    """The lines down to the last that is neither blank, a bare `>`, nor an untouched placeholder."""
    named = named_rows(lines, first_words)
    last = len(lines)
    while last and (last - 1 in named or _is_left_over(lines[last - 1])):
        last -= 1
    return list(lines[:last])


def _is_left_over(line: str) -> bool:
    # Dashes alone may be a rule that somebody drew.
    return is_remnant(line) and (not line.strip("> \t") or PLACEHOLDER.search(line) is not None)
