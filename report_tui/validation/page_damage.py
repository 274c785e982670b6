"""What the course's HTML page does to an answer: python-markdown without extensions, and what it loses.

Owns the kinds of damage, what is said of each and the way out. Where they stand is found in its lines (`page_lines`)
and in its text (`page_text`); only fences, which are both, are looked at here. Nothing is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from report_tui.core.code import find_fences
from report_tui.validation import page_text
from report_tui.validation.page_lines import ITEM, QUOTE, RULE, UNDERLINE, PageLines

_RULE_LINE = re.compile(RULE.pattern + "$")
_HTML_BLOCK = re.compile(
    r"<(?:/?(?:address|article|aside|body|div|dl|fieldset|footer|form|h[1-6]|head|header|html|iframe|main|nav|ol|p|pre|"
    r"script|section|style|table|tbody|td|tfoot|th|thead|tr|ul)\b|!--)",
    re.IGNORECASE,
)
_BEGINS_WITH_QUOTE = re.compile(r"\s*^ {0,3}>", re.MULTILINE)


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
    lines = PageLines(text)
    yield from _lines(lines)
    yield from _code(text)
    if "\\\n" in text:
        yield from _found(
            "page-break",
            [row + 1 for row in page_text.backslash_breaks(lines.without_code())],
            "a backslash that breaks the line is shown as one on the course's page",
            "end the line with two blanks instead",
        )
    if "<" in text or "~~" in text or "://" in text:
        masked = lines.without_code()
        yield from _tags(masked)
        yield from _strikethrough(masked)
        yield from _addresses(masked)


def _found(code: str, rows: Sequence[int], message: str, way_out: str, *, note: bool = False) -> Iterable[PageDamage]:
    if rows:
        yield PageDamage(code, rows[0], len(rows), message, way_out, note)


def _lines(lines: PageLines) -> Iterable[PageDamage]:
    yield from _found(
        "page-list",
        lines.glued_lists,
        "a list is glued to the line above it: the course's page shows it as running text",
        "put a blank line above the list",
    )
    yield from _found(
        "page-numbering",
        lines.bracket_lists,
        "'1)' makes no list on the course's page: it comes out as running text",
        "write '1.' instead of '1)'",
    )
    yield from _found(
        "page-nesting",
        lines.flat_lists,
        "a list inside a list comes out as one list on the course's page",
        "indent the inner list by four blanks",
    )
    yield from _found(
        "page-heading",
        lines.headings,
        "a line of --- or === makes the line above it a heading on the course's page",
        "delete that line, or put a blank line above it",
    )
    yield from _found(
        "page-table",
        lines.tables,
        "a table comes out as running text with bars on the course's page",
        "write it as a list, or show it as a figure",
    )
    yield from _found(
        "page-task-list",
        lines.tasks,
        "boxes such as [x] stay as they are typed on the course's page",
        "write the state in words",
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
    return not ITEM.match(above)


def _falls_apart(body: Sequence[str]) -> bool:
    """Whether a fence (its own lines included) does not even stay together as one code span."""
    if body[0].lstrip().startswith("~"):
        return True
    inner = body[1:]
    if inner and UNDERLINE.fullmatch(inner[0]):
        return True
    return any(
        not line.strip() or line.startswith("#") or any(ends.match(line) for ends in (QUOTE, _RULE_LINE, _HTML_BLOCK))
        for line in inner
    )


def _tags(masked: str) -> Iterable[PageDamage]:
    if "<" not in masked:
        return
    yield from _found(
        "page-comment",
        page_text.rows_of(masked, (start for start, _ in page_text.comments(masked))),
        "a comment (<!-- -->) is not shown on the course's page",
        "delete it, or write it as text",
    )
    spans = page_text.vanishing_tags(masked)
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


def _strikethrough(masked: str) -> Iterable[PageDamage]:
    if "~~" in masked:
        yield from _found(
            "page-strikethrough",
            page_text.rows_of(masked, (start for start, _ in page_text.struck_out(masked))),
            "~~struck-out~~ text is shown with its ~~ on the course's page",
            "delete the text instead",
        )


def _addresses(masked: str) -> Iterable[PageDamage]:
    if "://" in masked:
        yield from _found(
            "page-link",
            page_text.rows_of(masked, (start for start, _ in page_text.bare_addresses(masked))),
            "a bare address is no link on the course's page",
            "write it in angle brackets: <https://...>",
            note=True,
        )
