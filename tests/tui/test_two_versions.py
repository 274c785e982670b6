"""An answer with two versions, ours and the file's or git's two: every way through its dialog, and what it leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from report_tui import Report
from report_tui.storage import versions
from report_tui.storage.settings import KeyChoice, Settings
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.dialogs.collision import CollisionDialog
from report_tui.tui.screens.findings import FindingsScreen
from report_tui.tui.screens.main import MainScreen
from tests.tui.driver import Driver, running
from tests.tui.test_leaving import change_on_disk, notice_the_disk

BASE = "one\n\ntwo\n\nthree"
MARKED = "before\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> main\nafter"


def answer(path: Path, number: int) -> str:
    return Report.from_bytes(path.read_bytes()).question(number).answer.text


def put_away(demo: Path) -> list[str]:
    """The texts in the history that were not chosen."""
    found = [one for one in versions.versions(demo) if one.kind == versions.NOT_CHOSEN]
    return [versions.read_text(one) for one in found]


def without_history(tmp_path: Path) -> None:
    """From now on nothing can be put into the history."""
    folder = tmp_path / "state" / "versions"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way", encoding="utf-8")


async def collide(driver: Driver, demo: Path, mine: str, theirs: str, others: dict[int, str] | None = None) -> None:
    """Both sides change answer 9, which was `BASE`; the other side changes others with it."""
    await driver.edit(9)
    await driver.press("ctrl+a", "delete")
    await driver.type(mine)
    report = Report.from_bytes(demo.read_bytes())
    for number, text in {9: theirs, **(others or {})}.items():
        report = report.with_answer(number, text)
    demo.write_bytes(report.to_bytes())
    await driver.press("f2")
    assert isinstance(driver.app.screen, CollisionDialog)


@pytest.fixture
def based(demo: Path) -> Path:
    change_on_disk(demo, 9, BASE)
    return demo


@pytest.mark.parametrize(
    ("key", "kept", "dropped"),
    [
        ("m", "ONE\n\nmine\n\nthree", ["one\n\ntheirs\n\nthree\n\nfour"]),
        ("t", "one\n\ntheirs\n\nthree\n\nfour", ["ONE\n\nmine\n\nthree"]),
        ("b", "ONE\n\ntheirs\n\nmine\n\nthree\n\nfour", []),
    ],
)
async def test_mine_theirs_or_both_are_written(based: Path, key: str, kept: str, dropped: list[str]) -> None:
    async with running(based) as driver:
        await collide(driver, based, "ONE\n\nmine\n\nthree", "one\n\ntheirs\n\nthree\n\nfour")
        await driver.press(key)
        assert (driver.editor.text, answer(based, 9)) == (kept, kept)
        assert put_away(based) == dropped
        await driver.press("ctrl+z")
        assert driver.session.text(9) == "ONE\n\nmine\n\nthree" or key == "m"


async def test_by_hand_is_an_edit_that_is_not_saved_and_can_be_undone(based: Path) -> None:
    async with running(based) as driver:
        await collide(driver, based, "ONE\n\nmine\n\nthree", "one\n\ntheirs\n\nthree\n\nfour")
        before = based.read_bytes()
        await driver.press("down", "down", "down", "enter")
        text = "ONE\n\n[TODO: on disk]\ntheirs\n[TODO: yours]\nmine\n\nthree\n\nfour"
        assert (driver.editor.text, based.read_bytes(), driver.session.undecided) == (text, before, set())
        assert driver.editor.cursor_location == (2, 0)
        assert "Nothing is saved yet" in driver.notices()[-1]
        assert "TODO" in driver.text()
        await driver.press("ctrl+z")
        assert driver.editor.text == "ONE\n\nmine\n\nthree"
        await driver.press("ctrl+y", "f2")
        assert answer(based, 9) == text


async def test_changes_of_different_lines_are_asked_for_and_enter_takes_both(based: Path) -> None:
    async with running(based) as driver:
        await collide(driver, based, "ONE\n\ntwo\n\nthree", "one\n\ntwo\n\nthree\n\nfour")
        assert "No line was changed by both." in driver.text()
        await driver.press("enter")
        assert answer(based, 9) == "ONE\n\ntwo\n\nthree\n\nfour"


async def test_the_base_outlives_further_changes(based: Path) -> None:
    """Both go on changing before anybody decides: what both began with stays the same."""
    async with running(based) as driver:
        await collide(driver, based, "ONE\n\ntwo\n\nthree", "one\n\ntwo\n\nTHREE")
        await driver.press("escape")
        await driver.press("ctrl+end", "enter")
        change_on_disk(based, 9, "one\n\ntwo\n\nTHREE\n\nfour")
        await notice_the_disk(driver)
        assert driver.session.bases == {9: BASE}
        await driver.press("f2", "enter")
        assert answer(based, 9) == "ONE\n\ntwo\n\nTHREE\n\nfour"
        assert driver.session.bases == {}


async def test_the_answers_that_were_taken_are_named_in_the_dialog(based: Path) -> None:
    async with running(based) as driver:
        await collide(driver, based, "mine", "theirs", {4: "theirs too", 12: "and this"})
        assert "The other 2 changed answers were taken: 4, 12." in driver.text()


async def test_it_opens_from_the_finding_and_from_the_palette_and_saves_nothing(based: Path) -> None:
    async with running(based) as driver:
        await collide(driver, based, "mine", "theirs")
        await driver.press("escape")
        before = based.read_bytes()
        await driver.press("ctrl+l")
        assert isinstance(driver.app.screen, FindingsScreen)
        await driver.press("down", "up", "f")
        assert isinstance(driver.app.screen, CollisionDialog)
        await driver.press("escape")
        assert isinstance(driver.app.screen, MainScreen)
        await driver.press("ctrl+p", *"choose between", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, CollisionDialog))
        await driver.press("enter")
        assert not driver.session.undecided
        assert (driver.session.text(9), based.read_bytes()) == ("mine", before)
        await settle(driver)
        assert driver.notices()[-1] == "No answer has two versions."


async def test_what_the_history_does_not_take_is_not_given_up_unasked(based: Path, tmp_path: Path) -> None:
    async with running(based) as driver:
        await collide(driver, based, "mine", "theirs")
        without_history(tmp_path)
        before = based.read_bytes()
        await driver.press("m")
        assert "The version of 9 " in driver.text()
        assert "would be nowhere any more" in driver.text()
        await driver.press("b")
        assert (driver.session.undecided, driver.session.text(9), based.read_bytes()) == ({9}, "mine", before)
        assert "Not saved: 9 " in driver.notices()[-1]
        await driver.press("f2", "b")
        assert answer(based, 9) == "theirs\n\nmine", "what gives nothing up needs no history"


async def test_who_gives_up_what_the_history_does_not_take_goes_on(based: Path, tmp_path: Path) -> None:
    async with running(based) as driver:
        await collide(driver, based, "mine", "theirs")
        without_history(tmp_path)
        await driver.press("t", "down", "enter")
        assert (answer(based, 9), driver.session.dirty) == ("theirs", False)
        assert "kept in the history" not in driver.notices()[-1]


# What git left


async def settle(driver: Driver) -> None:
    """What the palette's command does, once the app has looked at the file for the first time."""
    await driver.until(lambda: bool(driver.notices()))
    driver.main.settle()
    await driver.settle()


