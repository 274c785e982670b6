"""List, answer and preview: what is seen in which size, what the keys do there, and where the focus goes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events

from report_tui.tui.layout import Pane
from report_tui.tui.screens.checklist import ChecklistScreen
from report_tui.tui.screens.main import MainScreen
from report_tui.tui.screens.overview import OverviewScreen
from report_tui.tui.view_models.preview import preview_source
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.preview import PageText, Preview
from report_tui.tui.widgets.report_header import ReportHeader
from tests.tui.driver import Driver, running

TYPED = "Costs nobody counted"


def seen(driver: Driver) -> set[str]:
    """The panes that are on the screen."""
    return {pane.value for pane in Pane if driver.main.query(f"#{pane.value}") and _is_seen(driver, pane)}


def _is_seen(driver: Driver, pane: Pane) -> bool:
    return driver.main.query_one(f"#{pane.value}").region.width > 0


async def previewed(driver: Driver, text: str) -> str:
    """What the screen shows once the preview shows an answer with this text."""
    preview = driver.main.query_one(Preview)
    await driver.until(lambda: preview.is_current and preview.shown is not None and text in preview.shown.answer)
    return driver.text()


async def test_a_wide_terminal_shows_all_three_and_the_preview_follows_the_typing(demo: Path) -> None:
    async with running(demo, (160, 48)) as driver:
        assert seen(driver) == {"list", "answer", "preview"}
        await driver.edit(9)
        await driver.type(TYPED)
        assert "as GitHub shows it" in await previewed(driver, TYPED)
        assert driver.text().count(TYPED) == 2


async def test_f5_turns_from_page_to_page_and_off(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(7)
        assert seen(driver) == {"list", "answer"}
        await driver.press("f5")
        assert seen(driver) == {"answer", "preview"}
        assert "• tests of the planner" in await previewed(driver, "tests of the planner")
        await driver.press("f5")
        assert "as the course's page shows it" in driver.text()
        assert "• tests of the planner" not in driver.text(), "there the list is running text"
        assert isinstance(driver.app.focused, AnswerEditor)
        await driver.press("f5")
        assert seen(driver) == {"list", "answer"}


async def test_on_a_wide_terminal_f5_turns_the_preview_off_as_well(demo: Path) -> None:
    async with running(demo, (160, 48)) as driver:
        await driver.press("f5", "f5")
        assert seen(driver) == {"list", "answer"}
        await driver.press("f5")
        assert seen(driver) == {"list", "answer", "preview"}


async def test_the_list_beside_the_preview(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("f5")
        assert seen(driver) == {"list", "preview"}
        await driver.press("enter")
        assert seen(driver) == {"answer", "preview"}
        await driver.press("escape")
        assert seen(driver) == {"list", "preview"}


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_where_there_is_no_room_the_preview_takes_the_place_of_the_editor(
    demo: Path, size: tuple[int, int]
) -> None:
    async with running(demo, size) as driver:
        await driver.edit(7)
        await driver.press("f5")
        assert seen(driver) == {"preview"}
        assert isinstance(driver.app.focused, PageText)
        await previewed(driver, "tests of the planner")
        await driver.press("escape")
        assert "preview" not in seen(driver)
        assert driver.editor.question == 7
        await driver.press("f5", "f5", "f5", "X")
        assert driver.editor.answer.startswith("X"), "the third one leads back to the editor"


@pytest.mark.parametrize("early", [True, False])
async def test_what_is_measured_before_it_is_laid_out_is_painted_all_the_same(demo: Path, early: bool) -> None:
    """The focus and a text's cursor measure; Textual then takes the widget for one that knows its size."""
    async with running(demo, (60, 20)) as driver:
        await driver.edit(9)
        preview = driver.main.query_one(Preview)
        preview.show(preview_source(driver.session, 9))
        await driver.until(lambda: preview.shown is not None)
        editor = driver.editor
        driver.main.action_preview()
        if early:
            # What Textual does when anything that is hidden wants to be painted again.
            driver.main._compositor.update_widgets({preview})
            assert preview.region.width == 60
        else:
            # The layout begins with what is to be painted, and the editor asks there how wide it is.
            driver.main._dirty_widgets.update({preview, editor})
        await driver.settle()
        assert "⇄ 9  as GitHub shows it" in driver.text()
        assert "Nothing to show yet." in driver.text()


