"""Drawing: the quick text area shows exactly what Textual's shows, and wraps where it wraps."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.widgets import TextArea
from textual.widgets.text_area import Selection, WrappedDocument

from report_tui.tui.sections import SectionedDocument
from report_tui.tui.widgets.quick_text_area import QuickTextArea

LINES = st.lists(st.text(alphabet="ab, ()[]\t水e\u0301é-", max_size=90), min_size=1, max_size=6)


class Pair(App[None]):
    """Both text areas, one above the other."""

    def compose(self) -> ComposeResult:
        yield TextArea("", id="textual", highlight_cursor_line=False)
        yield QuickTextArea("", id="quick", highlight_cursor_line=False)


def drawn(area: TextArea) -> list[list[tuple[str, object]]]:
    """What an area shows: text and style, row by row, one character each."""
    strips = area.render_lines(area.size.region)
    return [[(character, part.style) for part in strip for character in part.text] for strip in strips]


@settings(max_examples=10)
@given(data=st.data())
async def test_rows_look_as_textual_draws_them(data: st.DataObject) -> None:
    app = Pair()
    async with app.run_test(size=(30, 20)) as pilot:
        areas = [app.query_one("#textual", TextArea), app.query_one("#quick", TextArea)]
        for area in areas:
            area.cursor_blink = False
        for _ in range(6):
            text = "\n".join(data.draw(LINES))
            rows = text.split("\n")
            places = [
                (row, data.draw(st.integers(0, len(rows[row]))))
                for row in (data.draw(st.integers(0, len(rows) - 1)) for _ in range(2))
            ]
            shown = []
            for area in areas:
                area.focus()
                area.load_text(text)
                await pilot.pause()
                area.selection = Selection(*places)
                await pilot.pause()
                shown.append((drawn(area), area.scroll_offset, area.virtual_size, area.cursor_screen_offset.x))
            assert shown[0] == shown[1]


@given(lines=LINES, width=st.integers(1, 30))
def test_sections_are_those_that_textual_divides_into(lines: list[str], width: int) -> None:
    area = TextArea("\n".join(lines))
    document = SectionedDocument(area.document, width)
    plain = WrappedDocument(area.document, width)
    assert document.height == plain.height
    found = [document.section_at(row) for row in range(document.height)]
    assert document.section_at(document.height) is None
    for index in range(len(lines)):
        assert document.get_sections(index) == plain.get_sections(index)
        sections = [section for section in found if section is not None and section.line == index]
        assert [lines[index][section.start : section.end] for section in sections] == plain.get_sections(index)
        assert [section.last for section in sections] == [*[False] * (len(sections) - 1), True]
        assert [width for section in sections for width in document.tab_widths(section)] == [
            width for width in document.get_tab_widths(index) if width
        ]


async def test_a_key_draws_the_rows_that_it_changed() -> None:
    app = Pair()
    async with app.run_test(size=(60, 30)) as pilot:
        area = app.query_one(QuickTextArea)
        area.cursor_blink = False
        area.focus()
        area.load_text("\n".join(f"line {number}" for number in range(8)))
        await pilot.pause()
        area.move_cursor((2, 0))
        await pilot.pause()
        before = [area.render_line(row) for row in range(8)]
        await pilot.press("x")
        after = [area.render_line(row) for row in range(8)]
        assert [row for row in range(8) if before[row] is not after[row]] == [2]


async def test_a_key_paints_the_rows_that_it_changed() -> None:
    app = Pair()
    async with app.run_test(size=(60, 30)) as pilot:
        area = app.query_one(QuickTextArea)
        area.cursor_blink = False
        area.focus()
        area.load_text("\n".join(f"line {number}" for number in range(8)))
        area.move_cursor((2, 0))
        await pilot.pause()
        area.insert("x")
        top = area.content_offset.y
        assert {region.y - top for region in area._exchange_repaint_regions()} == {2}
        area.insert("\n")
        assert {region.y - top for region in area._exchange_repaint_regions()} == set(range(2, 9))


KEYS = ("x", "space", "enter", "backspace", "up", "down", "end", "home", "shift+up", "shift+right", "ctrl+z", "left")


@settings(max_examples=8)
@given(keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=12), lines=LINES)
async def test_rows_that_are_kept_look_as_if_they_were_painted_again(keys: list[str], lines: list[str]) -> None:
    app = Pair()
    async with app.run_test(size=(30, 20)) as pilot:
        area = app.query_one(QuickTextArea)
        area.cursor_blink = False
        area.focus()
        area.load_text("\n".join(lines))
        await pilot.press(*keys)
        await pilot.pause()
        kept = drawn(area)
        area.notify_style_update()
        area.refresh()
        assert drawn(area) == kept
