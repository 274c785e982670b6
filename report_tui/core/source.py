"""Bytes to lines and back, losing nothing: every line keeps its own ending, a byte order mark stays where it is.

Owns the only conversion between bytes, text offsets and lines. It knows nothing of Markdown or of questions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from itertools import accumulate
from operator import add
from typing import NamedTuple

BOM = b"\xef\xbb\xbf"

# Exactly what CommonMark calls a line ending; str.splitlines would also split at form feeds, U+0085 and U+2028.
LINE_ENDING = re.compile(r"(\r\n|\n|\r)")


def fold_newlines(text: str) -> str:
    """The text with every CRLF and CR as `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_blank(line: str) -> bool:
    """Whether a line is blank to CommonMark: spaces and tabs only (a form feed or a no-break space is text)."""
    return not line.strip(" \t")


def normalised(text: str) -> str:
    """The text as it is written: newlines as `\\n`, no blank lines around it."""
    lines = fold_newlines(text).split("\n")
    while lines and is_blank(lines[-1]):
        lines.pop()
    while lines and is_blank(lines[0]):
        lines.pop(0)
    return "\n".join(lines)


def _split(text: str) -> tuple[list[str], list[str]]:
    """Lines and their endings; the last line has none. A file of one kind of ending, the usual one, goes faster."""
    returns, newlines = text.count("\r"), text.count("\n")
    if not returns or returns == newlines == text.count("\r\n"):
        ending = "\r\n" if returns else "\n"
        return text.split(ending), [*([ending] * newlines), ""]
    parts = LINE_ENDING.split(text)
    return parts[::2], [*parts[1::2], ""]


class Source(NamedTuple):
    """The bytes of a file and its lines."""

    data: bytes
    """The file, untouched."""
    text: str
    """The file decoded, without its byte order mark; U+FFFD stands for what is not UTF-8."""
    lines: tuple[str, ...]
    """The lines without their endings; a final newline makes no empty last line."""
    endings: tuple[str, ...]
    """Of each line: CRLF, LF, CR, or an empty string at the end of a file without a final newline."""
    starts: tuple[int, ...]
    """Of each line, the offset in `text` of its first character; one more for the end of the text."""
    problem: str | None
    """Why the file must not be written, in one line; None when it may be."""
    problem_line: int
    """The 1-based line of `problem`; 1 where there is none."""
    excess: str = ""
    """What the file holds too much of to be read: then it has a `problem`, no text and no lines here."""

    @staticmethod
    def from_bytes(data: bytes) -> Source:
        """Read any bytes; never fails. Bytes that are not UTF-8 set `problem`."""
        body = data[len(BOM) :] if data.startswith(BOM) else data
        problem, problem_line = None, 1
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            text = body.decode("utf-8", errors="replace")
            before = fold_newlines(body[: error.start].decode("utf-8", errors="replace"))
            problem_line = before.count("\n") + 1
            problem = f"not UTF-8: byte 0x{body[error.start]:02X} on line {problem_line}"
        lines, endings = _split(text)
        if not lines[-1]:
            lines.pop()
            endings.pop()
        starts = tuple(accumulate(map(add, map(len, lines), map(len, endings)), initial=0))
        return Source(data, text, tuple(lines), tuple(endings), starts, problem, problem_line)

    @staticmethod
    def unread(data: bytes, excess: str) -> Source:
        """A file of which nothing is read, because of what it holds too much of."""
        return Source(data, "", (), (), (0,), f"too large to be read: {excess}", 1, excess)

    def line_at(self, offset: int) -> int:
        """The 1-based line that holds the character at `offset`; the last line for the end of the text."""
        return max(1, min(bisect_right(self.starts, offset), len(self.lines)))

    def line_ending(self, first: int, last: int) -> str:
        """The ending that new lines among the lines first..last (1-based, inclusive) take.

        It is the most frequent one there, else in the whole file, else LF.
        """
        for endings in (self.endings[first - 1 : last], self.endings):
            counts = Counter(ending for ending in endings if ending)
            if counts:
                return counts.most_common(1)[0][0]
        return "\n"

    def spliced(self, start: int, end: int, text: str) -> bytes:
        """The file's bytes with the characters start..end (offsets in `text`, end exclusive) replaced.

        Raises:
            ValueError: the file is not UTF-8, or was not read, so that it cannot be written without a loss.
            UnicodeEncodeError: `text` holds a lone surrogate.
        """
        if self.problem is not None:
            raise ValueError(self.problem)
        mark = BOM if self.data.startswith(BOM) else b""
        return mark + (self.text[:start] + text + self.text[end:]).encode("utf-8")
