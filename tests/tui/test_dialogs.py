"""Dialogs: at every size the choices are in sight, and all of the text can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.content import Content
from textual.widgets import Button

from report_tui.tui.dialogs import questions
from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from tests.tui.driver import Driver, running

SIZES = [(160, 48), (120, 36), (80, 24), (60, 20), (60, 16)]
CHOICES = tuple(Choice("", f"way {number}", f"way-{number}") for number in range(1, 5))


def long_text() -> Content:
    return Content("\n".join(f"line {number} of a long text" for number in range(1, 51)))


async def show(driver: Driver, dialog: ChoiceDialog) -> None:
    driver.app.push_screen(dialog)
    await driver.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_the_choices_are_in_sight_below_a_text_of_any_length(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size) as driver:
        await show(driver, ChoiceDialog("A question of many words " * 3, long_text(), CHOICES))
        shown = driver.text()
        assert all(choice.label in shown for choice in CHOICES)
        assert "line 1 of" in shown
        assert "line 50 of" not in shown
        dialog = driver.app.screen.query_one("#dialog").region
        assert all(dialog.contains_region(button.region) for button in driver.app.screen.query(Button))


@pytest.mark.parametrize("size", SIZES)
async def test_all_of_a_long_text_can_be_read(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size) as driver:
        await show(driver, ChoiceDialog("A question", long_text(), CHOICES))
        seen = driver.text()
        for _ in range(12):
            await driver.press("pagedown")
            seen += driver.text()
        assert all(f"line {number} of" in seen for number in range(1, 51))
        await driver.press(*["pageup"] * 12)
        assert "line 1 of" in driver.text()


@pytest.mark.parametrize("size", SIZES)
async def test_a_short_text_leaves_no_empty_rows(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size) as driver:
        await show(driver, ChoiceDialog("A question", Content("one line"), CHOICES))
        assert driver.app.screen.query_one("#dialog-body").size.height == 1
        assert "PgDn" not in driver.text()


@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
async def test_the_keys_at_the_bottom_are_the_dialogs(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size) as driver:
        await show(driver, ChoiceDialog("A question", long_text(), CHOICES))
        keys = driver.text().splitlines()[-1]
        assert all(said in keys for said in ("⏎ take", "esc back", "↑ ↓ choose", "PgUp PgDn read on"))
        assert not any(said in keys for said in ("save", "quit", "preview", "problems", "list"))


async def test_a_collision_shows_every_difference_marked_with_its_side(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        same = [f"row {number}" for number in range(40)]
        mine = "\n".join(["We drove two hours.", *same, "The end is mine."])
        theirs = "\n".join(["We drove three hours.", *same, "The end is theirs.", "And one more."])
        await show(driver, questions.changed_on_both_sides("8 Field trial", mine, theirs))
        lines = [line.strip(" ▌▐█│▊▋") for line in driver.text().splitlines()]
        for expected in ("m  We drove two hours.", "t  We drove three hours.", "…  38 lines that are the same"):
            assert any(expected in line for line in lines), expected
        await driver.press("pagedown")
        lines = driver.text().splitlines()
        for expected in ("m  The end is mine.", "t  The end is theirs.", "t  And one more."):
            assert any(expected in line for line in lines), expected