async def test_git_s_two_versions_of_an_answer_are_named_at_the_start_and_asked_for(demo: Path) -> None:
    change_on_disk(demo, 9, MARKED)
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.until(lambda: bool(driver.notices()))
        assert "git left two versions of 9 " in driver.notices()[-1]
        await driver.press("f2")
        assert driver.notices()[-1].startswith("Nothing to save. git left two versions of 9 ")
        assert demo.read_bytes() == before
        await driver.edit(9)
        await driver.press("ctrl+l", "down", "up", "f")
        assert isinstance(driver.app.screen, CollisionDialog)
        shown = driver.text()
        assert all(said in shown for said in ("the upper one: HEAD", "the lower one: main", "keep the upper one"))
        await driver.press("down", "enter")
        assert driver.editor.text == "before\ntheirs\nafter"
        assert demo.read_bytes() == before
        assert "before\nmine\nafter" in put_away(demo)[0]
        await driver.press("f2")
        assert demo.read_bytes() == before.replace(MARKED.encode(), b"before\ntheirs\nafter")
        await driver.press("ctrl+z")
        assert driver.editor.text == MARKED


def whole(demo: Path, *, crlf: bool = False) -> tuple[bytes, bytes]:
    """Make the file one conflict; returns the two versions."""
    mine = Report.from_bytes(demo.read_bytes()).with_answer(9, "mine").with_answer(12, "mine too").to_bytes()
    theirs = Report.from_bytes(demo.read_bytes()).with_answer(9, "theirs").with_answer(12, "theirs too").to_bytes()
    other = theirs.replace(b"\n", b"\r\n") if crlf else theirs
    demo.write_bytes(b"<<<<<<< HEAD\n" + mine + b"=======\n" + other + b">>>>>>> main\n")
    return mine, theirs


