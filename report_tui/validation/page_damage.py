"""What the course's HTML page does to an answer: python-markdown without extensions, and what it loses.

Owns the line rules that tell where text will look different from what was meant. They follow that program's blocks
(text between blank lines, cut at `#` lines and rules) closely enough to name the line and the way out; nothing is
rendered here, and a list item's inner paragraphs are looked at no deeper than one level.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from report_tui.core.code import find_fences, mask_code, mask_fences


class PageDamage(NamedTuple):
    """One kind of damage in one answer."""

    code: str
    row: int
    """1-based line of the answer's text where it first happens."""
    places: int
    """In so many places it happens."""
    message: str
    way_out: str
    note: bool = False
    """Worth knowing only: nothing is lost."""


class _Block(Enum):
    """What the block is that a line belongs to; a new one begins behind a blank line, a `#` line or a rule."""

    NEW = 0
    TEXT = 1
    LIST = 2
    QUOTE = 3
    CODE = 4


_ITEM = re.compile(r" {0,3}(?:[*+-]|(\d+)\.) +\S")
_MARK = re.compile(r"( *)(?:[*+-]|\d+\.)( +)")
_BRACKET_ITEM = re.compile(r" {0,3}(\d{1,3})\) +\S")
_RULE = re.compile(r" {0,3}(?:(?:- {0,2}){3,}|(?:_ {0,2}){3,}|(?:\* {0,2}){3,}) *")
_RULE_LINE = re.compile(_RULE.pattern + "$")
_HTML_BLOCK = re.compile(
    r"<(?:/?(?:address|article|aside|body|div|dl|fieldset|footer|form|h[1-6]|head|header|html|iframe|main|nav|ol|p|pre|"
    r"script|section|style|table|tbody|td|tfoot|th|thead|tr|ul)\b|!--)",
    re.IGNORECASE,
)
_UNDERLINE = re.compile(r"[=-]+ *")
_QUOTE = re.compile(r" {0,3}>")
_TABLE_BAR = re.compile(r" {0,3}\|? *:?-+:? *(?:\| *:?-+:? *)*(?:\| *)?")
_TASK = re.compile(r" *(?:[*+-]|\d+[.)]) +\[[ xX]\] ")
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


_BEGINS_WITH_QUOTE = re.compile(r"\s*^ {0,3}>", re.MULTILINE)


def find_page_damage(text: str, *, glued_to_marker: bool = False, below_quote: bool = False) -> Iterable[PageDamage]:
    """All kinds of damage in an answer's text (newlines as `\\n`), each once.

    Args:
        text: the answer.
        glued_to_marker: whether the answer's first line follows the marker line directly.
        below_quote: whether it stands, apart, below a marker that is quoted.
    """
    if glued_to_marker:
        yield PageDamage(
            "page-quote",
            1,
            1,
            "the answer is glued to its marker line: the course's page makes it part of the prompt",
            "put a blank line above the answer",
        )
    if below_quote and _BEGINS_WITH_QUOTE.match(text):
        yield PageDamage(
            "page-own-quote",
            1,
            1,
            "the answer begins with a quote: the course's page makes it part of the prompt",
            "put a line of your own text above the quote",
        )
    walk = _walked(text)
    yield from _lines(walk)
    yield from _code(text)
    if "\\\n" in text:
        yield from _found(
            "page-break",
            [row + 1 for row in backslash_breaks(_masked(text, walk))],
            "a backslash that breaks the line is shown as one on the course's page",
            "end the line with two blanks instead",
        )
    if "<" in text or "~~" in text or "://" in text:
        masked = _masked(text, walk)
        yield from _tags(masked)
        yield from _strikethrough(masked)
        yield from _addresses(masked)


def _found(code: str, rows: Sequence[int], message: str, way_out: str, *, note: bool = False) -> Iterable[PageDamage]:
    if rows:
        yield PageDamage(code, rows[0], len(rows), message, way_out, note)


def without_code(text: str) -> str:
    """The text with its code made blanks, indented code included; every other character keeps its offset."""
    return _masked(text, _walked(text))


def _masked(text: str, walk: _Walk) -> str:
    masked = mask_code(text)
    if not walk.indented:
        return masked
    lines = masked.split("\n")
    for row in walk.indented:
        lines[row] = " " * len(lines[row])
    return "\n".join(lines)


def _walked(text: str) -> _Walk:
    # Code keeps its place among the lines, but nothing in it is read as a list, a table or a heading.
    code = (
        {row for fence in find_fences(text) for row in range(fence.first - 1, fence.last)} if "```" in text else set()
    )
    walk = _Walk(text.expandtabs(4).split("\n"), code)
    walk.run()
    return walk


