"""What was left unsaved is taken up beside the keys: the disk on which history and journals lie does not answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from report_tui.session import Session
from report_tui.storage import drafts, settings, sitting, versions, waiting
from report_tui.tui.app import ReportApp
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.flows import keeping, turns
from tests.tui.driver import Driver, at_rest, running
from tests.tui.hung_disk import HungDisk, disk
from tests.tui.test_drafts import journals, kept, left

__all__ = ["disk"]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said after a while is said at once."""
    monkeypatch.setattr(turns, "PATIENCE", 0.01)


@asynccontextmanager
async def offered(demo: Path, disk: HungDisk, typed: str = "") -> AsyncIterator[Driver]:
    """The app, with what was left of answer 9 offered, after this was typed into it."""
    left(demo, a9="left behind")
    app = ReportApp(Session.open(demo))
    with at_rest(app):
        disk.hang()
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            driver = Driver(app, pilot, app._session)
            await driver.until(lambda: "reading …" in driver.text())
            await driver.edit(9)
            await driver.type(typed)
            disk.answer()
            await driver.until(lambda: isinstance(app.screen, ChoiceDialog))
            yield driver


async def test_what_was_typed_goes_to_the_history_as_it_was_in_the_end(demo: Path, disk: HungDisk) -> None:
    async with offered(demo, disk, "mine") as driver:
        disk.hang(sitting.state_folder())
        await driver.press("enter")
        await driver.until(lambda: disk.waiting > 0)
        await driver.type(" and more")
        assert "mine and more" in driver.text()
        disk.answer()
        await driver.until(lambda: driver.session.text(9) == "left behind")
        assert driver.editor.text == "left behind"
        texts = [versions.read_text(version) for version in versions.versions(demo)]
        assert "mine and more" in texts
        await driver.press("ctrl+z")
        assert driver.session.text(9) == "mine and more"


async def test_what_is_typed_before_the_old_journal_goes_is_in_the_new_one(demo: Path, disk: HungDisk) -> None:
    async with offered(demo, disk) as driver:
        disk.hang(drafts.folder())
        await driver.press("enter")
        await driver.until(lambda: driver.session.text(9) == "left behind")
        await driver.press("ctrl+end")
        await driver.type(", and found")
        assert "left behind, and found" in driver.text()
        disk.answer()
        await driver.until(lambda: [dict(found.changes.answers) for found in journals()] == [{9: driver.editor.text}])
        assert driver.editor.text == "left behind, and found"


async def test_the_old_journal_stays_where_the_new_one_cannot_be_written(
    demo: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with offered(demo, disk) as driver:
        monkeypatch.setattr(keeping, "PATIENCE", 0.01)
        disk.hang(drafts.folder())
        await driver.press("enter")
        await driver.until(lambda: any("the disk does not answer" in notice for notice in driver.notices()))
        assert driver.session.text(9) == "left behind"
        disk.answer()
    assert {found.changes.answers[9] for found in journals()} == {"left behind"}


async def test_a_theme_is_chosen_while_the_disk_hangs(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        disk.hang(sitting.state_folder())
        driver.app.choose_theme("high-contrast")
        await driver.until(lambda: disk.waiting > 0)
        await driver.type("mine")
        assert "mine" in driver.text()
        disk.answer()
        waiting.finish(30)
    assert settings.remembered_theme() == "high-contrast"


async def test_keys_are_taken_while_the_journal_is_written_for_another_editor(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        disk.hang(drafts.folder())
        await driver.type("mine")
        await driver.press("f9")
        await driver.until(lambda: disk.waiting > 0)
        await driver.type(" and more")
        assert "mine and more" in driver.text()
        disk.answer()
        await driver.until(lambda: any("cannot be lent" in notice for notice in driver.notices()))
        assert driver.session.text(9) == "mine and more"
        await driver.until(lambda: kept(9) == "mine and more")
