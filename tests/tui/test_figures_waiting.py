"""Figures' files on a disk that does not answer: keys are taken, answers name what is there, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from report_tui.figure_copies import FigureCopies
from report_tui.storage import waiting
from report_tui.tui import app
from report_tui.tui.dialogs.name_dialog import NameDialog
from report_tui.tui.flows import file_offers, looking_up, quitting, turns
from report_tui.tui.flows.figure_repairs import NO_ANSWER
from report_tui.tui.screens import findings
from report_tui.tui.screens.figure_picker import FigurePicker
from report_tui.tui.screens.findings import FindingsScreen
from tests.tui.driver import Driver, running
from tests.tui.hung_disk import HungDisk, disk
from tests.tui.test_figure_repairs import to_finding

__all__ = ["disk"]

OLD, NEW = "figures/power-draw.png", "figures/watts.png"
NUMBER = 4
"""The question whose answer names it."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is patient here, and letters count at once."""
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    monkeypatch.setattr(quitting, "PATIENCE", 0.01)
    monkeypatch.setattr(findings, "TYPING_GUARD", 0.001)


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is any key."""
    monkeypatch.setattr(looking_up, "PATIENCE", 0.01)
    monkeypatch.setattr(file_offers, "PATIENCE", 0.01)


async def name_it(driver: Driver, name: str = "watts") -> None:
    """Ask the picker for another name of the figure, and type it."""
    await driver.edit(NUMBER)
    await driver.press("f4")
    await driver.type("power")
    await driver.press("f6")
    assert isinstance(driver.app.screen, NameDialog)
    await driver.press("ctrl+u")
    await driver.type(name)


async def rename(driver: Driver) -> None:
    await name_it(driver)
    await driver.press("enter", "escape")
    await driver.until(lambda: NEW in driver.session.text(NUMBER))


def there(demo: Path, name: str) -> bool:
    return (demo.parent / name).exists()


async def test_a_figure_is_renamed_when_the_disk_answers_and_what_was_typed_stays(demo: Path, disk: HungDisk) -> None:
    data = (demo.parent / OLD).read_bytes()
    async with running(demo) as driver:
        await name_it(driver)
        disk.hang()
        await driver.press("enter")
        await driver.until(lambda: disk.waiting > 0)
        await driver.press("escape", "home")
        await driver.type("mine ")
        assert "mine" in driver.text()
        assert OLD in driver.session.text(NUMBER)
        disk.answer()
        await driver.until(lambda: NEW in driver.session.text(NUMBER))
        assert driver.editor.text == driver.session.text(NUMBER)
        assert "mine " in driver.editor.text
        assert OLD not in driver.editor.text
        assert (demo.parent / NEW).read_bytes() == data
        await driver.press("f2")
        assert not there(demo, OLD)
        assert NEW.encode() in demo.read_bytes()


async def test_who_does_not_wait_for_a_rename_leaves_with_all_as_it_was(demo: Path, disk: HungDisk) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await name_it(driver)
        disk.hang()
        await driver.press("enter")
        await driver.until(lambda: disk.waiting > 0)
        await driver.press("escape", "f10")
        await driver.until(lambda: "A figure's file is still being changed." in driver.text())
        await driver.press("up", "enter")
        await driver.until(lambda: driver.app.return_code == app.NOT_WAITED)
    disk.answer()
    waiting.finish(30)
    assert demo.read_bytes() == before
    assert there(demo, OLD)


async def test_who_leaves_right_behind_a_rename_is_asked_what_becomes_of_it(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await name_it(driver)
        disk.hang()
        await driver.press("enter")
        await driver.until(lambda: disk.waiting > 0)
        await driver.press("escape", "f10")
        disk.answer()
        await driver.until(lambda: "Not saved yet: 4" in driver.text())


async def test_a_rename_is_taken_back_when_the_disk_answers(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await rename(driver)
        before = driver.session.text(NUMBER)
        await driver.press("ctrl+l")
        disk.hang()
        await driver.press("u", "u")
        await driver.until(lambda: disk.waiting > 0)
        await driver.press("escape", "end")
        await driver.type("!")
        assert driver.session.text(NUMBER) != before
        disk.answer()
        await driver.until(lambda: any("Changed since" in notice for notice in driver.notices()))
        assert NEW in driver.editor.text
        assert there(demo, OLD)
        assert there(demo, NEW)
        await driver.press("backspace", "ctrl+l", "u")
        assert driver.notices()[-1] == "No fix to take back."


async def test_a_key_that_names_a_file_that_went_does_not_wait_until_it_is_back(
    demo: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    async with running(demo) as driver:
        await rename(driver)
        await driver.press("f2")
        await driver.until(lambda: not there(demo, OLD))
        disk.hang()
        await driver.press("ctrl+z")
        assert OLD in driver.editor.text
        await driver.type("!")
        assert OLD in driver.session.text(NUMBER)
        assert driver.session.text(NUMBER) == driver.editor.text
        disk.answer()
        await driver.until(lambda: there(demo, OLD))
        await driver.until(
            lambda: (
                not {"figure-missing", "figure-unchecked"}
                & {found.code for found in driver.session.evaluation.question(NUMBER).findings}
            )
        )


async def test_what_is_named_again_while_its_file_goes_gets_it_back(demo: Path, disk: HungDisk) -> None:
    """The save's own tidying knows nothing of what is typed while it waits."""
    async with running(demo) as driver:
        await rename(driver)
        settle = FigureCopies.settle

        def hang_first(copies: FigureCopies, needed: Iterable[str]) -> None:
            disk.hang()
            settle(copies, needed)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FigureCopies, "settle", hang_first)
            await driver.press("f2")
            await driver.until(lambda: disk.waiting > 0)
        await driver.press("ctrl+z")
        assert OLD in driver.editor.text
        disk.answer()
        await driver.until(lambda: any("Saved" in notice for notice in driver.notices()))
        await driver.until(lambda: there(demo, OLD))
        assert there(demo, NEW)
        assert driver.editor.text == driver.session.text(NUMBER)


