"""Quitting asks when something is unsaved, and changes on disk are never overwritten silently."""

from __future__ import annotations

from pathlib import Path

from report_tui import Report
from report_tui.tui.dialogs.choice import ChoiceDialog
from tests.tui.driver import Driver, running


def change_on_disk(path: Path, number: int, text: str) -> None:
    """What a teammate does in another editor."""
    path.write_bytes(Report.from_bytes(path.read_bytes()).with_answer(number, text).to_bytes())


async def notice_the_disk(driver: Driver) -> None:
    """What the watcher does when it sees a change, without waiting for its clock."""
    driver.main.look_at_the_disk()
    await driver.settle()


async def test_quitting_without_a_change_asks_nothing(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("ctrl+q")
        assert driver.app.return_code == 0


async def test_quitting_with_unsaved_text_asks_and_escape_stays(demo: Path) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("unsaved")
        await driver.press("f10")
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert "Not saved yet: 9 " in driver.text()
        await driver.press("escape")
        assert driver.editor.text == "unsaved"
        await driver.press("f10", "d")
    assert demo.read_bytes() == before


async def test_save_and_quit_saves(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("saved at last")
        await driver.press("f10", "s")
        assert driver.app.return_code == 0
    assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "saved at last"


async def test_save_and_quit_stays_when_an_answer_cannot_be_written(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("```\nopen")
        await driver.press("f10")
        assert "never closed" in driver.text()
        await driver.press("s")
        assert driver.editor.text == "```\nopen"
        assert "never closed" in driver.notices()[-1]


async def test_another_answer_changed_on_disk_is_taken_and_named(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(4)
        await driver.edit(9)
        await driver.type("mine")
        change_on_disk(demo, 4, "theirs")
        await notice_the_disk(driver)
        assert driver.session.text(4) == "theirs"
        assert driver.editor.text == "mine"
        assert "taken over: 4 " in driver.notices()[-1]
        await driver.press("f2")
        report = Report.from_bytes(demo.read_bytes())
        assert (report.question(4).answer.text, report.question(9).answer.text) == ("theirs", "mine")
        await driver.edit(4)
        assert driver.editor.text == "theirs"


async def test_one_answer_changed_on_both_sides_is_asked_for_and_mine_is_kept(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("mine")
        change_on_disk(demo, 9, "theirs")
        await driver.press("f2")
        assert "changed by you and on disk" in driver.text()
        assert "theirs" in driver.text()
        await driver.press("m")
        assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "mine"


async def test_one_answer_changed_on_both_sides_can_be_taken_from_disk_and_undone(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("mine")
        change_on_disk(demo, 9, "theirs")
        await driver.press("f2", "t")
        assert driver.editor.text == "theirs"
        assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "theirs"
        await driver.press("ctrl+z")
        assert driver.session.text(9) == "mine"


async def test_leaving_the_question_open_saves_nothing(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("mine")
        change_on_disk(demo, 9, "theirs")
        before = demo.read_bytes()
        await driver.press("f2", "escape")
        assert demo.read_bytes() == before
        assert driver.editor.text == "mine"


async def test_a_file_that_is_gone_keeps_the_text_and_says_so(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("kept")
        demo.unlink()
        await driver.press("f2")
        assert "does not exist" in driver.notices()[-1]
        assert driver.editor.text == "kept"
        assert driver.session.dirty


async def test_a_question_that_is_gone_from_the_file_keeps_its_text_until_it_is_back(demo: Path) -> None:
    whole = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(12)
        await driver.press("ctrl+end")
        await driver.type(" kept")
        typed = driver.editor.text
        demo.write_bytes(whole[: whole.index(b"### Question 12")])
        await notice_the_disk(driver)
        await driver.type("!")
        await driver.press("f2")
        assert "question 12: the question is gone" in driver.notices()[-1]
        demo.write_bytes(whole)
        await notice_the_disk(driver)
        # What the file held meanwhile is unknown, so nobody decides but the student.
        assert "changed by you and on disk" in driver.text()
        await driver.press("m", "f2")
        assert not driver.session.dirty
    assert Report.from_bytes(demo.read_bytes()).question(12).answer.text == f"{typed}!"
