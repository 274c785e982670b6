"""Rewrites an answer's text so that one kind of trouble is gone and no word of it is.

Owns the ways in which a student would do it by hand; those of headings are `heading_rewrites`, those of figures
`figure_rewrites`. A rewrite knows nothing of limits, rules or the report, and promises nothing: `fixes` judges the
result before anybody is offered it. Texts have `\\n` newlines; rows are 1-based. What cannot be rewritten with
certainty comes back as None, or as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

from report_tui.core.blocks import block_parser, whole_parser
from report_tui.core.code import find_fences
from report_tui.core.placeholders import PLACEHOLDER, is_remnant
from report_tui.core.source import is_blank, normalised
from report_tui.validation.checks import HIDDEN
from report_tui.validation.page_damage import find_page_damage
from report_tui.validation.page_lines import ITEM, without_code
from report_tui.validation.page_text import backslash_breaks, bare_addresses, struck_out, vanishing_tags

_MOST_WORK = 2_000
"""Lines of an answer times the places of one kind in it that are mended: less than a tenth of a second."""


def places(text: str) -> range:
    """The places of one kind that are mended in a text. One with more is no answer, and each costs a look at all."""
    return range(max(1, _MOST_WORK // (text.count("\n") + 1)))


def code_rows(text: str) -> set[int]:
    """The 0-based rows of fenced and of indented code."""
    rows = {row for fence in find_fences(text) for row in range(fence.first - 1, fence.last)}
    after_blank = True
    for row, line in enumerate(text.split("\n")):
        indented = line.startswith(("    ", "\t"))
        if indented and (after_blank or row - 1 in rows):
            rows.add(row)
        after_blank = is_blank(line)
    return rows


def damage_row(text: str, code: str) -> int | None:
    """The row where the first damage of a kind is; None where there is none."""
    return next((damage.row for damage in find_page_damage(text) if damage.code == code), None)


# The template's remains


def without_placeholder(text: str, noise: str | None) -> str | None:
    """The text without the template's placeholder; None where what stands beside it may belong to it.

    Args:
        text: the answer.
        noise: the first word of a placeholder without dashes, from the rules.
    """
    kept = []
    for line in text.split("\n"):
        if noise is not None and line.split(maxsplit=1)[:1] == [noise]:
            if line.split() != [noise]:
                return None
        elif PLACEHOLDER.search(line) is None:
            kept.append(line)
        elif not is_remnant(line):
            kept.append(PLACEHOLDER.sub("", line).strip(" \t"))
    return normalised("\n".join(kept))


_DASHES_BEFORE = re.compile(r"[> \t]*-{3,}(?!-)(?P<blank>[ \t]+|$)?")
_DASHES_BEHIND = re.compile(r"(?P<blank>^|[ \t]+)?(?<!-)-{3,}[ \t]*$")
_PAIRED = re.compile(r"(--+|[\u2013\u2014]+)[ \t]*(.*?)[ \t]*\1", re.DOTALL)


def without_dashes(text: str) -> str:
    """The text without the placeholder's dashes around it.

    Dashes glued to a word are the placeholder's only where the other end has some as well.
    """
    lines = normalised(text).split("\n")
    before = None if "|" in lines[0] else _DASHES_BEFORE.match(lines[0])
    behind = None if "|" in lines[-1] else _DASHES_BEHIND.search(lines[-1])
    is_underline = len(lines) > 1 and not is_blank(lines[-2]) and not lines[-1].strip(" \t-")
    opens = before is not None and before["blank"] is not None
    closes = behind is not None and behind["blank"] is not None and not is_underline
    if behind is not None and (opens or closes):
        lines[-1] = lines[-1][: behind.start()]
    if before is not None and (opens or closes):
        lines[0] = lines[0][before.end() :]
    if not opens and not closes and (paired := _PAIRED.fullmatch(text.strip())):
        return normalised(paired[2])
    return normalised("\n".join(lines))


# Characters and lines

_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_SEPARATORS = re.compile("[\x1c-\x1f]")


def without_hidden(text: str) -> str:
    """The text without characters that nobody sees; those that part words become what they stand for."""
    return normalised(HIDDEN.sub("", _SEPARATORS.sub(" ", _BREAKS.sub("\n", text))))


def with_blank_above_lists(text: str) -> str | None:
    """The text with a blank line above each list that is glued to the line above it.

    None where that would make a list of what is none on GitHub's page, such as a sentence that goes on with `2019.`.
    """
    blocks = _blocks(text)
    for _ in places(text):
        row = damage_row(text, "page-list")
        if row is None:
            break
        lines = text.split("\n")
        lines.insert(row - 1, "")
        text = "\n".join(lines)
    return text if _blocks(text) == blocks else None


def _blocks(text: str) -> list[tuple[str, str, str, str, bool]]:
    """What a text's blocks are and hold, to tell whether two texts are the same to GitHub."""
    return [
        (token.type, token.tag, token.info, re.sub(r"\n[ \t]+", "\n", token.content), token.hidden)
        if token.type == "inline"
        else (token.type, token.tag, token.info, token.content, token.hidden)
        for token in block_parser().parse(text)
    ]


