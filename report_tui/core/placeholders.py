"""What the template puts into an empty answer region, and what students leave of it.

Owns the two patterns only. A placeholder without dashes (the line noise of one template) is named by the rules.
"""

from __future__ import annotations

import re

# Possessive (`++`, `*+`) and with a look-behind: a line of a million dashes is looked at once.
_WORDS = r"(?:question[ \t]*+\d*+[ \t]*+)?fill[ \t]++here"

PLACEHOLDER = re.compile(
    rf"(?<!-)-{{2,}}+[ \t]*+{_WORDS}(?:[ \t]*+-{{2,}}+)?|\bquestion[ \t]++\d++[ \t]++fill[ \t]++here", re.IGNORECASE
)
"""The placeholder anywhere in a line, whole or with its dashes partly gone."""

_REMNANT = re.compile(
    rf"[> \t]*+(?:-{{2,}}+[ \t]*+{_WORDS}[ \t]*+-{{2,}}+|-{{3,}}+(?:[ \t]*+-{{2,}}+)?)?[ \t]*+", re.IGNORECASE
)


def is_remnant(line: str) -> bool:
    """Whether a line is no text of the student's: blank, a bare `>`, the placeholder, or its emptied dashes."""
    return _REMNANT.fullmatch(line) is not None
