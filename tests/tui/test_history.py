"""The history screen: what it shows, and what comes back, as edits that can be undone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from report_tui import Report
from report_tui.session import Session
from report_tui.storage import versions
from report_tui.tui.dialogs import choice
from report_tui.tui.screens.history import READ_AT_ONCE, HistoryScreen
from report_tui.tui.screens.main import MainScreen
from report_tui.tui.widgets.version_list import VersionList
from tests.tui.driver import Driver, running

HOUR = 3_600


@pytest.fixture(autouse=True)
def _letters_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "TYPING_GUARD", 0.0)


def answer(path: Path, number: int) -> str:
    return Report.from_bytes(path.read_bytes()).question(number).answer.text


def keep(path: Path, hours: float, texts: dict[int, str], *, unticked: bool = False) -> bytes:
    """Keep the file with other answers, as it might have been so many hours ago."""
    report = Report.from_bytes(path.read_bytes())
    for number, text in texts.items():
        report = report.with_answer(number, text)
    if unticked:
        report = report.with_box(next(item.line for item in report.checklist if item.done), " ")
    data = report.to_bytes()
    assert versions.keep(path, data, now_ns=int((time.time() - hours * HOUR - 60) * 1e9)) is None
    return data


def listed(driver: Driver) -> list[str]:
    """What the list says of each version."""
    rows = driver.app.screen.query_one(VersionList)._rows
    return [f"{line.row.version.why}: {line.row.version.what}" for line in rows if line.first]


async def test_it_opens_with_the_versions_in_which_the_question_differs(demo: Path) -> None:
    keep(demo, 5, {9: "Less", 4: "Two hours"})
    keep(demo, 3, {4: "One hour"})
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("ctrl+n")
        assert listed(driver) == ["before a save: answers 4, 9"]
        text = driver.text()
        assert "History  9 Costs · 1 version" in text
        assert "5 h ago" in text
        assert "+ Less" in text, "the question's own answer comes first"
        assert "1 of 2 that differ" in text
        await driver.press("a")
        assert listed(driver) == ["before a save: answer 4", "before a save: answers 4, 9"]
        assert "History  all answers · 2 versions" in driver.text()
        await driver.press("down", "right")
        assert "+ Two hours" in driver.text()
        await driver.press("ctrl+n")
        assert isinstance(driver.app.screen, MainScreen)
        assert driver.editor.question == 9


async def test_the_versions_of_all_answers_begin_with_the_first_that_differs(demo: Path) -> None:
    keep(demo, 5, {4: "Two hours", 9: "Less"}, unticked=True)
    async with running(demo) as driver:
        await driver.press("ctrl+n")  # at a question that no version has otherwise
        assert "1 of 3 that differ" in driver.text()
        assert "+ Two hours" in driver.text()
        await driver.press("left")
        assert "Checklist  3 of 3 that differ" in driver.text()
        await driver.press("right", "enter")
        assert driver.session.unsaved == (4,)


@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24), (60, 20)])
async def test_one_answer_comes_back_as_an_edit_that_can_be_undone(demo: Path, size: tuple[int, int]) -> None:
    keep(demo, 5, {11: "Less", 4: "Two hours"})
    before, now = demo.read_bytes(), answer(demo, 11)
    async with running(demo, size) as driver:
        await driver.edit(11)
        await driver.press("alt+h", "enter")
        assert driver.session.text(11) == "Less"
        assert list(driver.session.unsaved) == [11]
        assert demo.read_bytes() == before
        assert driver.notices()[-1].startswith("Brought back, not saved yet: answer 11.")
        await driver.press("escape")
        assert (driver.editor.question, driver.editor.text) == (11, "Less")
        await driver.press("ctrl+z")
        assert driver.session.text(11) == now
        assert not driver.session.dirty


async def test_the_whole_report_comes_back_after_a_question(demo: Path) -> None:
    then = keep(demo, 5, {11: "Less", 4: "Two hours"}, unticked=True)
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.press("ctrl+n", "w")
        assert "This changes answers 4, 11 and 1 box." in driver.text()
        await driver.press("escape")
        assert not driver.session.dirty
        await driver.press("w", "y")
        assert list(driver.session.unsaved) == [4, 11]
        assert driver.session.unsaved_boxes == 1
        assert demo.read_bytes() == before
        # What was there is kept first, so that the boxes come back as well.
        assert listed(driver) == ["before bringing back: answers 4, 11; 1 box", "before a save: as it is now"]
        await driver.press("f2")
        assert demo.read_bytes() == then
        await driver.press("home", "w", "y", "f2")
        assert demo.read_bytes() == before


async def test_an_answer_that_was_never_opened_can_be_undone_too(demo: Path) -> None:
    keep(demo, 5, {9: "Less", 4: "Two hours"})
    now = answer(demo, 4)
    async with running(demo) as driver:
        await driver.press("ctrl+n", "w", "y", "escape")
        assert (driver.editor.question, driver.editor.text) == (4, "Two hours")
        await driver.press("ctrl+z")
        await driver.edit(9)
        assert driver.editor.text == "Less"
        await driver.press("ctrl+z")
        assert (driver.session.text(4), driver.session.dirty) == (now, False)


async def test_what_was_typed_and_not_saved_is_kept_before_it_is_replaced(demo: Path) -> None:
    keep(demo, 5, {9: "Less"})
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("Precious")
        await driver.press("ctrl+n", "enter")
        kept = next(version for version in versions.versions(demo) if version.kind == versions.BEFORE_RESTORE)
        assert Report.from_bytes(versions.read(kept)).question(9).answer.text == "Precious"
        await driver.press("escape", "ctrl+a", *"```", "ctrl+n", "home", "enter")
        aside = next(version for version in versions.versions(demo) if version.kind == versions.REPLACED)
        assert (aside.number, versions.read_text(aside)) == (9, "```")


async def test_the_save_after_it_keeps_the_file_also_within_the_ten_minutes(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("one")
        await driver.press("f2")
        await driver.type(" two")
        await driver.press("f2")
        saved = demo.read_bytes()
        assert len(versions.versions(demo)) == 1
        await driver.press("ctrl+n", "enter", "f2")
        assert answer(demo, 9) == ""
        assert saved in [versions.read(version) for version in versions.versions(demo)]


async def test_an_answer_that_is_undecided_stays_as_it_is(demo: Path) -> None:
    keep(demo, 5, {9: "Less"})
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("mine")
        theirs = Report.from_bytes(demo.read_bytes()).with_answer(9, "theirs").to_bytes()
        demo.write_bytes(theirs)
        await driver.press("f2", "escape", "ctrl+n", "end", "enter")
        assert driver.session.text(9) == "mine"
        assert "Not brought back: 9 Costs: changed by you and on disk" in driver.notices()[-1]
        assert demo.read_bytes() == theirs


async def test_versions_that_cannot_be_read_are_named(demo: Path) -> None:
    keep(demo, 5, {9: "Less"})
    keep(demo, 3, {9: "Even less"})
    versions.versions(demo)[0].file.write_bytes(b"damaged")
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("ctrl+n")
        assert listed(driver) == ["before a save: is damaged", "before a save: answer 9"]
        before = demo.read_bytes()
        await driver.press("enter", "w", "down", "enter")
        assert driver.session.text(9) == "Less"
        assert demo.read_bytes() == before


async def test_a_long_history_is_read_to_its_end(demo: Path) -> None:
    count = READ_AT_ONCE + 15
    for number in range(count):
        keep(demo, count - number, {9: f"Version {number}"})
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("ctrl+n")
        assert len(listed(driver)) == count
        await driver.press("end")
        assert "+ Version 0" in driver.text()


async def test_nothing_kept_and_nothing_that_differs(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("ctrl+n", "enter", "w", "right", "space")
        assert "Nothing is kept yet: a save keeps the file." in driver.text()
        await driver.press("escape")
        versions.keep(demo, demo.read_bytes())
        await driver.press("ctrl+n")
        assert "As it is now." in driver.text()
        assert listed(driver) == ["before a save: as it is now"]
        await driver.press("a")
        assert "No version is kept in which this answer differs." in driver.text()
        assert isinstance(driver.app.screen, HistoryScreen)


async def test_a_history_that_cannot_be_read_is_not_said_to_be_empty(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "versions").write_text("in the way", encoding="utf-8")
    async with running(demo) as driver:
        await driver.press("ctrl+n")
        assert "The history cannot be read: " in driver.text()
        assert "Nothing is kept" not in driver.text()


async def test_what_differs_is_in_sight_below_a_long_paragraph_that_does_not(demo: Path) -> None:
    session = Session.open(demo)
    long = "Both have this. " * 40
    session.edit(9, f"{long}\n{'now ' * 20}end")
    session.save()
    keep(demo, 5, {9: f"{long}\n{'then ' * 20}end"})
    async with running(demo, (60, 20)) as driver:
        await driver.edit(9)
        await driver.press("ctrl+n", "down")
        rows = [row.rstrip(" ▁▂▃▄▅▆▇█") for row in driver.text().splitlines()]
        (there,) = [at for at, row in enumerate(rows) if row.startswith(" - now now")]
        assert rows[there - 1].startswith("   Both have this.") and rows[there - 1].endswith("…")
        assert rows[there + 1].startswith("   now") and rows[there + 1].endswith("end"), "it hangs below its text"
        assert rows[there + 2].startswith(" + then then")


async def test_a_reports_text_is_never_markup(demo: Path) -> None:
    keep(demo, 5, {9: "[/x] [bold]loud[/] $accent \\[ [@click=app.quit]x[/]"})
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("ctrl+n")
        assert "[/x] [bold]loud[/] $accent \\[ [@click=app.quit]x[/]" in driver.text()


async def test_a_change_on_disk_shows_there(demo: Path) -> None:
    keep(demo, 5, {9: "Less"})
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("ctrl+n")
        demo.write_bytes(Report.from_bytes(demo.read_bytes()).with_answer(9, "Less").to_bytes())
        await driver.main.look_at_the_disk().wait()
        await driver.settle()
        # The file before that change is a version now; the old one is as it is.
        assert listed(driver) == ["before it changed on disk: answer 9"]