async def test_resizing_while_typing_loses_neither_key_nor_focus(demo: Path) -> None:
    async with running(demo, (160, 48)) as driver:
        await driver.edit(9)
        sizes = [(120, 36), (80, 24), (60, 20), (40, 10), (100, 19), (160, 48), (80, 24)]
        for number, (width, height) in enumerate(sizes):
            await driver.pilot.resize_terminal(width, height)
            await driver.type(str(number))
            assert driver.editor.question == 9
            assert driver.editor.region.width > 0, f"{width}x{height}"
        assert driver.session.text(9) == "0123456"


async def test_resizing_with_the_focus_on_the_preview_keeps_it_seen(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        await driver.edit(9)
        await driver.press("f5")
        for width, height in [(160, 48), (120, 36), (60, 20), (80, 24)]:
            await driver.pilot.resize_terminal(width, height)
            await driver.settle()
            assert "preview" in seen(driver), f"{width}x{height}"


async def test_a_small_terminal_begins_with_the_overview(demo: Path) -> None:
    async with running(demo, (60, 20)) as driver:
        assert isinstance(driver.app.screen, OverviewScreen)
        assert "next" in driver.text()
        await driver.press("enter")
        assert isinstance(driver.app.screen, MainScreen)
        assert driver.editor.question == 4, "what is to be done next"


async def test_the_overview_from_everywhere(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type(TYPED)
        await driver.press("f12")
        assert isinstance(driver.app.screen, OverviewScreen)
        await driver.press("f2")
        assert TYPED in demo.read_text(encoding="utf-8"), "saved from there"
        await driver.press("f6")
        assert isinstance(driver.app.screen, ChecklistScreen)
        await driver.press("escape", "f12", "escape")
        assert driver.editor.question == 9, "back where we were"


async def test_a_click_on_the_header_opens_the_overview(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.pilot.click(ReportHeader)
        await driver.settle()
        assert isinstance(driver.app.screen, OverviewScreen)


async def test_leaving_asks_in_front_of_every_screen(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type(TYPED)
        await driver.press("f6", "f10")
        assert "Not saved yet: 9 Costs" in driver.text()
        await driver.press("escape")
        assert isinstance(driver.app.screen, ChecklistScreen)


async def test_a_box_is_ticked_saved_and_nothing_else_changes(demo: Path) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.press("f6", "space")
        assert "● 1 unsaved" in driver.text()
        await driver.press("f2")
        assert driver.notices()[-1] == "Saved 1 box."
    after = demo.read_bytes()
    assert len(after) == len(before)
    assert [(before[at : at + 1], after[at : at + 1]) for at in range(len(before)) if before[at] != after[at]] == [
        (b" ", b"x")
    ]


async def test_a_letter_in_the_list_says_how_to_write_once(demo: Path) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.press("x")
        assert driver.notices() == ["Enter edits this answer."]
        driver.app.clear_notifications()
        await driver.press("y", "down")
        assert driver.notices() == []
        await driver.press("enter", "escape", "z")
        assert driver.notices() == ["Enter edits this answer."]
    assert demo.read_bytes() == before


async def test_a_key_that_does_something_in_the_list_says_nothing_of_writing(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("question_mark")
        assert driver.notices() == []


@pytest.mark.parametrize(("width", "expected"), [(80, 30), (100, 30), (110, 34), (120, 34), (160, 44), (200, 44)])
async def test_the_list_grows_with_the_terminal(demo: Path, width: int, expected: int) -> None:
    async with running(demo, (width, 40)) as driver:
        assert driver.app.screen.query_one("#list").outer_size.width == expected


@pytest.mark.parametrize("key", ["ctrl+l", "f4", "f6", "f12"])
async def test_what_changes_while_a_screen_is_being_made_breaks_nothing(demo: Path, key: str) -> None:
    """The watch may bring news at any step of it."""
    async with running(demo) as driver:
        driver.app.post_message(events.Key(key, None))
        for _ in range(200):
            await asyncio.sleep(0)
            driver.main.show_session()
        await driver.settle()
        assert driver.app.screen is not driver.main
        await driver.press("escape")
        assert driver.app.screen is driver.main
