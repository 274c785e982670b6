"""The filter: which questions a query leaves, and the line in which it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import on
from textual.app import ComposeResult
from textual.screen import Screen

from report_tui import Report
from report_tui.session import Session
from report_tui.storage.settings import read
from report_tui.tui.view_models import report as view_models
from report_tui.tui.view_models.filtering import IN_TEXT, filtered, fold
from report_tui.tui.view_models.report import ListRow
from report_tui.tui.widgets.filter_box import FilterBox
from report_tui.tui.widgets.question_list import QuestionList
from report_tui.validation.finding import Status
from tests.tui.driver import Driver, running

ROWS = (
    ListRow(None, "Hull"),
    ListRow(1, "Café on the quay", status=Status.OK),
    ListRow(2, "Rudder", missing="40/100", status=Status.TOO_SHORT),
    ListRow(None, "Sails"),
    ListRow(3, "Mast", status=Status.EMPTY),
    ListRow(12, "Charts", missing="0/1 fig", status=Status.MISSING_FIGURE, unsaved=True),
    ListRow(13, "Log book", status=Status.WARNING),
)
TEXTS = {
    1: "We took a book about 12 knots.",
    2: "The rudder is of oak.",
    12: "OK: see the Ærø chart, 312 miles.",
    13: "Årets sejl[/]",
}


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("", (1, 2, 3, 12, 13)),
        ("   ", (1, 2, 3, 12, 13)),
        ("empty", (3,)),
        ("too short", (2,)),
        ("short", (2,)),
        ("figure", (12,)),
        ("figures", (12,)),
        ("ready", (1, 13)),
        ("todo", (2, 3, 12)),
        ("problem", (2, 3, 12, 13)),
        ("unsaved", (12,)),
        ("rud", (2,)),
        ("RUDDER", (2,)),
        ("cafe", (1,)),
        ("CAFÉ", (1,)),
        ("arets", (13,)),
        ("3", (3,)),
        ("12", (1, 12)),
        ("rudder oak", (2,)),
        ("oak mast", ()),
        ("todo chart", (12,)),
        ("[/]", (13,)),
        ("nowhere", ()),
    ],
)
def test_a_query_leaves_the_questions_that_match_all_its_words(query: str, matches: tuple[int, ...]) -> None:
    assert filtered(ROWS, TEXTS, query).matches == matches


def test_a_short_word_must_begin_a_word() -> None:
    assert filtered(ROWS, TEXTS, "ok").matches == (1, 12)  # the status of 1 and the text of 12; never `book`
    assert filtered(ROWS, TEXTS, "oa").matches == (2,)
    assert filtered(ROWS, TEXTS, "ak").matches == ()


def test_sections_without_matches_vanish() -> None:
    assert [row.title for row in filtered(ROWS, TEXTS, "rudder").rows] == ["Hull", "Rudder"]
    assert filtered(ROWS, TEXTS, "").rows == ROWS
    assert filtered(ROWS, TEXTS, "nowhere").rows == ()


def test_a_match_inside_the_text_is_told() -> None:
    assert [row.missing for row in filtered(ROWS, TEXTS, "oak").rows if row.id] == [IN_TEXT]
    assert [row.missing for row in filtered(ROWS, TEXTS, "rudder").rows if row.id] == ["40/100"]
    assert [row.missing for row in filtered(ROWS, TEXTS, "12").rows if row.id] == [IN_TEXT, "0/1 fig"]


def test_it_says_how_many_match() -> None:
    assert filtered(ROWS, TEXTS, "todo").said == "3 of 5"
    assert filtered(ROWS, TEXTS, "nowhere").said == "no match"


@given(st.text(), st.text(max_size=12))
def test_any_text_and_any_query_are_data(text: str, query: str) -> None:
    rows = (ListRow(1, text, status=Status.OK),)
    found = filtered(rows, {1: text}, query)
    assert found.rows in ((), rows) or found.rows[0].missing == IN_TEXT
    if fold(query) in fold(text) and len(query) > 2 and query.isalpha():
        assert found.matches == (1,)


@given(st.lists(st.sampled_from(["ok", "12", "oak", "e", "todo", "the", "chart"])))
def test_one_more_word_never_leaves_more(words: list[str]) -> None:
    before: set[int] = set(filtered(ROWS, TEXTS, "").matches)
    for end in range(1, len(words) + 1):
        now = set(filtered(ROWS, TEXTS, " ".join(words[:end])).matches)
        assert now <= before
        before = now


def test_every_status_can_be_asked_for_by_its_word() -> None:
    for status in Status:
        assert filtered((ListRow(1, "-", status=status),), {}, status.word).matches == (1,)
        assert filtered((ListRow(1, "-", status=status),), {}, status.value.replace("-", " ")).matches == (1,)


def test_the_list_of_a_session_can_be_filtered_by_status(demo: Path) -> None:
    session = Session.open(demo)
    rows = view_models.rows(session)
    problems = filtered(rows, {}, "problem").matches
    assert problems == view_models.problems(session)


class FilterScreen(Screen[None]):
    """A list with its filter, wired as the main screen does it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.rows = view_models.rows(session)
        self.texts = {question.id: session.text(question.id) for question in session.report.questions}
        self.highlighted: list[int | None] = []
        self.left: list[bool] = []

    def compose(self) -> ComposeResult:
        yield FilterBox()
        yield QuestionList()

    def on_mount(self) -> None:
        self.questions.show(self.rows)
        self.questions.current = 8
        self.watch(self.questions, "current", lambda number: self.highlighted.append(number), init=False)
        self.questions.focus()

    @property
    def questions(self) -> QuestionList:
        return self.query_one(QuestionList)

    @on(FilterBox.Changed)
    def _changed(self, event: FilterBox.Changed) -> None:
        found = filtered(self.rows, self.texts, event.text)
        self.questions.show(found.rows)
        if event.text.strip():
            event.box.show(found.said, found=bool(found.matches))

    @on(FilterBox.Left)
    def _left(self, event: FilterBox.Left) -> None:
        self.left.append(event.cleared)
        numbers = self.questions.numbers
        if numbers and self.questions.current not in numbers:
            self.questions.current = numbers[0]
        self.questions.focus()


