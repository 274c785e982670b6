"""A text area that draws only the rows that changed, however long their line is.

Owns the drawing: text, coloured spans, selection, brackets, cursor. What is typed and what is coloured is up to its
subclass. Textual is pinned; what is used of it beyond its public interface is named where it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.expand_tabs import expand_text_tabs_from_widths
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import DocumentNavigator

from report_tui.tui.sections import Section, SectionedDocument

Span = tuple[int, int, str]
"""First column, the column behind the last one, and a component class."""
ROWS_KEPT = 512
_CHOSEN_BLANK = "chosen-blank"


class QuickTextArea(TextArea):
    """Textual's text area, wrapped, without line numbers; looks the same and draws far less."""

    wrapped_document: SectionedDocument

    def _set_document(self, text: str, language: str | None) -> None:
        # Not public, but there is no other place to say which class wraps; called while a text area is being made.
        self._rows: LRUCache[object, Strip] = LRUCache(ROWS_KEPT)
        super()._set_document(text, language)
        self.wrapped_document = SectionedDocument(self.document, self.wrap_width, self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)

    def spans(self, line_index: int) -> Iterable[Span]:
        """What is coloured in a line; later spans lie over earlier ones."""
        return ()

    def notify_style_update(self) -> None:
        """Draw all rows again: their colours may have changed."""
        self._rows.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One row of the widget.

        Textual forgets all rows at every key, and for each of them divides the whole line. Here a row is kept by what
        stands on it, so that a key draws the rows that it changed.
        """
        if self.placeholder and self.document.line_count == 1 and not self.document[0]:
            return super().render_line(y)
        section = self.wrapped_document.section_at(y + self.scroll_offset.y)
        if section is None:
            return Strip.blank(self.size.width, self.rich_style)
        text = self.document[section.line][section.start : section.end] + " " * section.last
        spans = tuple(self._spans_within(section))
        if not text.strip() and self._is_chosen_blank(section):
            text, spans = "▌", ((0, 1, _CHOSEN_BLANK),)
        tabs = tuple(self.wrapped_document.tab_widths(section))
        width = self.scrollable_content_region.width
        key = (text, spans, tabs, width, self.rich_style)
        strip = self._rows.get(key)
        if strip is None:
            self._rows[key] = strip = self._drawn(text, spans, tabs, width)
        return strip

    def _drawn(self, text: str, spans: tuple[Span, ...], tabs: tuple[int, ...], width: int) -> Strip:
        line = Text(text, end="", no_wrap=True)
        for start, end, name in spans:
            line.stylize(self._style(name), start, end)
        line = expand_text_tabs_from_widths(line, list(tabs))
        strip = Strip(line.render(self.app.console), cell_length=line.cell_len)
        return strip.extend_cell_length(width).apply_style(self.rich_style)

    def _style(self, name: str) -> Style:
        if name == _CHOSEN_BLANK:
            return Style(color=self.get_component_rich_style("text-area--selection").bgcolor)
        # Textual's own are whole styles; those of a subclass colour what they name and leave the rest.
        return self.get_component_rich_style(name, partial=not name.startswith("text-area--"))

    def _spans_within(self, section: Section) -> Iterator[Span]:
        """The spans of one section, counted from its start."""
        for start, end, name in (*self.spans(section.line), *self._state_spans(section.line)):
            if start < section.end + section.last and section.start < end:
                first, behind = max(start, section.start), min(end, section.end + section.last)
                yield first - section.start, behind - section.start, name

    def _state_spans(self, line: int) -> Iterator[Span]:
        """Selection, brackets and cursor, as Textual draws them."""
        top, bottom = sorted(self.selection)
        if top != bottom and top[0] <= line <= bottom[0]:
            first = top[1] if line == top[0] else 0
            yield first, bottom[1] if line == bottom[0] else len(self.document[line]), "text-area--selection"
        row, column = self.cursor_location
        bracket = self.matching_bracket_location if self.match_cursor_bracket and top == bottom else None
        if bracket is not None and line == row:
            yield column, column + 1, "text-area--matching-bracket"
        if line == row and self._draw_cursor:  # whether it is drawn or in its blink: known to no public name
            yield column, column + 1, "text-area--cursor"
        if bracket is not None and line == bracket[0]:
            yield bracket[1], bracket[1] + 1, "text-area--matching-bracket"

    def _is_chosen_blank(self, section: Section) -> bool:
        """Whether this is an empty line in the middle of a selection, which shows that it belongs to it."""
        top, bottom = sorted(self.selection)
        return (
            section.start == section.end
            and top != bottom
            and top[0] <= section.line <= bottom[0]
            and section.line != self.cursor_location[0]
        )
