"""The findings panel over the running app: what it shows, what its keys do to the answers, and the way back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from report_tui import Report
from report_tui.storage.settings import KeyChoice, Settings
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.screens import findings
from report_tui.tui.screens.findings import FindingList, FindingsScreen
from report_tui.tui.widgets import truth_panel
from report_tui.tui.widgets.preview import Preview
from report_tui.tui.widgets.truth_panel import TruthPanel
from tests.tui.driver import Driver, running
from tests.tui.fixing import CODE, GLUED, HEADINGS, open_panel, troubled

BOLD = "**Costs**\n\nThe scanner cost most.\n\n**Savings**\n\nA used scanner would do, and cheaper wheels as well."


@pytest.fixture(autouse=True)
def quick_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters count at once, so that no test waits for a clock."""
    monkeypatch.setattr(findings, "TYPING_GUARD", 0.001)


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
        assert lines[0] == " Findings  14 findings · 8 with a fix"
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
        await driver.press("ctrl+l")
        await to_finding(driver, "ends the answer")
        await driver.press("f")
        assert driver.session.text(9) == BOLD
        assert editor.text == BOLD
        assert driver.notices() == ["Fixed: 9 Costs."]
        assert "13 findings" in driver.text()
        await driver.press("u")
        assert driver.session.text(9) == HEADINGS
        assert not driver.session.dirty
        assert editor.text == HEADINGS
        await driver.press("u")
        assert driver.notices() == ["No fix to take back."]


async def test_a_fix_is_one_step_of_the_editor_s_own_undo(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 9)
        await to_finding(driver, "ends the answer")
        await driver.press("f", "escape", "ctrl+z")
        assert driver.editor.text == HEADINGS
        assert driver.session.text(9) == HEADINGS


async def test_what_was_typed_after_a_fix_is_not_taken_back_with_it(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 9)
        await to_finding(driver, "ends the answer")
        await driver.press("f", "escape", "ctrl+end")
        await driver.type(" More.")
        await driver.press("ctrl+l", "u")
        assert driver.session.text(9) == f"{BOLD} More."
        assert "left as it is: 9 Costs" in driver.notices()[-1]


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
        await open_panel(driver, 4)
        await driver.press("f")
        assert driver.notices() == ["Only you can mend this: write 13 more words."]
        await driver.press("a")
        assert driver.notices() == ["Nothing of this kind can be fixed without a choice."]
        assert not driver.session.dirty


async def test_enter_goes_to_the_row_of_the_answer(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 4)
        await to_finding(driver, "<mast-height>")
        await driver.press("enter")
        assert (driver.editor.question, driver.editor.cursor_location) == (12, (3, 0))


async def test_a_click_chooses_and_a_double_click_goes_there(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 9)
        await driver.pilot.click("#findings-list", offset=(20, 2))
        await driver.settle()
        assert "write a heading as **bold**" in driver.text()
        await driver.pilot.click("#findings-list", offset=(20, 2), times=2)
        await driver.settle()
        assert (driver.editor.question, driver.editor.cursor_location) == (9, (0, 0))


async def test_letters_typed_for_the_editor_mend_nothing(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "TYPING_GUARD", 3600)
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 12)
        await driver.press("f", "a", "u")
        assert isinstance(driver.app.screen, FindingsScreen)
        assert not driver.session.dirty


async def test_keys_right_behind_the_one_that_opens_the_panel_are_for_it(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "TYPING_GUARD", 3600)
    async with running(troubled(demo)) as driver:
        await driver.edit(9)
        editor = driver.editor
        await driver.press("ctrl+end")
        await driver.burst("X", "Y", "ctrl+l", "down", "f")
        assert isinstance(driver.app.screen, FindingsScreen)
        assert driver.session.text(9) == editor.text == f"{BOLD}XY"
        await driver.press("escape")
        await driver.burst("ctrl+l", "down", "enter", "Z", "Q")
        assert driver.editor is not editor
        assert driver.session.text(driver.editor.question) == driver.editor.text
        assert "ZQ" in driver.editor.text and editor.text == f"{BOLD}XY"


