"""What the keys of a Markdown editor do to lists: begin one, go on with it, end it, and move its items in and out.

Owns these changes as values, made from a text and what is selected in it (`text_changes` says how both are meant).
"""

from __future__ import annotations

import re

from report_tui.tui.text_changes import FENCE, ITEM, QUOTED, Change, Edit, combined, gaps, line_at, lines_of

INDENT = "    "
"""Four spaces a level: the course's page takes fewer for no level at all, and GitHub takes four behind any marker."""

_RULE = re.compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,})$")
_LAST_NUMBER = 999_999_999
"""Markdown reads no longer ones."""


def listed(text: str, start: int, end: int) -> Change:
    """Make each selected line an item of a list, or no item any more where all of them are.

    A list that begins right below a line of text is text to the course's page, so that a blank line comes between.
    """
    lines = [line for line in lines_of(text, start, end) if start == end or text[slice(*line)].strip()]
    if not lines:
        return Change(start, start, "", (start, end))
    items = [ITEM.match(text, first, behind) for first, behind in lines]
    if all(items):
        edits = [Edit(item.end("indent"), item.end(), "") for item in items if item]
        return combined(text, edits, start, end)
    edits = []
    for (first, behind), item in zip(lines, items, strict=True):
        quote = QUOTED.match(text, first, behind)
        at = quote.end() if quote else first
        at += len(text[at:behind]) - len(text[at:behind].lstrip(" \t"))
        if not item:
            edits.append(Edit(at, at, "- "))
    before, after = gaps(text, lines[0][0], lines[-1][1])
    if before and not ITEM.match(text, *line_at(text, lines[0][0] - 1)):
        edits.insert(0, Edit(lines[0][0], lines[0][0], before))
    if after and not ITEM.match(text, *line_at(text, lines[-1][1] + 1)):
        edits.append(Edit(lines[-1][1], lines[-1][1], after))
    return combined(text, edits, start, end)


def continued(text: str, start: int, end: int) -> Change | None:
    """What Enter does in a list or a quote: the next item, or the end of it where the item is empty.

    The end takes a blank line: without one, Markdown makes what is typed next a part of the last item.

    Returns:
        Nothing where it is a newline like any other.
    """
    first, behind = line_at(text, start)
    line = text[first:behind]
    item = ITEM.match(line)
    begins = item or QUOTED.match(line)
    if begins is None or start - first < begins.end() or _RULE.match(line) or _in_fence(text, first):
        return None
    if not line[begins.end() :].strip() and end <= behind:
        kept = _outer(item, begins.group())
        above = text[slice(*line_at(text, first - 1))] if first else ""
        if above.strip(" \t>") or (above.strip() and not kept.strip()):
            kept = f"{kept.rstrip()}\n{kept}"
        return Change(first, behind, kept, (first + len(kept),) * 2)
    if item is None:
        follows = begins.group()
    elif item["number"] is None:
        follows = f"{item['quote']}{item['indent']}{item['bullet']}{item['gap']}"
    elif int(item["number"]) < _LAST_NUMBER:
        follows = f"{item['quote']}{item['indent']}{int(item['number']) + 1}{item['behind']}{item['gap']}"
    else:
        return None
    if item is not None and item["box"]:
        follows += "[ ] "
    line_end = line_at(text, end)[1]
    rest = text[end:line_end]
    blanks = len(rest) - len(rest.lstrip(" \t"))
    cursor = start + 1 + len(follows)
    return Change(start, end + blanks, f"\n{follows}", (cursor, cursor))


def _outer(item: re.Match[str] | None, prefix: str) -> str:
    """What is left of an empty item's prefix: the quote that it stands in, or one quote mark less."""
    return item["quote"] if item is not None else prefix.rstrip()[:-1].rstrip(" ") + " " * (prefix.count(">") > 1)


def indented(text: str, start: int, end: int, step: int) -> Change | None:
    """Move the selected items of a list one level in (1) or out (-1).

    Returns:
        Nothing outside lists. A change without effect where an item cannot go further in: below no other item, four
        spaces would make it code.
    """
    lines = [line for line in lines_of(text, start, end) if text[slice(*line)].strip()]
    if not any(ITEM.match(text, *line) for line in lines) or _in_fence(text, lines[0][0]):
        return None
    edits = []
    for first, behind in lines:
        quote = QUOTED.match(text, first, behind)
        at = quote.end() if quote else first
        blanks = re.compile(r"\t| {0,4}").match(text, at, behind)
        if step > 0:
            edits.append(Edit(at, at, INDENT))
        elif blanks and blanks.group():
            edits.append(Edit(at, blanks.end(), ""))
    if not edits or (step > 0 and not _has_parent(text, lines[0][0])):
        return Change(start, start, "", (start, end))
    change = combined(text, edits, start, end)
    if start == end:
        cursor = max(start + (len(change.text) - (change.end - change.start)), lines[0][0])
        return Change(change.start, change.end, change.text, (cursor, cursor))
    return change


def _has_parent(text: str, first: int) -> bool:
    """Whether an item stands above this line, at its level or further in."""
    own = _level(text[first : line_at(text, first)[1]])
    while first:
        first, behind = line_at(text, first - 1)
        line = text[first:behind]
        if ITEM.match(line):
            return _level(line) >= own
        if line.strip() and not line[0].isspace():
            return False
    return False


def _level(line: str) -> int:
    """How far in an item's marker stands, in cells."""
    item = ITEM.match(line)
    return len(item["indent"].expandtabs(4)) if item else 0


def _in_fence(text: str, at: int) -> bool:
    """Whether an offset at the start of a line lies in a block of code."""
    opened = ""
    for line in text[:at].split("\n"):
        fence = FENCE.match(line)
        if fence is None:
            continue
        if not opened:
            opened = fence[1]
        elif fence[1].startswith(opened) and not fence[2].strip():
            opened = ""
    return bool(opened)
