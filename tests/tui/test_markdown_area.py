"""The editor's keys in a running app: each is one step, undo takes it back, nothing else happens to the text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from textual import events, on
from textual._xterm_parser import XTermParser  # the only way to see what a key is for a terminal
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Button, Input
from textual.widgets.text_area import Selection

from report_tui.core.bounds import LONGEST, MOST_LINES
from report_tui.tui.themes import DEFAULTS
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.find_bar import FindBar
from report_tui.tui.widgets.markdown_area import MarkdownArea
from tests.scenes import keys_for
from tests.tui.driver import at_rest


class Desk(App[None]):
    """An editor, a find bar joined to it as the main screen does it, and something else that can have the focus."""

    CSS = "Button { height: 1; } AnswerEditor { border: none; padding: 0; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.heard: list[Message] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DEFAULTS

    def compose(self) -> ComposeResult:
        yield AnswerEditor(1, self._text, "")
        yield FindBar()
        yield Button("elsewhere")

    def on_mount(self) -> None:
        self.query_one(AnswerEditor).focus()

    @on(MarkdownArea.PasteCleaned)
    @on(MarkdownArea.PasteRefused)
    def _hear(self, event: Message) -> None:
        self.heard.append(event)

    @on(FindBar.Sought)
    def _sought(self, event: FindBar.Sought) -> None:
        self.query_one(AnswerEditor).find(event.query)

    @on(FindBar.Stepped)
    def _stepped(self, event: FindBar.Stepped) -> None:
        self.query_one(AnswerEditor).go_to_match(event.step)

    @on(FindBar.Replaced)
    def _replaced(self, event: FindBar.Replaced) -> None:
        editor = self.query_one(AnswerEditor)
        (editor.replace_all if event.everywhere else editor.replace_match)(event.by)

    @on(FindBar.Closed)
    def _find_closed(self) -> None:
        self.query_one(AnswerEditor).stop_finding()
        self.query_one(AnswerEditor).focus()

    @on(AnswerEditor.Found)
    def _found(self, event: AnswerEditor.Found) -> None:
        self.query_one(FindBar).show(event.place, event.count, event.replaced)


@dataclass
class Driver:
    app: Desk
    pilot: Pilot[None]
    editor: AnswerEditor = field(init=False)
    bar: FindBar = field(init=False)

    def __post_init__(self) -> None:
        self.editor = self.app.query_one(AnswerEditor)
        self.bar = self.app.query_one(FindBar)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def find(self, query: str) -> None:
        self.bar.open()
        await self.press(*keys_for(query))

    @property
    def count(self) -> str:
        return str(self.app.query_one("#find-count").render())

    @property
    def selected(self) -> tuple[tuple[int, int], tuple[int, int]]:
        return self.editor.selection.start, self.editor.selection.end


@asynccontextmanager
async def editing(text: str, size: tuple[int, int] = (60, 20)) -> AsyncIterator[Driver]:
    app = Desk(text)
    with at_rest(app):
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Driver(app, pilot)


async def from_a_terminal(driver: Driver, *sequences: str) -> None:
    """Send what a terminal sends for keys; Pilot's own keys with alt carry no letter."""
    for sequence in sequences:
        parser = XTermParser()
        for event in (*parser.feed(sequence), *parser.feed("")):  # nothing more: the sequence ends here
            assert isinstance(event, events.Key)
            driver.app.post_message(event)
        await driver.pilot.pause()


async def test_a_letter_with_alt_is_a_key_and_never_a_letter() -> None:
    async with editing("one") as driver:
        await from_a_terminal(driver, "\x1bs", "\x1bi", "\x1bq")
        assert driver.editor.text == "***one***"
        await driver.find("one")
        await driver.press("tab", "x")
        await from_a_terminal(driver, "\x1bq", "\x1ba")
        assert driver.editor.text == "***x***"


async def test_keys_that_come_in_one_go_are_done_in_their_order() -> None:
    async with editing("") as driver:
        for key in ("a", "b", "backspace", "c", "left", "d", "ctrl+b", "e"):
            driver.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await driver.pilot.pause()
        assert driver.editor.text == "**adec**"
        await driver.press("ctrl+z")
        assert driver.editor.text == "**adc**"


@pytest.mark.parametrize(
    ("keys", "after"),
    [
        (("alt+s", "ctrl+b"), ("**one** two", "one two")),
        (("alt+i", "ctrl+t"), ("*one* two", "one two")),
        (("alt+c", "ctrl+r"), ("`one` two", "one two")),
        (("alt+l", "alt+l"), ("- one two", "one two")),
    ],
)
async def test_both_keys_of_a_mark_put_it_and_take_it_away(keys: tuple[str, str], after: tuple[str, str]) -> None:
    async with editing("one two") as driver:
        for key, expected in zip(keys, after, strict=True):
            await driver.press(key)
            assert driver.editor.text == expected


