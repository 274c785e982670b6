"""Moving about: keys and mouse, problems, places, sizes and themes."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui.tui.view_models import report as view_models
from report_tui.tui.widgets.answer_editor import AnswerEditor
from report_tui.tui.widgets.question_list import QuestionList
from tests.tui.driver import running


async def test_arrows_choose_and_enter_edits_and_escape_comes_back(demo: Path) -> None:
    async with running(demo) as driver:
        assert isinstance(driver.app.focused, QuestionList)
        await driver.press("down", "down", "enter")
        assert driver.editor.question == 3
        await driver.press("escape")
        assert isinstance(driver.app.focused, QuestionList)
        assert driver.app.focused.current == 3


async def test_next_problem_visits_every_question_with_one_and_wraps(demo: Path) -> None:
    async with running(demo) as driver:
        problems = list(view_models.problems(driver.session))
        seen = []
        for _ in problems:
            await driver.press("f8")
            seen.append(driver.editor.question)
        assert seen == problems
        await driver.press("f8")
        assert driver.editor.question == problems[0]
        await driver.press("f7")
        assert driver.editor.question == problems[-1]


async def test_function_keys_win_over_those_of_the_editor(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(4)
        await driver.press("f7")
        assert driver.editor.selection.is_empty
        assert driver.editor.question != 4


async def test_a_click_on_a_question_opens_its_editor(demo: Path) -> None:
    async with running(demo) as driver:
        rows = view_models.rows(driver.session)
        y = next(index for index, row in enumerate(rows) if row.id == 6)
        await driver.pilot.click(QuestionList, offset=(5, y))
        await driver.settle()
        assert driver.editor.question == 6


async def test_a_click_on_a_key_is_that_key(demo: Path) -> None:
    async with running(demo) as driver:
        line = driver.text().splitlines()[-1]
        await driver.pilot.click("#keys", offset=(line.index("F8") + 1, 0))
        await driver.settle()
        assert isinstance(driver.app.focused, AnswerEditor)


async def test_a_click_folds_and_unfolds_the_prompt(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(8)
        assert "Answer length" in driver.text()
        await driver.pilot.click("#prompt")
        await driver.settle()
        assert "▸" in driver.text()
        await driver.pilot.click("#prompt")
        await driver.settle()
        assert "▸" not in driver.text()


async def test_it_opens_where_the_student_left_off(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.press("down", "down", "right", "right")
        where = driver.editor.cursor_location
        await driver.press("f10")
    async with running(demo) as driver:
        assert driver.main.query_one(QuestionList).current == 8
        await driver.press("enter")
        assert driver.editor.cursor_location == where


async def test_a_place_that_is_gone_is_forgotten(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(12)
        await driver.press("f10")
    text = demo.read_text(encoding="utf-8")
    demo.write_text(text[: text.index("### Question 12")], encoding="utf-8")
    async with running(demo) as driver:
        assert driver.main.query_one(QuestionList).current == 1


@pytest.mark.parametrize("theme", ["report-dark", "report-light"])
@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24), (60, 20)])
async def test_every_size_shows_status_and_answer_in_full_lines(demo: Path, size: tuple[int, int], theme: str) -> None:
    async with running(demo, size, theme) as driver:
        assert "Field trial" in driver.text()
        if size[0] < 80:
            await driver.press("escape")  # out of the overview
        assert "0/1 fig" in driver.text()
        await driver.edit(8)
        shown = driver.text()
        assert "We drove the robot" in shown
        assert "words 142" in shown
        assert "1 to go" in shown
        assert "F2 save" in shown.splitlines()[-1]


async def test_narrow_shows_list_or_editor(demo: Path) -> None:
    async with running(demo, (60, 20)) as driver:
        await driver.press("escape")  # out of the overview
        assert "We drove" not in driver.text()
        await driver.edit(8)
        assert "We drove" in driver.text()
        assert "LOOKING BACK" not in driver.text()
        await driver.press("escape")
        assert "LOOKING BACK" in driver.text()


async def test_resizing_keeps_the_text_and_the_question(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("kept")
        for size in ((80, 24), (60, 20), (40, 12), (20, 6), (160, 48)):
            await driver.pilot.resize_terminal(*size)
            await driver.settle()
        assert driver.editor.question == 9
        assert driver.editor.text == "kept"
        assert "kept" in driver.text()


async def test_no_color_works(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(demo) as driver:
        await driver.edit(8)
        assert "Field trial" in driver.text()
        assert "▣" in driver.text()
