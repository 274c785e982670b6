"""Pictures of the hand-in page for the README: `python -m tests.browser.scenes --write`.

Owns what they show. They are made of the demo report with the browser that is installed, whose fonts decide how they
look in detail; therefore no test compares them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from report_tui.storage.printing import browser as installed_browser
from tests.browser.options import OPTIONS
from tests.browser.pages import page_file
from tests.scenes import FOLDER, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@dataclass(frozen=True)
class PageScene:
    """One picture of the page."""

    name: str
    shows: str
    """What a person should see in it."""
    size: tuple[int, int]
    """Pixels."""
    question: int | None = None
    """The one at the top; None for the page's beginning."""
    dark: bool = False
    paper: bool = False


PAGES = (
    PageScene("page", "Title, group and contents; the first answers, with words and limits beside them.", (1280, 800)),
    PageScene("page-dark", "An answer with its figure, in the dark.", (1280, 800), question=4, dark=True),
    PageScene("page-phone", "The same answer on a phone: what we say of it stands above it.", (390, 760), question=4),
    PageScene("page-paper", "The first page of the print: prompts unfolded, no contents.", (794, 1123), paper=True),
)


def write(folder: Path) -> int:
    """Make all pictures; returns the exit code."""
    program = installed_browser()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        print("pictures of the page need an installed Chromium, Chrome or Edge, and playwright from the dev extra")
        return 2
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        from shutil import copytree

        report = Path(copytree(ROOT / "rules" / "demo" / "report", Path(scratch) / "reports")) / "README.md"
        page = page_file(report)
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        for scene in PAGES:
            (folder / f"{scene.name}.png").write_bytes(picture(browser, page, scene))
            print(f"{scene.name}: {scene.shows}")
        browser.close()
    return 0


def picture(browser: Browser, page: Path, scene: PageScene) -> bytes:
    """One picture, as the bytes of a PNG."""
    width, height = scene.size
    # Without the policy a picture of paper may have paper's margins.
    shown = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scene.dark else "light",
        bypass_csp=scene.paper,
    )
    shown.goto(page.as_uri())
    if scene.paper:
        shown.emulate_media(media="print")
        shown.add_style_tag(content="body { padding: 68px 64px !important; }")
    if scene.question is not None:
        shown.evaluate(f"document.querySelector('#question-{scene.question}').scrollIntoView()")
    made = shown.screenshot()
    shown.close()
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the pictures of the hand-in page.")
    parser.add_argument("--write", action="store_true", required=True, help="write PNG files")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    sys.exit(write(parser.parse_args().folder))
