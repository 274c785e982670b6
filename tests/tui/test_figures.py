"""The figure picker: what it lists, what its keys do in the order they come, and what gets into the answer."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from textual import events
from textual.widgets import Input

from report_tui.core.images import count_images
from report_tui.render.clean import UNSAFE
from report_tui.storage.thumbnails import NoPicture, Pixels
from report_tui.tui.screens.bring_in import BringIn
from report_tui.tui.screens.figure_picker import FigurePicker
from report_tui.tui.widgets.figure_list import FigureList
from report_tui.tui.widgets.thumbnail import Thumbnail
from report_tui.tui.widgets.truth_panel import TruthPanel
from tests.scenes import keys_for
from tests.tui.driver import Driver, running
from tests.tui.test_hostile_text import drawn

SLIP = "![Wheel slip](figures/wheel-slip.png)"


def picker(driver: Driver) -> FigurePicker:
    assert isinstance(driver.app.screen, FigurePicker)
    return driver.app.screen


def chosen(driver: Driver) -> str:
    """The path of the figure under the cursor; an empty string on the line that brings one in."""
    listed = picker(driver).query_one(FigureList)
    row = listed.row(listed.current)
    assert row is not None
    return row.path


def listed(driver: Driver) -> list[str]:
    return [row.name for row in picker(driver).query_one(FigureList)._rows][:-1]


def description(driver: Driver) -> str:
    return picker(driver).query_one("#figures-description", Input).value


def make(demo: Path, name: str, size: tuple[int, int] = (40, 20), age: float = 0) -> Path:
    """A figure in the report's folder, changed so many seconds before all others."""
    path = demo.parent / "figures" / name
    Image.new("RGB", size, (200, 30, 30)).save(path, "PNG")
    newest = max(file.stat().st_mtime for file in path.parent.iterdir())
    os.utime(path, (newest - age, newest - age))
    return path


@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24), (60, 20)], ids=str)
async def test_a_figure_is_inserted_by_a_few_keys_typed_in_one_go(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size) as driver:
        await driver.edit(9)
        await driver.burst("a", "b", "f4", *"SLIP", "enter", "enter", "c")
        assert driver.app.screen is driver.main
        assert driver.editor.text == f"ab\n\n{SLIP}c"
        assert driver.session.text(9) == f"ab\n\n{SLIP}c"


