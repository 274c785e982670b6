"""The findings panel over the running app: what it shows, what its keys do to the answers, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui import AnswerRejected, Report
from report_tui.session import Session, load
from report_tui.tui.app import ReportApp
from report_tui.tui.dialogs import choice
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.screens import findings
from report_tui.tui.screens.findings import FindingList, FindingsScreen
from tests.tui.driver import Driver, running
from tests.tui.fixing import CODE, GLUED, HEADINGS, open_panel, troubled

BOLD = "**Costs**\n\nThe scanner cost most.\n\n**Savings**\n\nA used scanner would do, and cheaper wheels as well."


@pytest.fixture(autouse=True)
def quick_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters count at once, so that no test waits for a clock."""
    monkeypatch.setattr(findings, "TYPING_GUARD", 0.001)
    monkeypatch.setattr(choice, "TYPING_GUARD", 0.001)


def panel(driver: Driver) -> FindingsScreen:
    assert isinstance(driver.app.screen, FindingsScreen)
    return driver.app.screen


async def to_finding(driver: Driver, message: str) -> None:
    """Put the cursor on the first finding that says this."""
    listed = panel(driver).query_one(FindingList)
    for index in range(listed.option_count):
        if message in str(listed.get_option_at_index(index).prompt):
            listed.highlighted = index
            await driver.settle()
            return
    raise AssertionError(f"no finding says {message}")


async def test_the_findings_of_this_question_stand_first_each_with_its_way_out(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 9)
        lines = driver.text().split("\n")
        assert lines[0] == " Findings  13 findings · 7 with a fix"
        assert lines[1].strip() == "9 Costs"
        assert lines[4].strip() == "4 Power budget"
        await to_finding(driver, "ends the answer")
        text = driver.text()
        assert "→ write a heading as **bold**" in text
        assert "- ## Costs ##" in text
        assert "+ **Costs**" in text


