"""Notices: over the header and never over a text, complete where there is room, and gone after a while."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.notifications import SeverityLevel
from textual.widgets import Input, TextArea
from textual.widgets._toast import Toast  # not public; Textual is pinned

from report_tui.tui.notices import ROWS, SECONDS, SHARE, fitted
from tests.tui.driver import Driver, running

LONG = "Changed on disk, taken over: " + ", ".join(f"{number} A question" for number in range(1, 30)) + "."


async def toast(driver: Driver, text: str, severity: SeverityLevel = "warning") -> Toast:
    driver.main.say(text, severity)
    await driver.settle()
    (shown,) = driver.app.screen.query(Toast)
    return shown


@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24), (60, 20)])
@pytest.mark.parametrize("keys", [("enter",), ("ctrl+l",), ("f6",)])
async def test_a_notice_lies_over_the_header_alone(demo: Path, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    async with running(demo, size) as driver:
        if size[0] < 80:
            await driver.press("escape")
        await driver.press(*keys)
        shown = await toast(driver, "Saved 1 answer.")
        assert (shown.region.y, shown.region.height) == (0, 1)
        assert shown.region.right == size[0]
        assert driver.text().splitlines()[0].endswith("Saved 1 answer.")


@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24), (60, 20)])
@pytest.mark.parametrize("place", ["a folded prompt", "the filter"])
async def test_a_notice_never_lies_over_the_cursor(demo: Path, size: tuple[int, int], place: str) -> None:
    async with running(demo, size) as driver:
        if size[0] < 80:
            await driver.press("escape")
        if place == "the filter":
            await driver.press("f3")
        else:
            await driver.edit(4)
            driver.main._panes.answer.fold_prompt()
            await driver.settle()
        typing = driver.app.focused
        assert isinstance(typing, TextArea | Input)
        shown = await toast(driver, LONG * 9)
        assert (shown.region.bottom, shown.region.height) == (size[1] - 1, size[1] // SHARE), "above the keys"
        assert not shown.region.contains(*typing.cursor_screen_offset)
        assert shown.region.y > typing.cursor_screen_offset.y
        assert "F1" in driver.text().splitlines()[-1]
        shown = await toast(driver, "Saved 1 answer.")
        assert (shown.region.y, shown.region.height) == (0, 1), "where it lies over nothing"


async def test_of_several_in_one_moment_the_last_is_shown_alone(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        for number in range(3):
            driver.main.say(f"Notice {number}.", "warning")
        shown = await toast(driver, "The last notice.")
        assert driver.text().splitlines()[0].endswith("The last notice.")
        assert (shown.region.y, shown.region.height) == (0, 1)
        assert "Notice" not in "".join(driver.text().splitlines()[1:])


@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
async def test_a_long_notice_takes_two_rows_and_says_that_it_goes_on(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size) as driver:
        if size[0] < 80:
            await driver.press("escape")
        shown = await toast(driver, LONG, "information")
        assert (shown.region.y, shown.region.height) == (0, ROWS)
        assert driver.text().splitlines()[ROWS - 1].endswith("…")


async def test_a_path_that_fits_on_a_line_is_not_broken(demo: Path) -> None:
    path = "~/" + "a-folder/" * 6 + "settings.toml"
    async with running(demo, (80, 24)) as driver:
        await toast(driver, f"The file cannot be read: {path}")
        assert path in driver.text()


@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24), (60, 20)])
async def test_the_path_of_a_file_that_keeps_what_was_typed_can_be_read_to_its_end(
    demo: Path, size: tuple[int, int]
) -> None:
    path = "/home/" + "a-long-folder/" * 14 + "answer-9.md"
    said = f"Your editor was ended by signal 15; what was typed lies in {path}"
    async with running(demo, size) as driver:
        shown = await toast(driver, said)
        assert shown.region.height <= size[1] // SHARE
        rows = [row[shown.region.x + 1 :].strip() for row in driver.text().splitlines()[: shown.region.height]]
        assert "".join(rows).replace(" ", "") == said.replace(" ", "")
        everything = await toast(driver, LONG * 9)
        assert (everything.region.y, everything.region.height) == (0, size[1] // SHARE)
        assert driver.text().splitlines()[size[1] // SHARE - 1].endswith("…")


async def test_a_notice_in_place_of_others_stands_where_they_stood(demo: Path) -> None:
    async with running(demo) as driver:
        for text in ("One.", LONG, "Two."):
            assert (await toast(driver, text)).region.y == 0
        assert driver.text().splitlines()[0].endswith("Two.")


async def test_information_goes_before_a_warning_does(demo: Path) -> None:
    assert SECONDS["information"] < SECONDS["warning"]
    async with running(demo) as driver:
        timeouts: list[tuple[SeverityLevel, float]] = [("information", 3), ("warning", 6)]
        for severity, seconds in timeouts:
            driver.app.notify("one", severity=severity)
            await driver.settle()
            assert [one.timeout for one in driver.app._notifications] == [seconds]  # not public; read only


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert fitted("Saved 1 answer.", 20, 6) == "Saved 1 answer."
    assert fitted("one two", 7, 6) == "one two"


def test_nothing_is_wider_than_the_terminal() -> None:
    for width in range(5, 60):
        rows = fitted(LONG, width, 20).split("\n")
        assert len(rows) == ROWS
        assert all(len(row) <= width for row in rows)
        assert rows[-1].endswith("…")
