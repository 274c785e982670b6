"""The overview: what is left, what comes next, the bars, and the ways out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.binding import Binding

from report_tui import Report
from report_tui.session import Session
from report_tui.storage import files
from report_tui.tui.app import ReportApp
from report_tui.tui.screens.main import MainScreen
from report_tui.tui.screens.overview import OverviewScreen, Wanted
from report_tui.tui.view_models.overview import (
    OverviewRow,
    axis,
    bar_cells,
    by_work,
    next_problem,
    overview,
)
from report_tui.tui.widgets.overview_list import OverviewList, columns, drawn_bar
from report_tui.validation.engine import QuestionResult
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.ruleset import NO_UPPER_LIMIT
from tests.tui.driver import Driver, running

SIZES = [(160, 48), (120, 36), (80, 24), (60, 20)]


def result(
    number: int,
    status: Status,
    words: int = 120,
    images: int = 0,
    images_allowed: tuple[int, int] | None = None,
    findings: tuple[Finding, ...] = (),
) -> QuestionResult:
    lines = None if status is Status.EMPTY else (1, 2)
    return QuestionResult(
        number, f"Part {number}", status, words, (100, 200), images, images_allowed, lines, findings, 1
    )


# What it says


def test_the_least_work_comes_first_and_what_blocks_before_it() -> None:
    not_found = Finding("figure-missing", Severity.ERROR, 6, 1, "", "", Status.MISSING_FIGURE)
    found = by_work(
        (
            result(1, Status.WARNING),
            result(2, Status.EMPTY, words=0),
            result(3, Status.TOO_SHORT, words=40),
            result(4, Status.OK),
            result(5, Status.MISSING_FIGURE, images_allowed=(1, 1)),
            result(6, Status.MISSING_FIGURE, words=97, findings=(not_found,)),
            result(7, Status.TOO_LONG, words=204),
            result(8, Status.BREAKS_TEMPLATE),
            result(9, Status.EMPTY, words=0),
            result(10, Status.CONFLICT),
            result(11, Status.TOO_SHORT, words=91),
        )
    )
    assert [each.id for each in found] == [8, 10, 7, 11, 5, 6, 3, 2, 9, 1]


def test_what_is_left_is_said_in_numbers(demo: Path) -> None:
    view = overview(Session.open(demo))
    assert view.left == ("2 empty", "196 words", "38 words over", "1 figure", "1 to look at", "5 boxes")
    assert view.figures == (2, 3)
    assert [(todo.id, todo.what) for todo in view.todo] == [
        (4, "13 words to go"),
        (11, "38 words over"),
        (8, "58 words to go, 1 figure to go"),
        (9, "empty"),
        (10, "empty"),
        (7, "look again"),
    ]


def test_a_figure_that_is_not_there_does_not_count(demo: Path) -> None:
    (demo.parent / "figures" / "harbour-map.png").unlink()
    view = overview(Session.open(demo))
    assert view.figures == (1, 3)
    assert next(row for row in view.rows if row.id == 6).figures_good is False
    assert ("1 answer to mend", 6, "1 figure to mend") == (view.left[0], view.todo[0].id, view.todo[0].what)


def test_what_is_wrong_with_the_whole_file_is_never_left_out(demo: Path) -> None:
    text = demo.read_text(encoding="utf-8")
    demo.write_text(text.replace("### Question 5\n", ""), encoding="utf-8")
    assert overview(Session.open(demo)).left[0] == "1 problem of the whole file"
    demo.write_text(text.replace("## Software\n", ""), encoding="utf-8")
    assert "2 to look at" in overview(Session.open(demo)).left


def test_guessed_limits_are_something_to_look_at(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Log\n\n### Question 1\n\n> **Who sails?**\n>\n> Answer:\n\nAll of us.\n", encoding="utf-8")
    assert overview(Session.open(path)).left == ("1 to look at",)


def test_a_section_counts_its_ready_answers(demo: Path) -> None:
    session = Session.open(demo)
    sections = [(row.title, row.ready) for row in overview(session).rows if row.id is None]
    assert sections == [
        ("Group", "2 of 2 ready"),
        ("Hardware", "2 of 3 ready"),
        ("Software", "2 of 3 ready"),
        ("Looking back", "1 of 4 ready"),
    ]
    session.edit(9, "word " * 30)
    assert [row.ready for row in overview(session).rows if row.id is None][-1] == "2 of 4 ready"


def test_next_problem_goes_round(demo: Path) -> None:
    rows = overview(Session.open(demo)).rows
    assert [next_problem(rows, here, 1) for here in (1, 4, 11, 12, None)] == [4, 7, 4, 4, 4]
    assert [next_problem(rows, here, -1) for here in (12, 4, 1, None)] == [11, 11, 11, 11]
    assert next_problem(tuple(OverviewRow(n, "") for n in (1, 2)), 1, 1) is None


# The bars


@given(
    words=st.integers(0, 900),
    least=st.integers(0, 400),
    more=st.integers(1, 300) | st.just(NO_UPPER_LIMIT),
    spare=st.floats(1.0, 2.0),
    width=st.integers(10, 90),
)
def test_a_bar_never_shows_a_count_on_the_wrong_side_of_a_limit(
    words: int, least: int, more: int, spare: float, width: int
) -> None:
    most = min(least + more, NO_UPPER_LIMIT)
    top = max(1, round((most if most < NO_UPPER_LIMIT else least * 2) * spare))
    cells = bar_cells(words, (least, most), top, width)
    assert 0 <= cells.filled <= width
    assert 0 <= cells.low < width
    assert (words < least) <= (cells.filled <= cells.low)
    if words >= least and words:
        assert cells.filled > cells.low
    if cells.high is not None:
        assert cells.low < cells.high < width - 1
        assert (words > most) == (cells.filled > cells.high + 1)
    assert cells.beyond == (words > top)
    drawn = drawn_bar(cells, width)
    assert cell_len(drawn) == len(drawn) == width
    assert drawn.count("├") == 1


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (0, "         ├─────────┤  "),
        (10, "━        ├─────────┤  "),
        (99, "━━━━━━━━━├─────────┤  "),
        (100, "━━━━━━━━━├─────────┤  "),
        (150, "━━━━━━━━━├━━━━─────┤  "),
        (200, "━━━━━━━━━├━━━━━━━━━┤  "),
        (201, "━━━━━━━━━├━━━━━━━━━┤━ "),
        (300, "━━━━━━━━━├━━━━━━━━━┤━»"),
    ],
)
def test_a_bar_looks_like_this(words: int, shown: str) -> None:
    assert drawn_bar(bar_cells(words, (100, 200), 225, 22), 22) == shown


@given(st.integers(1, 2_000_000), st.integers(16, 64))
def test_the_axis_has_round_numbers_that_do_not_touch(top: int, width: int) -> None:
    line = axis(top, width)
    numbers = [int(number) for number in line.split()]
    assert len(line) <= width
    assert numbers[0] == 0
    steps = {after - before for before, after in pairwise(numbers)}
    assert len(steps) <= 1


@given(st.integers(1, 200), st.integers(0, 120), st.booleans())
def test_columns_never_need_more_than_there_is(width: int, longest: int, bars: bool) -> None:
    divided = columns(width, longest, bars=bars)
    assert divided.bar == 0 or divided.bar >= 16
    assert divided.end <= max(width, 21)


# The screen


async def opened(driver: Driver, wanted: list[Wanted], current: int | None = None) -> OverviewScreen:
    screen = OverviewScreen(overview(driver.session), current)
    driver.app.push_screen(screen, wanted.append)
    await driver.settle()
    return screen


@pytest.mark.parametrize("theme", ["report-dark", "report-light"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_size_shows_what_is_left_and_what_is_next_on_top(
    demo: Path, size: tuple[int, int], theme: str
) -> None:
    async with running(demo, size, theme) as driver:
        await opened(driver, [])
        lines = driver.text().splitlines()
        head = "\n".join(lines[:7])
        assert "7 of 12" in head
        assert "figures 2/3 · checklist 9/14" in head
        assert "2 empty · 196 words" in head
        assert head.index("next   ◑ 4 Power budget  13 words to go") < head.index("then   ◉ 11 Contributions")
        row = next(line for line in lines if "Power budget  " in line and "next" not in line)
        assert "87" in row
        assert "├" in row
        assert len(row) <= size[0]
        assert "HARDWARE  2 of 3 ready" in driver.text()
        assert "esc back" in lines[-1]


async def test_the_cursor_begins_at_the_next_thing_to_do_and_enter_takes_it(demo: Path) -> None:
    wanted: list[Wanted] = []
    async with running(demo) as driver:
        await opened(driver, wanted)
        await driver.press("enter")
        await opened(driver, wanted, 8)
        await driver.press("up", "enter")
        await opened(driver, wanted)
        await driver.press("home", "pagedown", "enter")
        await opened(driver, wanted)
        await driver.press("end", "enter")
    assert wanted == [4, 7, 11, 12]


async def test_the_other_ways_out(demo: Path) -> None:
    wanted: list[Wanted] = []
    async with running(demo) as driver:
        for key in ("escape", "f6", "f8", "f7"):
            await opened(driver, wanted, 7)
            await driver.press(key)
            assert driver.app.screen is driver.main
    assert wanted == [None, "checklist", 8, 4]


async def test_a_click_on_a_row_or_on_what_is_next_takes_it(demo: Path) -> None:
    wanted: list[Wanted] = []
    async with running(demo, (80, 24)) as driver:
        await opened(driver, wanted)
        lines = driver.text().splitlines()
        await driver.pilot.click(offset=(12, next(y for y, line in enumerate(lines) if "Housing" in line)))
        await driver.settle()
        await opened(driver, wanted)
        await driver.pilot.click(offset=(12, next(y for y, line in enumerate(lines) if "then   ◉" in line)))
        await driver.settle()
    assert wanted == [5, 11]


async def test_it_shows_changes_live_and_keeps_the_cursor(demo: Path) -> None:
    async with running(demo) as driver:
        screen = await opened(driver, [], 9)
        driver.session.edit(9, "word " * 30)
        screen.show(overview(driver.session))
        await driver.settle()
        assert "8 of 12" in driver.text()
        assert "1 unsaved" in driver.text()
        assert screen.query_one(OverviewList).current == 9
        screen.show(overview(driver.session, files.CannotRead(demo, "is gone", "bring it back")))
        await driver.settle()
        assert "not on disk" in driver.text()


async def test_keys_of_the_app_pass_through(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pressed: list[str] = []
    monkeypatch.setattr(ReportApp, "action_seen", lambda self, key: pressed.append(key), raising=False)
    async with running(demo) as driver:
        await opened(driver, [])
        for key in ("f2", "ctrl+s", "f10", "ctrl+q", "f1"):
            driver.app._bindings.key_to_bindings[key] = [Binding(key, f"app.seen('{key}')", "seen")]
            await driver.press(key)
    assert pressed == ["f2", "ctrl+s", "f10", "ctrl+q", "f1"]


@pytest.mark.parametrize("size", [(40, 12), (20, 6), (200, 60)])
async def test_odd_sizes_do_no_harm(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo) as driver:
        screen = await opened(driver, [], 8)
        await driver.pilot.resize_terminal(*size)
        await driver.settle()
        assert screen.query_one(OverviewList).current == 8
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        assert "Field trial" in driver.text()


async def test_text_of_a_report_is_data(demo: Path) -> None:
    text = demo.read_text(encoding="utf-8").replace("## Hardware", "## Hard[/]ware [red]x")
    demo.write_text(text, encoding="utf-8")
    async with running(demo) as driver:
        await opened(driver, [])
        assert "HARD[/]WARE [RED]X" in driver.text()


async def test_nothing_left_is_said_only_where_nothing_is(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        screen = await opened(driver, [])
        assert "nothing" not in driver.text()
        screen.show(replace(overview(driver.session), left=(), todo=()))
        await driver.settle()
        assert "left   ✓ nothing" in driver.text()
        assert "next " not in driver.text().splitlines()[3]


@pytest.mark.parametrize("key", ["f6", "f12"])
async def test_keys_right_behind_are_for_the_screen_that_was_asked_for(demo: Path, key: str) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.burst(*("a", key, "z"))
        assert not isinstance(driver.app.screen, MainScreen)
        assert driver.session.text(9) == "a"


async def test_figures_that_are_not_found_do_not_count_and_are_named(demo: Path) -> None:
    report = Report.from_bytes(demo.read_bytes())
    text = report.question(8).answer.text + "\n\n![one](figures/none.png)\n\n![two](figures/no-such.png)"
    demo.write_bytes(report.with_answer(8, text).to_bytes())
    for size in ((120, 36), (60, 20)):
        async with running(demo, size) as driver:
            if size[0] >= 80:
                await driver.press("f12")
            line = next(line for line in driver.text().splitlines() if "2 not found" in line)
            assert "0/1-3" in line
            assert "figures 2/3" in driver.text()