def _lines(walk: _Walk) -> Iterable[PageDamage]:
    yield from _found(
        "page-list",
        walk.glued_lists,
        "a list is glued to the line above it: the course's page shows it as running text",
        "put a blank line above the list",
    )
    yield from _found(
        "page-numbering",
        walk.bracket_lists,
        "'1)' makes no list on the course's page: it comes out as running text",
        "write '1.' instead of '1)'",
    )
    yield from _found(
        "page-nesting",
        walk.flat_lists,
        "a list inside a list comes out as one list on the course's page",
        "indent the inner list by four blanks",
    )
    yield from _found(
        "page-heading",
        walk.headings,
        "a line of --- or === makes the line above it a heading on the course's page",
        "delete that line, or put a blank line above it",
    )
    yield from _found(
        "page-table",
        walk.tables,
        "a table comes out as running text with bars on the course's page",
        "write it as a list, or show it as a figure",
    )
    yield from _found(
        "page-task-list",
        walk.tasks,
        "boxes such as [x] stay as they are typed on the course's page",
        "write the state in words",
    )


class _Walk:
    """One pass over an answer's lines."""

    def __init__(self, rows: Sequence[str], code: set[int]) -> None:
        self.rows = rows
        self.code = code
        self.glued_lists: list[int] = []
        self.bracket_lists: list[int] = []
        self.flat_lists: list[int] = []
        self.headings: list[int] = []
        self.tables: list[int] = []
        self.tasks: list[int] = []
        self.indented: list[int] = []
        """The 0-based rows of indented code."""
        self.block = _Block.NEW
        self.after_list = False
        self._offsets: dict[bool, int] = {}
        """Where the last item's text begins that is in no inner list to the page; by whether it is four blanks in."""

    def run(self) -> None:
        """Look at every line once."""
        for index, line in enumerate(self.rows):
            if not line or line.isspace():
                self.block = _Block.NEW
                continue
            # Inside of a list item, everything is four blanks further to the right.
            inner = line[4:] if self.after_list and line.startswith("    ") else line
            if inner.startswith("#") and self.block is not _Block.CODE:
                self.block = _Block.NEW
            elif self.block is _Block.NEW:
                self._first(index, inner, nested=inner is not line)
            else:
                self._next(index, inner)
            if self.block is _Block.CODE:
                self.indented.append(index)

    def _first(self, index: int, line: str, *, nested: bool) -> None:
        self.after_list = nested or (self.after_list and bool(_ITEM.match(line)))
        if not self.after_list:
            self._offsets.clear()
        below = self.rows[index + 1] if index + 1 < len(self.rows) else ""
        if line.startswith("    "):
            self.block = _Block.CODE
        elif _UNDERLINE.fullmatch(below) and index + 1 not in self.code:
            # The pass goes on with the underline as a line of this block, which ends there.
            self.block = _Block.TEXT
            self.headings.append(index + 1)
        elif not _RULE.fullmatch(line):
            self.block = self._kind(line)
            self._single(index, line)
        self.after_list = self.after_list or self.block is _Block.LIST

    def _kind(self, line: str) -> _Block:
        if _ITEM.match(line):
            return _Block.LIST
        return _Block.QUOTE if _QUOTE.match(line) else _Block.TEXT

    def _next(self, index: int, line: str) -> None:
        if self.block is _Block.CODE:
            if not line.startswith("    "):
                self.block = _Block.NEW
                self._first(index, line, nested=False)
            return
        ends_heading = self.headings[-1:] == [index]
        if ends_heading or _RULE.fullmatch(line):
            self.block = _Block.NEW
            return
        if self.block is _Block.TEXT and _QUOTE.match(line):
            self.block = _Block.QUOTE
        elif self.block is not _Block.LIST and index not in self.code and self._begins_list(index, line):
            self.glued_lists.append(index + 1)
            # The rest of this list is the same mistake.
            self.block = _Block.LIST
            self._offsets.clear()
        self._single(index, line)

    def _begins_list(self, index: int, line: str) -> bool:
        item = _ITEM.match(line)
        if item is None:
            return False
        # `2019. was` at the start of a wrapped line is no list, unless another item follows.
        below = self.rows[index + 1] if index + 1 < len(self.rows) else ""
        return item[1] in (None, "1") or bool(_ITEM.match(below))

    def _single(self, index: int, line: str) -> None:
        """What can be told from a line and the one above it."""
        if index in self.code:
            return
        if "|" in line and "-" in line and index and "|" in self.rows[index - 1] and _TABLE_BAR.fullmatch(line):
            self.tables.append(index + 1)
        if "[" in line and _TASK.match(line):
            self.tasks.append(index + 1)
        if self.block is _Block.LIST and _ITEM.match(line):
            self._item(index, line)
        bracket = _BRACKET_ITEM.match(line)
        if bracket and bracket[1] == "1" and self._goes_on(index):
            self.bracket_lists.append(index + 1)

    def _item(self, index: int, line: str) -> None:
        """Tell an inner list that is indented by fewer blanks than the page needs, and by enough for anybody else."""
        mark = _MARK.match(line)
        if mark is None:
            return
        inner = len(line) < len(self.rows[index])
        indent, gap = len(mark[1]), len(mark[2])
        if indent >= self._offsets.get(inner, len(line)):
            self.flat_lists.append(index + 1)
        else:
            self._offsets[inner] = mark.end() if gap <= 4 else mark.end() - gap + 1

    def _goes_on(self, index: int) -> bool:
        """Whether a second item of a `1)` list follows within the next lines."""
        return any(
            (item := _BRACKET_ITEM.match(line)) is not None and item[1] == "2"
            for line in self.rows[index + 1 : index + 12]
        )


