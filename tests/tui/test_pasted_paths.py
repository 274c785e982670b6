"""A picture's path that is pasted into an answer offers to bring the picture in, and is never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from report_tui.storage.picture_places import is_picture
from report_tui.tui.screens.bring_in import BringIn
from tests.homes import own_home
from tests.tui.bringing import PNG, facts, put, ready, typed
from tests.tui.driver import Driver, running
from tests.tui.test_bring_in import brought, paste


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return own_home(tmp_path / "home", monkeypatch)


async def dropped(driver: Driver, text: str) -> None:
    """Paste into the answer, and wait until the picture's screen is there."""
    await paste(driver, text)
    await driver.until(lambda: isinstance(driver.app.screen, BringIn))
    await ready(driver)


async def rested(driver: Driver) -> None:
    """Wait until nothing looks at what was pasted any more."""
    await driver.until(lambda: not [worker for worker in driver.app.workers if worker.group == "offer"])


async def test_the_link_takes_the_place_of_the_path_in_one_step(demo: Path, downloads: Path) -> None:
    path = put(downloads / "Trial Map.png")
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("See the map: ")
        await dropped(driver, f"'{path}' ")
        editor = driver.main.editor(9)
        assert editor is not None
        assert editor.text == f"See the map: '{path}' "
        assert (typed(driver), facts(driver)[1]) == (f"'{path}' ", "becomes figures/trial-map.png")
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is driver.main)
        assert brought(demo, "trial-map.png") == PNG
        assert driver.editor.text == "See the map: \n\n![Trial map](figures/trial-map.png)"
        assert driver.session.text(9) == driver.editor.text
        await driver.type("!")
        assert driver.editor.text.endswith(".png)!")
        await driver.press("ctrl+z", "ctrl+z")
        assert driver.editor.text == f"See the map: '{path}' "
        await driver.press("ctrl+z")
        assert driver.editor.text == "See the map: "


async def test_in_the_middle_of_a_text(demo: Path, downloads: Path) -> None:
    path = put(downloads / "a.png")
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("One.\n\nTwo.")
        await driver.press("up")
        await dropped(driver, str(path))
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is driver.main)
        assert driver.editor.text == "One.\n\n![A](figures/a.png)\n\nTwo."
        assert driver.editor.cursor_location == (2, len("![A](figures/a.png)"))


async def test_escape_leaves_the_path_as_it_was_pasted(demo: Path, downloads: Path) -> None:
    path = put(downloads / "a.png")
    before = sorted(file.name for file in (demo.parent / "figures").iterdir())
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("It is ")
        await dropped(driver, str(path))
        await driver.press("escape")
        assert driver.app.screen is driver.main
        await driver.type(" here")
        assert driver.editor.text == driver.session.text(9) == f"It is {path} here"
        assert sorted(file.name for file in (demo.parent / "figures").iterdir()) == before


async def test_where_no_page_would_show_it_the_path_stays_and_that_is_said(demo: Path, downloads: Path) -> None:
    path = put(downloads / "a.png")
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("```\ncode\n")
        await dropped(driver, str(path))
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is driver.main)
        assert driver.editor.text == f"```\ncode\n{path}"
        assert driver.notices()[-1].startswith("Nothing was inserted: a code fence")


async def test_a_text_that_was_changed_meanwhile_keeps_all_of_it(demo: Path, downloads: Path) -> None:
    path = put(downloads / "a.png")
    async with running(demo) as driver:
        await driver.edit(9)
        await dropped(driver, str(path))
        driver.main.bring_text(9, "Somebody else's.")
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is driver.main)
        assert "Somebody else's." in driver.editor.text
        assert "![A](figures/a.png)" in driver.editor.text


async def test_what_is_no_picture_or_was_not_pasted_alone_is_text(demo: Path, downloads: Path) -> None:
    path = put(downloads / "a.png")
    put(downloads / "text.png", b"hello")
    put(downloads / "paper.pdf", b"%PDF-1.7\n")
    folder = downloads / "folder.png"
    folder.mkdir()
    texts = (
        f"{downloads / 'gone.png'}",
        f"{downloads / 'text.png'}",
        f"{downloads / 'paper.pdf'}",
        f"{folder}",
        f"{path}\n{path}",
        f"{path} {path}",
        f"see {path}",
        "figures/wheel-slip.png",
        "wheel-slip.png",
        "https://example.org/a.png",
    )
    async with running(demo) as driver:
        await driver.edit(9)
        for text in texts:
            await driver.press("ctrl+a")
            await paste(driver, text)
            await rested(driver)
            assert driver.app.screen is driver.main, text
            assert driver.editor.text == text


async def test_a_typed_path_is_text_and_who_types_on_means_a_text(demo: Path, downloads: Path) -> None:
    path = put(downloads / "a.png")
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.burst(*str(path))
        await rested(driver)
        assert driver.app.screen is driver.main
        driver.app.post_message(events.Paste(str(path)))
        await driver.burst(*"abc")
        await rested(driver)
        assert driver.app.screen is driver.main
        assert driver.editor.text == f"{path}{path}abc"


def test_a_picture_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    assert is_picture(put(tmp_path / "a.txt"))
    assert is_picture(put(tmp_path / "b", b"\0\0\0\x18ftypheic"))
    assert not is_picture(put(tmp_path / "c.png", b"hello"))
    assert not is_picture(put(tmp_path / "d.png", b""))
    assert not is_picture(tmp_path)
    assert not is_picture(tmp_path / "nul\0")