async def test_f_mends_and_u_takes_back(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await driver.edit(9)
        editor = driver.editor
        _, hooks = await open_panel(driver, 9)
        await to_finding(driver, "ends the answer")
        await driver.press("f")
        assert driver.session.text(9) == BOLD
        assert editor.text == BOLD
        assert hooks.said == ["Fixed: 9 Costs."]
        assert "12 findings" in driver.text()
        await driver.press("u")
        assert driver.session.text(9) == HEADINGS
        assert not driver.session.dirty
        assert editor.text == HEADINGS
        await driver.press("u")
        assert hooks.said[-1] == "No fix to take back."


async def test_a_fix_is_one_step_of_the_editor_s_own_undo(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await driver.edit(9)
        await open_panel(driver, 9)
        await to_finding(driver, "ends the answer")
        await driver.press("f", "escape", "ctrl+z")
        assert driver.editor.text == HEADINGS
        assert driver.session.text(9) == HEADINGS


async def test_what_was_typed_after_a_fix_is_not_taken_back_with_it(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await driver.edit(9)
        fixing, hooks = await open_panel(driver, 9)
        await to_finding(driver, "ends the answer")
        await driver.press("f", "escape", "ctrl+end")
        await driver.type(" More.")
        driver.main.run_worker(fixing.open(9))
        await driver.settle()
        await driver.press("u")
        assert driver.session.text(9) == f"{BOLD} More."
        assert "left as it is: 9 Costs" in hooks.said[-1]


async def test_where_there_are_ways_f_asks_and_escape_changes_nothing(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 10)
        await to_finding(driver, "ends the answer")
        await driver.press("f")
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert "+ # drive" in driver.text()
        await driver.press("escape")
        assert driver.session.text(10) == CODE
        await driver.press("f", "2")
        assert driver.session.text(10) == CODE.replace("## drive", "# # drive")


async def test_a_shows_all_of_a_kind_first_and_u_takes_all_of_them_back(demo: Path) -> None:
    before = Report.from_bytes(troubled(demo).read_bytes())
    async with running(demo) as driver:
        await open_panel(driver, 12)
        await to_finding(driver, "a list is glued")
        await driver.press("a")
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert "change 3 answers" in driver.text()
        await driver.press("c")
        assert not driver.session.dirty
        await driver.press("a", "y")
        assert driver.session.unsaved == (7, 8, 12)
        assert driver.session.text(12) == GLUED.replace("tried:\n", "tried:\n\n")
        await driver.press("u")
        assert not driver.session.dirty
        assert driver.session.text(8) == before.question(8).answer.text


async def test_a_finding_that_only_the_student_can_mend_says_so(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        _, hooks = await open_panel(driver, 4)
        await driver.press("f", "a")
        assert hooks.said == [
            "Only you can mend this: write 13 more words.",
            "Nothing of this kind can be fixed without a choice.",
        ]
        assert not driver.session.dirty


async def test_enter_goes_to_the_row_of_the_answer(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        _, hooks = await open_panel(driver, 4)
        await to_finding(driver, "<mast-height>")
        await driver.press("enter")
        assert hooks.went == [(12, 4)]
        assert not isinstance(driver.app.screen, FindingsScreen)


async def test_a_click_chooses_and_a_double_click_goes_there(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        _, hooks = await open_panel(driver, 9)
        await driver.pilot.click("#findings-list", offset=(20, 2))
        await driver.settle()
        assert "write a heading as **bold**" in driver.text()
        await driver.pilot.click("#findings-list", offset=(20, 2), times=2)
        await driver.settle()
        assert hooks.went == [(9, 1)]


async def test_letters_typed_for_the_editor_mend_nothing(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "TYPING_GUARD", 3600)
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 12)
        await driver.press("f", "a", "u")
        assert isinstance(driver.app.screen, FindingsScreen)
        assert not driver.session.dirty


async def test_a_fix_of_an_answer_that_changed_on_disk_while_we_asked_is_not_made(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        _, hooks = await open_panel(driver, 10)
        await to_finding(driver, "ends the answer")
        await driver.press("f")
        demo.write_bytes(Report.from_bytes(demo.read_bytes()).with_answer(10, "Theirs.").to_bytes())
        driver.main.look_at_the_disk()
        await driver.settle()
        await driver.press("1")
        assert driver.session.text(10) == "Theirs."
        assert "changed on disk meanwhile" in hooks.said[-1]


@pytest.mark.parametrize("size", [(160, 48), (80, 24), (60, 20), (30, 10)])
async def test_it_can_be_used_at_every_size(demo: Path, size: tuple[int, int]) -> None:
    async with running(troubled(demo), size) as driver:
        await open_panel(driver, 9)
        await driver.press("down")
        assert "## Costs" in driver.text() or size[1] < 20
        await driver.press("f", "escape")
        assert driver.session.text(9) == BOLD


async def test_a_text_like_markup_is_shown_as_it_is(demo: Path) -> None:
    report = Report.from_bytes(demo.read_bytes()).with_answer(
        9, "Odd [/x] [@click=app.quit]y[/]:\n- <a[/b]>\n- \u202e[31m"
    )
    demo.write_bytes(report.to_bytes())
    async with running(demo) as driver:
        await open_panel(driver, 9)
        await to_finding(driver, "a list is glued")
        assert "[@click=app.quit]y[/]:" in driver.text()
        assert "\u202e" not in driver.text()


class MovingSession(Session):
    """Stands in for moves, until the session can: it remembers who was moved."""

    moved: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()

    def move(self, number: int) -> None:
        if number in self.refused:
            raise AnswerRejected(number, "the marker is not certain", "move it by hand")
        self.moved |= {number}

    def unmove(self, number: int) -> None:
        self.moved -= {number}


async def test_an_answer_on_its_marker_s_line_is_moved_and_moved_back(demo: Path) -> None:
    demo.write_bytes(demo.read_bytes().replace(b"> Answer:\n\nThe harbour office", b"> Answer: The harbour office"))
    session = MovingSession(load(demo))
    app = ReportApp(session)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        driver = Driver(app, pilot, session)
        await driver.settle()
        _, hooks = await open_panel(driver, 12)
        session.refused = frozenset({12})
        await driver.press("f", "u")
        assert hooks.said == ["12 Extras: the marker is not certain; move it by hand", "No fix to take back."]
        hooks.said.clear()
        session.refused = frozenset()
        await driver.press("f")
        assert session.moved == {12}
        await driver.press("u")
        assert session.moved == frozenset()
        assert hooks.said == ["Fixed: 12 Extras.", "Taken back: 12 Extras."]