def _code(text: str) -> Iterable[PageDamage]:
    if "```" not in text and "~~~" not in text:
        return
    lines = text.split("\n")
    broken: list[int] = []
    flat: list[int] = []
    above, behind = "", 0
    for fence in find_fences(text):
        body = lines[fence.first - 1 : fence.last]
        # The last line above that begins at the margin; looked for from the last fence on, never from the start.
        for line in lines[behind : fence.first - 1]:
            if line.strip() and not line.startswith(" "):
                above = line
        behind = fence.first - 1
        if _is_indented_code(lines, behind, above):
            continue
        if _falls_apart(body):
            broken.append(fence.first)
        elif fence.language or len(body) > 3:
            # One line without a language comes out as the code that it is.
            flat.append(fence.first)
    way_out = "leave the fence lines out and indent the code by four blanks, below a blank line"
    if broken:
        message = "a code block falls apart on the course's page"
        yield PageDamage("page-code", min(broken + flat), len(broken) + len(flat), message, way_out)
    else:
        message = "a code block comes out as one run of text on the course's page"
        yield from _found("page-code", flat, message, way_out)


def _is_indented_code(lines: Sequence[str], index: int, above: str) -> bool:
    """Whether the fence line at `index` stands in a block of indented code, which the page leaves as it is.

    Args:
        lines: the answer's lines.
        index: where the fence begins.
        above: the last line above it that begins at the margin.
    """
    if not lines[index].startswith("    ") or (index and lines[index - 1].strip()):
        return False
    return not _ITEM.match(above)


def _falls_apart(body: Sequence[str]) -> bool:
    """Whether a fence (its own lines included) does not even stay together as one code span."""
    if body[0].lstrip().startswith("~"):
        return True
    inner = body[1:]
    if inner and _UNDERLINE.fullmatch(inner[0]):
        return True
    return any(
        not line.strip() or line.startswith("#") or any(ends.match(line) for ends in (_QUOTE, _RULE_LINE, _HTML_BLOCK))
        for line in inner
    )


def _tags(masked: str) -> Iterable[PageDamage]:
    if "<" not in masked:
        return
    yield from _found(
        "page-comment",
        _rows_of(masked, (start for start, _ in _comments(masked))),
        "a comment (<!-- -->) is not shown on the course's page",
        "delete it, or write it as text",
    )
    spans = vanishing_tags(masked)
    if spans:
        start, end = spans[0]
        tag = masked[start:end]
        shown = tag if len(tag) <= 40 else tag[:39] + "…"
        yield PageDamage(
            "page-tag",
            masked.count("\n", 0, start) + 1,
            len(spans),
            f"{' '.join(shown.split())} outside code vanishes from the course's page",
            "put it in backticks",
        )


def vanishing_tags(masked: str) -> list[tuple[int, int]]:
    """Where `<name>` stands that the page takes for a tag and nobody sees, in a text without its code."""
    masked = _without(masked, _comments(masked))
    if "](" in masked:
        masked = _DESTINATION.sub(_blanked, masked)
    return [match.span() for match in _TAG.finditer(masked) if not _is_meant(match)]


def _comments(text: str) -> list[tuple[int, int]]:
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


def _is_meant(match: re.Match[str]) -> bool:
    """Whether a tag is real HTML, or an address in angle brackets; anything else was meant to be read."""
    name = match[1].strip("/")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S", name):
        return True
    return name.casefold() in _HTML and (not match[2].strip(" /") or "=" in match[2])


def _strikethrough(masked: str) -> Iterable[PageDamage]:
    if "~~" in masked:
        yield from _found(
            "page-strikethrough",
            _rows_of(masked, (start for start, _ in struck_out(masked))),
            "~~struck-out~~ text is shown with its ~~ on the course's page",
            "delete the text instead",
        )


def struck_out(masked: str) -> list[tuple[int, int]]:
    """Where `~~text~~` stands in a text without its code; those of an address, a link's target or a tag are its own."""
    masked = _SILENT.sub(_filled, _without(mask_fences(masked), _comments(masked)))
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


def _addresses(masked: str) -> Iterable[PageDamage]:
    if "://" in masked:
        yield from _found(
            "page-link",
            _rows_of(masked, (start for start, _ in bare_addresses(masked))),
            "a bare address is no link on the course's page",
            "write it in angle brackets: <https://...>",
            note=True,
        )


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


def _rows_of(text: str, offsets: Iterable[int]) -> list[int]:
    """The 1-based rows of ascending offsets; counts on from each to the next, so that many cost no more than one."""
    rows: list[int] = []
    row, behind = 1, 0
    for offset in offsets:
        row += text.count("\n", behind, offset)
        behind = offset
        rows.append(row)
    return rows
