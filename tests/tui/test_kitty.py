"""Pictures by Kitty's protocol: the bytes that are sent, and when nothing is."""

from __future__ import annotations

import base64
import random
import re
import zlib
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment

from report_tui.render.clean import UNSAFE
from report_tui.storage.settings import Settings
from report_tui.storage.thumbnails import Pixels
from report_tui.tui import kitty
from report_tui.tui.screens.figure_picker import FigurePicker
from report_tui.tui.widgets.thumbnail import Thumbnail
from tests.tui.driver import running

NOISE = Pixels(100, 60, random.Random(1).randbytes(3 * 100 * 60))


def test_a_picture_is_sent_whole_in_small_pieces() -> None:
    sent = kitty.sent(0x52A001, NOISE, 10, 3)
    parts = re.findall("\x1b_G([^;]*);([A-Za-z0-9+/=]*)\x1b\\\\", sent)
    assert "".join(f"\x1b_G{head};{data}\x1b\\" for head, data in parts) == sent
    assert len(parts) > 1
    assert all(len(data) <= 4096 and len(data) % 4 == 0 for _, data in parts)
    assert parts[0][0] == "a=T,U=1,q=2,i=5414913,f=24,o=z,s=100,v=60,c=10,r=3,m=1"
    assert [head for head, _ in parts[1:]] == ["q=2,m=1"] * (len(parts) - 2) + ["q=2,m=0"]
    assert zlib.decompress(base64.b64decode("".join(data for _, data in parts))) == NOISE.rgb


def test_the_terminal_is_never_asked_for_an_answer() -> None:
    """It would come as keys."""
    for sequence in (kitty.sent(7, NOISE, 10, 3), kitty.taken_away(7)):
        assert all("q=2" in part for part in sequence.split("\x1b_G")[1:])


def test_its_characters_take_a_cell_each_and_pass_the_apps_filter() -> None:
    lines = kitty.lines(kitty.MOST, 40)
    assert len(set("".join(lines).split(kitty.PLACE))) == 1 + kitty.MOST * 40, "each says another row and column"
    assert {cell_len(line) for line in lines} == {kitty.MOST}
    assert not UNSAFE.search("".join(lines))
    left, right = Segment(lines[3]).split_cells(5)
    assert left.text + right.text == lines[3]
    assert left.text == kitty.lines(5, 4)[3]


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, True),
        ({"TERM": "xterm-ghostty"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({}, False),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x", "KITTY_WINDOW_ID": "1"}, False),
        ({"TERM": "screen", "KITTY_WINDOW_ID": "1"}, False),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, False),
    ],
)
def test_only_a_terminal_that_says_so_speaks_it(environment: dict[str, str], spoken: bool) -> None:
    assert kitty.is_spoken(environment) is spoken


async def test_the_picker_shows_a_picture_by_its_characters(demo: Path) -> None:
    async with running(demo) as driver:
        driver.main.pictures = "kitty"
        await driver.edit(8)
        await driver.press("f4")
        shown = driver.app.screen.query_one(Thumbnail)
        await driver.until(lambda: shown.is_current)
        assert isinstance(shown.shown, Pixels)
        painted = "".join(segment.text for strip in driver.app.screen._compositor.render_strips() for segment in strip)
        assert painted.count(kitty.PLACE) == shown.shown.width * (shown.shown.height // 2)
        assert kitty.lines(shown.shown.width, 2)[1] in painted
        line = next(segment for segment in shown.render_line(0) if kitty.PLACE in segment.text)
        assert line.style is not None and line.style.color is not None
        assert line.style.color.get_truecolor() == kitty.colour(shown._number or 0)
        before = shown._number
        await driver.press("down")
        await driver.until(lambda: shown.is_current)
        assert shown._number not in (before, None)


async def test_a_terminal_that_does_not_say_so_gets_half_blocks_and_is_told(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERM", "TERM_PROGRAM", "KITTY_WINDOW_ID"):
        monkeypatch.delenv(name, raising=False)
    async with running(demo, settings=Settings(pictures="kitty", pictures_line=3)) as driver:
        assert "does not say that it can; figures are drawn in half blocks" in driver.notices()[0]
        assert driver.main.pictures == "blocks"


async def test_nothing_is_drawn_where_that_is_set(demo: Path) -> None:
    async with running(demo, settings=Settings(pictures="off")) as driver:
        await driver.edit(5)
        await driver.press("f4")
        assert isinstance(driver.app.screen, FigurePicker)
        assert not driver.app.screen.query(Thumbnail)
        await driver.press("f4", "f5")
        await driver.until(lambda: "figures/Housing.JPG" in driver.text().split("shows it")[-1])
        assert "▀" not in driver.text()
