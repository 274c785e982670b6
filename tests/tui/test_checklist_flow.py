"""Ticks in the running app: saved, merged with the file, asked about, and never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui import Report
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.screens.checklist import ChecklistScreen
from report_tui.tui.widgets.checklist_list import ChecklistList
from tests.tui.driver import Driver, running

FIRST = "Weigh the finished robot"
UNTICKED = f"* [ ] {FIRST}".encode()
TICKED = f"* [x] {FIRST}".encode()


def line_of(driver: Driver, wording: str) -> int:
    return next(item.line for item in driver.session.report.checklist if item.text.startswith(wording))


async def tick(driver: Driver, wording: str) -> None:
    """Tick a box by keys, from the main screen or in the checklist."""
    if not isinstance(driver.app.screen, ChecklistScreen):
        await driver.press("f6")
    boxes = driver.app.screen.query_one(ChecklistList)
    await driver.press("home")
    while boxes.current != line_of(driver, wording):
        await driver.press("down")
    await driver.press("space")


@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
async def test_ticks_alone_are_saved_and_said(demo: Path, size: tuple[int, int]) -> None:
    before = demo.read_bytes()
    assert UNTICKED in before
    async with running(demo, size) as driver:
        if driver.app.screen is not driver.main:
            await driver.press("escape")
        await tick(driver, FIRST)
        assert "1 unsaved" in driver.text()
        assert demo.read_bytes() == before
        await driver.press("f2")
        assert driver.notices() == ["Saved 1 box."]
        assert "unsaved" not in driver.text()
        assert isinstance(driver.app.screen, ChecklistScreen)
        await driver.press("f2")
        assert driver.notices() == ["Nothing to save."]
    assert demo.read_bytes() == before.replace(UNTICKED, TICKED)


async def test_answers_and_ticks_are_saved_together(demo: Path) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("Cheap.")
        await tick(driver, FIRST)
        await driver.press("escape")
        assert driver.editor.text == "Cheap."
        await driver.press("ctrl+s")
        assert driver.notices() == ["Saved 1 answer and 1 box."]
    assert demo.read_bytes() == Report.from_bytes(before).with_answer(9, "Cheap.").to_bytes().replace(UNTICKED, TICKED)


async def test_a_tick_is_merged_with_what_changed_on_disk(demo: Path) -> None:
    async with running(demo) as driver:
        await tick(driver, FIRST)
        theirs = Report.from_bytes(demo.read_bytes()).with_answer(4, "Theirs,\n\non more\n\nlines.").to_bytes()
        demo.write_bytes(theirs)
        await driver.press("f2")
        # In one notice, or in two where the watch was there first.
        said = "\n".join(driver.notices()).split("\n")
        assert sorted(said) == ["Changed on disk, taken over: 4 Power budget.", "Saved 1 box."]
    assert demo.read_bytes() == theirs.replace(UNTICKED, TICKED)


async def test_a_box_is_ticked_where_it_stands_after_what_was_typed_just_before(demo: Path) -> None:
    """Lines typed above move the box, in the same burst as the keys that tick it."""
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.burst(*("a", "enter", "enter", "enter", "b", "f6", "space"))
        assert driver.session.text(9) == "a\n\n\nb"
        first_open = "Make every cable long enough to open the lid"
        assert [(box.text, box.done) for box in driver.session.changed_boxes] == [(first_open, True)]


async def test_a_box_that_is_gone_from_the_file_is_said(demo: Path) -> None:
    async with running(demo) as driver:
        await tick(driver, FIRST)
        theirs = demo.read_bytes().replace(UNTICKED + b"\n", b"")
        demo.write_bytes(theirs)
        driver.main.look_at_the_disk()
        await driver.settle()
        assert driver.notices() == [f"Gone from the checklist, what you did there waits until it is back: {FIRST}."]
        assert FIRST not in "\n".join(driver.text().splitlines()[2:]), "but for the notice over the first two lines"
        await driver.press("f2")
    assert demo.read_bytes() == theirs


async def test_a_move_that_cannot_stay_is_said(demo: Path) -> None:
    data = demo.read_bytes().replace(b"> Answer:\n\nThe harbour office", b"> Answer: The harbour office")
    demo.write_bytes(data)
    async with running(demo) as driver:
        driver.session.move(12)
        await driver.edit(12)
        await driver.type("Mine. ")
        demo.write_bytes(data.replace(b"> Answer: The harbour office", b"> Answer: Their office"))
        driver.main.look_at_the_disk()
        await driver.settle()
        assert "Stands where the file has it again: 12 Extras." in driver.notices()[-1]
        assert driver.editor.text.startswith("Mine. The harbour office")


async def test_quitting_with_ticks_alone_asks_and_names_them(demo: Path) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await tick(driver, FIRST)
        await driver.press("f10")
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert f'Not saved yet: box "{FIRST}" ticked.' in " ".join(driver.text().split())
        await driver.press("escape")
        assert isinstance(driver.app.screen, ChecklistScreen)
        await driver.press("f10", "enter")
        assert not driver.app.is_running
    assert demo.read_bytes() == before.replace(UNTICKED, TICKED)


async def test_many_ticks_are_named_shortly(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("f6", "home")
        for _ in range(6):
            await driver.press("space", "down")
        await driver.press("f10")
        assert "2 more boxes." in " ".join(driver.text().split())
        await driver.press("escape")


async def test_what_an_end_without_asking_keeps(demo: Path) -> None:
    async with running(demo) as driver:
        await tick(driver, FIRST)
        await tick(driver, FIRST)
        assert list(driver.session.changed_boxes) == []
        await tick(driver, FIRST)
        assert [(box.text, box.done) for box in driver.session.changed_boxes] == [(FIRST, True)]