async def opened(driver: Driver) -> FilterScreen:
    screen = FilterScreen(driver.session)
    driver.app.push_screen(screen)
    await driver.settle()
    screen.highlighted.clear()
    return screen


async def test_the_box_is_there_only_while_it_is_in_use(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        screen = await opened(driver)
        assert "F3" not in driver.text()
        screen.query_one(FilterBox).open()
        await driver.type("fig")
        assert driver.text().splitlines()[0].startswith("  fig")
        await driver.press("escape")
        assert "F3" not in driver.text()
        assert screen.left == [True]
        assert screen.questions.numbers == tuple(range(1, 13))
        assert driver.app.focused is screen.questions
        assert screen.questions.current == 8


async def test_the_cursor_stays_on_its_question_while_one_types(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        screen = await opened(driver)
        screen.query_one(FilterBox).open()
        await driver.type("trial")
        assert screen.questions.current == 8
        assert screen.highlighted == []
        assert "LOOKING BACK" in driver.text()  # question 11 tells of the trial
        assert "in text" in driver.text()
        assert "2 of 12" in driver.text()
        await driver.press("enter")
        assert driver.app.focused is screen.questions
        assert (screen.questions.current, screen.highlighted) == (8, [])


async def test_enter_goes_to_the_first_match_where_the_cursor_is_on_none(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        screen = await opened(driver)
        screen.query_one(FilterBox).open()
        await driver.type("empty")
        assert (screen.questions.current, screen.highlighted) == (8, [])
        assert screen.questions.numbers == (9, 10)
        await driver.press("enter")
        assert screen.questions.current == 9
        await driver.press("down", "down")
        assert screen.questions.current == 10


async def test_nothing_matches_is_said(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        screen = await opened(driver)
        screen.query_one(FilterBox).open()
        await driver.type("xyzzy[/]")
        assert "no match" in driver.text()
        await driver.press("down", "down", "up")
        assert screen.questions.current == 8
        screen.query_one(FilterBox).open()
        await driver.press(*["backspace"] * 8)
        assert "no match" not in driver.text()
        assert "of 12" not in driver.text()
        assert screen.questions.numbers == tuple(range(1, 13))


async def test_moving_from_a_question_that_is_not_shown_comes_in_from_the_end(demo: Path) -> None:
    async with running(demo, (80, 24)) as driver:
        screen = await opened(driver)
        screen.questions.show([row for row in screen.rows if row.id in (3, 4, 5)])
        await driver.press("down")
        assert screen.questions.current == 3
        screen.questions.current = 8
        await driver.press("up")
        assert screen.questions.current == 5


# In the app


def numbers(driver: Driver) -> tuple[int, ...]:
    """The questions that the list shows."""
    return driver.main.query_one(QuestionList).numbers


async def to_main(driver: Driver) -> None:
    """Where there is little room, the overview comes first."""
    if driver.app.screen is not driver.main:
        await driver.press("escape")


SIZES = [(160, 48), (120, 36), (80, 24), (60, 20)]


@pytest.mark.parametrize("size", SIZES)
async def test_f3_from_the_editor_and_back(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size) as driver:
        await to_main(driver)
        await driver.edit(4)
        await driver.press("f3")
        await driver.type("trial")
        assert numbers(driver) == (8, 11)
        assert "2 of 12" in driver.text()
        await driver.press("enter")
        assert "8  Field trial" in driver.text()
        await driver.press("enter")
        assert driver.editor.question == 8
        await driver.press("escape")
        assert numbers(driver) == (8, 11)
        await driver.press("escape")
        assert numbers(driver) == tuple(range(1, 13))
        assert isinstance(driver.app.focused, QuestionList)
        assert "show all" not in driver.text()
        assert not driver.session.dirty


async def test_escape_in_the_list_clears_the_filter_and_nothing_else(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("f3")
        await driver.type("todo")
        await driver.press("enter", "down")
        current = driver.main.query_one(QuestionList).current
        assert "esc show all" in driver.text()
        await driver.press("escape")
        assert numbers(driver) == tuple(range(1, 13))
        assert driver.main.query_one(QuestionList).current == current
        await driver.press("escape")
        assert isinstance(driver.app.focused, QuestionList)
        assert "esc show all" not in driver.text()


@pytest.mark.parametrize("size", SIZES)
async def test_f7_and_f8_go_on_from_the_filter_through_all_problems(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size) as driver:
        await to_main(driver)
        await driver.edit(8)
        await driver.press("f3")
        await driver.type("group")
        await driver.press("f8")
        assert driver.editor.question == 9
        await driver.press("f3", "f7")
        assert driver.editor.question == 8
        await driver.type("Hello. ")
        assert driver.editor.text.startswith("Hello. ")
        assert driver.main.query_one(FilterBox).text == "group"
        assert not set(numbers(driver)) & {8, 9}


@pytest.mark.parametrize("size", SIZES)
async def test_a_filter_that_no_longer_matches_throws_nobody_out(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size) as driver:
        await to_main(driver)
        await driver.press("f3")
        await driver.type("empty")
        await driver.press("enter", "enter")
        assert driver.editor.question == 9
        await driver.type("Now it says something. ")
        assert numbers(driver) == (10,)
        assert (driver.editor.question, driver.editor.text) == (9, "Now it says something. ")
        await driver.press("ctrl+s")
        assert (driver.editor.question, driver.notices()) == (9, ["Saved 1 answer."])
        await driver.press("escape")
        assert isinstance(driver.app.focused, QuestionList)
        await driver.press("down", "enter")
        assert driver.editor.question == 10


async def test_a_change_on_disk_leaves_the_filter_and_the_one_who_types_in_it(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("f3")
        await driver.type("empty")
        demo.write_bytes(Report.from_bytes(demo.read_bytes()).with_answer(9, "Theirs.").to_bytes())
        driver.main.look_at_the_disk()
        await driver.settle()
        assert numbers(driver) == (10,)
        assert driver.main.query_one(FilterBox).text == "empty"
        await driver.type(" x")
        assert driver.main.query_one(FilterBox).text == "empty x"
        assert "no match" in driver.text()
        await driver.press("enter", "enter", "f2")
        assert driver.notices()[-1].startswith("Nothing to save.")


async def test_the_box_names_the_key_that_opens_it(demo: Path) -> None:
    async with running(demo, settings=read('[keys]\nfilter = "f13"', "s.toml")[0]) as driver:
        await driver.press("f13", "x")
        assert driver.text().splitlines()[1].startswith(" F13 x")
