"""Every key and every command, with a disk that does not answer: the app itself asks it for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui.storage import waiting
from report_tui.tui.flows import figures as figures_flow
from report_tui.tui.flows import file_offers, looking_up, turns
from report_tui.tui.flows import history as history_flow
from report_tui.tui.keys import active
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.question_list import QuestionList
from tests.homes import own_home
from tests.tui.driver import Driver, running
from tests.tui.hung_disk import HungDisk, disk

__all__ = ["disk"]

OPEN = ("f4", "f6", "f12", "ctrl+l", "ctrl+n", "alt+p")
"""Keys of the main screen that open another one."""
LEFT_OUT = {"ctrl+q", "f10", "ctrl+z", "up", "down", "pageup", "pagedown", "home", "end", "shift+tab"}
"""Keys that end or stop the app, for which there are other tests, and that only move a cursor."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is patient here."""
    for flow in (turns, figures_flow, file_offers, looking_up, history_flow):
        monkeypatch.setattr(flow, "PATIENCE", 0.01)
    monkeypatch.setattr(waiting, "A_COMMAND", 0.01)


def keys_here(driver: Driver) -> dict[str, str]:
    """A key of each binding of ours that is in force, by the binding's name."""
    bindings = ((found.binding, names[0]) for found, names in active(driver.app.screen))
    return {found.id: key for found, key in bindings if found.id and found.tooltip and key not in LEFT_OUT}


async def back(driver: Driver) -> None:
    """Back to the editor, as somebody gets there."""
    while not isinstance(driver.app.focused, AnswerEditor):
        await driver.press("enter" if isinstance(driver.app.focused, QuestionList) else "escape")


async def test_no_key_asks_it(demo: Path, disk: HungDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_home(tmp_path / "home", monkeypatch)
    async with running(demo) as driver:
        await driver.edit(4)
        everywhere = keys_here(driver)
        disk.hang(tmp_path)  # the report's, the state folder's and the home's
        pressed = set()
        for key in OPEN:
            await driver.press(key)
            assert driver.app.screen is not driver.main
            for name in keys_here(driver).keys() - everywhere.keys():
                pressed.add(name)
                await driver.press(keys_here(driver)[name])
                await back(driver)
                await driver.press(key)
            await back(driver)
        for name, key in everywhere.items():
            if key not in OPEN:
                pressed.add(name)
                await driver.press(key)
                await back(driver)
        assert {"figure-rename", "figure-bring", "figure-delete", "preview", "edit-outside", "save"} <= pressed
        await driver.type("mine")
        assert "mine" in driver.session.text(driver.editor.question)
        assert disk.asked == []
        disk.answer()
        await driver.settle()
