"""Signs in an answer's text that the course's page reads otherwise: tags, marks, backslashes and bare addresses.

Owns where they stand, for whoever tells of them (`page_damage`) and whoever mends them (`rewrites`). Texts come without
their code (`page_lines.without_code`), in which every character kept its offset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from report_tui.core.code import mask_fences

_STRIKE = re.compile(r"(?<![\\~])~~(?=[^\s~])[^~\n]+(?<=[^\s\\])~~(?!~)")
# What python-markdown hands to the browser as a tag or a comment; `<https://..>` and `<me@host>` are links.
_TAG = re.compile(r"<(/?[A-Za-z][^<>@\s]*)((?:\s[^<>]*)?)>")
_TARGET = r"\]\((?:[^()\n]|\([^()\n]*\))*\)"
_LINKED = re.compile(
    rf"\[[^\[\]\n]*{_TARGET}|{_TARGET}|<[a-z][a-z0-9+.-]*:[^<>\s]*>|^ {{0,3}}\[[^\]\n]+\]:.*$"
    # An element's own link, its text included; it ends before the next one begins, so that the time stays linear.
    r"|<a\s[^<>]*>[^<]*(?:<(?!/?a\b)[^<]*)*</a\s*>|</?[A-Za-z][^<>]*>",
    re.MULTILINE | re.IGNORECASE,
)
# A link's target may stand in angle brackets, and is no tag there: `![x](<figures/b c.png>)`.
_DESTINATION = re.compile(r"""\]\(\s*<[^<>]*>(?:\s*(?:"[^"]*"|'[^']*'))?\s*\)""")
_NOT_NEWLINE = re.compile(r"[^\n]")
_SILENT = re.compile(
    rf"{_TARGET}|</?[A-Za-z][^<>]*>|^ {{0,3}}\[[^\]\n]+\]:.*$|https?://[^\s<>\]]+", re.MULTILINE | re.IGNORECASE
)
_ADDRESS = re.compile(r"""(?<![\w"'=])https?://[^\s<>\]]+""")
_BEHIND_ADDRESS = ".,;:!?'\"*_"
"""What ends the sentence around an address, and is no part of it where nothing comes behind."""

# Elements that a browser shows as the writer meant them.
_HTML = frozenset(
    "a abbr b blockquote br caption center cite code col colgroup dd del details div dl dt em figcaption figure font "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q s samp small source span strike strong sub "
    "summary sup table tbody td tfoot th thead tr tt u ul var video wbr".split()
)


def vanishing_tags(masked: str) -> list[tuple[int, int]]:
    """Where `<name>` stands that the page takes for a tag and nobody sees, in a text without its code."""
    masked = _without(masked, comments(masked))
    if "](" in masked:
        masked = _DESTINATION.sub(_blanked, masked)
    return [match.span() for match in _TAG.finditer(masked) if not _is_meant(match)]


def _is_meant(match: re.Match[str]) -> bool:
    """Whether a tag is real HTML, or an address in angle brackets; anything else was meant to be read."""
    name = match[1].strip("/")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S", name):
        return True
    return name.casefold() in _HTML and (not match[2].strip(" /") or "=" in match[2])


def comments(text: str) -> list[tuple[int, int]]:
    """Where comments stand; by hand: a pattern would look through the whole text for each missing end."""
    spans: list[tuple[int, int]] = []
    end = 0
    while (start := text.find("<!--", end)) >= 0 and (close := text.find("-->", start + 4)) >= 0:
        end = close + 3
        spans.append((start, end))
    return spans


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with blanks where the spans are; every line keeps its place."""
    if not spans:
        return text
    parts: list[str] = []
    behind = 0
    for start, end in spans:
        parts += (text[behind:start], _NOT_NEWLINE.sub(" ", text[start:end]))
        behind = end
    return "".join([*parts, text[behind:]])


def _blanked(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", match[0])


def _filled(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub("x", match[0])


def struck_out(masked: str) -> list[tuple[int, int]]:
    """Where `~~text~~` stands in a text without its code; those of an address, a link's target or a tag are its own."""
    masked = _SILENT.sub(_filled, _without(mask_fences(masked), comments(masked)))
    return [match.span() for match in _STRIKE.finditer(masked)]


# Behind a word: a command that goes on has a blank before its backslash, a path has others, and those are meant.
_BREAK = re.compile(r"(?!\s*[<\[|#>])[^|\n]*(?:^|[ \t])(?![-<$])[^\s\\/=|]*[^\W_][.,;:!?)*_\"'”’]*\\")
_SAME_PARAGRAPH = re.compile(r"[ \t]*(?!\d+[.)][ \t])(?:[^\W_]|[*_\"'(\u201c\u2018](?=\w)|\*\*\w)")


def backslash_breaks(masked: str) -> list[int]:
    """The 0-based rows of a text without its code where a backslash can only be there to break the line."""
    rows = masked.split("\n")
    found: list[int] = []
    in_html = False
    for row, (line, below) in enumerate(pairwise(rows)):
        starts = row == 0 or not rows[row - 1].strip()
        in_html = line.lstrip().startswith("<") if starts else in_html or line.lstrip().startswith("<")
        if line.endswith("\\") and not in_html and _BREAK.fullmatch(line) and _SAME_PARAGRAPH.match(below):
            found.append(row)
    return found


def bare_addresses(masked: str) -> list[tuple[int, int]]:
    """Where an address stands that is no link, in a text without its code."""
    found = _ADDRESS.finditer(_LINKED.sub(_blanked, masked))
    return [(match.start(), match.start() + _length(match[0])) for match in found]


def _length(address: str) -> int:
    """How much of an address is its own: `wiki/Quay_(port)` ends in a bracket, `(see https://example.org)` does not."""
    end, opened, closed = len(address), address.count("("), address.count(")")
    while address[end - 1] in _BEHIND_ADDRESS or (address[end - 1] == ")" and closed > opened):
        end -= 1
        closed -= address[end] == ")"
    return end


def rows_of(text: str, offsets: Iterable[int]) -> list[int]:
    """The 1-based rows of ascending offsets; counts on from each to the next, so that many cost no more than one."""
    rows: list[int] = []
    row, behind = 1, 0
    for offset in offsets:
        row += text.count("\n", behind, offset)
        behind = offset
        rows.append(row)
    return rows