async def test_a_fix_of_an_answer_that_changed_on_disk_while_we_asked_is_not_made(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 10)
        await to_finding(driver, "ends the answer")
        await driver.press("f")
        demo.write_bytes(Report.from_bytes(demo.read_bytes()).with_answer(10, "Theirs.").to_bytes())
        driver.main.look_at_the_disk()
        await driver.settle()
        await driver.press("1")
        assert driver.session.text(10) == "Theirs."
        assert "changed on disk meanwhile" in driver.notices()[-1]


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


async def test_the_panel_follows_a_change_on_disk(demo: Path) -> None:
    async with running(troubled(demo)) as driver:
        await open_panel(driver, 4)
        await to_finding(driver, "<mast-height>")
        assert "14 findings" in driver.text()
        demo.write_bytes(Report.from_bytes(demo.read_bytes()).with_answer(9, "Theirs.").to_bytes())
        driver.main.look_at_the_disk()
        await driver.settle()
        assert "13 findings" in driver.text()
        assert "<mast-height>" in str(panel(driver).query_one(FindingList).highlighted_option)


# Answers that stand in the wrong place


ON_MARKER, QUOTED = b"> Answer:\n\nThe harbour office", b"> Answer:\n\nFour hundred euros"


@pytest.fixture
def misplaced(demo: Path) -> Path:
    """The demo report with answer 12 on its marker's line and answer 9 in the prompt's quote."""
    data = Report.from_bytes(demo.read_bytes()).with_answer(9, "Four hundred euros\nin all.").to_bytes()
    assert ON_MARKER in data and QUOTED in data
    data = data.replace(ON_MARKER, b"> Answer: The harbour office")
    data = data.replace(QUOTED + b"\nin all.", b"> Answer:\n> Four hundred euros\n> in all.")
    demo.write_bytes(data)
    return demo


def moved(data: bytes, number: int) -> bytes:
    """The report with one answer moved, by the core alone."""
    return Report.from_bytes(data).with_answer_moved(number).to_bytes()


@pytest.mark.parametrize("number", [9, 12])
async def test_a_misplaced_answer_is_moved_and_saved(misplaced: Path, number: int) -> None:
    before = misplaced.read_bytes()
    async with running(misplaced) as driver:
        await open_panel(driver, number)
        await to_finding(driver, {9: "quote", 12: "marker"}[number])
        await driver.press("f", "escape")
        assert driver.session.moved == {number}
        assert driver.editor.text == Report.from_bytes(moved(before, number)).question(number).answer.text
        await driver.press("ctrl+s")
        assert driver.notices() == ["Saved 1 answer."]
        assert not driver.session.dirty
    assert misplaced.read_bytes() == moved(before, number)
    assert moved(before, number) != before


async def test_a_move_is_taken_back_until_it_is_saved(misplaced: Path) -> None:
    before = misplaced.read_bytes()
    async with running(misplaced) as driver:
        await open_panel(driver, 9)
        await to_finding(driver, "quote")
        await driver.press("f", "u", "escape")
        assert driver.notices() == ["Taken back: 9 Costs."]
        assert driver.editor.text == "> Four hundred euros\n> in all."
        await driver.press("ctrl+s")
        assert driver.notices() == ["Nothing to save."]
        assert misplaced.read_bytes() == before
        await driver.press("ctrl+l")
        await to_finding(driver, "quote")
        await driver.press("f", "ctrl+s", "u")
        assert driver.notices() == ["Changed since, and left as it is: 9 Costs."]
    assert misplaced.read_bytes() == moved(before, 9)


async def test_what_is_typed_after_a_move_is_saved_with_it(misplaced: Path) -> None:
    before = misplaced.read_bytes()
    async with running(misplaced) as driver:
        await open_panel(driver, 12)
        await to_finding(driver, "marker")
        await driver.press("f", "escape", "ctrl+home")
        await driver.type("Yes. ")
        await driver.press("ctrl+s")
    text = Report.from_bytes(before).question(12).answer.text
    assert misplaced.read_bytes() == Report.from_bytes(moved(before, 12)).with_answer(12, f"Yes. {text}").to_bytes()


