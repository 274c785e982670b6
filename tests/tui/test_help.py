"""The help names the keys that work where it was asked for, and goes back there."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from report_tui.storage.settings import read
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.screens.help import HelpScreen
from report_tui.tui.view_models import help as view_models
from report_tui.tui.widgets.question_list import QuestionList
from report_tui.validation.finding import Status
from tests.scenes import TO_EIGHT
from tests.tui.driver import Driver, running


def shown(driver: Driver) -> dict[str, dict[str, str]]:
    """What the help would say here, by group and keys."""
    groups = view_models.groups(driver.app.screen)
    return {group.title: {" ".join(row.keys): row.text for row in group.rows} for group in groups}


async def test_on_the_list(demo: Path) -> None:
    async with running(demo) as driver:
        found = shown(driver)
        assert found["Here"]["↑"] == "The entry above"
        assert found["On this screen"]["Enter"] == "Edit this answer"
        assert "Esc" not in found["On this screen"]
        assert found["Everywhere"]["F1 ?"] == "What the keys do here; again: back"


async def test_in_the_editor(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        found = shown(driver)
        assert found["On this screen"]["Esc"] == "Back to the list of questions"
        assert found["On this screen"]["F7"] == "Edit the previous answer with a problem"
        assert found["Here"]["Ctrl+Home"] == "Move the cursor to the start of the answer"
        assert found["Here"]["Ctrl+Z"] == "Take back the last change to this answer"
        assert found["While typing"]["Ctrl+K"] == "Delete to line end"
        assert "F1" in found["Everywhere"]


async def test_in_a_dialog(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("x")
        await driver.press("f10")
        found = shown(driver)
        assert found["On this screen"]["Esc"] == "Leave without a choice"
        assert found["On this screen"]["↓"] == "The choice below"
        assert found["Everywhere"]["Ctrl+P"] == "Every command by name"
        assert not any(key in str(found) for key in ("F2", "F3", "F10", "F12"))


async def test_in_the_find_bar(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.press("ctrl+f")
        found = shown(driver)
        assert found["Here"]["Enter"].startswith("The next match")
        assert found["Here"]["↓"] == "The next match"
        assert found["Here"]["↑ Shift+Enter"] == "The previous match"
        assert "PgUp" not in found["While typing"]


async def test_in_the_findings(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("ctrl+l")
        found = shown(driver)
        assert found["On this screen"]["f"] == "Mend this finding"
        assert found["On this screen"]["Esc Ctrl+L F11"] == "Back to the report"
        assert "F2 Ctrl+S" in found["Everywhere"]
        assert "F12 Ctrl+O" not in found["Everywhere"]


async def test_with_other_keys(demo: Path) -> None:
    settings, _ = read('[keys]\nsave = "f13"\nhelp = "f14"', "s.toml")
    async with running(demo, settings=settings) as driver:
        assert shown(driver)["Everywhere"]["F13"] == "Write all answers to the file"
        await driver.press("f14")
        assert isinstance(driver.app.screen, HelpScreen)


@pytest.mark.parametrize("close", ["escape", "q", "f1"])
async def test_the_help_goes_back_to_the_same_place_in_the_editor(demo: Path, close: str) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("one ?")
        editor, text = driver.editor, driver.editor.text
        await driver.press("f1")
        assert "Back to the list of questions" in driver.text()
        await driver.press(close)
        assert driver.app.focused is editor
        await driver.type("!")
        assert editor.text == f"{text}!"
        assert text == "one ?"


async def test_a_question_mark_asks_for_it_in_the_list(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("question_mark")
        assert isinstance(driver.app.screen, HelpScreen)
        await driver.press("escape")
        assert isinstance(driver.app.focused, QuestionList)


IN_FIELDS = {
    "filter": ("f3", "p"),
    "find": (*TO_EIGHT, "ctrl+f", "p"),
    "replace": (*TO_EIGHT, "ctrl+f", "tab", "p"),
    "palette": ("ctrl+p", "p"),
}
"""The keys that lead to each field and write a p there."""


@pytest.mark.parametrize("close", ["escape", "f1"])
@pytest.mark.parametrize("keys", IN_FIELDS.values(), ids=IN_FIELDS)
async def test_a_field_is_as_it_was_and_a_question_mark_is_one(demo: Path, keys: tuple[str, ...], close: str) -> None:
    async with running(demo) as driver:
        await driver.press(*keys)
        field = driver.app.focused
        assert isinstance(field, Input)
        await driver.press("f1")
        assert isinstance(driver.app.screen, HelpScreen)
        await driver.press(close)
        assert driver.app.focused is field
        await driver.press("question_mark", "a")
        assert field.value == "p?a"


@pytest.mark.parametrize("keys", [("ctrl+l",), ("f12",), ("f6",), ("f5",), (*TO_EIGHT, "f5")], ids=str)
async def test_it_goes_back_to_every_screen(demo: Path, keys: tuple[str, ...]) -> None:
    async with running(demo, size=(160, 48)) as driver:
        await driver.press(*keys)
        screen, focused = driver.app.screen, driver.app.focused
        await driver.press("f1")
        assert isinstance(driver.app.screen, HelpScreen)
        await driver.press("f1")
        assert (driver.app.screen, driver.app.focused) == (screen, focused)


async def test_it_opens_over_a_dialog_and_over_the_palette(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("x")
        await driver.press("f10", "f1")
        assert isinstance(driver.app.screen, HelpScreen)
        await driver.press("escape")
        assert isinstance(driver.app.screen, ChoiceDialog)
        await driver.press("ctrl+p", "f1")
        assert isinstance(driver.app.screen, HelpScreen)
        assert "Here" in shown(driver) or "On this screen" in shown(driver)


@pytest.mark.parametrize("size", [(60, 20), (24, 8)], ids=str)
async def test_all_of_it_can_be_read_in_a_small_terminal(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size=size) as driver:
        await driver.press("f1")
        assert "ON THIS SCREEN" not in driver.text().split("\n")[-2]
        seen = driver.text()
        for _ in range(60):
            await driver.press("pagedown")
            seen += driver.text()
        assert "breaks the template" in " ".join(seen.split())
        assert "Edit this" in seen
        await driver.press("home")
        assert "HERE" in driver.text()


async def test_the_wheel_and_a_click_do_it_as_well(demo: Path) -> None:
    async with running(demo, size=(80, 24)) as driver:
        await driver.press("f1")
        body = driver.app.screen.query_one("#help-body")
        body.scroll_relative(y=3, animate=False)
        await driver.settle()
        assert body.scroll_offset.y == 3
        await driver.pilot.click("#help-keys", offset=(2, 0))
        await driver.settle()
        assert driver.app.screen is driver.main


def test_the_legend_has_every_status() -> None:
    signs = view_models.legend()
    words = ", ".join(sign.text for sign in signs)
    assert all(status.word in words for status in Status)
    assert signs[0].glyph == Status.OK.glyph
    assert len({(sign.glyph, sign.colour) for sign in signs}) == len(signs)