_BRACKET_ITEM = re.compile(r"(?P<lead>[ \t>]*(?:[*+-][ \t]+)*\d{1,9})\)(?=[ \t])")


def with_dotted_numbers(text: str) -> str | None:
    """The text with `1.` for each `1)` of a list; None where a list begins with another number.

    The course's page would count such a list from 1.
    """
    lines = text.split("\n")
    inside: list[bool] = []  # of each list around: whether its numbers have brackets
    for token in block_parser().parse(text):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            inside.append(token.markup == ")")
            if inside[-1] and token.attrGet("start") is not None:
                return None
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            inside.pop()
        elif token.type == "list_item_open" and token.map and inside[-1]:
            item = _BRACKET_ITEM.match(lines[token.map[0]])
            if item is None:
                return None  # its number stands behind another one's, or nothing behind its own
            row = token.map[0]
            lines[row] = f"{item['lead']}.{lines[row][item.end() :]}"
    return with_blank_above_lists("\n".join(lines))


_LEVEL = "    "
"""What the course's page takes for one level of a list; GitHub takes it behind any marker."""


def with_deep_lists(text: str) -> str | None:
    """The text with four blanks for each level of its lists; None where that would make something else of it."""
    lines = text.split("\n")
    shifts = [0] * len(lines)
    depth = -1
    for token in block_parser().parse(text):
        if token.type.endswith("list_open"):
            depth += 1
        elif token.type.endswith("list_close"):
            depth -= 1
        elif token.type == "list_item_open" and token.map:
            first, behind = token.map
            shift = max(0, depth * len(_LEVEL) - _indent(lines[first]))
            # An item inside of this one comes later, and has the last word.
            shifts[first:behind] = [shift] * (behind - first)
    moved = "\n".join(line if is_blank(line) else " " * shift + line for line, shift in zip(lines, shifts, strict=True))
    return moved if _blocks(moved) == _blocks(text) else None


def _indent(line: str) -> int:
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip(" "))


def with_blanks_for_backslashes(text: str) -> str | None:
    """The text with two blanks for each backslash that breaks a line."""
    lines = text.split("\n")
    for row in backslash_breaks(without_code(text)):
        lines[row] = lines[row][:-1] + "  "
    return _beside_code(text, "\n".join(lines))


_TASK = re.compile(r"( *(?:[*+-]|\d+[.)]) +)\[([ xX])\] ")


def with_tasks_as(text: str, done: str, open_: str) -> str:
    """The text with words, or signs, for the boxes `[x]` and `[ ]` of its lists."""
    code = code_rows(text)
    return "\n".join(
        line if row in code else _TASK.sub(lambda box: f"{box[1]}{open_ if box[2] == ' ' else done} ", line, count=1)
        for row, line in enumerate(text.split("\n"))
    )


def with_tags_in_backticks(text: str) -> str | None:
    """The text with each `<name>` that would vanish in backticks."""
    return _beside_code(text, _wrapped(text, vanishing_tags(without_code(text)), "`", "`"), wraps=True)


def with_struck_out_tags(text: str) -> str | None:
    """The text with `<del>` for the `~~` that only some pages know."""
    written = text
    for start, end in reversed(struck_out(without_code(text))):
        written = f"{written[:start]}<del>{written[start + 2 : end - 2]}</del>{written[end:]}"
    return _beside_code(text, written)


