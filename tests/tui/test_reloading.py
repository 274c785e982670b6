"""The file changes under an open editor: what is being typed, and where, stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.notifications import SeverityLevel
from textual.widgets.text_area import Selection

from report_tui import Report
from report_tui.core.carrying import Reloaded
from report_tui.session import Session
from report_tui.tui.dialogs.choice import Question
from report_tui.tui.flows import disk as disk_module
from report_tui.tui.flows.disk import Disk
from report_tui.tui.flows.turns import Turns
from tests.tui.driver import Driver, running
from tests.tui.test_leaving import change_on_disk, notice_the_disk

PARAGRAPHS = [f"Paragraph {number} " + "has enough words in it to be wrapped " * 4 for number in range(30)]
LONG = "\n\n".join(PARAGRAPHS)


@pytest.fixture
def long(demo: Path) -> Path:
    change_on_disk(demo, 9, LONG)
    return demo


def under(driver: Driver, location: tuple[int, int]) -> str:
    return driver.editor.document.get_line(location[0])[location[1] :]


def place_on_screen(driver: Driver) -> int:
    """The row of the editor in which the cursor is seen."""
    editor = driver.editor
    return editor.wrapped_document.location_to_offset(editor.cursor_location).y - editor.scroll_offset.y


async def test_another_answer_that_changes_moves_nothing(long: Path) -> None:
    async with running(long) as driver:
        await driver.edit(9)
        driver.editor.move_cursor((20, 5))
        await driver.press("shift+right", "shift+right")
        await driver.settle()
        editor = driver.editor
        before = (editor.selection, editor.scroll_offset, editor.text)
        change_on_disk(long, 4, "theirs")
        await notice_the_disk(driver)
        assert driver.editor is editor
        assert (editor.selection, editor.scroll_offset, editor.text) == before
        await driver.press("x", "ctrl+z")
        assert editor.text == before[2]


async def test_an_answer_that_is_taken_keeps_the_cursor_at_its_text(long: Path) -> None:
    """Lines came and went above and below: cursor, selection and what is seen of it stay at their text."""
    async with running(long) as driver:
        await driver.edit(9)
        driver.editor.selection = Selection((20, 2), (24, 7))
        await driver.settle()
        seen = place_on_screen(driver)
        start, end = (under(driver, place) for place in ((20, 2), (24, 7)))
        theirs = ["A new beginning.", "And more of it.", *PARAGRAPHS[2:20], "A paragraph between.", *PARAGRAPHS[20:28]]
        change_on_disk(long, 9, "\n\n".join(theirs))
        await notice_the_disk(driver)
        editor = driver.editor
        assert editor.text == "\n\n".join(theirs)
        assert (under(driver, editor.selection.start), under(driver, editor.selection.end)) == (start, end)
        assert place_on_screen(driver) == seen
        change_on_disk(long, 9, "\n\n".join(["One above.", *theirs]))
        await notice_the_disk(driver)
        assert (under(driver, editor.selection.start), under(driver, editor.selection.end)) == (start, end)
        assert editor.selection.end[0] == 26
        assert place_on_screen(driver) == seen


async def test_a_version_that_was_taken_can_be_undone(long: Path) -> None:
    async with running(long) as driver:
        await driver.edit(9)
        await driver.press("ctrl+end", "!", "f2")
        change_on_disk(long, 9, "theirs")
        await notice_the_disk(driver)
        assert driver.editor.text == "theirs"
        await driver.press("ctrl+z")
        assert driver.editor.text == driver.session.text(9) == LONG + "!"
        await driver.press("ctrl+z")
        assert driver.editor.text == LONG
        await driver.press("ctrl+y", "ctrl+y")
        assert driver.editor.text == "theirs"
        assert not driver.session.dirty


async def test_the_line_that_the_cursor_is_in_may_be_gone(long: Path) -> None:
    async with running(long) as driver:
        await driver.edit(9)
        driver.editor.move_cursor((58, 3))
        change_on_disk(long, 9, "\n\n".join(PARAGRAPHS[:5]))
        await notice_the_disk(driver)
        assert driver.editor.cursor_location == (8, 3)
        change_on_disk(long, 9, "")
        await notice_the_disk(driver)
        assert driver.editor.cursor_location == (0, 0)


async def test_other_line_endings_are_no_news(long: Path) -> None:
    async with running(long) as driver:
        await driver.edit(9)
        await driver.press("ctrl+end", "!")
        long.write_bytes(long.read_bytes().replace(b"\n", b"\r\n"))
        await notice_the_disk(driver)
        assert driver.notices() == []
        await driver.press("f2")
        report = Report.from_bytes(long.read_bytes())
        assert report.question(9).answer.text == LONG + "!"
        assert long.read_bytes().count(b"\r\n") == long.read_bytes().count(b"\n")


async def test_boxes_that_were_ticked_on_disk_are_named(demo: Path) -> None:
    report = Report.from_bytes(demo.read_bytes())
    box = next(item for item in report.checklist if not item.done)
    async with running(demo) as driver:
        demo.write_bytes(report.with_box(box.line, "x").to_bytes())
        await notice_the_disk(driver)
        assert driver.notices()[-1] == f'Boxes changed on disk: "{box.text}" ticked.'


class Said:
    """A screen without editors, that nobody watches the disk for: it keeps what it is told to say."""

    def __init__(self) -> None:
        self.notices: list[str] = []

    def take_in_editors(self) -> None:
        pass

    def keep(self) -> Callable[[], object]:
        return lambda: None

    @property
    def is_kept(self) -> bool:
        return False

    def bring_editors(self, result: Reloaded) -> None:
        pass

    def bring_text(self, number: int, text: str, *, afresh: bool = False) -> None:
        pass

    def go_to(self, number: int, row: int) -> None:
        pass

    def key(self, action: str) -> str:
        return {"commands": "Ctrl+P"}.get(action, action)

    def show_session(self) -> None:
        pass

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        self.notices.append(text)

    async def ask(self, dialog: Question) -> str | None:
        return None


async def test_what_a_save_took_over_is_said_with_how_it_came_out(demo: Path) -> None:
    session, screen = Session.open(demo), Said()
    disk = Disk(session, screen, Turns(screen.show_session))
    session.edit(9, "mine")
    change_on_disk(demo, 4, "theirs")
    await disk.save()
    assert not session.dirty
    assert screen.notices == ["Saved 1 answer.\nChanged on disk, taken over: 4 Power budget."]
    demo.write_bytes(b"")
    await disk.look()
    assert "4 Power budget" not in screen.notices[-1], "it was said"


async def test_what_nobody_can_have_read_yet_is_said_again_by_a_save(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, screen = Session.open(demo), Said()
    flow = Disk(session, screen, Turns(screen.show_session))
    monkeypatch.setattr(disk_module, "UNREAD", 3600.0)
    session.edit(9, "mine")
    change_on_disk(demo, 4, "theirs")
    await flow.look()
    await flow.save()
    await flow.save()
    taken = "Changed on disk, taken over: 4 Power budget."
    assert screen.notices == [taken, f"Saved 1 answer.\n{taken}", "Nothing to save."]
    monkeypatch.setattr(disk_module, "UNREAD", 0.0)
    change_on_disk(demo, 4, "theirs again")
    await flow.look()
    await flow.save()
    assert screen.notices[3:] == [taken, "Nothing to save."]


async def test_the_rest_is_in_the_file_before_anything_is_asked(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(4)
        await driver.press("ctrl+a")
        await driver.type("A new budget.")
        await driver.edit(9)
        await driver.type("mine")
        change_on_disk(demo, 9, "theirs")
        await driver.press("f2")
        assert "changed by you and on disk" in driver.text()
        texts = Report.from_bytes(demo.read_bytes()).texts
        assert (texts[4], texts[9]) == ("A new budget.", "theirs")
        assert driver.session.unsaved == (9,)
        await driver.press("enter")
        assert driver.notices()[-1].startswith("Saved 2 answers.")
    assert Report.from_bytes(demo.read_bytes()).texts[9] == "mine"


async def test_questions_that_are_gone_from_the_file_are_named(demo: Path) -> None:
    """Half a file, as an editor or a full disk may leave it."""
    session, screen = Session.open(demo), Said()
    disk = Disk(session, screen, Turns(screen.show_session))
    data = demo.read_bytes()
    demo.write_bytes(data[: data.index(b"### Question 4")])
    await disk.look()
    assert screen.notices == ["Not in the file any more: questions 4-12."]
    demo.write_bytes(data)
    await disk.look()
    assert screen.notices[1:] == ["New in the file: questions 4-12."]


async def test_git_s_markers_that_a_change_on_disk_brings_are_said_once(demo: Path) -> None:
    session, screen = Session.open(demo), Said()
    disk = Disk(session, screen, Turns(screen.show_session))
    change_on_disk(demo, 4, "<<<<<<< a\nx\n=======\ny\n>>>>>>> b")
    await disk.look()
    change_on_disk(demo, 9, "theirs")
    await disk.look()
    first, second = screen.notices
    assert 'git left two versions of 4 Power budget. Ctrl+P: "Choose between two versions".' in first
    assert second == "Changed on disk, taken over: 9 Costs."