async def test_a_mark_is_one_step_between_what_is_typed_before_and_after() -> None:
    async with editing("") as driver:
        await driver.press(*keys_for("a "), "alt+b", *keys_for("bc"), "alt+b", *keys_for(" d"))
        assert driver.editor.text == "a **bc** d"
        seen = []
        for key in ("ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z", "ctrl+y", "ctrl+y"):
            await driver.press(key)
            seen.append(driver.editor.text)
        assert seen == ["a **bc**", "a ****", "a ", "", "a ", "a ****"]


async def test_a_figure_and_a_link_leave_the_cursor_where_something_is_missing() -> None:
    async with editing("") as driver:
        await driver.press("alt+m", *keys_for("a.png"), "end", "enter", "alt+k", *keys_for("log"))
        assert driver.editor.text == "![](figures/a.png)\n[log]()"


async def test_enter_goes_on_with_a_list_as_one_step_each() -> None:
    async with editing("") as driver:
        await driver.press(*keys_for("- one\ntwo\n\nafter"))
        assert driver.editor.text == "- one\n- two\n\nafter"
        await driver.press("ctrl+z", "ctrl+z")
        assert driver.editor.text == "- one\n- two\n- "


async def test_a_list_right_below_text_is_typed_as_it_is() -> None:
    async with editing("") as driver:
        await driver.press(*keys_for("text\n- one"))
        assert driver.editor.text == "text\n- one"


async def test_tab_moves_items_and_leaves_the_editor_elsewhere() -> None:
    async with editing("- one\n- two\n\ntext") as driver:
        driver.editor.selection = Selection((1, 0), (1, 5))
        await driver.press("tab")
        assert driver.editor.text == "- one\n    - two\n\ntext"
        await driver.press("shift+tab")
        assert driver.editor.text == "- one\n- two\n\ntext"
        assert driver.editor.has_focus
        await driver.press("ctrl+end", "tab")
        assert isinstance(driver.app.focused, Button)
        assert driver.editor.text == "- one\n- two\n\ntext"
        await driver.press("shift+tab")
        assert driver.editor.has_focus


async def test_a_long_paste_is_one_step_and_the_cursor_stays_in_sight() -> None:
    pasted = "\n\n".join("word " * 80 for _ in range(50))
    async with editing("one\ntwo") as driver:
        await driver.press("end", "x")
        driver.editor.post_message(events.Paste(pasted))
        await driver.press("y")
        assert driver.editor.text == f"onex{pasted}y\ntwo"
        assert driver.editor.region.contains_point(driver.editor.cursor_screen_offset)
        await driver.press("ctrl+z", "ctrl+z")
        assert driver.editor.text == "onex\ntwo"
        assert driver.editor.cursor_location == (0, 4)
        await driver.press("ctrl+y")
        assert driver.editor.text == f"onex{pasted}\ntwo"
        assert not driver.app.heard


async def test_undo_of_what_made_the_scroll_bar_appear_leaves_the_app_alive() -> None:
    async with editing("one") as driver:
        driver.editor.post_message(events.Paste("\n".join(["long " * 9] * 60)))
        await driver.press("ctrl+end")
        await driver.press("ctrl+z")
        assert driver.editor.text == "one"
        await driver.press("ctrl+y", "ctrl+a", "delete", "ctrl+z", "ctrl+y")
        assert driver.editor.text == ""


@pytest.mark.parametrize(
    ("paste", "excess"),
    [("x" * LONGEST, f"{LONGEST + 3:,} characters"), ("\r\n" * MOST_LINES, f"{MOST_LINES + 1:,} lines")],
)
async def test_a_paste_of_a_whole_log_file_is_refused_and_said(paste: str, excess: str) -> None:
    async with editing("one") as driver:
        driver.editor.post_message(events.Paste(paste))
        await driver.pilot.pause()
        assert driver.editor.text == "one"
        (heard,) = driver.app.heard
        assert isinstance(heard, MarkdownArea.PasteRefused) and heard.excess == excess


async def test_bringing_a_text_is_a_step_of_its_own_however_short() -> None:
    async with editing("ab") as driver:
        await driver.press("end", "backspace")
        driver.editor.bring("")
        await driver.pilot.pause()
        await driver.press("ctrl+z")
        assert driver.editor.text == "a"