def _beside_code(text: str, written: str, *, wraps: bool = False) -> str | None:
    """What was written; None where GitHub would show other code, or raw HTML, which lines alone do not always tell.

    Args:
        text: the answer.
        written: what is to become of it.
        wraps: whether new code is what it is about; then only blocks of code have to stay.
    """
    kinds = {"code_block", "fence"} if wraps else {"code_block", "fence", "html_block", "code_inline"}
    before, after = (
        [
            part.content
            for token in whole_parser().parse(version)
            for part in (token, *(token.children or ()))
            if part.type in kinds
        ]
        for version in (text, written)
    )
    return written if before == after else None


_UNCLEAR = re.compile(r"[\[\\]|~~|&\w+;")
"""In an address that is one for an example (`https://[host]`), or of which it cannot be told what is shown."""


def with_links(text: str) -> str | None:
    """The text with bare addresses in angle brackets; a full stop behind one is no part of it."""
    spans = [span for span in bare_addresses(without_code(text)) if not _UNCLEAR.search(text[slice(*span)])]
    return _beside_code(text, _wrapped(text, spans, "<", ">"))


def _wrapped(text: str, spans: list[tuple[int, int]], before: str, behind: str) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]}{before}{text[start:end]}{behind}{text[end:]}"
    return text


# Code


def with_indented_code(text: str) -> str | None:
    """The text with its fenced code indented by four blanks; None where that would read as something else."""
    lines = text.split("\n")
    result: list[str] = []
    behind = 0
    for fence in find_fences(text):
        between = lines[behind : fence.first - 1]
        margin = next((line for line in reversed([*result, *between]) if line.strip() and line[0] not in " \t"), "")
        if not fence.closed or lines[fence.first - 1][0] in " \t" or ITEM.match(margin):
            return None
        result += between
        if result and not is_blank(result[-1]):
            result.append("")
        result += ["    " + line if line.strip() else "" for line in lines[fence.first : fence.last - 1]]
        behind = fence.last
        if behind < len(lines) and not is_blank(lines[behind]):
            result.append("")
    return normalised("\n".join([*result, *lines[behind:]]))


def with_closed_fence(text: str, *, at_paragraph: bool) -> str | None:
    """The text with its open fence closed: at the end, or above the first blank line below; None where there is none.

    Args:
        text: the answer.
        at_paragraph: whether the code ends with its paragraph.
    """
    fence = next((fence for fence in find_fences(text) if not fence.closed), None)
    if fence is None:
        return None
    lines = text.split("\n")
    opening = lines[fence.first - 1]
    sign = opening.lstrip(" \t")
    closing = opening[: len(opening) - len(sign)] + sign[: len(sign) - len(sign.lstrip(sign[0]))]
    end = len(lines)
    if at_paragraph:
        end = next((row for row in range(fence.first, len(lines)) if is_blank(lines[row])), len(lines))
        if end == len(lines):
            return None
    return "\n".join([*lines[:end], closing, *lines[end:]])


# Conflicts


class Side(Enum):
    """Which of two versions stays."""

    UPPER = "upper"
    LOWER = "lower"
    BOTH = "both"


_MARKS = {
    sign: re.compile(" {0,3}" + rest) for sign, rest in (("<", "<{7}(?: .*)?"), ("|", r"\|{7}(?: .*)?"), ("=", "={7}"))
}
_END = re.compile(" {0,3}>{7}(?: .*)?")


def without_conflict(text: str, side: Side) -> str | None:
    """The text without git's conflict markers; None where they do not pair, or a second ======= might be the middle."""
    kept: list[str] = []
    part = ""
    follows: dict[str, Callable[[str], str]] = {"": _mark("<"), "<": _mark("|="), "|": _mark("="), "=": _mark("")}
    for line in text.split("\n"):
        if part == "=" and _END.fullmatch(line):
            part = ""
            continue
        if part == "=" and _MARKS["="].fullmatch(line):
            return None
        mark = follows[part](line)
        if mark:
            if mark == "=" and side is Side.BOTH and kept and not is_blank(kept[-1]):
                kept.append("")
            part = mark
        elif part == "" or (part == "<" and side is not Side.LOWER) or (part == "=" and side is not Side.UPPER):
            kept.append(line)
    return None if part else normalised("\n".join(kept))


def _mark(signs: str) -> Callable[[str], str]:
    return lambda line: next((sign for sign in signs if _MARKS[sign].fullmatch(line)), "")
