"""What was typed can be taken back step by step, whatever happened meanwhile: saves, reloads, switches, the history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from report_tui.storage import versions
from tests.tui.driver import Driver, running
from tests.tui.test_leaving import change_on_disk, notice_the_disk

Happens = Callable[[Driver, Path], Awaitable[None]]


async def save(driver: Driver, _: Path) -> None:
    await driver.press("f2")
    assert not driver.session.dirty


async def another_answer_changes(driver: Driver, path: Path) -> None:
    for text in ("Theirs.", "Theirs, again."):
        change_on_disk(path, 4, text)
        await notice_the_disk(driver)
        assert driver.session.text(4) == text


async def another_answer_changes_before_a_save(driver: Driver, path: Path) -> None:
    change_on_disk(path, 4, "Theirs.")
    await driver.press("f2")
    assert driver.session.text(4) == "Theirs."


async def the_same_bytes_are_written(driver: Driver, path: Path) -> None:
    path.write_bytes(path.read_bytes())
    await notice_the_disk(driver)


async def line_endings_are_toggled(driver: Driver, path: Path) -> None:
    for old, new in ((b"\n", b"\r\n"), (b"\r\n", b"\n")):
        path.write_bytes(path.read_bytes().replace(old, new))
        await notice_the_disk(driver)


async def the_file_is_gone_and_back(driver: Driver, path: Path) -> None:
    path.rename(path.with_name("away.md"))
    await notice_the_disk(driver)
    path.with_name("away.md").rename(path)
    await notice_the_disk(driver)


async def the_question_is_gone_and_back(driver: Driver, path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"### Question 9\n")] + whole[whole.index(b"### Question 10\n") :])
    await notice_the_disk(driver)
    assert driver.session.text(9) == "one two"
    path.write_bytes(whole)
    await notice_the_disk(driver)


async def the_template_s_text_changes(driver: Driver, path: Path) -> None:
    path.write_bytes(b"A line above.\n\n" + path.read_bytes())
    await notice_the_disk(driver)


async def other_questions_are_visited(driver: Driver, _: Path) -> None:
    for visit in range(30):
        await driver.edit(visit % 8 + 1)
        await driver.burst("x", "backspace")


async def another_answer_is_brought_back(driver: Driver, path: Path) -> None:
    await driver.edit(4)
    before = driver.editor.text
    await driver.press("ctrl+end", *"more", "f2", "ctrl+n")
    assert versions.versions(path)
    await driver.press("enter", "escape")
    assert driver.session.text(4) == before


async def its_collision_is_settled_with_ours(driver: Driver, path: Path) -> None:
    change_on_disk(path, 9, "Theirs.")
    await driver.press("f2", "enter")
    assert not driver.session.dirty


@pytest.mark.parametrize(
    "happens",
    [
        save,
        another_answer_changes,
        another_answer_changes_before_a_save,
        the_same_bytes_are_written,
        line_endings_are_toggled,
        the_file_is_gone_and_back,
        the_question_is_gone_and_back,
        the_template_s_text_changes,
        other_questions_are_visited,
        another_answer_is_brought_back,
        its_collision_is_settled_with_ours,
    ],
    ids=lambda happens: happens.__name__,
)
async def test_every_step_can_be_taken_back_and_done_again(demo: Path, happens: Happens) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("one")
        driver.editor.history.checkpoint()
        await driver.type(" two")
        await happens(driver, demo)
        await driver.edit(9)
        seen = [driver.editor.text]
        for key in ("ctrl+z", "ctrl+z", "ctrl+z", "ctrl+y", "ctrl+y", "ctrl+y"):
            await driver.press(key)
            seen.append(driver.editor.text)
            assert driver.session.text(9) == driver.editor.text
        assert seen == ["one two", "one", "", "", "one", "one two", "one two"]
        assert driver.editor.cursor_location == (0, len("one two"))
