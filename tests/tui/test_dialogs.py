"""Dialogs: at every size the choices are in sight, and all of the text can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.content import Content
from textual.widgets import Button

from report_tui.core.merge import merge
from report_tui.tui.dialogs.choice import Choice, ChoiceDialog
from report_tui.tui.dialogs.collision import CollisionDialog
from report_tui.tui.view_models.collision import Collision
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


def collision(base: str, mine: str, theirs: str) -> Collision:
    parts = merge(base, mine, theirs)
    return Collision(8, "8 Field trial was changed", "", "yours, not saved", "on disk, 2 min ago", parts, mine, theirs)


SAME = [f"row {number}" for number in range(40)]
MINE = "\n".join(["We drove two hours.", *SAME, "The end is mine."])
THEIRS = "\n".join(["We drove three hours.", *SAME, "The end is theirs.", "And one more."])


async def test_a_collision_shows_every_difference_marked_with_its_side(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        await show(driver, CollisionDialog(collision("", MINE, THEIRS)))
        lines = await everything(driver)
        for expected in (
            "m  yours, not saved",
            "t  on disk, 2 min ago",
            "m  We drove two hours.",
            "t  We drove three hours.",
            "…  38 lines that are the same",
            "m  The end is mine.",
            "t  The end is theirs.",
            "t  And one more.",
        ):
            assert any(expected in line for line in lines), expected


async def everything(driver: Driver) -> list[str]:
    """All lines of the dialog, read on to its end."""
    lines: list[str] = []
    for _ in range(8):
        lines += [line.strip(" ▌▐█│▊▋") for line in driver.text().splitlines()]
        await driver.press("pagedown")
    return lines


@pytest.mark.parametrize(("columns", "beside"), [(160, True), (100, True), (99, False), (60, False)])
async def test_where_there_is_room_the_two_stand_side_by_side(demo: Path, columns: int, beside: bool) -> None:
    async with running(demo, (columns, 30)) as driver:
        await show(driver, CollisionDialog(collision("", MINE, THEIRS)))
        lines = driver.text().splitlines()
        assert any("We drove two" in line and "We drove three" in line for line in lines) is beside
        assert any("≠" in line for line in lines if "We drove" in line) is beside
        assert all(any(f" {key}  {label}" in line for line in lines) for key, label in KEYS)


KEYS = (("m", "keep mine"), ("t", "take theirs"), ("b", "both, theirs first"), ("e", "edit by hand"))


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_of_two_long_versions_is_out_of_reach(demo: Path, size: tuple[int, int]) -> None:
    mine = "\n".join(f"mine {number} " + "and much more of it " * 6 for number in range(30))
    theirs = "\n".join(f"theirs {number} " + "with other words " * 6 for number in range(30))
    async with running(demo, size) as driver:
        await show(driver, CollisionDialog(collision("", mine, theirs)))
        seen = driver.text()
        for _ in range(80):
            await driver.press("pagedown")
            seen += driver.text()
        assert all(f"mine {number} " in seen and f"theirs {number} " in seen for number in range(30))


async def test_where_no_line_collides_both_changes_are_the_first_choice(demo: Path) -> None:
    async with running(demo) as driver:
        await show(driver, CollisionDialog(collision("a\nb\nc", "A\nb\nc", "a\nb\nC")))
        assert "No line was changed by both." in driver.text()
        focused = driver.app.focused
        assert focused is not None
        assert focused.id == "choice-both"


async def test_hostile_text_in_a_collision_is_text(demo: Path) -> None:
    async with running(demo) as driver:
        await show(driver, CollisionDialog(collision("", "a[/] [@click=app.quit]x[/]", "\x1b]0;T\x07 b[/red]")))
        assert "a[/] [@click=app.quit]x[/]" in driver.text()
        assert "b[/red]" in driver.text()
        assert "\x1b" not in driver.text()


def test_by_hand_both_versions_of_what_collides_stand_below_lines_that_nobody_keeps_by_mistake() -> None:
    found = collision("a\nb\nc", "A\nmine\nc", "a\ntheirs\nc\nd")
    # That the first line is ours and the last theirs is no question; they touch what collides, and that is not theirs.
    assert found.text("edit") == "[TODO: on disk]\na\ntheirs\n[TODO: yours]\nA\nmine\nc\nd"
    assert found.row("edit") == 1
    assert found.text("both") == "a\ntheirs\n\nA\nmine\nc\nd"
    assert (found.text("mine"), found.not_chosen("mine")) == ("A\nmine\nc", "a\ntheirs\nc\nd")
    assert (found.not_chosen("both"), found.not_chosen("edit")) == ("", "")
