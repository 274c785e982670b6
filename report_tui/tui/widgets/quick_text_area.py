"""A text area that draws and paints only the rows that changed, however long their line is.

Owns the drawing: text, coloured spans, selection, brackets, cursor. What is typed and what is coloured is up to its
subclass. Textual is pinned; what is used of it beyond its public interface is named where it is used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.expand_tabs import expand_text_tabs_from_widths
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import DocumentNavigator

from report_tui.tui.sections import Section, SectionedDocument

Span = tuple[int, int, str]
"""First column, the column behind the last one, and a component class."""
ROWS_KEPT = 512
_CHOSEN_BLANK = "chosen-blank"


class _Row(NamedTuple):
    """Everything that decides how a row looks."""

    text: str
    spans: tuple[Span, ...]
    tabs: tuple[int, ...]
    width: int
    style: Style


class QuickTextArea(TextArea):
    """Textual's text area, wrapped, without line numbers; looks the same and paints far less."""

    wrapped_document: SectionedDocument

    def _set_document(self, text: str, language: str | None) -> None:
        # Not public, but there is no other place to say which class wraps; called while a text area is being made.
        self._strips: LRUCache[_Row, Strip] = LRUCache(ROWS_KEPT)
        self._painted: dict[int, _Row | None] = {}
        super()._set_document(text, language)
        self.wrapped_document = SectionedDocument(self.document, self.wrap_width, self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)

    def spans(self, line_index: int) -> Iterable[Span]:
        """What is coloured in a line; later spans lie over earlier ones."""
        return ()

    def notify_style_update(self) -> None:
        """Draw all rows again: their colours may have changed."""
        self._strips.clear()
        self._painted_in = None
        super().notify_style_update()

    def take_place_of(self, other: QuickTextArea) -> None:
        """Wrap the text as it will be, once mounted where another one is.

        It would be painted with its lines unwrapped otherwise, laid out again once it is told its size, and painted
        again, twice. The sizes it knows are not public.
        """
        self._size, self._container_size = other._size, other._container_size
        width, height = other.content_size
        width -= 1  # where the cursor stands behind a full line
        self.wrapped_document.wrap(width, tab_width=self.indent_width)
        if self.wrapped_document.height > height:
            self.wrapped_document.wrap(width - self.styles.scrollbar_size_vertical, tab_width=self.indent_width)
        self._refresh_size()

    # What is painted again. Textual forgets every row at every key, asks for all of them, and sends all of them to the
    # terminal. Here each is compared with what it was painted from, at the last moment: only then nothing else changes.
    # The two methods that mark and tell what to paint are not public.

    _doubtful = False
    """Whether any row may differ from what is painted."""
    _painted_in: object = None
    """What all painted rows have in common; None where none of them counts."""
    _base_style = Style()
    """The widget's own colours, under all others."""

    def _set_dirty(self, *regions: Region) -> None:
        if regions:
            super()._set_dirty(*regions)
        else:
            self._doubtful = True

    def _exchange_repaint_regions(self) -> Collection[Region]:
        self._mark_changed_rows()
        return super()._exchange_repaint_regions()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of the widget."""
        self._mark_changed_rows()
        self._base_style = self.rich_style  # once, since it is added up over all ancestors
        if self._shows_placeholder:
            return super().render_lines(crop)
        return super(TextArea, self).render_lines(crop)  # past the reading of a theme that only Textual's rows use

    def _mark_changed_rows(self) -> None:
        if not self._doubtful:
            return
        self._doubtful = False
        self._base_style = self.rich_style
        frame = (self.outer_size, self.content_region, self._base_style, self.background_colors)
        if frame != self._painted_in or self._shows_placeholder:
            self._painted_in = None if self._shows_placeholder else frame
            self._painted.clear()
            super()._set_dirty()
            return
        width, height = self.size
        for y in range(height):
            if y not in self._painted or self._painted[y] != self._row(y):
                super()._set_dirty(Region(0, y, width, 1))

    @property
    def _shows_placeholder(self) -> bool:
        return bool(self.placeholder) and self.document.line_count == 1 and not self.document[0]

    # How a row looks

    def render_line(self, y: int) -> Strip:
        """One row of the widget, for those that paint: it counts as painted now.

        Textual divides the whole line for each of its rows. Here a row is kept by what stands on it.
        """
        if self._shows_placeholder:
            return super().render_line(y)
        row = self._painted[y] = self._row(y)
        if row is None:
            return Strip.blank(self.size.width, self._base_style)
        strip = self._strips.get(row)
        if strip is None:
            self._strips[row] = strip = self._drawn(row)
        return strip

    def _row(self, y: int) -> _Row | None:
        section = self.wrapped_document.section_at(y + self.scroll_offset.y)
        if section is None:
            return None
        text = self.document[section.line][section.start : section.end] + " " * section.last
        spans = tuple(self._spans_within(section))
        if not text.strip() and self._is_chosen_blank(section):
            text, spans = "▌", ((0, 1, _CHOSEN_BLANK),)
        tabs = tuple(self.wrapped_document.tab_widths(section))
        return _Row(text, spans, tabs, self.scrollable_content_region.width, self._base_style)

    def _drawn(self, row: _Row) -> Strip:
        line = Text(row.text, end="", no_wrap=True)
        for start, end, name in row.spans:
            line.stylize(self._style(name), start, end)
        line = expand_text_tabs_from_widths(line, list(row.tabs))
        strip = Strip(line.render(self.app.console), cell_length=line.cell_len)
        return strip.extend_cell_length(row.width).apply_style(row.style)

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
