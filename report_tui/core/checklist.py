"""Finds the template's checklist: boxes, their state and wording, grouped by the headings above them.

Owns what counts as a box; ticking one is an edit and not done here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from report_tui.core.report import ChecklistItem
from report_tui.core.source import Source, is_blank

ITEM = re.compile(r"[ \t]*[-*+][ \t]+\[([^\[\]\r\n]{0,3})\](?:[ \t]+(.*))?")
HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*")
CONTINUATION = re.compile(r"[ \t]+(?![-*+][ \t])\S")


def find_checklist(source: Source, regions: Sequence[tuple[int, int]]) -> tuple[ChecklistItem, ...]:
    """All boxes outside the answer regions (offsets in the text, in ascending order), in document order."""
    items: list[ChecklistItem] = []
    group = ""
    starts = [start for start, _ in regions]
    for index, line in enumerate(source.lines):
        stripped = line.lstrip(" \t")
        if not stripped or stripped[0] not in "#-*+":
            continue
        offset = source.starts[index]
        inside = bisect_right(starts, offset) - 1
        if inside >= 0 and offset < regions[inside][1]:
            continue
        heading = HEADING.fullmatch(line)
        if heading:
            group = heading[1]
            continue
        match = ITEM.fullmatch(line)
        if match is None:
            continue
        words = [match[2] or ""]
        for below in source.lines[index + 1 :]:
            if is_blank(below) or not CONTINUATION.match(below):
                break
            words.append(below.strip())
        span = (offset + match.start(1), offset + match.end(1))
        items.append(ChecklistItem(index + 1, match[1], span, " ".join(words).strip(), group))
    return tuple(items)
