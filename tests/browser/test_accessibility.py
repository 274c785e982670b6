"""The page for those who hear or type it: axe-core's rules, contrast in both schemes, headings in order."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import left_out
from tests.browser.pages import ANSWERS, axe_findings, page_file, window, write_report
from tests.cli.commands import CHECKLIST
from tests.validation.judging import report_text

if TYPE_CHECKING:
    from playwright.async_api import Browser

# The browser lives in one event loop.
pytestmark = pytest.mark.asyncio(loop_scope="session")

# Everything but what is in trial; contrast as WCAG's AA wants it is among the first.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
INTRO = "Our [abstract](notes.md)\n\n### Three\n\n| a |\n|---|\n| b |\n\n# One more\n\n"
DAMAGED = (
    "# One\n\n### Three levels below\n\n## \n\n###### Six\n\n[](https://example.org) ![](figures/quay.png)",
    "![](figures/none.png) <img src='figures/quay.png'> [![in a link](figures/quay.png)](https://example.org)",
    "<h1>mine</h1><input type=text><b>open <details><summary>s</summary>x",
    "- [ ] a\n- [x] b\n\n<table><tr><td>cell</table>\n\n```\nwide " + "x" * 400 + "\n```",
    "TODO " * 30,
    "&nbsp;\n\n<center>low</center>\n\n```python\nassert 1 < 2, 'x'  # why\n@a.b\nclass C: pass\n```",
)


def with_all(text: str) -> str:
    """A report with text in every place that has any."""
    return text.replace("## The quay", f"{INTRO}{CHECKLIST}\n## The quay\n\n> About *it*.")


@pytest.fixture(scope="session")
def axe() -> str:
    """The program that looks for barriers."""
    path = Path(os.environ.get("REPORT_TUI_AXE", ""))
    if not path.is_file():
        left_out("needs axe-core: npm install axe-core, and REPORT_TUI_AXE=.../axe-core/axe.min.js")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("answers", "width", "wishes"),
    [
        (ANSWERS, 390, {"color_scheme": "dark"}),
        (ANSWERS, 1440, {"color_scheme": "light"}),
        (DAMAGED, 1440, {"color_scheme": "dark"}),
        (DAMAGED, 390, {"color_scheme": "light", "forced_colors": "active", "reduced_motion": "reduce"}),
    ],
)
async def test_axe_finds_nothing(
    browser: Browser, axe: str, tmp_path: Path, answers: tuple[str | None, ...], width: int, wishes: dict[str, Any]
) -> None:
    page = page_file(write_report(tmp_path, with_all(report_text(answers))))
    async with window(browser, page, viewport={"width": width, "height": 900}, **wishes) as shown:
        # What is folded is not looked at.
        await shown.eval_on_selector_all("details:not(.zoom)", "all => all.forEach(one => one.open = true)")
        assert await axe_findings(shown, axe, RULES) == []


async def test_axe_would_find_something(browser: Browser, axe: str, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text("<!DOCTYPE html><html><body><h1>A</h1><h4>B</h4><img src='data:image/png;base64,'></body></html>")
    async with await browser.new_page() as shown:
        await shown.goto(page.as_uri())
        found = {line.partition(":")[0] for line in await axe_findings(shown, axe, RULES)}
        assert {"html-has-lang", "image-alt", "heading-order"} <= found


@pytest.mark.parametrize("answers", [ANSWERS, DAMAGED], ids=["usual", "damaged"])
async def test_headings_are_in_order_and_say_something(
    browser: Browser, tmp_path: Path, answers: tuple[str | None, ...]
) -> None:
    async with window(browser, page_file(write_report(tmp_path, with_all(report_text(answers))))) as shown:
        headings = await shown.eval_on_selector_all(
            "h1, h2, h3, h4, h5, h6", "all => all.map(one => [Number(one.localName[1]), one.textContent.trim()])"
        )
    levels = [level for level, _ in headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), headings
    assert all(text for _, text in headings)
