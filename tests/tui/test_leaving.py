"""Quitting asks when something is unsaved, and changes on disk are never overwritten silently."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from report_tui import Report
from report_tui.storage import versions
from report_tui.tui.dialogs import choice
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.screens.findings import FindingsScreen
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.question_list import QuestionList
from tests.scenes import keys_for
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
        await driver.press("f10", "down", "down", "enter")
        assert driver.app.return_code == 0
    assert demo.read_bytes() == before


async def test_save_and_quit_saves(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("saved at last")
        await driver.press("f10", "enter")
        assert driver.app.return_code == 0
    assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "saved at last"


async def test_save_and_quit_stays_when_an_answer_cannot_be_written(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("```\nopen")
        await driver.edit(12)
        await driver.type("fine")
        await driver.press("f10")
        assert "never closed" in driver.text()
        await driver.press("enter")
        await driver.edit(9)
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
        await driver.press("enter")
        assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "mine"


async def test_one_answer_changed_on_both_sides_can_be_taken_from_disk_and_undone(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("mine")
        change_on_disk(demo, 9, "theirs")
        await driver.press("f2", "down", "enter")
        assert driver.editor.text == "theirs"
        assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "theirs"
        assert "The text of answer 9 that was not chosen is kept in the history" in driver.notices()[-1]
        (kept,) = [version for version in versions.versions(demo) if version.number == 9]
        assert (kept.kind, versions.read_text(kept)) == (versions.NOT_CHOSEN, "mine")
        await driver.press("ctrl+z")
        assert driver.session.text(9) == "mine"


async def test_an_undecided_answer_is_never_written_and_asked_for_again(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("mine")
        change_on_disk(demo, 9, "theirs")
        before = demo.read_bytes()
        for _ in range(2):
            await driver.press("f2")
            assert isinstance(driver.app.screen, ChoiceDialog)
            await driver.press("escape")
            assert demo.read_bytes() == before
        await driver.type("!")
        assert driver.editor.text == "mine!"
        assert "≠  9" in driver.text()
        await driver.press("f2", "enter")
    assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "mine!"


async def test_a_collision_does_not_interrupt_the_typing(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("my text ")
        change_on_disk(demo, 9, "theirs")
        await notice_the_disk(driver)
        assert not isinstance(driver.app.screen, ChoiceDialog)
        await driver.type("goes on")
        assert driver.editor.text == "my text goes on"
        assert "Save (F2) to choose" in driver.notices()[-1]


async def test_letters_typed_as_a_dialog_appears_choose_nothing(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "TYPING_GUARD", 3600)
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("mine")
        await driver.press("f10", "s", "c")
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert driver.session.text(9) == "mine"


async def collide_unseen(driver: Driver, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides change answer 9; nobody can have seen the question that a save asks of it."""
    monkeypatch.setattr(choice, "TYPING_GUARD", 3600)
    await driver.edit(9)
    await driver.type("mine")
    change_on_disk(demo, 9, "theirs")


