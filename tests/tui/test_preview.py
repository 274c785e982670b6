"""The preview beside the real editor: which text it shows, when it is made, and what stays where it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from report_tui.session import Session
from report_tui.tui.view_models.preview import PreviewSource, make_pages, preview_source
from report_tui.tui.widgets.preview import Mode, PageText, Preview
from tests.tui.driver import Driver, running

LIST = "\n\nWe drove for two hours:\n- in the rain\n- on cobblestones\n"


def source(answer: str, question: int = 8) -> PreviewSource:
    return PreviewSource(question, "### Question 8\n\n> **Describe it.**\n>\n> Answer:", answer)


@asynccontextmanager
async def previewing(demo: Path) -> AsyncIterator[tuple[Driver, Preview]]:
    """The app with a preview over its whole body."""
    async with running(demo, (80, 24)) as driver:
        body = driver.main.query_one("#body")
        for child in body.children:
            child.display = False
        preview = Preview()
        await body.mount(preview)
        await driver.settle()
        yield driver, preview


async def shown(driver: Driver, preview: Preview, what: PreviewSource) -> str:
    """The screen once the pages of this source are there."""
    preview.show(what)
    await driver.until(lambda: preview.shown == what)
    return driver.text()


async def test_a_page_says_which_it_is_and_where_the_other_differs(demo: Path) -> None:
    async with previewing(demo) as (driver, preview):
        text = await shown(driver, preview, source(LIST))
        assert "as GitHub shows it" in text
        assert "1 place differs on the course's page" in text
        assert "┃ • in the rain" in text
        preview.mode = Mode.COURSE
        await driver.settle()
        text = driver.text()
        assert "as the course's page shows it" in text
        assert "on GitHub: running text and a list" in text
        assert "┃ We drove for two hours: - in the rain - on cobblestones" in text


async def test_space_and_a_click_on_the_title_turn_to_the_other_page(demo: Path) -> None:
    async with previewing(demo) as (driver, preview):
        await shown(driver, preview, source(LIST))
        driver.app.set_focus(preview.query_one(PageText))
        modes = []
        await driver.press("space")
        modes.append(preview.mode)
        await driver.pilot.click(preview.query_one(".preview--title"))
        await driver.settle()
        modes.append(preview.mode)
        assert modes == [Mode.COURSE, Mode.GITHUB]


async def test_the_last_of_many_texts_is_shown(demo: Path) -> None:
    async with previewing(demo) as (driver, preview):
        for number in range(40):
            preview.show(source(f"\n\nText {number}.\n"))
        text = await shown(driver, preview, source("\n\nThe last text.\n"))
        assert "The last text." in text
        assert "the same on both pages" in text


async def test_an_update_keeps_the_place_and_another_question_begins_at_the_top(demo: Path) -> None:
    long = "\n\n" + "\n\n".join(f"Paragraph {number}." for number in range(40))
    async with previewing(demo) as (driver, preview):
        await shown(driver, preview, source(long))
        page = preview.query_one(PageText)
        page.scroll_to(y=30, animate=False)
        await shown(driver, preview, source(f"{long} More."))
        assert page.scroll_offset.y == 30
        await shown(driver, preview, source(long, question=9))
        assert page.scroll_offset.y == 0


async def test_a_text_of_which_no_page_can_be_made_says_why(demo: Path) -> None:
    async with previewing(demo) as (driver, preview):
        preview.mode = Mode.COURSE
        text = await shown(driver, preview, source("\n\n" + "1. " * 900))
        assert "There is no page to show" in text
        assert "not compared" in text


async def test_text_is_never_markup(demo: Path) -> None:
    async with previewing(demo) as (driver, preview):
        text = await shown(driver, preview, source("\n\na[/] [red]b[/red] [@click=app.bell]c[/]\n"))
        assert "a[/] [red]b[/red] [@click=app.bell]c[/]" in text


def test_the_source_is_the_file_as_a_save_would_write_it(demo: Path) -> None:
    session = Session.open(demo)
    session.edit(8, "We drove.\n\n![Map](figures/nowhere.png)")
    made = preview_source(session, 8)
    assert made.before.startswith("### ")
    assert made.before.endswith("Answer:")
    assert made.answer.strip() == "We drove.\n\n![Map](figures/nowhere.png)"
    assert made.missing == {"figures/nowhere.png"}


def test_a_text_that_cannot_be_written_is_shown_all_the_same(demo: Path) -> None:
    session = Session.open(demo)
    session.edit(8, "Open:\n\n```\ncode")
    assert 8 in session.held
    assert preview_source(session, 8).answer == "\n\nOpen:\n\n```\ncode\n"


def test_a_placeholder_is_no_answer(demo: Path) -> None:
    session = Session.open(demo)
    empty = next(question.id for question in session.report.questions if not question.answer.text)
    pages = make_pages(preview_source(session, empty))
    assert (pages.github.blocks, pages.course.blocks) == ((), ())


@given(st.text(alphabet="ab1 \n\t>#*_-=+.)([]<>!`~|&;:/\\\"'^\x00\x0c\u2028\ud800", max_size=200))
def test_any_text_has_pages_or_a_reason(text: str) -> None:
    pages = make_pages(source(f"\n\n{text}"))
    for page, other in ((pages.github, pages.course), (pages.course, pages.github)):
        assert not (page.problem and page.blocks)
        assert len(page.places) == len(other.places)
        assert all(page.blocks[place.first : place.end] or place.there != "nothing" for place in page.places)


async def test_a_figure_is_drawn_and_drawn_anew_when_its_file_changes(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(5)
        await driver.press("f5")
        preview = driver.main.query_one(Preview)
        await driver.until(lambda: preview.is_current)
        assert "▀▀▀▀" in driver.text()
        assert driver.text().count("▀\n") <= 12
        (demo.parent / "figures" / "Housing.JPG").write_bytes(b"\xff\xd8\xff no picture at all")
        driver.session.refresh_figures()
        driver.main.show_session()
        await driver.until(lambda: preview.is_current)
        assert "▀" not in driver.text()
        assert "(is no picture that can be shown)" in " ".join(driver.text().split())


def test_pages_of_an_answer_with_a_figure_that_is_gone_since_say_so(demo: Path) -> None:
    session = Session.open(demo)
    before = preview_source(session, 5)
    (demo.parent / "figures" / "Housing.JPG").unlink()
    pages = make_pages(before)
    assert [piece for block in pages.github.blocks for piece, _ in block.pieces][-1].endswith("(is not there)")
    assert pages.verdict[0] == "the same on both pages"
