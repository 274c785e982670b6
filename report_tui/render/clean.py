"""The one cleaning of text before a terminal sees it.

Owns which characters may never be printed: those that move the cursor, change the title or the clipboard, turn the
writing direction, or stand between letters without being seen. Everything that the commands print goes through here;
the app filters every painted line with the same set.
"""

from __future__ import annotations

import re

_HARMFUL = "\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
UNSAFE = re.compile(f"[\x00-\x1f{_HARMFUL}]")
"""In one line. Joiners (U+200C, U+200D) belong to scripts and to emoji and may stay."""
_UNSAFE_TEXT = re.compile(f"[\x00-\x08\x0b-\x1f{_HARMFUL}]")
_BLANKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
# Half characters come from file names that are no text; no encoding takes them.
_HALF = re.compile("[\ud800-\udfff]")
# What GitHub's runner obeys: the one at the start of a line, also behind blanks; the other anywhere in it.
_COMMAND = re.compile(r"^\s*(?=::)|##(?=\[)")


def clean(text: str) -> str:
    """Foreign text on one line, without anything that a terminal would act on."""
    return _HALF.sub("\ufffd", UNSAFE.sub("", _BLANKS.sub(" ", text)))


def clean_text(text: str) -> str:
    """Foreign text of several lines, with its newlines and tabs, and nothing else that a terminal would act on."""
    return _HALF.sub("\ufffd", _UNSAFE_TEXT.sub("", text))


def harmless(line: str) -> str:
    """A cleaned line that no build server takes for a command of its own."""
    return _COMMAND.sub(r"\g<0>'", line)