async def test_undo_brings_no_text_back_that_was_written_for_another_place(misplaced: Path) -> None:
    before = misplaced.read_bytes()
    async with running(misplaced) as driver:
        await open_panel(driver, 9)
        await to_finding(driver, "quote")
        await driver.press("f", "escape", "ctrl+z")
        assert driver.editor.text == "Four hundred euros\nin all."
        await driver.press("ctrl+s")
    assert misplaced.read_bytes() == moved(before, 9)


async def test_a_move_that_is_written_is_said_where_its_text_is_held(misplaced: Path) -> None:
    async with running(misplaced) as driver:
        await open_panel(driver, 9)
        await to_finding(driver, "quote")
        await driver.press("f", "escape", "ctrl+home")
        await driver.type("```")
        assert driver.session.held
        before = misplaced.read_bytes()
        await driver.press("ctrl+s")
        assert driver.notices()[-1].startswith("Saved all but 9 Costs")
    assert misplaced.read_bytes() == moved(before, 9)


async def test_a_move_that_is_refused_says_why(misplaced: Path) -> None:
    misplaced.write_bytes(misplaced.read_bytes().replace(b"> Answer: The harbour", b"> **Answer: The harbour"))
    before = misplaced.read_bytes()
    async with running(misplaced) as driver:
        await open_panel(driver, 12)
        await to_finding(driver, "marker")
        await driver.press("f")
        assert "its marker and its first words share" in driver.notices()[-1]
        await driver.press("u", "ctrl+s")
        assert driver.notices() == ["Nothing to save."]
    assert misplaced.read_bytes() == before


async def test_all_misplaced_answers_are_moved_at_once_and_back(demo: Path) -> None:
    data = re.sub(rb"> Answer:\n\n(?!---|#)", b"> Answer: ", demo.read_bytes())
    demo.write_bytes(data)
    numbers = [question.id for question in Report.from_bytes(data).questions if question.answer.lines]
    assert len(numbers) > 5
    async with running(demo) as driver:
        await open_panel(driver, 12)
        await to_finding(driver, "marker")
        await driver.press("a", "y")
        assert driver.notices() == [f"Fixed: {len(numbers)} answers."]
        assert driver.session.moved == set(numbers)
        await driver.press("u")
        assert (driver.session.dirty, driver.session.report.to_bytes()) == (False, data)
        await to_finding(driver, "marker")
        await driver.press("a", "y", "ctrl+s")
    for number in numbers:
        data = moved(data, number)
    assert demo.read_bytes() == data


# The hint at the line of truth


@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24), (60, 20)])
async def test_the_line_of_truth_says_how_to_fix_and_nothing_moves(
    demo: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(truth_panel, "REST", 3600)
    async with running(troubled(demo), size) as driver:
        if driver.app.screen is not driver.main:
            await driver.press("escape")
        await driver.edit(9)
        preview = driver.main.query_one(Preview)
        await driver.until(lambda: preview.is_current)  # beside it where there is room
        before = driver.text().split("\n")
        truth = driver.main.query_one(TruthPanel)
        truth.post_message(TruthPanel.Rested())
        await driver.settle()
        after = driver.text().split("\n")
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        assert len(changed) == 1
        ahead, hint, behind = changed[0][1].partition("^l fix")
        assert hint
        assert changed[0][0].startswith(ahead.rstrip(" …"))
        assert changed[0][0].endswith(behind)
        await driver.pilot.click(TruthPanel)
        await driver.settle()
        assert isinstance(driver.app.screen, FindingsScreen)


async def test_the_hint_names_the_key_that_was_chosen_and_goes_with_its_finding(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(truth_panel, "REST", 0.001)
    async with running(troubled(demo), settings=Settings(keys=(KeyChoice("findings", ("f13",), 1),))) as driver:
        await driver.edit(9)
        assert "F13 fix" in driver.text()
        await driver.press("escape", "down", "enter")
        assert driver.editor.question == 10
        assert "F13 fix" not in driver.text()  # there is a choice