@pytest.mark.parametrize("typed", ["t", "The motors too.", "\nb"])
async def test_who_types_on_behind_a_save_that_asks_loses_no_letter(
    demo: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    async with running(demo) as driver:
        await collide_unseen(driver, demo, monkeypatch)
        await driver.press("f2")
        assert isinstance(driver.app.screen, ChoiceDialog)
        await driver.burst(*keys_for(typed))
        assert len(driver.app.screen_stack) == 1
        assert driver.editor.text == driver.session.text(9) == f"mine{typed}"
        assert driver.session.undecided == {9}
        # What the watch may have said a moment before stands behind it.
        said = "Not saved: 9 Costs: changed by you and on disk. Save (F2) to choose."
        assert driver.notices()[-1].startswith(said)
        await driver.press("f2")
        driver.app.post_message(events.Paste(" pasted"))
        await driver.settle()
        assert driver.editor.text == f"mine{typed} pasted"
    assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "theirs"


async def test_keys_in_one_burst_with_the_save_that_asks_are_all_there(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(demo) as driver:
        await collide_unseen(driver, demo, monkeypatch)
        await driver.burst("f2", *keys_for(" to be kept, and the boat as well"))
        if driver.app.screen is not driver.main:  # it came behind the last letter
            await driver.press("escape")
        assert driver.editor.text == driver.session.text(9) == "mine to be kept, and the boat as well"
        assert driver.session.undecided == {9}


async def test_a_command_while_a_question_appears_is_for_the_question(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(demo) as driver:
        await collide_unseen(driver, demo, monkeypatch)
        await driver.press("f2", "down", "f1", "f1")
        assert isinstance(driver.app.screen, ChoiceDialog)
        await driver.press("escape")
        await driver.press("escape")
        assert not isinstance(driver.app.focused, AnswerEditor)
        await driver.press("f2", "t")  # there is no editor to type in
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert driver.session.text(9) == "mine"


def header_says(driver: Driver, text: str) -> bool:
    """Whether the header says something; notices lie over it, and the watch may bring one at any time."""
    driver.app.clear_notifications()
    return text in driver.text()


@pytest.mark.parametrize("data", [b"", b"# Another file\n"], ids=["empty", "no report"])
async def test_a_version_without_questions_is_not_taken_over(demo: Path, data: bytes) -> None:
    whole = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("precious")
        await driver.press("f8")
        demo.write_bytes(data)
        await notice_the_disk(driver)
        assert "holds no question any more" in driver.text()
        await driver.until(lambda: header_says(driver, "not on disk"))
        await driver.type("a")
        await driver.press("f2")
        assert "Not saved" in driver.text()
        assert demo.read_bytes() == data
        await driver.press("escape")
        demo.write_bytes(whole)
        await notice_the_disk(driver)
        assert "holds no question" not in driver.text()
        assert driver.notices() == ["README.md is back."]
        assert not driver.session.undecided
        await driver.press("f2")
    assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "precious"


async def test_what_is_wrong_with_the_file_is_said_once_however_often_it_is_looked_at(demo: Path) -> None:
    async with running(demo) as driver:
        demo.write_bytes(b"")
        await notice_the_disk(driver)
        assert len(driver.notices()) == 1
        driver.app.clear_notifications()
        await notice_the_disk(driver)
        assert driver.notices() == []
        await driver.press("f2")
        assert len(driver.notices()) == 1, "who saves is told again"


async def test_a_file_that_is_gone_keeps_the_text_and_says_so(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("kept")
        demo.unlink()
        await driver.press("f2")
        assert "README.md does not exist: put it back, then save; what you typed stays here" in driver.text()
        await driver.press("escape")
        await driver.until(lambda: header_says(driver, "not on disk"))
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
        assert 'question 12 ("Is there anything that we did not ask ab…"): the question is gone' in driver.notices()[-1]
        demo.write_bytes(whole)
        await notice_the_disk(driver)
        # It is back as it was when it went: nobody else has changed it.
        assert "changed by you and on disk" not in driver.text()
        await driver.press("f2")
        assert not driver.session.dirty
    assert Report.from_bytes(demo.read_bytes()).question(12).answer.text == f"{typed}!"


async def test_what_is_wrong_with_the_whole_report_stands_under_the_header(demo: Path) -> None:
    whole = demo.read_bytes()
    start, end = whole.index(b"### Question 5"), whole.index(b"## Software")
    demo.write_bytes(whole[:start] + whole[end:])
    async with running(demo) as driver:
        line = driver.text().split("\n")[1]
        assert "✗ line " in line
        await driver.pilot.click("#problem")
        await driver.settle()
        assert "question 5" in driver.text()
        await driver.press("escape")
        await driver.edit(9)
        assert driver.editor.question == 9


async def test_a_click_on_the_findings_shows_them_in_full(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        await driver.edit(8)
        await driver.pilot.click("#truth")
        await driver.settle()
        assert isinstance(driver.app.screen, FindingsScreen)
        lines = driver.text().split("\n")
        assert lines[1].strip() == "8 Field trial"
        assert "no figure; this question asks for 1 to 3" in lines[2]
        assert "→ " in driver.text()
        await driver.press("escape")
        assert driver.editor.question == 8


async def test_an_untouched_answer_never_comes_back_over_a_change_on_disk(demo: Path) -> None:
    whole = demo.read_bytes()
    start = whole.index(b"### Question 12")
    async with running(demo) as driver:
        await driver.edit(12)
        demo.write_bytes(whole[:start])
        await notice_the_disk(driver)
        assert not driver.session.dirty
        assert driver.main.query_one(QuestionList).current == 1
        back = Report.from_bytes(whole).with_answer(12, "").to_bytes()
        demo.write_bytes(back)
        await notice_the_disk(driver)
        await driver.press("f2")
        assert driver.notices() == ["Nothing to save.\nNew in the file: question 12."]
        await driver.edit(12)
        assert driver.editor.text == ""
    assert demo.read_bytes() == back


async def test_moving_the_cursor_just_before_a_question_vanishes_is_no_fault(demo: Path) -> None:
    whole = demo.read_bytes()
    async with running(demo) as driver:
        driver.main.query_one(QuestionList).current = 12
        demo.write_bytes(whole[: whole.index(b"### Question 12")])
        await notice_the_disk(driver)
        await driver.press("enter")
        assert driver.app.is_running


async def test_wrong_rules_beside_the_report_do_not_keep_anybody_from_saving(demo: Path) -> None:
    async with running(demo, (160, 40)) as driver:
        await driver.edit(9)
        await driver.type("mine")
        (demo.parent / "report-rules.yaml").write_text("schema_version: 1\nnonsense: 1\n", encoding="utf-8")
        change_on_disk(demo, 4, "theirs")
        await driver.press("f2")
        report = Report.from_bytes(demo.read_bytes())
        assert (report.question(4).answer.text, report.question(9).answer.text) == ("theirs", "mine")
        assert "report-rules.yaml line " in driver.text().split("\n")[1]


class _AtWork(Screen[None]):
    """A screen for which something is always going on."""

    def compose(self) -> ComposeResult:
        yield Static()

    async def work(self) -> None:
        while True:
            self.query_one(Static).update("at work")
            await asyncio.sleep(0)


async def test_work_for_a_screen_that_goes_ends_before_its_parts_do(demo: Path) -> None:
    async with running(demo) as driver:
        screen = _AtWork()
        await driver.app.push_screen(screen)
        screen.run_worker(screen.work())
        await driver.app.pop_screen()
        await driver.settle()
        assert driver.app.screen is driver.main


@pytest.mark.parametrize("of_the_app", [False, True])
async def test_all_work_ends_before_the_screens_do(demo: Path, of_the_app: bool) -> None:
    async with running(demo) as driver:
        screen = _AtWork()
        await driver.app.push_screen(screen)
        worker = (driver.app if of_the_app else screen).run_worker(screen.work())
    assert worker.is_cancelled


async def test_keys_behind_the_last_one_open_nothing(demo: Path) -> None:
    async with running(demo) as driver:
        driver.app.call_later(driver.app.exit, 0)
        await driver.burst("f8", "f7", "f6", "f12")
    assert (driver.app.return_code, driver.app.failure) == (0, None)
