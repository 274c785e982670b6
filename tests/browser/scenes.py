"""Pictures of the hand-in page for the README: `python -m tests.browser.scenes --write`.

Owns what they show. They are made of the demo report with the browser that is installed, whose fonts decide how they
look in detail; therefore no test compares them.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from report_tui.group_judging import Wishes
from report_tui.group_outputs import Outputs
from report_tui.group_run import judge_all
from report_tui.render.group_table import as_of
from report_tui.storage.clones import in_folder
from report_tui.storage.printing import browser as installed_browser
from report_tui.storage.rules import staff_rules
from report_tui.validation.deadline import parse
from tests.browser.options import OPTIONS
from tests.browser.pages import page_file
from tests.groups import repository
from tests.scenes import FOLDER, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DEMO = ROOT / "rules" / "demo" / "report"


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
    of_all: str = ""
    """A page about all groups, from their folder; an empty string for one report's own."""


PAGES = (
    PageScene("page", "Title, group and contents; the first answers, with words and limits beside them.", (1280, 800)),
    PageScene("page-dark", "An answer with its figure, in the dark.", (1280, 800), question=4, dark=True),
    PageScene("page-phone", "The same answer on a phone: what we say of it stands above it.", (390, 760), question=4),
    PageScene("page-paper", "The first page of the print: prompts unfolded, no contents.", (794, 1123), paper=True),
    PageScene(
        "class",
        "All groups: states, what every question comes to, sorting and filter.",
        (1280, 800),
        of_all="index.html",
    ),
    PageScene(
        "class-question",
        "Everybody's answers to one question and their figures, side by side.",
        (1280, 800),
        of_all="questions/question-4.html",
    ),
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

        report = Path(copytree(DEMO, Path(scratch) / "reports")) / "README.md"
        page, groups = page_file(report), all_groups(Path(scratch))
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        for scene in PAGES:
            shown = groups / scene.of_all if scene.of_all else page
            (folder / f"{scene.name}.png").write_bytes(picture(browser, shown, scene))
            print(f"{scene.name}: {scene.shows}")
        browser.close()
    return 0


def all_groups(scratch: Path) -> Path:
    """The pages of eight groups, each in another state or with another answer."""
    report = (DEMO / "README.md").read_text(encoding="utf-8")
    figures = {f"reports/figures/{path.name}": path.read_bytes() for path in (DEMO / "figures").iterdir()}
    starts = [match.start() for match in re.finditer("^### Question ", report, re.MULTILINE)]
    for number in range(1, 8):
        text = report
        for start in reversed(starts[number::5]):
            # Other answers lack their beginning in each; they begin behind the prompt's last line.
            answer = text.index("\n\n", text.index("> Answer:", start)) + 2
            text = text[:answer] + text[answer + 40 * number :] if number > 1 else text
        repository(scratch / "groups" / f"group {number}", {"reports/README.md": text, **figures})
    repository(scratch / "groups" / "group 5b", {"docs/README.md": report})
    repository(scratch / "groups" / "group 8", {"README.md": "# Our robot\n"})
    rules = staff_rules(None)
    deadline = parse("2026-01-23 12:00 +01:00")
    with Outputs(scratch / "class", rules, deadline) as outputs:
        wishes = Wishes(rules, None, outputs.folder)
        for judged in judge_all(in_folder(scratch / "groups"), wishes, 1):
            outputs.add(judged)
        outputs.finish((as_of(deadline.text),))
    return scratch / "class"


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
    # Figures of many groups are loaded when they come into sight.
    for image in shown.locator("img").all():
        box = image.bounding_box()
        if box is not None and box["y"] < height:
            image.evaluate("image => image.decode()")
    made = shown.screenshot()
    shown.close()
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the pictures of the hand-in page.")
    parser.add_argument("--write", action="store_true", required=True, help="write PNG files")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    sys.exit(write(parser.parse_args().folder))