async def test_a_change_of_the_file_that_names_one_again_is_taken_over(demo: Path, disk: HungDisk) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await rename(driver)
        await driver.press("f2")
        await driver.until(lambda: not there(demo, OLD))
        demo.write_bytes(before)
        driver.main.look_at_the_disk()
        await driver.until(lambda: there(demo, OLD))
        assert OLD in driver.session.text(NUMBER)


class TestFindings:
    async def test_nothing_is_offered_before_the_disk_answers(
        self, demo: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (demo.parent / OLD).rename(demo.parent / "figures" / "power draw.png")
        demo.write_bytes(demo.read_bytes().replace(OLD.encode(), b"figures/power draw.png"))
        async with running(demo) as driver:
            await driver.edit(NUMBER)
            impatient(monkeypatch)
            disk.hang()
            await driver.press("ctrl+l")
            assert isinstance(driver.app.screen, FindingsScreen)
            await to_finding(driver, "a blank in the path")
            await driver.press("f")
            assert driver.notices()[-1] == NO_ANSWER
            disk.answer()
            await driver.until(lambda: "rename the file to power-draw.png" in driver.text())
            await driver.press("f", "1")
            await driver.until(lambda: there(demo, OLD))
            assert OLD in driver.session.text(NUMBER)

    async def test_a_name_is_not_asked_for_before_the_disk_answers(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            await driver.edit(NUMBER)
            await driver.press("f4")
            disk.hang()
            await driver.press("f6")
            assert isinstance(driver.app.screen, FigurePicker)
            assert driver.notices()[-1] == NO_ANSWER

    async def test_an_unused_figure_goes_when_the_disk_answers(
        self, demo: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def trash(name: str) -> None:
            Path(name).unlink()

        monkeypatch.setattr("send2trash.send2trash", trash)
        async with running(demo) as driver:
            await driver.edit(NUMBER)
            await driver.press("f4")
            await driver.type("wheel")
            await driver.press("f8")
            disk.hang()
            await driver.press("d")
            await driver.until(lambda: disk.waiting > 0)
            await driver.press("escape")
            await driver.type("![it](figures/wheel-slip.png)")
            assert "wheel-slip" in driver.editor.text
            disk.answer()
            await driver.until(lambda: any("is deleted" in notice for notice in driver.notices()))
            # It was named since: so it comes back.
            await driver.until(lambda: there(demo, "figures/wheel-slip.png"))
