"""Where the lines of a text wrap, without doing the work of a long line again for each of its rows.

Owns the rows of a wrapped document: which part of which line stands on each. It draws nothing. Textual is pinned; what
is used here of its class beyond its public methods is named in the class.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import Offset
from textual.widgets.text_area import Location, WrappedDocument


class Section(NamedTuple):
    """The part of a line that stands on one row; lines and columns 0-based, `end` excluded."""

    line: int
    start: int
    end: int
    last: bool
    """Whether the line ends here."""


class SectionedDocument(WrappedDocument):
    """Textual's wrapped document, in which a section costs its own length.

    Textual divides the whole line as styled text for each of its rows and each move of the cursor: on a paragraph of
    2,000 words that is most of a keystroke. Reads `_wrap_offsets` and `_offset_to_line_info`, for which Textual has no
    public name.
    """

    @property
    def height(self) -> int:
        """Rows in all."""
        return len(self._offset_to_line_info)

    def get_sections(self, line_index: int) -> list[str]:
        """A line in the parts that stand on its rows."""
        line = self.document[line_index]
        breaks = self._wrap_offsets[line_index]
        return [line[start:end] for start, end in zip([0, *breaks], [*breaks, len(line)], strict=True)]

    def location_to_offset(self, location: Location) -> Offset:
        """Column and row in cells.

        While a change is being undone, the cursor still stands where there may be no text any more, and when a scroll
        bar goes with that text, Textual asks here, gets an error, and the app is gone.
        """
        line = min(location[0], self.document.line_count - 1)
        return super().location_to_offset((line, min(location[1], len(self.document[line]))))

    def section_at(self, row: int) -> Section | None:
        """What stands on a row (0-based); nothing below the text."""
        if row >= len(self._offset_to_line_info):
            return None
        line, index = self._offset_to_line_info[row]
        breaks = self._wrap_offsets[line]
        last = index == len(breaks)
        start = breaks[index - 1] if index else 0
        return Section(line, start, len(self.document[line]) if last else breaks[index], last)

    def tab_widths(self, section: Section) -> list[int]:
        """How many cells each tab of a section takes."""
        widths = self.get_tab_widths(section.line)
        if not any(widths):
            return []
        line = self.document[section.line]
        before = line.count("\t", 0, section.start)
        return widths[before : before + line.count("\t", section.start, section.end)]