@pytest.mark.parametrize("crlf", [False, True])
async def test_markers_around_the_whole_file_go_once_every_answer_is_chosen(demo: Path, crlf: bool) -> None:
    mine, _ = whole(demo, crlf=crlf)
    async with running(demo) as driver:
        await settle(driver)
        assert isinstance(driver.app.screen, ChoiceDialog)
        await driver.press("enter")
        assert "1 of 2" in driver.text()
        await driver.press("down", "enter", "enter")
        expected = Report.from_bytes(mine).with_answer(9, "theirs").to_bytes()
        assert demo.read_bytes() == expected
        assert (driver.session.text(9), driver.session.text(12), driver.session.dirty) == ("theirs", "mine too", False)
        assert "git's markers are out of the file." in driver.notices()[-1]


@pytest.mark.parametrize("keys", [["escape"], ["enter", "escape"], ["enter", "enter", "escape"]])
async def test_who_does_not_choose_for_every_answer_changes_nothing(demo: Path, keys: list[str]) -> None:
    whole(demo)
    before = demo.read_bytes()
    async with running(demo) as driver:
        await settle(driver)
        await driver.press(*keys)
        assert demo.read_bytes() == before
        assert "The file is as it was" in driver.notices()[-1]
        assert put_away(demo) == []


async def test_markers_stay_where_the_history_does_not_take_the_other_version(demo: Path, tmp_path: Path) -> None:
    whole(demo)
    before = demo.read_bytes()
    without_history(tmp_path)
    async with running(demo) as driver:
        await settle(driver)
        await driver.press("enter", "enter", "enter")
        assert "Not in the history" in driver.text()
        await driver.press("escape")
        assert demo.read_bytes() == before
        assert "The file is as it was" in driver.notices()[-1]


async def test_the_file_with_its_markers_is_in_the_history(demo: Path) -> None:
    change_on_disk(demo, 4, "ours")
    async with running(demo) as driver:
        await driver.edit(12)
        await driver.type("x")
        await driver.press("f2")  # what a save kept less than ten minutes ago
        whole(demo)
        marked = demo.read_bytes()
        await notice_the_disk(driver)
        await settle(driver)
        await driver.press("enter", "b", "b")
        assert b"<<<<<<<" not in demo.read_bytes()
    whole_files = [versions.read(one) for one in versions.versions(demo) if one.number is None]
    assert marked in whole_files


async def test_by_hand_in_a_whole_conflict_keeps_what_was_typed_among_the_markers(demo: Path) -> None:
    whole(demo)
    async with running(demo) as driver:
        await settle(driver)
        await driver.press("escape")
        driver.session.edit(9, "precious")
        await settle(driver)
        await driver.press("enter", "down", "down", "down", "enter", "enter")
        assert driver.session.text(9) == "[TODO: lower version]\ntheirs\n[TODO: upper version]\nmine"
    assert [versions.read_text(one) for one in versions.versions(demo) if one.number == 9] == ["precious"]


async def test_by_hand_in_a_whole_conflict_is_not_written(demo: Path) -> None:
    mine, _ = whole(demo)
    async with running(demo) as driver:
        await settle(driver)
        await driver.press("enter", "down", "down", "down", "enter", "enter")
        assert driver.editor.text == "[TODO: lower version]\ntheirs\n[TODO: upper version]\nmine"
        assert demo.read_bytes() == Report.from_bytes(mine).with_answer(9, "theirs\n\nmine").to_bytes()
        assert driver.session.unsaved == (9,)


async def test_where_the_template_s_own_text_differs_the_way_out_is_said_with_its_line(demo: Path) -> None:
    data = demo.read_bytes()
    line = b"### Question 9\n"
    conflict = b"<<<<<<< a\n### Question 9!\n=======\n### Question 9?\n>>>>>>> b\n"
    demo.write_bytes(data.replace(line, conflict))
    row = data[: data.index(line)].count(b"\n") + 1
    async with running(demo) as driver:
        await settle(driver)
        assert driver.notices()[-1].startswith(f"Line {row}: the two versions differ in the template's own text")
        assert demo.read_bytes() == data.replace(line, conflict)


async def test_notices_name_the_keys_that_somebody_set(based: Path) -> None:
    keys = (KeyChoice("history", ("alt+v",), 1), KeyChoice("editor-undo", ("alt+u", "ctrl+z"), 2))
    async with running(based, settings=Settings(keys=keys)) as driver:
        await collide(driver, based, "mine", "theirs")
        await driver.press("m")
        assert "is kept in the history (Alt+V)." in driver.notices()[-1]
        await driver.press("alt+v", "enter")
        assert "Alt+U in an answer takes it back." in driver.notices()[-1]
