"""Rewrites what makes a heading of an answer's text, or ends the answer for the course's checker.

Owns `#` signs, underlines and the word `Answer:`; all other rewrites, and what holds for each of them, are `rewrites`.
"""

from __future__ import annotations

import re
from enum import Enum

from report_tui.core.blocks import block_parser, whole_parser
from report_tui.core.code import mask_code
from report_tui.core.lines import is_picture, is_rule
from report_tui.core.source import is_blank, normalised
from report_tui.validation.rewrites import code_rows, damage_row, places

_HASHES = re.compile("##+")
# Possessive: the blanks between two marks may belong to either, and trying all ways would never end.
_HEADING = re.compile(r"((?: {0,3}>[ \t]?)*+ {0,3})((?:[-*+]|\d{1,9}[.)])[ \t]+)?(#{2,})[ \t]*(.*)")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+[ \t]*$")


class InCode(Enum):
    """What becomes of `##` in code, where neither bold nor a backslash means anything."""

    SINGLE = "single"
    """`## note` becomes `# note`."""
    APART = "apart"
    """`## note` becomes `# # note`."""


def has_hashes_in_code(text: str) -> bool:
    """Whether `##` stands in code as well."""
    code = code_rows(text)
    return any(
        row in code or masked[match.start()] != "#"
        for row, (line, masked) in enumerate(zip(text.split("\n"), mask_code(text).split("\n"), strict=True))
        for match in _HASHES.finditer(line)
    )


def without_hashes(text: str, in_code: InCode = InCode.SINGLE) -> str:
    """The text without any `##`: headings in bold, other signs behind a backslash, those in code as told."""
    code = code_rows(text)
    result: list[str] = []
    wants_blank: str | None = None
    for row, (line, masked) in enumerate(zip(text.split("\n"), mask_code(text).split("\n"), strict=True)):
        heading = None if row in code else _HEADING.fullmatch(line)
        if heading is None or masked[heading.start(3)] != "#":
            new, blank, stands_alone = line, "", False
        else:
            new, blank = _as_bold(heading), heading[1].rstrip(" \t")
            stands_alone = not heading[2] and _says_something(new)
        if wants_blank is not None and _says_something(new):
            result.append(wants_blank)
        elif stands_alone and result and _says_something(result[-1]):
            result.append(blank)
        wants_blank = blank if stands_alone else None
        result.append(_escaped(new, in_code, whole=row in code))
    return "\n".join(result)


def _says_something(line: str) -> bool:
    return bool(line.strip(" \t>"))


def _as_bold(heading: re.Match[str]) -> str:
    """A heading's line in bold; one without words is a blank line."""
    title = _CLOSING_HASHES.sub("", heading[4]).strip(" \t")
    lead = heading[1] + (heading[2] or "")
    return lead + bold(title) if title else heading[1].rstrip(" \t")


def bold(title: str) -> str:
    """A line in bold, also where parts of it were bold already; as it is where that would show as something else."""
    has_bold = "**" in mask_code(title)
    plain = title.replace("**", "") if has_bold and "`" not in title else title
    written = f"**{plain}**"
    return written if _shown_inline(written) == _shown_inline(title) else title


def _shown_inline(line: str) -> list[tuple[str, str]]:
    """What a line shows, but for what of it is bold."""
    shown: list[tuple[str, str]] = []
    for token in whole_parser().parseInline(line)[0].children or ():
        if token.type == "text" and shown and shown[-1][0] == "text":
            shown[-1] = ("text", shown[-1][1] + token.content)
        elif token.content or token.type not in ("text", "strong_open", "strong_close"):
            shown.append((token.type, token.content))
    return shown


def _escaped(line: str, in_code: InCode, *, whole: bool) -> str:
    """A line whose `##` the course's checker does not find: `#\\#` shows as `##` on every page."""
    masked = mask_code(line)

    def replacement(match: re.Match[str]) -> str:
        if whole or masked[match.start()] != "#":
            return "#" if in_code is InCode.SINGLE else " ".join(match[0])
        return "#" + "\\#" * (len(match[0]) - 1)

    return _HASHES.sub(replacement, line)


def without_marker(text: str, words: str) -> str:
    """The text with other words for each `Answer:`, which begins a new answer for the course's checker."""
    return text.replace("Answer:", words)


class Underline(Enum):
    """What a line of dashes below a text was meant as."""

    HEADING = "heading"
    RULE = "rule"
    NOTHING = "nothing"


_LONGEST_TITLE = 80


def without_underlines(text: str, doubtful: Underline | None = None) -> str | None:
    """The text without lines that make the one above them a heading.

    Args:
        text: the answer.
        doubtful: what a line was meant as that cannot be told; None gives up there, as does what it cannot be.
    """
    for _ in places(text):
        row = damage_row(text, "page-heading")
        if row is None:
            return normalised(text)
        lines = text.split("\n")
        can_be = _on_github(text, row)
        meant = _underline(lines, row, can_be) or doubtful
        if meant is None or (meant is Underline.HEADING and can_be is not meant):
            return None
        if meant is Underline.RULE:
            if not is_rule(lines[row]):
                return None
            lines.insert(row, "")
        else:
            del lines[row]
            if meant is Underline.HEADING:
                lines[row - 1] = bold(lines[row - 1].strip(" \t"))
                if row < len(lines) and not is_blank(lines[row]):
                    lines.insert(row, "")
        text = "\n".join(lines)
    return None


_CONFLICT_LINE = "=" * 7
"""What git puts between two versions: below a line of text it may be what is left of them."""


def _underline(lines: list[str], row: int, can_be: Underline | None) -> Underline | None:
    """What the line at `row` (0-based) was meant as; None where that cannot be told."""
    above, line = lines[row - 1], lines[row]
    if row == len(lines) - 1 and "-" in line:
        return Underline.NOTHING  # the placeholder's dashes: nothing follows that it could be a heading of
    if is_picture(above):
        return Underline.NOTHING if "=" in line else None
    if can_be is not Underline.HEADING or "|" in above or line.rstrip() == _CONFLICT_LINE:
        return Underline.RULE if can_be is Underline.RULE else None
    titled = len(above) <= _LONGEST_TITLE and not above.rstrip().endswith((".", ",", ";", ":"))
    return Underline.HEADING if "=" in line or titled else None


def _on_github(text: str, row: int) -> Underline | None:
    """What the line at `row` (0-based) is to GitHub, which makes no heading of a list's item or a quote."""
    for token in block_parser().parse(text):
        if token.type == "heading_open" and token.map == [row - 1, row + 1]:
            return Underline.HEADING
        if token.type == "hr" and token.map and token.map[0] == row:
            return Underline.RULE
    return None