async def test_one_undo_takes_the_figure_out_again(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.press("end")
        await driver.type(" So.")
        before = driver.editor.text
        await driver.burst("f4", *"slip", "enter", "enter")
        assert count_images(driver.editor.text) == count_images(before) + 1
        await driver.type("Then.")
        await driver.press("ctrl+z")
        assert driver.editor.text == before.replace(before, driver.editor.text)
        assert SLIP in driver.editor.text
        await driver.press("ctrl+z")
        assert driver.editor.text == before
        await driver.press("ctrl+y")
        assert SLIP in driver.editor.text


async def test_the_picker_is_reached_from_the_list_the_palette_and_the_line_of_truth(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press(*["down"] * 7, "ctrl+g")
        assert "Insert a figure  8 Field trial" in driver.text()
        await driver.press("ctrl+g")
        assert driver.app.screen is driver.main
        await driver.press("ctrl+p", *"figure f4")
        assert "Figure (F4)" in driver.text()
        await driver.press("enter")
        assert "8 Field trial" in driver.text().splitlines()[0]
        await driver.press("escape")
        truth = driver.main.query_one(TruthPanel)
        line = driver.text().splitlines()[truth.content_region.y]
        assert "F4 insert" in line
        await driver.pilot.click("#truth", offset=(line.index("F4 insert") - truth.region.x, 1))
        await driver.settle()
        assert isinstance(driver.app.screen, FigurePicker)


async def test_from_the_overview_a_figure_goes_to_the_end_of_an_answer_that_nobody_entered(demo: Path) -> None:
    async with running(demo) as driver:
        before = driver.session.text(8)
        await driver.press(*["down"] * 7, "f4")
        await driver.burst(*"slip", "enter", "enter")
        assert driver.editor.text == f"{before}\n\n{SLIP}"
        await driver.press("ctrl+z", "ctrl+home", "down", "escape", "f4")
        await driver.burst(*"slip", "enter", "enter")
        first, rest = before.split("\n", 1)
        assert driver.editor.text == f"{first}\n\n{SLIP}\n{rest}", "behind the paragraph that the cursor was put in"
        await driver.press("ctrl+z", "ctrl+home", "f4")
        await driver.burst(*"slip", "enter", "enter")
        assert driver.editor.text == f"{SLIP}\n\n{before}", "the cursor stands at the beginning, for all to see"


async def test_what_is_wrong_with_a_figure_is_said_where_there_is_little_room(demo: Path) -> None:
    path = make(demo, "a-figure-with-a-name-of-some-length.png", age=-60)
    path.write_bytes(b"no picture")
    async with running(demo, (60, 20)) as driver:
        await driver.press("escape")
        await driver.edit(8)
        await driver.press("f4")
        said = driver.text().splitlines()[-4:-2]
        assert said[0].endswith("…")
        assert said[1].startswith(" ▣ ")


async def test_the_line_of_truth_says_as_much_as_there_are_rows_for(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.burst("ctrl+end", "f4", *"slip", "enter", "ctrl+u", *"my_image", "enter")
        (demo.parent / "figures" / "wheel-slip.png").unlink()
        driver.session.refresh_figures()
        driver.main.show_session()
        await driver.settle()
        worst, *_ = driver.session.evaluation.question(8).findings
        assert worst.code == "figure-missing"
        assert f"→ {worst.way_out}" in driver.text()
        assert "a list is glued" in driver.text()


async def test_the_line_of_truth_offers_it_only_where_figures_are_asked_for(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(4)
        assert "F4 insert" not in driver.text()
        await driver.edit(8)
        assert "F4 insert" in driver.text()


async def test_the_filter_takes_letters_and_the_arrows_move(demo: Path) -> None:
    make(demo, "Café view.png", age=-60)
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.press("f4")
        assert chosen(driver) == "figures/Café view.png", "the newest one"
        assert len(listed(driver)) == 5
        await driver.type("cafe")
        assert listed(driver) == ["Café view.png"]
        assert "1 of 5 files" in driver.text()
        await driver.press("backspace", "backspace", "backspace", "backspace", "p", "n", "g", "down")
        assert chosen(driver) == "figures/" + listed(driver)[1]
        await driver.type("qqq")
        assert listed(driver) == []
        assert chosen(driver) == ""
        assert "none of 5 files" in driver.text()


async def test_escape_goes_back_step_by_step_and_loses_nothing(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(8)
        before = driver.editor.text
        await driver.burst("f4", *"png", "down", *["up"] * 9, *["backspace"] * 3, *"slip", "enter")
        await driver.burst(*["left"] * 4, *"on", "escape", "enter", *"k", "backspace", "end")
        assert description(driver) == "Wheel onslip"
        await driver.press("escape")
        assert isinstance(driver.app.screen, FigurePicker)
        assert chosen(driver) == "figures/wheel-slip.png"
        await driver.press("enter")
        assert description(driver) == "Wheel onslip"
        await driver.press("escape", "escape")
        assert driver.editor.text == before
        assert not driver.session.dirty


async def test_a_figure_that_went_between_list_and_insert_is_said(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(8)
        before = driver.editor.text
        await driver.press("f4", *"slip", "enter")
        (demo.parent / "figures" / "wheel-slip.png").unlink()
        await driver.press("enter")
        assert driver.notices() == ["wheel-slip.png is not there any more: nothing was inserted."]
        assert listed(driver) == []
        assert driver.main.query_one("#answer-8").text == before  # type: ignore[attr-defined]
        await driver.press("escape")
        assert driver.editor.text == before


async def test_a_figure_that_goes_while_it_is_described_gives_its_place_to_no_other(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(8)
        before = driver.editor.text
        await driver.press("f4", *"slip", "enter")
        (demo.parent / "figures" / "wheel-slip.png").unlink()
        driver.main.look_at_the_disk()
        await driver.until(lambda: bool(driver.notices()))
        assert driver.notices() == ["wheel-slip.png is not there any more: nothing was inserted."]
        assert isinstance(driver.app.focused, Input) and driver.app.focused.id == "figures-filter"
        await driver.press("escape")
        assert driver.editor.text == before


async def test_a_description_is_asked_for(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.burst("f4", *"slip", "enter", "ctrl+u", "enter")
        assert driver.notices() == ["Say in a few words what the figure shows."]
        await driver.press(*keys_for("A [wheel]"), "enter")
        assert driver.editor.text == "![A (wheel)](figures/wheel-slip.png)"


async def test_in_code_it_goes_behind_and_that_is_said(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("a\n\n```\ncode\n```\n\nb")
        driver.editor.move_cursor((3, 2))
        await driver.burst("f4", *"slip", "enter", "enter")
        assert driver.editor.text == f"a\n\n```\ncode\n```\n\n{SLIP}\n\nb"
        assert driver.notices() == [
            "Inserted behind the code that the cursor was in: in it no page would show the figure."
        ]


@pytest.mark.parametrize(("place", "text"), [((0, 0), f"{SLIP}\n\n```\nx\n```"), ((2, 3), f"```\nx\n```\n\n{SLIP}")])
async def test_at_the_edge_of_code_nothing_needs_to_be_said(demo: Path, place: tuple[int, int], text: str) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("```\nx\n```")
        driver.editor.move_cursor(place)
        await driver.burst("f4", *"slip", "enter", "enter")
        assert driver.editor.text == text
        assert driver.notices() == []


async def test_code_that_is_never_closed_takes_no_figure(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("```\ncode")
        await driver.burst("f4", *"slip", "enter", "enter")
        assert "Nothing was inserted: " in driver.notices()[0]
        await driver.press("escape")
        assert driver.editor.text == "```\ncode"


async def test_an_open_picker_follows_the_folder_and_keeps_its_figure(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.press("f4", "down", "down")
        here = chosen(driver)
        make(demo, "a-new-one.png", age=-60)
        driver.session.refresh_figures()
        driver.main.show_session()
        await driver.settle()
        assert listed(driver)[0] == "a-new-one.png"
        assert chosen(driver) == here
        (demo.parent / here).unlink()
        driver.session.refresh_figures()
        driver.main.show_session()
        await driver.settle()
        assert chosen(driver) not in ("", here)
        assert Path(here).name not in driver.text()


async def test_where_it_is_used_and_what_is_wrong_is_said_before_it_is_inserted(demo: Path) -> None:
    figures = demo.parent / "figures"
    (figures / "cut.png").write_bytes((figures / "wheel-slip.png").read_bytes()[:900])
    (figures / "notes.txt").write_text("no picture")
    make(demo, "With blank.png")
    async with running(demo, (160, 48)) as driver:
        await driver.edit(8)
        await driver.press("f4", *"map")
        assert "used by 6" in driver.text()
        await driver.burst(*["backspace"] * 3, *"cut")
        shown = picker(driver).query_one(Thumbnail)
        assert isinstance(shown.shown, NoPicture), "known from its bytes, before anything is decoded"
        assert shown.shown.reason in driver.text()
        await driver.burst(*["backspace"] * 3, *"notes")
        assert "is no figure of a kind" in driver.text()
        await driver.burst(*["backspace"] * 5, *"blank")
        assert "its name holds a blank" in driver.text()
        await driver.burst("enter", "enter")
        assert "![With blank](figures/With%20blank.png)" in driver.editor.text


async def test_the_chosen_figure_is_drawn_in_half_blocks(demo: Path) -> None:
    make(demo, "red.png", (400, 300))
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.press("f4", *"red")
        shown = picker(driver).query_one(Thumbnail)
        await driver.until(lambda: shown.is_current)
        assert isinstance(shown.shown, Pixels)
        line = shown.render_line(0)
        blocks = [segment for segment in line if "▀" in segment.text]
        assert [segment.text for segment in blocks] == ["▀" * shown.shown.width]
        assert blocks[0].style is not None and blocks[0].style.color is not None
        assert blocks[0].style.color.get_truecolor() == (200, 30, 30)


async def test_browsing_fast_shows_the_last_one(demo: Path) -> None:
    for number in range(30):
        make(demo, f"figure-{number:02}.png", (60 + number, 40))
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.burst("f4", *["down"] * 25, *["up"] * 3)
        shown = picker(driver).query_one(Thumbnail)
        await driver.until(lambda: shown.is_current)
        assert shown._wanted is not None and shown._wanted.path == chosen(driver)
        assert isinstance(shown.shown, Pixels)


async def test_a_picture_that_breaks_the_reader_is_a_box_with_the_reason(demo: Path) -> None:
    path = make(demo, "broken.png")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"IDAT", b"IDAT", 1)[:41] + b"\xff" * 20 + data[61:])
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.press("f4", *"broken")
        shown = picker(driver).query_one(Thumbnail)
        await driver.until(lambda: shown.is_current)
        assert isinstance(shown.shown, NoPicture)
        assert "broken.png" in driver.text()


HOSTILE = [
    "a[red]b.png",
    "[@click=app.quit]x.png",
    'a"b](x).png',
    "\u202egnp.exe.png",
    "\x1b]0;x\x07.png",
    "two\nlines.png",
]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
async def test_hostile_names_are_shown_as_text_and_inserted_as_what_they_are(demo: Path) -> None:
    names = [*HOSTILE, f"{'long' * 60}.png"]
    for name in names:
        make(demo, name)
    async with running(demo) as driver:
        await driver.edit(9)
        for name in names:
            await driver.press("f4")
            listed = picker(driver).query_one(FigureList)
            while chosen(driver) != f"figures/{name}":
                before = listed.current
                await driver.press("down")
                assert listed.current != before, name
            shown = drawn(driver)
            assert not [line for line in shown.split("\n") if UNSAFE.search(line)]
            await driver.press("enter", "enter")
            assert driver.app.screen is driver.main, driver.notices()
        assert count_images(driver.editor.text) == len(names)
        facts = [driver.session.figure_facts[target].state for target in driver.session.figure_facts]
        assert {str(state) for state in facts} <= {"found", "wrong-case"}


async def test_a_figure_that_is_brought_in_is_chosen_in_the_picker(demo: Path, tmp_path: Path) -> None:
    source = tmp_path / "Crane View.png"
    Image.new("RGB", (60, 40), (9, 9, 9)).save(source)
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("f4", *"qqq", "enter")
        assert isinstance(driver.app.screen, BringIn)
        await driver.press("escape")
        assert listed(driver) == []
        driver.app.screen.post_message(events.Paste(str(source)))
        await driver.until(lambda: isinstance(driver.app.screen, BringIn) and "crane-view.png" in driver.text())
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        assert chosen(driver) == "figures/crane-view.png"
        await driver.press("enter", "enter")
        assert driver.editor.text == "![Crane view](figures/crane-view.png)"


async def test_git_is_said_where_it_does_not_know_a_figure(demo: Path) -> None:
    for command in (["init", "-q"], ["add", "reports/figures/power-draw.png"]):
        done = subprocess.run(["git", "-C", str(demo.parent.parent), *command], check=False)
        if done.returncode:
            pytest.skip("there is no git on this machine")
    async with running(demo) as driver:
        await driver.edit(8)
        await driver.press("f4", *"slip")
        assert "not in git yet: the course sees what is pushed" in driver.text()
        assert "+ wheel-slip.png" in driver.text()
        await driver.burst(*["backspace"] * 4, *"power")
        assert "· in git" in driver.text()