async def test_copy_cut_and_paste() -> None:
    async with editing("one\ntwo") as driver:
        driver.app.copy_to_clipboard("kept")
        await driver.press("ctrl+c")
        assert driver.app.clipboard == "kept"
        assert driver.editor.text == "one\ntwo"
        assert driver.app.is_running
        await driver.press("ctrl+a", "ctrl+c")
        assert driver.app.clipboard == "one\ntwo"
        await driver.press("ctrl+x")
        assert driver.editor.text == ""
        await driver.press("ctrl+v", "ctrl+v")
        assert driver.editor.text == "one\ntwoone\ntwo"
        await driver.press("ctrl+x")
        assert driver.editor.text == "one\ntwoone\n"
        await driver.press("ctrl+z")
        assert driver.editor.text == "one\ntwoone\ntwo"


async def test_the_mouse_selects() -> None:
    async with editing("one two") as driver:
        await driver.pilot.mouse_down(AnswerEditor, offset=(4, 0))
        await driver.pilot.hover(AnswerEditor, offset=(7, 0))
        await driver.pilot.mouse_up(AnswerEditor, offset=(7, 0))
        assert driver.editor.selected_text == "two"
        await driver.press("alt+b")
        assert driver.editor.text == "one **two**"


async def test_finding_follows_the_typing_and_goes_round() -> None:
    async with editing("the one\nThe two\nother three") as driver:
        driver.editor.move_cursor((1, 0))
        await driver.find("the")
        assert driver.count == "2 of 3"
        assert driver.selected == ((1, 0), (1, 3))
        await driver.press("enter")
        assert driver.selected == ((2, 1), (2, 4))
        await driver.press("down")
        assert (driver.count, driver.selected) == ("1 of 3", ((0, 0), (0, 3)))
        await driver.press("up")
        assert driver.count == "3 of 3"
        await driver.press(*["backspace"] * 3, *keys_for("The"))
        assert (driver.count, driver.selected) == ("1 of 1", ((1, 0), (1, 3)))
        await driver.press("x")
        assert driver.count == "not found"
        assert driver.selected == ((1, 0), (1, 0))


async def test_escape_leaves_the_cursor_at_the_match_and_the_next_key_replaces_nothing() -> None:
    async with editing("one two") as driver:
        await driver.find("two")
        await driver.press("escape")
        assert not driver.bar.display
        assert driver.editor.has_focus
        assert driver.selected == ((0, 4), (0, 4))
        await driver.press("x")
        assert driver.editor.text == "one xtwo"


async def test_replacing_one_after_another_and_all_at_once() -> None:
    async with editing("a b a\na c") as driver:
        await driver.find("a")
        await driver.press("tab", "x", "x", "enter")
        assert driver.editor.text == "xx b a\na c"
        assert driver.count == "1 of 2"
        assert driver.selected == ((0, 5), (0, 6))
        await driver.press("alt+a")
        assert driver.editor.text == "xx b xx\nxx c"
        assert driver.count == "2 replaced"
        assert not driver.bar.query_one("#find-count").has_class("-none")
        await driver.press("down")
        assert driver.count == "not found"
        await driver.press("escape", "ctrl+z")
        assert driver.editor.text == "xx b a\na c"
        await driver.press("ctrl+z")
        assert driver.editor.text == "a b a\na c"


async def test_what_was_replaced_is_told_until_the_text_is_another_one() -> None:
    async with editing("a b a") as driver:
        await driver.find("a")
        await driver.press("tab", *"aa", "alt+a")
        assert (driver.editor.text, driver.count) == ("aa b aa", "2 replaced")
        driver.editor.undo()
        await driver.pilot.pause()
        assert driver.count == "1 of 2"
        await driver.press("alt+a", "tab", "b")
        assert driver.count == "not found"


async def test_tab_in_one_go_with_letters_changes_the_field_each_time() -> None:
    async with editing("a b") as driver:
        driver.bar.open()
        for key in ("a", "tab", "x", "tab", "tab", "y", "tab", "b"):
            driver.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await driver.pilot.pause()
        assert [field.value for field in driver.bar.query(Input)] == ["ab", "xy"]


async def test_the_bar_works_by_mouse_and_looks_for_the_last_words_again() -> None:
    async with editing("a b a") as driver:
        await driver.find("a")
        await driver.pilot.click(next(label for label in driver.bar.query("_Press") if "↓" in str(label.render())))
        await driver.pilot.pause()
        assert driver.count == "2 of 2"
        await driver.press("escape")
        driver.bar.open()
        await driver.pilot.pause()
        assert driver.count == "2 of 2"
        driver.bar.open("b")
        await driver.pilot.pause()
        assert driver.count == "1 of 1"


async def test_only_the_matches_are_marked_and_only_while_finding() -> None:
    async with editing("the one") as driver:
        await driver.find("one")
        assert list(driver.editor.spans(0)) == [(4, 7, "markdown-area--found")]
        await driver.press("escape")
        assert list(driver.editor.spans(0)) == []
