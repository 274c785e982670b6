"""Finds the template's checklist: boxes, their state and wording, grouped by the headings above them.

Owns what belongs to a box; what a box looks like is known to `lines`, and ticking one is an edit and not done here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from report_tui.core.lines import BOX, Kind, Layout
from report_tui.core.report import ChecklistItem
from report_tui.core.source import Source

_CONTINUATION = re.compile(r"[ \t]+(?![-*+][ \t])\S")


def last_line(lines: Sequence[str], first: int) -> int:
    """The last line of a box's wording, 0-based as its first."""
    while first + 1 < len(lines) and _CONTINUATION.match(lines[first + 1]):
        first += 1
    return first


def find_checklist(source: Source, layout: Layout, regions: Sequence[tuple[int, int]]) -> tuple[ChecklistItem, ...]:
    """All boxes outside the answer regions (offsets in the text, in ascending order), in document order."""
    items: list[ChecklistItem] = []
    group = ""
    starts = [start for start, _ in regions]
    for index, line in enumerate(layout.lines):
        kind = layout.kinds[index]
        match = BOX.fullmatch(line) if kind is Kind.TEXT and line.lstrip(" \t")[0] in "-*+" else None
        if match is None and kind is not Kind.HEADING:
            continue
        offset = source.starts[index]
        inside = bisect_right(starts, offset) - 1
        if (inside >= 0 and offset < regions[inside][1]) or layout.in_fence(index):
            continue
        if match is None:
            group = layout.shapes[index].text
            continue
        below = layout.lines[index + 1 : last_line(layout.lines, index) + 1]
        words = [(match[2] or "").strip(), *(line.strip() for line in below)]
        span = (offset + match.start(1), offset + match.end(1))
        items.append(ChecklistItem(index + 1, match[1], span, " ".join(words).strip(), group))
    return tuple(items)
