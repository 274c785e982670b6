"""The hand-in page from within the app: in the browser, with what is typed, and anew when something is saved."""

from __future__ import annotations

import sys
import urllib.request
from pathlib import Path

import pytest

from report_tui.tui.widgets.preview import PageText
from tests.tui.driver import Driver, running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows takes no browser from the environment")


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file into which a browser of ours writes each address that it is given."""
    target = tmp_path / "opened.txt"
    script = tmp_path / "browser.py"
    script.write_text(f"import sys; open({str(target)!r}, 'a').write(sys.argv[1] + '\\n')", encoding="utf-8")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {script} %s")
    return target


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())


async def open_page(driver: Driver, opened: Path) -> str:
    """Open the page and return its address."""
    await driver.press("ctrl+p")
    await driver.type("hand-in page")
    await driver.press("enter")
    await driver.until(lambda: opened.is_file() and "in your browser" in driver.text())
    return opened.read_text(encoding="utf-8").split()[-1]


async def test_it_shows_what_is_typed_and_follows_a_save(demo: Path, opened: Path) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("We paid nobody")
        address = await open_page(driver, opened)
        assert "with what is not saved yet" in driver.text()
        assert "<p>We paid nobody</p>" in page(address)
        assert demo.read_bytes() == before
        await driver.type(", and nobody paid us")
        assert "nobody paid us" not in page(address)
        await driver.press("f2")
        await driver.until(lambda: "nobody paid us" in page(address))


async def test_a_key_opens_it_from_the_preview(demo: Path, opened: Path) -> None:
    async with running(demo, (160, 48)) as driver:
        driver.app.set_focus(driver.main.query_one(PageText))
        await driver.press("o")
        await driver.until(lambda: "The hand-in page is in your browser." in driver.text())
        assert "<h1>Field Robotics 2026: project report</h1>" in page(opened.read_text(encoding="utf-8").strip())


async def test_where_there_is_no_browser_the_address_is_told(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "")
    monkeypatch.setenv("PATH", str(demo.parent))
    if sys.platform == "darwin":
        pytest.skip("macOS always has a browser")
    async with running(demo) as driver:
        driver.main.action_open_page()
        await driver.until(lambda: "No browser was found" in driver.text())
        assert "http://127.0.0.1:" in driver.text()
