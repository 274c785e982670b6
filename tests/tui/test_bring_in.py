"""The screen in which a figure is brought in: paths, the browser, what becomes of a file, and what gets copied."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from textual import events

from report_tui.render.clean import UNSAFE
from report_tui.tui.screens.bring_in import BringIn
from report_tui.tui.screens.figure_picker import FigurePicker
from report_tui.tui.screens.help import HelpScreen
from report_tui.tui.widgets.path_line import PathLine
from report_tui.tui.widgets.place_list import PlaceList
from report_tui.tui.widgets.way_list import WayList
from tests.homes import own_home
from tests.pictures import drawn, exif, noisy, opened, saved
from tests.scenes import keys_for
from tests.tui.bringing import (
    PNG,
    facts,
    lines,
    lit,
    open_screen,
    put,
    ready,
    said,
    screen,
    title,
    typed,
    ways,
)
from tests.tui.driver import Driver, running
from tests.tui.test_hostile_text import MARKUP
from tests.tui.test_hostile_text import drawn as painted

SIZES = [(160, 48), (120, 36), (80, 24), (60, 20)]


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return own_home(tmp_path / "home", monkeypatch)


def brought(demo: Path, name: str) -> bytes:
    return (demo.parent / "figures" / name).read_bytes()


async def paste(driver: Driver, text: str) -> None:
    driver.app.post_message(events.Paste(text))
    await driver.settle()
    await ready(driver)


async def test_a_typed_path_shows_what_becomes_of_the_file_and_enter_brings_it_in(demo: Path, downloads: Path) -> None:
    put(downloads / "Trial Map (2).png")
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.type("~/Downloads/Trial Map (2).png")
        await driver.press("enter")
        await ready(driver)
        assert facts(driver)[0].startswith("Trial Map (2).png: png, 40x30, ")
        assert facts(driver)[1] == "becomes figures/trial-map-2.png"
        assert [(way.text, way.note.rpartition(", ")[2]) for way in ways(driver)] == [("bring it in", "byte for byte")]
        assert not (demo.parent / "figures" / "trial-map-2.png").exists()
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        assert brought(demo, "trial-map-2.png") == PNG
        assert (downloads / "Trial Map (2).png").read_bytes() == PNG
        assert "trial-map-2.png" in driver.text()
        await driver.press("enter", "enter")
        assert driver.editor.text == "![Trial map 2](figures/trial-map-2.png)"


@pytest.mark.parametrize("key", ["f7", "ctrl+o"])
async def test_a_key_of_the_picker_opens_it_from_any_figure(demo: Path, downloads: Path, key: str) -> None:
    put(downloads / "map.png")
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("f4")
        await driver.burst("w", key, "m", "a", "p")
        await ready(driver)
        assert typed(driver) == "map"
        await driver.press("escape")
        assert isinstance(driver.app.screen, FigurePicker)


async def test_all_of_it_typed_in_one_go(demo: Path, downloads: Path) -> None:
    put(downloads / "old" / "x.png")
    put(downloads / "old" / "y.png", minutes=5)
    put(downloads / "z.png")
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.burst("f4", "pagedown", "enter", *keys_for("old"), "enter", "down", "enter")
        await ready(driver)
        assert facts(driver)[1] == "becomes figures/y.png"
        assert typed(driver) == ""
        await driver.burst("escape", "backspace", *keys_for("~/Downloads/old/x"), "backspace", "y", "enter")
        await ready(driver)
        assert facts(driver)[1] == "becomes figures/y.png"
        assert typed(driver) == "~/Downloads/old/y"


async def test_what_is_typed_behind_enter_is_about_the_folder_that_it_opens(demo: Path, downloads: Path) -> None:
    put(downloads / "old runs" / "x.png")
    put(downloads / "old runs" / "y.png")
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.burst(*keys_for("old"), "enter", *keys_for("y."))
        await ready(driver)
        assert (typed(driver), lines(driver)) == ("y.", ["y.png"])


@pytest.mark.parametrize("form", ["'{}'", '"{}"', "{}", "file://{}", "escaped"])
async def test_a_dropped_file_takes_the_place_of_what_was_typed(demo: Path, downloads: Path, form: str) -> None:
    path = put(downloads / "my map.png")
    pasted = {"escaped": str(path).replace(" ", "\\ "), "file://{}": path.as_uri()}.get(form, form.format(path))
    if sys.platform == "win32" and form == "escaped":
        pytest.skip("no terminal of Windows writes backslashes before blanks")
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.type("abc")
        await paste(driver, pasted + "\n")
        assert facts(driver)[1] == "becomes figures/my-map.png"
        assert typed(driver) == pasted
        assert lit(driver) == "my map.png"
        put(downloads / "other.png")
        await paste(driver, str(downloads / "other.png"))
        assert facts(driver)[1] == "becomes figures/other.png"


async def test_browsing(demo: Path, downloads: Path) -> None:
    put(downloads / "new.png", minutes=3)
    put(downloads / "old.jpg", minutes=200)
    put(downloads / "runs" / "run.png")
    put(downloads / "notes.txt")
    put(downloads / ".hidden.png")
    async with running(demo) as driver:
        await open_screen(driver)
        assert lines(driver) == ["..", "runs/", "new.png", "old.jpg"]
        assert (title(driver), lit(driver)) == (str(Path("~/Downloads")), "new.png")
        assert "3 min ago" in driver.text()
        await driver.press("up", "enter")
        await ready(driver)
        assert (title(driver), lines(driver), lit(driver)) == (
            str(Path("~/Downloads/runs")),
            ["..", "run.png"],
            "run.png",
        )
        await driver.press("backspace")
        await ready(driver)
        assert (title(driver), lit(driver)) == (str(Path("~/Downloads")), "runs/")
        await driver.press("left")
        await ready(driver)
        assert (title(driver), lit(driver)) == ("~", "Downloads/")
        await driver.press("up", "enter", "down", "down", "down", "end")
        await ready(driver)
        assert title(driver) == str(downloads.parent.parent)
        await driver.type("~/Downloads/o")
        await ready(driver)
        assert (lines(driver), lit(driver)) == (["old.jpg"], "old.jpg")
        await driver.press("backspace", "left", "delete")
        await ready(driver)
        assert typed(driver) == "~/Downloads"


async def test_the_next_one_begins_where_the_last_one_was_found(demo: Path, downloads: Path) -> None:
    put(downloads / "runs" / "run.png")
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.burst("enter", "enter")
        await ready(driver)
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        await driver.press("pagedown", "enter")
        await ready(driver)
        assert title(driver) == str(Path("~/Downloads/runs"))


async def test_folders_that_cannot_be_read(demo: Path, downloads: Path) -> None:
    put(downloads / "a.png")
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.type("~/gone/x")
        await ready(driver)
        assert title(driver) == f"{Path('~/gone')} is not there"
        await driver.press("enter")
        await ready(driver)
        assert said(driver) == "x does not exist; check the name."
        assert typed(driver) == "~/gone/x"


async def test_a_thousand_pictures_are_listed_and_found(demo: Path, downloads: Path) -> None:
    for number in range(1_000):
        (downloads / f"plot-{number}.png").touch()
    put(downloads / "plot-77.png", minutes=-5)
    async with running(demo) as driver:
        await open_screen(driver)
        assert len(lines(driver)) == 501
        assert lit(driver) == "plot-77.png"
        await driver.burst(*keys_for("plot-99"), "down")
        assert lit(driver) in ("plot-99.png", *(f"plot-99{digit}.png" for digit in range(10)))
        assert len(lines(driver)) == 11


REFUSED = {
    "photo.heic": (
        b"\0\0\0\x18ftypheic",
        "photo.heic is a HEIC picture, which browsers do not show; save it as JPEG or PNG, then bring that in.",
    ),
    "cut.png": (PNG[:60], "cut.png ends in the middle; save or download it once more."),
    "empty.png": (b"", "empty.png is empty; save or export it once more."),
    "text.png": (
        b"hello",
        "text.png is no picture of a kind that can be brought in; bring in a PNG or a JPEG.",
    ),
}


async def test_refusals_are_said_below_the_path_which_stays(demo: Path, downloads: Path) -> None:
    for name, (data, _) in REFUSED.items():
        put(downloads / name, data)
    async with running(demo, size=(60, 20)) as driver:
        await open_screen(driver)
        for name, (_, why) in REFUSED.items():
            await driver.press("ctrl+u")
            await driver.type(name)
            await driver.press("enter")
            await ready(driver)
            assert said(driver) == why
            assert typed(driver) == name
            assert why.rpartition("; ")[2] in " ".join(driver.text().split())
            assert isinstance(driver.app.focused, PathLine)
        await driver.press("x")
        assert said(driver) == ""
        assert sorted(path.name for path in (demo.parent / "figures").iterdir()) == [
            "Housing.JPG",
            "harbour-map.png",
            "power-draw.png",
            "wheel-slip.png",
        ]


async def test_a_smaller_copy(demo: Path, downloads: Path) -> None:
    data = saved(noisy(2_400, 200), "png", exif=exif(location=True))
    put(downloads / "large.png", data)
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.press("enter")
        await ready(driver)
        assert facts(driver)[2] == "It says where it was taken; a smaller copy does not."
        whole, smaller = ways(driver)
        assert whole.note.startswith("2400x200, 1.4 MB")
        assert smaller.text == "bring a smaller copy in"
        assert smaller.note.startswith("2000x167, ")
        await driver.burst("down", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        assert opened(brought(demo, "large.png")).size == (2000, 167)
        assert (downloads / "large.png").read_bytes() == data


async def test_another_kind_becomes_png(demo: Path, downloads: Path) -> None:
    frames = [drawn(20, 20), drawn(20, 20).rotate(90)]
    put(downloads / "two.gif", saved(frames[0], "gif", save_all=True, append_images=frames[1:]))
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.press("enter")
        await ready(driver)
        assert facts(driver)[1:] == ["becomes figures/two.png", "It moves; the copy shows its first picture only."]
        assert ways(driver)[0].note.endswith(", made png")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        assert brought(demo, "two.png").startswith(b"\x89PNG")


async def test_the_same_picture_is_used_again_and_another_gets_a_number(demo: Path, downloads: Path) -> None:
    put(downloads / "same.png", brought(demo, "wheel-slip.png"), minutes=1)
    put(downloads / "Wheel slip.png", minutes=2)
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.press("enter")
        await ready(driver)
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        assert driver.notices()[-1] == "figures/wheel-slip.png is this very picture: it is used as it is."
        assert not (demo.parent / "figures" / "same.png").exists()
        await driver.press("pagedown", "enter")
        await driver.type("slip")
        await driver.press("enter")
        await ready(driver)
        assert facts(driver)[2] == "That name is taken: another picture gets a number."
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        assert driver.notices()[-1] == "Brought in as figures/wheel-slip-2.png: its own name was taken."
        assert brought(demo, "wheel-slip-2.png") == PNG


async def test_a_folder_that_cannot_be_written_is_said_and_leaves_nothing(demo: Path, downloads: Path) -> None:
    put(downloads / "a.png")
    figures = demo.parent / "figures"
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.press("enter")
        await ready(driver)
        figures.rename(demo.parent / "kept")
        figures.write_bytes(b"in the way")
        await driver.press("enter")
        await ready(driver)
        assert said(driver) == "figures is not a folder; rename it, so that the figures' folder can be made."
        assert figures.read_bytes() == b"in the way"
        figures.unlink()
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        assert brought(demo, "a.png") == PNG


@pytest.mark.skipif(sys.platform == "win32", reason="the tool here is a shell script")
async def test_the_picture_in_the_clipboard(demo: Path, downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = downloads.parent / "bin"
    tools.mkdir()
    (tools / "picture.png").write_bytes(PNG)
    tool = tools / "wl-paste"
    picture = tools / "picture.png"
    script = f"[ -f '{picture}' ] || exit 1\n[ \"$1\" = --list-types ] && echo image/png || cat '{picture}'"
    tool.write_text(f"#!/bin/sh\nPATH=/bin:/usr/bin\n{script}\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(sys, "platform", "linux")
    put(downloads / "a.png")
    async with running(demo) as driver:
        await open_screen(driver)
        assert lines(driver)[0] == "the picture in the clipboard"
        assert "F5 clipboard" in driver.text()
        for key in ("f5", "ctrl+v"):
            await driver.press(key)
            await ready(driver)
            assert facts(driver)[0].startswith("the clipboard: png, 40x30")
            await driver.press("escape")
        await driver.press("home", "up", "up", "up", "enter")
        await ready(driver)
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        assert brought(demo, "figure.png") == PNG
        await driver.press("pagedown", "enter")
        (tools / "picture.png").unlink()
        await ready(driver)
        await driver.press("f5")
        await ready(driver)
        assert said(driver) == "the clipboard holds no picture; copy one, or save it to a file and bring that in."


async def test_without_a_clipboard_and_a_screenshot_neither_is_offered(demo: Path, downloads: Path) -> None:
    put(downloads / "a.png")
    async with running(demo) as driver:
        await open_screen(driver)
        assert lines(driver) == ["..", "a.png"]
        assert "F5" not in driver.text()
        await driver.press("f5", "f6", "ctrl+v")
        await ready(driver)
        assert (said(driver), ways(driver)) == ("", [])


async def test_the_newest_screenshot(demo: Path, downloads: Path) -> None:
    pictures = downloads.parent / "Pictures"
    put(pictures / "Screenshot 1.png", minutes=30)
    put(pictures / "Screenshot [b]2.png", saved(drawn(10, 10), "png"), minutes=3)
    async with running(demo) as driver:
        await open_screen(driver)
        assert lines(driver)[0] == "the newest screenshot, 3 min ago: Screenshot [b]2.png"
        await driver.press("f6")
        await ready(driver)
        assert facts(driver)[1] == "becomes figures/screenshot-b-2.png"
        await driver.press("escape")
        assert isinstance(driver.app.focused, PathLine)
        await driver.type("s")
        assert "the newest screenshot" not in driver.text()


async def test_escape_goes_back_step_by_step(demo: Path, downloads: Path) -> None:
    put(downloads / "a.png")
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.type("a")
        await driver.press("enter")
        await ready(driver)
        assert isinstance(driver.app.focused, WayList)
        await driver.press("escape")
        assert isinstance(driver.app.focused, PathLine)
        assert (typed(driver), ways(driver)) == ("a", [])
        await driver.press("escape")
        assert isinstance(driver.app.screen, FigurePicker)
        assert not (demo.parent / "figures" / "a.png").exists()


async def test_escape_while_it_is_copied_leaves_the_copy_whole(demo: Path, downloads: Path) -> None:
    data = saved(noisy(900, 300), "png")
    put(downloads / "a.png", data)
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.press("enter")
        await ready(driver)
        await driver.burst("enter", "escape")
        assert not isinstance(driver.app.screen, BringIn)
        await driver.until(lambda: (demo.parent / "figures" / "a.png").exists())
        await driver.until(lambda: not [file for file in (demo.parent / "figures").iterdir() if file.suffix == ".tmp"])
        assert brought(demo, "a.png") == data


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_mouse_does_all_of_it(demo: Path, downloads: Path, size: tuple[int, int]) -> None:
    put(downloads / "runs" / "run.png")
    async with running(demo, size=size) as driver:
        await open_screen(driver)
        await driver.pilot.click(PlaceList, offset=(5, lines(driver).index("runs/") + 1))
        await driver.settle()
        await ready(driver)
        await driver.pilot.click(PlaceList, offset=(5, lines(driver).index("run.png") + 1))
        await driver.settle()
        await ready(driver)
        assert facts(driver)[1] == "becomes figures/run.png"
        assert "byte for byte" in driver.text()
        await driver.pilot.click(PathLine)
        await driver.settle()
        assert isinstance(driver.app.focused, PathLine)
        await driver.pilot.click(WayList, offset=(5, 0))
        await driver.until(lambda: isinstance(driver.app.screen, FigurePicker))
        assert brought(demo, "run.png") == PNG


async def test_the_help_and_the_palette_have_its_keys(demo: Path, downloads: Path) -> None:
    put(downloads / "Screenshot.png")
    (downloads.parent / "Pictures").mkdir()
    put(downloads.parent / "Pictures" / "Screenshot.png")
    async with running(demo, size=(120, 48)) as driver:
        await open_screen(driver)
        await driver.press("f1")
        assert isinstance(driver.app.screen, HelpScreen)
        for text in ("Open the folder, or see", "folder above", "Another file; again", "The newest screenshot"):
            assert text in driver.text()
        await driver.press("escape")
        assert isinstance(driver.app.focused, PathLine)
        await driver.press("enter")
        await ready(driver)
        assert "bring it in" in driver.text().split("\n")[-1]


HOSTILE = ["a\nb.png", "\x1b]0;owned\x07.png", "a[red]x[b].png", "\u202egnp.exe.png", "x" * 240 + ".png"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
async def test_hostile_names_are_shown_clean_and_brought_in_under_safe_ones(demo: Path, downloads: Path) -> None:
    for number, name in enumerate(HOSTILE):
        put(downloads / name, saved(drawn(10 + number, 10), "png"), minutes=number)
    (downloads / "fold\x1b[31mer [@click=app.quit]x").mkdir()
    async with running(demo, size=(60, 20)) as driver:
        await open_screen(driver)
        for number, _ in enumerate(HOSTILE):
            await driver.press(*["down"] * bool(number), "enter")
            await ready(driver)
            assert facts(driver)[0].count(f"png, {10 + number}x10")
            assert not [hit for line in painted(driver).split("\n") if (hit := UNSAFE.search(line))]
            await driver.press("escape")
        assert "a[red]x[b].png" in driver.text()
        for poison in MARKUP:
            await driver.press("ctrl+u", *keys_for(poison), "enter")
            await ready(driver)
            assert driver.app.is_running
        await driver.press("ctrl+u", *keys_for("fold"), "enter")
        await ready(driver)
        assert screen(driver) is driver.app.screen
        assert "er [@click=app.quit]x" in title(driver)


async def test_a_folder_that_was_opened_begins_with_its_newest_picture(demo: Path, downloads: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        put(downloads / name, minutes=ord(name[0]))
        put(downloads / "runs" / name, minutes=ord(name[0]))
    async with running(demo) as driver:
        await open_screen(driver)
        await driver.press("down", "down", "home")
        assert lit(driver) == "c.png"
        await driver.type("runs")
        await driver.press("enter")
        await ready(driver)
        assert (lit(driver), typed(driver)) == ("a.png", "")
