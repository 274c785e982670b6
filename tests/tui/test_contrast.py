"""Whatever the app writes can be read: the contrast of each character as it is painted, in every theme.

A new screen is covered by one more line in `PLACES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.screen import Screen

from report_tui.tui.screens.overview import OverviewScreen
from report_tui.tui.themes import CONTRAST, THEMES
from report_tui.tui.widgets.preview import Preview
from report_tui.tui.widgets.question_list import QuestionList
from tests.homes import own_home
from tests.pictures import drawn, exif, saved
from tests.scenes import TO_EIGHT, keys_for
from tests.tui.bringing import open_screen, put, ready
from tests.tui.driver import Driver, running

LEAST = 4.5
"""What WCAG 2 asks for normal text (AA); the high contrast theme keeps to 7 (AAA)."""

SCENES: dict[str, tuple[str, ...]] = {
    "list": ("down",),
    "list, untouched question": (*["down"] * 8,),
    "editor": TO_EIGHT,
    "editor, empty": (*["down"] * 8, "enter"),
    "editor, selection": (*TO_EIGHT, "shift+down", "shift+down", "shift+end"),
    "editor, unsaved and held": (*["down"] * 8, "enter", *keys_for("# Odd\n\n- a `b` *c* [d](e)\n\n```\nx")),
    "question when leaving": (*TO_EIGHT, *keys_for("So "), "f10"),
    "question when leaving, second choice": (*TO_EIGHT, *keys_for("So "), "f10", "down"),
    "notice": (*TO_EIGHT, "f2"),
    "help on the list": ("f1",),
    "help in the editor, end": (*TO_EIGHT, "f1", "end"),
}
"""The keys that lead to each."""

PLACES: dict[str, tuple[str, ...]] = {
    "findings": ("ctrl+l",),
    "findings, one with a fix": ("ctrl+l", "down"),
    "overview": ("f12",),
    "overview, end": ("f12", "end"),
    "checklist": ("f6",),
    "checklist, ticked": ("f6", "space", "end"),
    "filter": ("f3", *keys_for("too")),
    "filter without a match": ("f3", *keys_for("qqq")),
    "filter, back in the list": ("f3", *keys_for("too"), "enter"),
    "figures": (*TO_EIGHT, "f4"),
    "figures, bringing one in": (*TO_EIGHT, "f4", "end", *["pagedown"] * 2),
    "figures, described": (*TO_EIGHT, "f4", "down", "enter"),
    "figures, filtered": (*TO_EIGHT, "f4", *keys_for("qqq")),
    "find bar": (*TO_EIGHT, "ctrl+f", *keys_for("the")),
    "find bar without a match": (*TO_EIGHT, "ctrl+f", *keys_for("qqq")),
}
"""The keys that lead to each from the list; looked at in a usual terminal and in a small one."""

SIZES = [(120, 36), (60, 20)]

SEARCHES = ("", "pro", "qqq")
"""What is typed into the command palette, one behind the other: it lists all, some and nothing then."""


@pytest.mark.parametrize("keys", SCENES.values(), ids=SCENES)
async def test_every_character_can_be_read(demo: Path, keys: tuple[str, ...]) -> None:
    async with running(demo) as driver:
        await driver.press(*keys)
        await assert_readable(driver)


@pytest.mark.parametrize("keys", PLACES.values(), ids=PLACES)
async def test_every_place_can_be_read(demo: Path, keys: tuple[str, ...]) -> None:
    async with running(demo) as driver:
        await driver.press(*keys)
        for size in SIZES:
            await driver.pilot.resize_terminal(*size)
            await assert_readable(driver)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_both_pages_of_the_preview_can_be_read(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size=size) as driver:
        await to_the_list(driver)
        await driver.edit(7)
        await driver.press("f5")
        preview = driver.main.query_one(Preview)
        await driver.until(lambda: preview.shown is not None)
        assert "differs" in driver.text()
        await assert_readable(driver)
        await driver.press("f5")
        assert "as the course's page shows it" in driver.text()
        await assert_readable(driver)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_screen_that_brings_a_figure_in_can_be_read(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    downloads = own_home(tmp_path / "home", monkeypatch)
    put(downloads / "wheel-slip.webp", saved(drawn(), "webp", exif=exif(location=True)))
    put(downloads.parent / "Pictures" / "Screenshot.png", minutes=3)
    async with running(demo, size=size) as driver:
        await open_screen(driver)
        await assert_readable(driver)
        await driver.press("enter")
        await ready(driver)
        assert "says where it was taken" in driver.text()
        await assert_readable(driver)
        await driver.press("escape")
        await driver.type("~/qq/x.png")
        await driver.press("enter")
        await ready(driver)
        assert "does not exist" in driver.text()
        await assert_readable(driver)


@pytest.mark.parametrize("theme", THEMES)
async def test_the_palette_can_be_read(demo: Path, theme: str) -> None:
    # It keeps the colours that it was opened with: choosing a theme closes it.
    async with running(demo, theme=THEMES[theme].name) as driver:
        await driver.press("ctrl+p")
        for search in SEARCHES:
            await driver.press(*keys_for(search))
            assert_readable_now(driver, theme)


@pytest.mark.parametrize("size", [(60, 20), (160, 48)], ids=str)
async def test_every_character_can_be_read_at_other_sizes(demo: Path, size: tuple[int, int]) -> None:
    async with running(demo, size=size) as driver:
        await assert_readable(driver)
        await driver.press(*TO_EIGHT)
        await assert_readable(driver)


async def test_every_kind_of_notice_can_be_read(demo: Path) -> None:
    async with running(demo) as driver:
        driver.app.notify("Said.", title="Title")
        driver.app.notify("Look.", title="Title", severity="warning")
        driver.app.notify("Wrong.", title="Title", severity="error")
        await driver.settle()
        assert "Wrong." in driver.text()
        await assert_readable(driver)


async def test_what_cannot_be_read_is_found(demo: Path) -> None:
    async with running(demo) as driver:
        driver.app.screen.query_one("#keys").styles.opacity = 0.3
        await driver.settle()
        assert list(unreadable(driver.app.screen, LEAST))


async def to_the_list(driver: Driver) -> None:
    """A small terminal begins with the overview."""
    if isinstance(driver.app.screen, OverviewScreen):
        await driver.press("escape")
    assert isinstance(driver.app.focused, QuestionList)


async def assert_readable(driver: Driver) -> None:
    for name, theme in THEMES.items():
        driver.app.theme = theme.name
        await driver.settle()
        assert_readable_now(driver, name)


def assert_readable_now(driver: Driver, theme: str) -> None:
    least = 7 if THEMES[theme] is CONTRAST else LEAST
    assert list(unreadable(driver.app.screen, least)) == [], theme


def unreadable(screen: Screen[object], least: float) -> Iterator[str]:
    """What is painted with too little contrast; what a dialog covers is not for reading and is left out."""
    for y, strip in enumerate(screen._compositor.render_strips()):  # the only way to read what is painted
        x = 0
        for segment in strip:
            if 0 <= x < screen.size.width and y < screen.size.height:
                ratio = segment_contrast(segment)
                if ratio is not None and ratio < least and not covered(screen, x, y):
                    yield f"{x},{y} {ratio:.1f} {segment.text!r} {segment.style}"
            x += segment.cell_length


def covered(screen: Screen[object], x: int, y: int) -> bool:
    """Whether the cell shows what lies below a dialog."""
    return screen.is_modal and screen.get_widget_at(x, y)[0] is screen


def segment_contrast(segment: Segment) -> float | None:
    """The contrast of a segment's characters with their ground; None where there are none but lines and blocks."""
    if all(character.isspace() or "\u2500" <= character <= "\u259f" for character in segment.text):
        return None
    style = segment.style or Style()
    assert style.color is not None and style.bgcolor is not None, f"{segment.text!r} leaves colours to the terminal"
    assert not style.dim, f"{segment.text!r} leaves it to the terminal how dim it is"
    return style_contrast(style)


@cache
def style_contrast(style: Style) -> float:
    """The contrast of a style's two colours, 1 (none) to 21."""
    assert style.color is not None and style.bgcolor is not None
    lights = sorted(luminance(color.get_truecolor()) for color in (style.color, style.bgcolor))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(channels: tuple[int, int, int]) -> float:
    """Relative luminance after WCAG 2, 0 (black) to 1 (white)."""
    shares = (channel / 255 for channel in channels)
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
